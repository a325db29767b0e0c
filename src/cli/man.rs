//! `bourn man [COMMAND]`.

use clap::Args;

use super::{Answer, Context, output};
use crate::error::{Error, Result};
use crate::pipeline::sink::Sink;

/// Print the manual page, of bourn or of one command.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn man | man -l -
  bourn man window > bourn-window.1")]
pub struct Arguments {
    /// The command; bourn itself if left out
    command: Option<String>,
}

/// Prints the page in roff.
pub fn run(arguments: Arguments, _: &Context) -> Result<Answer> {
    let mut definition = super::definition();
    definition.build();
    let page = match &arguments.command {
        None => definition,
        Some(name) => {
            let command = definition.find_subcommand(name);
            let command = command.ok_or_else(|| {
                Error::usage(format!("there is no command {name}")).hint("bourn --help lists the commands")
            })?;
            // Clap wants names that live as long as the program, which ends right after this.
            let full_name: &'static str = format!("bourn-{name}").leak();
            command.clone().name(full_name)
        }
    };
    let mut text = Vec::new();
    let rendered = clap_mangen::Man::new(page).render(&mut text);
    rendered.map_err(|cause| Error::system("cannot write the manual page", &cause))?;
    let mut output = output::Output::new(&output::OutputArgs::default());
    output.write(&text)?;
    output.finish()?;
    Ok(Answer::Yes)
}
