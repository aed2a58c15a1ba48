//! What one batch changes: at most one change per key, the last one said.

use ship_core::cluster::{Key, Record};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Put(Record),
    Delete,
}

/// The changes of one batch, in the order of their keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes(BTreeMap<Key, Change>);

impl Changes {
    pub fn put(&mut self, record: Record) {
        self.0.insert(record.key(), Change::Put(record));
    }

    pub fn delete(&mut self, key: Key) {
        self.0.insert(key, Change::Delete);
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Changes {
    type Item = (Key, Change);
    type IntoIter = std::collections::btree_map::IntoIter<Key, Change>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<Record> for Changes {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        let mut changes = Self::default();
        records.into_iter().for_each(|record| changes.put(record));
        changes
    }
}
