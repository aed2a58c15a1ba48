//! All printing. stdout is data, stderr is talk; colour only where a person looks, and never as the only
//! carrier of a meaning.

mod agent_view;
mod columns;
mod deployment_view;
mod event_view;
mod file_view;
mod history_view;
mod json;
mod log_view;
mod moments;
mod pass_on;
mod plan_view;
mod rebalance_view;
mod rollout_view;
mod status_view;
mod style;
mod volume_view;
mod whatif_view;
mod why_view;

pub(crate) use agent_view::{agent_lines, agent_table, left_line};
pub(crate) use deployment_view::{deployment_lines, deployment_table, ways_on};
pub(crate) use event_view::event_line;
pub(crate) use file_view::file_table;
pub(crate) use history_view::history_table;
pub(crate) use log_view::{LogView, short_name};
pub(crate) use pass_on::PassOn;
pub(crate) use plan_view::plan_lines;
pub(crate) use rebalance_view::rebalance_lines;
pub(crate) use rollout_view::rollout_line;
pub(crate) use status_view::{status_hints, status_lines};
pub(crate) use style::ColorWhen;
pub(crate) use volume_view::volume_table;
pub(crate) use whatif_view::whatif_lines;
pub(crate) use why_view::{why_hints, why_lines};

use crate::error::Error;
use anstream::AutoStream;
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

/// `1 file`, `2 files`.
pub(crate) fn count_text(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}

/// The two streams, and how they are written to.
pub(crate) struct Ui {
    out: AutoStream<io::Stdout>,
    err: AutoStream<io::Stderr>,
    quiet: bool,
}

/// For whom a read verb renders its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    Human,
    /// For programs; documents name their `schema`
    Json,
}

/// The answer to a question before something changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    Given,
    Denied,
    /// Input or output is no terminal.
    NobodyToAsk,
}

impl Ui {
    pub(crate) fn new(color: ColorWhen, quiet: bool) -> Self {
        Self {
            out: AutoStream::new(io::stdout(), color.choice(&io::stdout())),
            err: AutoStream::new(io::stderr(), color.choice(&io::stderr())),
            quiet,
        }
    }

    /// A line of data.
    pub(crate) fn data(&mut self, line: impl Display) -> Result<(), Error> {
        writeln!(self.out, "{line}").map_err(Error::Output)
    }

    pub(crate) fn data_lines(&mut self, lines: impl IntoIterator<Item = impl Display>) -> Result<(), Error> {
        lines.into_iter().try_for_each(|line| self.data(line))
    }

    /// Text that is already laid out, written as it is.
    pub(crate) fn raw(&mut self, text: &[u8]) -> Result<(), Error> {
        self.out.write_all(text).and_then(|()| self.out.flush()).map_err(Error::Output)
    }

    /// A whole JSON document, with the name of its schema in front.
    pub(crate) fn document(&mut self, schema: &'static str, value: &impl Serialize) -> Result<(), Error> {
        self.data(json::document(schema, value))
    }

    /// One line of a JSON stream.
    pub(crate) fn record(&mut self, schema: &'static str, value: &impl Serialize) -> Result<(), Error> {
        self.data(json::record(schema, value))
    }

    /// Talk: what goes on, of no use to a program.
    pub(crate) fn say(&mut self, line: impl Display) {
        if !self.quiet {
            self.talk(&line);
        }
    }

    pub(crate) fn warn(&mut self, line: impl Display) {
        self.talk(&format_args!("{}: {line}", style::WARNING));
    }

    pub(crate) fn hint(&mut self, line: impl Display) {
        if !self.quiet {
            self.talk(&format_args!("{}: {line}", style::HINT));
        }
    }

    /// The command that comes next.
    pub(crate) fn next(&mut self, command: impl Display) {
        if !self.quiet {
            self.talk(&format_args!("{}: {command}", style::NEXT));
        }
    }

    pub(crate) fn hints(&mut self, lines: impl IntoIterator<Item = impl Display>) {
        lines.into_iter().for_each(|line| self.hint(line));
    }

    /// Files that a push leaves behind.
    pub(crate) fn uncommitted(&mut self, files: &[String]) {
        match files {
            [] => {}
            [file] => self.warn(format!("`{file}` is not committed and stays behind")),
            [first, ..] => {
                self.warn(format!("{} files are not committed and stay behind, `{first}` for one", files.len()));
            }
        }
    }

    /// What of a cluster's words on a push a person should see; the plan they know already.
    pub(crate) fn remarks(&mut self, said: &[String]) {
        for line in said.iter().filter_map(|line| line.strip_prefix("warning: ")) {
            self.warn(line);
        }
    }

    /// Asks a question that only a person can answer.
    pub(crate) fn ask(&mut self, question: &str) -> Result<Consent, Error> {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Ok(Consent::NobodyToAsk);
        }
        let _ = write!(self.err, "{question} [y/N] ");
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map_err(Error::Answer)?;
        Ok(match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => Consent::Given,
            _ => Consent::Denied,
        })
    }

    /// What went wrong, why, and what to do.
    pub(crate) fn failure(&mut self, error: &Error) {
        self.talk(&format_args!("{}: {error}", style::ERROR));
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            self.talk(&format_args!("  cause: {inner}"));
            cause = inner.source();
        }
        for detail in error.details() {
            self.talk(detail);
        }
        if let Some(hint) = error.hint() {
            self.hint(hint);
        }
    }

    /// A stderr that cannot be written to leaves nobody to tell.
    fn talk(&mut self, line: &dyn Display) {
        let _ = writeln!(self.err, "{line}");
    }
}
