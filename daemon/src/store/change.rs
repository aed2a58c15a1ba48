//! What one batch changes: at most one change per key, the last one said, and the events it tells.

use super::Numbered;
use ship_core::cluster::{Key, Record};
use ship_core::model::DeploymentId;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Put(Record),
    Delete,
}

/// The changes of one batch. Events go with the deployment that they are of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    pub(super) records: BTreeMap<Key, Change>,
    /// Deployments whose events so far go; before `events` come.
    pub(super) untold: BTreeSet<DeploymentId>,
    pub(super) events: Vec<(DeploymentId, Numbered)>,
    pub(super) taken: Option<u64>,
}

impl Changes {
    pub fn put(&mut self, record: Record) {
        self.records.insert(record.key(), Change::Put(record));
    }

    /// A deployment takes its events with it.
    pub fn delete(&mut self, key: Key) {
        if let Key::Deployment(id) = &key {
            self.untell(id);
        }
        self.records.insert(key, Change::Delete);
    }

    pub fn tell(&mut self, of: &DeploymentId, event: Numbered) {
        self.events.push((of.clone(), event));
    }

    /// Drops all events of the deployment that were told so far.
    pub fn untell(&mut self, of: &DeploymentId) {
        self.events.retain(|(id, _)| id != of);
        self.untold.insert(of.clone());
    }

    /// From now on all numbers below are taken.
    pub fn take_numbers(&mut self, below: u64) {
        self.taken = Some(below);
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.untold.is_empty() && self.events.is_empty() && self.taken.is_none()
    }
}

impl FromIterator<Record> for Changes {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        let mut changes = Self::default();
        records.into_iter().for_each(|record| changes.put(record));
        changes
    }
}
