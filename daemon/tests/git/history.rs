//! What happened to apps: commits, and how each ended.

use crate::support::{Daemon, Person, app, set_ref};
use ship_core::cluster::{Input, Outcome};
use ship_core::model::{AppId, DeploymentId};
use ship_core::protocol::HistoryEntry;
use shipd::git::Desire;

fn id(name: &str) -> AppId {
    AppId::parse(name).unwrap()
}

fn subjects(entries: &[HistoryEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.commit.subject.as_str()).collect()
}

async fn push(person: &Person, message: &str) -> String {
    let commit = person.commit(message).await;
    person.push(&[]).await.accepted();
    commit
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_that_changed_apps_are_told_with_their_outcome() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    person.write("README.md", "hello");
    push(&person, "docs").await;
    person.write_app("two", 1);
    person.write_app("one", 2);
    let both = push(&person, "both").await;
    let cancel = Input::Cancel { deployment: DeploymentId::new(both.as_str()), by: None };
    daemon.master.command(vec![cancel]).await.unwrap();
    person.remove("apps/one.json");
    push(&person, "one goes").await;

    let all = daemon.git.history(None, 10).await.unwrap();
    assert_eq!(subjects(&all), ["one goes", "both", "one"]);
    assert_eq!(all[1].apps, [id("/one"), id("/two")]);
    assert_eq!((all[1].commit.id.as_str(), all[1].commit.author.as_str()), (both.as_str(), "Ada <ada@example.org>"));
    assert_eq!(all[1].outcome, Some(Outcome::Cancelled));
    assert_eq!(all[1].reason.as_deref(), Some("/one: cancelled; /two: cancelled"));
    assert_eq!((all[0].outcome, all[0].reason.as_deref()), (Some(Outcome::Succeeded), None));
    assert!(all[0].at.0 > 1_700_000_000_000, "{:?}", all[0].at);

    assert_eq!(subjects(&daemon.git.history(Some(id("/two")), 10).await.unwrap()), ["both"]);
    assert_eq!(subjects(&daemon.git.history(Some(id("/one")), 2).await.unwrap()), ["one goes", "both"]);
    assert!(daemon.git.history(Some(id("/none")), 10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_broken_commit_changed_belongs_to_the_one_that_mends_it() {
    let daemon = Daemon::start().await;
    assert!(daemon.git.history(None, 10).await.unwrap().is_empty());
    let person = Person::with_one_app(&daemon).await;
    person.write_app("two", 1);
    person.write("apps/bad.json", "{");
    let bad = person.commit("broken").await;
    person.git(&["push", "--quiet", "origin", "main:aside"]).await.accepted();
    set_ref(&daemon.repo_path(), "main", &bad);
    daemon.until_problem(&bad[..10]).await;
    person.write("apps/bad.json", app("bad", 1));
    push(&person, "mended").await;
    let all = daemon.git.history(None, 10).await.unwrap();
    assert_eq!(subjects(&all), ["mended", "one"]);
    assert_eq!(all[0].apps, [id("/bad"), id("/two")]);
}
