//! Commits of other branches, made what is wanted.

use crate::support::{Daemon, Person};
use ship_core::protocol::Apply;
use shipd::git::WriteError;

fn apply(commit: &str, plan: Option<&str>) -> Apply {
    Apply { commit: commit.to_owned(), plan: plan.map(str::to_owned), prune: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_reviewed_is_applied_if_it_still_means_the_same() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let first = person.head().await;
    person.write_app("two", 1);
    let reviewed = person.commit("two").await;
    person.git(&["push", "--quiet", "origin", "HEAD:review"]).await.accepted();
    assert_eq!(daemon.tip("main"), Some(first));

    let plan = daemon.git.plan("review".to_owned()).await.unwrap();
    assert_eq!(plan.changes.len(), 1);
    let stale = daemon.git.apply(apply("review", Some("000000000000"))).await;
    assert!(matches!(stale, Err(WriteError::Stale { .. })), "{stale:?}");
    let unknown = daemon.git.apply(apply("nowhere", None)).await;
    assert!(matches!(unknown, Err(WriteError::NoCommit { .. })), "{unknown:?}");

    let made = daemon.git.apply(apply("review", Some(&plan.fingerprint.0))).await.unwrap();
    assert_eq!((made.commit.as_str(), daemon.tip("main").as_deref()), (reviewed.as_str(), Some(reviewed.as_str())));
    assert_eq!(daemon.master.apps(), ["/one", "/two"]);
    let again = daemon.git.apply(apply("review", None)).await.unwrap();
    assert_eq!(again.deployment, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_take_something_back_is_refused() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let first = person.head().await;
    person.write_app("two", 1);
    person.commit("two").await;
    person.push(&[]).await.accepted();
    let back = daemon.git.apply(apply(&first, None)).await;
    let Err(WriteError::Policy { lines }) = back else { panic!("{back:?}") };
    assert!(lines[0].contains("rewrite the history"), "{lines:?}");
}
