//! One line of JSON as cells under dotted column names. Numbers stay letter for letter.

use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::error::{Error, Result};

/// What one cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// null, or a field that this line does not have.
    Empty,
    /// A number, as it was written.
    Number(String),
    /// A string, unquoted.
    Text(String),
    /// Anything else as JSON text.
    Json(String),
}

impl Cell {
    /// The text that is shown.
    pub fn text(&self) -> &str {
        match self {
            Cell::Empty => "",
            Cell::Number(text) | Cell::Text(text) | Cell::Json(text) => text,
        }
    }
}

/// The cells of a line by column name, in the line's order. A line that is no object has one cell, `value`.
pub fn cells(line: &[u8]) -> Result<IndexMap<String, Cell>> {
    let raw: &RawValue = serde_json::from_slice(line).map_err(|cause| unreadable(&cause))?;
    let mut cells = IndexMap::new();
    flatten("", raw, &mut cells)?;
    Ok(cells)
}

/// The cells of a line that is an array: its elements.
pub fn elements(line: &[u8]) -> Result<Vec<Cell>> {
    let elements: Vec<&RawValue> = serde_json::from_slice(line).map_err(|cause| unreadable(&cause))?;
    elements.into_iter().map(cell).collect()
}

fn unreadable(cause: &serde_json::Error) -> Error {
    Error::data(format!("this line cannot be shown in columns: {cause}")).hint("use --format jsonl")
}

fn flatten(name: &str, raw: &RawValue, cells: &mut IndexMap<String, Cell>) -> Result<()> {
    let text = raw.get();
    if text.starts_with('{') && text != "{}" {
        let members: IndexMap<String, &RawValue> =
            serde_json::from_str(text).map_err(|cause| unreadable(&cause))?;
        for (key, value) in members {
            let name = if name.is_empty() { key } else { format!("{name}.{key}") };
            flatten(&name, value, cells)?;
        }
        return Ok(());
    }
    let name = if name.is_empty() { "value" } else { name };
    cells.insert(name.to_owned(), cell(raw)?);
    Ok(())
}

fn cell(raw: &RawValue) -> Result<Cell> {
    let text = raw.get();
    Ok(match text.as_bytes() {
        [b'"', ..] => Cell::Text(serde_json::from_str(text).map_err(|cause| unreadable(&cause))?),
        [b'-' | b'0'..=b'9', ..] => Cell::Number(text.to_owned()),
        b"null" => Cell::Empty,
        _ => Cell::Json(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_fields_become_dotted_columns_and_numbers_keep_their_letters() {
        let cells = cells(br#"{"window":{"start":"a"},"sum":1.10,"n":null,"l":[1,2],"o":{}}"#).expect("JSON");
        let shown: Vec<_> = cells.iter().map(|(name, cell)| (name.as_str(), cell.text())).collect();
        assert_eq!(shown, [("window.start", "a"), ("sum", "1.10"), ("n", ""), ("l", "[1,2]"), ("o", "{}")]);
    }
}
