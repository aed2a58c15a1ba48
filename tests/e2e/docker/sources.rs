//! A daemon that follows a repository on its disk instead of hosting one.

use super::apps::idler;
use crate::support::{Checkout, Cluster};
use tempfile::TempDir;

const FILE: &str = "apps/steady.json";

#[test]
fn a_commit_in_a_watched_repository_deploys_and_a_broken_one_changes_nothing() {
    let folder = TempDir::with_prefix("ship-e2e-").expect("a temporary folder can be made");
    let repo = Checkout::init(&folder.path().join("watched"));
    repo.write(FILE, &idler("steady", 1).text()).commit("Add steady");
    let cluster = Cluster::start_with(&["--repo", repo.path()]);
    let first = cluster.await_running("/steady", 1);

    repo.write(FILE, "{").commit("Break the file");
    repo.write(FILE, &idler("steady", 3).text()).commit("Mend it, and scale");
    let all = cluster.await_running("/steady", 3);
    assert_eq!(all[..1], first);

    cluster.shipctl(&["scale", "steady", "2"]).code(7).says(&[repo.path(), "does not write to"]);
    assert_eq!(cluster.running("/steady"), all);
}
