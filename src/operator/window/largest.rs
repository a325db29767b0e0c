//! Which groups of a window can be among its largest. Where only those are looked at, the rows of the others need not be
//! made: nearly all of them, where a window has many groups and one is wanted.

use crate::event::number::Amount;

/// Leaves out the groups that are not among the `count` with the largest amounts; those that are equal to the last of
/// them stay. Where the amount of some group is not known they all stay, and whoever reads the rows decides.
pub fn retain_largest<T: Copy>(
    groups: &mut Vec<T>,
    count: Option<usize>,
    amount: impl Fn(T) -> Option<Amount>,
) {
    let Some(last) = count.and_then(|count| count.checked_sub(1)).filter(|&last| last < groups.len()) else {
        return;
    };
    let amounts = groups.iter().map(|&group| amount(group)).collect::<Option<Vec<Amount>>>();
    let Some(mut amounts) = amounts else { return };
    let (_, least, _) = amounts.select_nth_unstable_by(last, |a, b| b.compare(*a));
    groups.retain(|&group| amount(group).is_some_and(|amount| amount.compare(*least).is_ge()));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn those_stay_that_are_behind_fewer_than_count_others(
            amounts in prop::collection::vec(prop::option::weighted(0.98, -3i64..4), 0..40),
            count in prop::option::of(0usize..6),
        ) {
            let mut groups: Vec<usize> = (0..amounts.len()).collect();
            let of = |group: usize| amounts[group].and_then(|amount| Amount::new(amount, 0));
            retain_largest(&mut groups, count, of);
            let is_known = amounts.iter().all(Option::is_some);
            let larger = |group: usize| amounts.iter().filter(|&&other| other > amounts[group]).count();
            let stays = |&group: &usize| !is_known || count.is_none_or(|count| count == 0 || larger(group) < count);
            prop_assert_eq!(groups, (0..amounts.len()).filter(stays).collect::<Vec<_>>());
        }
    }
}
