//! The table of aggregates: what each is called, what it says of itself, and how its column is made.

use std::cmp::Ordering;

use super::Column;
use super::approximate::Approximate;
use super::at_extreme::AtExtreme;
use super::average::Average;
use super::count::{Count, Counted};
use super::distinct::{Distinct, Told};
use super::extreme::Extreme;
use super::first_last::{End, Side};
use super::list::List;
use super::patch::Patch;
use super::quantile::{Quantile, Share};
use super::states::States;
use super::sum::Sum;
use super::top::{Limit, Top};
use crate::error::{Error, Result};

/// Makes an empty column from the constant first of two arguments and the number of arguments.
type MakeColumn = fn(Option<&str>, usize) -> Result<Box<dyn Column>>;

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
    /// Which arguments it takes.
    pub(super) arguments: Arguments,
    /// Makes an empty column.
    pub(super) column: MakeColumn,
}

/// The arguments of an aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arguments {
    /// `count()` or `count(x)`.
    AtMostOne,
    /// `sum(x)`.
    One,
    /// `quantile(p; x)`, where p is a constant.
    SettingAndOne,
    /// `at_max(x; y)`.
    Two,
}

impl Arguments {
    /// Whether so many will do.
    pub(super) fn takes(self, count: usize) -> bool {
        match self {
            Arguments::AtMostOne => count <= 1,
            Arguments::One => count == 1,
            Arguments::SettingAndOne | Arguments::Two => count == 2,
        }
    }
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
        arguments: Arguments::AtMostOne,
        column: |_, arguments| {
            Ok(States::<Count>::column(if arguments == 0 { Counted::Events } else { Counted::Values }))
        },
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
        arguments: Arguments::One,
        column: |_, _| Ok(States::<Sum>::column(())),
    },
    Aggregate {
        name: "min",
        signature: "min(x)",
        sentence: "The least value in jq's order, as it was written.",
        example: Example {
            lines: &[r#"{"x":2}"#, r#"{"x":1.50}"#, "{}"],
            expression: "min(.x)",
            result: "1.50",
        },
        arguments: Arguments::One,
        column: |_, _| Ok(States::<Extreme>::column(Ordering::Less)),
    },
    Aggregate {
        name: "max",
        signature: "max(x)",
        sentence: "The greatest value in jq's order, as it was written.",
        example: Example { lines: &[r#"{"x":9}"#, r#"{"x":10}"#, "{}"], expression: "max(.x)", result: "10" },
        arguments: Arguments::One,
        column: |_, _| Ok(States::<Extreme>::column(Ordering::Greater)),
    },
    Aggregate {
        name: "avg",
        signature: "avg(x)",
        sentence: "The mean, to 28 significant digits, half-even.",
        example: Example { lines: &[r#"{"x":1}"#, r#"{"x":2}"#, "{}"], expression: "avg(.x)", result: "1.5" },
        arguments: Arguments::One,
        column: |_, _| Ok(States::<Average>::column(())),
    },
    Aggregate {
        name: "first",
        signature: "first(x)",
        sentence: "The first value in arrival order.",
        example: Example {
            lines: &[r#"{"x":"a"}"#, r#"{"x":"b"}"#],
            expression: "first(.x)",
            result: r#""a""#,
        },
        arguments: Arguments::One,
        column: |_, _| Ok(States::<End>::column(Side::First)),
    },
    Aggregate {
        name: "last",
        signature: "last(x)",
        sentence: "The last value in arrival order.",
        example: Example {
            lines: &[r#"{"x":"a"}"#, r#"{"x":"b"}"#, r#"{"x":null}"#],
            expression: "last(.x)",
            result: r#""b""#,
        },
        arguments: Arguments::One,
        column: |_, _| Ok(States::<End>::column(Side::Last)),
    },
    Aggregate {
        name: "distinct",
        signature: "distinct(x)",
        sentence: "How many different values there are, exactly; all are kept.",
        example: Example {
            lines: &[r#"{"x":1}"#, r#"{"x":1.0}"#, r#"{"x":"1"}"#],
            expression: "distinct(.x)",
            result: "2",
        },
        arguments: Arguments::One,
        column: |_, _| Ok(States::<Distinct>::column(Told::Number)),
    },
    Aggregate {
        name: "approx_distinct",
        signature: "approx_distinct(x)",
        sentence: "About how many different values there are: exact up to 1024, then within 1 % or so, in 16 KiB (HyperLogLog).",
        example: Example {
            lines: &[r#"{"x":1}"#, r#"{"x":1.0}"#, r#"{"x":"1"}"#],
            expression: "approx_distinct(.x)",
            result: "2",
        },
        arguments: Arguments::One,
        column: |_, _| Ok(States::<Approximate>::column(())),
    },
    Aggregate {
        name: "quantile",
        signature: "quantile(p; x)",
        sentence: "The value below or at which the share p of all values lies, exactly, by nearest rank; all are kept. `quantile(0.5; x)` is the median.",
        example: Example {
            lines: &[r#"{"x":5}"#, r#"{"x":1}"#, r#"{"x":3}"#],
            expression: "quantile(0.5; .x)",
            result: "3",
        },
        arguments: Arguments::SettingAndOne,
        column: |setting, _| Ok(States::<Quantile>::column(Share::parse(setting.unwrap_or_default())?)),
    },
    Aggregate {
        name: "list",
        signature: "list(x)",
        sentence: "All values in arrival order.",
        example: Example {
            lines: &[r#"{"x":2}"#, r#"{"x":1}"#, r#"{"x":2}"#],
            expression: "list(.x)",
            result: "[2,1,2]",
        },
        arguments: Arguments::One,
        column: |_, _| Ok(States::<List>::column(())),
    },
    Aggregate {
        name: "set",
        signature: "set(x)",
        sentence: "The different values in jq's order.",
        example: Example {
            lines: &[r#"{"x":2}"#, r#"{"x":1}"#, r#"{"x":2}"#],
            expression: "set(.x)",
            result: "[1,2]",
        },
        arguments: Arguments::One,
        column: |_, _| Ok(States::<Distinct>::column(Told::Values)),
    },
    Aggregate {
        name: "top",
        signature: "top(n; x)",
        sentence: "The n largest values, largest first.",
        example: Example {
            lines: &[r#"{"x":2}"#, r#"{"x":9}"#, r#"{"x":4}"#],
            expression: "top(2; .x)",
            result: "[9,4]",
        },
        arguments: Arguments::SettingAndOne,
        column: |setting, _| Ok(States::<Top>::column(Limit::parse(setting.unwrap_or_default())?)),
    },
    Aggregate {
        name: "at_max",
        signature: "at_max(x; y)",
        sentence: "The y of every event that has the greatest x, in arrival order.",
        example: Example {
            lines: &[r#"{"x":1,"y":"a"}"#, r#"{"x":9,"y":"b"}"#, r#"{"x":9.0,"y":"c"}"#],
            expression: "at_max(.x; .y)",
            result: r#"["b","c"]"#,
        },
        arguments: Arguments::Two,
        column: |_, _| Ok(States::<AtExtreme>::column(Ordering::Greater)),
    },
    Aggregate {
        name: "at_min",
        signature: "at_min(x; y)",
        sentence: "The y of every event that has the least x, in arrival order.",
        example: Example {
            lines: &[r#"{"x":1,"y":"a"}"#, r#"{"x":9,"y":"b"}"#, r#"{"x":null,"y":"c"}"#],
            expression: "at_min(.x; .y)",
            result: r#"["a"]"#,
        },
        arguments: Arguments::Two,
        column: |_, _| Ok(States::<AtExtreme>::column(Ordering::Less)),
    },
    Aggregate {
        name: "merge",
        signature: "merge(x)",
        sentence: "The objects merged in arrival order, null deleting a member (JSON Merge Patch, RFC 7396): the latest state.",
        example: Example {
            lines: &[r#"{"x":{"a":1,"b":2}}"#, r#"{"x":{"b":null,"c":3}}"#],
            expression: "merge(.x)",
            result: r#"{"a":1,"c":3}"#,
        },
        arguments: Arguments::One,
        column: |_, _| Ok(States::<Patch>::column(())),
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
