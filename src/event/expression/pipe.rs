//! `a | b` as one term without a pipe: what `b` says of its input is said of `a`. Only where the two terms are sure to
//! mean the same: where `b` looks at its input whatever happens, since `a` may fail.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Term};
use jaq_core::path::{Opt, Part, Path};

use super::native::literal;

/// The keys of a path that has nothing but keys.
pub fn keys(path: &Path<Term<&str>>) -> Option<Vec<String>> {
    let key = |(part, opt): &(Part<Term<&str>>, Opt)| match (part, opt) {
        (Part::Index(Term::Str(None, parts)), Opt::Essential) => literal(parts),
        _ => None,
    };
    path.0.iter().map(key).collect()
}

/// `input | body` as one term, where that is known.
pub fn joined<'s>(input: &Term<&'s str>, body: &Term<&'s str>) -> Option<Term<&'s str>> {
    (cannot_fail(input) || looks(body)).then(|| put(input, body)).flatten()
}

/// Whether a term gives one output for every event: its one key leads into an object.
fn cannot_fail(term: &Term<&str>) -> bool {
    match term {
        Term::Id => true,
        Term::Path(from, path) => matches!(**from, Term::Id) && path.0.len() == 1,
        _ => false,
    }
}

/// Whether a term looks at its input whatever happens.
fn looks(term: &Term<&str>) -> bool {
    match term {
        Term::Id | Term::Call(..) => !is_constant(term),
        Term::Path(from, _) | Term::Neg(from) => looks(from),
        Term::Arr(Some(inner)) => looks(inner),
        Term::BinOp(a, BinaryOp::Math(_) | BinaryOp::Cmp(_) | BinaryOp::Comma, b) => looks(a) || looks(b),
        Term::BinOp(a, BinaryOp::Pipe(None) | BinaryOp::And | BinaryOp::Or | BinaryOp::Alt, _) => looks(a),
        Term::IfThenElse(branches, _) => branches.first().is_some_and(|(condition, _)| looks(condition)),
        Term::Obj(members) => members.iter().any(|(_, value)| value.as_ref().is_none_or(looks)),
        Term::Str(None, parts) => parts.iter().any(|part| matches!(part, StrPart::Term(term) if looks(term))),
        _ => false,
    }
}

fn is_constant(term: &Term<&str>) -> bool {
    matches!(term, Term::Call("null" | "true" | "false", _))
}

/// The body with the input in the place of its own.
fn put<'s>(input: &Term<&'s str>, body: &Term<&'s str>) -> Option<Term<&'s str>> {
    let again = |term: &Term<&'s str>| put(input, term);
    let boxed = |term: &Term<&'s str>| again(term).map(Box::new);
    Some(match body {
        Term::Id => input.clone(),
        Term::Num(_) => body.clone(),
        Term::Call(..) if is_constant(body) => body.clone(),
        Term::Call(..) => Term::BinOp(Box::new(input.clone()), BinaryOp::Pipe(None), Box::new(body.clone())),
        Term::Path(from, path) if matches!(**from, Term::Id) => behind(input, path)?,
        Term::Neg(inner) => Term::Neg(boxed(inner)?),
        Term::Arr(inner) => {
            Term::Arr(inner.as_deref().map(boxed).map_or(Some(None), |inner| inner.map(Some))?)
        }
        // The second term of a pipe has the first one as its input.
        Term::BinOp(a, pipe @ BinaryOp::Pipe(None), b) => Term::BinOp(boxed(a)?, pipe.clone(), b.clone()),
        Term::BinOp(a, operator @ (BinaryOp::Math(_) | BinaryOp::Cmp(_) | BinaryOp::Comma), b) => {
            Term::BinOp(boxed(a)?, operator.clone(), boxed(b)?)
        }
        Term::BinOp(a, operator @ (BinaryOp::And | BinaryOp::Or | BinaryOp::Alt), b) => {
            Term::BinOp(boxed(a)?, operator.clone(), boxed(b)?)
        }
        Term::IfThenElse(branches, Some(otherwise)) => {
            let branch =
                |(condition, then): &(Term<&'s str>, Term<&'s str>)| Some((again(condition)?, again(then)?));
            Term::IfThenElse(branches.iter().map(branch).collect::<Option<_>>()?, Some(boxed(otherwise)?))
        }
        Term::Obj(members) => {
            let member = |(name, value): &(Term<&'s str>, Option<Term<&'s str>>)| {
                let Term::Str(None, _) = name else { return None };
                let key = (Part::Index(name.clone()), Opt::Essential);
                let value = match value {
                    Some(value) => again(value)?,
                    None => behind(input, &Path(vec![key]))?,
                };
                Some((name.clone(), Some(value)))
            };
            Term::Obj(members.iter().map(member).collect::<Option<_>>()?)
        }
        Term::Str(None, parts) => {
            let part = |part: &StrPart<&'s str, Term<&'s str>>| match part {
                StrPart::Term(term) => again(term).map(StrPart::Term),
                part => Some(part.clone()),
            };
            Term::Str(None, parts.iter().map(part).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// A path that goes on where another one ends.
fn behind<'s>(input: &Term<&'s str>, path: &Path<Term<&'s str>>) -> Option<Term<&'s str>> {
    match input {
        Term::Id => Some(Term::Path(Box::new(Term::Id), path.clone())),
        Term::Path(from, first) if matches!(**from, Term::Id) => {
            Some(Term::Path(from.clone(), Path(first.0.iter().chain(&path.0).cloned().collect())))
        }
        _ => None,
    }
}
