//! Commits that the daemon makes itself.

use crate::fake_master::FakeMaster;
use crate::support::{Daemon, Person};
use ship_core::model::AppId;
use ship_core::protocol::{Restart, Scale};
use shipd::git::{Source, WriteError};

fn wish(app: &str, instances: u32) -> Scale {
    Scale { app: AppId::parse(app).unwrap(), instances, author: Some("Grace <grace@example.org>".to_owned()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn scaling_is_a_commit() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let made = daemon.git.scale(wish("/one", 4)).await.unwrap();
    assert_eq!(daemon.tip("main").as_deref(), Some(made.commit.as_str()));
    assert_eq!(made.deployment.unwrap().as_str(), made.commit.as_str());
    person.git(&["pull", "--quiet", "origin", "main"]).await.accepted();
    let log = person.git(&["log", "-1", "--format=%an|%ae|%cn|%s"]).await.accepted();
    assert_eq!(log.out.trim(), "Grace|grace@example.org|shipd|scale /one to 4");
    let text = std::fs::read_to_string(person.clone_path().join("apps/one.json")).unwrap();
    assert!(text.contains('4'), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_that_is_there_already_makes_no_commit() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let made = daemon.git.scale(wish("/one", 1)).await.unwrap();
    assert_eq!(made.commit.as_str(), person.head().await);
    assert_eq!(made.deployment, None, "the deployment of the tip is not of this wish");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_is_a_commit_each_time() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let restart = || daemon.git.restart(Restart { app: AppId::parse("/one").unwrap(), author: None });
    let first = restart().await.unwrap();
    let second = restart().await.unwrap();
    assert_ne!(first.commit, second.commit);
    assert_eq!(second.deployment.unwrap().as_str(), second.commit.as_str());
    person.git(&["pull", "--quiet", "origin", "main"]).await.accepted();
    let log = person.git(&["log", "-2", "--format=%an|%s"]).await.accepted();
    assert_eq!(log.out, "shipd|restart /one\nshipd|restart /one\n");
    let text = std::fs::read_to_string(person.clone_path().join("apps/one.json")).unwrap();
    assert!(text.contains("\"restartedAt\": \"20"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_at_once_all_become_commits() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    person.write_app("two", 1);
    person.commit("two").await;
    person.push(&[]).await.accepted();
    let (one, two) = tokio::join!(daemon.git.scale(wish("/one", 5)), daemon.git.scale(wish("/two", 6)));
    let (one, two) = (one.unwrap().commit, two.unwrap().commit);
    let tip = daemon.tip("main").unwrap();
    assert!(tip == one.as_str() || tip == two.as_str());
    daemon.until_at(&tip).await;
    person.git(&["pull", "--quiet", "origin", "main"]).await.accepted();
    let log = person.git(&["log", "--format=%s"]).await.accepted().out;
    assert!(log.contains("scale /one to 5") && log.contains("scale /two to 6"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_has_words() {
    let daemon = Daemon::start().await;
    let empty = daemon.git.scale(wish("/one", 2)).await;
    assert!(matches!(empty, Err(WriteError::NoBranch(_))), "{empty:?}");
    let _person = Person::with_one_app(&daemon).await;
    let unknown = daemon.git.scale(wish("/none", 2)).await;
    assert!(matches!(unknown, Err(WriteError::NoApp { .. })), "{unknown:?}");
    let author = daemon.git.scale(Scale { author: Some("nobody".to_owned()), ..wish("/one", 2) }).await;
    assert!(matches!(author, Err(WriteError::Author { .. })), "{author:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_that_is_only_followed_is_not_written_to() {
    let owner = Person::alone().await;
    let repo = owner.clone_path();
    let source = Source::Watched { repo: repo.clone() };
    let daemon = Daemon::with(FakeMaster::quick(), |setup| setup.source = source).await;
    let refused = daemon.git.scale(wish("/one", 2)).await.unwrap_err();
    assert!(refused.to_string().contains(repo.to_str().unwrap()), "{refused}");
}
