//! A compiled jq program over values: the only place that drives the interpreter.

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};

use super::functions::{definitions, functions};
use super::{metered, outputs};
use crate::error::{Error, Result};
use crate::event::value::{Value, budget};

type Data = data::JustLut<Value>;

/// A compiled jq program over values, for reducers, `--having` and `--sort-by`.
pub struct Program {
    filter: jaq_core::Filter<Data>,
    text: String,
    gives_one: bool,
}

impl Program {
    /// Compiles `text`, which may use the global `variables` (names with their `$`).
    pub fn compile(text: &str, variables: &[&str]) -> Result<Program> {
        let arena = Arena::default();
        let loader = Loader::new(definitions());
        let metered = metered::text(text);
        let file = File { code: metered.as_ref(), path: () };
        let modules = loader.load(&arena, file).map_err(|errors| {
            let at = errors.first().and_then(|(file, error)| position(file.code, error));
            unreadable(text, at)
        })?;
        let compiler = Compiler::default().with_funs(functions()).with_global_vars(variables.iter().copied());
        let filter = compiler.compile(modules).map_err(|errors| {
            let unknown = errors.first().and_then(|(_, errors)| errors.first());
            match unknown {
                Some((name, kind)) => {
                    Error::usage(format!("'{text}' uses {name}, and there is no such {}", kind.as_str()))
                        .hint("expressions are jq, without files, environment and clock")
                }
                None => unreadable(text, None),
            }
        })?;
        Ok(Program { filter, text: text.to_owned(), gives_one: outputs::is_one(text) })
    }

    /// The text it was compiled from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is sure to give exactly one output wherever it does not fail. It may give one without
    /// this being known.
    pub fn gives_one(&self) -> bool {
        self.gives_one
    }

    /// The first output for `input` with the variables' `values`, if there is one.
    pub fn first(&self, input: Value, values: &[Value]) -> Result<Option<Value>> {
        budget::limited(|| {
            let context = Ctx::<Data>::new(&self.filter.lut, Vars::new(values.iter().cloned()));
            let first = self.filter.id.run((context, input)).map(unwrap_valr).next();
            first.transpose().map_err(|fault| self.failed(&fault))
        })
    }

    /// Every output, in order.
    pub fn each(
        &self,
        input: Value,
        values: &[Value],
        take: &mut dyn FnMut(Value) -> Result<()>,
    ) -> Result<()> {
        budget::limited(|| {
            let context = Ctx::<Data>::new(&self.filter.lut, Vars::new(values.iter().cloned()));
            for output in self.filter.id.run((context, input)).map(unwrap_valr) {
                take(output.map_err(|fault| self.failed(&fault))?)?;
            }
            Ok(())
        })
    }

    #[cold]
    fn failed(&self, fault: &jaq_core::Error<Value>) -> Error {
        let mut why = fault.to_string();
        if why.len() > 200 {
            let end = (0..=200).rev().find(|&end| why.is_char_boundary(end)).unwrap_or(0);
            why.truncate(end);
            why.push('…');
        }
        Error::data(format!("'{}' fails for this event: {why}", self.text))
            .hint("use ? or // where a field may be missing or of another type")
    }
}

/// Where in the expression the reader gave up, in characters from 1, and what it expected there.
fn position(code: &str, error: &jaq_core::load::Error<&str>) -> Option<(usize, String)> {
    use jaq_core::load::Error as Load;
    let (expected, at) = match error {
        Load::Lex(errors) => errors.first().map(|(expected, at)| (expected.as_str().to_owned(), *at))?,
        Load::Parse(errors) => errors.first().map(|(expected, at)| (expected.as_str().to_owned(), *at))?,
        Load::Io(_) => return None,
    };
    let byte = (at.as_ptr() as usize).checked_sub(code.as_ptr() as usize).filter(|&byte| byte <= code.len());
    // Tokens that end the text have no place of their own.
    let byte = byte.unwrap_or(code.len());
    Some((code.get(..byte)?.chars().count() + 1, expected))
}

fn unreadable(text: &str, at: Option<(usize, String)>) -> Error {
    let error = match at {
        Some((column, expected)) => {
            Error::usage(format!("'{text}' is no jq expression: at character {column}, expected {expected}"))
        }
        None => Error::usage(format!("'{text}' is no jq expression")),
    };
    error.hint("write one like .data.amount > 5 and .eventType == \"Paid\"")
}
