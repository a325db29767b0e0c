//! The fields of many lines that were taken out together, to be handed on line by line.

use super::{Extractor, Span};

/// Lines one behind the other, each with its fields.
#[derive(Debug, Default)]
pub struct Extracted {
    /// The length of each line without its newline.
    lengths: Vec<u32>,
    /// The fields of the first line, of the second, and so on.
    fields: Vec<Option<Span>>,
    /// How many lines were handed on.
    taken: usize,
}

impl Extracted {
    /// Sets the fields of the next line and gives its length without the newline; nothing behind the last one.
    #[inline]
    pub fn take(&mut self, fields: &mut Vec<Option<Span>>) -> Option<usize> {
        let length = *self.lengths.get(self.taken)?;
        let slots = self.fields.len() / self.lengths.len();
        fields.clear();
        fields.extend_from_slice(&self.fields[self.taken * slots..][..slots]);
        self.taken += 1;
        Some(length as usize)
    }
}

impl Extractor {
    /// Replaces `extracted` by the lines that `text`, which holds whole lines, begins with, up to the first one that is no
    /// event.
    pub fn extract_all(&mut self, text: &[u8], extracted: &mut Extracted) {
        extracted.lengths.clear();
        extracted.fields.clear();
        extracted.taken = 0;
        let (mut at, mut fields) = (0, Vec::new());
        while at < text.len() {
            let (length, found) = self.extract_first(&text[at..], &mut fields);
            let Ok(counted) = u32::try_from(length) else { return };
            if found.is_err() {
                return;
            }
            extracted.lengths.push(counted);
            extracted.fields.extend_from_slice(&fields);
            at += length + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::path::Path;
    use crate::event::scan::Projection;

    #[test]
    fn lines_that_are_taken_together_have_the_fields_of_single_ones() {
        let mut projection = Projection::default();
        for path in [".a", ".b.c"] {
            projection.slot(&Path::parse(path).expect("a path"));
        }
        let mut lines: Vec<String> = (0..200).map(|n| format!(r#"{{"a":{n},"b":{{"c":"{n}"}}}}"#)).collect();
        lines.extend(
            [r#"{"b":{}}"#, "{}", r#"{"b":{"c":1},"a":2}"#, "broken", r#"{"a":1}"#].map(str::to_owned),
        );
        let mut extracted = Extracted::default();
        Extractor::new(&projection).extract_all(lines.join("\n").as_bytes(), &mut extracted);
        let (mut single, mut alone, mut together) = (Extractor::new(&projection), Vec::new(), Vec::new());
        for line in lines.iter().take_while(|line| *line != "broken") {
            single.extract(line.as_bytes(), &mut alone).expect("an event");
            assert_eq!(extracted.take(&mut together), Some(line.len()));
            assert_eq!(together, alone, "{line}");
        }
        assert_eq!(extracted.take(&mut together), None);
    }
}
