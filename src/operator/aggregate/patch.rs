//! `merge(x)`: the objects merged one after the other as JSON Merge Patches (RFC 7396): the latest state.
//!
//! A patch cannot be undone, and merging two sessions means that patches of one come between those of the
//! other. So every place of the object remembers when it was last set and when it was last taken for an
//! object; the result is then the same in whatever order the patches come in, as with a last-writer-wins
//! map.

use std::rc::Rc;

use indexmap::IndexMap;

use super::Input;
use super::states::State;
use crate::error::Result;
use crate::event::scan::MAX_DEPTH;
use crate::event::value::{Members, Value};
use crate::operator::saved::{damaged, put_bytes, put_integer, take_bytes, take_integer};

/// The merged object so far; every order below is one more than that of the arrival, so that 0 is before all.
#[derive(Clone, Default)]
pub(super) struct Patch {
    /// When it was last set to something that is no object, or deleted.
    set: u64,
    /// What it was set to; null when it was deleted.
    value: Option<Value>,
    /// When a patch last took it for an object.
    object: u64,
    members: IndexMap<Rc<[u8]>, Patch>,
}

impl Patch {
    fn apply(&mut self, value: Value, order: u64) {
        let Value::Object(members) = value else {
            if order > self.set {
                self.set = order;
                self.value = (value != Value::Null).then_some(value);
            }
            // What every member was before is gone; only merging may bring in something later.
            self.members.retain(|_, member| member.latest() > self.set);
            return;
        };
        self.object = self.object.max(order);
        for (key, value) in members.iter() {
            match self.members.get_mut(key) {
                Some(member) => member.apply(value.clone(), order),
                None => {
                    let mut member = Patch::default();
                    member.apply(value.clone(), order);
                    self.members.insert(key.clone(), member);
                }
            }
        }
    }

    /// When it was last touched.
    fn latest(&self) -> u64 {
        self.set.max(self.object)
    }

    fn join(&mut self, other: Patch) {
        if other.set > self.set {
            (self.set, self.value) = (other.set, other.value);
        }
        self.object = self.object.max(other.object);
        for (key, member) in other.members {
            self.members.entry(key).or_default().join(member);
        }
    }

    /// What is here now, if what happened up to `floor` does not count.
    fn resolve(&self, floor: u64) -> Option<Value> {
        let floor = floor.max(self.set);
        if self.object <= floor {
            return self.value.clone().filter(|_| self.set == floor && self.set > 0);
        }
        let members = self.members.iter();
        let members = members.filter_map(|(key, member)| Some((key.clone(), member.resolve_member(floor)?)));
        Some(Value::Object(Rc::new(members.collect::<Members>())))
    }

    fn resolve_member(&self, floor: u64) -> Option<Value> {
        if self.latest() > floor { self.resolve(floor) } else { None }
    }

    fn save_node(&self, state: &mut Vec<u8>) {
        put_integer(self.set, state);
        put_integer(self.object, state);
        put_bytes(&self.value.as_ref().map(Value::to_json).unwrap_or_default(), state);
        put_integer(self.members.len() as u64, state);
        for (key, member) in &self.members {
            put_bytes(key, state);
            member.save_node(state);
        }
    }

    fn load_node(state: &mut &[u8], depth: usize) -> Result<Patch> {
        if depth > MAX_DEPTH + 1 {
            return Err(damaged());
        }
        let mut patch = Patch { set: take_integer(state)?, object: take_integer(state)?, ..Patch::default() };
        let value = take_bytes(state)?;
        if !value.is_empty() {
            patch.value = Some(Value::parse(value).map_err(|_| damaged())?);
        }
        for _ in 0..take_integer(state)? {
            let key = take_bytes(state)?.into();
            patch.members.insert(key, Self::load_node(state, depth + 1)?);
        }
        Ok(patch)
    }
}

impl State for Patch {
    type Setting = ();
    /// Keys are in the order in which they came.
    const JOINS_EXACTLY: bool = false;

    fn add(&mut self, (): &(), input: &Input<'_>) -> Result<()> {
        if !input.datum.is_null() {
            self.apply(input.datum.value()?, input.order.saturating_add(1));
        }
        Ok(())
    }

    fn merge(&mut self, (): &(), other: Self) -> Result<()> {
        self.join(other);
        Ok(())
    }

    fn result(&self, (): &(), out: &mut Vec<u8>) -> Result<()> {
        self.resolve(0).unwrap_or(Value::Null).write_json(out);
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        self.save_node(state);
    }

    fn load((): &(), state: &mut &[u8]) -> Result<Self> {
        Self::load_node(state, 0)
    }
}
