//! `bourn completions SHELL`.

use clap::Args;
use clap_complete::Shell;

use super::{Answer, Context, output};
use crate::error::Result;
use crate::pipeline::sink::Sink;

/// Print the completions of a shell.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bourn completions bash > ~/.local/share/bash-completion/completions/bourn
  bourn completions zsh > ~/.zfunc/_bourn
  bourn completions fish > ~/.config/fish/completions/bourn.fish")]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

/// Prints the completions.
pub fn run(arguments: Arguments, _: &Context) -> Result<Answer> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::definition(), "bourn", &mut text);
    let mut output = output::Output::new(&output::OutputArgs::default());
    output.write(&text)?;
    output.finish()?;
    Ok(Answer::Yes)
}
