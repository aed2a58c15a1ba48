//! `shipctl plan`: what a change would do, without doing it.

use super::{Place, Session, Target};
use crate::error::Error;
use crate::exit::Exit;
use crate::home;
use crate::ui::{Format, Ui, plan_lines};
use ship_core::model::CommitId;
use ship_core::plan::Plan;

/// Show what would change in the cluster, and change nothing
///
/// Plans the app files as they are in the working tree, committed or not. Ends with the command that carries
/// out exactly this plan, or refuses if anything moved meanwhile.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Plan this commit, branch or tag instead
    #[arg(long = "ref", value_name = "REV")]
    rev: Option<String>,
    /// Exit with 2 if anything would change
    #[arg(long)]
    detailed_exitcode: bool,
    /// For whom to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let place = session.place()?;
    let commit = args.rev.as_ref().map(|rev| place.checkout.resolve(rev)).transpose()?;
    let tree = match &commit {
        Some(commit) => place.home.commit(commit)?,
        None => place.home.working_tree()?,
    };
    let plan = session.client.plan(&home::request(&tree)?).await?;
    match args.format {
        Format::Human => {
            ui.data_lines(plan_lines(&plan))?;
            if !plan.is_empty() {
                ui.next(next(&plan, commit.as_ref(), &place, session).await?);
            }
        }
        Format::Json => ui.document("shipctl.plan", &plan)?,
    }
    Ok(if args.detailed_exitcode && !plan.is_empty() { Exit::Changes } else { Exit::Done })
}

/// The command that carries out exactly this plan, or refuses if anything moved.
async fn next(plan: &Plan, commit: Option<&CommitId>, place: &Place<'_>, session: &Session) -> Result<String, Error> {
    let apply = session.command(&format!("apply --plan {}", plan.fingerprint));
    match commit {
        Some(commit) if *commit != place.checkout.resolve("HEAD")? => {
            Ok(Target::of(&session.client).await?.push_command(commit.short(), &plan.fingerprint))
        }
        Some(_) => Ok(apply),
        None if place.uncommitted()?.is_empty() => Ok(apply),
        None => Ok(format!("git add -A && git commit && {apply}")),
    }
}
