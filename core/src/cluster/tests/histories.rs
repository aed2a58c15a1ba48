//! Random histories of commits, crashes, cuts and failures. After each event the invariants hold; when
//! the faults stop, everything converges.

use super::world::{World, secs};
use crate::cluster::{Input, Outcome};
use crate::fixture::{AppBuilder, app};
use crate::model::{AgentId, OnFailure, TaskId, TaskSpec, TaskStatus};
use crate::plan::plan;
use proptest::prelude::*;
use std::time::Duration;

const AGENTS: [&str; 3] = ["a", "b", "c"];

#[derive(Debug, Clone)]
enum Step {
    Push(Vec<Draft>),
    Deliver(usize, u8),
    Cut(usize),
    Join(usize),
    CrashMaster,
    Exit(u8),
    Health(u8, bool),
    Cancel,
    Resume,
    Drain(usize, Option<u16>),
    Undrain(usize),
    Wipe(u8),
    BadImage(u8, bool),
    Pass(u16),
}

/// One app of a random commit.
#[derive(Debug, Clone)]
struct Draft {
    name: usize,
    instances: u32,
    image: u8,
    needs_first: bool,
    everywhere: bool,
    keeps_data: bool,
    min: u8,
    over: u8,
    checked: bool,
    reverts: bool,
    unique: bool,
}

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    let shape = (0..4usize, 0..5u32, 0..3u8, any::<bool>(), 0..=4u8, 0..=4u8);
    let manner =
        (any::<bool>(), any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    let draft = (shape, manner).prop_map(|((name, instances, image, needs_first, min, over), manner)| {
        let (checked, reverts, unique, everywhere, keeps_data) = manner;
        Draft { name, instances, image, needs_first, everywhere, keeps_data, min, over, checked, reverts, unique }
    });
    prop::collection::vec(draft, 0..4)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => drafts().prop_map(Step::Push),
        6 => (0..AGENTS.len(), 1..6u8).prop_map(|(agent, count)| Step::Deliver(agent, count)),
        1 => (0..AGENTS.len()).prop_map(Step::Cut),
        2 => (0..AGENTS.len()).prop_map(Step::Join),
        1 => Just(Step::CrashMaster),
        2 => any::<u8>().prop_map(Step::Exit),
        4 => (any::<u8>(), prop::bool::weighted(0.7)).prop_map(|(which, healthy)| Step::Health(which, healthy)),
        1 => Just(Step::Cancel),
        1 => Just(Step::Resume),
        1 => (0..AGENTS.len(), prop::option::of(0..120u16)).prop_map(|(agent, secs)| Step::Drain(agent, secs)),
        1 => (0..AGENTS.len()).prop_map(Step::Undrain),
        1 => any::<u8>().prop_map(Step::Wipe),
        1 => (0..3u8, any::<bool>()).prop_map(|(image, bad)| Step::BadImage(image, bad)),
        2 => (0..40u16).prop_map(Step::Pass),
        1 => (0..700u16).prop_map(Step::Pass),
    ]
}

fn builders(drafts: &[Draft]) -> Vec<AppBuilder> {
    let mut names: Vec<usize> = Vec::new();
    let mut apps = Vec::new();
    for draft in drafts {
        if names.contains(&draft.name) {
            continue;
        }
        names.push(draft.name);
        let built = app(&format!("app{}", draft.name))
            .instances(draft.instances)
            .image(&format!("image:{}", draft.image))
            .upgrade(f64::from(draft.min) / 4.0, f64::from(draft.over) / 4.0)
            .host_port(0);
        let built = if draft.checked { built.checked() } else { built };
        let built = if draft.reverts { built.on_failure(OnFailure::Revert) } else { built };
        // With an agent to spare, or a minimum of all instances could never be kept.
        let built = if draft.everywhere { built.instances(draft.instances.min(1)).everywhere() } else { built };
        let built = if draft.keeps_data && !draft.everywhere { built.keeps_data(10) } else { built };
        let unique = draft.unique && !draft.everywhere && (draft.instances as usize) < AGENTS.len();
        let built = if unique { built.constraint(&["hostname", "UNIQUE"]) } else { built };
        let needs_first = draft.needs_first && draft.name != 0;
        apps.push(if needs_first { built.needs("/app0") } else { built });
    }
    apps
}

fn perform(world: &mut World, step: &Step) {
    match step {
        Step::Push(drafts) => {
            world.push(builders(drafts));
        }
        Step::Deliver(agent, count) => {
            for _ in 0..*count {
                world.deliver_one(&AgentId::new(AGENTS[*agent]));
            }
        }
        Step::Cut(agent) => world.cut(AGENTS[*agent]),
        Step::Join(agent) => world.join(AGENTS[*agent]),
        Step::CrashMaster => world.crash(),
        Step::Exit(which) => exit_one(world, usize::from(*which)),
        Step::Health(which, healthy) => judge_one(world, usize::from(*which), *healthy),
        Step::Cancel => {
            let newest = world.cluster.deployments().next().map(|deployment| deployment.id.clone());
            newest.into_iter().for_each(|deployment| world.feed(Input::Cancel { deployment, by: None }));
        }
        Step::Resume => resume_all(world),
        Step::Drain(agent, secs) => {
            let deadline = secs.map(|secs| world.now + Duration::from_secs(u64::from(secs)));
            world.feed(Input::Drain { agents: vec![AgentId::new(AGENTS[*agent])], deadline });
        }
        Step::Undrain(agent) => world.feed(Input::Undrain { agent: AgentId::new(AGENTS[*agent]) }),
        Step::Wipe(which) => {
            let volumes = world.cluster.volume_views();
            let chosen = volumes.get(usize::from(*which) % volumes.len().max(1));
            chosen.into_iter().for_each(|volume| world.feed(Input::Wipe { volume: volume.id.clone() }));
        }
        Step::BadImage(image, bad) => {
            let image = format!("image:{image}");
            world.bad_images.retain(|known| *known != image);
            world.bad_images.extend(bad.then_some(image));
        }
        Step::Pass(secs) => world.pass(Duration::from_secs(u64::from(*secs))),
    }
}

fn resume_all(world: &mut World) {
    let apps = world.cluster.wanted().apps.keys().cloned().collect();
    world.feed(Input::Resume { apps });
    let left: Vec<_> = world.cluster.app_views(world.now, None).into_iter().map(|view| view.id).collect();
    world.feed(Input::Resume { apps: left });
}

/// The health checks of a task come to a verdict.
fn judge_one(world: &mut World, which: usize, healthy: bool) {
    let running = running_tasks(world, |spec| !spec.checks.health.is_empty());
    if let Some(task) = running.get(which % running.len().max(1)) {
        world.report(task, TaskStatus::Health { healthy, cause: None });
    }
}

/// A container of a connected agent ends by itself.
fn exit_one(world: &mut World, which: usize) {
    let known = running_tasks(world, |_| true);
    if let Some(task) = known.get(which % known.len().max(1)) {
        world.exit(task, 1);
    }
}

/// Of connected agents, and known to the master.
fn running_tasks(world: &World, which: impl Fn(&TaskSpec) -> bool) -> Vec<TaskId> {
    let connected = world.agents.values().filter(|machine| machine.connected);
    let running = connected.flat_map(|machine| machine.containers.values()).filter(|spec| which(spec));
    running.map(|spec| spec.id.clone()).filter(|task| world.cluster.task(task).is_some()).collect()
}

/// Faults stop: agents are there, images can be pulled, checks say yes, and what was given up goes on.
fn heal(world: &mut World) {
    world.bad_images.clear();
    for agent in AGENTS {
        world.join(agent);
        world.feed(Input::Undrain { agent: AgentId::new(agent) });
    }
    for _ in 0..120 {
        resume_all(world);
        world.pass(secs(30));
        for task in running_tasks(world, |spec| !spec.checks.health.is_empty()) {
            world.report(&task, TaskStatus::Health { healthy: true, cause: None });
        }
    }
}

fn every_missing_instance_has_a_cause(world: &World) -> Result<(), TestCaseError> {
    for view in world.cluster.app_views(world.now, None) {
        let why = world.cluster.why(&view.id, world.now).expect("an app that is shown");
        let sum: u32 = why.causes.iter().map(|cause| cause.instances).sum();
        let missing = if why.wanted == 0 { sum } else { why.wanted - why.ready };
        prop_assert_eq!(sum, missing, "{:?}", why);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_history_converges_once_faults_stop(
        steps in prop::collection::vec(step(), 1..60),
        batched in any::<bool>(),
    ) {
        let mut world = World::new(&AGENTS);
        world.batched = batched;
        for step in &steps {
            perform(&mut world, step);
            every_missing_instance_has_a_cause(&world)?;
        }
        heal(&mut world);
        for (id, spec) in &world.cluster.wanted().apps {
            let view = world.view(id.as_str());
            let each = if spec.placement.everywhere { AGENTS.len() } else { 1 };
            let instances = spec.instances as usize * each;
            prop_assert_eq!((view.running as usize, view.tasks.len()), (instances, instances), "{}: {:?}", id, view);
        }
        let known = world.cluster.app_views(world.now, None).len();
        prop_assert_eq!(known, world.cluster.wanted().apps.len(), "removed apps are forgotten");
        let containers: usize = world.agents.values().map(|machine| machine.containers.len()).sum();
        let tasks: usize = world.cluster.app_views(world.now, None).iter().map(|view| view.tasks.len()).sum();
        prop_assert_eq!(containers, tasks, "what runs is what is recorded");
        let running = world.cluster.deployments().any(|deployment| deployment.outcome == Outcome::Running);
        prop_assert!(!running, "every deployment has ended");
        prop_assert!(plan(&world.cluster, &world.cluster.wanted(), world.now).is_empty());
    }
}
