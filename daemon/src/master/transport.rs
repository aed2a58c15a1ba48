//! How commands reach agents. Sending never waits and may fail silently: the report of an agent's next
//! join settles whatever was lost.

use super::links::Links;
use ship_core::model::{AgentId, Checks, TaskId, TaskSpec, VolumeId};

pub trait Transport: Send + Sync + 'static {
    fn launch(&self, agent: &AgentId, task: &TaskSpec);
    fn kill(&self, agent: &AgentId, task: &TaskId, grace_secs: Option<u32>);
    fn recheck(&self, agent: &AgentId, task: &TaskId, checks: &Checks);
    fn remove_volume(&self, agent: &AgentId, volume: &VolumeId, names: &[String]);
}

impl Transport for Links {
    fn launch(&self, agent: &AgentId, task: &TaskSpec) {
        if let Err(err) = self.send_launch(agent, task) {
            tracing::debug!(%agent, task = %task.id, %err, "launch not sent");
        }
    }

    fn kill(&self, agent: &AgentId, task: &TaskId, grace_secs: Option<u32>) {
        if let Err(err) = self.send_kill(agent, task, grace_secs) {
            tracing::debug!(%agent, %task, %err, "kill not sent");
        }
    }

    fn recheck(&self, agent: &AgentId, task: &TaskId, checks: &Checks) {
        if let Err(err) = self.send_recheck(agent, task, checks) {
            tracing::debug!(%agent, %task, %err, "health checks not sent");
        }
    }

    fn remove_volume(&self, agent: &AgentId, volume: &VolumeId, names: &[String]) {
        if let Err(err) = self.send_remove_volume(agent, volume, names) {
            tracing::debug!(%agent, %volume, %err, "the end of a volume not sent");
        }
    }
}
