//! Splits the text of an option where nothing is open: no quote, bracket or parenthesis of an expression
//! in it. Knows nothing of what the parts mean.

/// The positions in `text` outside of all quotes, brackets and parentheses, with their bytes.
fn outside(text: &str) -> impl Iterator<Item = (usize, u8)> {
    let mut open: Vec<u8> = Vec::new();
    let mut bytes = text.bytes().enumerate();
    std::iter::from_fn(move || {
        loop {
            let (at, byte) = bytes.next()?;
            match (open.last(), byte) {
                // Within a string, `\(` opens an expression of its own.
                (Some(b'"'), b'\\') => {
                    if let Some((_, b'(')) = bytes.next() {
                        open.push(b'(');
                    }
                }
                (Some(b'"'), b'"') => _ = open.pop(),
                (Some(b'"'), _) => {}
                (_, b'"' | b'(' | b'[' | b'{') => open.push(byte),
                (_, b')' | b']' | b'}') => {
                    open.pop();
                    if open.is_empty() {
                        return Some((at, byte));
                    }
                }
                (None, _) => return Some((at, byte)),
                _ => {}
            }
        }
    })
}

/// The parts of `text` between the `separator`s that stand outside of everything, trimmed.
pub fn split(text: &str, separator: u8) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, byte) in outside(text) {
        if byte == separator {
            parts.push(text[start..at].trim());
            start = at + 1;
        }
    }
    parts.push(text[start..].trim());
    parts
}

/// Splits `text`, which begins with an opening parenthesis, into what is inside and what follows it.
pub fn parenthesized(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('(')?;
    let (end, _) = outside(text).find(|(_, byte)| *byte == b')')?;
    Some((inner[..end - 1].trim(), text[end + 1..].trim()))
}

/// Splits `name=rest` when a name stands before a single equals sign.
pub fn named(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        && !rest.starts_with('=');
    is_name.then_some((name, rest.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_inside_of_anything_open_do_not_split() {
        assert_eq!(
            split(r#".a , b=[.x,.y]|f("1,2";3),."k,\",\(1,2)""#, b','),
            [".a", r#"b=[.x,.y]|f("1,2";3)"#, r#"."k,\",\(1,2)""#]
        );
        assert_eq!(split("", b','), [""]);
        assert_eq!(split("a,", b','), ["a", ""]);
    }

    #[test]
    fn a_parenthesis_ends_where_it_was_opened() {
        assert_eq!(parenthesized("(f(1); \")\") where x"), Some(("f(1); \")\"", "where x")));
        assert_eq!(parenthesized("()"), Some(("", "")));
        assert_eq!(parenthesized("(a"), None);
        assert_eq!(parenthesized("a()"), None);
    }

    #[test]
    fn a_comparison_is_no_name() {
        assert_eq!(named("total = sum(.x)"), Some(("total", "sum(.x)")));
        assert_eq!(named("a == 1"), None);
        assert_eq!(named(".a=1"), None);
        assert_eq!(named("count()"), None);
    }
}
