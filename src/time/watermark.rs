//! Stream time and the watermark: the one rule that closes everything. With M the largest event time so
//! far, D the lateness of the stream and G the patience of the window, W = M − D − G, which only rises.

use super::duration::Duration;
use super::timestamp::Timestamp;

/// A claim that nothing older is still to come; only rises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Watermark(Option<Timestamp>);

impl Watermark {
    /// Raises it to `time`, if that is later; gives whether it rose.
    pub fn raise(&mut self, time: Option<Timestamp>) -> bool {
        let rises = time > self.0;
        if rises {
            self.0 = time;
        }
        rises
    }

    /// Where it stands; nothing before the first event.
    pub fn time(&self) -> Option<Timestamp> {
        self.0
    }

    /// Whether a window with this exclusive end is closed: end ≤ W.
    #[inline]
    pub fn closes_exclusive(&self, end: Timestamp) -> bool {
        self.0.is_some_and(|watermark| end <= watermark)
    }

    /// Whether a window with this inclusive end is closed: end < W.
    #[inline]
    pub fn closes_inclusive(&self, end: Timestamp) -> bool {
        self.0.is_some_and(|watermark| end < watermark)
    }
}

/// The stream times of the inputs of a job. The smallest of those that take part counts. An input that was
/// left out takes part again once it has caught up, as in Flink's `StatusWatermarkValve`.
#[derive(Clone, Debug)]
pub struct StreamTimes {
    inputs: Vec<Input>,
    watermark: Watermark,
}

#[derive(Clone, Copy, Debug, Default)]
struct Input {
    /// D + G.
    patience: Duration,
    largest: Option<Timestamp>,
    /// Idle, ended, or behind since it was idle: it holds the others back no longer.
    is_out: bool,
}

impl Input {
    /// The watermark of this input alone.
    #[inline]
    fn mark(&self) -> Option<Timestamp> {
        self.largest.map(|largest| Timestamp(largest.0 - self.patience.0))
    }
}

impl StreamTimes {
    /// `count` inputs, whose watermark trails their stream time by `lateness` and `grace`.
    pub fn new(count: usize, lateness: Duration, grace: Duration) -> Self {
        StreamTimes::of_each(&vec![Duration(lateness.0 + grace.0); count])
    }

    /// Inputs whose watermark trails their stream time by so much each.
    pub fn of_each(patience: &[Duration]) -> Self {
        let input = |&patience: &Duration| Input { patience, ..Input::default() };
        StreamTimes { inputs: patience.iter().map(input).collect(), watermark: Watermark::default() }
    }

    /// Takes note of an event's time; gives whether the watermark rose.
    #[inline]
    pub fn observe(&mut self, input: usize, time: Timestamp) -> bool {
        let input = &mut self.inputs[input];
        if input.largest >= Some(time) && !input.is_out {
            return false;
        }
        input.largest = input.largest.max(Some(time));
        input.is_out &= input.mark() < self.watermark.0;
        self.update()
    }

    /// The input is idle or has ended; gives whether the watermark rose.
    pub fn leave_out(&mut self, input: usize) -> bool {
        self.inputs[input].is_out = true;
        self.update()
    }

    fn update(&mut self) -> bool {
        let taking_part = self.inputs.iter().filter(|input| !input.is_out);
        // An input that has said nothing yet may still say anything: then there is no watermark.
        self.watermark.raise(taking_part.map(Input::mark).min().flatten())
    }

    /// The watermark W.
    pub fn watermark(&self) -> Watermark {
        self.watermark
    }

    /// M − D of all inputs together, given G: what is older is late by the stricter rule.
    pub fn watermark_without_grace(&self, grace: Duration) -> Option<Timestamp> {
        self.watermark.0.map(|watermark| Timestamp(watermark.0 + grace.0))
    }

    /// The stream time M of one input.
    pub fn stream_time(&self, input: usize) -> Option<Timestamp> {
        self.inputs[input].largest
    }

    /// The state, for a run that goes on later.
    pub fn parts(&self) -> (Vec<Option<Timestamp>>, Option<Timestamp>) {
        (self.inputs.iter().map(|input| input.largest).collect(), self.watermark.0)
    }

    /// Takes up the state that [`StreamTimes::parts`] gave.
    pub fn restore(&mut self, largest: &[Option<Timestamp>], watermark: Option<Timestamp>) {
        for (input, &largest) in self.inputs.iter_mut().zip(largest) {
            input.largest = largest;
        }
        self.watermark = Watermark(watermark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanoseconds: i128) -> Timestamp {
        Timestamp(nanoseconds)
    }

    #[test]
    fn the_watermark_trails_the_largest_time_and_never_falls() {
        let mut times = StreamTimes::new(1, Duration(3), Duration(2));
        assert_eq!(times.watermark().time(), None);
        assert!(times.observe(0, at(10)));
        assert!(!times.observe(0, at(4)));
        assert_eq!(times.watermark().time(), Some(at(5)));
    }

    #[test]
    fn an_exclusive_end_closes_at_w_and_an_inclusive_one_behind_it() {
        let mut times = StreamTimes::new(1, Duration(0), Duration(0));
        times.observe(0, at(10));
        let watermark = times.watermark();
        assert_eq!([9, 10, 11].map(|end| watermark.closes_exclusive(at(end))), [true, true, false]);
        assert_eq!([9, 10, 11].map(|end| watermark.closes_inclusive(at(end))), [true, false, false]);
    }

    #[test]
    fn of_several_inputs_the_slowest_counts_until_it_is_idle_or_ends() {
        let mut times = StreamTimes::new(2, Duration(0), Duration(0));
        assert!(!times.observe(0, at(10)));
        assert!(times.observe(1, at(4)));
        assert_eq!(times.watermark().time(), Some(at(4)));
        assert!(times.leave_out(1));
        assert_eq!(times.watermark().time(), Some(at(10)));
        assert!(!times.observe(1, at(5)), "it speaks again, but is behind");
        assert!(times.observe(0, at(20)));
        assert!(!times.observe(1, at(21)), "it has caught up");
        assert!(times.observe(0, at(30)));
        assert_eq!(times.watermark().time(), Some(at(21)));
    }
}
