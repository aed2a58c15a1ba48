//! Into tasks: what they print, what is in their sandboxes, commands in their containers, on the real engine.

use super::apps::idler;
use crate::support::Cluster;

const NOTES: &str = "echo hello; echo noted > $MESOS_SANDBOX/notes; trap exit TERM; sleep 3600 & wait";

#[test]
fn a_task_can_be_read_and_entered() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write("apps/two.json", &idler("two", 2).with("cmd", NOTES.into()).text()).commit("Add two");
    checkout.push().ok();

    let logs = cluster.shipctl(&["logs", "two", "--since", "1h", "--timestamps"]).ok().stdout;
    assert_eq!(logs.matches("| hello").count(), 2, "{logs}");
    assert!(logs.lines().all(|line| line.contains("Z |")), "each line has its moment: {logs}");

    let files = cluster.shipctl(&["files", "two"]).ok();
    assert!(files.stdout.contains("notes"), "{}", files.stdout);
    assert_eq!(cluster.shipctl(&["files", "two", "/notes"]).ok().stdout, "noted\n");
    assert_eq!(
        cluster.shipctl(&["files", "two", "notes", "--offset", "2", "--length", "3"]).ok().stdout.trim_end(),
        "ted"
    );
    cluster.shipctl(&["files", "two", "../../join-token"]).code(3).says(&["leads out of the sandbox"]);

    let shell = |line: &str| cluster.shipctl(&["exec", "two", "--", "/bin/sh", "-c", line]);
    let run = shell("cat $MESOS_SANDBOX/notes; echo oops >&2; exit 7").code(7).says(&["in task", "oops"]);
    assert_eq!(run.stdout, "noted\n");
    shell("ln -s /etc/passwd $MESOS_SANDBOX/link").ok();
    cluster.shipctl(&["files", "two", "link"]).code(3).says(&["leads out of the sandbox"]);
}
