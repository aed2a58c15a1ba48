//! Changes that are given up: held, cancelled, reverted; and gone on with.

use super::world::{World, secs};
use crate::cluster::{Happening, Input, Outcome, RolloutState};
use crate::fixture::{AppBuilder, app};
use crate::model::{AppId, DeploymentId, OnFailure, TaskStatus};

fn web() -> AppBuilder {
    app("web").instances(4).upgrade(0.5, 0.0)
}

fn broken() -> AppBuilder {
    web().image("broken")
}

/// Four instances run well; then a change comes that cannot be pulled.
fn world_with_a_bad_change(change: AppBuilder) -> (World, DeploymentId) {
    let mut world = World::new(&["a"]);
    world.bad_images.push("broken".into());
    world.push([web()]);
    world.pass(secs(5));
    let deployment = world.push([change]);
    (world, deployment)
}

fn images(world: &World, image: &str) -> usize {
    let containers = world.agents.values().flat_map(|machine| machine.containers.values());
    containers.filter(|task| task.image.name == image).count()
}

#[test]
fn a_failed_rollout_brings_back_what_was_ready() {
    let (mut world, deployment) = world_with_a_bad_change(broken());
    world.pass(secs(60));
    assert_eq!(world.view("web").running, 2, "half of them made room, as the app allows");
    world.pass(secs(300));
    assert_eq!(world.outcome(&deployment), Outcome::Failed);
    let view = world.view("web");
    assert_eq!((view.state.as_str(), view.running), ("held", 4));
    assert!(view.reason.expect("a reason").contains("no such image: broken"));
    let launches = world.launches;
    world.pass(secs(3600));
    assert_eq!(world.launches, launches, "nothing is tried any more");
}

#[test]
fn a_hold_survives_a_crash_of_the_master() {
    let (mut world, _) = world_with_a_bad_change(broken());
    world.pass(secs(400));
    let launches = world.launches;
    world.crash();
    world.join("a");
    world.pass(secs(3600));
    assert_eq!((world.view("web").state.as_str(), world.launches), ("held", launches));
}

#[test]
fn what_was_given_up_does_not_go_on_while_its_successor_waits() {
    let (mut world, deployment) = world_with_a_bad_change(broken().upgrade(0.0, 0.0));
    world.feed(Input::Cancel { deployment, by: None });
    world.pass(secs(10));
    assert_eq!(images(&world, "image:1"), 4, "it is back where it was");
    world.push([app("db").image("db").checked(), web().image("image:2").needs("/db")]);
    world.pass(secs(30));
    assert_eq!(world.view("web").state, "waiting");
    assert_eq!(images(&world, "image:1"), 4, "nothing made room for what was cancelled");
    world.crash();
    world.join("a");
    world.pass(secs(30));
    assert_eq!(images(&world, "image:1"), 4);
    let db = world.tasks("db").remove(0);
    world.report(&db, TaskStatus::Health { healthy: true, cause: None });
    world.pass(secs(10));
    assert_eq!((images(&world, "image:2"), world.view("web").state.as_str()), (4, "running"));
}

#[test]
fn what_is_held_heals_by_its_old_definition() {
    let (mut world, _) = world_with_a_bad_change(broken());
    world.pass(secs(400));
    let task = world.tasks("web").remove(0);
    world.exit(&task, 1);
    world.pass(secs(5));
    assert_eq!((world.view("web").running, images(&world, "image:1")), (4, 4));
}

#[test]
fn a_fix_takes_over_a_held_app_at_once() {
    let (mut world, _) = world_with_a_bad_change(broken());
    world.pass(secs(400));
    let fix = world.push([web().image("image:2")]);
    world.pass(secs(10));
    assert_eq!(world.outcome(&fix), Outcome::Succeeded);
    assert_eq!(images(&world, "image:2"), 4);
}

#[test]
fn a_held_app_goes_on_when_asked() {
    let (mut world, deployment) = world_with_a_bad_change(broken());
    world.pass(secs(400));
    world.bad_images.clear();
    world.feed(Input::Resume { apps: vec![AppId::parse("web").unwrap()] });
    assert_eq!(world.outcome(&deployment), Outcome::Running);
    world.pass(secs(10));
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
    assert_eq!(images(&world, "broken"), 4);
}

#[test]
fn a_cancelled_rollout_keeps_both_versions_and_the_count() {
    let (mut world, deployment) = world_with_a_bad_change(web().image("image:2").checked());
    world.deliver();
    let new = world.tasks("web").pop().expect("a task");
    world.report(&new, TaskStatus::Health { healthy: true, cause: None });
    world.feed(Input::Cancel { deployment: deployment.clone(), by: Some("Dev <dev@example.org>".into()) });
    assert_eq!(world.outcome(&deployment), Outcome::Cancelled);
    world.pass(secs(60));
    let view = world.view("web");
    assert_eq!(view.state, "cancelled");
    assert_eq!(view.reason.as_deref(), Some("cancelled by Dev <dev@example.org>"));
    assert_eq!((images(&world, "image:1"), images(&world, "image:2")), (3, 1));
}

#[test]
fn a_cancelled_removal_stays() {
    let mut world = World::new(&["a"]);
    world.push([web()]);
    world.pass(secs(5));
    let removal = world.push([]);
    world.feed(Input::Cancel { deployment: removal.clone(), by: None });
    world.pass(secs(60));
    assert_eq!((world.outcome(&removal), world.view("web").running), (Outcome::Cancelled, 4));
    world.feed(Input::Resume { apps: vec![AppId::parse("web").unwrap()] });
    world.pass(secs(60));
    assert!(!world.has_app("web"));
    assert_eq!(world.outcome(&removal), Outcome::Succeeded);
}

#[test]
fn what_is_wanted_again_after_a_cancelled_removal_settles_anew() {
    let mut world = World::new(&["a"]);
    world.push([app("web")]);
    world.pass(secs(5));
    let removal = world.push([]);
    world.feed(Input::Cancel { deployment: removal, by: None });
    world.deliver();
    let again = world.push([app("web").label("again", "yes")]);
    world.pass(secs(3));
    assert_eq!(world.outcome(&again), Outcome::Succeeded, "nothing was touched");
    let removal = world.push([]);
    world.feed(Input::Cancel { deployment: removal, by: None });
    let task = world.tasks("web").remove(0);
    world.exit(&task, 1);
    world.pass(secs(1));
    let again = world.push([app("web").label("again", "yes")]);
    assert_eq!((world.view("web").running, world.outcome(&again)), (1, Outcome::Running), "its task is new");
    world.pass(secs(3));
    assert_eq!(world.outcome(&again), Outcome::Succeeded);
}

#[test]
fn what_comes_back_is_checked_as_what_stayed() {
    let mut world = World::new(&["a"]);
    world.push([web()]);
    world.pass(secs(5));
    let deployment = world.push([web().instances(6).readiness()]);
    world.feed(Input::Cancel { deployment, by: None });
    world.pass(secs(5));
    let task = world.tasks("web").remove(0);
    world.exit(&task, 1);
    world.pass(secs(5));
    let containers = world.agents.values().flat_map(|machine| machine.containers.values());
    let back = containers.max_by_key(|task| task.id.clone()).expect("tasks");
    let asked = back.checks.readiness.is_some();
    assert!(asked, "the master waits for its readiness check to say yes, so its agent must ask");
}

#[test]
fn a_cancel_of_what_is_over_changes_nothing() {
    let mut world = World::new(&["a"]);
    let deployment = world.push([web()]);
    world.pass(secs(5));
    world.feed(Input::Cancel { deployment: deployment.clone(), by: None });
    assert_eq!((world.outcome(&deployment), world.view("web").state.as_str()), (Outcome::Succeeded, "running"));
}

#[test]
fn a_revert_is_asked_for_and_ends_the_deployment() {
    let (mut world, deployment) = world_with_a_bad_change(broken().on_failure(OnFailure::Revert));
    world.pass(secs(400));
    let reverts: Vec<_> = world.cluster.reverts().collect();
    assert_eq!(reverts.len(), 1);
    assert_eq!(reverts[0].to.as_ref().map(|commit| commit.as_str()), Some("commit1"));
    assert_eq!(world.outcome(&deployment), Outcome::Running);
    assert_eq!(world.view("web").state, "reverting");
    world.crash();
    world.join("a");
    assert_eq!(world.cluster.reverts().count(), 1, "the wish is durable");
    let revert = world.push_revert([web()], &deployment);
    assert_eq!(world.cluster.reverts().count(), 0);
    assert_eq!(world.outcome(&deployment), Outcome::Reverted);
    world.pass(secs(5));
    assert_eq!(world.outcome(&revert), Outcome::Succeeded);
    assert_eq!(images(&world, "image:1"), 4);
}

#[test]
fn a_revert_that_fails_is_held_and_not_reverted_again() {
    let (mut world, deployment) = world_with_a_bad_change(broken().on_failure(OnFailure::Revert));
    world.pass(secs(400));
    world.bad_images.push("image:1".into());
    for task in world.tasks("web") {
        world.exit(&task, 1);
    }
    let revert = world.push_revert([web().on_failure(OnFailure::Revert)], &deployment);
    world.pass(secs(400));
    assert_eq!(world.cluster.reverts().count(), 0);
    assert_eq!((world.outcome(&revert), world.view("web").state.as_str()), (Outcome::Failed, "held"));
}

#[test]
fn a_new_app_that_fails_is_reverted_to_nothing() {
    let mut world = World::new(&["a"]);
    world.bad_images.push("broken".into());
    world.push([broken().on_failure(OnFailure::Revert)]);
    world.pass(secs(400));
    let reverts: Vec<_> = world.cluster.reverts().collect();
    assert_eq!((reverts.len(), reverts[0].to.clone()), (1, None));
}

#[test]
fn a_refused_revert_is_a_hold() {
    let (mut world, deployment) = world_with_a_bad_change(broken().on_failure(OnFailure::Revert));
    world.pass(secs(400));
    let app = AppId::parse("web").unwrap();
    world.feed(Input::RevertRefused { app, reason: "the repository is read-only".into() });
    assert_eq!(world.outcome(&deployment), Outcome::Failed);
    let view = world.view("web");
    assert_eq!(view.state, "held");
    assert!(view.reason.expect("a reason").ends_with("not reverted: the repository is read-only"));
}

#[test]
fn a_crash_loop_is_no_progress() {
    let mut world = World::new(&["a"]);
    let deployment = world.push([app("web").checked()]);
    for _ in 0..400 {
        world.pass(secs(1));
        if let Some(task) = world.tasks("web").first() {
            world.exit(&task.clone(), 1);
        }
    }
    assert_eq!(world.outcome(&deployment), Outcome::Failed);
}

/// Its tasks run for longer than dependants wait, and end before the rollout has settled, again and again.
fn end_before_it_settles(world: &mut World) {
    for _ in 0..400 {
        world.pass(std::time::Duration::from_millis(1500));
        let tasks = world.agents.values().flat_map(|machine| machine.containers.values());
        let brief = tasks.filter(|task| task.image.name == "brief").map(|task| task.id.clone()).next();
        if let Some(task) = brief {
            world.exit(&task, 1);
        }
    }
}

#[test]
fn what_never_settles_is_held_though_it_was_up_for_a_moment() {
    let mut world = World::new(&["a"]);
    world.push([app("web")]);
    world.pass(secs(5));
    let deployment = world.push([app("web").image("brief")]);
    end_before_it_settles(&mut world);
    assert_eq!(world.outcome(&deployment), Outcome::Failed);
    assert_eq!((world.view("web").state.as_str(), images(&world, "image:1")), ("held", 1));
}

#[test]
fn a_cancel_of_what_does_not_settle_brings_back_what_was_ready() {
    let mut world = World::new(&["a"]);
    world.push([app("web")]);
    world.pass(secs(5));
    let deployment = world.push([app("web").image("brief")]);
    world.pass(std::time::Duration::from_millis(1500));
    let task = world.tasks("web").remove(0);
    world.exit(&task, 1);
    world.feed(Input::Cancel { deployment, by: None });
    world.pass(secs(5));
    assert_eq!((world.view("web").state.as_str(), images(&world, "image:1")), ("cancelled", 1));
}

#[test]
fn a_slow_pull_is_progress() {
    let mut world = World::new(&["a"]);
    let deployment = world.push([app("web")]);
    let task = world.tasks("web").remove(0);
    for fetched in 1..20 {
        world.now = world.now + secs(200);
        world.feed(Input::Tick);
        world.report(&task, TaskStatus::Pulling { percent: Some(1), bytes: Some(fetched * 1000) });
    }
    assert_eq!(world.outcome(&deployment), Outcome::Running);
}

#[test]
fn what_only_lacks_room_goes_on_when_there_is_some() {
    let mut world = World::new(&["a"]);
    let deployment = world.push([app("web").instances(2).cpus(3.0)]);
    world.pass(secs(400));
    assert_eq!(world.outcome(&deployment), Outcome::Failed);
    assert_eq!(world.view("web").state, "failed");
    world.join("b");
    world.pass(secs(5));
    assert_eq!(world.view("web").running, 2);
}

#[test]
fn a_label_is_no_success_of_a_change_that_failed() {
    let (mut world, _) = world_with_a_bad_change(broken());
    world.pass(secs(400));
    let label = world.push([broken().label("team", "shop")]);
    assert_eq!(world.outcome(&label), Outcome::Running);
    world.pass(secs(400));
    assert_eq!(world.outcome(&label), Outcome::Failed);
}

#[test]
fn each_app_of_a_deployment_ends_on_its_own() {
    let mut world = World::new(&["a"]);
    world.bad_images.push("broken".into());
    let deployment = world.push([app("good"), app("bad").image("broken")]);
    world.pass(secs(10));
    let known = world.cluster.deployment(&deployment).expect("known");
    let state = |app: &str| known.apps[&AppId::parse(app).unwrap()].state.clone();
    assert_eq!((state("good"), state("bad")), (RolloutState::Done, RolloutState::Rolling));
    assert!(world.events.iter().any(|event| event.what == Happening::RolloutDone));
}

#[test]
fn a_cancel_before_the_beginning_leaves_the_app_as_it_was() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(2)]);
    world.pass(secs(5));
    let change = world.push([app("db").checked(), app("web").instances(2).image("image:2").needs("/db")]);
    world.deliver();
    world.feed(Input::Cancel { deployment: change, by: None });
    let task = world.tasks("web").remove(0);
    world.exit(&task, 1);
    world.pass(secs(60));
    assert_eq!((images(&world, "image:1"), world.view("web").state.as_str()), (2, "cancelled"), "it still heals");
}

#[test]
fn a_cancel_while_it_only_settles_gives_nothing_up() {
    let mut world = World::new(&["a"]);
    let deployment = world.push([app("web").checked()]);
    world.deliver();
    let task = world.tasks("web").remove(0);
    world.report(&task, TaskStatus::Health { healthy: true, cause: None });
    world.feed(Input::Cancel { deployment: deployment.clone(), by: None });
    assert_eq!(world.outcome(&deployment), Outcome::Cancelled);
    world.exit(&task, 1);
    world.pass(secs(5));
    assert_eq!(world.view("web").tasks.len(), 1, "it heals");
}
