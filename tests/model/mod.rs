//! The slow, obvious bourn: windows and joins as the documents tell them, by lists that are looked through from end to
//! end. Times are whole seconds; the widths of windows and bounds are, too.

use std::collections::BTreeSet;

/// An event: when, on which side, of which key; nothing is a missing key. Its number is its place in the arrival order.
#[derive(Clone, Debug)]
pub struct Sample {
    pub time: i128,
    pub side: usize,
    pub key: Option<u8>,
}

/// The kinds of window.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Hopping {
        size: i128,
        advance: i128,
    },
    Session(i128),
    Sliding(i128),
    /// In event-time order, so for events that are not late.
    Anchored(i128),
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Used,
    PartlyLate,
    Filtered,
    Late,
}

/// A window with the numbers of its events.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub end: i128,
    pub start: i128,
    pub key: Option<u8>,
    pub events: BTreeSet<usize>,
}

/// The windows of a run, and the fates of its events.
#[derive(Default)]
pub struct Windows {
    pub rows: Vec<Row>,
    pub fates: Vec<Fate>,
}

/// Runs the events through the windows. W = M − patience.
pub fn windows(kind: Kind, patience: i128, samples: &[Sample]) -> Windows {
    let mut model = Windows::default();
    let mut largest = i128::MIN / 2;
    for (number, sample) in samples.iter().enumerate() {
        largest = largest.max(sample.time);
        let watermark = largest - patience;
        let fate = match kind {
            Kind::Hopping { size, advance } => model.hop(size, advance, watermark, number, sample),
            Kind::Session(gap) => model.join_session(gap, watermark, number, sample),
            Kind::Sliding(size) => model.slide(size, watermark, number, sample, &samples[..number]),
            Kind::Anchored(_) => Fate::Used,
        };
        model.fates.push(fate);
    }
    if let Kind::Anchored(size) = kind {
        model.anchor(size, samples);
    }
    model.rows.sort();
    model
}

impl Windows {
    fn put(&mut self, start: i128, end: i128, key: Option<u8>, number: usize) {
        match self.rows.iter_mut().find(|row| (row.start, row.end, row.key) == (start, end, key)) {
            Some(row) => {
                row.events.insert(number);
            }
            None => self.rows.push(Row { start, end, key, events: BTreeSet::from([number]) }),
        }
    }

    /// Every window whose start is a multiple of the advance and lies in (t − size, t]; its end is not in it, and it is
    /// closed when end ≤ W.
    fn hop(&mut self, size: i128, advance: i128, watermark: i128, number: usize, sample: &Sample) -> Fate {
        let starts = (sample.time - size + 1..=sample.time).filter(|start| start.rem_euclid(advance) == 0);
        let (open, closed): (Vec<i128>, Vec<i128>) = starts.partition(|start| start + size > watermark);
        for start in &open {
            self.put(*start, start + size, sample.key, number);
        }
        match (open.is_empty(), closed.is_empty()) {
            (false, true) => Fate::Used,
            (false, false) => Fate::PartlyLate,
            (true, true) => Fate::Filtered,
            (true, false) => Fate::Late,
        }
    }

    /// A session takes what lies at most the gap before or behind it, and is closed when end + gap < W.
    fn join_session(&mut self, gap: i128, watermark: i128, number: usize, sample: &Sample) -> Fate {
        let time = sample.time;
        let touches = |row: &Row| {
            row.key == sample.key
                && row.end + gap >= watermark
                && row.start - gap <= time
                && time <= row.end + gap
        };
        let touched: Vec<Row> = self.rows.iter().filter(|row| touches(row)).cloned().collect();
        if touched.is_empty() && time + gap < watermark {
            return Fate::Late;
        }
        self.rows.retain(|row| !touched.contains(row));
        let mut session = Row { start: time, end: time, key: sample.key, events: BTreeSet::from([number]) };
        for row in touched {
            session.start = session.start.min(row.start);
            session.end = session.end.max(row.end);
            session.events.extend(row.events);
        }
        self.rows.push(session);
        Fate::Used
    }

    /// The window that ends with an event holds what lies up to the size before it, and is closed when end < W.
    fn slide(
        &mut self,
        size: i128,
        watermark: i128,
        number: usize,
        sample: &Sample,
        before: &[Sample],
    ) -> Fate {
        if sample.time + size < watermark {
            return Fate::Late;
        }
        let is_open = |end: i128| end >= watermark;
        for row in &mut self.rows {
            if row.key == sample.key && is_open(row.end) && (row.start..=row.end).contains(&sample.time) {
                row.events.insert(number);
            }
        }
        if !is_open(sample.time) {
            return Fate::PartlyLate;
        }
        let (start, end) = (sample.time - size, sample.time);
        self.put(start, end, sample.key, number);
        for (other, earlier) in before.iter().enumerate() {
            let is_in = earlier.key == sample.key && (start..=end).contains(&earlier.time);
            if is_in && self.fates[other] != Fate::Late {
                self.put(start, end, sample.key, other);
            }
        }
        Fate::Used
    }

    /// In event-time order, the first event of a key opens a window, and the first at or past its end the next.
    fn anchor(&mut self, size: i128, samples: &[Sample]) {
        let mut in_order: Vec<(usize, &Sample)> = samples.iter().enumerate().collect();
        in_order.sort_by_key(|(_, sample)| sample.time);
        for (number, sample) in in_order {
            let of_key = self.rows.iter().filter(|row| row.key == sample.key);
            let start = of_key.map(|row| row.start).max().filter(|start| sample.time < start + size);
            let start = start.unwrap_or(sample.time);
            self.put(start, start + size, sample.key, number);
        }
    }
}

/// A joined row by the numbers of its two sides.
pub type Pair = (Option<usize>, Option<usize>);

/// The pairs of a join, the rows of either side that met nobody, and which rows were late.
pub struct Joined {
    pub pairs: Vec<Pair>,
    pub unmatched: [Vec<usize>; 2],
    pub late: Vec<usize>,
}

/// Joins the sides: left.t − before ≤ right.t ≤ left.t + after. W is the smaller of both sides' M − patience. A row waits
/// for partners until t + after < W on the left, t + before < W on the right; it is late when that is over as it comes,
/// and of two rows the first to arrive must be waiting still when the second comes.
pub fn join(before: i128, after: i128, patience: i128, samples: &[Sample]) -> Joined {
    let mut largest = [None; 2];
    let (mut on_time, mut late) = (Vec::new(), Vec::new());
    // The watermark as each row comes, the row included.
    let mut watermarks = Vec::new();
    let end_of_wait = |sample: &Sample| sample.time + if sample.side == 0 { after } else { before };
    for (number, sample) in samples.iter().enumerate() {
        largest[sample.side] = largest[sample.side].max(Some(sample.time));
        let watermark = largest[0].min(largest[1]).map_or(i128::MIN, |smaller| smaller - patience);
        watermarks.push(watermark);
        if end_of_wait(sample) < watermark {
            late.push(number);
        } else {
            on_time.push(number);
        }
    }
    let matches = |left: usize, right: usize| {
        let (first, second) = (left.min(right), left.max(right));
        let is_waiting = end_of_wait(&samples[first]) >= watermarks[second];
        let (left, right) = (&samples[left], &samples[right]);
        let is_near = left.time - before <= right.time && right.time <= left.time + after;
        left.side == 0
            && right.side == 1
            && left.key.is_some()
            && left.key == right.key
            && is_near
            && is_waiting
    };
    let mut pairs = Vec::new();
    for &left in &on_time {
        pairs.extend(
            on_time.iter().filter(|&&right| matches(left, right)).map(|&right| (Some(left), Some(right))),
        );
    }
    let is_alone =
        |number: usize| !on_time.iter().any(|&other| matches(number, other) || matches(other, number));
    let alone = |side: usize| {
        on_time.iter().copied().filter(|&number| samples[number].side == side && is_alone(number)).collect()
    };
    let unmatched = [alone(0), alone(1)];
    Joined { pairs, unmatched, late }
}
