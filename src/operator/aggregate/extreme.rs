//! `min(x)` and `max(x)`: the least and the greatest value in jq's order; of equal ones the first.

use std::cmp::Ordering;

use super::Input;
use super::ranked::{Ranked, load_option, save_option};
use super::states::State;
use crate::error::Result;

/// The most extreme value so far.
#[derive(Clone, Default)]
pub(super) struct Extreme(Option<Ranked>);

/// Which end is looked for: the order in which a better value compares to the best.
pub(super) type Better = Ordering;

impl State for Extreme {
    type Setting = Better;

    #[inline]
    fn add(&mut self, better: &Better, input: &Input<'_>) -> Result<()> {
        if input.datum.is_null() {
            return Ok(());
        }
        match &mut self.0 {
            None => self.0 = Some(Ranked::new(input)),
            Some(best) => {
                if best.compare_input(input)? == *better {
                    best.replace(input);
                }
            }
        }
        Ok(())
    }

    fn merge(&mut self, better: &Better, other: Self) -> Result<()> {
        let Some(candidate) = other.0 else { return Ok(()) };
        let is_better = match &self.0 {
            None => true,
            Some(best) => match best.compare(&candidate)? {
                Ordering::Equal => candidate.order() < best.order(),
                order => order == *better,
            },
        };
        if is_better {
            self.0 = Some(candidate);
        }
        Ok(())
    }

    fn result(&self, _: &Better, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(self.0.as_ref().map_or(b"null", |best| best.text()));
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        save_option(self.0.as_ref(), state);
    }

    fn load(_: &Better, state: &mut &[u8]) -> Result<Self> {
        load_option(state).map(Extreme)
    }
}
