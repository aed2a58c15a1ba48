//! `shipctl deployments`: what was carried out and how it went, as a list or one in full.

use super::{AppName, DeploymentName, Session};
use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Format, Ui, deployment_lines, deployment_table, ways_on};
use serde::Serialize;
use ship_core::protocol::DeploymentView;

/// List deployments, the newest first, or show one
///
/// Each commit that changes apps has one; its id is the id of the commit.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_value_name = "VERB", subcommand_help_heading = "Verbs")]
pub(crate) struct Args {
    #[command(subcommand)]
    one: Option<One>,
    /// Only those that change this app
    #[arg(long, value_name = "APP")]
    app: Option<AppName>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
    /// For whom to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Debug, clap::Subcommand)]
enum One {
    /// Show each step and app of a deployment: its state, when it began, how long it took, and why it failed
    Show {
        /// The deployment: at least four digits of its id
        id: DeploymentName,
        /// For whom to print
        #[arg(long, value_name = "FORMAT", default_value = "human")]
        format: Format,
    },
}

#[derive(Serialize)]
struct List<'a> {
    deployments: &'a [DeploymentView],
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    match &args.one {
        Some(One::Show { id, format }) => show(id, *format, session, ui).await?,
        None => list(args, session, ui).await?,
    }
    Ok(Exit::Done)
}

async fn list(args: &Args, session: &Session, ui: &mut Ui) -> Result<(), Error> {
    let only = args.app.as_ref().map(|name| &name.0);
    let deployments = session.client.deployments(only, args.limit).await?;
    match args.format {
        Format::Json => ui.document("shipctl.deployments", &List { deployments: &deployments }),
        Format::Human if deployments.is_empty() => {
            ui.say("no deployments");
            Ok(())
        }
        Format::Human => ui.data_lines(deployment_table(&deployments, clock::now())),
    }
}

async fn show(id: &DeploymentName, format: Format, session: &Session, ui: &mut Ui) -> Result<(), Error> {
    let view = session.client.deployment(&id.0).await?;
    match format {
        Format::Json => ui.document("shipctl.deployment", &view)?,
        Format::Human => {
            ui.data_lines(deployment_lines(&view.deployment, clock::now()))?;
            ui.hints(ways_on(&view.deployment, |rest| session.command(rest)));
        }
    }
    Ok(())
}
