//! `bourn audit prove SOURCE OFFSET` and `bourn audit prove SOURCE --from SIZE`.

use clap::Args;

use super::checkpoint::PinArgs;
use super::source::Log;
use super::trust;
use crate::cli::{Answer, Context};
use crate::error::{Error, Kind, Result};
use crate::event::line::Block;
use crate::log::audit::checkpoint::Checkpoint;
use crate::log::audit::document::{Claim, Proof};
use crate::log::audit::note::Note;
use crate::log::audit::proof::{Gatherer, consistency_runs, inclusion_runs};
use crate::log::audit::tombstone::leaf_of;
use crate::log::merkle::{Frontier, Hash};
use crate::pipeline::source::Next;

/// Print a proof that the event at OFFSET is in the log, or, with --from, that the log begins with its first lines.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A stream, or a file of lines (also .gz and .zst)
    source: String,
    /// The event that is proven to be in the log
    #[arg(required_unless_present = "from")]
    offset: Option<u64>,
    /// Prove that the log begins with its first SIZE lines as they are
    #[arg(long, value_name = "SIZE", conflicts_with = "offset")]
    from: Option<u64>,
    /// The checkpoint to prove it against, signatures and all; the log as it is now if left out
    #[arg(long, value_name = "FILE", conflicts_with_all = ["size", "origin", "key"])]
    checkpoint: Option<String>,
    #[command(flatten)]
    pin: PinArgs,
}

/// What one pass over the lines gives.
struct Pass {
    /// The tree over the lines of the checkpoint.
    tree: Frontier,
    /// The root over the old lines, for a proof of consistency.
    old: Option<Hash>,
    /// The leaf of the event, for a proof of inclusion.
    leaf: Option<Hash>,
    hashes: Vec<Hash>,
}

/// Prints the proof.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let log = Log::find(context, &arguments.source)?;
    let kept = arguments.checkpoint.as_deref().map(|file| trust::checkpoint(context, file)).transpose()?;
    let size = match (&kept, arguments.pin.size) {
        (Some((_, checkpoint)), _) => checkpoint.size,
        (None, Some(size)) => size,
        (None, None) if log.name() == "-" => {
            return Err(Error::usage("a proof over standard input needs to know how many lines come")
                .hint("say it with --size or --checkpoint, or name a file"));
        }
        (None, None) => log.tree(context)?.size(),
    };
    let pass = pass_over(&log, context, arguments, size)?;
    let (note, checkpoint) = match kept {
        Some(kept) => kept,
        None => arguments.pin.sign(&log, &pass.tree, context)?,
    };
    let claim = match (arguments.offset, arguments.from, pass.old) {
        (_, Some(size), Some(root)) => Claim::Consistency { size, root },
        (offset, ..) => Claim::Inclusion(offset.unwrap_or_default()),
    };
    let proof = Proof { claim, hashes: pass.hashes, note, checkpoint };
    let holds = pass.leaf.map_or_else(|| proof.is_consistent(), |leaf| proof.includes(&leaf));
    if !holds {
        return Err(not_the_history(&log, &proof.checkpoint));
    }
    super::print(&proof.text())?;
    Ok(Answer::Yes)
}

fn not_the_history(log: &Log, checkpoint: &Checkpoint) -> Error {
    let what = format!(
        "the first {} lines of {} are not those of the checkpoint, so nothing can be proven against it",
        checkpoint.size,
        log.name()
    );
    Error::new(Kind::Answer, what)
        .hint(format!("bourn audit verify {} --checkpoint FILE tells where they differ", log.name()))
}

fn pass_over(log: &Log, context: &Context, arguments: &Arguments, size: u64) -> Result<Pass> {
    let runs = match (arguments.offset, arguments.from) {
        (_, Some(0)) => {
            return Err(Error::usage("every log begins with no lines, so there is nothing to prove")
                .hint("give the size of the earlier state with --from"));
        }
        (_, Some(from)) if from <= size => consistency_runs(from, size),
        (Some(offset), None) if offset < size => inclusion_runs(offset, size),
        (offset, from) => {
            let wanted = offset.or(from).unwrap_or_default();
            return Err(Error::usage(format!(
                "{} has {size} lines here, so {wanted} is too much",
                log.name()
            ))
            .hint("offsets count from 0 and end before the size"));
        }
    };
    let mut gatherer = Gatherer::new(runs);
    let mut pass = Pass { tree: Frontier::default(), old: None, leaf: None, hashes: Vec::new() };
    let mut reader = log.open(context)?;
    let mut block = Block::default();
    while pass.tree.size() < size && reader.next_block(&mut block)? == Next::Block {
        let missing = (size - pass.tree.size()) as usize;
        for line in block.lines().take(missing) {
            let hash = leaf_of(line.bytes);
            if arguments.offset == Some(pass.tree.size()) {
                pass.leaf = Some(hash);
            }
            gatherer.push(hash);
            pass.tree.push(hash);
            if arguments.from == Some(pass.tree.size()) {
                pass.old = Some(pass.tree.root());
            }
        }
    }
    let found = pass.tree.size();
    pass.hashes = gatherer.finish().filter(|_| found == size).ok_or_else(|| {
        Error::new(Kind::Answer, format!("{} has {found} lines, fewer than {size}", log.name()))
            .hint("its end was cut off, or this is another log")
    })?;
    Ok(pass)
}

impl PinArgs {
    /// The checkpoint over `tree`, signed when a key is given.
    pub fn sign(&self, log: &Log, tree: &Frontier, context: &Context) -> Result<(Note, Checkpoint)> {
        let key = self.key.as_deref().map(|file| trust::signer(context, file)).transpose()?;
        let origin = match (&self.origin, &key) {
            (Some(origin), _) => origin.clone(),
            (None, Some(key)) => key.name().to_owned(),
            (None, None) => log.origin()?,
        };
        let checkpoint = Checkpoint::new(&origin, tree)?;
        let mut note = Note::unsigned(&checkpoint.text());
        if let Some(key) = &key {
            super::require_purpose(key, crate::log::audit::key::Purpose::Log)?;
            note.sign(key, trust::seconds(context));
        }
        Ok((note, checkpoint))
    }
}
