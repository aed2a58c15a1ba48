//! Service ports that files leave open: each gets a number of the cluster's range, unlike all others, and keeps it as
//! long as the app has that port (marathon-v2, section 4.2). A number that a file claims for itself is that file's:
//! whoever was given it gets another.

mod warnings;

use super::turn::Turn;
use super::{AppRecord, Cluster};
use crate::model::{AppId, AppSpec, PortRange, Wanted};
use crate::plan::AppChange;
use crate::planted::{self, Bug};
use imbl::{OrdMap, OrdSet};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which numbers are spoken for. Made anew from the records after a restart.
#[derive(Debug, Clone)]
pub(super) struct ServicePorts {
    range: PortRange,
    /// By number: the apps whose wanted definition says it.
    fixed: OrdMap<u16, OrdSet<AppId>>,
    /// By number: the app it was chosen for.
    given: OrdMap<u16, AppId>,
}

impl Default for ServicePorts {
    fn default() -> Self {
        Self { range: PortRange::SERVICE, fixed: OrdMap::new(), given: OrdMap::new() }
    }
}

impl Cluster {
    /// Where service ports are chosen from that files leave open.
    #[must_use]
    pub fn service_port_range(&self) -> PortRange {
        self.service_ports.range
    }
}

impl ServicePorts {
    /// Takes in what a stored record says.
    pub(super) fn note(&mut self, record: &AppRecord) {
        if let Some(wanted) = record.wanted() {
            self.claim(wanted);
        }
        for port in chosen(record) {
            self.given.insert(port, record.spec.id.clone());
        }
    }

    /// The app is gone.
    pub(super) fn let_go(&mut self, record: &AppRecord) {
        for port in chosen(record) {
            if self.given.get(&port) == Some(&record.spec.id) {
                self.given.remove(&port);
            }
        }
    }

    fn claim(&mut self, spec: &AppSpec) {
        for port in spoken_for(spec) {
            self.fixed.entry(port).or_default().insert(spec.id.clone());
        }
    }

    fn release(&mut self, spec: &AppSpec) {
        for port in spoken_for(spec) {
            let Some(apps) = self.fixed.get_mut(&port) else { continue };
            apps.remove(&spec.id);
            if apps.is_empty() {
                self.fixed.remove(&port);
            }
        }
    }

    fn is_free(&self, port: u16) -> bool {
        if planted::is(Bug::ShareServicePort) {
            return true;
        }
        !self.fixed.contains_key(&port) && !self.given.contains_key(&port)
    }

    /// The record's numbers that it may keep, by port index; 0 = none, or no longer.
    fn kept(&self, record: &AppRecord) -> Vec<u16> {
        let keep = |port: &u16| if self.fixed.contains_key(port) { 0 } else { *port };
        let known = record.service_ports.iter().map(keep).chain(std::iter::repeat(0));
        match record.wanted() {
            // Until its last task is gone, its numbers are nobody else's.
            None => known.take(record.service_ports.len()).collect(),
            Some(wanted) => {
                wanted.run.ports.iter().zip(known).map(|(port, kept)| if is_open(port) { kept } else { 0 }).collect()
            }
        }
    }
}

/// What its file says.
fn spoken_for(spec: &AppSpec) -> impl Iterator<Item = u16> {
    spec.run.ports.iter().map(|port| port.service_port).filter(|port| *port != 0)
}

/// What was chosen for it.
fn chosen(record: &AppRecord) -> impl Iterator<Item = u16> {
    record.service_ports.iter().copied().filter(|port| *port != 0)
}

fn is_open(port: &crate::model::PortSpec) -> bool {
    port.service_port == 0
}

impl AppRecord {
    /// By port index of `spec`, one of the app's definitions: what the file says, else what was chosen; 0 = neither.
    #[must_use]
    pub fn service_ports_of(&self, spec: &AppSpec) -> Vec<u16> {
        let chosen = self.service_ports.iter().copied().chain(std::iter::repeat(0));
        let ports = spec.run.ports.iter().zip(chosen);
        ports.map(|(port, chosen)| if is_open(port) { chosen } else { port.service_port }).collect()
    }
}

impl Turn<'_> {
    /// The desired state was taken over and its changes are noted: numbers for those that need some.
    pub(super) fn claim_service_ports(&mut self, from: &Wanted, to: &Wanted, changes: &[AppChange]) {
        let ports = &mut self.cluster.service_ports;
        let mut concerned: BTreeSet<AppId> = BTreeSet::new();
        for AppChange { app, .. } in changes {
            from.apps.get(app).into_iter().for_each(|spec| ports.release(spec));
            concerned.insert(app.clone());
        }
        for spec in changes.iter().filter_map(|change| to.apps.get(&change.app)) {
            ports.claim(spec);
            concerned.extend(spoken_for(spec).filter_map(|port| ports.given.get(&port)).cloned());
        }
        self.give_service_ports(&concerned);
    }

    /// First all let go of what is not theirs any more, then each takes the lowest free numbers.
    pub(super) fn give_service_ports<'i>(&mut self, apps: impl IntoIterator<Item = &'i AppId>) {
        let records = apps.into_iter().filter_map(|id| self.cluster.apps.get(id)).map(|app| Arc::clone(&app.record));
        let kept: Vec<(Arc<AppRecord>, Vec<u16>)> =
            records.map(|record| (Arc::clone(&record), self.cluster.service_ports.kept(&record))).collect();
        for (record, kept) in &kept {
            self.cluster.service_ports.let_go(record);
            for port in kept.iter().filter(|port| **port != 0) {
                self.cluster.service_ports.given.insert(*port, record.spec.id.clone());
            }
        }
        let mut next = self.cluster.service_ports.range.first;
        for (record, mut numbers) in kept {
            if let Some(wanted) = record.wanted() {
                let open =
                    wanted.run.ports.iter().zip(&mut numbers).filter(|(port, kept)| is_open(port) && **kept == 0);
                for (_, number) in open {
                    *number = self.choose_service_port(&record.spec.id, &mut next);
                }
            }
            if numbers.iter().all(|number| *number == 0) {
                numbers.clear();
            }
            if numbers != record.service_ports {
                self.save_app(AppRecord { service_ports: numbers, ..AppRecord::clone(&record) });
            }
        }
    }

    /// 0 if the range is used up. Below `next` nothing is free.
    fn choose_service_port(&mut self, app: &AppId, next: &mut u16) -> u16 {
        let ports = &mut self.cluster.service_ports;
        let Some(port) = (*next..=ports.range.last).find(|port| ports.is_free(*port)) else {
            *next = ports.range.last;
            return 0;
        };
        *next = port;
        ports.given.insert(port, app.clone());
        port
    }
}

impl Cluster {
    /// From which numbers service ports are chosen from now on; those that were chosen stay.
    pub fn choose_service_ports_from(&mut self, range: PortRange) {
        self.service_ports.range = range;
    }
}
