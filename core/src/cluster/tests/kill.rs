//! Tasks that somebody wants stopped, and versions that a commit says.

use super::world::{World, secs};
use crate::cluster::{Changed, Commit, Input};
use crate::fixture::{app, commit, wanted};
use crate::model::{AppId, TaskId, Timestamp, Version};

fn id() -> AppId {
    AppId::parse("/web").expect("an id")
}

/// `/web` with four tasks, all of them up.
fn four() -> (World, Vec<TaskId>) {
    let mut world = World::new(&["a", "b"]);
    world.push([app("/web").instances(4)]);
    world.pass(secs(10));
    let tasks = world.tasks("/web");
    assert_eq!(tasks.len(), 4);
    (world, tasks)
}

#[test]
fn a_killed_task_is_replaced_without_a_pause() {
    let (mut world, tasks) = four();
    world.feed(Input::Kill { tasks: vec![tasks[1].clone(), TaskId::new("nobody's")] });
    world.deliver();
    let after = world.tasks("/web");
    assert_eq!(after.len(), 4);
    assert!(!after.contains(&tasks[1]));
    assert!(world.cluster.app_record(&id()).is_some_and(|record| record.last_failure.is_none()));
}

#[test]
fn with_a_smaller_number_wanted_the_named_ones_go() {
    let (mut world, tasks) = four();
    let commit = commit("smaller");
    let inputs = [
        Input::Kill { tasks: vec![tasks[0].clone(), tasks[2].clone()] },
        Input::Desired { commit, wanted: wanted([app("/web").instances(2)]) },
    ];
    world.feed_all(inputs);
    world.pass(secs(10));
    assert_eq!(world.tasks("/web"), [tasks[1].clone(), tasks[3].clone()]);
}

#[test]
fn a_commit_says_its_version_within_reason() {
    let (mut world, _) = four();
    let mut desire = |name: &str, said: Option<u64>, instances| {
        let version = said.map(|said| Version(Timestamp(said)));
        let commit = Commit { version, ..commit(name) };
        world.feed(Input::Desired { commit, wanted: wanted([app("/web").instances(instances)]) });
        let record = world.cluster.app_record(&id()).expect("an app");
        (record.wanted_version().0.0, record.changed, world.now.0)
    };
    let (first, changed, now) = desire("now", None, 3);
    assert_eq!((first, changed.scaling.0.0), (now, now));
    assert!(changed.config < changed.scaling);
    assert_eq!(desire("past", Some(first - 5), 2).0, first + 1, "it rises");
    assert_eq!(desire("future", Some(now + 60_000), 1).0, first + 2, "and does not run ahead");
    assert_eq!(desire("kept", Some(first + 3), 4).0, first + 3);
    world.pass(secs(60));
    let later = world.now.0 - 7;
    let version = Some(Version(Timestamp(later)));
    world.feed(Input::Desired {
        commit: Commit { version, ..commit("said") },
        wanted: wanted([app("/web").image("image:2")]),
    });
    let changed = world.cluster.app_record(&id()).expect("an app").changed;
    assert_eq!(changed, Changed { scaling: Version(Timestamp(later)), config: Version(Timestamp(later)) });
}
