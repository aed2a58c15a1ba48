//! The store of a single master: one redb file, one table, JSON values, one transaction per batch.

use super::{Change, Changes, Store, StoreError};
use async_trait::async_trait;
use redb::{Builder, Database, ReadableDatabase, ReadableTable, TableDefinition, TableError};
use ship_core::cluster::Record;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const RECORDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");

/// The records of a large cluster fit; more would only be memory that the tasks could use.
const CACHE_BYTES: usize = 64 << 20;

/// A redb file. Every commit is synced to the disk before it is answered.
#[derive(Clone)]
pub struct Embedded {
    path: PathBuf,
    database: Arc<Database>,
}

impl Embedded {
    /// Opens the file, or makes it if there is none. All its checksums are verified, so that damage is
    /// found now and not in the middle of a rollout.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let owned = path.to_owned();
        let database = on_blocking_thread("open", path, move || {
            let mut builder = Builder::new();
            builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
            Ok(builder.create(owned)?)
        })
        .await?;
        Ok(Self { path: path.to_owned(), database: Arc::new(database) })
    }

    async fn run<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl FnOnce(&Database) -> Result<T, redb::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = Arc::clone(&self.database);
        on_blocking_thread(verb, &self.path, move || work(&database)).await
    }
}

#[async_trait]
impl Store for Embedded {
    async fn commit(&self, changes: Changes) -> Result<(), StoreError> {
        self.run("write", |database| write(database, changes)).await
    }

    async fn scan(&self) -> Result<Vec<Record>, StoreError> {
        let entries = self.run("read", read).await?;
        entries.iter().map(|(key, value)| decode(&self.path, key, value)).collect()
    }
}

fn write(database: &Database, changes: Changes) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut table = transaction.open_table(RECORDS)?;
        for (key, change) in changes {
            let key = key.to_string();
            match change {
                Change::Put(record) => drop(table.insert(key.as_str(), encode(&record).as_slice())?),
                Change::Delete => drop(table.remove(key.as_str())?),
            }
        }
    }
    Ok(transaction.commit()?)
}

fn read(database: &Database) -> Result<Vec<(String, Vec<u8>)>, redb::Error> {
    let table = match database.begin_read()?.open_table(RECORDS) {
        Ok(table) => table,
        Err(TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
        Err(err) => return Err(err.into()),
    };
    let mut entries = Vec::new();
    for entry in table.iter()? {
        let (key, value) = entry?;
        entries.push((key.value().to_owned(), value.value().to_vec()));
    }
    Ok(entries)
}

fn encode(record: &Record) -> Vec<u8> {
    serde_json::to_vec(record).expect("a record has string keys and writes to memory")
}

fn decode(path: &Path, key: &str, value: &[u8]) -> Result<Record, StoreError> {
    let damaged = |reason| StoreError::Damaged { path: path.to_owned(), reason };
    let record: Record =
        serde_json::from_slice(value).map_err(|err| damaged(format!("the record `{key}` is not readable: {err}")))?;
    match record.key().to_string() {
        found if found == key => Ok(record),
        found => Err(damaged(format!("the record `{key}` holds `{found}`"))),
    }
}

/// redb waits for the disk, and on some damaged files it panics: neither may reach the caller.
async fn on_blocking_thread<T: Send + 'static>(
    verb: &'static str,
    path: &Path,
    work: impl FnOnce() -> Result<T, redb::Error> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|err| StoreError::of_redb(verb, path, err)),
        Err(err) => Err(StoreError::Damaged { path: path.to_owned(), reason: err.to_string() }),
    }
}
