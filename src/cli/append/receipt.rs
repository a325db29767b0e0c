//! The receipt of an append: one line.

use crate::cli::output::{Output, OutputArgs};
use crate::error::{Error, Kind, Result};
use crate::log::writer::Receipt;
use crate::log::{Stream, merkle};
use crate::pipeline::sink::Sink;

/// `{"stream":"ledger","first":0,"last":99,"count":100,"duplicates":0,"durable":true,"size":100,"root":"…"}`
pub fn print(stream: &Stream, receipt: &Receipt, duplicates: u64, is_durable: bool) -> Result<()> {
    let name = serde_json::to_string(stream.name())
        .map_err(|cause| Error::new(Kind::System, format!("cannot write the receipt: {cause}")))?;
    let (first, last) = match receipt.count {
        0 => ("null".to_owned(), "null".to_owned()),
        count => (receipt.first.to_string(), (receipt.first.0 + count - 1).to_string()),
    };
    let line = format!(
        "{{\"stream\":{name},\"first\":{first},\"last\":{last},\"count\":{},\"duplicates\":{duplicates},\"durable\":{is_durable},\"size\":{},\"root\":\"{}\"}}\n",
        receipt.count,
        receipt.size,
        merkle::to_hex(&receipt.root),
    );
    let mut output = Output::new(&OutputArgs::default());
    output.write(line.as_bytes())?;
    output.finish()
}
