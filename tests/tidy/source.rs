//! Rust source as the rules see it: text with comments and literals blanked out, tests left out, and the
//! paths that it names. This is a lexer, not a parser: enough for rules, and never wrong about where a
//! string or a comment ends.

/// One source file.
pub struct Source {
    /// Its path in the repository, as `src/event/scan.rs`.
    pub path: String,
    /// The text as it is.
    pub text: String,
    /// The text of the same length and lines with comments, strings and characters blanked out.
    pub code: String,
    /// `code` with the modules under `#[cfg(test)]` blanked out too.
    pub shipped: String,
}

impl Source {
    /// Takes in a file's text.
    pub fn new(path: &str, text: &str) -> Source {
        let code = blank_literals(text);
        let is_test = path.starts_with("tests/") || path.ends_with("/tests.rs") || path.contains("/tests/");
        let shipped = if is_test { blank(&code) } else { blank_tests(&code) };
        Source { path: path.to_owned(), text: text.to_owned(), code, shipped }
    }

    /// The first directory or file below src/: the layer.
    pub fn layer(&self) -> &str {
        let rest = self.path.strip_prefix("src/").unwrap_or("");
        rest.split('/').next().unwrap_or("").trim_end_matches(".rs")
    }

    /// Every path that the shipped code names, with its line: `use` trees taken apart, `super` resolved
    /// where it climbs to the root of the crate.
    pub fn paths(&self) -> Vec<(usize, String)> {
        paths(&self.shipped)
            .into_iter()
            .map(|(line, path)| (line, climb(&path, self.depth()).unwrap_or(path)))
            .collect()
    }

    /// How many modules deep the file is: `src/event/mod.rs` is one deep, `src/event/scan.rs` two.
    fn depth(&self) -> usize {
        let inside = self.path.strip_prefix("src/").unwrap_or("").trim_end_matches(".rs");
        let inside = inside.trim_end_matches("/mod");
        if inside == "lib" || inside == "main" { 0 } else { inside.split('/').count() }
    }
}

/// `super::super::log::X` in a file two modules deep is `crate::log::X`.
fn climb(path: &str, depth: usize) -> Option<String> {
    let supers = path.split("::").take_while(|part| *part == "super").count();
    if supers == 0 || supers < depth {
        return None;
    }
    let rest: Vec<&str> = path.split("::").skip(supers).collect();
    Some(format!("crate::{}", rest.join("::")))
}

/// Same length, same line ends, otherwise spaces.
fn blank(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
}

/// Blanks out comments, strings and characters; the quotes of a string stay.
fn blank_literals(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_end(&chars, at);
        if end > at {
            let quote = chars[at..end].contains(&'"') && chars[at] != '/';
            for (i, &c) in chars[at..end].iter().enumerate() {
                let edge =
                    quote && c == '"' && (i + 1 == end - at || chars[at..at + i].iter().all(|c| *c != '"'));
                out.push(if c == '\n' || edge { c } else { ' ' });
            }
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

/// The end of the comment, string or character that begins at `at`; `at` itself when none does.
fn literal_end(chars: &[char], at: usize) -> usize {
    let next = chars.get(at + 1).copied();
    let after_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match chars[at] {
        '/' if next == Some('/') => find(chars, at, |rest| rest[0] == '\n'),
        '/' if next == Some('*') => block_comment_end(chars, at),
        '"' => string_end(chars, at + 1),
        'b' | 'c' if !after_word && next == Some('"') => string_end(chars, at + 2),
        'r' if !after_word => raw_string_end(chars, at, at + 1),
        'b' | 'c' if !after_word && next == Some('r') => raw_string_end(chars, at, at + 2),
        '\'' => character_end(chars, at),
        _ => at,
    }
}

fn find(chars: &[char], from: usize, is_end: impl Fn(&[char]) -> bool) -> usize {
    (from..chars.len()).find(|&i| is_end(&chars[i..])).unwrap_or(chars.len())
}

fn block_comment_end(chars: &[char], from: usize) -> usize {
    let mut depth = 0;
    let mut at = from;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 1),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 1),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return at;
        }
    }
    at
}

fn string_end(chars: &[char], from: usize) -> usize {
    let mut at = from;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 1,
            '"' => return at + 1,
            _ => {}
        }
        at += 1;
    }
    chars.len()
}

fn raw_string_end(chars: &[char], start: usize, hashes_at: usize) -> usize {
    let hashes = chars[hashes_at..].iter().take_while(|c| **c == '#').count();
    if chars.get(hashes_at + hashes) != Some(&'"') {
        return start;
    }
    let is_close =
        |rest: &[char]| rest[0] == '"' && rest.len() > hashes && rest[1..=hashes].iter().all(|c| *c == '#');
    let close = find(chars, hashes_at + hashes + 1, is_close);
    (close + 1 + hashes).min(chars.len())
}

/// A character literal ends at its quote; a lifetime is no literal.
fn character_end(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => find(chars, at + 3, |rest| rest[0] == '\'') + 1,
        (Some(_), Some('\'')) => at + 3,
        _ => at,
    }
}

/// Blanks out what stands under `#[cfg(test)]`: up to the closing brace or the semicolon.
fn blank_tests(code: &str) -> String {
    let mut out = code.to_owned();
    while let Some(start) = out.find("#[cfg(test)]") {
        let open = out[start..].find(['{', ';']).map_or(out.len() - 1, |at| start + at);
        let end = if out.as_bytes()[open] == b'{' { matching_brace(&out, open) } else { open };
        let blanked = blank(&out[start..=end]);
        out.replace_range(start..=end, &blanked);
    }
    out
}

/// The position of the brace that closes the one at `open`.
pub fn matching_brace(code: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    code.len() - 1
}

/// The line, from 1, of a byte position.
pub fn line_of(text: &str, position: usize) -> usize {
    text.as_bytes()[..position].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':'
}

fn paths(code: &str) -> Vec<(usize, String)> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !is_path_byte(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && is_path_byte(bytes[at]) {
            at += 1;
        }
        let word = &code[start..at];
        if word.ends_with("::") && bytes.get(at) == Some(&b'{') {
            let end = matching_brace(code, at);
            let mut names = Vec::new();
            expand(word, &code[at + 1..end], &mut names);
            found.extend(names.into_iter().map(|name| (line_of(code, start), name)));
            at = end;
        } else if word.contains("::") || bytes.get(at) == Some(&b'!') {
            found.push((line_of(code, start), word.trim_start_matches(':').to_owned()));
        }
    }
    found
}

/// Takes the inside of a `use` tree's braces apart.
fn expand(prefix: &str, inside: &str, names: &mut Vec<String>) {
    let mut depth = 0;
    let mut start = 0;
    for (at, byte) in inside.bytes().chain([b',']).enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' if depth == 0 => {
                let part = inside[start..at].trim();
                start = at + 1;
                match part.split_once('{') {
                    Some((head, tail)) => {
                        expand(&format!("{prefix}{head}"), tail.trim_end_matches('}'), names);
                    }
                    None if part.is_empty() => {}
                    None => names.push(format!("{prefix}{}", part.split(' ').next().unwrap_or(part))),
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_comments_are_blanked_and_code_is_kept() {
        let text = "let a = \"x\\\"{\"; // {\nlet b = '{'; /* { /* */ } */ fn f<'a>(c: &'a str) {} r#\"}\"#";
        let code = blank_literals(text);
        assert_eq!(code.matches('{').count(), 1, "{code}");
        assert_eq!(code.matches('}').count(), 1, "{code}");
        assert!(code.contains("fn f<'a>(c: &'a str)"), "{code}");
        assert_eq!(code.lines().count(), text.lines().count());
    }

    #[test]
    fn use_trees_are_taken_apart_and_super_is_resolved() {
        let text = "use crate::{error::Result, log::{self, Writer}};\nuse super::super::sys::disk;\nuse super::line;";
        let found = Source::new("src/event/scan.rs", text).paths();
        let names: Vec<_> = found.iter().map(|(line, name)| (*line, name.as_str())).collect();
        assert_eq!(
            names,
            [
                (1, "crate::error::Result"),
                (1, "crate::log::self"),
                (1, "crate::log::Writer"),
                (2, "crate::sys::disk"),
                (3, "super::line"),
            ]
        );
    }

    #[test]
    fn tests_are_not_shipped() {
        let source =
            Source::new("src/event/x.rs", "fn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }\nfn c() {}");
        assert!(source.shipped.contains("fn a") && source.shipped.contains("fn c"));
        assert!(!source.shipped.contains("fn b"));
        assert!(source.code.contains("fn b"));
    }
}
