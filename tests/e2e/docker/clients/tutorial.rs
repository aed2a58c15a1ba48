//! The commands that Marathon's users have in their fingers: curl and jq, in `tests/marathon/tutorial`.

use super::cluster;
use crate::support::{Running, script};
use std::process::Command;

#[test]
#[expect(clippy::print_stdout, reason = "the commands and what was found in their answers")]
fn its_commands_get_the_answers_that_it_shows() {
    let cluster = cluster();
    let mut tutorial = Command::new(script("tutorial"));
    tutorial.env("SHIP_URL", cluster.master.ready("http").trim_end_matches('/'));
    let finished = Running::start(&mut tutorial).finish().ok();
    println!("{}", finished.stdout);
}
