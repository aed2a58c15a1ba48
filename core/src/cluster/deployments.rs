//! Deployments as a whole: how they end, and how a newer one takes over.

use super::turn::Turn;
use super::{Deployment, Event, Happening, Key, Outcome, Rollout, RolloutState};
use crate::model::{AppId, DeploymentId};
use crate::plan::ActionKind;
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
        let (Some(id), Some(rollout)) = (self.cluster.carriers.get(app).cloned(), self.rollout(app).cloned()) else {
            return;
        };
        let rollout = Rollout { state, last_progress: self.now, ..rollout };
        self.save_rollout(&id, app, &rollout);
        if rollout.state.has_ended() {
            self.cluster.carriers.remove(app);
            self.rouse(app);
            self.count_down(&id, &rollout);
        }
    }

    fn count_down(&mut self, id: &DeploymentId, last: &Rollout) {
        let Some(deployment) = self.cluster.deployments.get(id) else { return };
        let mut deployment = Deployment::clone(deployment);
        deployment.left = deployment.left.saturating_sub(1);
        deployment.starts_left = deployment.starts_left.saturating_sub(u32::from(last.action != ActionKind::Delete));
        if deployment.left == 0 {
            self.end(&mut deployment, &last.state);
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
        let old: Vec<Arc<Deployment>> = ended.skip(DEPLOYMENTS_KEPT).cloned().collect();
        for deployment in old {
            self.cluster.deployments.remove(&deployment.id);
            for app in deployment.apps.keys() {
                self.forget(Key::Rollout(deployment.id.clone(), app.clone()));
            }
            self.forget(Key::Deployment(deployment.id.clone()));
        }
    }

    /// After a restart every rollout gets its full time again: nobody watched it meanwhile.
    pub(super) fn restart_clocks(&mut self) {
        let apps: Vec<AppId> = self.cluster.carriers.keys().cloned().collect();
        for app in apps {
            self.progressed(&app);
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
