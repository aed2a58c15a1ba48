//! No two apps share a service port that was chosen for one of them, and an app keeps what was chosen for it as long as
//! it leaves that port open and no file claims the number.

use super::{Step, Violation};
use crate::cluster::{AppRecord, Cluster};
use crate::model::{AppId, AppSpec};
use std::collections::BTreeMap;

pub(super) fn shared_anywhere(cluster: &Cluster) -> Vec<Violation> {
    let mut owners: BTreeMap<u16, &AppId> = BTreeMap::new();
    let records = || cluster.apps.values().map(|app| &app.record);
    for record in records() {
        let fixed = cluster.wanted.apps.get(&record.spec.id).into_iter().flat_map(|spec| written(spec));
        owners.extend(fixed.map(|port| (port, &record.spec.id)));
    }
    let mut violations = Vec::new();
    for record in records() {
        for port in record.service_ports.iter().filter(|port| **port != 0) {
            if let Some(other) = owners.insert(*port, &record.spec.id) {
                let detail = format!("the service port {port} of {other} is chosen for {}, too", record.spec.id);
                violations.push(Violation::new("service_ports", detail));
            }
        }
    }
    violations
}

/// Judges apps that are wanted before and after.
pub(super) fn exchanged(step: &Step<'_>) -> Vec<Violation> {
    let judge = |id: &AppId| {
        let (before, after) = (&step.app_before(id)?.record, &step.app_after(id)?.record);
        let wanted = step.after.wanted.apps.get(id)?;
        let lost = lost(before, after, wanted).find(|port| !is_claimed(step.after, *port))?;
        Some(Violation::new("service_ports", format!("{id} loses its service port {lost}, and nobody claims it")))
    };
    step.apps().into_iter().filter_map(judge).collect()
}

/// Numbers chosen for ports that are still open, and are others now.
fn lost<'a>(before: &'a AppRecord, after: &'a AppRecord, wanted: &'a AppSpec) -> impl Iterator<Item = u16> + 'a {
    let open = wanted.run.ports.iter().map(|port| port.service_port == 0);
    let now = after.service_ports.iter().copied().chain(std::iter::repeat(0));
    let pairs = before.service_ports.iter().copied().zip(now).zip(open);
    pairs.filter(|((before, now), open)| *open && *before != 0 && before != now).map(|((before, _), _)| before)
}

fn is_claimed(cluster: &Cluster, port: u16) -> bool {
    cluster.wanted.apps.values().any(|spec| written(spec).any(|written| written == port))
}

fn written(spec: &AppSpec) -> impl Iterator<Item = u16> + '_ {
    spec.run.ports.iter().map(|port| port.service_port).filter(|port| *port != 0)
}
