//! The arguments that every verb shares, and the way from a verb to its function.

use crate::commands::{
    Session, agent, agents, apply, attach, cancel, completions, deployments, drain, events, exec, files, history, init,
    logs, plan, rebalance, restart, resume, rollback, scale, status, undrain, validate, volumes, whatif, why, wipe,
};
use crate::error::Error;
use crate::exit::Exit;
use crate::settings::Flags;
use crate::ui::{ColorWhen, Ui};
use clap::{CommandFactory, Parser, Subcommand};
use std::ffi::OsString;

const EXIT_CODES: &str = "\
Exit codes: 0 done, 2 plan has changes (if asked), 3 invalid input,
  4 rollout failed, 5 still running, 6 stale plan, 7 refused by a rule,
  64 wrong use, 69 unreachable, 77 denied, 130 interrupted, 1 a bug";

/// GitOps deployments to your own Docker machines
#[derive(Debug, Parser)]
#[command(name = "shipctl", version, max_term_width = 100)]
#[command(subcommand_value_name = "VERB", subcommand_help_heading = "Verbs", after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    flags: Flags,
    /// Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    color: ColorWhen,
    /// Say only what was asked for
    #[arg(long, short, global = true, help_heading = "Global options")]
    quiet: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Init(init::Args),
    Validate(validate::Args),
    Plan(plan::Args),
    Apply(apply::Args),
    Scale(scale::Args),
    Restart(restart::Args),
    Rollback(rollback::Args),
    Attach(attach::Args),
    Cancel(cancel::Args),
    Resume(resume::Args),
    Status(status::Args),
    Why(why::Args),
    Volumes(volumes::Args),
    Wipe(wipe::Args),
    Whatif(whatif::Args),
    Drain(drain::Args),
    Undrain(undrain::Args),
    Rebalance(rebalance::Args),
    Agents(agents::Args),
    Agent(agent::Args),
    Deployments(deployments::Args),
    History(history::Args),
    Events(events::Args),
    Logs(logs::Args),
    Exec(exec::Args),
    Files(files::Args),
    Completions(completions::Args),
}

/// Everything from the arguments to the exit code.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    match Cli::try_parse_from(args) {
        Ok(cli) => {
            let mut ui = Ui::new(cli.color, cli.quiet);
            let end = dispatch(cli, &mut ui);
            end.unwrap_or_else(|error| conclude(&error, &mut ui))
        }
        Err(answer) => {
            // Help and version come as errors too. If even that cannot be written, nobody reads.
            let _ = answer.print();
            if answer.use_stderr() { Exit::Usage } else { Exit::Done }
        }
    }
}

/// The whole command line as a value, for completions.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

fn dispatch(cli: Cli, ui: &mut Ui) -> Result<Exit, Error> {
    let session = || Session::open(&cli.flags);
    match cli.verb {
        Verb::Init(args) => init::run(&args, ui),
        Verb::Validate(args) => validate::run(&args, ui),
        Verb::Plan(args) => block_on(plan::run(&args, &session()?, ui)),
        Verb::Apply(args) => block_on(apply::run(&args, &session()?, ui)),
        Verb::Scale(args) => block_on(scale::run(&args, &session()?, ui)),
        Verb::Restart(args) => block_on(restart::run(&args, &session()?, ui)),
        Verb::Rollback(args) => block_on(rollback::run(&args, &session()?, ui)),
        Verb::Attach(args) => block_on(attach::run(&args, &session()?, ui)),
        Verb::Cancel(args) => block_on(cancel::run(&args, &session()?, ui)),
        Verb::Resume(args) => block_on(resume::run(&args, &session()?, ui)),
        Verb::Status(args) => block_on(status::run(&args, &session()?, ui)),
        Verb::Volumes(args) => block_on(volumes::run(&args, &session()?, ui)),
        Verb::Wipe(args) => block_on(wipe::run(&args, &session()?, ui)),
        Verb::Why(args) => block_on(why::run(&args, &session()?, ui)),
        Verb::Whatif(args) => block_on(whatif::run(&args, &session()?, ui)),
        Verb::Drain(args) => block_on(drain::run(&args, &session()?, ui)),
        Verb::Undrain(args) => block_on(undrain::run(&args, &session()?, ui)),
        Verb::Rebalance(args) => block_on(rebalance::run(&args, &session()?, ui)),
        Verb::Agents(args) => block_on(agents::run(&args, &session()?, ui)),
        Verb::Agent(args) => block_on(agent::run(&args, &session()?, ui)),
        Verb::Deployments(args) => block_on(deployments::run(&args, &session()?, ui)),
        Verb::History(args) => block_on(history::run(&args, &session()?, ui)),
        Verb::Events(args) => block_on(events::run(&args, &session()?, ui)),
        Verb::Logs(args) => block_on(logs::run(&args, &session()?, ui)),
        Verb::Exec(args) => block_on(exec::run(&args, &session()?, ui)),
        Verb::Files(args) => block_on(files::run(&args, &session()?, ui)),
        Verb::Completions(args) => completions::run(&args, ui),
    }
}

/// One thread is enough: a verb waits for one thing at a time.
fn block_on(verb: impl Future<Output = Result<Exit, Error>>) -> Result<Exit, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
    runtime.block_on(verb)
}

/// Tells what went wrong. A reader who left early (`shipctl logs web | head`) is no failure.
fn conclude(error: &Error, ui: &mut Ui) -> Exit {
    if error.is_closed_output() {
        return Exit::Done;
    }
    ui.failure(error);
    error.exit()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command().debug_assert();
    }
}
