//! Makes a plan: the diff, its order, its fingerprint, its forecast.

use super::changes::{changes, steps};
use super::{AppChange, Fingerprint, Plan};
use crate::cluster::Cluster;
use crate::forecast;
use crate::model::{AppId, CommitId, Digest, Timestamp, Version, Wanted};
use serde::Serialize;
use std::collections::BTreeMap;

/// What the cluster would do if `target` were wanted. Changes nothing.
#[must_use]
pub fn plan(cluster: &Cluster, target: &Wanted, now: Timestamp) -> Plan {
    let wanted = cluster.wanted();
    let changes = changes(&wanted, target, |spec| cluster.has_misplaced(spec));
    let base = cluster.commit().map(|commit| commit.id.clone());
    Plan {
        fingerprint: fingerprint(cluster, base.as_ref(), target, &changes),
        steps: steps(&wanted, target, &changes),
        forecast: if changes.is_empty() { Default::default() } else { forecast::forecast(cluster, target, now) },
        base,
        changes,
    }
}

/// Everything that a plan depends on and promises to depend on. Base and the touched apps' definitions
/// determine the target tree; task ids and health stay out, so a crash in between makes no plan stale.
#[derive(Serialize)]
struct Promise<'a> {
    base: Option<&'a CommitId>,
    apps: Vec<Touched<'a>>,
}

#[derive(Serialize)]
struct Touched<'a> {
    app: &'a AppId,
    target: Option<Digest>,
    tasks: BTreeMap<Version, u32>,
}

fn fingerprint(cluster: &Cluster, base: Option<&CommitId>, target: &Wanted, changes: &[AppChange]) -> Fingerprint {
    let touched = |change: &'_ AppChange| {
        target.apps.get(&change.app).map(|spec| Digest::of(&serde_json::to_vec(&**spec).expect("an app is plain JSON")))
    };
    let apps = changes
        .iter()
        .map(|change| Touched { app: &change.app, target: touched(change), tasks: counts(cluster, &change.app) })
        .collect();
    let promise = serde_json::to_vec(&Promise { base, apps }).expect("a promise is plain JSON");
    Fingerprint(Digest::of(&promise).short().to_owned())
}

fn counts(cluster: &Cluster, app: &AppId) -> BTreeMap<Version, u32> {
    let mut counts = BTreeMap::new();
    for task in cluster.tasks_of(app).filter(|task| !task.is_killing()) {
        *counts.entry(task.version).or_default() += 1;
    }
    counts
}
