//! marathon-python: the tests in `tests/marathon/python`, each file with a cluster of its own.

use super::cluster;
use crate::support::{Running, client, script};
use std::time::Duration;

/// For all tests of a file.
const PATIENCE: Duration = Duration::from_secs(200);

#[test]
fn apps() {
    passes("test_apps.py");
}

#[test]
fn changes() {
    passes("test_changes.py");
}

#[test]
fn deployments() {
    passes("test_deployments.py");
}

#[test]
fn events() {
    passes("test_events.py");
}

#[test]
fn groups() {
    passes("test_groups.py");
}

#[test]
fn server() {
    passes("test_server.py");
}

#[test]
fn tasks() {
    passes("test_tasks.py");
}

#[track_caller]
#[expect(clippy::print_stdout, reason = "the table of what passed is what one wants to see of this test")]
fn passes(file: &str) {
    let cluster = cluster();
    let mut pytest = client("venv/bin/python");
    pytest.args(["-B", "-m", "pytest", "-p", "no:cacheprovider", "--verbose", "--color=no"]).arg(file);
    // The environment's other plugins have no part in this.
    pytest.env("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1").env("SHIP_URL", cluster.master.ready("http"));
    let finished = Running::start(pytest.current_dir(script("python"))).within(PATIENCE).finish().ok();
    println!("{}", finished.stdout);
}
