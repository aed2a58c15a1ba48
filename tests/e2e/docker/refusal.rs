//! A push that is refused says where and why, and changes nothing.

use super::apps::idler;
use crate::support::Cluster;

const FILE: &str = "apps/steady.json";

#[test]
fn a_bad_file_is_refused_with_its_place_and_nothing_changes() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    let good = checkout.write(FILE, &idler("steady", 1).text()).commit("Add steady");
    checkout.push().ok();
    let before = cluster.containers("/steady");

    let bad = idler("steady", 2).text().replace("\"instances\"", "\"instancs\"");
    checkout.write(FILE, &bad).commit("Mistype");
    let refused = checkout.push().code(1);
    let said = refused.says(&["apps/steady.json:", "instancs", "instances", "refused (invalid): nothing was changed"]);
    assert!(said.stderr.contains('^'), "a caret points at the mistake:\n{}", said.stderr);

    let remote = checkout.git(&["ls-remote", "origin", "refs/heads/main"]).ok().stdout;
    assert!(remote.starts_with(&good), "the branch did not move: {remote}");
    assert_eq!(cluster.containers("/steady"), before);
}
