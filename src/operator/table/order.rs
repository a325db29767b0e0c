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
    let shared = shared_length(table)?;
    let pack = |slot: usize| {
        // Every key is a plain string, as was just seen: a quote before the text, and two bytes behind it. No text has a byte
        // 0, so that what is the begin of another one comes before it.
        let (text, _) = table.key(slot)[1..].split_last_chunk::<2>()?;
        let rest = text.get(shared..).filter(|rest| rest.len() <= ROOM)?;
        let mut bytes = [0; size_of::<u128>()];
        bytes[..rest.len()].copy_from_slice(rest);
        Some(u128::from_be_bytes(bytes) | u128::from(u32::try_from(slot).ok()?))
    };
    table.slots().map(pack).collect()
}

/// The slot that a number stands for.
pub(super) fn slot_of(packed: u128) -> usize {
    (packed & ((1 << SLOT_BITS) - 1)) as usize
}

/// With how many bytes all keys begin alike; nothing when one is no plain string.
fn shared_length(table: &GroupTable) -> Option<usize> {
    let mut keys = table.slots().map(|slot| Grouping::plain_text(table.key(slot)));
    let mut shared = keys.next().flatten()?;
    for key in keys {
        let key = key?;
        if !key.starts_with(shared) {
            let alike = shared.iter().zip(key).take_while(|(a, b)| a == b).count();
            shared = &shared[..alike];
        }
    }
    Some(shared.len())
}
