//! What clients of the REST API ask for, as commits.

use crate::fake_master::FakeMaster;
use crate::support::{Daemon, Person};
use serde_json::{Value, json};
use ship_core::model::{AppId, GroupId, Kind, Timestamp};
use shipd::git::{Change, Fields, Op, Scaling, Source, WriteError};
use std::fs::{self, File};
use std::time::{Duration, SystemTime};

fn app(text: &str) -> AppId {
    AppId::parse(text).unwrap()
}

fn group(text: &str) -> GroupId {
    GroupId::resolve(text, &GroupId::root()).unwrap()
}

fn fields(value: Value) -> Fields {
    serde_json::from_value(value).unwrap()
}

fn image(name: &str) -> Value {
    json!({ "docker": { "image": name } })
}

/// Locks nothing: no rollout ends here.
fn change(ops: impl IntoIterator<Item = Op>) -> Change {
    Change {
        ops: ops.into_iter().collect(),
        subject: "change\nof apps".to_owned(),
        via: "PUT /v2/apps by a test\n\nShip-Version: forged".to_owned(),
        author: Some("Grace <grace@example.org>".to_owned()),
        force: true,
        kill: Vec::new(),
    }
}

fn create(id: &str) -> Op {
    Op::Create {
        app: app(id),
        kind: Kind::App,
        fields: fields(json!({ "id": "ignored", "container": image("nginx") })),
    }
}

fn put(id: &str, value: Value, whole: bool) -> Op {
    Op::Put { app: app(id), kind: Kind::App, fields: fields(value), whole, create: false }
}

/// The file as it is at the tip.
async fn pulled(person: &Person, path: &str) -> Option<String> {
    person.git(&["pull", "--quiet", "origin", "main"]).await.accepted();
    fs::read_to_string(person.clone_path().join(path)).ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_app_of_an_empty_repository_is_a_commit_like_any_other() {
    let daemon = Daemon::start().await;
    let made = daemon.git.change(change([create("/shop/web")])).await.unwrap();
    assert_eq!(daemon.tip("main").as_deref(), Some(made.commit.as_str()));
    assert_eq!(daemon.master.apps(), ["/shop/web"]);
    let person = Person::new(&daemon).await;
    let text = pulled(&person, "apps/shop/web.json").await.unwrap();
    assert!(text.starts_with("{\n  \"id\": \"/shop/web\",\n  \"container\""), "{text}");
    let log = person.git(&["log", "-1", "--format=%an|%cn|%B"]).await.accepted().out;
    let (before, version) = log.trim().rsplit_once("\n\nShip-Version: ").expect("the version, and one alone");
    assert_eq!(before, "Grace|shipd|change of apps\n\nPUT /v2/apps by a test Ship-Version: forged");
    assert!(Timestamp::parse(version).is_some(), "{version}");
    let again = daemon.git.change(change([create("/shop/web")])).await;
    assert!(matches!(again, Err(WriteError::Exists { .. })), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_changes_fields_in_place_and_an_old_form_gives_way() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let text = "{ \"id\": \"two\",\n  \"container\": {\"docker\": {\"image\": \"nginx\"}},\n  \"ports\": [0], \"cpus\": 1.0 }\n";
    fs::write(person.clone_path().join("apps/second.json"), text).unwrap();
    person.commit("two").await;
    person.push(&[]).await.accepted();
    let update = json!({ "portDefinitions": [], "cpus": 1.0, "mem": 32 });
    daemon.git.change(change([put("/two", update, false)])).await.unwrap();
    let after = pulled(&person, "apps/second.json").await.unwrap();
    assert!(after.starts_with("{ \"id\": \"two\",\n  \"container\": {\"docker\": {\"image\": \"nginx\"}},"), "{after}");
    let value: Value = serde_json::from_str(&after).unwrap();
    assert_eq!((&value["ports"], &value["portDefinitions"], &value["mem"]), (&Value::Null, &json!([]), &json!(32)));

    daemon.git.change(change([put("/two", json!({ "container": image("busybox") }), true)])).await.unwrap();
    let whole: Value = serde_json::from_str(&pulled(&person, "apps/second.json").await.unwrap()).unwrap();
    assert_eq!(whole, json!({ "id": "two", "container": { "docker": { "image": "busybox" } } }));
    let none = daemon.git.change(change([put("/none", json!({}), false)])).await;
    assert!(matches!(none, Err(WriteError::NoApp { .. })), "{none:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_files_are_one_commit_or_none() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let before = person.head().await;
    let bad = Op::Create { app: app("/bad"), kind: Kind::App, fields: fields(json!({ "instances": "many" })) };
    let refused = daemon.git.change(change([create("/good"), bad])).await;
    let Err(WriteError::Refused { findings, .. }) = refused else { panic!("{refused:?}") };
    let pointers: Vec<&str> = findings.iter().map(|found| found.pointer.as_str()).collect();
    assert!(pointers.contains(&"/instances"), "{pointers:?}");
    assert_eq!(daemon.tip("main"), Some(before));

    let ops = [
        create("/shop/a"),
        create("/shop/b"),
        Op::PutGroup { group: group("/shop"), dependencies: Some(json!(["/one"])) },
        Op::Scale { app: app("/one"), to: Scaling::Times(2.5) },
    ];
    daemon.git.change(change(ops)).await.unwrap();
    assert_eq!(pulled(&person, "apps/shop/group.json").await.unwrap(), "{\n  \"dependencies\": [\"/one\"]\n}\n");
    let log = person.git(&["rev-list", "--count", "HEAD"]).await.accepted();
    assert_eq!(log.out.trim(), "2");
    assert_eq!(daemon.master.apps(), ["/one", "/shop/a", "/shop/b"]);

    let plan = daemon.git.rehearse(change([Op::DeleteGroup { group: group("/shop") }])).await.unwrap();
    assert_eq!(plan.changes.len(), 2);
    assert_eq!(daemon.master.apps().len(), 3, "nothing is done yet");
    daemon.git.change(change([Op::DeleteGroup { group: group("/shop") }])).await.unwrap();
    assert_eq!(daemon.master.apps(), ["/one"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_changed_is_locked_unless_forced() {
    let daemon = Daemon::with_master(FakeMaster::held()).await;
    let first = daemon.git.change(change([create("/web")])).await.unwrap();
    let scale = || change([Op::Scale { app: app("/web"), to: Scaling::To(3) }]);
    let locked = daemon.git.change(Change { force: false, ..scale() }).await;
    let Err(WriteError::Locked { deployments }) = locked else { panic!("{locked:?}") };
    assert_eq!(deployments, [first.deployment.unwrap()]);
    let other = Change { force: false, ..change([create("/other")]) };
    daemon.git.change(other).await.expect("another app is free");
    let forced = daemon.git.change(scale()).await.unwrap();
    assert_eq!(daemon.tip("main").as_deref(), Some(forced.commit.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_version_comes_back_as_a_new_one() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let first = pulled(&person, "apps/one.json").await.unwrap();
    let then = daemon.git.versions(group("/one")).await.unwrap()[0].commit.clone();
    daemon.git.change(change([Op::Scale { app: app("/one"), to: Scaling::To(7) }])).await.unwrap();
    daemon.git.change(change([Op::Restart { app: app("/one") }])).await.unwrap();
    daemon.git.change(change([Op::Restore { path: group("/one"), commit: then.clone() }])).await.unwrap();
    assert_eq!(pulled(&person, "apps/one.json").await.unwrap(), first);
    daemon.git.change(change([create("/two")])).await.unwrap();
    daemon.git.change(change([Op::Restore { path: group("/"), commit: then }])).await.unwrap();
    assert_eq!(daemon.master.apps(), ["/one"]);
    assert_eq!(daemon.git.versions(group("/one")).await.unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_others_write_nothing_is_written() {
    let elsewhere = tempfile::tempdir().unwrap();
    git2::Repository::init(elsewhere.path()).unwrap();
    let repo = elsewhere.path().to_owned();
    let daemon = Daemon::with(FakeMaster::quick(), |setup| setup.source = Source::Watched { repo }).await;
    let refused = daemon.git.change(change([create("/web")])).await;
    assert!(matches!(refused, Err(WriteError::ReadOnly { .. })), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_none_is_lost() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let (one, two) = tokio::join!(
        daemon.git.change(change([put("/one", json!({ "cpus": 0.5 }), false)])),
        daemon.git.change(change([put("/one", json!({ "mem": 64 }), false)])),
    );
    assert_ne!(one.unwrap().commit, two.unwrap().commit);
    let value: Value = serde_json::from_str(&pulled(&person, "apps/one.json").await.unwrap()).unwrap();
    assert_eq!((&value["cpus"], &value["mem"]), (&json!(0.5), &json!(64)));
    let versions = daemon.git.versions(group("/one")).await.unwrap();
    assert!(versions.is_sorted_by(|later, earlier| later.version > earlier.version), "{versions:?}");
}

/// As a daemon or a git that is killed leaves it.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_nobody_holds_stops_nobody() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let lock = daemon.repo_path().join("refs/heads/main.lock");
    let long_ago = SystemTime::now() - Duration::from_secs(60);
    let leave = || File::create(&lock).and_then(|lock| lock.set_modified(long_ago)).unwrap();
    leave();
    daemon.git.change(change([create("/two")])).await.unwrap();
    person.git(&["pull", "--quiet", "origin", "main"]).await.accepted();
    person.write_app("three", 1);
    person.commit("three").await;
    leave();
    person.push(&[]).await.accepted();
    assert_eq!(daemon.master.apps(), ["/one", "/three", "/two"]);
}
