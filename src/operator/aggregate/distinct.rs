//! `distinct(x)` and `set(x)`: how many different values there are, exactly, and which. Equal is equal by
//! value: 1 and 1.0 are one.

use std::cmp::Ordering;

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

use super::Input;
use super::list::write_array;
use super::states::State;
use crate::error::Result;
use crate::event::value::Value;
use crate::operator::grouping::write_canonical_datum;
use crate::operator::saved::{put_bytes, put_integer, take_bytes, take_integer};

/// The different values so far.
#[derive(Clone, Default)]
pub(super) struct Distinct {
    table: HashTable<Member>,
    /// Where the canonical text of the value in hand is made.
    canonical: Vec<u8>,
}

/// A value that was seen.
#[derive(Clone)]
struct Member {
    canonical: Box<[u8]>,
    /// As it was first written, where that is another text.
    shown: Option<Box<[u8]>>,
    order: u64,
}

impl Member {
    fn shown(&self) -> &[u8] {
        self.shown.as_deref().unwrap_or(&self.canonical)
    }
}

/// What is told of the values.
#[derive(Clone, Copy)]
pub(super) enum Told {
    /// How many there are.
    Number,
    /// All of them, in jq's order.
    Values,
}

fn hash(member: &Member) -> u64 {
    xxh3_64(&member.canonical)
}

impl Distinct {
    fn insert(&mut self, member: Member) {
        let same = |other: &Member| other.canonical == member.canonical;
        match self.table.find_mut(hash(&member), same) {
            Some(known) if member.order < known.order => *known = member,
            Some(_) => {}
            None => _ = self.table.insert_unique(hash(&member), member, hash),
        }
    }

    /// The values in jq's order.
    fn sorted(&self) -> Result<Vec<&Member>> {
        let parsed = self.table.iter().map(|member| Ok((Value::parse(&member.canonical)?, member)));
        let mut parsed = parsed.collect::<Result<Vec<_>>>()?;
        // Values beyond what can be computed with may be equal in order and yet differ in text.
        parsed.sort_unstable_by(|(a, a_member), (b, b_member)| match a.cmp(b) {
            Ordering::Equal => a_member.canonical.cmp(&b_member.canonical),
            order => order,
        });
        Ok(parsed.into_iter().map(|(_, member)| member).collect())
    }
}

impl State for Distinct {
    type Setting = Told;

    #[inline]
    fn add(&mut self, _: &Told, input: &Input<'_>) -> Result<()> {
        if input.datum.is_null() {
            return Ok(());
        }
        self.canonical.clear();
        write_canonical_datum(&input.datum, &mut self.canonical)?;
        let canonical = self.canonical.as_slice();
        let code = xxh3_64(canonical);
        if self.table.find(code, |member| *member.canonical == *canonical).is_some() {
            return Ok(());
        }
        let mut shown = Vec::new();
        input.datum.write_json(&mut shown);
        let shown = (shown != canonical).then(|| shown.into_boxed_slice());
        let member = Member { canonical: canonical.into(), shown, order: input.order };
        self.table.insert_unique(code, member, hash);
        Ok(())
    }

    fn merge(&mut self, _: &Told, other: Self) -> Result<()> {
        other.table.into_iter().for_each(|member| self.insert(member));
        Ok(())
    }

    fn result(&self, told: &Told, out: &mut Vec<u8>) -> Result<()> {
        match told {
            Told::Number => out.extend_from_slice(self.table.len().to_string().as_bytes()),
            Told::Values => write_array(self.sorted()?.into_iter().map(Member::shown), out),
        }
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        let mut members: Vec<&Member> = self.table.iter().collect();
        members.sort_unstable_by_key(|member| &member.canonical);
        put_integer(members.len() as u64, state);
        for member in members {
            put_integer(member.order, state);
            put_bytes(&member.canonical, state);
            put_bytes(member.shown.as_deref().unwrap_or_default(), state);
        }
    }

    fn load(_: &Told, state: &mut &[u8]) -> Result<Self> {
        let mut distinct = Distinct::default();
        for _ in 0..take_integer(state)? {
            let order = take_integer(state)?;
            let canonical = take_bytes(state)?.into();
            let shown = Some(take_bytes(state)?).filter(|shown| !shown.is_empty()).map(Box::from);
            distinct.insert(Member { canonical, shown, order });
        }
        Ok(distinct)
    }
}
