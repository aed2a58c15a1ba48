//! What is told of a task from its launch to its end, and what of its record goes with it.

use super::world::{World, secs};
use crate::cluster::{AGENT_TIMEOUT, Ending, Event, Happening, TaskPhase};
use crate::fixture::app;

/// The name of what happened to a task, and how far its record says that it is.
fn told(event: &Event) -> Option<(&'static str, &'static str)> {
    let what = match &event.what {
        Happening::TaskLaunched { .. } => "launched",
        Happening::TaskRunning { .. } => "running",
        Happening::TaskFailed { how: Ending::Finished, .. } => "finished",
        Happening::TaskFailed { how: Ending::Failed, .. } => "failed",
        Happening::TaskStopping { .. } => "stopping",
        Happening::TaskStopped { .. } => "stopped",
        Happening::TaskUnreachable { .. } => "unreachable",
        Happening::TaskReturned { .. } => "returned",
        Happening::TaskForgotten { .. } => "forgotten",
        Happening::StrangerEnded { .. } => return Some(("stranger ended", "")),
        _ => return None,
    };
    let phase = match event.task.as_ref().expect("its record goes with it").phase {
        TaskPhase::Staging => "staging",
        TaskPhase::Running { .. } => "running",
        TaskPhase::Killing { .. } => "killing",
    };
    Some((what, phase))
}

impl World {
    fn tell(&mut self) -> Vec<(&'static str, &'static str)> {
        self.events.drain(..).collect::<Vec<_>>().iter().filter_map(told).collect()
    }
}

#[test]
fn a_life_from_launch_to_stop() {
    let mut world = World::new(&["a"]);
    world.push([app("web")]);
    world.pass(secs(2));
    assert_eq!(world.tell(), [("launched", "staging"), ("running", "running")]);
    let task = world.tasks("web").remove(0);
    world.exit(&task, 0);
    assert_eq!(world.tell(), [("finished", "running")]);
    world.pass(secs(5));
    world.tell();
    world.push([]);
    world.deliver();
    assert_eq!(world.tell(), [("stopping", "running"), ("stopped", "killing")]);
}

#[test]
fn out_of_reach_and_back_is_told_once_each() {
    let mut world = World::new(&["a"]);
    world.push([app("web")]);
    world.pass(secs(2));
    world.tell();
    world.cut("a");
    world.pass(AGENT_TIMEOUT - secs(1));
    assert_eq!(world.tell(), []);
    world.pass(AGENT_TIMEOUT * 3);
    assert_eq!(world.tell(), [("unreachable", "running")]);
    world.join("a");
    world.pass(secs(2));
    assert_eq!(world.tell(), [("returned", "running")]);
}

#[test]
fn a_short_break_of_the_link_is_no_news_of_a_task() {
    let mut world = World::new(&["a"]);
    world.push([app("web")]);
    world.pass(secs(2));
    world.tell();
    world.cut("a");
    world.pass(AGENT_TIMEOUT - secs(1));
    world.join("a");
    world.pass(AGENT_TIMEOUT * 2);
    assert_eq!(world.tell(), []);
}

#[test]
fn what_was_given_up_is_a_stranger_when_it_is_back() {
    let mut world = World::new(&["a"]);
    world.push([app("web")]);
    world.pass(secs(2));
    world.tell();
    world.cut("a");
    world.pass(AGENT_TIMEOUT + secs(1));
    world.push([]);
    world.pass(secs(1));
    assert_eq!(world.tell(), [("unreachable", "running"), ("forgotten", "running")]);
    world.join("a");
    world.deliver();
    assert_eq!(world.tell(), [("stranger ended", "")]);
}
