//! `at_max(x; y)` and `at_min(x; y)`: of every event that has the greatest or the least x, its y, in arrival order.

use std::cmp::Ordering;

use super::Input;
use super::list::{load_all, save_all, write_array};
use super::ranked::{Ranked, load_option, save_option};
use super::states::State;
use crate::error::Result;

/// The most extreme value so far, and what the events show that have it.
#[derive(Clone, Default)]
pub(super) struct AtExtreme {
    best: Option<Ranked>,
    shown: Vec<Ranked>,
}

impl State for AtExtreme {
    /// The order in which a better value compares to the best.
    type Setting = Ordering;

    #[inline]
    fn add(&mut self, better: &Ordering, input: &Input<'_>) -> Result<()> {
        if input.datum.is_null() {
            return Ok(());
        }
        match &mut self.best {
            None => self.best = Some(Ranked::new(input)),
            Some(best) => match best.compare_input(input)? {
                Ordering::Equal => {}
                order if order == *better => {
                    best.replace(input);
                    self.shown.clear();
                }
                _ => return Ok(()),
            },
        }
        self.shown.push(Ranked::new(&input.second()?));
        Ok(())
    }

    fn merge(&mut self, better: &Ordering, other: Self) -> Result<()> {
        let Some(candidate) = &other.best else { return Ok(()) };
        match self.best.as_ref().map(|best| best.compare(candidate)).transpose()? {
            Some(Ordering::Equal) => {
                self.shown.extend(other.shown);
                self.shown.sort_by_key(Ranked::order);
            }
            Some(order) if order != *better => {}
            _ => *self = other,
        }
        Ok(())
    }

    fn result(&self, _: &Ordering, out: &mut Vec<u8>) -> Result<()> {
        write_array(self.shown.iter().map(Ranked::text), out);
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        save_option(self.best.as_ref(), state);
        save_all(&self.shown, state);
    }

    fn load(_: &Ordering, state: &mut &[u8]) -> Result<Self> {
        Ok(AtExtreme { best: load_option(state)?, shown: load_all(state)? })
    }
}
