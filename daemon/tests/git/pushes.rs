//! Clone, fetch, push: what works as it does everywhere.

use crate::fake_master::FakeMaster;
use crate::support::{Daemon, PATIENCE, Person, app, set_ref};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_repository_can_be_cloned_and_pushed_to() {
    let daemon = Daemon::start().await;
    let person = Person::new(&daemon).await;
    person.git(&["clone", "--quiet", &daemon.repo_url(), "../fresh"]).await.accepted();
    let head = person.git(&["-C", "../fresh", "symbolic-ref", "HEAD"]).await.accepted();
    assert_eq!(head.out.trim(), "refs/heads/main");

    person.write_app("web", 2);
    let commit = person.commit("first").await;
    let said = person.push(&[]).await.accepted().says("1 create").says("/web");
    assert_eq!(said.remote().last().unwrap(), "success: 1 app done (+0.5s)");
    assert_eq!(daemon.tip("main"), Some(commit));
    assert_eq!(daemon.master.apps(), ["/web"]);
    let told = daemon.git.view().commit.unwrap();
    assert_eq!((told.author.as_str(), told.subject.as_str()), ("Ada <ada@example.org>", "first"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_pushed_can_be_cloned_and_fetched() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let other = Person::new(&daemon).await;
    for version in ["0", "2"] {
        other.git(&["-c", &format!("protocol.version={version}"), "fetch", "--quiet", "origin"]).await.accepted();
    }
    let fetched = other.git(&["rev-parse", "origin/main"]).await.accepted();
    assert_eq!(fetched.out.trim(), person.head().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_negotiation_comes_zipped_and_is_understood() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let other = Person::new(&daemon).await;
    other.git(&["pull", "--quiet", "origin", "main"]).await.accepted();
    // Many local commits make a request of more than a kilobyte, which git sends as gzip.
    for number in 0..60 {
        other.commit(&format!("local {number}")).await;
    }
    person.write_app("two", 1);
    let commit = person.commit("two").await;
    person.push(&[]).await.accepted();
    other.git(&["-c", "protocol.version=0", "fetch", "--quiet", "origin"]).await.accepted();
    assert_eq!(other.git(&["rev-parse", "origin/main"]).await.accepted().out.trim(), commit);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_changes_no_app_says_so() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    person.write("README.md", "hello");
    let commit = person.commit("docs").await;
    let said = person.push(&[]).await.accepted();
    assert_eq!(said.remote(), ["plan: no app changes", "success: no app changed"]);
    assert_eq!(daemon.git.view().commit.unwrap().id.as_str(), commit);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_branches_and_tags_are_stored_and_deploy_nothing() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let deployed = person.head().await;
    person.write("apps/broken.json", "{");
    let commit = person.commit("work in progress").await;
    let said = person.git(&["push", "--quiet", "origin", "main:feature"]).await.accepted();
    assert_eq!(said.remote(), ["success: stored; only the branch `main` deploys"]);
    person.git(&["tag", "v1"]).await.accepted();
    person.git(&["push", "--quiet", "origin", "v1"]).await.accepted();
    assert_eq!(daemon.tip("feature"), Some(commit));
    assert_eq!(daemon.tip("main"), Some(deployed.clone()));
    assert_eq!(daemon.git.view().commit.unwrap().id.as_str(), deployed);
    // Other branches may be rewritten and deleted at will.
    person.git(&["push", "--quiet", "--force", "origin", "main~1:feature"]).await.accepted();
    person.git(&["push", "--quiet", "origin", ":feature"]).await.accepted();
    assert_eq!(daemon.tip("feature"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deploy_branch_may_have_another_name() {
    let daemon = Daemon::with(FakeMaster::quick(), |setup| setup.branch = "live".to_owned()).await;
    let person = Person::new(&daemon).await;
    person.write_app("web", 1);
    person.commit("web").await;
    person.push(&[]).await.accepted().says("only the branch `live` deploys");
    assert_eq!(daemon.master.apps(), Vec::<String>::new());
    person.git(&["push", "--quiet", "origin", "main:live"]).await.accepted();
    assert_eq!(daemon.master.apps(), ["/web"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_pushes_at_once_one_wins_and_the_other_gets_words() {
    let daemon = Daemon::start().await;
    let first = Person::with_one_app(&daemon).await;
    let second = Person::new(&daemon).await;
    second.git(&["pull", "--quiet", "origin", "main"]).await.accepted();
    first.write_app("first", 1);
    second.write_app("second", 1);
    let commits = [first.commit("first").await, second.commit("second").await];
    let (a, b) = tokio::join!(first.push(&[]), second.push(&[]));
    assert!(a.ok != b.ok, "exactly one may win:\n{}\n{}", a.err, b.err);
    let winner = usize::from(b.ok);
    assert_eq!(daemon.tip("main").as_deref(), Some(commits[winner].as_str()));
    let loser = if a.ok { &b } else { &a };
    // Whether git itself noticed depends on who came when.
    let stale = loser.remote().last().is_some_and(|line| line == "refused (stale): nothing was changed");
    assert!(stale || loser.err.contains("fetch first"), "{}", loser.err);
    daemon.until_at(&commits[winner]).await;
    // The loser rebases, and all is well.
    let loser = if a.ok { &second } else { &first };
    loser.git(&["pull", "--quiet", "--rebase", "origin", "main"]).await.accepted();
    loser.push(&[]).await.accepted();
    assert_eq!(daemon.master.apps(), ["/first", "/one", "/second"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_over_a_local_path_is_held_to_the_same_rules() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let path = daemon.repo_path();
    person.write("apps/bad.json", "{ \"id\": \"/bad\", \"instnces\": 1 }");
    person.commit("bad").await;
    person.git(&["push", "--quiet", path.to_str().unwrap(), "main"]).await.refused("invalid");
    person.write_app("bad", 1);
    person.git(&["commit", "--quiet", "--all", "--amend", "-m", "good"]).await.accepted();
    person.git(&["push", "--quiet", "-o", "ship.wait=none", path.to_str().unwrap(), "main"]).await.accepted();
    assert_eq!(daemon.master.apps(), ["/bad", "/one"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_moved_by_hand_is_noticed() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    person.write_app("two", 1);
    let commit = person.commit("two").await;
    person.git(&["push", "--quiet", "origin", "main:aside"]).await.accepted();
    set_ref(&daemon.repo_path(), "main", &commit);
    daemon.until_at(&commit).await;
    assert_eq!(daemon.master.apps(), ["/one", "/two"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_commit_that_came_by_hand_is_shown_and_never_deploys() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let good = person.head().await;
    person.write("apps/two.json", "{");
    let bad = person.commit("broken").await;
    person.git(&["push", "--quiet", "origin", "main:aside"]).await.accepted();
    set_ref(&daemon.repo_path(), "main", &bad);
    let problem = daemon.until_problem(&bad[..10]).await;
    assert!(problem.contains("apps/two.json"), "{problem}");
    assert_eq!(daemon.git.view().commit.unwrap().id.as_str(), good);
    // A push that mends it is all that is needed.
    person.write_app("two", 1);
    let mended = person.commit("mended").await;
    person.push(&[]).await.accepted();
    daemon.until_at(&mended).await;
    assert_eq!(daemon.git.view().problem, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_hand_over_was_lost_is_taken_over_at_the_next_start() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let commit = person.head().await;
    daemon.shutdown.cancel();
    let copy = tempfile::tempdir().unwrap();
    person
        .git(&["clone", "--quiet", "--bare", "--no-local", ".", copy.path().join("repo.git").to_str().unwrap()])
        .await
        .accepted();
    let next = Daemon::over(copy, Arc::new(FakeMaster::quick()), |_| {}).await;
    next.until_at(&commit).await;
    assert_eq!(next.master.apps(), ["/one"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dumb_protocol_and_strangers_are_turned_away() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let http = reqwest::Client::new();
    let get = |path: &str| {
        let request = http.get(format!("{}{path}", daemon.url)).timeout(PATIENCE);
        async move { request.send().await.unwrap().status().as_u16() }
    };
    assert_eq!(get("/repo.git/info/refs").await, 403);
    assert_eq!(get("/repo.git/HEAD").await, 403);
    assert_eq!(get("/repo.git/config").await, 403);
    assert_eq!(get("/repo.git/info/refs?service=git-upload-archive").await, 403);
    let form = http.post(format!("{}/git-receive-pack", daemon.repo_url())).header("content-type", "text/plain");
    assert_eq!(form.body("0000").send().await.unwrap().status().as_u16(), 415);
    let dumb = person.command(&["ls-remote", "origin"]).env("GIT_SMART_HTTP", "0").output().await.unwrap();
    assert!(!dumb.status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn deep_data_directories_have_working_hooks() {
    let data = tempfile::tempdir().unwrap();
    let deep = data.path().join("d".repeat(120)).join("it's deep");
    std::fs::create_dir_all(&deep).unwrap();
    let daemon = Daemon::over(data, Arc::new(FakeMaster::quick()), |setup| setup.data = deep).await;
    let person = Person::new(&daemon).await;
    person.write("apps/web.json", app("web", 1));
    person.commit("web").await;
    person.push(&[]).await.accepted();
    assert_eq!(daemon.master.apps(), ["/web"]);
}
