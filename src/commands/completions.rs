//! `shipctl completions`: the scripts that complete its command line.

use crate::cli;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::Ui;

/// Print the completion script of a shell
///
/// bash: `source <(shipctl completions bash)` in ~/.bashrc.
/// zsh: save it as `_shipctl` in a folder of $fpath.
/// fish: save it as ~/.config/fish/completions/shipctl.fish.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    shell: Shell,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

pub(crate) fn run(args: &Args, ui: &mut Ui) -> Result<Exit, Error> {
    let mut script = Vec::new();
    let shell = match args.shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
    };
    clap_complete::generate(shell, &mut cli::command(), "shipctl", &mut script);
    ui.raw(&script)?;
    Ok(Exit::Done)
}
