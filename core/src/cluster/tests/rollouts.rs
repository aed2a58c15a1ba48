//! One app: started, replaced, scaled, stopped, tried again.

use super::world::{World, secs};
use crate::cluster::Outcome;
use crate::fixture::app;
use crate::model::TaskStatus;

#[test]
fn a_new_app_is_up_when_all_instances_ran_for_the_settling_time() {
    let mut world = World::new(&["a"]);
    let deployment = world.push([app("web").instances(3)]);
    world.deliver();
    assert_eq!(world.view("web").running, 3);
    world.pass(secs(1));
    assert_eq!((world.outcome(&deployment), world.view("web").state.as_str()), (Outcome::Running, "rolling out"));
    world.pass(secs(1));
    assert_eq!((world.outcome(&deployment), world.view("web").state.as_str()), (Outcome::Succeeded, "running"));
}

#[test]
fn health_checks_decide_where_there_are_any() {
    let mut world = World::new(&["a"]);
    let deployment = world.push([app("web").checked()]);
    world.pass(secs(60));
    assert_eq!(world.outcome(&deployment), Outcome::Running);
    let task = world.tasks("web").remove(0);
    world.report(&task, TaskStatus::Health { healthy: true, cause: None });
    assert_eq!(world.outcome(&deployment), Outcome::Running, "it must stay so for a while");
    world.pass(secs(2));
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
    assert_eq!(world.view("web").healthy, 1);
}

#[test]
fn an_unhealthy_task_is_replaced_by_another() {
    let mut world = World::new(&["a"]);
    world.push([app("web").checked()]);
    world.pass(secs(1));
    let task = world.tasks("web").remove(0);
    world.report(&task, TaskStatus::Health { healthy: true, cause: None });
    world.report(&task, TaskStatus::Health { healthy: false, cause: Some("HTTP 503".into()) });
    world.pass(secs(5));
    assert_ne!(world.tasks("web"), vec![task]);
}

#[test]
fn a_restart_keeps_the_promised_capacity_at_every_step() {
    for (min, over) in [(1.0, 1.0), (1.0, 0.0), (0.5, 0.0), (0.75, 0.25), (0.0, 0.0), (0.5, 0.5)] {
        let mut world = World::new(&["a", "b"]);
        world.push([app("web").instances(4).upgrade(min, over)]);
        world.pass(secs(2));
        let deployment = world.push([app("web").instances(4).upgrade(min, over).image("image:2")]);
        let least = (4.0 * min).ceil() as u32;
        let most = ((4.0 * (1.0 + over)).floor() as usize).max(if min == 1.0 && over == 0.0 { 5 } else { 4 });
        while world.step() {
            let view = world.view("web");
            assert!(view.running >= least, "{min}/{over}: {} running", view.running);
            assert!(view.tasks.len() <= most, "{min}/{over}: {} tasks", view.tasks.len());
        }
        assert_eq!(world.outcome(&deployment), Outcome::Succeeded, "{min}/{over}");
        assert_eq!((world.view("web").running, world.view("web").old), (4, 0), "{min}/{over}");
    }
}

#[test]
fn what_nothing_checks_must_hold_out_before_anything_old_is_stopped() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(3).upgrade(1.0, 0.5)]);
    world.pass(secs(5));
    let before = world.tasks("web");
    let deployment = world.push([app("web").instances(3).upgrade(1.0, 0.5).image("image:2")]);
    for _ in 0..20 {
        world.pass(secs(1));
        let broken: Vec<_> = world.tasks("web").into_iter().filter(|task| !before.contains(task)).collect();
        broken.iter().for_each(|task| world.exit(task, 1));
    }
    assert_eq!((world.outcome(&deployment), world.tasks("web")), (Outcome::Running, before));
}

#[test]
fn what_nothing_checks_any_more_has_to_hold_out_as_well() {
    let mut world = World::new(&["a"]);
    world.push([app("web").checked()]);
    world.deliver();
    let deployment = world.push([app("web")]);
    let task = world.tasks("web").remove(0);
    world.report(&task, TaskStatus::Health { healthy: true, cause: None });
    assert_eq!(world.outcome(&deployment), Outcome::Running, "a verdict that was on its way is none any more");
    world.pass(secs(2));
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
}

#[test]
fn what_failed_before_is_no_reason_of_another_version() {
    let mut world = World::new(&["a"]);
    world.push([app("web").checked()]);
    world.deliver();
    let task = world.tasks("web").remove(0);
    world.exit(&task, 1);
    world.pass(secs(2));
    assert_eq!(world.view("web").reason.as_deref(), Some("a: exited with code 1"));
    world.push([app("web").checked().image("image:2")]);
    world.pass(secs(2));
    assert_eq!((world.view("web").state.as_str(), world.view("web").reason), ("rolling out", None));
}

#[test]
fn an_image_that_cannot_be_pulled_leaves_the_old_tasks_alone() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(2)]);
    world.pass(secs(2));
    let before = world.tasks("web");
    world.bad_images.push("image:2".into());
    let deployment = world.push([app("web").instances(2).image("image:2")]);
    world.pass(secs(30));
    let view = world.view("web");
    assert!(before.iter().all(|task| view.tasks.iter().any(|seen| seen.id == *task && seen.state == "running")));
    assert!(view.reason.expect("a reason").contains("no such image: image:2"));
    world.pass(secs(300));
    assert_eq!(world.outcome(&deployment), Outcome::Failed);
    assert!(before.iter().all(|task| world.tasks("web").contains(task)));
}

#[test]
fn attempts_at_a_broken_image_slow_down() {
    let mut world = World::new(&["a"]);
    world.bad_images.push("image:1".into());
    world.push([app("web")]);
    world.pass(secs(20));
    let early = world.launches;
    world.pass(secs(20));
    let late = world.launches - early;
    assert!(early > late && late >= 2, "{early} attempts, then {late}");
}

#[test]
fn while_all_attempts_fail_one_at_a_time_is_made() {
    let mut world = World::new(&["a"]);
    world.bad_images.push("image:1".into());
    world.push([app("web").instances(10)]);
    world.deliver();
    let first = world.launches;
    world.pass(secs(1));
    assert_eq!((first, world.launches), (10, 10), "all ten failed, and all wait");
    world.pass(secs(6));
    assert_eq!(world.launches, 11);
    world.bad_images.clear();
    world.pass(secs(60));
    assert_eq!(world.view("web").running, 10);
}

#[test]
fn a_crashed_task_is_replaced_after_its_backoff() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(2)]);
    world.pass(secs(2));
    let task = world.tasks("web").remove(0);
    world.exit(&task, 1);
    assert_eq!(world.view("web").tasks.len(), 1);
    world.pass(secs(1));
    assert_eq!(world.view("web").running, 2);
    assert!(!world.tasks("web").contains(&task));
}

#[test]
fn scaling_down_stops_the_youngest() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(2)]);
    world.pass(secs(2));
    let old = world.tasks("web");
    world.push([app("web").instances(4)]);
    world.pass(secs(2));
    world.push([app("web").instances(2)]);
    world.pass(secs(2));
    assert_eq!(world.tasks("web"), old);
}

#[test]
fn labels_and_checks_change_in_place() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(2)]);
    world.pass(secs(2));
    let before = world.tasks("web");
    let deployment = world.push([app("web").instances(2).label("team", "shop").upgrade(0.5, 0.5)]);
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
    world.pass(secs(60));
    assert_eq!(world.tasks("web"), before);
}

#[test]
fn tasks_learn_of_new_health_checks_without_a_restart() {
    let mut world = World::new(&["a"]);
    world.push([app("web")]);
    world.pass(secs(2));
    let task = world.tasks("web").remove(0);
    world.push([app("web").checked()]);
    world.pass(secs(2));
    assert_eq!(world.rechecked, [(task.clone(), 1)]);
    assert_eq!(world.view("web").healthy, 0);
    world.report(&task, TaskStatus::Health { healthy: true, cause: None });
    assert_eq!(world.view("web").healthy, 1);
    world.rechecked.clear();
    world.cut("a");
    world.join("a");
    assert_eq!(world.rechecked, [(task, 1)], "its container still has the checks of its start");
}

#[test]
fn a_constraint_moves_only_the_tasks_that_break_it() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(2)]);
    world.pass(secs(2));
    let stays = world.view("web").tasks.into_iter().find(|task| task.host == "a").expect("spread over both").id;
    world.push([app("web").instances(2).constraint(&["rack", "LIKE", "a"])]);
    world.pass(secs(5));
    let view = world.view("web");
    assert!(view.tasks.iter().all(|task| task.host == "a"));
    assert!(view.tasks.iter().any(|task| task.id == stays));
}

#[test]
fn what_fits_nowhere_says_what_is_short() {
    let mut world = World::new(&["a", "b"]);
    let deployment = world.push([app("big").cpus(64.0)]);
    world.pass(secs(10));
    let reason = world.view("big").reason.expect("a reason");
    assert!(reason.contains("short of 60 cpus (64 wanted, 4 free)"), "{reason}");
    assert_eq!(world.outcome(&deployment), Outcome::Running);
    world.pass(secs(300));
    assert_eq!(world.outcome(&deployment), Outcome::Failed);
}

#[test]
fn room_that_comes_free_is_used_at_once() {
    let mut world = World::new(&["a"]);
    world.push([app("first").cpus(3.0), app("second").cpus(3.0)]);
    world.pass(secs(2));
    assert_eq!(world.view("second").running, 0);
    world.push([app("second").cpus(3.0)]);
    world.deliver();
    assert_eq!(world.view("second").running, 1);
}
