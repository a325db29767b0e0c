//! How many outputs a program gives, told from its text. A reducer that is sure to give one can be handed
//! its state to change in place; one that may give none needs the state kept aside, and a large state is
//! then copied at every event. Only what is certain is claimed: what is not known here counts as any number.

use jaq_core::load;
use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern, Term};
use jaq_core::path::{Opt, Part, Path};

/// How many outputs a term gives for one input, unless it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outputs {
    One,
    AtMostOne,
    Any,
}

use Outputs::{Any, AtMostOne, One};

/// Functions that give one output when each of their arguments does.
const PLAIN: &[&str] = &[
    "abs",
    "add",
    "all",
    "any",
    "ascii_downcase",
    "ascii_upcase",
    "ceil",
    "contains",
    "endswith",
    "error",
    "explode",
    "false",
    "first",
    "flatten",
    "floor",
    "from_entries",
    "fromdate",
    "fromjson",
    "getpath",
    "has",
    "implode",
    "in",
    "index",
    "indices",
    "inside",
    "isarray",
    "isboolean",
    "isnumber",
    "isobject",
    "isstring",
    "join",
    "keys",
    "keys_unsorted",
    "last",
    "length",
    "ltrimstr",
    "max",
    "min",
    "not",
    "null",
    "reverse",
    "rindex",
    "round",
    "rtrimstr",
    "sort",
    "split",
    "startswith",
    "test",
    "to_entries",
    "toboolean",
    "todate",
    "tojson",
    "tonumber",
    "tostring",
    "transpose",
    "trim",
    "true",
    "trunc",
    "type",
    "unique",
    "utf8bytelength",
];

/// Functions that give one output whatever their arguments give.
const COLLECTING: &[&str] = &[
    "add",
    "all",
    "any",
    "group_by",
    "isempty",
    "map",
    "map_values",
    "max_by",
    "min_by",
    "sort_by",
    "unique_by",
    "with_entries",
];

/// Whether a program gives exactly one output for every input for which it does not fail.
pub(super) fn is_one(text: &str) -> bool {
    load::parse(text, |parser| parser.term()).is_some_and(|term| Known::default().term(&term) == One)
}

/// The definitions of the program itself in scope: name, number of parameters, outputs.
#[derive(Default)]
struct Known<'t> {
    definitions: Vec<(&'t str, usize, Outputs)>,
}

/// Both happen, the second for each output of the first.
fn both(a: Outputs, b: Outputs) -> Outputs {
    a.max(b)
}

impl<'t> Known<'t> {
    fn term(&mut self, term: &Term<&'t str>) -> Outputs {
        match term {
            Term::Id | Term::Num(_) | Term::Var(_) | Term::Arr(_) => One,
            Term::Str(_, parts) => self.all(parts.iter().filter_map(|part| match part {
                StrPart::Term(term) => Some(term),
                _ => None,
            })),
            Term::Obj(members) => {
                self.all(members.iter().flat_map(|(key, value)| std::iter::once(key).chain(value)))
            }
            Term::Neg(term) => self.term(term),
            Term::BinOp(left, operator, right) => self.operation(left, operator, right),
            Term::Fold("reduce", _, _, arguments) => self.all(arguments),
            Term::TryCatch(term, None) => self.term(term).max(AtMostOne),
            Term::TryCatch(term, Some(catch)) => both(self.term(term), self.term(catch)),
            Term::IfThenElse(branches, otherwise) => {
                let branches = branches.iter().flat_map(|(condition, then)| [condition, then]);
                self.all(branches.chain(otherwise.as_deref()))
            }
            Term::Def(definitions, body) => self.defined(definitions, body),
            Term::Call(name, arguments) => self.call(name, arguments),
            Term::Path(base, path) => both(self.term(base), self.path(path)),
            Term::Recurse | Term::Label(..) | Term::Break(_) | Term::Fold(..) => Any,
        }
    }

    fn all<'a>(&mut self, terms: impl IntoIterator<Item = &'a Term<&'t str>>) -> Outputs
    where
        't: 'a,
    {
        terms.into_iter().fold(One, |outputs, term| both(outputs, self.term(term)))
    }

    fn operation(
        &mut self,
        left: &Term<&'t str>,
        operator: &BinaryOp<&'t str>,
        right: &Term<&'t str>,
    ) -> Outputs {
        match operator {
            BinaryOp::Pipe(None) | BinaryOp::Or | BinaryOp::And | BinaryOp::Math(_) | BinaryOp::Cmp(_) => {
                both(self.term(left), self.term(right))
            }
            BinaryOp::Pipe(Some(Pattern::Var(_))) => both(self.term(left), self.term(right)),
            BinaryOp::Pipe(Some(_)) | BinaryOp::Comma => Any,
            BinaryOp::Alt => match (self.term(left), self.term(right)) {
                (One | AtMostOne, right) => right,
                (Any, _) => Any,
            },
            BinaryOp::Assign | BinaryOp::Update | BinaryOp::UpdateMath(_) | BinaryOp::UpdateAlt => {
                if self.is_place(left) { self.term(right) } else { Any }
            }
        }
    }

    /// Whether updating `term` with one value gives one output: a path, or a path of a path.
    fn is_place(&mut self, term: &Term<&'t str>) -> bool {
        match term {
            Term::Id => true,
            Term::Path(base, path) => {
                self.is_place(base) && path.0.iter().all(|(part, _)| self.is_place_part(part))
            }
            Term::BinOp(left, BinaryOp::Pipe(None), right) => self.is_place(left) && self.is_place(right),
            _ => false,
        }
    }

    /// Whether a part of a path means a number of places that does not depend on luck: all, or one.
    fn is_place_part(&mut self, part: &Part<Term<&'t str>>) -> bool {
        matches!(part, Part::Range(None, None)) || self.part(part) == One
    }

    fn path(&mut self, path: &Path<Term<&'t str>>) -> Outputs {
        path.0.iter().fold(One, |outputs, (part, optional)| {
            let optional = if matches!(optional, Opt::Optional) { AtMostOne } else { One };
            outputs.max(self.part(part)).max(optional)
        })
    }

    fn part(&mut self, part: &Part<Term<&'t str>>) -> Outputs {
        match part {
            Part::Index(index) => self.term(index),
            Part::Range(None, None) => Any,
            Part::Range(from, to) => self.all(from.iter().chain(to)),
        }
    }

    fn defined(&mut self, definitions: &[Def<&'t str, Term<&'t str>>], body: &Term<&'t str>) -> Outputs {
        let outer = self.definitions.len();
        for Def { name, args, body } in definitions {
            let inner = self.definitions.len();
            // One that calls itself may go on for ever.
            self.definitions.push((name, args.len(), Any));
            // `def f($x)` also defines the filter x.
            self.definitions.extend(args.iter().map(|argument| (argument.trim_start_matches('$'), 0, One)));
            let outputs = self.term(body);
            self.definitions.truncate(inner);
            self.definitions.push((name, args.len(), outputs));
        }
        let outputs = self.term(body);
        self.definitions.truncate(outer);
        outputs
    }

    fn call(&mut self, name: &str, arguments: &[Term<&'t str>]) -> Outputs {
        let own =
            self.definitions.iter().rev().find(|(own, arity, _)| *own == name && *arity == arguments.len());
        if let Some(&(_, _, outputs)) = own {
            return if self.all(arguments) == One { outputs } else { Any };
        }
        match (name, arguments) {
            ("empty", []) => AtMostOne,
            ("select", [condition]) => self.term(condition).max(AtMostOne),
            ("first" | "last", [_]) => AtMostOne,
            // `del(.)` leaves nothing.
            ("del", [place @ Term::Path(_, path)]) if !path.0.is_empty() && self.is_place(place) => One,
            (_, [_, ..]) if COLLECTING.contains(&name) => One,
            _ if PLAIN.contains(&name) => self.all(arguments),
            _ => Any,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::expression::Program;
    use crate::event::value::Value;

    /// Reducers as people write them, which are sure to give one state.
    const SURE: &[&str] = &[
        ".",
        ". + [$e]",
        ". + $e.data",
        ".[$e.user] += 1",
        ".count += 1 | .total += $e.data.amount",
        r#"if $e.type == "a" then . + 1 elif $e.type == "b" then . - 1 else . end"#,
        r#"if $e.type == "a" then .status = "on" end"#,
        ".items[$e.user] |= (. // 0) + ($e.n? // 0)",
        r#"{user: $e.user, (.a | tostring): "\($e.n)", count: (.count + 1)}"#,
        "[.[]?, $e] | sort_by(.n) | .[-3:]",
        "map(select(.n > 1)) + [$e]",
        "with_entries(select(.value))",
        "reduce $e.list[]? as $x (.; . + [$x])",
        "del(.a) | del(.b[]?)",
        ". as $s | $e.n as $n | [$s, $n]",
        "try (. + 1) catch 0",
        "def f($n): . + $n; def g: f(1); g | f(2)",
        ".[] += 1",
        "true and (.a | length > 1) or -1 == .n",
        "add(.[]?) // 0",
        r#"(.a // "" | tostring | split(",") | join("-") | test("x"))"#,
    ];

    const UNSURE: &[&str] = &[
        "(.a, .b)? // null | not",
        "empty",
        "select($e.n > 1)",
        ".a?",
        ".[]",
        "., $e",
        "..",
        "if .a then empty else . end",
        "first(.[])",
        ". |= empty",
        "del(.)",
        "range(3)",
        "label $x | break $x",
        "def f: empty; f",
        "def map(f): empty; map(.)",
        "def f(g): g; f(empty)",
        "def f: f; f",
        ".a[empty] |= 1",
        "(.a | select(.b)) |= 1",
        ". as [$a, $b] | $a",
        "{a: empty}",
        "{(.[]): 1}",
        r#""\(empty)""#,
        "foreach .[] as $x (0; . + $x)",
        "reduce .[] as $x (0; empty)",
        "try empty catch 1",
        "values",
        "length(1; 2",
    ];

    #[test]
    fn what_is_sure_to_give_one_output_is_told_from_the_rest() {
        for text in SURE {
            assert!(is_one(text), "{text}");
        }
        for text in UNSURE {
            assert!(!is_one(text), "{text}");
        }
    }

    #[test]
    fn what_is_said_to_give_one_output_does() {
        let calls = PLAIN.iter().map(|name| (*name).to_owned());
        let calls_of_one = PLAIN.iter().chain(COLLECTING).map(|name| format!("{name}(.a?)"));
        let collecting =
            COLLECTING.iter().flat_map(|name| [format!("{name}(empty)"), format!("{name}(1, 2)")]);
        let all =
            SURE.iter().map(|text| (*text).to_owned()).chain(calls).chain(calls_of_one).chain(collecting);
        let inputs = [
            "null",
            "true",
            "5",
            "-1.5",
            r#""a,b""#,
            "[]",
            "[1,[2],null]",
            r#"["a","b"]"#,
            "{}",
            r#"{"a":{"b":1},"n":null}"#,
            r#"[{"key":"k","value":1,"n":2},{"key":"l","value":null,"n":1}]"#,
        ];
        let values = || inputs.iter().map(|text| Value::parse(text.as_bytes()).expect(text));
        for text in all.filter(|text| is_one(text)) {
            // A name of the list need not exist with every number of arguments.
            let Ok(program) = Program::compile(&text, &["$e"]) else { continue };
            for (input, event) in values().flat_map(|input| values().map(move |event| (input.clone(), event)))
            {
                let mut count = 0;
                let outcome = program.each(input.clone(), &[event], &mut |_| {
                    count += 1;
                    Ok(())
                });
                assert!(outcome.is_err() || count == 1, "{text} of {input} gives {count} outputs");
            }
        }
    }
}
