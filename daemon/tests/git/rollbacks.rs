//! Going back to what an app, or all of them, were before: by a commit.

use crate::support::{Daemon, Person, app};
use ship_core::model::AppId;
use ship_core::protocol::{CommitRef, Rollback};
use shipd::git::WriteError;

async fn back(daemon: &Daemon, app: Option<&str>, to: Option<&str>) -> Result<CommitRef, WriteError> {
    let app = app.map(|id| AppId::parse(id).unwrap());
    daemon.git.rollback(Rollback { app, to: to.map(str::to_owned), prune: false, author: None }).await
}

/// Commits all there is and pushes it.
async fn push(person: &Person, message: &str) -> String {
    let commit = person.commit(message).await;
    person.push(&["ship.prune=yes"]).await.accepted();
    commit
}

async fn pulled(person: &Person, path: &str) -> Option<String> {
    person.git(&["pull", "--quiet", "--rebase", "origin", "main"]).await.accepted();
    std::fs::read_to_string(person.clone_path().join(path)).ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_goes_back_to_what_it_was_before_its_last_change() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let first = person.head().await;
    person.write_app("one", 2);
    push(&person, "two instances").await;
    person.write_app("two", 1);
    push(&person, "another app").await;

    let made = back(&daemon, Some("/one"), None).await.unwrap();
    assert_eq!(daemon.tip("main").as_deref(), Some(made.commit.as_str()));
    assert_eq!(made.deployment.unwrap().as_str(), made.commit.as_str());
    assert_eq!(pulled(&person, "apps/one.json").await, Some(app("one", 1)));
    assert!(pulled(&person, "apps/two.json").await.is_some(), "other apps stay");
    let log = person.git(&["log", "-1", "--format=%an|%s"]).await.accepted();
    // Of the commits at which the app was so, the newest.
    assert_eq!(log.out.trim(), format!("shipd|roll back /one to {}", &first[..10]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_can_be_named() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let first = person.head().await;
    person.write_app("one", 2);
    person.write_app("two", 1);
    person.write("README.md", "new");
    push(&person, "more").await;
    person.write_app("one", 3);
    let third = push(&person, "three").await;

    back(&daemon, Some("/one"), Some(&first[..10])).await.unwrap();
    assert_eq!(pulled(&person, "apps/one.json").await, Some(app("one", 1)));
    back(&daemon, None, Some(&third)).await.unwrap();
    assert_eq!(pulled(&person, "apps/one.json").await, Some(app("one", 3)));
    back(&daemon, None, Some(&first)).await.unwrap();
    assert_eq!(pulled(&person, "apps/one.json").await, Some(app("one", 1)));
    assert_eq!(daemon.master.apps(), ["/one"], "what came later goes");
    assert_eq!(pulled(&person, "README.md").await.as_deref(), Some("new"), "only apps and groups go back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_so_already_makes_no_commit() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let first = person.head().await;
    person.write("README.md", "new");
    let second = push(&person, "docs").await;
    for (app, to) in [(Some("/one"), &first), (None, &first), (None, &second)] {
        let made = back(&daemon, app, Some(to)).await.unwrap();
        assert_eq!((made.commit.as_str(), made.deployment), (second.as_str(), None));
    }
    let nothing = back(&daemon, Some("/one"), None).await;
    assert!(matches!(nothing, Err(WriteError::NothingBefore { .. })), "{nothing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_or_moved_comes_back() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    person.remove("apps/one.json");
    person.write("apps/shop/first.json", app("one", 2));
    push(&person, "moved and changed").await;
    back(&daemon, Some("/one"), None).await.unwrap();
    assert_eq!(pulled(&person, "apps/one.json").await, Some(app("one", 1)));
    assert_eq!(pulled(&person, "apps/shop/first.json").await, None);
    let folders = person.git(&["ls-tree", "-rt", "--name-only", "HEAD"]).await.accepted();
    assert!(!folders.out.contains("apps/shop"), "no empty folder stays: {}", folders.out);

    person.remove("apps/one.json");
    push(&person, "gone").await;
    back(&daemon, Some("/one"), None).await.unwrap();
    assert_eq!(daemon.master.apps(), ["/one"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_gone_back_to_is_refused() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let first = person.head().await;
    person.git(&["switch", "--quiet", "--create", "aside"]).await.accepted();
    person.write_app("aside", 1);
    let aside = person.commit("aside").await;
    person.git(&["push", "--quiet", "origin", "aside"]).await.accepted();
    person.git(&["switch", "--quiet", "main"]).await.accepted();
    // `/one` is free for another file now: both cannot be there.
    person.remove("apps/one.json");
    person.write("apps/a.json", app("one", 2));
    person.write("apps/one.json", app("two", 2));
    push(&person, "renamed").await;

    let unknown = back(&daemon, None, Some("0123456789")).await;
    assert!(matches!(unknown, Err(WriteError::NoCommit { .. })), "{unknown:?}");
    let elsewhere = back(&daemon, None, Some(&aside)).await;
    assert!(matches!(elsewhere, Err(WriteError::NotInHistory { .. })), "{elsewhere:?}");
    let not_then = back(&daemon, Some("/two"), Some(&first)).await;
    assert!(matches!(not_then, Err(WriteError::NotThen { .. })), "{not_then:?}");
    let nowhere = back(&daemon, None, None).await;
    assert!(matches!(nowhere, Err(WriteError::NoTarget)), "{nowhere:?}");
    let stranger = back(&daemon, Some("/none"), None).await;
    assert!(matches!(stranger, Err(WriteError::NoApp { .. })), "{stranger:?}");

    back(&daemon, Some("/one"), Some(&first)).await.unwrap();
    assert_eq!(pulled(&person, "apps/a.json").await, Some(app("one", 1)), "its old place is taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_longer_fits_is_refused_with_the_findings() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    person.write_app("two", 1);
    let needs = app("one", 1).replace("\"cmd\"", "\"dependencies\": [\"/two\"],\n  \"cmd\"");
    person.write("apps/one.json", &needs);
    let second = push(&person, "one needs two").await;
    person.write_app("one", 1);
    person.remove("apps/two.json");
    let third = push(&person, "it does not").await;
    let refused = back(&daemon, Some("/one"), Some(&second)).await;
    let Err(WriteError::Refused { lines, .. }) = refused else { panic!("{refused:?}") };
    assert!(lines.iter().any(|line| line.contains("apps/one.json:")), "{lines:?}");
    assert_eq!(daemon.tip("main"), Some(third));
}

#[tokio::test(flavor = "multi_thread")]
async fn most_apps_are_deleted_only_if_that_is_asked_for() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let first = person.head().await;
    for name in ["two", "three", "four"] {
        person.write_app(name, 1);
    }
    let tip = push(&person, "three more").await;

    let refused = back(&daemon, None, Some(&first)).await.unwrap_err();
    let WriteError::Policy { lines } = refused else { panic!("{refused:?}") };
    assert_eq!(lines[0], "error: this would delete 3 of 4 apps:");
    assert_eq!(daemon.tip("main"), Some(tip));

    let pruning = Rollback { app: None, to: Some(first), prune: true, author: None };
    let made = daemon.git.rollback(pruning).await.unwrap();
    assert_eq!(daemon.tip("main").as_deref(), Some(made.commit.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apps_folder_of_another_name_is_not_gone_back_to() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let first = person.head().await;
    person.git(&["mv", "apps", "deploy"]).await.accepted();
    person.write("ship.toml", "apps = \"deploy\"\n");
    let second = push(&person, "another folder").await;
    for wish in [None, Some("/one")] {
        let refused = back(&daemon, wish, Some(&first)).await;
        assert!(matches!(refused, Err(WriteError::OtherFolder { .. })), "{refused:?}");
    }
    assert_eq!(daemon.tip("main"), Some(second), "nothing is deleted, nothing written where nobody reads it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_means_another_app_in_another_folder() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let relative = |name: &str| app(name, 1).replace(&format!("\"/{name}\""), &format!("\"{name}\""));
    person.write("apps/shop/web.json", relative("web"));
    let then = push(&person, "/shop/web").await;
    person.write("apps/other/w.json", app("shop/web", 2));
    person.write("apps/shop/web.json", relative("api"));
    let now = push(&person, "moved, and its place is taken").await;
    let refused = back(&daemon, Some("/shop/web"), Some(&then)).await;
    assert!(matches!(refused, Err(WriteError::Taken { .. })), "{refused:?}");
    assert_eq!(daemon.tip("main"), Some(now));
}
