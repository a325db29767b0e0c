//! Event time: instants, durations, calendars, windows, watermarks. Pure arithmetic: no clock is read
//! here.

pub mod calendar;
pub mod duration;
pub mod timestamp;
pub mod watermark;
pub mod window;
