//! `shipctl whatif`: what would follow, played out on a copy of the cluster.

mod new_agent;

use super::{AgentName, AppName, Session, span};
use crate::client::ClientError;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Format, Ui, whatif_lines};
pub(crate) use new_agent::NotAnAgent;
use new_agent::new_agent;
use ship_core::forecast::Supposition;
use ship_core::model::AgentId;
use std::time::Duration;

/// Say what would follow if agents were lost, emptied or added, or an app scaled; changes nothing
///
/// The cluster's own decisions are played out on a copy of its present state, to the moment when nothing moves any
/// more: what would move from where to where, what would wait and why, which promise would bend, and the least free
/// capacity on the way. Tasks are taken to start at once and well.
#[derive(Debug, clap::Args)]
#[command(subcommand_value_name = "WHAT", subcommand_help_heading = "What")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
    /// For whom to print
    #[arg(long, value_name = "FORMAT", default_value = "human", global = true)]
    format: Format,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// These agents are gone at once, and stay away
    Lose {
        /// Host names or ids
        #[arg(required = true, value_name = "AGENT")]
        agents: Vec<AgentName>,
    },
    /// These agents are emptied
    Drain {
        /// Host names or ids
        #[arg(required = true, value_name = "AGENT")]
        agents: Vec<AgentName>,
        /// What is left after this long is stopped (`90s`, `10m`, `1h`)
        #[arg(long, value_name = "SPAN", value_parser = span::parse)]
        deadline: Option<Duration>,
    },
    /// These agents take tasks again
    Undrain {
        /// Host names or ids
        #[arg(required = true, value_name = "AGENT")]
        agents: Vec<AgentName>,
    },
    /// Another number of instances of an app is wanted
    Scale {
        /// The app, such as `web` or `/shop/web`
        app: AppName,
        /// How many; 0 suspends the app
        instances: u32,
    },
    /// Agents join that do not exist yet
    ///
    /// For example `add-agent cpus=4 mem=8192 attr:rack=r1 count=2`. `cpus` and `mem` must be given; `disk` and `gpus`
    /// are 0, `ports` are 31000-32000 and `count` is 1 unless they are.
    AddAgent {
        /// cpus= mem= disk= gpus= ports= zone= region= hostname= attr:NAME= count=
        #[arg(required = true, value_name = "KEY=VALUE")]
        facts: Vec<String>,
    },
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let told = match session.client.whatif(vec![args.what.supposition()?]).await {
        Ok(told) => told,
        Err(error) => return Err(args.what.explain(error, session).await),
    };
    match args.format {
        Format::Human => ui.data_lines(whatif_lines(&args.what.head(), &told))?,
        Format::Json => ui.document("shipctl.whatif", &told)?,
    }
    Ok(Exit::Done)
}

impl What {
    fn supposition(&self) -> Result<Supposition, Error> {
        let ids = |agents: &[AgentName]| agents.iter().map(|name| AgentId::new(name.0.clone())).collect();
        Ok(match self {
            Self::Lose { agents } => Supposition::Lose { agents: ids(agents) },
            Self::Drain { agents, deadline } => {
                Supposition::Drain { agents: ids(agents), within_secs: deadline.map(|span| span.as_secs()) }
            }
            Self::Undrain { agents } => Supposition::Undrain { agents: ids(agents) },
            Self::Scale { app, instances } => Supposition::Scale { app: app.0.clone(), instances: *instances },
            Self::AddAgent { facts } => Supposition::AddAgent(new_agent(facts)?),
        })
    }

    /// An app that is not there gets a suggestion.
    async fn explain(&self, error: ClientError, session: &Session) -> Error {
        match (self, error) {
            (Self::Scale { app, .. }, ClientError::NotFound { .. }) => session.unknown_app(&app.0).await,
            (_, error) => error.into(),
        }
    }

    fn head(&self) -> String {
        let list = |agents: &[AgentName]| agents.iter().map(|name| name.0.as_str()).collect::<Vec<_>>().join(", ");
        match self {
            Self::Lose { agents } => format!("without {}", list(agents)),
            Self::Drain { agents, .. } => format!("with {} emptied", list(agents)),
            Self::Undrain { agents } => format!("with {} taking tasks again", list(agents)),
            Self::Scale { app, instances } => format!("with {} at {instances}", app.0),
            Self::AddAgent { facts } => format!("with a new agent: {}", facts.join(" ")),
        }
    }
}
