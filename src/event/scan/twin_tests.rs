//! The fast way through a line against the walk, its slow twin: whatever the lines before were, both find the same
//! fields, and the same fault in the same column.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::chunk::{Chunks, Fastest, Portable, Task};
use super::*;

/// Says all that the bitmaps say about two chunks.
struct Bitmaps<'a>(&'a [u8; CHUNK], &'a [u8; CHUNK]);

impl Task for Bitmaps<'_> {
    type Output = [u32; 6];

    fn run<C: Chunks>(self) -> [u32; 6] {
        let both = C::equal_both([self.0, self.1], [self.0, &[b'"'; CHUNK]]);
        let (stops, special) = (C::stops(self.0), C::stops_and_high(self.0));
        [stops, special, C::digits(self.0), C::high(self.0), C::equal(self.0, self.1), both]
    }
}

fn bitmap(is_set: impl Fn(usize) -> bool) -> u32 {
    (0..CHUNK).fold(0, |bits, at| bits | u32::from(is_set(at)) << at)
}

/// Takes the steps of a path from `a.b.-1`.
fn path(text: &str) -> Path {
    let step = |word: &str| word.parse().map_or_else(|_| Step::Key(word.to_owned()), Step::Index);
    Path { steps: text.split('.').map(step).collect() }
}

const PATHS: [&str; 10] = ["a", "b.a", "b", "c.0", "c.-1.a", "c.-2", "b.b.b", "note", "ü", ANCESTOR];

/// Asked only for whether it is an object.
const ANCESTOR: &str = "b.b";

fn extractor() -> Extractor {
    let mut projection = Projection::default();
    for text in PATHS {
        match text {
            ANCESTOR => projection.slot_of_ancestor(&path(text)),
            _ => projection.slot(&path(text)),
        };
    }
    Extractor::new(&projection)
}

type Outcome = std::result::Result<Vec<Option<Span>>, (Option<u64>, String)>;

fn outcome(result: Result<()>, fields: Vec<Option<Span>>) -> Outcome {
    result.map(|()| fields).map_err(|error| (error.place().column, error.to_string()))
}

fn slow(extractor: &Extractor, line: &[u8]) -> Outcome {
    let mut fields = vec![None; PATHS.len()];
    outcome(walk::line(line, &extractor.root, &mut fields), fields)
}

/// Reads the lines of `text` one after the other, in each of the ways, and compares with the walk.
fn compare(extractor: &mut Extractor, text: &[u8]) {
    // Nothing stands behind the last byte, so that memcheck (`.ci/memcheck`) sees whoever reads there.
    let text: Box<[u8]> = text.into();
    let (mut rest, mut fields) = (&*text, Vec::new());
    while !rest.is_empty() {
        let line = rest.split(|&byte| byte == b'\n').next().expect("there is a first line");
        let expected = slow(extractor, line);
        let shown = String::from_utf8_lossy(line);
        let both = [Portable::first as fn(&Extractor, &[u8]) -> _, fastest];
        for (matched, found) in both.map(|way| way(extractor, rest)) {
            if let Match::Line(length) = matched {
                assert_eq!((length, Ok(found)), (line.len(), expected.clone()), "{shown}");
            }
        }
        let (length, result) = extractor.extract_first(rest, &mut fields);
        assert_eq!(length, line.len(), "{shown}");
        assert_eq!(outcome(result, fields.clone()), expected, "{shown}");
        let result = extractor.extract(line, &mut fields);
        assert_eq!(outcome(result, fields.clone()), expected, "{shown} alone");
        rest = &rest[(length + 1).min(rest.len())..];
    }
    // A newline is white space in a line that is given alone.
    let result = extractor.extract(&text, &mut fields);
    assert_eq!(outcome(result, fields), slow(extractor, &text), "{}", String::from_utf8_lossy(&text));
}

/// Takes the lines of `text` together, as far as they are known, and compares with the walk.
fn compare_known(text: &[u8]) {
    let (mut extractor, mut fields) = (Extractor::new(&Projection::default()), Vec::new());
    let text = [text, text, &[b' '; 80][..]].join(&b'\n').into_boxed_slice();
    let mut rest = &text[..];
    while !rest.is_empty() {
        let (bytes, lines) = extractor.known(rest);
        let portable = ReadingAll { layouts: &extractor.layouts, text: rest }.run::<Portable>();
        assert_eq!(portable, (bytes, lines));
        let taken = rest[..bytes].split_inclusive(|&byte| byte == b'\n');
        assert_eq!(taken.clone().count() as u64, lines);
        for line in taken {
            let line = line.strip_suffix(b"\n").expect("whole lines are taken");
            assert!(check(line).is_ok(), "{}", String::from_utf8_lossy(line));
        }
        rest = &rest[bytes..];
        let (length, _) = extractor.extract_first(rest, &mut fields);
        rest = &rest[(length + 1).min(rest.len())..];
    }
}

impl Portable {
    fn first(extractor: &Extractor, text: &[u8]) -> (Match, Vec<Option<Span>>) {
        let mut fields = vec![None; PATHS.len()];
        let reading = Reading { layouts: &extractor.layouts, text, fields: &mut fields };
        (reading.run::<Portable>(), fields)
    }
}

fn fastest(extractor: &Extractor, text: &[u8]) -> (Match, Vec<Option<Span>>) {
    let mut fields = vec![None; PATHS.len()];
    let reading = Reading { layouts: &extractor.layouts, text, fields: &mut fields };
    (Fastest::find().run(reading), fields)
}

/// Compares `lines` after the layout of `first` was learned, each alone and in front of others.
fn compare_after<L: AsRef<[u8]>>(first: &str, lines: impl IntoIterator<Item = L>) {
    let padding = [b"\n{\"a\":1}\n".as_slice(), &[b' '; 80]].concat();
    for line in lines {
        for behind in [b"".as_slice(), b"\n", &padding] {
            let mut extractor = extractor();
            compare(&mut extractor, first.as_bytes());
            compare(&mut extractor, &[line.as_ref(), behind].concat());
        }
    }
}

#[test]
fn the_layout_of_the_line_before_is_known() {
    let mut extractor = extractor();
    let first = br#"{"a":"x","b":{"a":1.5,"b":{"b":null}},"c":[1,{"a":2}],"note":"","n":-0}"#;
    let line = br#"{"a":"longer \u00e9","b":{"a":true,"b":{"b":false}},"c":[],"note":"\"","n":1e5}"#;
    extractor.extract(first, &mut Vec::new()).expect("it is an event");
    let text = [line, b"\n".as_slice(), &[b' '; 40]].concat().into_boxed_slice();
    let (matched, found) = fastest(&extractor, &text);
    assert_eq!(matched, Match::Line(line.len()));
    assert_eq!(Ok(found), slow(&extractor, line));
}

#[test]
fn a_field_that_is_a_string_now_and_then_is_known_when_both_were_seen() {
    let mut extractor = extractor();
    let lines = [
        r#"{"a":1,"note":null}"#,
        r#"{"a":"x","note":"y"}"#,
        r#"{"a":"z","note":2.5}"#,
        r#"{"a":[],"note":""}"#,
    ];
    for line in &lines[..2] {
        extractor.extract(line.as_bytes(), &mut Vec::new()).expect("it is an event");
    }
    for line in lines {
        let text = [line.as_bytes(), b"\n", &[b' '; 40]].concat().into_boxed_slice();
        assert_eq!(fastest(&extractor, &text).0, Match::Line(line.len()), "{line}");
    }
}

#[test]
fn strings_of_all_lengths_with_anything_at_their_end() {
    let ends: [&[u8]; 22] = [
        b"",
        b"\\\"",
        b"\\\\",
        b"\\/",
        b"\\b",
        b"\\n",
        b"\\u00e9",
        b"\\ud83d\\ude00",
        b"\\x",
        b"\\u12g4",
        b"\\u12",
        b"\\",
        b"\x1f",
        b"\x00",
        b"\x7f",
        b"\t",
        b"\n",
        "é".as_bytes(),
        "😀".as_bytes(),
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
    ];
    let lines = (0..200).flat_map(|length| {
        let text = "x".repeat(length);
        ends.map(|end| [b"{\"a\":\"", text.as_bytes(), end, b"yz\",\"b\":\"", end, b"\"}"].concat())
    });
    compare_after(r#"{"a":"x","b":"y"}"#, lines);
}

#[test]
fn numbers_and_words_good_and_bad() {
    let words = [
        "0",
        "-0",
        "-",
        "00",
        "01",
        "-01",
        "1",
        "12",
        "1.",
        "1.0",
        ".5",
        "-.5",
        "1.2.3",
        "1e5",
        "1E+5",
        "1e",
        "1e-",
        "1.5e10",
        "0x1",
        "+1",
        "1_0",
        "1 ",
        " 1",
        "true",
        "false",
        "null",
        "tru",
        "truE",
        "nul",
        "nulll",
        "fals",
        "falsee",
        "True",
        "NaN",
        "\"",
        "",
        "{}",
        "{\"a\":3}",
        "[]",
        "[1,",
        "[1,\n2]",
        "[\"\n\"]",
        "[[[",
        "]",
        "\"x\" ",
        "\"x\"\t",
        "\u{e9}",
        "[\"é\"]",
        "1,\"a\":2",
    ];
    let long = (1..80).flat_map(|length| {
        let digits = "7".repeat(length);
        [
            digits.clone(),
            format!("-{digits}"),
            format!("{digits}.{digits}"),
            format!("0.{digits}e{digits}"),
            format!("{digits}."),
        ]
    });
    let words: Vec<String> = words.map(str::to_owned).into_iter().chain(long).collect();
    for first in [r#"{"n":1,"b":{"a":2}}"#, r#"{"n":"x","b":{"a":"y"}}"#, r#"{"n":[1],"b":{"a":{}}}"#] {
        compare_after(first, words.iter().map(|word| format!("{{\"n\":{word},\"b\":{{\"a\":{word}}}}}")));
    }
}

#[test]
fn bytes_that_are_no_utf8_in_every_place() {
    let line = "{\"a\":\"é\",\"ü\":{\"a\":1,\"😀\":[\"ö\"]},\"note\":\"0123456789012345678901234567890 ß\"}";
    let wrong: [&[u8]; 6] = [b"\xff", b"\xc3", b"\x80", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80"];
    let lines = (0..line.len()).flat_map(|at| {
        wrong.map(|wrong| [&line.as_bytes()[..at], wrong, &line.as_bytes()[at + 1..]].concat())
    });
    compare_after(line, lines);
    let inserted = (0..=line.len())
        .flat_map(|at| wrong.map(|wrong| [&line.as_bytes()[..at], wrong, &line.as_bytes()[at..]].concat()));
    compare_after(line, inserted);
}

#[test]
fn a_line_that_is_cut_off_or_broken_up_anywhere() {
    let line = r#" {"a" : "x\n" ,"b":{"b":{"b":[]},"a":1.50},"c":[1,[2],{"a":3}],"a long key, which is longer than one chunk":{}} "#;
    compare_after(line, (0..=line.len()).map(|at| &line.as_bytes()[..at]));
    let with =
        |between: &'static str| (0..=line.len()).map(move |at| [&line[..at], between, &line[at..]].concat());
    for between in ["\n", " ", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "\r", "\u{0}"] {
        compare_after(line, with(between));
    }
}

#[test]
fn deep_nesting_is_read_as_by_the_walk() {
    for depth in [1, 30, 31, 32, 33, 255, 256, 509, 510, 511, 512, 513, 600] {
        let mut extractor = extractor();
        let objects = format!("{}1{}\n", "{\"b\":".repeat(depth), "}".repeat(depth));
        let arrays = format!("{{\"c\":{}1{}}}\n", "[".repeat(depth), "]".repeat(depth));
        let within = format!("{{\"b\":{{\"b\":{{\"b\":{}1{}}}}}}}\n", "[".repeat(depth), "]".repeat(depth));
        for _ in 0..2 {
            compare(&mut extractor, format!("{objects}{{\"c\":[]}}\n{arrays}{within}").as_bytes());
        }
    }
}

#[test]
fn more_layouts_than_are_remembered() {
    let mut extractor = extractor();
    for n in 0..RELEARNED_AFTER {
        let line = format!("{{\"a\":{n},\"k{n}\":1,\"b\":{{\"a\":\"x\",\"j{}\":2}}}}\n", n % 10);
        compare(&mut extractor, line.as_bytes());
    }
    assert!(extractor.resting > 0, "ever new keys are not looked for");
    let known = b"{\"a\":1,\"b\":2}\n                                    ";
    for _ in 0..RESTED_FOR {
        compare(&mut extractor, b"{\"a\":1,\"b\":2}\n");
    }
    assert_eq!(fastest(&extractor, known).0, Match::Line(13), "what comes now is learned at last");
}

/// Values as text, in several styles.
fn value() -> impl Strategy<Value = String> {
    let scalar = select(vec![
        "1",
        "-2.50",
        "0",
        "1e9",
        "true",
        "null",
        "\"\"",
        "\"x\"",
        "\"a \\\"quote\\\"\"",
        "\"{,}:[]\"",
        "\"é😀\"",
        "\"\\u0061\"",
        "\"a string that is longer than one chunk of bytes, and so is cut\"",
        "[]",
        "{}",
        "[ ]",
        "{ }",
    ]);
    let key = select(vec![
        "a",
        "b",
        "c",
        "d",
        "note",
        "\\u0061",
        "ü",
        "a key that is longer than one chunk of bytes",
    ]);
    let style = select(vec![("", ""), (" ", " "), ("", " "), ("\t", "\r")]);
    scalar.prop_map(str::to_owned).prop_recursive(4, 24, 4, move |inner| {
        let array = (vec(inner.clone(), 0..4), style.clone()).prop_map(|(values, (before, after))| {
            format!("[{before}{}{after}]", values.join(&format!("{before},{after}")))
        });
        prop_oneof![1 => array, 3 => object(key.clone(), inner, style.clone())]
    })
}

fn object(
    key: impl Strategy<Value = &'static str>,
    value: impl Strategy<Value = String>,
    style: impl Strategy<Value = (&'static str, &'static str)>,
) -> impl Strategy<Value = String> {
    (vec((key, value), 0..5), style).prop_map(|(members, (before, after))| {
        let member =
            |(key, value): &(&str, String)| format!("{before}\"{key}\"{after}:{before}{value}{after}");
        format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
    })
}

proptest! {
    #[test]
    fn bitmaps_say_what_the_bytes_are(
        left in prop::array::uniform32(any::<u8>()),
        right in prop::array::uniform32(select(b"\"\\\x00\x1f\x20/09:\x7f\x80\xff!#[]".to_vec())),
        same in any::<u32>(),
    ) {
        let mut mixed = right;
        (0..CHUNK).filter(|at| same >> at & 1 == 1).for_each(|at| mixed[at] = left[at]);
        for (one, other) in [(&left, &right), (&right, &left), (&mixed, &left), (&mixed, &right)] {
            let expected = [
                bitmap(|at| matches!(one[at], b'"' | b'\\' | 0..0x20)),
                bitmap(|at| matches!(one[at], b'"' | b'\\' | 0..0x20 | 0x80..)),
                bitmap(|at| one[at].is_ascii_digit()),
                bitmap(|at| !one[at].is_ascii()),
                bitmap(|at| one[at] == other[at]),
                bitmap(|at| one[at] == other[at] && one[at] == b'"'),
            ];
            prop_assert_eq!(Bitmaps(one, other).run::<Portable>(), expected);
            prop_assert_eq!(Fastest::find().run(Bitmaps(one, other)), expected);
        }
    }

    #[test]
    fn events_in_any_order_are_read_as_by_the_walk(
        values in vec(value(), 1..6),
        order in vec(any::<prop::sample::Index>(), 1..12),
        breaks in vec((any::<prop::sample::Index>(), select(b"\"\\{}[]:,0a \n\x00\xff\xc3".to_vec())), 0..3),
    ) {
        let mut extractor = extractor();
        let lines: Vec<&str> = order.iter().map(|index| values[index.index(values.len())].as_str()).collect();
        let mut text = lines.join("\n").into_bytes();
        compare(&mut extractor, &text);
        compare_known(&text);
        for (place, byte) in breaks {
            let at = place.index(text.len());
            text[at] = byte;
            compare(&mut extractor, &text);
            compare_known(&text);
        }
    }

    #[test]
    fn any_bytes_are_read_as_by_the_walk(text in vec(any::<u8>(), 0..200), object in value()) {
        let mut extractor = extractor();
        compare(&mut extractor, object.as_bytes());
        compare(&mut extractor, &text);
        compare(&mut extractor, &[object.as_bytes(), &text].concat());
    }
}
