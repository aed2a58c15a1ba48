//! Service ports that files leave open: chosen once, kept, freed.

use super::world::{World, secs};
use crate::cluster::{Cluster, Input};
use crate::fixture::{AppBuilder, app, commit, wanted};
use crate::model::{AppId, NetworkMode, PortRange};
use crate::plan::plan;

/// One port that is open, or claims a number.
fn web(id: &str, service_port: u16) -> AppBuilder {
    app(id).host_port(0).service_port(service_port)
}

fn on_the_host(id: &str) -> AppBuilder {
    let mut app = web(id, 0);
    app.0.run.network = NetworkMode::Host;
    app
}

#[test]
fn each_open_port_gets_a_number_of_its_own() {
    let mut world = World::new(&["a"]);
    world.push([web("a", 0).host_port(0), web("b", 10_001), web("c", 0)]);
    assert_eq!(world.view("a").service_ports, [10_000, 10_002], "lowest first, around what files claim");
    assert_eq!(world.view("b").service_ports, [10_001]);
    assert_eq!(world.view("c").service_ports, [10_003]);
}

#[test]
fn a_number_is_kept_over_changes_restarts_of_the_master_and_of_the_app() {
    let mut world = World::new(&["a"]);
    world.push([web("a", 0), web("b", 0)]);
    world.pass(secs(5));
    let launches = world.launches;
    world.push([web("b", 0)]);
    world.pass(secs(5));
    world.push([web("b", 0).label("a", "b")]);
    world.crash();
    world.join("a");
    world.pass(secs(5));
    assert_eq!(world.view("b").service_ports, [10_001]);
    assert_eq!(world.launches, launches, "and no task is replaced for it");
    world.push([web("b", 0).image("image:2").host_port(0)]);
    world.pass(secs(30));
    assert_eq!(world.view("b").service_ports, [10_001, 10_000], "what the app that went had is free again");
}

#[test]
fn a_port_that_goes_frees_its_number() {
    let mut world = World::new(&["a"]);
    world.push([web("a", 0).host_port(0)]);
    world.push([web("a", 0)]);
    world.push([web("a", 0), web("b", 0)]);
    assert_eq!(world.view("b").service_ports, [10_001]);
    world.push([web("a", 10_000), web("b", 0)]);
    assert_eq!(world.view("a").service_ports, [10_000], "an app may write down what it was given");
}

#[test]
fn a_number_that_a_file_claims_is_that_files() {
    let mut world = World::new(&["a"]);
    world.push([web("a", 0)]);
    let target = wanted([web("a", 0), web("b", 10_000)]);
    let warnings = plan(&world.cluster, &target, world.now).warnings;
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].app.as_str(), "/b");
    assert!(warnings[0].text.contains("chosen for /a"), "{}", warnings[0].text);
    world.push([web("a", 0), web("b", 10_000)]);
    assert_eq!(world.view("a").service_ports, [10_001]);
    assert_eq!(world.view("b").service_ports, [10_000]);
}

#[test]
fn an_app_that_stops_keeps_its_numbers_until_its_last_task_is_gone() {
    let mut world = World::new(&["a"]);
    world.push([web("a", 0)]);
    world.pass(secs(5));
    world.push([web("b", 0)]);
    assert!(world.has_app("a"), "its task is still to stop");
    assert_eq!(world.view("b").service_ports, [10_001]);
    world.pass(secs(30));
    assert!(!world.has_app("a"));
    world.push([web("b", 0), web("c", 0)]);
    assert_eq!(world.view("c").service_ports, [10_000]);
}

#[test]
fn a_range_that_is_used_up_is_warned_of() {
    let mut cluster = Cluster::new(1);
    cluster.choose_service_ports_from(PortRange { first: 9000, last: 9001 });
    let now = crate::model::Timestamp(0);
    let target = wanted([web("a", 0).host_port(0), web("b", 0)]);
    let told: Vec<String> = plan(&cluster, &target, now).warnings.into_iter().map(|warning| warning.text).collect();
    assert_eq!(told, ["no service port is left for it in 9000-9001"]);
    cluster.handle(now, Input::Desired { commit: commit("one"), wanted: target });
    let ports = |cluster: &Cluster, id: &str| {
        let record = cluster.app_record(&AppId::parse(id).unwrap()).unwrap().clone();
        record.service_ports_of(record.wanted().unwrap())
    };
    assert_eq!((ports(&cluster, "a"), ports(&cluster, "b")), (vec![9000, 9001], vec![0]));
    cluster.choose_service_ports_from(PortRange { first: 9000, last: 9002 });
    cluster.start(now);
    assert_eq!((ports(&cluster, "a"), ports(&cluster, "b")), (vec![9000, 9001], vec![9002]));
}

#[test]
fn a_task_on_the_hosts_network_is_told_the_number() {
    let mut world = World::new(&["a"]);
    world.push([on_the_host("a")]);
    world.deliver();
    let task = world.agents.values().flat_map(|machine| machine.containers.values()).next().expect("a task").clone();
    assert_eq!(task.env["PORT_10000"], task.env["PORT0"], "as if the file had said so (marathon-v2, section 4.4)");
}
