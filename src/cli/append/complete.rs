//! Completes native events: a missing `eventId` and `timestamp` are put in front of what the author wrote,
//! which stays as it is, letter for letter.

use std::ops::Range;

use crate::error::Result;
use crate::event::line::Line;
use crate::event::path::{Path, Step};
use crate::event::scan::{Extractor, Projection, Span};
use crate::time::timestamp::Timestamp;

/// Completes lines, and checks them on the way.
pub struct Completer {
    extractor: Extractor,
    fields: Vec<Option<Span>>,
}

const EVENT_TYPE: usize = 0;
const EVENT_ID: usize = 1;
const TIMESTAMP: usize = 2;

impl Completer {
    /// A completer of the native envelope.
    pub fn new() -> Self {
        let mut projection = Projection::default();
        for key in ["eventType", "eventId", "timestamp"] {
            projection.slot(&Path { steps: vec![Step::Key(key.to_owned())] });
        }
        Completer { extractor: Extractor::new(&projection), fields: Vec::new() }
    }

    /// Checks `line` and appends it to `out` with its newline; a native event (one with an `eventType`) that
    /// lacks its id gets `new_id()`, one that lacks its time gets `now`. Says where in the line that time stands.
    pub fn complete(
        &mut self,
        line: &Line<'_>,
        now: Timestamp,
        new_id: &mut dyn FnMut() -> String,
        out: &mut Vec<u8>,
    ) -> Result<Option<Range<usize>>> {
        self.extractor.extract(line.bytes, &mut self.fields)?;
        let is_native = self.fields[EVENT_TYPE].is_some();
        let (lacks_id, lacks_time) = (self.fields[EVENT_ID].is_none(), self.fields[TIMESTAMP].is_none());
        if !is_native || !(lacks_id || lacks_time) {
            out.extend_from_slice(line.bytes);
            out.push(b'\n');
            return Ok(None);
        }
        let start = out.len();
        let brace =
            line.bytes.iter().position(|&byte| byte == b'{').expect("the line was checked to be an object");
        out.extend_from_slice(&line.bytes[..=brace]);
        if lacks_id {
            out.extend_from_slice(format!("\"eventId\":\"{}\",", new_id()).as_bytes());
        }
        let mut stamp = None;
        if lacks_time {
            out.extend_from_slice(b"\"timestamp\":");
            let begin = out.len() - start;
            out.push(b'"');
            now.write_utc(out);
            out.push(b'"');
            stamp = Some(begin..out.len() - start);
            out.push(b',');
        }
        out.extend_from_slice(&line.bytes[brace + 1..]);
        out.push(b'\n');
        Ok(stamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::line::Offset;

    fn completed(text: &str) -> String {
        let line = Line { bytes: text.as_bytes(), source: "-", number: 1, offset: Offset(0) };
        let mut out = Vec::new();
        let mut new_id = || "ID".to_owned();
        let stamp = Completer::new().complete(&line, Timestamp(0), &mut new_id, &mut out).expect("an event");
        assert!(stamp.is_none_or(|stamp| &out[stamp] == b"\"1970-01-01T00:00:00Z\""));
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn only_native_events_are_completed_and_only_where_something_lacks() {
        assert_eq!(completed(r#"{"a":1 }"#), "{\"a\":1 }\n");
        assert_eq!(
            completed(r#" { "eventType":"X","timestamp":"t"}"#),
            " {\"eventId\":\"ID\", \"eventType\":\"X\",\"timestamp\":\"t\"}\n"
        );
        assert_eq!(
            completed(r#"{"eventType":"X"}"#),
            "{\"eventId\":\"ID\",\"timestamp\":\"1970-01-01T00:00:00Z\",\"eventType\":\"X\"}\n"
        );
        assert_eq!(
            completed(r#"{"eventType":"X","eventId":null,"timestamp":2}"#).matches("eventId").count(),
            1
        );
    }
}
