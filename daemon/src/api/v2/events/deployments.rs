//! Events of deployments: what is wanted changed, a step begins and ends, all of it ends. A step is over when the cluster
//! has gone on to a later one, so steps are told in order, whatever side by side went on in them.

use super::message::{Message, Plan};
use super::translate::Told;
use imbl::ordmap::DiffItem;
use ship_core::cluster::{Cluster, Deployment, Event, Happening, Outcome, RolloutState};
use ship_core::model::{AppId, AppSpec, DeploymentId, GroupId, HealthCheck, Wanted};
use ship_core::plan::ActionKind;
use ship_core::protocol::marathon::{Action, ActionStep, HealthDefinition, Moment};
use std::collections::BTreeMap;

/// What Marathon says of a deployment that ended before it was through.
pub(super) const CANCELLED: &str = "The upgrade has been cancelled";

/// What was told so far.
pub(super) struct Deployments {
    /// As it was when the last deployment began.
    wanted: Wanted,
    /// The step that was begun last, from 1, of each deployment that has not ended.
    begun: BTreeMap<DeploymentId, usize>,
}

impl Deployments {
    pub(super) fn new(cluster: &Cluster) -> Self {
        Self { wanted: cluster.wanted(), begun: BTreeMap::new() }
    }

    pub(super) fn tell(&mut self, event: &Event, cluster: &Cluster, told: &mut Told) {
        let Some(deployment) = event.deployment.as_ref().and_then(|id| cluster.deployment(id)) else { return };
        match &event.what {
            Happening::DeploymentStarted { .. } => {
                let (group_id, version) = (&group_of(deployment), deployment.version.into());
                told.tell(&Message::GroupChangeSuccess { group_id, version });
                self.tell_checks(cluster, version, told);
                self.begun.insert(deployment.id.clone(), 0);
                self.go_on(deployment, told);
            }
            Happening::RolloutDone => {
                let removal =
                    |app: &AppId| deployment.apps.get(app).filter(|rollout| rollout.action == ActionKind::Delete);
                if let Some(app_id) = event.app.as_ref().filter(|app| removal(app).is_some()) {
                    told.tell(&Message::AppTerminated { app_id });
                }
                self.go_on(deployment, told);
            }
            Happening::RolloutFailed { .. }
            | Happening::RolloutReverted { .. }
            | Happening::RolloutCancelled
            | Happening::RolloutResumed => self.go_on(deployment, told),
            Happening::DeploymentEnded { outcome, summary } => {
                self.go_on(deployment, told);
                self.begun.remove(&deployment.id);
                tell_end(deployment, *outcome, summary, told);
            }
            Happening::RolloutStarted
            | Happening::RolloutProgress { .. }
            | Happening::RolloutReverting { .. }
            | Happening::Waiting { .. }
            | Happening::TaskLaunched { .. }
            | Happening::TaskPulling { .. }
            | Happening::TaskRunning { .. }
            | Happening::TaskHealthy { .. }
            | Happening::TaskReady { .. }
            | Happening::TaskUnhealthy { .. }
            | Happening::TaskFailed { .. }
            | Happening::TaskStopping { .. }
            | Happening::TaskUnreachable { .. }
            | Happening::TaskReturned { .. }
            | Happening::TaskForgotten { .. }
            | Happening::StrangerEnded { .. }
            | Happening::TaskStopped { .. }
            | Happening::TaskPreempted { .. }
            | Happening::AgentJoined { .. }
            | Happening::AgentLost { .. }
            | Happening::AgentDraining { .. }
            | Happening::AgentDrained { .. }
            | Happening::AgentUndrained { .. }
            | Happening::AgentChanged { .. }
            | Happening::EngineDown { .. }
            | Happening::EngineUp { .. } => {}
        }
    }

    /// Tells the ends and beginnings of steps up to where the deployment is.
    fn go_on(&mut self, deployment: &Deployment, told: &mut Told) {
        let current = deployment.marathon_current_step();
        if current > 0 && self.begun.get(&deployment.id) == Some(&current) {
            return;
        }
        let steps = deployment.marathon_steps();
        let at = if current == 0 { steps.len() + 1 } else { current };
        // One that began before this daemon did, or that was resumed, is told from the step where it is.
        let begun = self.begun.entry(deployment.id.clone()).or_insert(at - 1);
        if at == *begun {
            return;
        }
        if at < *begun {
            *begun = at - 1;
        } else if let Some(step) = begun.checked_sub(1).and_then(|index| steps.get(index)) {
            tell_step_end(deployment, &steps, step, told);
        }
        for (number, step) in steps.iter().enumerate().map(|(index, step)| (index + 1, step)).skip(*begun) {
            if number <= at {
                told.tell(&Message::DeploymentInfo { plan: plan(deployment, &steps), current_step: step });
            }
            if number < at {
                tell_step_end(deployment, &steps, step, told);
            }
        }
        *begun = at;
    }

    /// Marathon checks apps, not tasks: checks come and go with the app's definition.
    fn tell_checks(&mut self, cluster: &Cluster, version: Moment, told: &mut Told) {
        let now = cluster.wanted();
        for item in self.wanted.apps.diff(&now.apps) {
            let (before, after) = match item {
                DiffItem::Add(_, after) => (None, Some(after)),
                DiffItem::Remove(_, before) => (Some(before), None),
                DiffItem::Update { old: (_, before), new: (_, after) } => (Some(before), Some(after)),
            };
            let Some(app_id) = before.or(after).map(|spec| &spec.id) else { continue };
            tell_checks_of(app_id, before.map(|spec| &**spec), after.map(|spec| &**spec), version, told);
        }
        self.wanted = now;
    }
}

fn tell_checks_of(app_id: &AppId, before: Option<&AppSpec>, after: Option<&AppSpec>, version: Moment, told: &mut Told) {
    let checks = |spec: Option<&AppSpec>| spec.map(|spec| spec.checks.health.clone()).unwrap_or_default();
    let (before, after): (Vec<HealthCheck>, Vec<HealthCheck>) = (checks(before), checks(after));
    for _ in before.iter().filter(|check| !after.contains(check)) {
        told.tell(&Message::RemoveHealthCheck { app_id });
    }
    for check in after.iter().filter(|check| !before.contains(check)) {
        told.tell(&Message::AddHealthCheck { app_id, health_check: HealthDefinition::of(check), version });
    }
}

fn tell_step_end(deployment: &Deployment, steps: &[ActionStep<'_>], step: &ActionStep<'_>, told: &mut Told) {
    let is_done = |app: &AppId| deployment.apps.get(app).is_some_and(|rollout| rollout.state == RolloutState::Done);
    let succeeded = |action: Action, app| matches!(action, Action::StartApplication | Action::StartPod) || is_done(app);
    let plan = plan(deployment, steps);
    told.tell(&match step.actions.iter().all(|action| succeeded(action.action, action.of.id())) {
        true => Message::DeploymentStepSuccess { plan, current_step: step },
        false => Message::DeploymentStepFailure { plan, current_step: step },
    });
}

fn tell_end(deployment: &Deployment, outcome: Outcome, summary: &str, told: &mut Told) {
    let steps = deployment.marathon_steps();
    let (id, plan) = (&deployment.id, plan(deployment, &steps));
    told.tell(&match outcome {
        Outcome::Succeeded => Message::DeploymentSuccess { id, plan },
        Outcome::Cancelled | Outcome::Superseded => Message::DeploymentFailed { id, plan, reason: CANCELLED },
        Outcome::Failed | Outcome::Reverted | Outcome::Running => {
            Message::DeploymentFailed { id, plan, reason: summary }
        }
    });
}

fn plan<'a>(deployment: &'a Deployment, steps: &'a [ActionStep<'a>]) -> Plan<'a> {
    Plan { id: &deployment.id, version: deployment.version.into(), steps, groups: None }
}

/// The innermost group that holds all that changes.
fn group_of(deployment: &Deployment) -> GroupId {
    let mut apps = deployment.apps.keys();
    let Some(first) = apps.next() else { return GroupId::root() };
    apps.fold(first.group(), |mut group, app| {
        while !group.holds(app) {
            group = group.parent().unwrap_or_else(GroupId::root);
        }
        group
    })
}
