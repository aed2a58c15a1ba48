//! Deployments as a whole: how they end, and how a newer one takes over.

use super::turn::Turn;
use super::{Deployment, Event, Happening, Key, Outcome, RolloutState};
use crate::model::{AppId, DeploymentId};
use std::collections::BTreeSet;
use std::sync::Arc;

/// So many ended deployments are kept; git has the whole history.
const DEPLOYMENTS_KEPT: usize = 100;

impl Turn<'_> {
    /// A new deployment takes the app over from the one that carries it out now.
    pub(super) fn supersede(&mut self, app: &AppId) {
        self.set_rollout(app, RolloutState::Superseded);
    }

    /// Notes the state of the app's rollout; the last one to end ends the deployment.
    pub(super) fn set_rollout(&mut self, app: &AppId, state: RolloutState) {
        let Some(id) = self.cluster.carriers.get(app).cloned() else { return };
        let Some(deployment) = self.cluster.deployments.get(&id) else { return };
        let mut deployment = Deployment::clone(deployment);
        let Some(rollout) = deployment.apps.get_mut(app) else { return };
        let ended = state.has_ended();
        let last = state.clone();
        rollout.state = state;
        rollout.last_progress = self.now;
        if ended {
            self.cluster.carriers.remove(app);
            self.rouse_waiters();
        }
        if deployment.apps.values().all(|rollout| rollout.state.has_ended()) {
            self.end(&mut deployment, &last);
        }
        self.save_deployment(deployment);
    }

    fn end(&mut self, deployment: &mut Deployment, last: &RolloutState) {
        let failed = deployment.apps.values().any(|rollout| matches!(rollout.state, RolloutState::Failed { .. }));
        deployment.outcome = match (failed, last) {
            (true, _) => Outcome::Failed,
            (false, RolloutState::Superseded) => Outcome::Superseded,
            (
                false,
                RolloutState::Waiting | RolloutState::Rolling | RolloutState::Done | RolloutState::Failed { .. },
            ) => Outcome::Succeeded,
        };
        deployment.ended = Some(self.now);
        let ended = Happening::DeploymentEnded { outcome: deployment.outcome, summary: summary(deployment) };
        self.emit_for(&deployment.id, ended);
        self.drop_oldest();
    }

    fn drop_oldest(&mut self) {
        let ended = self.cluster.deployments().filter(|deployment| deployment.ended.is_some());
        let old: Vec<DeploymentId> = ended.skip(DEPLOYMENTS_KEPT).map(|deployment| deployment.id.clone()).collect();
        for id in old {
            self.cluster.deployments.remove(&id);
            self.forget(Key::Deployment(id));
        }
    }

    /// After a restart every rollout gets its full time again: nobody watched it meanwhile.
    pub(super) fn restart_clocks(&mut self) {
        let carriers: BTreeSet<DeploymentId> = self.cluster.carriers.values().cloned().collect();
        for id in carriers {
            let Some(deployment) = self.cluster.deployments.get_mut(&id) else { continue };
            for rollout in Arc::make_mut(deployment).apps.values_mut() {
                rollout.last_progress = self.now;
            }
        }
    }

    pub(super) fn emit_for(&mut self, id: &DeploymentId, what: Happening) {
        let event = Event { at: self.now, deployment: Some(id.clone()), app: None, what };
        self.act(super::Effect::Emit(event));
    }
}

/// `2 apps done`, or the first failure.
fn summary(deployment: &Deployment) -> String {
    let failures: Vec<String> = deployment
        .apps
        .iter()
        .filter_map(|(app, rollout)| match &rollout.state {
            RolloutState::Failed { reason } => Some(format!("{app}: {reason}")),
            RolloutState::Waiting | RolloutState::Rolling | RolloutState::Done | RolloutState::Superseded => None,
        })
        .collect();
    if !failures.is_empty() {
        return failures.join("; ");
    }
    let done = deployment.apps.values().filter(|rollout| rollout.state == RolloutState::Done).count();
    match deployment.apps.len() {
        1 if done == 1 => "1 app done".to_owned(),
        apps if done == apps => format!("{apps} apps done"),
        apps => format!("{done} of {apps} apps done, the rest taken over by a newer commit"),
    }
}
