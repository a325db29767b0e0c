//! Texts of which a line must have one to be wanted at all, so that a search need not parse the others.

/// How many texts are looked for at once; each one costs.
pub const MOST: usize = 4;

/// How short a text may be; a single byte stands on nearly every line.
const SHORTEST: usize = 2;

/// Which ends of a string a text begins and stops at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// It begins where the string does.
    pub first: bool,
    /// It stops where the string does.
    pub last: bool,
}

impl Ends {
    /// The whole string.
    pub const BOTH: Ends = Ends { first: true, last: true };
    /// Some part of the string.
    pub const NEITHER: Ends = Ends { first: false, last: false };
}

/// Bytes of which every wanted line has one, unless it has `\u`: with that any character can be written in another
/// way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needles(Vec<Box<[u8]>>);

impl Needles {
    /// What stands on a line that has a string with `text` in it: its longest run of bytes that JSON writes in one way
    /// only, but for `\u`. Nothing when that is too short.
    pub fn of(text: &str, ends: Ends) -> Option<Needles> {
        // A quote within the text has a backslash in front of it; those around it have none.
        let inner = text.bytes().map(|byte| (byte, matches!(byte, b'"' | b'\\' | b'/' | 0..0x20)));
        let quote = |is_there: bool| is_there.then_some((b'"', false));
        let bytes: Vec<_> = quote(ends.first).into_iter().chain(inner).chain(quote(ends.last)).collect();
        let runs = bytes.split(|(_, has_spellings)| *has_spellings);
        let longest = runs.max_by_key(|run| run.len()).filter(|run| run.len() >= SHORTEST)?;
        Some(Needles(vec![longest.iter().map(|(byte, _)| *byte).collect()]))
    }

    /// For lines that have what one or the other stands for.
    pub fn or(mut self, other: Needles) -> Option<Needles> {
        self.0.extend(other.0);
        self.0.sort();
        self.0.dedup();
        (self.0.len() <= MOST).then_some(self)
    }

    /// For lines that have what both stand for: the one that fewer other lines are likely to have.
    pub fn and(one: Option<Needles>, other: Option<Needles>) -> Option<Needles> {
        let rank = |needles: &Needles| {
            let shortest = needles.0.iter().map(|needle| needle.len()).min();
            (std::cmp::Reverse(needles.0.len()), shortest)
        };
        one.into_iter().chain(other).max_by_key(rank)
    }

    /// The texts.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|text| &**text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(needles: Option<Needles>) -> Vec<String> {
        let texts = needles.iter().flat_map(Needles::texts);
        texts.map(|text| String::from_utf8_lossy(text).into_owned()).collect()
    }

    #[test]
    fn a_needle_is_what_can_be_written_in_one_way_only() {
        let of = |text, ends| texts(Needles::of(text, ends));
        assert_eq!(of("FeePaid", Ends::BOTH), ["\"FeePaid\""]);
        assert_eq!(of("Fee", Ends { first: true, last: false }), ["\"Fee"]);
        assert_eq!(of("größer", Ends::NEITHER), ["größer"]);
        assert_eq!(of("usr/local/bin", Ends::BOTH), ["local"]);
        assert_eq!(of("a \"b\\c\nlonger", Ends::BOTH), ["longer\""]);
        assert!(of("", Ends { first: true, last: false }).is_empty());
        assert!(of("a", Ends::NEITHER).is_empty());
        assert!(of("/", Ends::NEITHER).is_empty());
    }

    #[test]
    fn the_rarer_of_two_is_looked_for() {
        let of = |text| Needles::of(text, Ends::NEITHER);
        let both = || of("long one").and_then(|one| one.or(of("short")?));
        assert_eq!(texts(both()), ["long one", "short"]);
        assert_eq!(texts(Needles::and(both(), of("third"))), ["third"]);
        assert_eq!(texts(Needles::and(of("third"), of("the fourth"))), ["the fourth"]);
        assert_eq!(texts(Needles::and(None, of("third"))), ["third"]);
    }
}
