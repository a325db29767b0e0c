//! The order of groups whose keys are one short string each and begin alike, as `"user-17"` and `"user-2"` do: what tells them apart is
//! put into one number together with the slot, so that to sort them is to sort numbers. All others are ordered elsewhere.

use super::super::grouping::Grouping;
use super::GroupTable;

/// How many bytes of a key there is room for behind what all keys begin with.
const ROOM: usize = 12;

/// How many bits of a number say which slot it is.
const SLOT_BITS: u32 = 32;

/// For each group a number, in the order of their keys; nothing when some key does not fit.
pub(super) fn packed(table: &GroupTable) -> Option<Vec<u128>> {
    // Mostly it is the digits that differ.
    let first = Grouping::plain_text(table.key(table.slots().next()?))?;
    let digits = first.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    pack_all(table, &first[..first.len() - digits]).or_else(|| pack_all(table, shared(table)?))
}

/// The same when all keys begin with `shared`, and nothing when they do not.
fn pack_all(table: &GroupTable, shared: &[u8]) -> Option<Vec<u128>> {
    let pack = |slot: usize| {
        // No text has a byte 0, so that what is the begin of another one comes before it.
        let text = Grouping::plain_text(table.key(slot))?;
        let rest = text.strip_prefix(shared).filter(|rest| rest.len() <= ROOM)?;
        let mut bytes = [0; size_of::<u128>()];
        bytes[..rest.len()].copy_from_slice(rest);
        Some(u128::from_be_bytes(bytes) | u128::from(u32::try_from(slot).ok()?))
    };
    let mut packed = Vec::with_capacity(table.len());
    for slot in table.slots() {
        packed.push(pack(slot)?);
    }
    Some(packed)
}

/// The slot that a number stands for.
pub(super) fn slot_of(packed: u128) -> usize {
    (packed & ((1 << SLOT_BITS) - 1)) as usize
}

/// What all keys begin with; nothing when one is no plain string.
fn shared(table: &GroupTable) -> Option<&[u8]> {
    let mut keys = table.slots().map(|slot| Grouping::plain_text(table.key(slot)));
    let mut shared = keys.next().flatten()?;
    for key in keys {
        let key = key?;
        if !key.starts_with(shared) {
            let alike = shared.iter().zip(key).take_while(|(a, b)| a == b).count();
            shared = &shared[..alike];
        }
    }
    Some(shared)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::scan::Projection;

    /// Keys of one part, of which many are alike.
    fn keys() -> impl Strategy<Value = Vec<String>> {
        let key = |pattern: &'static str| prop::collection::btree_set(pattern, 1..20);
        prop_oneof![
            key("\"user-[0-9]{1,3}\""),
            key("\"(user-|use|)[0-9]{0,3}\""),
            key("\"0{0,2}[0-9]{1,2}\""),
            key("\"a{10,20}b{0,3}\""),
            key("\"[a\u{e9}\u{1f600}]{0,4}\""),
            key("(\"[ab]{0,2}\"|null|true|[1-9]|\"\\\\n\")"),
        ]
        .prop_map(|keys| keys.into_iter().collect())
    }

    proptest! {
        #[test]
        fn groups_come_in_the_order_of_their_keys(texts in keys().prop_shuffle(), removed in any::<prop::sample::Index>()) {
            let grouping = Grouping::parse(Some(".k"), &mut Projection::default()).expect("a path");
            let mut keys: Vec<Vec<u8>> = texts.iter().map(|text| [text.as_bytes(), b"\0"].concat()).collect();
            let mut table = GroupTable::default();
            for key in &keys {
                table.slot(key);
            }
            let gone = keys.swap_remove(removed.index(keys.len()));
            table.remove(table.find(&gone).expect("it was added"));
            keys.sort_by(|a, b| grouping.compare(a, b));
            let slots = table.sorted_slots(&grouping);
            prop_assert_eq!(slots.iter().map(|&slot| table.key(slot).to_vec()).collect::<Vec<_>>(), keys);
        }
    }
}
