//! Makes a plan: the diff, its order, its fingerprint, its forecast.

use super::changes::{changes, steps};
use super::warnings::Offered;
use super::{AppChange, AppInput, Fingerprint, Plan, Warning};
use crate::cluster::Cluster;
use crate::forecast;
use crate::model::{AppId, AppSpec, CommitId, Digest, Timestamp, Version, Wanted};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the cluster would do if `target` were wanted. Changes nothing.
#[must_use]
pub fn plan(cluster: &Cluster, target: &Wanted, now: Timestamp) -> Plan {
    let wanted = cluster.wanted();
    let mut changes = changes(&wanted, target, |spec| cluster.has_misplaced(spec));
    changes.iter_mut().for_each(|change| count_agents(cluster, target, change, now));
    let base = cluster.commit().map(|commit| commit.id.clone());
    let inputs = inputs(cluster, target, &changes);
    Plan {
        fingerprint: fingerprint(base.as_ref(), &inputs),
        steps: steps(&wanted, target, &changes),
        forecast: if changes.is_empty() { Default::default() } else { forecast::forecast(cluster, target, now) },
        warnings: warnings(cluster, target, &changes),
        base,
        changes,
        inputs,
    }
}

/// An app that runs everywhere has as many instances as agents match, whatever its file says.
fn count_agents(cluster: &Cluster, target: &Wanted, change: &mut AppChange, now: Timestamp) {
    let present = cluster.spec(&change.app).filter(|spec| spec.placement.everywhere);
    if let Some(spec) = present {
        change.instances_from = spec.instances;
    }
    if let Some(spec) = target.apps.get(&change.app) {
        change.instances_to = cluster.sized(spec, now).instances;
    }
}

fn warnings(cluster: &Cluster, target: &Wanted, changes: &[AppChange]) -> Vec<Warning> {
    let offered = Offered::of(cluster.connected());
    let specs = changes.iter().filter_map(|change| target.apps.get(&change.app));
    let service_ports = cluster.service_port_warnings(target, changes).into_iter();
    let service_ports = service_ports.map(|(app, text)| Warning { app, text });
    let mut warnings: Vec<Warning> = specs.flat_map(|spec| offered.warnings(spec)).chain(service_ports).collect();
    warnings.sort_by(|a, b| a.app.cmp(&b.app));
    warnings
}

/// Everything that a plan depends on and promises to depend on. Base and the touched apps' definitions
/// determine the target tree; task ids and health stay out, so a crash in between makes no plan stale.
#[derive(Serialize)]
struct Promise<'a> {
    base: Option<&'a CommitId>,
    apps: &'a [AppInput],
}

fn inputs(cluster: &Cluster, target: &Wanted, changes: &[AppChange]) -> Vec<AppInput> {
    let digest = |spec: &Arc<AppSpec>| Digest::of(&serde_json::to_vec(&**spec).expect("an app is plain JSON"));
    let input = |change: &AppChange| AppInput {
        app: change.app.clone(),
        target: target.apps.get(&change.app).map(digest),
        tasks: counts(cluster, &change.app),
    };
    changes.iter().map(input).collect()
}

fn fingerprint(base: Option<&CommitId>, apps: &[AppInput]) -> Fingerprint {
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
