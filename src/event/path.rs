//! A path to a field: `.a.b`, `."x y"`, `.["x"]`, `.a[0]`. Paths are the one jq shape that the scanner
//! answers straight from the bytes of a line.

use std::fmt;

use crate::error::{Error, Result};

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The value of a key, unescaped.
    Key(String),
    /// The element of an array; negative counts from the end.
    Index(i64),
}

/// A path from the event to one of its fields; the empty path is the event itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path {
    /// The steps, outermost first.
    pub steps: Vec<Step>,
}

impl Path {
    /// Reads a path in jq's syntax; anything else is a usage error with an example.
    pub fn parse(text: &str) -> Result<Path> {
        parse(text.trim()).ok_or_else(|| {
            Error::usage(format!("'{text}' is no path"))
                .hint("write a path like .data.amount, .\"a key\" or .items[0]")
        })
    }

    /// The last key on the path, which names it in results.
    pub fn last_key(&self) -> Option<&str> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
    }
}

fn parse(text: &str) -> Option<Path> {
    let mut rest = text.strip_prefix('.')?;
    let mut steps = Vec::new();
    if rest.is_empty() {
        return Some(Path { steps });
    }
    loop {
        rest = match rest.as_bytes().first()? {
            b'[' => bracket(rest, &mut steps)?,
            b'"' => quoted(rest, &mut steps)?,
            _ => name(rest, &mut steps)?,
        };
        rest = match rest.as_bytes() {
            [] => return Some(Path { steps }),
            [b'[', ..] => rest,
            [b'.', ..] => &rest[1..],
            _ => return None,
        };
    }
}

fn name<'t>(text: &'t str, steps: &mut Vec<Step>) -> Option<&'t str> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    let is_name = end > 0 && !text.as_bytes()[0].is_ascii_digit();
    steps.push(Step::Key(text[..end].to_owned()));
    is_name.then_some(&text[end..])
}

/// A JSON string, of which jq's own are a superset; interpolation makes it no path.
fn quoted<'t>(text: &'t str, steps: &mut Vec<Step>) -> Option<&'t str> {
    let mut strings = serde_json::Deserializer::from_str(text).into_iter::<String>();
    steps.push(Step::Key(strings.next()?.ok()?));
    Some(&text[strings.byte_offset()..])
}

fn bracket<'t>(text: &'t str, steps: &mut Vec<Step>) -> Option<&'t str> {
    let inner = text.strip_prefix('[')?.trim_start();
    let rest = if inner.starts_with('"') {
        quoted(inner, steps)?
    } else {
        let end = inner.find([']', ' '])?;
        steps.push(Step::Index(inner[..end].parse().ok()?));
        &inner[end..]
    };
    rest.trim_start().strip_prefix(']')
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return f.write_str(".");
        }
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) if is_plain(key) => write!(f, ".{key}")?,
                Step::Key(key) => write!(f, ".{}", serde_json::Value::from(key.as_str()))?,
                Step::Index(index) if at == 0 => write!(f, ".[{index}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

fn is_plain(key: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    key.bytes().all(is_letter) && key.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_and_shown_in_jq_syntax() {
        for (text, shown) in [
            (".", "."),
            (".a.b_2", ".a.b_2"),
            (".\"x y\".z", ".\"x y\".z"),
            (".[\"x\"]", ".x"),
            (".a[0].b", ".a[0].b"),
            (".a[-1]", ".a[-1]"),
            (".[3]", ".[3]"),
            (".a[ \"k\" ]", ".a.k"),
        ] {
            assert_eq!(Path::parse(text).expect(text).to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_path_is_an_error_with_an_example() {
        for text in ["", "a", ".a.", ".a + 1", ".1", "..", ".a[", ".a[b]", ".a[0", ".a-b", ".\"\\(1)\"", ".é"]
        {
            let error = Path::parse(text).expect_err(text);
            assert!(error.to_string().contains(".data.amount"), "{error}");
        }
    }
}
