//! The agent's half of the daemon.

use super::quietly;
use crate::agent;
use crate::args::RuntimeKind;
use crate::runtime::Runtime;
use crate::runtime::docker::Docker;
use crate::runtime::fake::Fake;
use crate::settings::Machine;
use crate::supervisor::Supervisor;
use ship_core::model::AgentId;
use std::path::PathBuf;
use std::sync::Arc;
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
    ) -> anyhow::Result<AgentId> {
        let id = agent::identity(&self.data)?;
        let runtime = runtime.unwrap_or_else(|| match machine.runtime {
            RuntimeKind::Docker => Arc::new(Docker::new(&machine.docker, id.clone())),
            RuntimeKind::Fake => Arc::new(Fake::default()),
        });
        let settings = agent::Settings {
            id: id.clone(),
            data: self.data,
            master: self.master,
            token: self.token,
            hostname: machine.hostname,
            offer: machine.offer,
        };
        supervisor.spawn("the agent", quietly(agent::run(settings, runtime, stop)));
        Ok(id)
    }
}
