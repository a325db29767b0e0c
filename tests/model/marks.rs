//! Stream time and the watermark, by looking at every event that has come: section "window" of the design.

/// An event as it arrives. Times are nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Which input it comes from.
    pub input: usize,
    pub time: i128,
    /// A missing key is a key of its own for windows, and joins nothing.
    pub key: Option<u8>,
}

/// What becomes of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Used,
    /// Some of its windows take it, others were closed.
    PartlyLate,
    Late,
    SetAside,
    /// It belongs to nothing, so that no result can hold it.
    Filtered,
}

/// The inputs with what they have said so far.
pub struct Marks {
    /// D + G of each input.
    pub patience: Vec<i128>,
    pub max_ahead: Option<i128>,
    seen: Vec<Arrival>,
    ended: Vec<usize>,
    highest: Option<i128>,
}

impl Marks {
    pub fn new(patience: Vec<i128>, max_ahead: Option<i128>) -> Marks {
        Marks { patience, max_ahead, seen: Vec::new(), ended: Vec::new(), highest: None }
    }

    /// The largest time of an input.
    fn stream_time(&self, input: usize) -> Option<i128> {
        self.seen.iter().filter(|event| event.input == input).map(|event| event.time).max()
    }

    /// An event so far in front of those before it does not move the time.
    pub fn is_too_far_ahead(&self, event: &Arrival) -> bool {
        match (self.max_ahead, self.stream_time(event.input)) {
            (Some(limit), Some(largest)) => event.time > largest + limit,
            _ => false,
        }
    }

    pub fn observe(&mut self, event: &Arrival) {
        self.seen.push(event.clone());
        self.rise();
    }

    /// An input that has ended holds nothing back.
    pub fn end(&mut self, input: usize) {
        self.ended.push(input);
        self.rise();
    }

    fn rise(&mut self) {
        let mut smallest = None;
        for input in 0..self.patience.len() {
            if self.ended.contains(&input) {
                continue;
            }
            // Who has said nothing yet may still say anything.
            let Some(largest) = self.stream_time(input) else { return };
            let mark = largest - self.patience[input];
            smallest = Some(smallest.map_or(mark, |smallest: i128| smallest.min(mark)));
        }
        self.highest = self.highest.max(smallest);
    }

    /// W.
    pub fn watermark(&self) -> Option<i128> {
        self.highest
    }

    /// Whether a window with this exclusive end is closed.
    pub fn closes_exclusive(&self, end: i128) -> bool {
        self.highest.is_some_and(|watermark| end <= watermark)
    }

    /// Whether a window with this inclusive end is closed.
    pub fn closes_inclusive(&self, end: i128) -> bool {
        self.highest.is_some_and(|watermark| end < watermark)
    }
}
