//! A new desired state: noted app by app, and made a deployment.

use super::turn::Turn;
use super::{
    AppRecord, Changed, Cluster, Commit, Deployment, Happening, Key, Mark, NextSpec, Outcome, Record, Rollout,
    RolloutState,
};
use crate::model::{AppId, AppSpec, CommitId, DeploymentId, Timestamp, Version, Wanted};
use crate::plan::{self, ActionKind, AppChange};
use imbl::OrdMap;
use imbl::ordmap::DiffItem;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

impl Cluster {
    /// What a commit that is made now is to say as the version of the apps it changes: unique, and later than all
    /// before.
    #[must_use]
    pub fn next_version(&self, now: Timestamp) -> Version {
        Version(now).max(self.version_after_last())
    }

    /// The newest that was given.
    #[must_use]
    pub fn last_version(&self) -> Version {
        self.meta.last_version
    }

    fn version_after_last(&self) -> Version {
        Version(self.meta.last_version.0 + Duration::from_millis(1))
    }
}

impl Turn<'_> {
    /// Takes over what `commit` wants. Apps that it leaves alone are not touched.
    pub(super) fn desire(&mut self, commit: Commit, wanted: &Wanted) {
        let from = self.cluster.wanted.clone();
        let changes = plan::changes(&from, wanted, |spec| self.cluster.has_misplaced(spec));
        let steps = plan::steps(&from, wanted, &changes);
        self.note_groups(&from, wanted);
        self.cluster.wanted = wanted.clone();
        self.cluster.meta.commit = Some(commit.clone());
        let version = self.next_version(commit.version);
        self.save_meta();
        if changes.is_empty() {
            return;
        }
        let step_of = plan::step_of(&steps);
        for change in &changes {
            self.note(change, &from, wanted, (&commit.id, version));
        }
        self.claim_service_ports(&from, wanted, &changes);
        self.begin_deployment((commit, version), &changes, |app| step_of[app]);
        self.dirty.extend(changes.into_iter().map(|change| change.app));
        self.rouse_preempting();
    }

    /// The moment of acceptance, made unique; or what the commit says, unless that is over or has not come.
    fn next_version(&mut self, said: Option<Version>) -> Version {
        let (first, last) = (self.cluster.version_after_last(), self.cluster.next_version(self.now));
        let version = said.map_or(last, |said| said.clamp(first, last));
        self.cluster.meta.last_version = version;
        version
    }

    /// A group's dependencies may have held any app back.
    fn note_groups(&mut self, from: &Wanted, to: &Wanted) {
        if from.groups != to.groups {
            self.dirty.extend(self.cluster.blocked.values().flatten().cloned());
        }
        for item in from.groups.diff(&to.groups) {
            match item {
                DiffItem::Add(_, group) | DiffItem::Update { new: (_, group), .. } => {
                    self.save(Record::Group(Arc::clone(group)));
                }
                DiffItem::Remove(id, _) => self.forget(Key::Group(id.clone())),
            }
        }
    }

    fn note(&mut self, change: &AppChange, from: &Wanted, to: &Wanted, edition: (&CommitId, Version)) {
        let origin = self.origin(&change.app);
        let known = self.cluster.apps.get(&change.app).map(|app| Arc::clone(&app.record));
        let record = match (known.as_deref().cloned(), to.apps.get(&change.app)) {
            (Some(known), None) => {
                let needs = plan::dependencies(from, &change.app);
                AppRecord { removed: true, next: None, settled: false, needs, origin, mark: None, ..known }
            }
            (Some(known), Some(spec)) => succeeded_by(known, change.action, spec, edition),
            (None, Some(spec)) => newborn(spec, edition),
            (None, None) => return,
        };
        if let Some(before) = &known {
            self.cluster.note_staying(before);
        }
        if record.removed {
            self.cluster.note_leaving(&record);
        }
        self.save_app(record);
        if let Some(before) = known {
            self.change_checks(&change.app, &before.spec);
        }
        self.progress_begins(&change.app);
    }

    fn begin_deployment(
        &mut self,
        (commit, version): (Commit, Version),
        changes: &[AppChange],
        step_of: impl Fn(&AppId) -> usize,
    ) {
        let id = DeploymentId::new(commit.id.as_str());
        for change in changes {
            self.supersede(&change.app, &commit);
        }
        let rollout = |change: &AppChange| Rollout {
            kind: change.kind,
            action: change.action,
            step: step_of(&change.app),
            state: RolloutState::Waiting,
            began: None,
            ended: None,
        };
        let started = Happening::DeploymentStarted { commit: commit.id.clone() };
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let left = count(changes.len());
        let starts_left = count(changes.iter().filter(|change| change.action != ActionKind::Delete).count());
        let (outcome, apps) = (Outcome::Running, OrdMap::new());
        self.save_deployment(Deployment {
            id: id.clone(),
            commit,
            version,
            started: self.now,
            ended: None,
            outcome,
            left,
            starts_left,
            apps,
        });
        for change in changes {
            self.save_rollout(&id, &change.app, &rollout(change));
            self.cluster.carriers.insert(change.app.clone(), id.clone());
        }
        self.emit_for(&id, started);
    }
}

/// What a running app becomes: changes that no task notices hold at once, and clear its mark; the rest waits for
/// its turn.
fn succeeded_by(
    known: AppRecord,
    action: ActionKind,
    spec: &Arc<AppSpec>,
    (commit, version): (&CommitId, Version),
) -> AppRecord {
    let (spec, commit) = (Arc::clone(spec), commit.clone());
    let changed = known.changed.by(action, version);
    let in_place = action == ActionKind::Update && known.next.is_none() && !known.removed;
    match in_place {
        true => AppRecord { spec, version, changed, commit: Some(commit), mark: None, ..known },
        false => {
            let next = Some(NextSpec { spec, version, commit });
            let mark = known.mark.clone().map(Mark::overtaken);
            AppRecord { next, changed, removed: false, needs: BTreeSet::new(), mark, ..known }
        }
    }
}

/// A new app begins without instances: the first real definition is the next one.
fn newborn(spec: &Arc<AppSpec>, (commit, version): (&CommitId, Version)) -> AppRecord {
    let empty = AppSpec { instances: 0, ..AppSpec::clone(spec) };
    AppRecord {
        digest: empty.run_digest(),
        spec: Arc::new(empty),
        version,
        changed: Changed { scaling: version, config: version },
        commit: None,
        settled: true,
        next: Some(NextSpec { spec: Arc::clone(spec), version, commit: commit.clone() }),
        removed: false,
        needs: BTreeSet::new(),
        origin: None,
        mark: None,
        last_failure: None,
        service_ports: Vec::new(),
    }
}
