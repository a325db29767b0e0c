//! The windows that are open, in the order in which they close, with what each holds. Most events belong to the latest
//! ones, so these are looked at first.

use std::collections::VecDeque;

use crate::time::timestamp::Timestamp;
use crate::time::window::Window;

/// How many of the latest windows are looked at before the others are searched.
const LATEST: usize = 4;

/// Open windows and what each holds.
pub struct Open<T>(VecDeque<(Window, T)>);

impl<T> Default for Open<T> {
    fn default() -> Self {
        Open(VecDeque::new())
    }
}

impl<T> Open<T> {
    /// Where the window stands, or where it would.
    #[inline]
    fn place(&self, window: Window) -> Result<usize, usize> {
        let count = self.0.len();
        for at in (count.saturating_sub(LATEST)..count).rev() {
            if self.0[at].0 <= window {
                return if self.0[at].0 == window { Ok(at) } else { Err(at + 1) };
            }
        }
        self.0.binary_search_by_key(&window, |(other, _)| *other)
    }

    /// How many windows are open.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// What the window holds, if it is open.
    pub fn get(&self, window: Window) -> Option<&T> {
        self.place(window).ok().map(|at| &self.0[at].1)
    }

    /// What the window holds; `new` if it was not open.
    #[inline]
    pub fn get_or_open(&mut self, window: Window, new: impl FnOnce() -> T) -> &mut T {
        let at = self.place(window).unwrap_or_else(|at| {
            self.0.insert(at, (window, new()));
            at
        });
        &mut self.0[at].1
    }

    /// The one of the latest windows that holds `time`, where windows lie side by side.
    #[inline(always)]
    pub fn holding(&mut self, time: Timestamp) -> Option<&mut (Window, T)> {
        let latest = self.0.len().saturating_sub(LATEST);
        let at = (latest..self.0.len()).rev().find(|&at| self.0[at].0.start <= time)?;
        Some(&mut self.0[at]).filter(|(window, _)| time < window.end)
    }

    /// The window that closes first.
    pub fn first(&self) -> Option<Window> {
        self.0.front().map(|(window, _)| *window)
    }

    /// Takes out the window that closes first.
    pub fn pop_first(&mut self) -> Option<(Window, T)> {
        self.0.pop_front()
    }

    /// All of them, in order, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Window, &mut T)> {
        self.0.iter_mut().map(|(window, held)| (*window, held))
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Window, &T)> {
        self.0.iter().map(|(window, held)| (*window, held))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_was_opened_in_order(ends in prop::collection::vec(0i128..40, 0..60)) {
            let window = |end: i128| Window { end: Timestamp(end), start: Timestamp(end - 5) };
            let (mut open, mut model) = (Open::default(), std::collections::BTreeMap::new());
            for (number, end) in ends.into_iter().enumerate() {
                let held = *model.entry(window(end)).or_insert(number);
                prop_assert_eq!(*open.get_or_open(window(end), || number), held);
                prop_assert_eq!(open.get(window(number as i128)), model.get(&window(number as i128)));
            }
            prop_assert_eq!((open.len(), open.first()), (model.len(), model.keys().next().copied()));
            while let Some(first) = open.pop_first() {
                prop_assert_eq!(Some(first), model.pop_first());
            }
            prop_assert!(model.is_empty());
        }
    }
}
