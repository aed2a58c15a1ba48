//! The agent's half of the daemon.

use super::quietly;
use crate::agent::{self, Offer};
use crate::args::RuntimeKind;
use crate::runtime::Runtime;
use crate::runtime::docker::Docker;
use crate::runtime::fake::Fake;
use crate::settings::{Machine, SettingsError};
use crate::supervisor::Supervisor;
use ship_core::model::AgentId;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// An agent's place: its folder, and the master it belongs to.
pub(super) struct Seat {
    pub(super) data: PathBuf,
    pub(super) master: String,
    pub(super) token: String,
}

impl Seat {
    pub(super) fn spawn_agent(
        self,
        supervisor: &mut Supervisor,
        machine: Machine,
        runtime: Option<Arc<dyn Runtime>>,
        stop: CancellationToken,
    ) -> anyhow::Result<Seated> {
        let id = agent::identity(&self.data)?;
        let runtime = runtime.unwrap_or_else(|| match machine.runtime {
            RuntimeKind::Docker => Arc::new(Docker::new(&machine.docker, id.clone())),
            RuntimeKind::Fake => Arc::new(Fake::default()),
        });
        let settings = agent::Settings { id: id.clone(), data: self.data, master: self.master, token: self.token };
        let offers = watch::Sender::new(machine.offer.clone());
        supervisor.spawn("the agent", quietly(agent::run(settings, offers.subscribe(), runtime, stop)));
        Ok(Seated { id, machine, offers })
    }
}

/// An agent that runs, and what it was told of its machine.
pub(super) struct Seated {
    pub(super) id: AgentId,
    machine: Machine,
    offers: watch::Sender<Offer>,
}

impl Seated {
    /// Reads its settings again. The old ones stay where the new ones are no good, and where a part of them holds only
    /// from the next start.
    pub(super) fn reload(&mut self) -> Result<(), SettingsError> {
        let mut machine = self.machine.again()?;
        if machine.docker != self.machine.docker {
            tracing::warn!("another Docker Engine is used only after a restart of the agent");
        }
        self.offers.send_replace(machine.offer.clone());
        machine.docker.clone_from(&self.machine.docker);
        self.machine = machine;
        Ok(())
    }
}
