//! Exactly once: what a command prints is appended to a stream in one batch whose events say from which source offset
//! they come, in `metadata.source`; or its head says so, and the bytes stay as they were printed. The position of the consumer is read from there, so that it can never disagree
//! with the results; and nobody appends behind somebody who got further.

use std::path::PathBuf;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::event::line::{Block, Offset};
use crate::event::path::Path;
use crate::event::scan::{Extractor, Projection, Span};
use crate::event::value::write_string;
use crate::log::Stream;
use crate::log::mark::Mark;
use crate::log::place::Place;
use crate::log::writer::Sync;
use crate::sys::storage::{Patience, Storage};

/// How many of the last events are looked through first for where the consumer stands.
const FIRST_LOOK: u64 = 4096;

/// The slots of the extractor.
const METADATA: usize = 0;
const SOURCE: usize = 1;
const SOURCE_OFFSET: usize = 4;
const SOURCE_PLACE: usize = 5;

/// Where the mark stands that says how far a consumer has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarkIn {
    /// In the events, in `metadata.source`.
    #[default]
    Events,
    /// In the head of the stream.
    Head,
}

/// A stream that takes what a consumer's command prints.
pub struct Target {
    mark_in: MarkIn,
    /// `orders/email`, as the mark in the head is called.
    name: String,
    /// The mark in the head when it was looked at, or written, last.
    marked: Option<Mark>,
    storage: Arc<dyn Storage>,
    path: PathBuf,
    /// `"stream":"orders","consumer":"email","offset":`, as the mark begins.
    mark: Vec<u8>,
    /// The values of stream and consumer in marks, as JSON.
    names: [Vec<u8>; 2],
    extractor: Extractor,
    fields: Vec<Option<Span>>,
    /// Up to where it was looked for marks, or written.
    seen: Offset,
}

impl Target {
    /// The target of `consumer` of the stream called `source`.
    pub fn open(
        storage: &Arc<dyn Storage>,
        path: PathBuf,
        (source, consumer): (&str, &str),
        mark_in: MarkIn,
    ) -> Result<Target> {
        let mut projection = Projection::default();
        for path in [
            ".metadata",
            ".metadata.source",
            ".metadata.source.stream",
            ".metadata.source.consumer",
            ".metadata.source.offset",
            ".metadata.source.place",
        ] {
            projection.slot(&Path::parse(path)?);
        }
        let names = [source, consumer].map(|name| {
            let mut text = Vec::new();
            write_string(name.as_bytes(), &mut text);
            text
        });
        let mut mark = b"\"stream\":".to_vec();
        mark.extend_from_slice(&names[0]);
        mark.extend_from_slice(b",\"consumer\":");
        mark.extend_from_slice(&names[1]);
        mark.extend_from_slice(b",\"offset\":");
        let extractor = Extractor::new(&projection);
        Ok(Target {
            mark_in,
            name: format!("{source}/{consumer}"),
            marked: None,
            storage: storage.clone(),
            path,
            mark,
            names,
            extractor,
            fields: Vec::new(),
            seen: Offset(0),
        })
    }

    /// The offset of the next source event that is wanted, and its place in a file, as the target says; nothing when it
    /// has none of ours.
    pub fn position(&mut self) -> Result<Option<(Offset, Option<Place>)>> {
        if self.storage.metadata(&self.path).is_err_and(|cause| cause.kind() == std::io::ErrorKind::NotFound)
        {
            return Ok(None);
        }
        let stream = Stream::open(self.storage.clone(), &self.path)?;
        if self.mark_in == MarkIn::Head {
            // What a dead instance has left is settled first.
            let (writer, _) = stream.writer(Patience::Forever, Sync::End)?;
            self.marked = writer.mark_of(&self.name).cloned();
            return Ok(self.marked.clone().map(|mark| (Offset(mark.next), mark.place)));
        }
        let end = stream.end()?;
        self.seen = end;
        let mut look = FIRST_LOOK;
        loop {
            let from = Offset(end.0.saturating_sub(look));
            let found = self.last_mark(&stream, from)?;
            if found.is_some() || from == Offset(0) {
                return Ok(found.map(|(last, place)| match place {
                    // What stands between was filtered out.
                    Some(place) => (place.offset(), Some(place)),
                    None => (Offset(last.0 + 1), None),
                }));
            }
            look = look.saturating_mul(16);
        }
    }

    /// The largest source offset of ours in the events from `from` on, with the place that stands beside it.
    fn last_mark(&mut self, stream: &Stream, from: Offset) -> Result<Option<(Offset, Option<Place>)>> {
        let mut reader = stream.read_from(from)?;
        let (mut block, mut last) = (Block::default(), None::<(Offset, Option<Place>)>);
        while reader.next_block(&mut block)? {
            for line in
                block.lines().filter(|line| memchr::memmem::find(line.bytes, &self.names[1]).is_some())
            {
                self.extractor
                    .extract(line.bytes, &mut self.fields)
                    .map_err(|error| error.at(line.source, line.number))?;
                let field = |slot: usize| self.fields[slot].map(|span| span.of(line.bytes));
                let is_ours = field(2) == Some(&self.names[0]) && field(3) == Some(&self.names[1]);
                let offset =
                    field(SOURCE_OFFSET).and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
                if let Some(offset) = offset.map(Offset).filter(|_| is_ours)
                    && last.as_ref().is_none_or(|(last, _)| *last < offset)
                {
                    let place = field(SOURCE_PLACE).and_then(|text| serde_json::from_slice(text).ok());
                    last = Some((offset, place));
                }
            }
        }
        Ok(last)
    }

    /// Appends what a command printed for the events up to `last`, in one batch; `place` is where the next event stands
    /// in a file.
    pub fn append(&mut self, printed: &[u8], last: Offset, place: Option<&Place>) -> Result<()> {
        let (lines, count) = self.marked(printed, last, place)?;
        if count == 0 {
            return Ok(());
        }
        let stream = Stream::create(self.storage.clone(), &self.path)?;
        let (mut writer, _) = stream.writer(Patience::Forever, Sync::End)?;
        if self.mark_in == MarkIn::Head {
            let further = writer.mark_of(&self.name);
            if further != self.marked.as_ref() {
                return Err(overtaken(&stream, further.map_or(0, |mark| mark.next)));
            }
            let next = place.map_or(last.0 + 1, |place| place.next);
            let mark = Mark { next, place: place.cloned() };
            writer.set_mark(&self.name, mark.clone())?;
            writer.append(&lines, count)?;
            writer.finish()?;
            self.marked = Some(mark);
            return Ok(());
        }
        if writer.next() != self.seen {
            let seen = self.seen;
            if let Some((further, _)) = self.last_mark(&stream, seen)? {
                return Err(overtaken(&stream, further.0));
            }
        }
        writer.append(&lines, count)?;
        let (receipt, _) = writer.finish()?;
        self.seen = Offset(receipt.first.0 + receipt.count);
        Ok(())
    }

    /// The printed lines with their mark, and how many there are.
    fn marked(&mut self, printed: &[u8], last: Offset, place: Option<&Place>) -> Result<(Vec<u8>, u64)> {
        let mut source = b"{".to_vec();
        source.extend_from_slice(&self.mark);
        let place = place.map_or(String::new(), |place| format!(",\"place\":{}", place.to_json()));
        source.extend_from_slice(format!("{last}{place}}}").as_bytes());
        let (mut lines, mut count) = (Vec::with_capacity(printed.len() * 2), 0);
        let printed = printed.strip_suffix(b"\n").unwrap_or(printed);
        if printed.is_empty() {
            return Ok((lines, 0));
        }
        for line in printed.split(|&byte| byte == b'\n') {
            count += 1;
            let within = |error: Error| {
                error
                    .at("the command's output", count)
                    .hint("with --into every line that it prints is an event; nothing was stored")
            };
            self.extractor.extract(line, &mut self.fields).map_err(within)?;
            match self.mark_in {
                MarkIn::Events => self.put_marked(line, &source, &mut lines).map_err(within)?,
                MarkIn::Head => lines.extend_from_slice(line),
            }
            lines.push(b'\n');
        }
        Ok((lines, count))
    }

    /// Puts the source into the line's metadata; everything else stays as it is, byte for byte.
    fn put_marked(&self, line: &[u8], source: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let place = |span: Span| {
            let text = span.of(line);
            let start = text.as_ptr() as usize - line.as_ptr() as usize;
            start..start + text.len()
        };
        let member = [b"\"source\":", source].concat();
        if let Some(old) = self.fields[SOURCE] {
            let old = place(old);
            out.extend_from_slice(&line[..old.start]);
            out.extend_from_slice(source);
            out.extend_from_slice(&line[old.end..]);
            return Ok(());
        }
        let (object, member) = match self.fields[METADATA] {
            None => (0..line.trim_ascii_end().len(), [b"\"metadata\":{", &member[..], b"}"].concat()),
            Some(metadata) => (place(metadata), member),
        };
        let text = line[object.clone()].trim_ascii_start();
        if !text.starts_with(b"{") {
            return Err(Error::data(
                "the event's metadata is no object, so it cannot say where the event comes from",
            ));
        }
        let is_empty = text[1..].trim_ascii_start().starts_with(b"}");
        let end = object.end - 1;
        out.extend_from_slice(&line[..end]);
        out.extend_from_slice(if is_empty { b"" } else { b"," });
        out.extend_from_slice(&member);
        out.extend_from_slice(&line[end..]);
        Ok(())
    }
}

#[cold]
fn overtaken(stream: &Stream, further: u64) -> Error {
    Error::conflict(format!(
        "somebody else has brought this consumer to source offset {further} in {}; nothing was stored",
        stream.name()
    ))
    .hint("let one instance run at a time; this one starts anew from there")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::simulated::SimulatedDisk;

    fn marked(line: &str) -> Result<String> {
        let storage: Arc<dyn Storage> = Arc::new(SimulatedDisk::default());
        let mut target = Target::open(&storage, PathBuf::from("t"), ("s", "c"), MarkIn::Events)?;
        target
            .marked(line.as_bytes(), Offset(7), None)
            .map(|(lines, _)| String::from_utf8_lossy(&lines).into_owned())
    }

    #[test]
    fn the_source_is_put_into_the_metadata_and_nothing_else_changes() {
        let source = r#""source":{"stream":"s","consumer":"c","offset":7}"#;
        for (line, expected) in [
            ("{}", format!("{{\"metadata\":{{{source}}}}}\n")),
            (" { } ", format!(" {{ \"metadata\":{{{source}}}}} \n")),
            ("{\"a\": 1.0}\n", format!("{{\"a\": 1.0,\"metadata\":{{{source}}}}}\n")),
            ("{\"metadata\":{},\"a\":1}", format!("{{\"metadata\":{{{source}}},\"a\":1}}\n")),
            ("{\"metadata\": {\"v\":1 } }", format!("{{\"metadata\": {{\"v\":1 ,{source}}} }}\n")),
            (
                "{\"metadata\":{\"source\":\"web\",\"v\":2}}",
                format!("{{\"metadata\":{{{source},\"v\":2}}}}\n"),
            ),
        ] {
            assert_eq!(marked(line).expect(line), expected);
        }
        assert_eq!(marked("").expect("nothing"), "");
        for line in ["{\"metadata\":1}", "[1]", "{}\n\n{}", "{\"metadata\":null}"] {
            marked(line).expect_err(line);
        }
    }
}
