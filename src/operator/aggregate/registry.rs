//! The table of aggregates: what each is called, what it says of itself, and how its column is made.

use super::Column;
use super::count::{Count, Counted};
use super::states::States;
use super::sum::Sum;
use crate::error::{Error, Result};

/// One aggregate.
pub struct Aggregate {
    /// What it is called.
    pub name: &'static str,
    /// How it is written: `quantile(p; x)`.
    pub signature: &'static str,
    /// What it gives, in one sentence.
    pub sentence: &'static str,
    /// A worked example, which is its help, its documentation and its test.
    pub example: Example,
    /// How many arguments it takes, least and most.
    pub(super) arity: (usize, usize),
    /// Makes an empty column from the constant first argument, if it has one, and the number of arguments.
    pub(super) column: fn(Option<&str>, usize) -> Result<Box<dyn Column>>,
    /// Whether the first of two arguments is a constant.
    pub(super) has_setting: bool,
}

/// An aggregate over a few lines.
pub struct Example {
    /// The input lines.
    pub lines: &'static [&'static str],
    /// What stands behind `-a`.
    pub expression: &'static str,
    /// The result as JSON text.
    pub result: &'static str,
}

/// All aggregates, one row each.
pub const AGGREGATES: &[Aggregate] = &[
    Aggregate {
        name: "count",
        signature: "count()",
        sentence: "The number of events; `count(x)` counts those whose x is not null.",
        example: Example {
            lines: &[r#"{"x":1}"#, r#"{"x":null}"#, "{}"],
            expression: "count()",
            result: "3",
        },
        arity: (0, 1),
        column: |_, arguments| {
            Ok(States::<Count>::column(if arguments == 0 { Counted::Events } else { Counted::Values }))
        },
        has_setting: false,
    },
    Aggregate {
        name: "sum",
        signature: "sum(x)",
        sentence: "The exact sum; 0 when there is nothing to add.",
        example: Example {
            lines: &[r#"{"x":0.1}"#, r#"{"x":0.2}"#, r#"{"x":null}"#],
            expression: "sum(.x)",
            result: "0.3",
        },
        arity: (1, 1),
        column: |_, _| Ok(States::<Sum>::column(())),
        has_setting: false,
    },
];

/// The aggregate called `name`, or an error that lists them all and names the nearest.
pub(super) fn find(name: &str) -> Result<&'static Aggregate> {
    AGGREGATES.iter().find(|aggregate| aggregate.name == name).ok_or_else(|| {
        let known: Vec<&str> = AGGREGATES.iter().map(|aggregate| aggregate.name).collect();
        let nearest = known.iter().map(|known| (distance(name, known), *known)).min();
        let meant = match nearest {
            Some((distance, nearest)) if distance <= 2 => format!("did you mean {nearest}? "),
            _ => String::new(),
        };
        Error::usage(format!("there is no aggregate '{name}'"))
            .hint(format!("{meant}the aggregates are {}", known.join(", ")))
    })
}

/// The edit distance of two names: inserted, deleted and replaced letters (Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, letter) in a.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}
