//! Stream time and the watermark: the one rule that closes everything. With M the largest event time so
//! far, D the lateness of the stream and G the patience of the window, W = M − D − G, which only rises.

use super::duration::Duration;
use super::timestamp::Timestamp;

/// A claim that nothing older is still to come; only rises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Watermark(Option<Timestamp>);

impl Watermark {
    /// Raises it to `time`, if that is later; gives whether it rose.
    #[inline]
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
    /// How far an event may lie in front of its neighbours.
    max_ahead: Option<Duration>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Input {
    /// D + G.
    patience: Duration,
    largest: Option<Timestamp>,
    /// Idle, ended, or behind since it was idle: it holds the others back no longer.
    is_out: bool,
    /// It is out because it was silent; an input that has ended is out for good.
    is_idle: bool,
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
        let inputs = patience.iter().map(input).collect();
        StreamTimes { inputs, watermark: Watermark::default(), max_ahead: None }
    }

    /// Tells events that lie further in front of the stream time of their input.
    pub fn limit_ahead(mut self, max_ahead: Option<Duration>) -> Self {
        self.max_ahead = max_ahead;
        self
    }

    /// Whether an event's clock is too far in front of the events of its input before it. The first event has none
    /// before it; whoever has a wall clock holds it against that.
    #[inline]
    pub fn is_too_far_ahead(&self, input: usize, time: Timestamp) -> bool {
        match (self.max_ahead, self.inputs[input].largest) {
            (Some(limit), Some(largest)) => time.0 > largest.0 + limit.0,
            _ => false,
        }
    }

    /// Takes note of an event's time; gives whether the watermark rose.
    #[inline(always)]
    pub fn observe(&mut self, input: usize, time: Timestamp) -> bool {
        if let [only] = &mut self.inputs[..]
            && !only.is_out
        {
            // The usual case in few steps.
            if only.largest >= Some(time) {
                return false;
            }
            only.largest = Some(time);
            return self.watermark.raise(only.mark());
        }
        let input = &mut self.inputs[input];
        if input.largest >= Some(time) && !input.is_out {
            return false;
        }
        if !input.is_out && input.mark() > self.watermark.0 {
            // Another one holds the watermark, and still does.
            input.largest = Some(time);
            return false;
        }
        input.largest = input.largest.max(Some(time));
        input.is_out &= input.mark() < self.watermark.0;
        input.is_idle &= input.is_out;
        self.update()
    }

    /// The input is idle: it does not count until it has caught up. Gives whether the watermark rose.
    pub fn leave_out(&mut self, input: usize) -> bool {
        (self.inputs[input].is_out, self.inputs[input].is_idle) = (true, true);
        self.update()
    }

    /// The input has ended; gives whether the watermark rose.
    pub fn finish(&mut self, input: usize) -> bool {
        (self.inputs[input].is_out, self.inputs[input].is_idle) = (true, false);
        self.update()
    }

    fn update(&mut self) -> bool {
        let smallest = self.smallest(|input| !input.is_out);
        self.watermark.raise(smallest)
    }

    /// The watermark that the inputs allow that take part.
    fn smallest(&self, takes_part: impl Fn(&&Input) -> bool) -> Option<Timestamp> {
        // An input that has said nothing yet may still say anything: then there is no watermark.
        self.inputs.iter().filter(takes_part).map(Input::mark).min().flatten()
    }

    /// Whether an input is left out because it is silent.
    #[inline]
    pub fn has_idle(&self) -> bool {
        self.inputs.iter().any(|input| input.is_idle)
    }

    /// Where the watermark would stand if no input had been left out for being idle; what lies between the two is
    /// closed because an input was idle.
    pub fn watermark_with_idle(&self) -> Watermark {
        if !self.has_idle() {
            return self.watermark;
        }
        Watermark(self.smallest(|input| !input.is_out || input.is_idle).min(self.watermark.0))
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
    fn a_time_too_far_in_front_of_its_neighbours_is_told() {
        let mut times = StreamTimes::new(2, Duration(0), Duration(0)).limit_ahead(Some(Duration(5)));
        assert!(!times.is_too_far_ahead(0, at(1000)), "there is nothing to hold it against");
        times.observe(0, at(10));
        assert_eq!([14, 15, 16].map(|time| times.is_too_far_ahead(0, at(time))), [false, false, true]);
        assert!(!times.is_too_far_ahead(1, at(16)), "each input has its own neighbours");
    }

    #[test]
    fn what_an_idle_input_would_have_held_back_can_be_told() {
        let mut times = StreamTimes::new(3, Duration(0), Duration(0));
        for (input, time) in [10, 4, 1].into_iter().enumerate() {
            times.observe(input, at(time));
        }
        times.finish(2);
        assert_eq!(times.watermark_with_idle(), times.watermark(), "an input that has ended is not idle");
        times.leave_out(1);
        assert_eq!(
            (times.watermark().time(), times.watermark_with_idle().time()),
            (Some(at(10)), Some(at(4)))
        );
        times.observe(1, at(10));
        assert_eq!(times.watermark_with_idle().time(), Some(at(10)), "it has caught up");
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
