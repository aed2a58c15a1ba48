//! What every store promises, and what a damaged file gets.

use super::{Changes, Embedded, Memory, Numbered, Store, StoreError, Told};
use ship_core::cluster::{ClusterRecord, Event, Happening, Key, Record};
use ship_core::model::{DeploymentId, GroupId, GroupSpec, Timestamp, Version};
use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;

fn cluster(seed: u64) -> Record {
    Record::Cluster(ClusterRecord { seed, next_instance: 1, last_version: Version::default(), commit: None })
}

fn group(id: &str) -> Record {
    let id = GroupId::resolve(id, &GroupId::root()).unwrap();
    Record::Group(Arc::new(GroupSpec { id, dependencies: BTreeSet::new() }))
}

async fn keeps_its_promises(store: &dyn Store) {
    assert_eq!(store.scan().await.unwrap(), []);
    store.commit([group("/b"), cluster(1), group("/a")].into_iter().collect()).await.unwrap();
    assert_eq!(store.scan().await.unwrap(), [cluster(1), group("/a"), group("/b")], "in the order of keys");

    let mut changes = Changes::default();
    changes.put(cluster(2));
    changes.delete(group("/b").key());
    changes.put(group("/a"));
    changes.delete(group("/a").key());
    store.commit(changes).await.unwrap();
    assert_eq!(store.scan().await.unwrap(), [cluster(2)], "the last change of a key counts");

    let mut absent = Changes::default();
    absent.delete(Key::Group(GroupId::root()));
    store.commit(absent).await.unwrap();
    assert_eq!(store.scan().await.unwrap(), [cluster(2)], "what is not there can be forgotten");
}

fn event(of: &DeploymentId, number: u64) -> Numbered {
    let event = Event {
        at: Timestamp(number),
        deployment: Some(of.clone()),
        app: None,
        what: Happening::RolloutStarted,
        task: None,
    };
    Numbered { number, event: Arc::new(event) }
}

async fn keeps_events(store: &dyn Store) {
    let (one, two) = (DeploymentId::new("one"), DeploymentId::new("two"));
    assert_eq!(store.told().await.unwrap(), Told::default());
    let mut changes = Changes::default();
    for number in [5, 7, 900] {
        changes.tell(&one, event(&one, number));
    }
    changes.tell(&two, event(&two, 6));
    changes.take_numbers(1000);
    store.commit(changes).await.unwrap();
    let told = store.told().await.unwrap();
    assert_eq!((told.taken, told.counts[&one], told.counts[&two]), (1000, 3, 1));
    assert_eq!(store.events(&one, 6..900).await.unwrap(), [event(&one, 7)]);

    let mut changes = Changes::default();
    changes.tell(&two, event(&two, 1001));
    changes.untell(&two);
    changes.tell(&two, event(&two, 1002));
    changes.delete(Key::Deployment(one.clone()));
    store.commit(changes).await.unwrap();
    assert_eq!(store.events(&two, 0..u64::MAX).await.unwrap(), [event(&two, 1002)]);
    assert!(store.events(&one, 0..u64::MAX).await.unwrap().is_empty(), "they go with their deployment");
    assert_eq!(store.told().await.unwrap().taken, 1000);
}

#[tokio::test]
async fn stores_keep_events_with_their_deployment() {
    let dir = TempDir::new().unwrap();
    keeps_events(&Memory::default()).await;
    keeps_events(&Embedded::open(&dir.path().join("store.redb")).await.unwrap()).await;
}

#[tokio::test]
async fn stores_keep_their_promises() {
    let dir = TempDir::new().unwrap();
    keeps_its_promises(&Memory::default()).await;
    keeps_its_promises(&Embedded::open(&dir.path().join("store.redb")).await.unwrap()).await;
}

#[tokio::test]
async fn records_outlive_the_process_that_wrote_them() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("store.redb");
    let store = Embedded::open(&path).await.unwrap();
    store.commit([cluster(7)].into_iter().collect()).await.unwrap();
    drop(store);
    assert_eq!(Embedded::open(&path).await.unwrap().scan().await.unwrap(), [cluster(7)]);
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_left_alone() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("store.redb");
    let store = Embedded::open(&path).await.unwrap();
    store.commit((0..200).map(|n| group(&format!("/group{n}"))).collect()).await.unwrap();
    drop(store);
    let sound = fs::read(&path).unwrap();

    let wounds: [(&str, Vec<u8>); 3] = [
        ("another kind of file", b"this is not a store".to_vec()),
        ("cut in half", sound[..sound.len() / 2].to_vec()),
        ("a flipped bit in a record", {
            let mut bytes = sound.clone();
            let at = bytes.windows(9).rposition(|part| part == b"/group123").unwrap();
            bytes[at + 8] ^= 1;
            bytes
        }),
    ];
    for (wound, bytes) in wounds {
        fs::write(&path, &bytes).unwrap();
        let error = match Embedded::open(&path).await {
            Err(error) => error,
            Ok(store) => store.scan().await.expect_err(wound),
        };
        assert!(matches!(error, StoreError::Damaged { .. }), "{wound}: {error}");
    }
}

#[tokio::test]
async fn a_file_has_one_owner() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("store.redb");
    let _owner = Embedded::open(&path).await.unwrap();
    assert!(matches!(Embedded::open(&path).await, Err(StoreError::InUse { .. })));
}
