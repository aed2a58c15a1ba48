//! Deployments under way (marathon-v2, section 5.6).

use crate::cluster::{Cluster, Deployment, Rollout};
use crate::model::{AppId, Kind};
use crate::plan::{self, ActionKind, Plan};
use crate::protocol::marathon::{Action, ActionStep, AppAction, CurrentAction, DeploymentInfo, Named};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Cluster {
    /// Those that have not ended, the newest first.
    pub fn marathon_deployments(&self) -> impl Iterator<Item = DeploymentInfo<'_>> {
        let running = self.deployments().filter(|deployment| !deployment.outcome.has_ended());
        running.map(|deployment| self.deployment_info(deployment))
    }

    fn deployment_info<'a>(&'a self, deployment: &'a Arc<Deployment>) -> DeploymentInfo<'a> {
        let steps = deployment.marathon_steps();
        let current = deployment.marathon_current_step();
        let actions = steps.get(current.saturating_sub(1)).map_or([].as_slice(), |step| &step.actions);
        let current_actions = actions.iter().map(|action| CurrentAction {
            action: *action,
            readiness_check_results: self.readiness_of(action.of.id()),
        });
        let affected = |kind: Kind| {
            let of_kind = deployment.apps.iter().filter(move |(_, rollout)| rollout.kind == kind);
            of_kind.map(|(app, _)| app).collect()
        };
        DeploymentInfo {
            id: &deployment.id,
            version: deployment.version.into(),
            affected_apps: affected(Kind::App),
            affected_pods: affected(Kind::Pod),
            current_actions: current_actions.collect(),
            current_step: current,
            total_steps: steps.len(),
            steps,
        }
    }
}

impl Deployment {
    /// What it does, in Marathon's words and order: new apps are started without instances first, so each of them stands
    /// there twice (marathon-v2, section 5.1).
    #[must_use]
    pub fn marathon_steps(&self) -> Vec<ActionStep<'_>> {
        let first = ActionStep { actions: self.created().map(|(app, rollout)| start(rollout.kind, app)).collect() };
        let mut steps: BTreeMap<usize, ActionStep<'_>> = BTreeMap::new();
        for (app, rollout) in &self.apps {
            steps.entry(rollout.step).or_default().actions.push(action(rollout.kind, rollout.action, app));
        }
        let first = Some(first).filter(|step| !step.actions.is_empty());
        first.into_iter().chain(steps.into_values()).collect()
    }

    /// From 1, by the first step that is not at its end; 0 if there is none.
    #[must_use]
    pub fn marathon_current_step(&self) -> usize {
        let numbers: BTreeMap<usize, bool> = self.apps.values().fold(BTreeMap::new(), |mut steps, rollout| {
            *steps.entry(rollout.step).or_insert(true) &= rollout.state.has_ended();
            steps
        });
        let before = usize::from(self.created().next().is_some());
        numbers.values().position(|has_ended| !has_ended).map_or(0, |index| before + index + 1)
    }

    fn created(&self) -> impl Iterator<Item = (&AppId, &Rollout)> {
        self.apps.iter().filter(|(_, rollout)| rollout.action == ActionKind::Create)
    }
}

impl Plan {
    /// What it would do, in Marathon's words and order: as [`Deployment::marathon_steps`].
    #[must_use]
    pub fn marathon_steps(&self) -> Vec<ActionStep<'_>> {
        let created = self.changes.iter().filter(|change| change.action == ActionKind::Create);
        let first = ActionStep { actions: created.map(|change| start(change.kind, &change.app)).collect() };
        let steps = self.steps.iter().map(|step| ActionStep { actions: step.actions.iter().map(in_words).collect() });
        Some(first).filter(|step| !step.actions.is_empty()).into_iter().chain(steps).collect()
    }
}

fn in_words(step: &plan::Action) -> AppAction<'_> {
    action(step.kind, step.action, &step.app)
}

fn start(kind: Kind, app: &AppId) -> AppAction<'_> {
    let action = match kind {
        Kind::App => Action::StartApplication,
        Kind::Pod => Action::StartPod,
    };
    AppAction { action, of: Named::new(kind, app) }
}

/// A change that touches no task is shown as a scaling to the number that is there: it starts and stops nothing.
fn action(kind: Kind, what: ActionKind, app: &AppId) -> AppAction<'_> {
    let action = match (kind, what) {
        (Kind::App, ActionKind::Create | ActionKind::Scale | ActionKind::Update) => Action::ScaleApplication,
        (Kind::App, ActionKind::Restart) => Action::RestartApplication,
        (Kind::App, ActionKind::Delete) => Action::StopApplication,
        (Kind::Pod, ActionKind::Create | ActionKind::Scale | ActionKind::Update) => Action::ScalePod,
        (Kind::Pod, ActionKind::Restart) => Action::RestartPod,
        (Kind::Pod, ActionKind::Delete) => Action::StopPod,
    };
    AppAction { action, of: Named::new(kind, app) }
}
