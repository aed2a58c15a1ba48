//! What the pushing terminal sees of a rollout, and that it only sees.

use crate::fake_master::FakeMaster;
use crate::support::{Daemon, PATIENCE, Person, Said};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use ship_core::cluster::{Happening, Outcome};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

async fn end_of(push: Child) -> Said {
    tokio::time::timeout(PATIENCE, push.wait_with_output()).await.expect("the push ends").unwrap().into()
}

async fn held() -> (Daemon, Person, String) {
    let daemon = Daemon::with_master(FakeMaster::held()).await;
    let person = Person::new(&daemon).await;
    person.write_app("web", 4);
    let commit = person.commit("web").await;
    (daemon, person, commit)
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_arrive_while_the_rollout_goes_on() {
    let (daemon, person, _) = held().await;
    let mut push = person.start_push();
    let mut lines = BufReader::new(push.stderr.take().unwrap()).lines();
    daemon.until_watched().await;
    daemon.master.tell(Some("/web"), Happening::RolloutProgress { ready: 1, wanted: 4, old: 0 });
    let seen = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains("1/4 ready") {
                return true;
            }
        }
        false
    };
    assert!(tokio::time::timeout(PATIENCE, seen).await.expect("a line while it runs"));
    daemon.master.end(Outcome::Failed, "/web: it keeps crashing");
    assert!(push.wait().await.unwrap().success(), "git push exits by acceptance");
    let mut last = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        last = if line.starts_with("remote: ") { line } else { last };
    }
    assert_eq!(last.trim_end(), "remote: error: deployment failed: /web: it keeps crashing");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_to_wait() {
    let (daemon, person, commit) = held().await;
    let said = person.push(&["ship.wait=none"]).await.accepted();
    assert!(said.remote().last().unwrap().starts_with("still running: "));
    daemon.until_at(&commit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_can_be_bounded() {
    let (daemon, person, commit) = held().await;
    let said = person.push(&["ship.wait=10ms"]).await.accepted();
    assert!(said.remote().last().unwrap().starts_with("still running: "));
    daemon.until_at(&commit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_terminal_ends_the_view_only() {
    let (daemon, person, commit) = held().await;
    let push = person.start_push();
    daemon.until_watched().await;
    killpg(Pid::from_raw(push.id().unwrap().try_into().unwrap()), Signal::SIGKILL).unwrap();
    end_of(push).await;
    tokio::time::timeout(PATIENCE, daemon.master.until_unwatched()).await.expect("the view ends");
    assert_eq!(daemon.tip("main").as_deref(), Some(commit.as_str()));
    assert_eq!(daemon.git.view().commit.unwrap().id.as_str(), commit);
    // No lock is left behind: the next push is taken.
    person.write_app("two", 1);
    person.commit("two").await;
    person.push(&["ship.wait=none"]).await.accepted();
    assert_eq!(daemon.master.apps(), ["/two", "/web"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_stops_says_so() {
    let (daemon, person, _) = held().await;
    let push = person.start_push();
    daemon.until_watched().await;
    daemon.shutdown.cancel();
    let said = end_of(push).await.accepted();
    assert_eq!(said.remote().last().unwrap(), "still running: shipd is stopping and will go on when it is back");
}
