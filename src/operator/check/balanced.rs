//! Double entry: the amounts of each group add up to exactly zero. A group that balances is forgotten until it is
//! spoken of again, so only the open ones are kept.

use std::collections::HashMap;

use super::finding::shown;
use super::{Examine, Findings, Place, Rule};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::event::expression::{Datum, Operand};
use crate::event::number::ExactSum;
use crate::event::scan::Projection;
use crate::operator::grouping::Grouping;
use crate::operator::key::Key;

/// The rule.
pub struct Balanced {
    text: String,
    grouping: Grouping,
    amount: Operand,
    open: HashMap<Box<[u8]>, Open>,
    key: Key,
}

/// A group that does not balance.
struct Open {
    sum: ExactSum,
    /// The event that opened it.
    first: Place,
    /// Where the last event of it stands, and how many there are since the first.
    last: (u64, u64),
}

impl Balanced {
    /// Reads `GROUP=AMOUNT`: one path or several with commas, and the expression of the amount.
    pub fn parse(text: &str, projection: &mut Projection) -> Result<Balanced> {
        let wrong = || {
            Error::usage(format!("'{text}' is not GROUP=AMOUNT"))
                .hint("write it like .data.txnId=.data.amount, or .data.txnId,.data.currency=.data.amount")
        };
        let (group, amount) = text.split_once('=').ok_or_else(wrong)?;
        if group.trim().is_empty() || amount.trim().is_empty() {
            return Err(wrong());
        }
        let grouping = Grouping::parse(Some(group), projection)?;
        let amount = Operand::compile(amount, projection)?;
        Ok(Balanced { text: text.to_owned(), grouping, amount, open: HashMap::new(), key: Key::default() })
    }

    /// Adds the amount to the group in `key`.
    fn add(&mut self, event: &Event<'_>, amount: &Datum<'_>) -> Result<()> {
        let open = match self.open.get_mut(self.key.text()) {
            Some(open) => open,
            None => {
                let open = Open { sum: ExactSum::default(), first: Place::of(event), last: (0, 0) };
                self.open.entry(self.key.text().into()).or_insert(open)
            }
        };
        match amount {
            Datum::Text(text) => {
                if !open.sum.add_text(text)? {
                    return Err(amount.no_number());
                }
            }
            _ => open.sum.add(&amount.number()?.ok_or_else(|| amount.no_number())?)?,
        }
        open.last = (event.line.offset.0, open.last.1 + 1);
        if open.sum.to_number()?.decimal()?.is_zero() {
            self.open.remove(self.key.text());
        }
        Ok(())
    }
}

impl Examine for Balanced {
    fn rules(&self) -> Vec<Rule> {
        vec![Rule::Balanced]
    }

    fn on_event(&mut self, event: &Event<'_>, findings: &mut Findings) {
        let why = "an amount is a number";
        let amount = match self.amount.read(event) {
            Ok(amount) => amount,
            Err(error) => return findings.add_error(Rule::Balanced, event, &error, why),
        };
        let has_null = match self.grouping.key(event, &mut self.key) {
            Ok(has_null) => has_null,
            Err(error) => return findings.add_error(Rule::Balanced, event, &error, "it says the group"),
        };
        if amount.is_null() {
            // Events that move no amount stand in every ledger.
            return;
        }
        findings.checked(Rule::Balanced);
        let place = || match amount {
            Datum::Text(text) => Place::at(event, text),
            _ => Place::of(event),
        };
        if has_null {
            let words = || {
                let mut text = Vec::new();
                amount.write_json(&mut text);
                let what = format!("the amount {} belongs to no group", shown(&text));
                (what, format!("'{}' needs every part of the group", self.text))
            };
            return findings.add(Rule::Balanced, place, words);
        }
        if let Err(error) = self.add(event, &amount) {
            findings.add(Rule::Balanced, place, || (error.what().to_owned(), why.to_owned()));
        }
    }

    fn on_end(&mut self, findings: &mut Findings) {
        let mut open: Vec<_> = std::mem::take(&mut self.open).into_iter().collect();
        open.sort_by_key(|(_, open)| open.first.offset);
        // A first amount that is no number opens a group of nothing.
        open.retain(|(_, open)| open.last.1 > 0);
        for (key, open) in open {
            let words = || {
                let mut group = Vec::new();
                self.grouping.write_object(&key, &mut group);
                let sum =
                    open.sum.to_number().map_or_else(|_| "a huge number".to_owned(), |sum| sum.to_string());
                let (last, count) = open.last;
                let since = match count {
                    1 => "this is its only amount since it was last zero".to_owned(),
                    _ => format!("{count} amounts since it was last zero, the last one in event @{last}"),
                };
                (
                    format!("the amounts of {} add up to {sum}", shown(&group)),
                    format!("they must be 0; {since}"),
                )
            };
            findings.add(Rule::Balanced, || open.first.clone(), words);
        }
    }
}
