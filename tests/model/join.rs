//! The slow, obvious join of two streams: every event is held against every other one.

use crate::marks::{Arrival, Fate, Marks};

/// Which rows come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Inner,
    Left,
    Right,
    Outer,
    Semi,
    Anti,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    pub kind: Kind,
    pub before: i128,
    pub after: i128,
    /// D and G of either side.
    pub lateness: [i128; 2],
    pub grace: [i128; 2],
    pub max_ahead: Option<i128>,
}

/// A result: the numbers of its left and of its right event.
pub type Row = (Option<usize>, Option<usize>);

/// What one event, or the end of an input, brings out; the rows are sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    pub fate: Option<Fate>,
    pub rows: Vec<Row>,
}

/// An event that was taken.
struct Taken {
    number: usize,
    event: Arrival,
    is_matched: bool,
    is_closed: bool,
}

pub struct Join {
    question: Question,
    pub marks: Marks,
    taken: Vec<Taken>,
}

impl Join {
    pub fn new(question: Question) -> Join {
        let patience = (0..2).map(|side| question.lateness[side] + question.grace[side]).collect();
        let marks = Marks::new(patience, question.max_ahead);
        Join { question, marks, taken: Vec::new() }
    }

    /// The last time that a partner of the event may have.
    fn waits_until(&self, event: &Arrival) -> i128 {
        event.time + if event.input == 0 { self.question.after } else { self.question.before }
    }

    /// Time moves first, then rows whose wait is over come out, then the event meets those that are open.
    pub fn on_event(&mut self, number: usize, event: &Arrival) -> Step {
        if self.marks.is_too_far_ahead(event) {
            return Step { fate: Some(Fate::SetAside), rows: Vec::new() };
        }
        self.marks.observe(event);
        let mut rows = self.close(false);
        if self.marks.closes_inclusive(self.waits_until(event)) {
            return Step { fate: Some(Fate::Late), rows };
        }
        let mut is_matched = false;
        for other in &mut self.taken {
            let (left, right) = if event.input == 0 { (event, &other.event) } else { (&other.event, event) };
            let is_near = left.time - self.question.before <= right.time
                && right.time <= left.time + self.question.after;
            let has_key = event.key.is_some() && event.key == other.event.key;
            if other.event.input == event.input || other.is_closed || !has_key || !is_near {
                continue;
            }
            let numbers = if event.input == 0 { (number, other.number) } else { (other.number, number) };
            match self.question.kind {
                Kind::Inner | Kind::Left | Kind::Right | Kind::Outer => {
                    rows.push((Some(numbers.0), Some(numbers.1)));
                }
                Kind::Semi => {
                    let is_first = if event.input == 0 { !is_matched } else { !other.is_matched };
                    if is_first {
                        rows.push((Some(numbers.0), None));
                    }
                }
                Kind::Anti => {}
            }
            is_matched = true;
            other.is_matched = true;
        }
        self.taken.push(Taken { number, event: event.clone(), is_matched, is_closed: false });
        rows.sort_unstable();
        Step { fate: Some(Fate::Used), rows }
    }

    pub fn on_input_end(&mut self, input: usize) -> Step {
        self.marks.end(input);
        Step { fate: None, rows: self.close(false) }
    }

    /// At the end everything closes.
    pub fn on_end(&mut self) -> Step {
        Step { fate: None, rows: self.close(true) }
    }

    /// An unmatched row comes out once, and only when no match can come any more.
    fn close(&mut self, is_end: bool) -> Vec<Row> {
        let mut rows = Vec::new();
        for at in 0..self.taken.len() {
            let is_over = is_end || self.marks.closes_inclusive(self.waits_until(&self.taken[at].event));
            let row = &mut self.taken[at];
            if row.is_closed || !is_over {
                continue;
            }
            row.is_closed = true;
            let is_shown = match self.question.kind {
                Kind::Inner | Kind::Semi => false,
                Kind::Left | Kind::Anti => row.event.input == 0,
                Kind::Right => row.event.input == 1,
                Kind::Outer => true,
            };
            if is_shown && !row.is_matched {
                rows.push(if row.event.input == 0 {
                    (Some(row.number), None)
                } else {
                    (None, Some(row.number))
                });
            }
        }
        rows.sort_unstable();
        rows
    }
}
