//! One way to hold states: a vector of them, addressed by slot. An aggregate says only what one state is.

use super::{Column, Input};
use crate::error::Result;
use crate::event::expression::Datum;
use crate::event::number::Amount;
use crate::event::scan::prefetch::prefetch;

/// The state of one aggregate for one group.
pub(super) trait State: Clone + Default + 'static {
    /// What all states of a column share: the p of `quantile(p; x)`.
    type Setting: Clone + 'static;

    /// Whether joined states give the bytes that one state would have given, and not only the same value.
    const JOINS_EXACTLY: bool = true;

    /// Whether it can forget again what another state has seen, so that it is as if it had never been told.
    const TAKES_BACK: bool = false;

    /// Takes one input; whether null counts is the aggregate's own matter.
    fn add(&mut self, setting: &Self::Setting, input: &Input<'_>) -> Result<()>;
    /// Whether numbers are all that counts, and how they are written makes no difference; then there is [`State::add_amount`].
    const TAKES_AMOUNTS: bool = false;

    /// Takes a number, as [`State::add`] does.
    fn add_amount(&mut self, amount: Amount) -> Result<()> {
        let _ = amount;
        Ok(())
    }
    /// Takes in what another state has seen.
    fn merge(&mut self, setting: &Self::Setting, other: Self) -> Result<()>;
    /// Forgets what it took in from another state; only where [`State::TAKES_BACK`].
    fn take_back(&mut self, other: &Self) {
        let _ = other;
    }
    /// The result, if it is a number of moderate size and known at once.
    fn amount(&self) -> Option<Amount> {
        None
    }
    /// Appends the result as JSON text.
    fn result(&self, setting: &Self::Setting, out: &mut Vec<u8>) -> Result<()>;
    /// Appends the state.
    fn save(&self, state: &mut Vec<u8>);
    /// Takes a saved state off the front of `state`.
    fn load(setting: &Self::Setting, state: &mut &[u8]) -> Result<Self>;
}

/// A column of states.
pub(super) struct States<S: State> {
    setting: S::Setting,
    states: Vec<S>,
}

impl<S: State> States<S> {
    /// An empty column.
    pub(super) fn column(setting: S::Setting) -> Box<dyn Column> {
        Box::new(States::<S> { setting, states: Vec::new() })
    }
}

impl<S: State> Column for States<S> {
    fn push(&mut self) {
        self.states.push(S::default());
    }

    fn reset(&mut self, slot: usize) {
        self.states[slot] = S::default();
    }

    fn clear(&mut self) {
        self.states.clear();
    }

    #[inline]
    fn add(&mut self, slot: usize, input: &Input<'_>) -> Result<()> {
        self.states[slot].add(&self.setting, input)
    }

    #[inline]
    fn add_event(&mut self, slot: usize, order: u64) -> Result<()> {
        self.add(slot, &Input { datum: Datum::Missing, order, second: None })
    }

    fn takes_amounts(&self) -> bool {
        S::TAKES_AMOUNTS
    }

    #[inline]
    fn add_amount(&mut self, slot: usize, amount: Amount) -> Result<()> {
        self.states[slot].add_amount(amount)
    }

    fn prefetch(&self, slot: usize) {
        if let Some(state) = self.states.get(slot) {
            prefetch(state);
        }
    }

    fn merge(&mut self, into: usize, from: usize) -> Result<()> {
        let other = self.states[from].clone();
        self.states[into].merge(&self.setting, other)
    }

    fn take_back(&mut self, from: usize, taken: usize) {
        let taken = self.states[taken].clone();
        self.states[from].take_back(&taken);
    }

    fn takes_back(&self) -> bool {
        S::TAKES_BACK
    }

    fn joins_exactly(&self) -> bool {
        S::JOINS_EXACTLY
    }

    fn amount(&self, slot: usize) -> Option<Amount> {
        self.states[slot].amount()
    }

    fn result(&self, slot: usize, out: &mut Vec<u8>) -> Result<()> {
        self.states[slot].result(&self.setting, out)
    }

    fn save(&self, slot: usize, state: &mut Vec<u8>) {
        self.states[slot].save(state);
    }

    fn load(&mut self, slot: usize, state: &[u8]) -> Result<usize> {
        let mut rest = state;
        self.states[slot] = S::load(&self.setting, &mut rest)?;
        Ok(state.len() - rest.len())
    }

    fn new_like(&self) -> Box<dyn Column> {
        Self::column(self.setting.clone())
    }
}
