//! What differs between two states: a list of paths with the old and the new value, and for numbers the exact
//! difference. Objects and arrays are compared part by part, so that a change is always of one plain value.

use crate::event::path::{Path, Step};
use crate::event::value::{Value, write_string};

/// How changes are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// One line with a list of changes.
    #[default]
    Nested,
    /// One line a change, for columns.
    Flat,
    /// One line a change, in words.
    Words,
}

/// One place at which two states differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub path: Path,
    /// What stood there; nothing when it was not there.
    pub old: Option<Value>,
    /// What stands there now.
    pub new: Option<Value>,
}

/// What differs between two states; numbers and everything else are compared by value.
pub fn changes(old: Option<&Value>, new: Option<&Value>) -> Vec<Change> {
    let mut found = Vec::new();
    compare(old, new, &mut Path::default(), &mut found);
    found
}

fn compare(old: Option<&Value>, new: Option<&Value>, path: &mut Path, found: &mut Vec<Change>) {
    match (old, new) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for (key, value) in old.iter() {
                below(Step::Key(text(key)), Some(value), new.get(key), path, found);
            }
            for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                below(Step::Key(text(key)), None, Some(value), path, found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for at in 0..old.len().max(new.len()) {
                below(Step::Index(at as i64), old.get(at), new.get(at), path, found);
            }
        }
        (Some(old), Some(new)) if is_leaf(old) && is_leaf(new) => {
            if old != new {
                found.push(Change { path: path.clone(), old: Some(old.clone()), new: Some(new.clone()) });
            }
        }
        _ => {
            old.into_iter().for_each(|old| leaves(old, true, path, found));
            new.into_iter().for_each(|new| leaves(new, false, path, found));
        }
    }
}

fn below(step: Step, old: Option<&Value>, new: Option<&Value>, path: &mut Path, found: &mut Vec<Change>) {
    path.steps.push(step);
    compare(old, new, path, found);
    path.steps.pop();
}

/// Everything plain below a value that came or went as a whole.
fn leaves(value: &Value, is_old: bool, path: &mut Path, found: &mut Vec<Change>) {
    let side = |value| if is_old { (Some(value), None) } else { (None, Some(value)) };
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members.iter() {
                let (old, new) = side(value);
                below(Step::Key(text(key)), old, new, path, found);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (at, value) in elements.iter().enumerate() {
                let (old, new) = side(value);
                below(Step::Index(at as i64), old, new, path, found);
            }
        }
        plain => {
            let (old, new) = side(plain);
            found.push(Change { path: path.clone(), old: old.cloned(), new: new.cloned() });
        }
    }
}

/// Whether there is nothing below it.
fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => true,
    }
}

fn text(key: &[u8]) -> String {
    String::from_utf8_lossy(key).into_owned()
}

impl Change {
    /// By how much a number changed, exactly; nothing unless both are numbers.
    pub fn difference(&self) -> Option<Value> {
        match (&self.old, &self.new) {
            (Some(Value::Number(old)), Some(Value::Number(new))) => new.subtract(old).ok().map(Value::Number),
            _ => None,
        }
    }

    /// Appends `"path":".balance","old":800,"new":1300,"difference":500`; a value that is not there is left out.
    pub fn write_members(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\"path\":");
        write_string(self.path.to_string().as_bytes(), out);
        let difference = self.difference();
        let members =
            [("old", self.old.as_ref()), ("new", self.new.as_ref()), ("difference", difference.as_ref())];
        for (name, value) in members {
            if let Some(value) = value {
                out.extend_from_slice(format!(",\"{name}\":").as_bytes());
                value.write_json(out);
            }
        }
    }

    /// Appends the same members, null where a value is not there, so that every line has the same columns.
    pub fn write_columns(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\"path\":");
        write_string(self.path.to_string().as_bytes(), out);
        let difference = self.difference();
        let members =
            [("old", self.old.as_ref()), ("new", self.new.as_ref()), ("difference", difference.as_ref())];
        for (name, value) in members {
            out.extend_from_slice(format!(",\"{name}\":").as_bytes());
            match value {
                Some(value) => value.write_json(out),
                None => out.extend_from_slice(b"null"),
            }
        }
    }

    /// For people: `status: active → suspended`, `800 → 1300 (+500)`.
    pub fn words(&self) -> String {
        let path = self.path.to_string();
        let name = if path == "." { String::new() } else { format!("{}: ", path.trim_start_matches('.')) };
        match (&self.old, &self.new) {
            (None, Some(new)) => format!("{name}{}", plain(new)),
            (Some(old), Some(new)) => {
                let difference = match self.difference() {
                    Some(difference) if *new > *old => format!(" (+{difference})"),
                    Some(difference) => format!(" ({difference})"),
                    None => String::new(),
                };
                format!("{name}{} → {}{difference}", plain(old), plain(new))
            }
            (Some(old), None) => format!("{name}{} → (nothing)", plain(old)),
            (None, None) => name,
        }
    }
}

/// A string without its quotes, unless they matter; everything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() => String::from_utf8_lossy(text).into_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str) -> Option<Value> {
        (!text.is_empty()).then(|| Value::parse(text.as_bytes()).expect(text))
    }

    fn shown(old: &str, new: &str) -> String {
        let found = changes(value(old).as_ref(), value(new).as_ref());
        found.iter().map(Change::words).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn every_change_is_of_one_plain_value() {
        for (old, new, expected) in [
            ("", r#"{"a":1,"b":{"c":"x"}}"#, "a: 1; b.c: x"),
            (r#"{"a":1,"b":2}"#, r#"{"b":3,"c":null}"#, "a: 1 → (nothing); b: 2 → 3 (+1); c: null"),
            (r#"{"a":{"b":1,"c":2}}"#, r#"{"a":5}"#, "a.b: 1 → (nothing); a.c: 2 → (nothing); a: 5"),
            (r#"{"l":[1,2]}"#, r#"{"l":[1,3,4]}"#, "l[1]: 2 → 3 (+1); l[2]: 4"),
            (r#"{"a":{}}"#, r#"{"a":{"b":1}}"#, "a.b: 1"),
            (r#"{"a":[]}"#, r#"{"a":{}}"#, "a: [] → {}"),
            ("800", "1300", "800 → 1300 (+500)"),
            ("1.5", "1.25", "1.5 → 1.25 (-0.25)"),
            (r#""""#, "[]", r#""" → []"#),
            (r#"{"a":1.0,"b":[2]}"#, r#"{"b":[2.00],"a":1}"#, ""),
            ("{}", "", "{} → (nothing)"),
        ] {
            assert_eq!(shown(old, new), expected, "{old} {new}");
        }
    }

    #[test]
    fn differences_of_numbers_are_exact() {
        let found = changes(value("0.1").as_ref(), value("9007199254740993.3").as_ref());
        assert_eq!(
            found[0].difference().map(|value| value.to_string()),
            Some("9007199254740993.2".to_owned())
        );
        let found = changes(value("1").as_ref(), value("\"1\"").as_ref());
        assert_eq!(found[0].difference(), None);
    }

    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::{Value as Json, json};
        let leaf =
            prop_oneof![Just(Json::Null), (0..3).prop_map(|n| json!(n)), "[ab]?".prop_map(|s| json!(s))];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3).prop_map(Json::Array),
                proptest::collection::btree_map("[a-c]", inner, 0..3)
                    .prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn there_are_changes_exactly_when_the_values_differ(old in any_value(), new in any_value()) {
            let [a, b] = [&old, &new].map(|json| Value::parse(json.to_string().as_bytes()).expect("JSON"));
            let found = changes(Some(&a), Some(&b));
            prop_assert_eq!(found.is_empty(), a == b);
            let back = changes(Some(&b), Some(&a));
            prop_assert_eq!(found.len(), back.len());
            for change in &found {
                prop_assert!(change.old != change.new);
                prop_assert!(change.old.iter().chain(&change.new).all(is_leaf));
            }
        }
    }
}
