//! The rules about the code. Each is a function from a file to what it finds there; the tests at the end
//! show for each rule a small broken sample that it catches.

use crate::source::{Source, line_of, matching_brace};

/// Which layers a layer may import, itself left out: the table in docs/architecture.md.
pub const LAYERS: [(&str, &[&str]); 8] = [
    ("cli", &["pipeline", "operator", "log", "event", "time", "sys", "error"]),
    ("pipeline", &["operator", "log", "event", "time", "sys", "error"]),
    ("operator", &["event", "time", "error"]),
    ("log", &["event", "time", "sys", "error"]),
    ("event", &["time", "error"]),
    ("time", &["error"]),
    ("sys", &["error"]),
    ("error", &[]),
];

/// The layers that see no file, clock, environment or terminal.
const PURE: [&str; 4] = ["operator", "event", "time", "error"];

const LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;

/// One breach of a rule: the line and what is wrong.
pub type Finding = (usize, String);

/// A rule: its name and how it looks at a file.
pub type Rule = (&'static str, fn(&Source) -> Vec<Finding>);

/// Every rule about code.
pub const RULES: [Rule; 10] = [
    ("imports go down", imports_go_down),
    ("pure layers see no world", pure_layers_see_no_world),
    ("only sys/disk.rs touches files", only_disk_touches_files),
    ("only cli prints", only_cli_prints),
    ("unsafe lives in event/scan", unsafe_lives_in_scan),
    ("no unwrap", no_unwrap),
    ("a note opens every module", a_note_opens_every_module),
    ("files are short", files_are_short),
    ("functions are short", functions_are_short),
    ("nothing is unfinished or silenced", nothing_is_unfinished),
];

fn imports_go_down(source: &Source) -> Vec<Finding> {
    let layer = source.layer();
    let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == layer) else { return Vec::new() };
    let upward = |path: &str| {
        let target = path.strip_prefix("crate::")?.split("::").next()?.to_owned();
        let known = LAYERS.iter().any(|(name, _)| *name == target);
        (known && target != layer && !below.contains(&target.as_str())).then_some(target)
    };
    let named = source.paths();
    named
        .iter()
        .filter_map(|(line, path)| Some((*line, format!("{layer} imports {}", upward(path)?))))
        .collect()
}

/// Paths that begin with one of `banned` (whole segments).
fn paths_with(source: &Source, banned: &[&str]) -> Vec<Finding> {
    let named = source.paths();
    let is_banned = |path: &str| {
        banned
            .iter()
            .any(|ban| path == *ban || path.strip_prefix(ban).is_some_and(|rest| rest.starts_with("::")))
    };
    named
        .into_iter()
        .filter(|(_, path)| is_banned(path))
        .map(|(line, path)| (line, format!("names {path}")))
        .collect()
}

fn pure_layers_see_no_world(source: &Source) -> Vec<Finding> {
    if !PURE.contains(&source.layer()) {
        return Vec::new();
    }
    let world = [
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "std::thread",
        "std::time::Instant",
        "std::time::SystemTime",
        "std::io::stdin",
        "Instant::now",
        "SystemTime::now",
        "Utc::now",
        "chrono::Utc::now",
        "chrono::Local",
        "Uuid::now_v7",
        "uuid::Uuid::now_v7",
        "rustix",
        "env",
    ];
    paths_with(source, &world)
}

fn only_disk_touches_files(source: &Source) -> Vec<Finding> {
    if source.path == "src/sys/disk.rs" || source.path.starts_with("src/sys/disk/") {
        return Vec::new();
    }
    let doors =
        ["std::fs", "fs", "rustix::fs::open", "rustix::fs::openat", "OpenOptions::new", "std::os::unix::fs"];
    paths_with(source, &doors)
}

fn only_cli_prints(source: &Source) -> Vec<Finding> {
    let everywhere = ["println", "eprintln", "print", "eprint"];
    let outside_cli =
        ["std::io::stdout", "std::io::stderr", "io::stdout", "io::stderr", "rustix::stdio::stdout"];
    // The macros panic when nobody reads any more, so not even cli uses them.
    let macros = source.paths().into_iter().filter(|(line, path)| {
        everywhere.contains(&path.as_str())
            && source.shipped.lines().nth(line - 1).is_some_and(|text| text.contains(&format!("{path}!")))
    });
    let mut found: Vec<Finding> = macros.map(|(line, path)| (line, format!("uses {path}!"))).collect();
    if source.layer() != "cli" {
        found.extend(paths_with(source, &outside_cli));
    }
    found
}

/// The lines of `code` that hold `word` as a whole word.
fn lines_with_word(code: &str, word: &str) -> Vec<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let holds = |line: &str| line.split(|c| !is_word(c)).any(|part| part == word);
    code.lines().enumerate().filter(|(_, line)| holds(line)).map(|(at, _)| at + 1).collect()
}

fn unsafe_lives_in_scan(source: &Source) -> Vec<Finding> {
    let home = source.path.starts_with("src/event/scan");
    let lines = if home { Vec::new() } else { lines_with_word(&source.code, "unsafe") };
    lines.into_iter().map(|line| (line, "unsafe outside event/scan".to_owned())).collect()
}

fn no_unwrap(source: &Source) -> Vec<Finding> {
    let lines = source.shipped.lines().enumerate();
    let found = lines.filter(|(_, line)| line.contains(".unwrap()"));
    found
        .map(|(at, _)| (at + 1, "unwrap(): return an error, or expect(\"why it cannot happen\")".to_owned()))
        .collect()
}

fn a_note_opens_every_module(source: &Source) -> Vec<Finding> {
    let first = source.text.lines().next().unwrap_or("");
    let note = first.strip_prefix("//!").map(str::trim).unwrap_or("");
    let says_something = note.len() > 15;
    if says_something { Vec::new() } else { vec![(1, "the file does not begin with a //! note".to_owned())] }
}

fn files_are_short(source: &Source) -> Vec<Finding> {
    let lines = source.text.lines().count();
    if lines <= LINES_MAX { Vec::new() } else { vec![(lines, format!("{lines} lines; {LINES_MAX} at most"))] }
}

fn functions_are_short(source: &Source) -> Vec<Finding> {
    let code = &source.code;
    let mut found = Vec::new();
    for (start, _) in code.match_indices("fn ") {
        let is_word_start = start == 0 || !code.as_bytes()[start - 1].is_ascii_alphanumeric();
        let Some(open) = code[start..].find(['{', ';']).map(|at| start + at) else { continue };
        if !is_word_start || code.as_bytes()[open] == b';' {
            continue;
        }
        let lines = line_of(code, matching_brace(code, open)) - line_of(code, start) + 1;
        if lines > FUNCTION_LINES_MAX {
            let name: String = code[start + 3..].chars().take_while(|c| *c != '(' && *c != '<').collect();
            found.push((
                line_of(code, start),
                format!("{name} has {lines} lines; {FUNCTION_LINES_MAX} at most"),
            ));
        }
    }
    found
}

fn nothing_is_unfinished(source: &Source) -> Vec<Finding> {
    let marks = ["todo!", "unimplemented!", "dbg!", "#[ignore", "allow(dead_code)", "allow(clippy::all"];
    let in_code = source.code.lines().enumerate().filter_map(|(at, line)| {
        let mark = marks.iter().find(|mark| line.contains(**mark))?;
        Some((at + 1, format!("{mark} is left")))
    });
    let notes = [concat!("FIX", "ME"), concat!("XX", "X")];
    let in_comments = source.text.lines().enumerate().filter_map(|(at, line)| {
        let (_, comment) = line.split_once("//")?;
        let note = notes.iter().find(|note| !lines_with_word(comment, note).is_empty())?;
        Some((at + 1, format!("{note} is left")))
    });
    in_code.chain(in_comments).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines in which the rule called `name` finds something in `text`.
    fn found(name: &str, path: &str, text: &str) -> Vec<usize> {
        let (_, rule) = RULES.iter().find(|(rule, _)| *rule == name).expect("the rule exists");
        rule(&Source::new(path, text)).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn an_upward_or_sideways_import_is_found() {
        let rule = "imports go down";
        assert_eq!(found(rule, "src/event/x.rs", "use crate::{error::Error, log::Writer};"), [1]);
        assert_eq!(found(rule, "src/operator/x.rs", "\nfn f() { crate::log::open() }"), [2]);
        assert_eq!(found(rule, "src/log/x.rs", "use super::super::operator::Operator;"), [1]);
        assert_eq!(found(rule, "src/log.rs", "use super::operator::Operator;"), [1]);
        assert_eq!(found(rule, "src/cli/x.rs", "use crate::{pipeline, sys::disk, error::Error};"), []);
        assert_eq!(
            found(rule, "src/event/x.rs", "// crate::log\n#[cfg(test)]\nmod tests { use crate::sys; }"),
            []
        );
    }

    #[test]
    fn a_pure_layer_that_looks_at_the_world_is_found() {
        let rule = "pure layers see no world";
        assert_eq!(found(rule, "src/time/x.rs", "use std::time::{Duration, Instant};"), [1]);
        assert_eq!(found(rule, "src/event/x.rs", "use std::{env, io};"), [1]);
        assert_eq!(found(rule, "src/operator/x.rs", "fn f() { std::fs::read(p) }"), [1]);
        assert_eq!(found(rule, "src/sys/clock.rs", "use std::time::SystemTime;"), []);
    }

    #[test]
    fn a_file_opened_outside_sys_disk_is_found() {
        let rule = "only sys/disk.rs touches files";
        assert_eq!(found(rule, "src/cli/x.rs", "use std::fs;\nfn f() { fs::read(p) }"), [1, 2]);
        assert_eq!(found(rule, "src/log/x.rs", "use std::fs::File;"), [1]);
        assert_eq!(found(rule, "src/sys/disk.rs", "use std::fs::File;"), []);
    }

    #[test]
    fn a_print_outside_cli_is_found() {
        let rule = "only cli prints";
        assert_eq!(found(rule, "src/log/x.rs", "fn f() { eprintln!(\"x\") }"), [1]);
        assert_eq!(found(rule, "src/pipeline/x.rs", "use std::io::{self, stdout};"), [1]);
        assert_eq!(found(rule, "src/cli/x.rs", "fn f() { println!(\"x\") }"), [1]);
        assert_eq!(found(rule, "src/cli/x.rs", "use std::io::stdout; fn print() {} fn g() { print() }"), []);
    }

    #[test]
    fn unsafe_and_unwrap_are_found_where_they_may_not_be() {
        assert_eq!(found("unsafe lives in event/scan", "src/log/x.rs", "fn f() { unsafe { g() } }"), [1]);
        assert_eq!(found("unsafe lives in event/scan", "src/event/scan/simd.rs", "unsafe fn f() {}"), []);
        assert_eq!(
            found("no unwrap", "src/log/x.rs", "fn f() { a.unwrap() }\nfn g() { a.unwrap_or(1) }"),
            [1]
        );
        assert_eq!(found("no unwrap", "src/log/tests.rs", "fn f() { a.unwrap() }"), []);
    }

    #[test]
    fn a_missing_note_and_great_lengths_are_found() {
        assert_eq!(found("a note opens every module", "src/log/x.rs", "use a;"), [1]);
        assert_eq!(found("a note opens every module", "src/log/x.rs", "//! What this module is for."), []);
        assert_eq!(found("files are short", "src/log/x.rs", &"\n".repeat(501)), [501]);
        assert_eq!(found("files are short", "src/log/x.rs", &"\n".repeat(500)), []);
        let function = |lines: usize| format!("fn f() {{\n{}}}", "a();\n".repeat(lines));
        assert_eq!(found("functions are short", "src/log/x.rs", &function(69)), [1]);
        assert_eq!(found("functions are short", "src/log/x.rs", &function(68)), []);
    }

    #[test]
    fn unfinished_work_is_found() {
        let rule = "nothing is unfinished or silenced";
        assert_eq!(
            found(rule, "src/x.rs", "fn f() { todo!() }\n\n#[ignore = \"\"]\n#[allow(dead_code)]"),
            [1, 3, 4]
        );
        assert_eq!(found(rule, "src/x.rs", concat!("// FIX", "ME later")), [1]);
        assert_eq!(found(rule, "src/x.rs", "let a = \"todo!\";"), []);
    }
}
