//! `shipctl validate`: are the app files right? Needs no cluster.

use super::scope::{Checked, scopes};
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Ui, count_text};
use ship_repo::report;
use std::path::PathBuf;
use std::time::Instant;

/// Check app files without a cluster
///
/// Reports every mistake of every file, with its place. Exits with 3 if there is one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Report only on these files and folders [default: the whole repository around here]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// For whom to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: ReportFormat,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ReportFormat {
    /// For people
    Human,
    /// For programs
    Json,
    /// For code scanning
    Sarif,
    /// For test reports
    Junit,
    /// Annotations of a pull request
    Github,
}

pub(crate) fn run(args: &Args, ui: &mut Ui) -> Result<Exit, Error> {
    let began = Instant::now();
    let here = std::env::current_dir().map_err(Error::Here)?;
    let scopes = scopes(&here, &args.paths)?;
    let checked = scopes.iter().try_fold(Checked::default(), |all, scope| scope.check().map(|part| all.and(part)))?;
    let Checked { files, apps, diagnostics } = checked;

    let text = match args.format {
        ReportFormat::Human => report::human(&diagnostics, report::Style::Coloured),
        ReportFormat::Json => report::json(&diagnostics),
        ReportFormat::Sarif => report::sarif(&diagnostics),
        ReportFormat::Junit => report::junit(&diagnostics),
        ReportFormat::Github => report::github(&diagnostics),
    };
    ui.raw(text.as_bytes())?;
    if !diagnostics.is_empty() {
        return Ok(Exit::Invalid);
    }
    let millis = began.elapsed().as_millis();
    ui.say(format!("valid: {} in {} ({millis} ms)", count_text(apps, "app"), count_text(files, "file")));
    if files == 0 {
        ui.warn("no app files were found");
    }
    Ok(Exit::Done)
}
