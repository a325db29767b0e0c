//! An event that has to outlive its block: held back to be put in order, or waiting for a partner.

use super::Event;
use super::line::{Line, Offset};
use super::scan::Span;
use crate::time::timestamp::Timestamp;

/// An event with bytes of its own.
#[derive(Clone, Debug)]
pub struct HeldEvent {
    bytes: Box<[u8]>,
    source: Box<str>,
    number: u64,
    offset: Offset,
    input: usize,
    time: Option<Timestamp>,
    fields: Box<[Option<Span>]>,
}

impl HeldEvent {
    /// A copy of `event`.
    pub fn new(event: &Event<'_>) -> Self {
        HeldEvent {
            bytes: event.line.bytes.into(),
            source: event.line.source.into(),
            number: event.line.number,
            offset: event.line.offset,
            input: event.input,
            time: event.time,
            fields: event.fields.into(),
        }
    }

    /// The event again.
    pub fn event(&self) -> Event<'_> {
        let line =
            Line { bytes: &self.bytes, source: &self.source, number: self.number, offset: self.offset };
        let mut event = Event::new(line, self.input, &self.fields);
        event.time = self.time;
        event
    }

    /// Appends it, so that [`HeldEvent::load`] finds it again. The layout: seven little-endian numbers (lengths of
    /// bytes, source and fields; line number, offset, input, whether there is a time), the time (16 bytes), the
    /// fields (start and end, both ones for a missing field), the source, the bytes.
    pub fn save(&self, state: &mut Vec<u8>) {
        let lengths = [self.bytes.len(), self.source.len(), self.fields.len()].map(|length| length as u64);
        let numbers = [self.number, self.offset.0, self.input as u64, u64::from(self.time.is_some())];
        for number in lengths.into_iter().chain(numbers) {
            state.extend_from_slice(&number.to_le_bytes());
        }
        state.extend_from_slice(&self.time.map_or(0, |time| time.0).to_le_bytes());
        for field in &self.fields {
            let (start, end) = field.map_or((u32::MAX, u32::MAX), |span| (span.start, span.end));
            state.extend_from_slice(&start.to_le_bytes());
            state.extend_from_slice(&end.to_le_bytes());
        }
        state.extend_from_slice(self.source.as_bytes());
        state.extend_from_slice(&self.bytes);
    }

    /// Takes up what [`HeldEvent::save`] appended; nothing when it is damaged.
    pub fn load(state: &mut &[u8]) -> Option<HeldEvent> {
        let mut numbers = [0u64; 7];
        for number in &mut numbers {
            *number = u64::from_le_bytes(*take(state)?);
        }
        let [bytes, source, fields, number, offset, input, has_time] = numbers;
        let time = Timestamp(i128::from_le_bytes(*take(state)?));
        if fields.checked_mul(8)? > state.len() as u64 {
            return None;
        }
        let mut spans = Vec::new();
        for _ in 0..fields {
            let (start, end) = (u32::from_le_bytes(*take(state)?), u32::from_le_bytes(*take(state)?));
            let is_there = start != u32::MAX;
            if is_there && (start > end || u64::from(end) > bytes) {
                return None;
            }
            spans.push(is_there.then_some(Span { start, end }));
        }
        let (source, rest) = state.split_at_checked(usize::try_from(source).ok()?)?;
        let (bytes, rest) = rest.split_at_checked(usize::try_from(bytes).ok()?)?;
        *state = rest;
        Some(HeldEvent {
            bytes: bytes.into(),
            source: std::str::from_utf8(source).ok()?.into(),
            number,
            offset: Offset(offset),
            input: usize::try_from(input).ok()?,
            time: (has_time == 1).then_some(time),
            fields: spans.into(),
        })
    }
}

fn take<'s, const N: usize>(state: &mut &'s [u8]) -> Option<&'s [u8; N]> {
    let (chunk, rest) = state.split_first_chunk()?;
    *state = rest;
    Some(chunk)
}
