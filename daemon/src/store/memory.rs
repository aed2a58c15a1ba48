//! A store that forgets: for tests. It can be told to fail.

use super::{Change, Changes, Numbered, Store, StoreError, Told};
use async_trait::async_trait;
use ship_core::cluster::Record;
use ship_core::model::DeploymentId;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};

/// Clones share their records, as two openings of one file would.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    records: BTreeMap<String, Record>,
    events: BTreeMap<DeploymentId, Vec<Numbered>>,
    taken: u64,
    commits: usize,
    fails: bool,
}

impl Memory {
    /// From now on every commit fails and changes nothing.
    pub fn fail(&self) {
        self.state().fails = true;
    }

    /// How many commits succeeded.
    #[must_use]
    pub fn commits(&self) -> usize {
        self.state().commits
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no holder of this lock panics")
    }
}

#[async_trait]
impl Store for Memory {
    async fn commit(&self, changes: Changes) -> Result<(), StoreError> {
        let mut state = self.state();
        if state.fails {
            return Err(StoreError::Io { verb: "write", path: "memory".into(), err: io::Error::other("told to fail") });
        }
        for (key, change) in changes.records {
            match change {
                Change::Put(record) => state.records.insert(key.to_string(), record),
                Change::Delete => state.records.remove(&key.to_string()),
            };
        }
        for id in &changes.untold {
            state.events.remove(id);
        }
        for (id, event) in changes.events {
            state.events.entry(id).or_default().push(event);
        }
        state.taken = changes.taken.unwrap_or(state.taken);
        state.commits += 1;
        Ok(())
    }

    async fn scan(&self) -> Result<Vec<Record>, StoreError> {
        Ok(self.state().records.values().cloned().collect())
    }

    async fn events(&self, of: &DeploymentId, numbers: Range<u64>) -> Result<Vec<Numbered>, StoreError> {
        let state = self.state();
        let events = state.events.get(of).into_iter().flatten();
        Ok(events.filter(|event| numbers.contains(&event.number)).cloned().collect())
    }

    async fn told(&self) -> Result<Told, StoreError> {
        let state = self.state();
        let counts = state.events.iter().map(|(id, events)| (id.clone(), events.len())).collect();
        Ok(Told { counts, taken: state.taken })
    }
}
