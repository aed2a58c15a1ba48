//! A store that forgets: for tests. It can be told to fail.

use super::{Change, Changes, Store, StoreError};
use async_trait::async_trait;
use ship_core::cluster::Record;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

/// Clones share their records, as two openings of one file would.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    records: BTreeMap<String, Record>,
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
        for (key, change) in changes {
            match change {
                Change::Put(record) => state.records.insert(key.to_string(), record),
                Change::Delete => state.records.remove(&key.to_string()),
            };
        }
        state.commits += 1;
        Ok(())
    }

    async fn scan(&self) -> Result<Vec<Record>, StoreError> {
        Ok(self.state().records.values().cloned().collect())
    }
}
