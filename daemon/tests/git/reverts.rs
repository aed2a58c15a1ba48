//! Failed changes that the daemon takes back by a commit of its own.

use crate::fake_master::FakeMaster;
use crate::support::{Daemon, Person, app, until};
use ship_core::cluster::{MarkKind, Outcome};
use ship_core::model::{AppId, DeploymentId};
use shipd::git::{Desire, Source};

/// Longer than a rollout may go on without progress.
const DEADLINE: u64 = 400;

fn id(name: &str) -> AppId {
    AppId::parse(name).unwrap()
}

/// An app that is to be reverted when it fails.
fn reverting(name: &str, image: &str) -> String {
    let label = "\"labels\": { \"ship.onFailure\": \"revert\" },\n  \"cmd\"";
    app(name, 1).replace("busybox", image).replace("\"cmd\"", label)
}

async fn push(daemon: &Daemon, person: &Person, message: &str) -> String {
    let commit = person.commit(message).await;
    person.push(&["ship.wait=none"]).await.accepted();
    daemon.until_at(&commit).await;
    commit
}

/// `/one` runs well.
async fn running() -> (Daemon, Person, String) {
    let daemon = Daemon::start().await;
    daemon.master.join_agent();
    let person = Person::new(&daemon).await;
    person.write("apps/one.json", reverting("one", "busybox"));
    let good = push(&daemon, &person, "one").await;
    daemon.master.pass(10);
    (daemon, person, good)
}

impl Daemon {
    fn mark(&self, app: &str) -> Option<(MarkKind, String)> {
        self.master.cluster().mark(&id(app)).map(|mark| (mark.kind, mark.reason.clone()))
    }

    async fn until_ended(&self, deployment: &str) -> Outcome {
        let outcome = || self.master.cluster().deployment(&DeploymentId::new(deployment)).map(|known| known.outcome);
        until(|| outcome().is_some_and(Outcome::has_ended)).await;
        outcome().unwrap()
    }

    /// Messages of the branch, the newest first.
    fn log(&self) -> Vec<String> {
        let repo = git2::Repository::open(self.repo_path()).unwrap();
        let mut walk = repo.revwalk().unwrap();
        walk.push_ref("refs/heads/main").unwrap();
        walk.map(|commit| repo.find_commit(commit.unwrap()).unwrap().message().unwrap().to_owned()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_change_is_taken_back_by_one_commit() {
    let (daemon, person, good) = running().await;
    person.write("apps/one.json", reverting("one", "broken"));
    person.write_app("two", 1);
    let bad = push(&daemon, &person, "broken").await;
    daemon.master.pass(DEADLINE);
    assert_eq!(daemon.until_ended(&bad).await, Outcome::Reverted);

    let log = daemon.log();
    assert_eq!(log.len(), 3, "{log:?}");
    let (subject, rest) = log[0].split_once("\n\n").unwrap();
    assert_eq!(subject, format!("Revert /one to {}", &good[..10]));
    let trailers = format!("\n\nShip-Reverts: {bad}\nShip-Version: ");
    assert!(rest.contains("no such image: broken") && rest.contains(&trailers), "{rest}");
    person.git(&["pull", "--quiet", "origin", "main"]).await.accepted();
    let file = |name: &str| std::fs::read_to_string(person.clone_path().join(name)).unwrap();
    assert_eq!(file("apps/one.json"), reverting("one", "busybox"));
    assert_eq!(file("apps/two.json"), app("two", 1), "what went well stays");
    let commit = daemon.git.view().commit.unwrap();
    assert_eq!(commit.reverts, Some(DeploymentId::new(bad)));
    assert!(commit.author.starts_with("shipd <"), "{commit:?}");
    daemon.master.pass(DEADLINE);
    assert_eq!(daemon.until_ended(commit.id.as_str()).await, Outcome::Succeeded);
    assert_eq!(daemon.log().len(), 3, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn apps_that_fail_together_share_a_commit_and_new_ones_go() {
    let (daemon, person, _) = running().await;
    for name in ["one", "new"] {
        person.write(&format!("apps/{name}.json"), reverting(name, "broken"));
    }
    let bad = push(&daemon, &person, "broken").await;
    daemon.master.pass(DEADLINE);
    assert_eq!(daemon.until_ended(&bad).await, Outcome::Reverted);
    let log = daemon.log();
    assert!(log[0].starts_with("Revert 2 apps\n") && log[0].contains("the creation of /new: "), "{log:?}");
    assert_eq!((log.len(), daemon.master.apps()), (3, vec!["/one".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_was_not_taken_over_is_not_made_again() {
    let (daemon, person, good) = running().await;
    person.write("apps/one.json", reverting("one", "broken"));
    let bad = push(&daemon, &person, "broken").await;
    daemon.shutdown.cancel();
    daemon.master.pass(DEADLINE);
    assert!(matches!(daemon.mark("/one"), Some((MarkKind::Reverting, _))));

    // As a daemon left it that died before it took its own commit over.
    person.write("apps/one.json", reverting("one", "busybox"));
    let revert = person.commit(&format!("Revert /one to {good}\n\nShip-Reverts: {bad}")).await;
    let copy = tempfile::tempdir().unwrap();
    let path = copy.path().join("repo.git");
    person.git(&["clone", "--quiet", "--bare", "--no-local", ".", path.to_str().unwrap()]).await.accepted();
    let next = Daemon::over(copy, daemon.master.clone(), |_| {}).await;
    assert_eq!(next.until_ended(&bad).await, Outcome::Reverted);
    assert_eq!((next.tip("main"), next.log().len()), (Some(revert), 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_longer_fits_is_held_and_says_why() {
    let (daemon, person, _) = running().await;
    person.write(
        "apps/one.json",
        reverting("one", "busybox").replace("\"cmd\"", "\"dependencies\": [\"/two\"],\n  \"cmd\""),
    );
    person.write_app("two", 1);
    push(&daemon, &person, "one needs two").await;
    daemon.master.pass(10);
    person.write("apps/one.json", reverting("one", "broken"));
    let bad = push(&daemon, &person, "broken").await;
    person.remove("apps/two.json");
    push(&daemon, &person, "two goes").await;
    daemon.master.pass(DEADLINE);
    assert_eq!(daemon.until_ended(&bad).await, Outcome::Failed);
    let (kind, reason) = daemon.mark("/one").unwrap();
    assert_eq!(kind, MarkKind::Held);
    assert!(reason.contains("not reverted: what it was before is refused now: error"), "{reason}");
    assert!(reason.contains(" --> apps/one.json:"), "{reason}");
    assert_eq!(daemon.log().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_that_is_only_followed_is_not_written_to() {
    let owner = Person::alone().await;
    let source = Source::Watched { repo: owner.clone_path() };
    let daemon = Daemon::with(FakeMaster::quick(), |setup| setup.source = source).await;
    daemon.master.join_agent();
    owner.write("apps/one.json", reverting("one", "busybox"));
    daemon.until_at(&owner.commit("one").await).await;
    daemon.master.pass(10);
    owner.write("apps/one.json", reverting("one", "broken"));
    let bad = owner.commit("broken").await;
    daemon.until_at(&bad).await;
    daemon.master.pass(DEADLINE);
    assert_eq!(daemon.until_ended(&bad).await, Outcome::Failed);
    let (kind, reason) = daemon.mark("/one").unwrap();
    let place = owner.clone_path();
    assert!(kind == MarkKind::Held && reason.contains(place.to_str().unwrap()), "{reason}");
    assert!(reason.ends_with(&format!("; revert commit {} there", &bad[..10])), "{reason}");
    assert_eq!(owner.head().await, bad);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_change_of_the_app_is_left_alone() {
    let (daemon, person, _) = running().await;
    person.write("apps/one.json", reverting("one", "broken"));
    let bad = push(&daemon, &person, "broken").await;
    daemon.shutdown.cancel();
    daemon.master.pass(DEADLINE);

    person.write("apps/one.json", reverting("one", "better"));
    let fix = person.commit("fix").await;
    let copy = tempfile::tempdir().unwrap();
    let path = copy.path().join("repo.git");
    person.git(&["clone", "--quiet", "--bare", "--no-local", ".", path.to_str().unwrap()]).await.accepted();
    let next = Daemon::over(copy, daemon.master.clone(), |_| {}).await;
    assert_eq!(next.until_ended(&bad).await, Outcome::Superseded);
    assert_eq!((next.tip("main"), next.mark("/one")), (Some(fix), None));
}
