//! Machines that go away and come back, and masters that die.

use super::world::{World, secs};
use crate::cluster::{AGENT_TIMEOUT, Event, Happening, Input, Outcome};
use crate::fixture::{agent, app};
use crate::model::{AgentId, Attribute, TaskId, TaskSpec};

#[test]
fn tasks_of_a_lost_agent_are_replaced_elsewhere() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(4)]);
    world.pass(secs(2));
    world.cut("a");
    world.pass(AGENT_TIMEOUT - secs(1));
    assert_eq!(world.view("web").tasks.len(), 4, "it may come back");
    world.pass(secs(2));
    assert_eq!(world.view("web").tasks.iter().filter(|task| task.host == "b").count(), 4);
}

#[test]
fn what_an_agent_offers_may_change_while_its_tasks_go_on() {
    let mut world = World::new(&["a"]);
    world.push([app("web").constraint(&["rack", "LIKE", "a"]), app("next").constraint(&["rack", "LIKE", "b"])]);
    world.pass(secs(3));
    let before = world.tasks("web");
    assert_eq!((before.len(), world.tasks("next").len()), (1, 0));
    let mut info = agent("a");
    info.attributes.insert("rack".into(), Attribute::Text("b".into()));
    world.feed(Input::AgentChanged { info });
    world.pass(secs(3));
    assert_eq!((world.tasks("web"), world.tasks("next").len()), (before, 1));
    let told = |event: &Event| matches!(&event.what, Happening::AgentChanged { what, .. } if what == "attributes");
    assert!(world.events.iter().any(told));
}

#[test]
fn images_that_come_and_go_are_noted_and_stir_nothing() {
    let mut world = World::new(&["a"]);
    world.push([app("web").constraint(&["rack", "LIKE", "nowhere"])]);
    world.pass(secs(3));
    let told = world.events.len();
    let mut info = agent("a");
    info.images.insert("nginx:latest".into());
    world.feed(Input::AgentChanged { info });
    assert_eq!(world.events.len(), told);
    let seen = world.cluster.connected().flat_map(|info| info.images.iter().cloned()).collect::<Vec<_>>();
    assert_eq!(seen, ["nginx:latest"]);
}

#[test]
fn a_lost_group_is_no_group() {
    let mut world = World::new(&["a", "b", "c"]);
    world.push([app("web").instances(12).constraint(&["hostname", "GROUP_BY"])]);
    world.pass(secs(2));
    world.cut("a");
    world.pass(AGENT_TIMEOUT * 2);
    let on = |host: &str| world.view("web").tasks.iter().filter(|task| task.host == host).count();
    assert_eq!((on("b"), on("c")), (6, 6));
}

#[test]
fn an_app_that_misses_tasks_and_room_tells_of_both() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(2).constraint(&["hostname", "UNIQUE"])]);
    world.pass(secs(2));
    world.cut("a");
    world.pass(AGENT_TIMEOUT * 2);
    let view = world.view("web");
    let reason = view.reason.unwrap_or_default();
    assert!(reason.starts_with("no word from a; 1 task fits nowhere: "), "{reason}");
}

#[test]
fn an_agent_that_returns_in_time_keeps_its_tasks() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(4)]);
    world.pass(secs(2));
    let before = world.tasks("web");
    world.cut("a");
    world.pass(AGENT_TIMEOUT / 2);
    world.join("a");
    world.pass(secs(60));
    assert_eq!(world.tasks("web"), before);
}

#[test]
fn an_agent_that_returns_late_brings_a_surplus_which_is_stopped() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(4).unreachable(0, 3600)]);
    world.pass(secs(2));
    let before = world.tasks("web");
    world.cut("a");
    world.pass(AGENT_TIMEOUT * 2);
    world.join("a");
    world.pass(secs(5));
    assert_eq!(world.tasks("web"), before, "the youngest go");
    let running: usize = world.agents.values().map(|machine| machine.containers.len()).sum();
    assert_eq!(running, 4);
}

#[test]
fn an_agent_that_returns_after_its_tasks_were_forgotten_stops_them() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(4).unreachable(0, 60)]);
    world.pass(secs(2));
    world.cut("a");
    world.pass(secs(61));
    let replaced = world.tasks("web");
    assert_eq!(replaced.len(), 4, "two were forgotten");
    world.join("a");
    world.pass(secs(5));
    assert_eq!(world.tasks("web"), replaced);
    assert!(world.agents[&AgentId::new("a")].containers.is_empty());
}

#[test]
fn tasks_that_nothing_replaced_are_never_forgotten() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(2)]);
    world.pass(secs(2));
    let before = world.tasks("web");
    world.cut("a");
    world.pass(secs(3600));
    world.join("a");
    world.pass(secs(5));
    assert_eq!(world.tasks("web"), before);
}

#[test]
fn an_agent_gets_no_tasks_while_it_still_stops_others() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").host_port(31000).constraint(&["hostname", "LIKE", "a|b"])]);
    world.pass(secs(2));
    world.cut("a");
    world.pass(secs(30));
    world.join("a");
    world.push([app("web").host_port(31000).instances(2)]);
    assert_eq!(world.view("web").tasks.len(), 1, "its port may still be taken there");
    world.pass(secs(2));
    assert_eq!(world.view("web").running, 2);
}

#[test]
fn a_restarted_master_finds_its_tasks_again() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(4)]);
    world.pass(secs(2));
    let (before, launches) = (world.tasks("web"), world.launches);
    world.crash();
    world.join("a");
    world.join("b");
    world.pass(secs(60));
    assert_eq!(world.tasks("web"), before);
    assert_eq!(world.launches, launches);
}

#[test]
fn a_rollout_cut_short_by_a_crash_goes_on() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(4)]);
    world.pass(secs(2));
    let deployment = world.push([app("web").instances(4).image("image:2")]);
    world.deliver_one(&AgentId::new("a"));
    world.crash();
    world.join("a");
    world.join("b");
    world.pass(secs(5));
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
    assert_eq!((world.view("web").running, world.view("web").old), (4, 0));
}

#[test]
fn a_task_that_vanished_while_the_master_was_away_is_replaced() {
    let mut world = World::new(&["a"]);
    world.push([app("web")]);
    world.pass(secs(2));
    let before = world.tasks("web");
    world.crash();
    world.agents.get_mut(&AgentId::new("a")).expect("known").containers.clear();
    world.join("a");
    world.pass(secs(5));
    assert_eq!(world.view("web").running, 1);
    assert_ne!(world.tasks("web"), before);
}

#[test]
fn a_container_that_is_not_ours_any_more_is_stopped() {
    let mut world = World::new(&["a"]);
    world.push([app("web")]);
    world.pass(secs(2));
    world.cut("a");
    let machine = world.agents.get_mut(&AgentId::new("a")).expect("known");
    let known: TaskSpec = machine.containers.values().next().expect("one task").clone();
    let stray = TaskSpec { id: TaskId::new("stray"), ..known };
    machine.containers.insert(stray.id.clone(), stray);
    world.join("a");
    world.pass(secs(2));
    let left: Vec<&TaskId> = world.agents[&AgentId::new("a")].containers.keys().collect();
    assert_eq!(left.len(), 1);
    assert_ne!(left[0].as_str(), "stray");
}

#[test]
fn tasks_of_a_dead_engine_are_unknown_not_lost() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(2)]);
    world.pass(secs(2));
    let before = world.tasks("web");
    world.engine_down("a");
    world.pass(secs(600));
    assert_eq!(world.tasks("web"), before);
    assert!(world.view("web").tasks.iter().any(|task| task.state == "unknown"));
    world.engine_up("a");
    world.pass(secs(5));
    assert_eq!(world.tasks("web"), before);
    assert!(world.view("web").tasks.iter().all(|task| task.state == "running"));
}

#[test]
fn nothing_is_launched_on_a_dead_engine() {
    let mut world = World::new(&["a"]);
    world.engine_down("a");
    world.push([app("web")]);
    world.pass(secs(5));
    let reason = world.view("web").reason.expect("a reason");
    assert!(reason.contains("Docker Engine does not answer"), "{reason}");
    world.engine_up("a");
    world.pass(secs(2));
    assert_eq!(world.view("web").running, 1);
}

#[test]
fn a_removed_app_is_forgotten_though_its_agent_is_gone() {
    let mut world = World::new(&["a"]);
    world.push([app("web")]);
    world.pass(secs(2));
    world.cut("a");
    let deployment = world.push([]);
    world.pass(AGENT_TIMEOUT * 2);
    assert!(!world.has_app("web"));
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
    world.join("a");
    world.pass(secs(2));
    assert!(world.agents[&AgentId::new("a")].containers.is_empty(), "and stopped when it returns");
}
