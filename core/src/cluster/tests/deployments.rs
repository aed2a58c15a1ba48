//! Several apps: order, gates, and commits that overtake each other.

use super::world::{World, secs};
use crate::cluster::{Happening, Outcome};
use crate::fixture::{app, wanted};
use crate::model::{GroupId, GroupSpec, TaskStatus};
use crate::plan::{ActionKind, plan, report};
use std::collections::BTreeSet;
use std::sync::Arc;

#[test]
fn a_dependent_starts_when_its_dependency_is_healthy() {
    let mut world = World::new(&["a"]);
    let deployment = world.push([app("db").checked(), app("web").needs("/db")]);
    world.pass(secs(30));
    assert_eq!(world.view("web").tasks.len(), 0);
    assert_eq!(world.view("web").reason.as_deref(), Some("waits for /db"));
    let db = world.tasks("db").remove(0);
    world.report(&db, TaskStatus::Health { healthy: true, cause: None });
    assert_eq!(world.view("web").tasks.len(), 1, "at once, without a tick of the clock");
    world.pass(secs(3));
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
}

#[test]
fn a_group_passes_its_dependencies_on() {
    let mut target = wanted([app("db"), app("shop/web"), app("shop/api/v1")]);
    let shop = GroupId::resolve("/shop", &GroupId::root()).unwrap();
    let db = GroupId::resolve("/db", &GroupId::root()).unwrap();
    target.groups.insert(shop.clone(), Arc::new(GroupSpec { id: shop, dependencies: BTreeSet::from([db]) }));
    let world = World::new(&["a"]);
    let plan = plan(&world.cluster, &target, world.now);
    let steps: Vec<Vec<&str>> =
        plan.steps.iter().map(|step| step.actions.iter().map(|action| action.app.as_str()).collect()).collect();
    assert_eq!(steps, [vec!["/db"], vec!["/shop/api/v1", "/shop/web"]]);
}

#[test]
fn what_depends_on_a_failure_fails_with_it_and_nothing_else_does() {
    let mut world = World::new(&["a"]);
    world.bad_images.push("broken".into());
    let deployment = world.push([app("db").image("broken"), app("web").needs("/db"), app("other")]);
    world.pass(secs(5));
    assert_eq!(world.view("other").running, 1);
    world.pass(secs(300));
    assert_eq!(world.outcome(&deployment), Outcome::Failed);
    assert_eq!(world.view("other").state, "running");
    let reason = world.view("web").reason.expect("a reason");
    assert!(reason.contains("/db"), "{reason}");
    world.push([app("db"), app("web").needs("/db"), app("other")]);
    world.pass(secs(3));
    assert_eq!(world.view("web").running, 1, "the fix of /db is all that /web needs");
}

#[test]
fn stops_come_after_starts() {
    let mut world = World::new(&["a"]);
    world.push([app("old")]);
    world.pass(secs(2));
    let deployment = world.push([app("new").checked()]);
    world.pass(secs(30));
    assert_eq!(world.view("old").running, 1);
    let new = world.tasks("new").remove(0);
    world.report(&new, TaskStatus::Health { healthy: true, cause: None });
    world.pass(secs(3));
    assert!(!world.has_app("old"));
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
}

#[test]
fn a_start_that_needs_what_the_stop_frees_does_not_wait_for_itself() {
    let mut world = World::new(&["a"]);
    world.push([app("blue").host_port(31080)]);
    world.pass(secs(2));
    let deployment = world.push([app("green").host_port(31080)]);
    world.pass(secs(2));
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
    assert_eq!(world.view("green").tasks[0].ports, [31080]);
}

#[test]
fn dependants_stop_before_what_they_depend_on() {
    let mut world = World::new(&["a"]);
    world.push([app("db"), app("web").needs("/db")]);
    world.pass(secs(5));
    world.events.clear();
    world.push([]);
    world.pass(secs(2));
    let stopped: Vec<&str> = world
        .events
        .iter()
        .filter(|event| matches!(event.what, Happening::TaskStopped { .. }))
        .filter_map(|event| event.app.as_ref().map(|app| app.as_str()))
        .collect();
    assert_eq!(stopped, ["/web", "/db"]);
}

#[test]
fn a_stop_behind_one_that_cannot_end_does_not_keep_the_deployment_open() {
    let mut world = World::new(&["a", "b"]);
    let web = || app("web").needs("/db").waits_for_its_agent().constraint(&["hostname", "LIKE", "a"]);
    world.push([app("db").constraint(&["hostname", "LIKE", "b"]), web()]);
    world.pass(secs(5));
    world.cut("a");
    world.pass(secs(60));
    let removal = world.push([]);
    world.pass(secs(400));
    assert_eq!(world.outcome(&removal), Outcome::Failed);
    world.join("a");
    world.pass(secs(5));
    assert!(!world.has_app("web") && !world.has_app("db"), "both go when the agent is back");
}

#[test]
fn a_newer_commit_takes_over_only_the_apps_it_touches() {
    let mut world = World::new(&["a"]);
    world.bad_images.push("broken".into());
    let first = world.push([app("web").image("broken"), app("api").checked()]);
    world.pass(secs(3));
    let second = world.push([app("web"), app("api").checked()]);
    world.pass(secs(3));
    assert_eq!(world.outcome(&second), Outcome::Succeeded);
    assert_eq!(world.outcome(&first), Outcome::Running);
    let api = world.tasks("api").remove(0);
    world.report(&api, TaskStatus::Health { healthy: true, cause: None });
    world.pass(secs(2));
    assert_eq!(world.outcome(&first), Outcome::Succeeded);
}

#[test]
fn a_deployment_that_lost_all_its_apps_is_superseded() {
    let mut world = World::new(&["a"]);
    let first = world.push([app("web").checked()]);
    let second = world.push([app("web").image("image:2").checked()]);
    assert_eq!(world.outcome(&first), Outcome::Superseded);
    assert_eq!(world.outcome(&second), Outcome::Running);
}

#[test]
fn a_commit_without_app_changes_is_no_deployment() {
    let mut world = World::new(&["a"]);
    world.push([app("web")]);
    world.pass(secs(2));
    let id = world.push([app("web")]);
    assert!(world.cluster.deployment(&id).is_none());
    assert_eq!(world.cluster.commit().map(|commit| commit.id.as_str()), Some("commit2"));
}

#[test]
fn a_converged_cluster_plans_nothing() {
    let mut world = World::new(&["a"]);
    world.push([app("db"), app("web").needs("/db").instances(3)]);
    world.pass(secs(5));
    let plan = plan(&world.cluster, &world.cluster.wanted(), world.now);
    assert!(plan.is_empty());
}

#[test]
fn a_fingerprint_knows_commits_and_counts_but_neither_tasks_nor_health() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(2).checked()]);
    world.pass(secs(5));
    let target = wanted([app("web").instances(2).checked().image("image:2")]);
    let shown = plan(&world.cluster, &target, world.now).fingerprint;
    let task = world.tasks("web").remove(0);
    world.report(&task, TaskStatus::Health { healthy: true, cause: None });
    world.exit(&task, 1);
    assert_ne!(plan(&world.cluster, &target, world.now).fingerprint, shown, "one task less");
    world.pass(secs(5));
    assert_eq!(plan(&world.cluster, &target, world.now).fingerprint, shown, "another task in its place");
    world.push([app("web").instances(2).checked().label("a", "b")]);
    assert_ne!(plan(&world.cluster, &target, world.now).fingerprint, shown, "another base");
}

#[test]
fn a_plan_reads_well() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("api").instances(2), app("old").instances(2), app("ui"), app("x")]);
    world.pass(secs(5));
    let target = wanted([
        app("api").instances(2).image("image:2").label("team", "shop"),
        app("db"),
        app("ui").instances(3),
        app("x").label("a", "b"),
        app("web").needs("/db").cpus(64.0),
    ]);
    let plan = plan(&world.cluster, &target, world.now);
    assert_eq!(plan.changes.iter().filter(|change| change.action == ActionKind::Update).count(), 1);
    let mut lines = report(&plan);
    lines[0] = lines[0].replace(&plan.fingerprint.0, "FINGERPRINT");
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_changes_together_keeps_its_order_across_an_app_that_stays() {
    let mut world = World::new(&["a"]);
    let apps = |image: &str| {
        [app("db").image(image).checked(), app("api").needs("/db"), app("web").image(image).needs("/api")]
    };
    world.push(apps("image:1"));
    world.pass(secs(1));
    world.report(&world.tasks("db")[0].clone(), TaskStatus::Health { healthy: true, cause: None });
    world.pass(secs(10));
    world.push(apps("image:2"));
    world.pass(secs(1));
    assert_eq!(world.view("web").reason.as_deref(), Some("waits for /db"));
    let new = world.view("db").tasks.into_iter().find(|task| task.current).expect("the new task").id;
    world.report(&new, TaskStatus::Health { healthy: true, cause: None });
    world.pass(secs(10));
    assert_eq!(world.view("web").state, "running");
    assert_eq!(world.view("web").image, "image:2");
}

#[test]
fn a_held_app_stops_nobody_that_does_not_need_it_itself() {
    let mut world = World::new(&["a"]);
    world.bad_images.push("image:bad".into());
    let apps =
        |db: &str, web: &str| [app("db").image(db), app("api").needs("/db"), app("web").image(web).needs("/api")];
    world.push(apps("image:1", "image:1"));
    world.pass(secs(10));
    world.push(apps("image:bad", "image:1"));
    world.pass(secs(400));
    assert_eq!(world.view("db").state, "held");
    let deployment = world.push(apps("image:bad", "image:2"));
    world.pass(secs(10));
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
}
