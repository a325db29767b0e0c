//! The one output writer: lines of JSON in, the chosen format on standard output. Talk goes to standard
//! error through [`say`].

mod columns;
mod separated;
mod table;

pub use table::plain;

use std::io::{IsTerminal, Write};
use std::os::fd::AsFd;

use clap::{Args, ValueEnum};

use crate::error::{Error, Result};
use crate::pipeline::sink::Sink;
use crate::sys::disk;

/// Says one sentence on standard error.
pub fn say(sentence: &str) {
    // One write, so that the sentence of another program of the pipe cannot come between its words. When nobody
    // can hear it, there is nobody to tell.
    let _ = std::io::stderr().lock().write_all(format!("bourn: {sentence}\n").as_bytes());
}

/// Prints one JSON object on standard error, for programs.
pub fn say_json(object: &str) {
    let _ = std::io::stderr().lock().write_all(format!("{object}\n").as_bytes());
}

/// Passes on to standard error what a command wrote to its own.
pub fn pass_on(bytes: &[u8]) {
    let _ = std::io::stderr().lock().write_all(bytes);
}

/// How results are shown.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line
    #[default]
    Jsonl,
    /// One JSON array
    Json,
    /// Comma-separated, nested fields as dotted columns
    Csv,
    /// Tab-separated
    Tsv,
    /// Aligned columns for people
    Table,
}

/// When colours are used.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How results come out.
#[derive(Args, Clone, Debug, Default)]
pub struct OutputArgs {
    /// Format of the results
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, help_heading = "Output")]
    pub format: Format,
    /// Put a quote before CSV cells that a spreadsheet would take for a formula
    #[arg(long, help_heading = "Output")]
    pub csv_safe: bool,
    /// Colours in tables
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, help_heading = "Output")]
    pub color: Colour,
}

impl Colour {
    fn is_on(self) -> bool {
        match self {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                std::io::stdout().is_terminal() && !refused
            }
        }
    }
}

/// A format: takes lines of JSON, appends what is shown.
trait Render {
    fn line(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<()>;
    fn finish(&mut self, out: &mut Vec<u8>) -> Result<()>;
}

/// Rows for a table in a file, as CSV or TSV.
struct Separating {
    render: separated::Separated,
    inner: Box<dyn Sink>,
    buffer: Vec<u8>,
}

/// Rows as CSV or TSV, told by the separator, into another sink.
pub fn separating(separator: u8, is_safe: bool, inner: Box<dyn Sink>) -> Box<dyn Sink> {
    Box::new(Separating { render: separated::Separated::new(separator, is_safe), inner, buffer: Vec::new() })
}

impl Separating {
    fn pass_on(&mut self) -> Result<()> {
        self.inner.write(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

impl Sink for Separating {
    fn write(&mut self, lines: &[u8]) -> Result<()> {
        for line in lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
            self.render.line(line, &mut self.buffer)?;
        }
        self.pass_on()
    }

    fn flush(&mut self) -> Result<()> {
        self.inner.flush()
    }

    fn finish(&mut self) -> Result<()> {
        self.render.finish(&mut self.buffer)?;
        self.pass_on()?;
        self.inner.finish()
    }

    fn interrupt(&mut self) -> Result<()> {
        self.inner.interrupt()
    }
}

/// Standard output in a format.
pub struct Output {
    /// Nothing for JSON lines, which pass through.
    render: Option<Box<dyn Render>>,
    buffer: Vec<u8>,
    /// Whether it was found that there is much to write.
    is_much: bool,
}

/// How many bytes are gathered before they are written.
const BUFFER_BYTES: usize = 64 << 10;

impl Output {
    /// Standard output as the flags want it.
    pub fn new(arguments: &OutputArgs) -> Self {
        let render: Option<Box<dyn Render>> = match arguments.format {
            Format::Jsonl => None,
            Format::Json => Some(Box::new(Array::default())),
            Format::Csv => Some(Box::new(separated::Separated::new(b',', arguments.csv_safe))),
            Format::Tsv => Some(Box::new(separated::Separated::new(b'\t', arguments.csv_safe))),
            Format::Table => Some(Box::new(table::Table::new(arguments.color.is_on()))),
        };
        Output { render, buffer: Vec::new(), is_much: false }
    }

    fn write_out(&mut self) -> Result<()> {
        let written = write_all(&self.buffer);
        self.buffer.clear();
        written
    }
}

fn write_all(bytes: &[u8]) -> Result<()> {
    std::io::stdout().lock().write_all(bytes).map_err(|cause| cannot_write(&cause))
}

fn cannot_write(cause: &std::io::Error) -> Error {
    Error::system("cannot write to standard output", cause)
}

impl Sink for Output {
    fn write(&mut self, lines: &[u8]) -> Result<()> {
        match &mut self.render {
            // Many lines at once need not be gathered.
            None if lines.len() >= BUFFER_BYTES => {
                self.write_out()?;
                if !std::mem::replace(&mut self.is_much, true) {
                    disk::widen_pipe(std::io::stdout().as_fd());
                }
                return write_all(lines);
            }
            None => self.buffer.extend_from_slice(lines),
            Some(render) => {
                for line in lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
                    render.line(line, &mut self.buffer)?;
                }
            }
        }
        if self.buffer.len() >= BUFFER_BYTES { self.write_out() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.write_out()?;
        std::io::stdout().lock().flush().map_err(|cause| cannot_write(&cause))
    }

    fn finish(&mut self) -> Result<()> {
        if let Some(render) = &mut self.render {
            render.finish(&mut self.buffer)?;
        }
        self.flush()
    }
}

/// `--format json`: one array, one element a line.
#[derive(Default)]
struct Array {
    begun: bool,
}

impl Render for Array {
    fn line(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(if self.begun { b",\n" } else { b"[\n" });
        self.begun = true;
        out.extend_from_slice(line);
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(if self.begun { b"\n]\n" } else { b"[]\n" });
        Ok(())
    }
}
