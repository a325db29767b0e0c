//! The slow, obvious windows: written from the text of the design, with lists that are looked through from end to
//! end at every event.

use crate::marks::{Arrival, Fate, Marks};

/// A kind of window, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Tumbling(i128),
    /// Size and advance.
    Hopping(i128, i128),
    Sliding(i128),
    SlidingAll(i128),
    Session(i128),
    Anchored(i128),
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    pub kind: Kind,
    pub lateness: i128,
    pub grace: i128,
    pub is_late_by_event: bool,
    pub max_ahead: Option<i128>,
    pub inputs: usize,
}

/// A result: the fields are in the order by which results are sorted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub end: i128,
    pub start: i128,
    pub key: Option<u8>,
    /// The numbers of the events in it, sorted.
    pub members: Vec<usize>,
}

/// What one event, or the end of an input, brings out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    pub fate: Option<Fate>,
    pub rows: Vec<Row>,
}

/// An event that was taken.
struct Taken {
    number: usize,
    time: i128,
    key: Option<u8>,
    /// Sliding: whether the window that ends with it was open when it came.
    has_window: bool,
}

pub struct Windows {
    question: Question,
    pub marks: Marks,
    /// The open windows of fixed bounds, and the open sessions.
    open: Vec<Row>,
    /// The events of sliding and anchored windows.
    taken: Vec<Taken>,
    /// Up to where the watermark has closed sliding windows.
    closed_to: Option<i128>,
    /// Anchored: all windows that were ever opened, without their events.
    anchors: Vec<Row>,
}

impl Windows {
    pub fn new(question: Question) -> Windows {
        let patience = vec![question.lateness + question.grace; question.inputs];
        let marks = Marks::new(patience, question.max_ahead);
        Windows { question, marks, open: Vec::new(), taken: Vec::new(), closed_to: None, anchors: Vec::new() }
    }

    /// An event arrives: time moves first, then windows close, then it is taken by those that are open.
    pub fn on_event(&mut self, number: usize, event: &Arrival) -> Step {
        if self.marks.is_too_far_ahead(event) {
            return Step { fate: Some(Fate::SetAside), rows: Vec::new() };
        }
        self.marks.observe(event);
        let rows = self.close();
        let is_behind =
            self.marks.watermark().is_some_and(|watermark| event.time < watermark + self.question.grace);
        let fate = if self.question.is_late_by_event && is_behind {
            Fate::Late
        } else {
            match self.question.kind {
                Kind::Tumbling(size) => self.take_fixed(number, event, size, size),
                Kind::Hopping(size, advance) => self.take_fixed(number, event, size, advance),
                Kind::Sliding(size) | Kind::SlidingAll(size) => self.take_sliding(number, event, size),
                Kind::Session(gap) => self.take_session(number, event, gap),
                Kind::Anchored(size) => self.take_anchored(number, event, size),
            }
        };
        Step { fate: Some(fate), rows }
    }

    pub fn on_input_end(&mut self, input: usize) -> Step {
        self.marks.end(input);
        Step { fate: None, rows: self.close() }
    }

    /// At the end everything closes.
    pub fn on_end(&mut self) -> Step {
        Step { fate: None, rows: self.close_where(|_| true, |_, _| true) }
    }

    fn close(&mut self) -> Vec<Row> {
        let watermark = self.marks.watermark();
        let is_passed = |time| watermark.is_some_and(|watermark| time <= watermark);
        let rows = self.close_where(is_passed, |kind, end| {
            watermark.is_some_and(|watermark| match kind {
                Kind::Tumbling(_) | Kind::Hopping(..) | Kind::Anchored(_) => end <= watermark,
                Kind::Sliding(_) | Kind::SlidingAll(_) => end < watermark,
                Kind::Session(gap) => end + gap < watermark,
            })
        });
        self.closed_to = watermark;
        rows
    }

    fn close_where(
        &mut self,
        is_passed: impl Fn(i128) -> bool,
        is_closed: impl Fn(Kind, i128) -> bool,
    ) -> Vec<Row> {
        let kind = self.question.kind;
        let mut rows = Vec::new();
        match kind {
            Kind::Sliding(size) | Kind::SlidingAll(size) => {
                for row in self.sliding_windows(size) {
                    // What closed before was told then, and is never opened again.
                    let was_open = self.closed_to.is_none_or(|closed_to| row.end >= closed_to);
                    if was_open && is_closed(kind, row.end) {
                        rows.push(row);
                    }
                }
            }
            Kind::Tumbling(_) | Kind::Hopping(..) | Kind::Session(_) | Kind::Anchored(_) => {
                if let Kind::Anchored(size) = kind {
                    self.anchor(size, &is_passed);
                }
                for row in std::mem::take(&mut self.open) {
                    let list = if is_closed(kind, row.end) { &mut rows } else { &mut self.open };
                    list.push(row);
                }
            }
        }
        rows.sort();
        rows
    }

    /// Tumbling and hopping: every window whose start is a multiple of the advance and lies in (time − size, time].
    fn take_fixed(&mut self, number: usize, event: &Arrival, size: i128, advance: i128) -> Fate {
        let (mut taking, mut missed) = (0, 0);
        for start in event.time - size + 1..=event.time {
            if start.rem_euclid(advance) != 0 {
                continue;
            }
            let end = start + size;
            if self.marks.closes_exclusive(end) {
                missed += 1;
                continue;
            }
            taking += 1;
            let found = self.open.iter_mut().find(|row| (row.start, row.key) == (start, event.key));
            match found {
                Some(row) => row.members.push(number),
                None => self.open.push(Row { end, start, key: event.key, members: vec![number] }),
            }
        }
        match (taking, missed) {
            (0, 0) => Fate::Filtered,
            (0, _) => Fate::Late,
            (_, 0) => Fate::Used,
            _ => Fate::PartlyLate,
        }
    }

    /// An event joins every open session of its key that is at most a gap away, and makes them one; without any it
    /// begins its own, if that is still open.
    fn take_session(&mut self, number: usize, event: &Arrival, gap: i128) -> Fate {
        let mut session = Row { end: event.time, start: event.time, key: event.key, members: vec![number] };
        let mut others = Vec::new();
        let mut touches = false;
        for row in std::mem::take(&mut self.open) {
            if row.key == event.key && row.start - gap <= event.time && event.time <= row.end + gap {
                touches = true;
                session.start = session.start.min(row.start);
                session.end = session.end.max(row.end);
                session.members.extend(row.members);
            } else {
                others.push(row);
            }
        }
        self.open = others;
        if !touches && self.marks.closes_inclusive(event.time + gap) {
            return Fate::Late;
        }
        session.members.sort_unstable();
        self.open.push(session);
        Fate::Used
    }

    /// An event belongs to the windows that end with an event up to `size` after it, also with one still to come.
    fn take_sliding(&mut self, number: usize, event: &Arrival, size: i128) -> Fate {
        if self.marks.closes_inclusive(event.time + size) {
            return Fate::Late;
        }
        let has_window = !self.marks.closes_inclusive(event.time);
        self.taken.push(Taken { number, time: event.time, key: event.key, has_window });
        if has_window { Fate::Used } else { Fate::PartlyLate }
    }

    /// All sliding windows that there are, each once, with the events in them.
    fn sliding_windows(&self, size: i128) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for event in &self.taken {
            let mut starts = Vec::new();
            if event.has_window {
                starts.push(event.time - size);
            }
            if matches!(self.question.kind, Kind::SlidingAll(_)) {
                starts.push(event.time + 1);
            }
            for start in starts {
                let is_in = |other: &&Taken| {
                    other.key == event.key && start <= other.time && other.time <= start + size
                };
                let members: Vec<usize> = self.taken.iter().filter(is_in).map(|other| other.number).collect();
                let row = Row { end: start + size, start, key: event.key, members };
                if !row.members.is_empty() && !rows.contains(&row) {
                    rows.push(row);
                }
            }
        }
        rows
    }

    /// An event waits until the watermark has come to it. One behind the watermark counts where a window holds it,
    /// or opens its own behind all that stand, as long as that is open.
    fn take_anchored(&mut self, number: usize, event: &Arrival, size: i128) -> Fate {
        let of_key = || self.anchors.iter().filter(|anchor| anchor.key == event.key);
        let is_late = match of_key().find(|anchor| anchor.start <= event.time && event.time < anchor.end) {
            Some(anchor) => self.marks.closes_exclusive(anchor.end),
            None => {
                let is_before_another = of_key().any(|anchor| event.time < anchor.start);
                is_before_another || self.marks.closes_exclusive(event.time + size)
            }
        };
        if is_late {
            return Fate::Late;
        }
        self.taken.push(Taken { number, time: event.time, key: event.key, has_window: true });
        let watermark = self.marks.watermark();
        self.anchor(size, &|time| watermark.is_some_and(|watermark| time <= watermark));
        Fate::Used
    }

    /// Per key and in the order of time, the first event opens a window, and the first at or past its end the next.
    /// What the watermark has passed stands, since the watermark says that nothing older is still to come.
    fn anchor(&mut self, size: i128, is_passed: &dyn Fn(i128) -> bool) {
        self.taken.sort_by_key(|event| (event.time, event.number));
        for event in std::mem::take(&mut self.taken) {
            if !is_passed(event.time) {
                self.taken.push(event);
                continue;
            }
            let holds =
                |row: &&mut Row| row.key == event.key && row.start <= event.time && event.time < row.end;
            match self.open.iter_mut().find(holds) {
                Some(row) => {
                    row.members.push(event.number);
                    row.members.sort_unstable();
                }
                None => {
                    let (start, end) = (event.time, event.time + size);
                    self.anchors.push(Row { end, start, key: event.key, members: Vec::new() });
                    self.open.push(Row { end, start, key: event.key, members: vec![event.number] });
                }
            }
        }
    }
}
