//! Random histories of commits, crashes, cuts and failures. After each event the invariants hold; when
//! the faults stop, everything converges.

use super::world::{World, secs};
use crate::cluster::Outcome;
use crate::fixture::{AppBuilder, app};
use crate::model::AgentId;
use crate::plan::plan;
use proptest::prelude::*;

const AGENTS: [&str; 3] = ["a", "b", "c"];

#[derive(Debug, Clone)]
enum Step {
    Push(Vec<Draft>),
    Deliver(usize, u8),
    Cut(usize),
    Join(usize),
    CrashMaster,
    Exit(u8),
    Pass(u8),
}

/// One app of a random commit.
#[derive(Debug, Clone)]
struct Draft {
    name: usize,
    instances: u32,
    image: u8,
    needs_first: bool,
    min: u8,
    over: u8,
}

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    let draft = (0..4usize, 0..5u32, 0..3u8, any::<bool>(), 0..=4u8, 0..=4u8);
    let draft = draft.prop_map(|(name, instances, image, needs_first, min, over)| Draft {
        name,
        instances,
        image,
        needs_first,
        min,
        over,
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
        2 => (0..40u8).prop_map(Step::Pass),
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
        Step::Pass(secs) => world.pass(std::time::Duration::from_secs(u64::from(*secs))),
    }
}

/// A container of a connected agent ends by itself.
fn exit_one(world: &mut World, which: usize) {
    let connected = world.agents.values().filter(|machine| machine.connected);
    let running: Vec<_> = connected.flat_map(|machine| machine.containers.keys().cloned()).collect();
    let known: Vec<_> = running.into_iter().filter(|task| world.cluster.task(task).is_some()).collect();
    if let Some(task) = known.get(which % known.len().max(1)) {
        world.exit(task, 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_history_converges_once_faults_stop(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::new(&AGENTS);
        for step in &steps {
            perform(&mut world, step);
        }
        for agent in AGENTS {
            world.join(agent);
        }
        world.pass(secs(3600));
        for (id, spec) in &world.cluster.wanted().apps {
            let view = world.view(id.as_str());
            prop_assert_eq!(view.running, spec.instances, "{}: {:?}", id, view);
            prop_assert_eq!(view.tasks.len(), spec.instances as usize);
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
