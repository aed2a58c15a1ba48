//! Sources that the daemon only follows: a repository on disk, a remote.

use crate::fake_master::FakeMaster;
use crate::support::{Daemon, Person};
use ship_core::protocol::SourceKind;
use shipd::git::Source;
use std::path::PathBuf;
use std::time::Duration;

async fn watching(repo: PathBuf) -> Daemon {
    Daemon::with(FakeMaster::quick(), |setup| setup.source = Source::Watched { repo }).await
}

/// Follows `url`, asking so rarely that a test sees only what a webhook brings.
async fn following(url: String, every: Duration) -> Daemon {
    Daemon::with(FakeMaster::quick(), |setup| setup.source = Source::Upstream { url, every }).await
}

const RARELY: Duration = Duration::from_secs(3600);
const OFTEN: Duration = Duration::from_millis(50);

#[tokio::test(flavor = "multi_thread")]
async fn a_work_tree_is_watched() {
    let owner = Person::alone().await;
    let daemon = watching(owner.clone_path()).await;
    owner.write_app("web", 1);
    daemon.until_at(&owner.commit("web").await).await;
    owner.git(&["switch", "--quiet", "--create", "feature"]).await.accepted();
    owner.write_app("aside", 1);
    let aside = owner.commit("aside").await;
    owner.git(&["switch", "--quiet", "main"]).await.accepted();
    owner.write_app("two", 1);
    let second = owner.commit("two").await;
    daemon.until_at(&second).await;
    assert_ne!(aside, second);
    assert_eq!(daemon.master.apps(), ["/two", "/web"]);
    assert_eq!(daemon.git.kind(), SourceKind::Watched);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watched_branch_may_live_in_packed_refs_and_be_rewritten() {
    let owner = Person::alone().await;
    owner.write_app("web", 1);
    let first = owner.commit("web").await;
    owner.git(&["pack-refs", "--all"]).await.accepted();
    let daemon = watching(owner.clone_path()).await;
    daemon.until_at(&first).await;
    owner.git(&["commit", "--quiet", "--amend", "-m", "another"]).await.accepted();
    daemon.until_at(&owner.head().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_commit_stays_out_and_the_last_good_one_in() {
    let owner = Person::alone().await;
    let daemon = watching(owner.clone_path()).await;
    owner.write_app("web", 1);
    let good = owner.commit("web").await;
    daemon.until_at(&good).await;
    owner.write("apps/web.json", "{");
    let bad = owner.commit("broken").await;
    daemon.until_problem(&bad[..10]).await;
    assert_eq!(daemon.git.view().commit.unwrap().id.as_str(), good);
    owner.git(&["switch", "--quiet", "--detach"]).await.accepted();
    owner.git(&["branch", "--quiet", "-D", "main"]).await.accepted();
    daemon.until_problem("is gone").await;
    assert_eq!(daemon.master.apps(), ["/web"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remote_is_polled() {
    let owner = Person::alone().await;
    owner.write_app("web", 1);
    let first = owner.commit("web").await;
    let daemon = following(owner.clone_path().to_str().unwrap().to_owned(), OFTEN).await;
    daemon.until_at(&first).await;
    owner.write_app("two", 1);
    daemon.until_at(&owner.commit("two").await).await;
    owner.git(&["commit", "--quiet", "--amend", "-m", "rewritten"]).await.accepted();
    daemon.until_at(&owner.head().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_faster_than_the_poll() {
    let owner = Person::alone().await;
    owner.write_app("web", 1);
    let first = owner.commit("web").await;
    let daemon = following(owner.clone_path().to_str().unwrap().to_owned(), RARELY).await;
    daemon.until_at(&first).await;
    owner.write_app("two", 1);
    let second = owner.commit("two").await;
    let hook = reqwest::Client::new().post(format!("{}/v1/hooks/git", daemon.url));
    let answer = hook.header("x-gitlab-token", "secret").body("{}").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 202);
    daemon.until_at(&second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remote_that_goes_away_takes_nothing_with_it() {
    let owner = Person::alone().await;
    owner.write_app("web", 1);
    let first = owner.commit("web").await;
    let path = owner.clone_path();
    let daemon = following(path.to_str().unwrap().to_owned(), OFTEN).await;
    daemon.until_at(&first).await;
    let away = path.with_extension("away");
    std::fs::rename(&path, &away).unwrap();
    let problem = daemon.until_problem("cannot fetch from").await;
    assert!(problem.contains(path.to_str().unwrap()), "{problem}");
    assert_eq!(daemon.master.apps(), ["/web"]);
    std::fs::rename(&away, &path).unwrap();
    owner.write_app("two", 1);
    daemon.until_at(&owner.commit("back").await).await;
}
