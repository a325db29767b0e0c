//! Checkpoints: the state of a log in three lines (C2SP tlog-checkpoint): a name for the log, how many lines
//! it has, and the Merkle root over them. Reads the receipts of `append`, too, which say the same.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::log::merkle::{self, Frontier, Hash};

/// The state of a log at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: String,
    /// How many lines it had.
    pub size: u64,
    /// The Merkle root over them.
    pub root: Hash,
}

/// The members of a receipt that matter here.
#[derive(Deserialize)]
struct Receipt {
    stream: String,
    size: u64,
    root: String,
}

impl Checkpoint {
    /// The checkpoint of the log called `origin` whose lines have this tree.
    pub fn new(origin: &str, tree: &Frontier) -> Result<Checkpoint> {
        if origin.is_empty() || origin.chars().any(char::is_control) {
            return Err(Error::usage("the name of a log is one line of text, and not empty")
                .hint("name it with --origin, as in --origin example.com/ledger"));
        }
        Ok(Checkpoint { origin: origin.to_owned(), size: tree.size(), root: tree.root() })
    }

    /// The three lines.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// Reads the three lines; extension lines behind them are let pass.
    pub fn parse(text: &str) -> Result<Checkpoint> {
        let wrong = |why: &str| {
            Error::data(format!("this is no checkpoint: {why}"))
                .hint("a checkpoint is what bourn audit checkpoint prints: a name, a size and a root")
        };
        let body = text.strip_suffix('\n').ok_or_else(|| wrong("its last line has no end"))?;
        let mut lines = body.split('\n');
        let mut next = |what: &str| {
            lines.next().filter(|line| !line.is_empty()).ok_or_else(|| wrong(&format!("it has no {what}")))
        };
        let (origin, size, root) = (next("name")?, next("size")?, next("root")?);
        if lines.any(str::is_empty) {
            return Err(wrong("a line of it is empty"));
        }
        let size = parse_size(size).ok_or_else(|| wrong("its second line is no size"))?;
        let root = parse_hash(root).ok_or_else(|| wrong("its third line is no SHA-256 hash in base64"))?;
        Ok(Checkpoint { origin: origin.to_owned(), size, root })
    }

    /// Reads a receipt of `append`.
    pub fn from_receipt(line: &str) -> Result<Checkpoint> {
        let wrong = || {
            Error::data("this is no receipt: it lacks stream, size or root")
                .hint("a receipt is the line that bourn append prints")
        };
        let receipt: Receipt = serde_json::from_str(line).map_err(|_| wrong())?;
        let root = merkle::from_hex(&receipt.root).ok_or_else(wrong)?;
        Ok(Checkpoint { origin: receipt.stream, size: receipt.size, root })
    }
}

/// A number as these formats have it: decimal, without leading zeroes.
pub fn parse_size(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_plain { text.parse().ok() } else { None }
}

/// A hash in base64.
pub fn parse_hash(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn a_checkpoint_comes_back_as_it_was_written() {
        let checkpoint = Checkpoint::parse(TEXT).expect("a checkpoint");
        assert_eq!(
            (checkpoint.origin.as_str(), checkpoint.size),
            ("example.com/behind-the-sofa", 20_852_163)
        );
        assert_eq!(checkpoint.text(), TEXT);
        assert_eq!(Checkpoint::parse(&format!("{TEXT}more\n")), Ok(checkpoint));
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        let broken = [
            "",
            "x\n",
            "x\n1\n",
            "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "x\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "x\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "x\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
            "x\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
            "x\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nmore\n",
            "x\n1\nAAAA\n",
        ];
        for text in broken {
            assert!(Checkpoint::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_receipt_says_the_same_as_a_checkpoint() {
        let root = "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62";
        let receipt = format!("{{\"stream\":\"s\",\"first\":0,\"size\":20852163,\"root\":\"{root}\"}}");
        let checkpoint = Checkpoint::from_receipt(&receipt).expect("a receipt");
        assert_eq!(checkpoint.root, Checkpoint::parse(TEXT).expect("a checkpoint").root);
        assert!(Checkpoint::from_receipt("{\"stream\":\"s\"}").is_err());
    }
}
