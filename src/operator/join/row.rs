//! The rows that a join prints: `{"key":{…},"left":{…},"right":{…},"gap":"PT12M"}`, or what `--select` makes of them. Where
//! the expression has a common shape, only the fields that it reads are kept of the rows that wait, and its lines are
//! written from these; no row is built.

use std::rc::Rc;

use super::{LEFT, RIGHT};
use crate::error::Result;
use crate::event::Event;
use crate::event::append::append;
use crate::event::expression::{Part, Select, is_printed_as_written};
use crate::event::line::{Line, Offset};
use crate::event::path::{Path, Step};
use crate::event::scan::{Projection, Span};
use crate::event::value::{Members, Value};
use crate::operator::grouping::Grouping;
use crate::time::duration::Duration;

/// What a row of the result says.
#[derive(Clone, Copy)]
pub struct Joined<'a> {
    /// What the key is made of.
    pub on: &'a Grouping,
    /// The key.
    pub key: &'a [u8],
    /// What [`Shaping::keep`] has kept of the left and of the right row.
    pub sides: [Option<&'a [u8]>; 2],
    /// How far the right row lies behind the left one, where there are two.
    pub gap: Option<Duration>,
    /// What else there is to say.
    pub remark: Remark,
}

/// What is told of a row besides what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// Nothing.
    None,
    /// It comes out because a side is idle.
    Idle,
    /// It is no more in the joined table.
    Deleted,
}

/// How the rows of a join come out: whole, or as `--select` wants them.
#[derive(Default)]
pub struct Shaping {
    select: Option<Select>,
    /// The fields that the expression reads; nothing when it reads whole rows.
    fields: Option<Fields>,
    /// The row, or the texts of its fields one after the other.
    text: Vec<u8>,
    spans: Vec<Option<Span>>,
}

/// The fields of a row that an expression reads, by slot.
struct Fields {
    paths: Vec<Path>,
    places: Vec<Place>,
    /// The line, where it is nothing but fields with bytes between them.
    parts: Option<Vec<Part>>,
    /// What is kept of the rows of each side.
    kept: [Vec<Kept>; 2],
}

/// Where a field of a row is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// There is none of this name, or to know it makes no difference.
    Nowhere,
    /// A side, and the place among the fields kept of it.
    Side(usize, usize),
    Key,
    KeyPart(usize),
    Gap,
    ClosedBy,
    Deleted,
}

/// A field that is kept of the rows of one side.
struct Kept {
    /// Its path within the event.
    path: Path,
    /// Its slot among the fields of the event.
    slot: usize,
    /// Whether its value is read, or only tells why a longer path is missing.
    is_asked: bool,
}

impl Shaping {
    /// Compiles `--select`, if there is one.
    pub fn compile(text: Option<&str>) -> Result<Shaping> {
        let Some(text) = text else { return Ok(Shaping::default()) };
        let mut projection = Projection::default();
        let select = Select::compile(text, &mut projection)?;
        let fields = if select.is_native() { Fields::of(&projection, select.parts()) } else { None };
        Ok(Shaping { select: Some(select), fields, ..Shaping::default() })
    }

    /// Whether rows come out whole.
    pub fn is_plain(&self) -> bool {
        self.select.is_none()
    }

    /// Gives what is kept of the events of one side slots in the projection of that side.
    pub fn bind(&mut self, side: usize, projection: &mut Projection) {
        for kept in self.fields.iter_mut().flat_map(|fields| &mut fields.kept[side]) {
            kept.slot = projection.slot(&kept.path);
        }
    }

    /// Tells which parts the keys of the rows have.
    pub fn name_key(&mut self, on: &Grouping) {
        let Some(fields) = &mut self.fields else { return };
        let names: Vec<String> = on.names().collect();
        for (path, place) in fields.paths.iter().zip(&mut fields.places) {
            if let (Place::KeyPart(_), Some(Step::Key(name))) = (*place, path.steps.last()) {
                let part = names.iter().position(|known| known == name);
                *place = part.map_or(Place::Nowhere, Place::KeyPart);
            }
        }
    }

    /// Puts into `out` what is kept of an event: the whole line, or the fields that are read. Fields are kept as a byte that
    /// says whether all are there and are printed as they stand, where each starts and ends, counted from behind these
    /// numbers, and then the texts; one that is missing ends before it starts.
    pub fn keep(&self, event: &Event<'_>, out: &mut Vec<u8>) {
        out.clear();
        let Some(fields) = &self.fields else {
            out.extend_from_slice(event.line.trimmed());
            return;
        };
        let kept = &fields.kept[event.input];
        out.resize(FLAG + kept.len() * BOUNDS, 0);
        let (texts, mut is_plain) = (out.len(), true);
        for (at, kept) in kept.iter().enumerate() {
            let start = (out.len() - texts) as u32;
            let bounds = match event.field(kept.slot) {
                // An object on the way to a missing field is as good as none.
                Some([b'{', ..]) if !kept.is_asked => [1, 0],
                Some(text) => {
                    is_plain &= is_printed_as_written(text);
                    append(text, out);
                    [start, start + text.len() as u32]
                }
                None => {
                    is_plain &= !kept.is_asked;
                    [1, 0]
                }
            };
            let place = FLAG + at * BOUNDS;
            out[place..place + 4].copy_from_slice(&bounds[0].to_le_bytes());
            out[place + 4..place + BOUNDS].copy_from_slice(&bounds[1].to_le_bytes());
        }
        out[0] = u8::from(is_plain);
    }

    /// The same as bytes of its own.
    pub fn kept(&self, event: &Event<'_>) -> Box<[u8]> {
        let mut kept = Vec::new();
        self.keep(event, &mut kept);
        kept.into_boxed_slice()
    }

    /// Appends the row as a line, or the lines that are selected from it.
    pub fn write(&mut self, row: &Joined<'_>, out: &mut Vec<u8>) -> Result<()> {
        let Some(select) = &self.select else {
            write_whole(row, out);
            out.push(b'\n');
            return Ok(());
        };
        self.text.clear();
        let Some(fields) = &self.fields else {
            write_whole(row, &mut self.text);
            return select.interpret(Value::parse(&self.text)?, out);
        };
        if fields.write_between(row, out) {
            return Ok(());
        }
        fields.find(row, &mut self.text, &mut self.spans);
        let line = Line { bytes: &self.text, source: "", number: 0, offset: Offset(0) };
        if select.write_natively(&Event::new(line, 0, &self.spans), out) {
            return Ok(());
        }
        select.interpret(fields.value(&self.text, &self.spans)?, out)
    }
}

/// How many bytes say whether the fields that are kept can be printed as they stand.
const FLAG: usize = 1;

/// How many bytes say where a kept field starts and ends.
const BOUNDS: usize = 8;

/// The text of a field in what was kept of a row: the one at `at` of `count`.
#[inline]
fn kept_text(kept: &[u8], at: usize, count: usize) -> Option<&[u8]> {
    let (bounds, texts) = kept.split_at_checked(FLAG + count * BOUNDS)?;
    let bounds = bounds[FLAG + at * BOUNDS..].first_chunk::<BOUNDS>()?;
    let bounds = u64::from_le_bytes(*bounds);
    texts.get(bounds as u32 as usize..(bounds >> 32) as usize)
}

impl Fields {
    /// The fields of a row that have slots in `projection`; nothing when they cannot be told from the rest.
    fn of(projection: &Projection, parts: Option<Vec<Part>>) -> Option<Fields> {
        let mut kept = [Vec::new(), Vec::new()];
        let places = projection.paths().iter().enumerate().map(|(slot, path)| {
            let is_asked = projection.is_asked(slot);
            let (Step::Key(first), rest) = path.steps.split_first()? else { return None };
            let side = match (first.as_str(), rest) {
                ("left" | "right" | "key", []) if !is_asked => return Some(Place::Nowhere),
                ("left", _) => LEFT,
                ("right", _) => RIGHT,
                ("key", []) => return Some(Place::Key),
                ("key", [_]) => return Some(Place::KeyPart(0)),
                ("key", _) => return None,
                ("gap", []) => return Some(Place::Gap),
                ("closed_by", []) => return Some(Place::ClosedBy),
                ("deleted", []) => return Some(Place::Deleted),
                _ => return Some(Place::Nowhere),
            };
            kept[side].push(Kept { path: Path { steps: rest.to_vec() }, slot: 0, is_asked });
            Some(Place::Side(side, kept[side].len() - 1))
        });
        let places = places.collect::<Option<_>>()?;
        Some(Fields { paths: projection.paths().to_vec(), places, parts, kept })
    }

    /// Appends the line where it is nothing but fields that are printed as they stand, and bytes between them.
    #[inline]
    fn write_between(&self, row: &Joined<'_>, out: &mut Vec<u8>) -> bool {
        let (Some(parts), [Some(left), Some(right)]) = (&self.parts, row.sides) else { return false };
        if left[0] != 1 || right[0] != 1 {
            return false;
        }
        let start = out.len();
        for part in parts {
            let is_written = match part {
                Part::Bytes(bytes) => {
                    append(bytes, out);
                    true
                }
                Part::Field(slot) => match self.places[*slot] {
                    // What is kept of the sides is known to be printed so.
                    Place::Side(side, at) => {
                        let kept = if side == LEFT { left } else { right };
                        let text = kept_text(kept, at, self.kept[side].len());
                        append(text.unwrap_or_default(), out);
                        text.is_some()
                    }
                    place => {
                        let from = out.len();
                        self.write_field(place, row, out) && is_printed_as_written(&out[from..])
                    }
                },
            };
            if !is_written {
                out.truncate(start);
                return false;
            }
        }
        true
    }

    /// Puts the texts of the fields one after the other, and says where each is.
    fn find(&self, row: &Joined<'_>, text: &mut Vec<u8>, spans: &mut Vec<Option<Span>>) {
        spans.clear();
        for &place in &self.places {
            let start = text.len();
            let is_there = self.write_field(place, row, text);
            spans.push(is_there.then_some(Span { start: start as u32, end: text.len() as u32 }));
        }
    }

    /// Appends the text of a field; false when the row has no such field.
    fn write_field(&self, place: Place, row: &Joined<'_>, out: &mut Vec<u8>) -> bool {
        let text = match place {
            Place::Side(side, at) => {
                row.sides[side].and_then(|kept| kept_text(kept, at, self.kept[side].len()))
            }
            Place::KeyPart(part) => row.on.part_of(row.key, part),
            Place::Key => {
                row.on.write_object(row.key, out);
                return true;
            }
            Place::Gap => {
                let Some(gap) = row.gap else { return false };
                write_quoted(gap, out);
                return true;
            }
            Place::ClosedBy => (row.remark == Remark::Idle).then_some(&b"\"idle\""[..]),
            Place::Deleted => (row.remark == Remark::Deleted).then_some(&b"true"[..]),
            Place::Nowhere => None,
        };
        append(text.unwrap_or_default(), out);
        text.is_some()
    }

    /// What there is of the row as a value: the fields are all that the expression reads.
    fn value(&self, text: &[u8], spans: &[Option<Span>]) -> Result<Value> {
        let mut found: Vec<(&Path, Span)> =
            self.paths.iter().zip(spans).filter_map(|(path, span)| Some((path, (*span)?))).collect();
        // A longer path leads into what a shorter one has put there.
        found.sort_by_key(|(path, _)| path.steps.len());
        let mut row = Value::Object(Rc::default());
        for (path, span) in found {
            put(&mut row, &path.steps, Value::parse(span.of(text))?);
        }
        Ok(row)
    }
}

/// Puts a value where a path of keys leads.
fn put(value: &mut Value, steps: &[Step], leaf: Value) {
    let Some((Step::Key(name), rest)) = steps.split_first() else {
        *value = leaf;
        return;
    };
    if !matches!(value, Value::Object(_)) {
        *value = Value::Object(Rc::new(Members::new()));
    }
    if let Value::Object(members) = value {
        put(Rc::make_mut(members).entry(name.as_bytes().into()).or_default(), rest, leaf);
    }
}

fn write_quoted(gap: Duration, out: &mut Vec<u8>) {
    out.push(b'"');
    gap.write(out);
    out.push(b'"');
}

/// Appends a row; a side that is not there is null, and then there is no gap.
fn write_whole(row: &Joined<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"key\":");
    row.on.write_object(row.key, out);
    if row.remark == Remark::Deleted {
        out.extend_from_slice(b",\"deleted\":true}");
        return;
    }
    for (name, side) in [&b",\"left\":"[..], b",\"right\":"].into_iter().zip(row.sides) {
        out.extend_from_slice(name);
        out.extend_from_slice(side.unwrap_or(b"null"));
    }
    if let Some(gap) = row.gap {
        out.extend_from_slice(b",\"gap\":");
        write_quoted(gap, out);
    }
    if row.remark == Remark::Idle {
        out.extend_from_slice(b",\"closed_by\":\"idle\"");
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::scan::Extractor;
    use crate::operator::key::Key;

    const SIDES: [&str; 7] = [
        r#"{"id":"a","n":1.50,"d":{"x":[1,2]}}"#,
        r#" { "d" : { "x" : "\u0041\n" , "y" : 2 }, "n" : "text", "id" : "b" } "#,
        r#"{"id":1,"n":null,"d":null}"#,
        r#"{"id":{"x":1,"x":2},"n":1e2,"d":[1]}"#,
        r#"{"d":"no object","id":true,"n":-0}"#,
        r#"{"d":{"x":{"y":1}},"d":{"x":null}}"#,
        "{}",
    ];

    const PROGRAMS: [&str; 18] = [
        "[.left.id, .right.id]",
        "{user: .key.k, l: .left.n, r: .right.d.x, gap}",
        ".left",
        ".left | {id, x: .d.x}",
        ".right.d | [.x, .y]",
        "[.left.d.x, .left.d, .left]",
        r#""\(.key.k): \(.left.id) then \(.right.id)""#,
        ".left.n * 2 + (.right.n // 0)",
        "select(.right.n) | .left.id, .right.d.x.y",
        "[.key, .key.other, .gap, .closed_by, .deleted, .nothing, .nothing.at.all]",
        "if .left.n == .right.n then .key.k else {n: .left.n, m: .right.n} end",
        ".left == null, .left == .right",
        "[.left.d.x.y]",
        "[.gap.x, .left.id]",
        ".key.k.deep",
        "keys",
        ".",
        ".left.d |= 1",
    ];

    /// The lines for a pair of events, each that is there, or an error; and whether no row was built for them.
    fn selected(program: &str, texts: [Option<&str>; 2], remark: Remark, is_native: bool) -> (String, bool) {
        let mut shaping = Shaping::compile(Some(program)).expect(program);
        if !is_native {
            shaping.fields = None;
        }
        let mut projections = [Projection::default(), Projection::default()];
        let on = Grouping::parse(Some("k=.id"), &mut projections[LEFT]).expect("a key");
        shaping.bind(LEFT, &mut projections[LEFT]);
        shaping.bind(RIGHT, &mut projections[RIGHT]);
        shaping.name_key(&on);
        let mut key = Key::default();
        let kept = [LEFT, RIGHT].map(|side| {
            let (text, mut fields) = (texts[side]?.as_bytes(), Vec::new());
            Extractor::new(&projections[side]).extract(text, &mut fields).expect("an event");
            let line = Line { bytes: text, source: "x", number: 1, offset: Offset(0) };
            let event = Event::new(line, side, &fields);
            if side == LEFT {
                on.key(&event, &mut key).expect("a key");
            }
            Some(shaping.kept(&event))
        });
        let gap = (texts[LEFT].is_some() && texts[RIGHT].is_some()).then_some(Duration(60_000_000_000));
        let sides = [kept[LEFT].as_deref(), kept[RIGHT].as_deref()];
        let mut out = Vec::new();
        let written = shaping.write(&Joined { on: &on, key: key.text(), sides, gap, remark }, &mut out);
        let text = match written {
            Ok(()) => String::from_utf8(out).expect("UTF-8"),
            Err(error) => error.to_string(),
        };
        (text, shaping.fields.is_some())
    }

    #[test]
    fn what_is_selected_from_the_fields_is_what_is_selected_from_the_row() {
        let sides = || SIDES.iter().map(|text| Some(*text)).chain([None]);
        for (number, program) in PROGRAMS.into_iter().enumerate() {
            for (left, right) in sides().flat_map(|left| sides().map(move |right| (left, right))) {
                for remark in [Remark::None, Remark::Idle, Remark::Deleted] {
                    let texts = if remark == Remark::Deleted { [None; 2] } else { [left, right] };
                    let (of_fields, is_native) = selected(program, texts, remark, true);
                    let (of_row, _) = selected(program, texts, remark, false);
                    assert_eq!(of_fields, of_row, "{program} of {texts:?}");
                    assert_eq!(is_native, number < 14, "{program}");
                }
            }
        }
    }
}
