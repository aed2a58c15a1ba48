//! Deployments as a whole: how they end, and how a newer one takes over.

use super::turn::Turn;
use super::{Commit, Deployment, Event, Happening, Key, Outcome, Rollout, RolloutState};
use crate::model::{AppId, DeploymentId};
use crate::plan::ActionKind;
use std::sync::Arc;

/// So many ended deployments are kept; git has the whole history.
const DEPLOYMENTS_KEPT: usize = 500;

impl Turn<'_> {
    /// A new deployment takes the app over from the one that carries it out now.
    pub(super) fn supersede(&mut self, app: &AppId, by: &Commit) {
        let taken_back = match self.rollout(app) {
            Some(Rollout { state: RolloutState::Reverting { reason }, .. }) => {
                by.reverts.as_ref().map(|_| reason.clone())
            }
            Some(_) | None => None,
        };
        let state = match taken_back {
            Some(reason) => {
                self.emit(Some(app), Happening::RolloutReverted { by: by.id.clone() });
                RolloutState::Reverted { reason, by: by.id.clone() }
            }
            None => RolloutState::Superseded,
        };
        self.set_rollout(app, state);
    }

    /// Notes the state of the app's rollout; the last one to end ends the deployment.
    pub(super) fn set_rollout(&mut self, app: &AppId, state: RolloutState) {
        let (Some(id), Some(rollout)) = (self.cluster.carriers.get(app).cloned(), self.rollout(app).cloned()) else {
            return;
        };
        let began = rollout.began.or_else(|| (state == RolloutState::Rolling).then_some(self.now));
        let ended = state.has_ended().then_some(self.now);
        let rollout = Rollout { state, began, ended, ..rollout };
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
        deployment.outcome = outcome(deployment, last);
        deployment.ended = Some(self.now);
        let ended = Happening::DeploymentEnded { outcome: deployment.outcome, summary: deployment.summary() };
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

    pub(super) fn emit_for(&mut self, id: &DeploymentId, what: Happening) {
        let event = Event { at: self.now, deployment: Some(id.clone()), app: None, what, task: None };
        self.act(super::Effect::Emit(event));
    }
}

/// The worst of its rollouts decides; if all went well, whether the last of it was taken over.
fn outcome(deployment: &Deployment, last: &RolloutState) -> Outcome {
    let any = |which: &dyn Fn(&RolloutState) -> bool| deployment.apps.values().any(|rollout| which(&rollout.state));
    if any(&|state| matches!(state, RolloutState::Failed { .. })) {
        return Outcome::Failed;
    }
    if any(&|state| matches!(state, RolloutState::Reverted { .. })) {
        return Outcome::Reverted;
    }
    match (any(&|state| *state == RolloutState::Cancelled), last) {
        (true, _) => Outcome::Cancelled,
        (false, RolloutState::Superseded) => Outcome::Superseded,
        (false, _) => Outcome::Succeeded,
    }
}
