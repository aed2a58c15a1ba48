//! The store of a single master: one redb file, JSON values, one transaction per batch.

use super::{Change, Changes, Numbered, Store, StoreError, Told};
use async_trait::async_trait;
use redb::WriteTransaction;
use redb::{
    Builder, Database, Key, ReadOnlyTable, ReadableDatabase, ReadableTable, TableDefinition, TableError, Value,
};
use ship_core::cluster::Record;
use ship_core::model::DeploymentId;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const RECORDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");
/// By deployment and number.
const EVENTS: TableDefinition<'_, (&str, u64), &[u8]> = TableDefinition::new("events");
const NUMBERS: TableDefinition<'_, &str, u64> = TableDefinition::new("numbers");
const TAKEN: &str = "taken";

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
        self.run("write", move |database| write(database, &changes)).await
    }

    async fn scan(&self) -> Result<Vec<Record>, StoreError> {
        let entries = self.run("read", read).await?;
        entries.iter().map(|(key, value)| decode(&self.path, key, value)).collect()
    }

    async fn events(&self, of: &DeploymentId, numbers: Range<u64>) -> Result<Vec<Numbered>, StoreError> {
        let of = of.clone();
        let entries = self.run("read", move |database| read_events(database, of.as_str(), numbers)).await?;
        entries.iter().map(|(number, value)| decode_event(&self.path, *number, value)).collect()
    }

    async fn told(&self) -> Result<Told, StoreError> {
        self.run("read", read_told).await
    }
}

fn write(database: &Database, changes: &Changes) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    write_records(&transaction, changes)?;
    write_events(&transaction, changes)?;
    if let Some(taken) = changes.taken {
        transaction.open_table(NUMBERS)?.insert(TAKEN, taken)?;
    }
    Ok(transaction.commit()?)
}

fn write_records(transaction: &WriteTransaction, changes: &Changes) -> Result<(), redb::Error> {
    let mut table = transaction.open_table(RECORDS)?;
    for (key, change) in &changes.records {
        let key = key.to_string();
        match change {
            Change::Put(record) => drop(table.insert(key.as_str(), encode(record).as_slice())?),
            Change::Delete => drop(table.remove(key.as_str())?),
        }
    }
    Ok(())
}

fn write_events(transaction: &WriteTransaction, changes: &Changes) -> Result<(), redb::Error> {
    if changes.untold.is_empty() && changes.events.is_empty() {
        return Ok(());
    }
    let mut table = transaction.open_table(EVENTS)?;
    for id in &changes.untold {
        table.retain_in((id.as_str(), 0)..=(id.as_str(), u64::MAX), |_, _| false)?;
    }
    for (id, told) in &changes.events {
        let event = serde_json::to_vec(&*told.event).expect("an event has string keys and writes to memory");
        table.insert((id.as_str(), told.number), event.as_slice())?;
    }
    Ok(())
}

fn read(database: &Database) -> Result<Vec<(String, Vec<u8>)>, redb::Error> {
    let Some(table) = table(database, RECORDS)? else { return Ok(Vec::new()) };
    let mut entries = Vec::new();
    for entry in table.iter()? {
        let (key, value) = entry?;
        entries.push((key.value().to_owned(), value.value().to_vec()));
    }
    Ok(entries)
}

fn read_events(database: &Database, of: &str, numbers: Range<u64>) -> Result<Vec<(u64, Vec<u8>)>, redb::Error> {
    let Some(table) = table(database, EVENTS)? else { return Ok(Vec::new()) };
    let mut entries = Vec::new();
    for entry in table.range((of, numbers.start)..(of, numbers.end))? {
        let (key, value) = entry?;
        entries.push((key.value().1, value.value().to_vec()));
    }
    Ok(entries)
}

fn read_told(database: &Database) -> Result<Told, redb::Error> {
    let mut told = Told::default();
    if let Some(numbers) = table(database, NUMBERS)? {
        told.taken = numbers.get(TAKEN)?.map_or(0, |taken| taken.value());
    }
    let Some(events) = table(database, EVENTS)? else { return Ok(told) };
    for entry in events.iter()? {
        let (key, _) = entry?;
        *told.counts.entry(DeploymentId::new(key.value().0)).or_default() += 1;
    }
    Ok(told)
}

/// `None` if nothing was ever written to it.
fn table<K: Key + 'static, V: Value + 'static>(
    database: &Database,
    definition: TableDefinition<'_, K, V>,
) -> Result<Option<ReadOnlyTable<K, V>>, redb::Error> {
    match database.begin_read()?.open_table(definition) {
        Ok(table) => Ok(Some(table)),
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        Err(err) => Err(err.into()),
    }
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

fn decode_event(path: &Path, number: u64, value: &[u8]) -> Result<Numbered, StoreError> {
    let damaged = |err| StoreError::Damaged {
        path: path.to_owned(),
        reason: format!("the event {number} is not readable: {err}"),
    };
    let event = serde_json::from_slice(value).map_err(damaged)?;
    Ok(Numbered { number, event: Arc::new(event) })
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
