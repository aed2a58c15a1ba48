//! Instances with data of their own.

use super::world::{World, secs};
use crate::cluster::{Input, What};
use crate::fixture::{AppBuilder, agent, app};
use crate::model::{AgentId, AppId, Scalar, VolumeId};
use std::collections::BTreeSet;

fn db() -> AppBuilder {
    app("db").instances(2).keeps_data(1000)
}

/// Agents of 4 cpus.
fn running(apps: AppBuilder) -> World {
    let mut world = World::new(&["a", "b", "c"]);
    world.push([apps]);
    world.pass(secs(60));
    world
}

fn hosts(world: &World) -> Vec<String> {
    let mut hosts: Vec<String> = world.view("db").tasks.into_iter().map(|task| task.host).collect();
    hosts.sort();
    hosts
}

/// The names of volumes, by host.
fn data(world: &World) -> BTreeSet<(String, String)> {
    let of = |(id, machine): (&AgentId, &super::world::Machine)| {
        machine.data.iter().map(|name| (id.to_string(), name.clone())).collect::<Vec<_>>()
    };
    world.agents.iter().flat_map(of).collect()
}

fn volumes(world: &World) -> Vec<VolumeId> {
    world.cluster.volume_views().into_iter().map(|volume| volume.id).collect()
}

#[test]
fn a_crashed_task_comes_back_to_its_data() {
    let mut world = running(db());
    let (before, at) = (data(&world), hosts(&world));
    assert_eq!(before.len(), 2);
    for _ in 0..3 {
        let task = world.tasks("db")[0].clone();
        world.exit(&task, 1);
        world.pass(secs(300));
        assert_eq!((data(&world), hosts(&world)), (before.clone(), at.clone()));
    }
}

#[test]
fn an_upgrade_stops_first_and_starts_beside_the_data() {
    let mut world = running(db());
    let (before, at) = (data(&world), hosts(&world));
    world.push([db().image("image:2")]);
    world.pass(secs(300));
    assert_eq!((data(&world), hosts(&world), world.view("db").old), (before, at, 0));
}

#[test]
fn fewer_instances_keep_the_data_for_later() {
    let mut world = running(db());
    let before = data(&world);
    world.push([db().instances(0)]);
    world.pass(secs(60));
    assert_eq!((hosts(&world).len(), data(&world)), (0, before.clone()));
    world.push([db()]);
    world.pass(secs(60));
    assert_eq!((hosts(&world).len(), data(&world)), (2, before));
}

#[test]
fn a_removed_app_leaves_its_data_and_finds_it_again() {
    let mut world = running(db());
    let before = data(&world);
    world.push([]);
    world.pass(secs(60));
    world.crash();
    ["a", "b", "c"].into_iter().for_each(|id| world.join(id));
    assert_eq!((data(&world), volumes(&world).len()), (before.clone(), 2));
    world.push([db()]);
    world.pass(secs(60));
    assert_eq!((hosts(&world).len(), data(&world)), (2, before));
}

#[test]
fn it_waits_for_an_agent_that_is_away_and_says_so() {
    let mut world = running(db());
    let host = hosts(&world)[0].clone();
    world.push([db().instances(0)]);
    world.pass(secs(60));
    world.cut(&host);
    world.push([db()]);
    world.pass(secs(60));
    assert_eq!(hosts(&world).len(), 1);
    let why = world.cluster.why(&AppId::parse("/db").expect("an id"), world.now).expect("the app is there");
    assert!(matches!(&why.causes[0].what, What::Data { host: at, .. } if *at == host), "{why:?}");
    let reason = world.view("db").reason.expect("a reason");
    assert_eq!(reason, format!("its data is on {host}: not connected"));
    world.join(&host);
    world.pass(secs(60));
    assert_eq!(hosts(&world).len(), 2);
}

#[test]
fn what_it_needs_stays_reserved() {
    let mut world = World::new(&["a"]);
    let large = || app("db").cpus(3.0).keeps_data(1000);
    world.push([large()]);
    world.pass(secs(60));
    world.push([large().instances(0), app("web").cpus(2.0)]);
    world.pass(secs(60));
    assert_eq!(world.view("web").running, 0, "it would stand in the way");
    world.push([large(), app("web").cpus(2.0)]);
    world.pass(secs(60));
    assert_eq!((world.view("db").running, world.view("web").running), (1, 0));
}

#[test]
fn an_agent_that_is_emptied_keeps_it_until_the_deadline() {
    let mut world = running(db());
    let id = AgentId::new(hosts(&world)[0].as_str());
    let at = hosts(&world);
    world.feed(Input::Drain { agents: vec![id.clone()], deadline: None });
    world.pass(secs(3600));
    assert_eq!(hosts(&world), at);
    let deadline = Some(world.now + secs(60));
    world.feed(Input::Drain { agents: vec![id.clone()], deadline });
    world.pass(secs(3600));
    assert_eq!(hosts(&world).len(), 1);
    world.feed(Input::Undrain { agent: id });
    world.pass(secs(60));
    assert_eq!(hosts(&world), at);
}

#[test]
fn only_a_wipe_frees_it_and_the_instance_begins_anew() {
    let mut world = running(db());
    let before = data(&world);
    let id = volumes(&world)[0].clone();
    world.feed(Input::Wipe { volume: id.clone() });
    world.pass(secs(60));
    assert!(!volumes(&world).contains(&id));
    assert_eq!((hosts(&world).len(), data(&world).len()), (2, 2));
    assert_ne!(data(&world), before);
}

#[test]
fn a_wipe_of_what_is_away_replaces_it_now_and_removes_the_data_later() {
    let mut world = running(db());
    let host = hosts(&world)[0].clone();
    let mut on = world.cluster.volume_views().into_iter();
    let volume = on.find(|volume| volume.host == host).expect("it has one").id;
    world.cut(&host);
    world.feed(Input::Wipe { volume: volume.clone() });
    world.pass(secs(60));
    assert_eq!(world.view("db").running, 2, "elsewhere");
    assert!(volumes(&world).contains(&volume));
    world.crash();
    ["a", "b", "c"].into_iter().for_each(|id| world.join(id));
    world.pass(secs(60));
    assert!(!volumes(&world).contains(&volume));
    assert_eq!((data(&world).len(), world.view("db").running), (2, 2));
}

#[test]
fn its_size_counts_as_disk() {
    let mut info = agent("a");
    info.resources.disk = Scalar::whole(1500);
    let mut world = World::new(&["a"]);
    world.feed(Input::AgentChanged { info });
    world.push([db()]);
    world.pass(secs(60));
    assert_eq!(world.view("db").running, 1);
}
