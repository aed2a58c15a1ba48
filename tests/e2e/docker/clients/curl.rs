//! What Marathon's users have in their fingers and in their scripts: curl and jq.

use super::cluster;
use crate::support::{Running, script};
use std::process::Command;

#[test]
fn the_tutorials_commands_get_the_answers_that_it_shows() {
    passes("tutorial");
}

#[test]
fn forms_of_older_versions_are_understood() {
    passes("old-forms");
}

#[track_caller]
#[expect(clippy::print_stdout, reason = "the commands and what was found in their answers")]
fn passes(name: &str) {
    let cluster = cluster();
    let mut script = Command::new(script(name));
    script.env("SHIP_URL", cluster.master.ready("http").trim_end_matches('/'));
    let finished = Running::start(&mut script).finish().ok();
    println!("{}", finished.stdout);
}
