//! What is not as wanted in the end, and was before.

use super::{Wait, WaitKind};
use crate::cluster::{Cluster, Standing};
use crate::forecast::model::Model;
use crate::model::AppId;
use crate::rollout::TaskState;
use std::collections::{BTreeMap, BTreeSet};

/// What is not as wanted in the end and was so before, or to a lesser degree.
pub(super) fn waits(before: &Model, after: &Model, apps: &BTreeSet<AppId>) -> Vec<Wait> {
    let mut waits = Vec::new();
    for app in apps {
        let already = lacking(app, before);
        for (kind, lack) in lacking(app, after) {
            let already = already.get(&kind).map_or(0, |lack| lack.tasks);
            if lack.tasks > already {
                let reason = reason(app, kind, &lack, &after.cluster);
                let hosts = lack.hosts.into_iter().collect();
                waits.push(Wait { app: app.clone(), tasks: lack.tasks, already, kind, hosts, reason });
            }
        }
    }
    waits
}

#[derive(Default)]
struct Lack {
    tasks: u32,
    hosts: BTreeSet<String>,
}

/// Instances that are not as wanted, by how.
fn lacking(app: &AppId, model: &Model) -> BTreeMap<WaitKind, Lack> {
    let wanted = model.cluster.app_record(app).and_then(|record| record.wanted()).map_or(0, |spec| spec.instances);
    let standing = model.cluster.standing(app, model.now);
    let missing = wanted.saturating_sub(u32::try_from(standing.len()).unwrap_or(u32::MAX));
    let mut lacks: BTreeMap<WaitKind, Lack> = BTreeMap::new();
    for task in &standing {
        if let Some(kind) = kind_of(task) {
            let lack = lacks.entry(kind).or_default();
            lack.tasks += 1;
            lack.hosts.insert(model.cluster.host_of(&task.agent));
        }
    }
    if missing > 0 {
        lacks.insert(WaitKind::Nowhere, Lack { tasks: missing, hosts: BTreeSet::new() });
    }
    lacks
}

fn kind_of(task: &Standing) -> Option<WaitKind> {
    match task.state {
        TaskState::Unsure => Some(WaitKind::Away),
        TaskState::Ready | TaskState::Unproven | TaskState::Staging | TaskState::Unhealthy => {
            (!task.current || task.is_to_leave).then_some(WaitKind::Stays)
        }
        TaskState::Killing | TaskState::Unreachable => None,
    }
}

fn reason(app: &AppId, kind: WaitKind, lack: &Lack, cluster: &Cluster) -> String {
    let is_resident = cluster.spec(app).is_some_and(|spec| spec.is_resident());
    match kind {
        WaitKind::Stays if is_resident => "its data is there, and it runs nowhere else".to_owned(),
        WaitKind::Nowhere | WaitKind::Stays => {
            cluster.obstacle(app).unwrap_or_else(|| "nothing is in its way: it comes next".to_owned())
        }
        WaitKind::Away => {
            let hosts: Vec<&str> = lack.hosts.iter().map(String::as_str).collect();
            format!("waits until {} is back, as unreachableStrategy says", hosts.join(", "))
        }
    }
}
