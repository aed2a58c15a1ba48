//! The `shipctl` program: start-up and exit code. [`cli`] reads the arguments and picks the verb.

mod cli;
mod client;
mod clock;
mod commands;
mod error;
mod exit;
mod follow;
mod git;
mod home;
mod settings;
mod terminal;
mod ui;

fn main() -> std::process::ExitCode {
    cli::run(std::env::args_os()).into()
}
