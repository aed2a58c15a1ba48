//! What a what-if foretells is what happens: the same cluster, once supposed and once for real.

use super::world::{World, secs};
use crate::cluster::Input;
use crate::fixture::{AppBuilder, app};
use crate::forecast::{Move, Supposition, whatif};
use crate::model::{AgentId, AppId, Strategy};
use std::collections::BTreeMap;

const AGENTS: [&str; 4] = ["a", "b", "c", "d"];

/// Some with constraints, some large, some with fixed ports, one that waits for its agent.
fn apps() -> Vec<AppBuilder> {
    vec![
        app("web").instances(3).constraint(&["hostname", "UNIQUE"]),
        app("api").instances(6).cpus(0.5).upgrade(0.5, 0.5),
        app("even").instances(4).constraint(&["rack", "GROUP_BY"]),
        app("port").instances(2).host_port(31_000),
        app("large").instances(3).cpus(1.5),
        app("wide").instances(5).strategy(Strategy::Spread).unreachable(60, 120),
        app("data").waits_for_its_agent(),
    ]
}

fn world() -> World {
    let mut world = World::new(&AGENTS);
    world.push(apps());
    world.pass(secs(60));
    world
}

type Places = BTreeMap<(AppId, String), i64>;

fn places(world: &World) -> Places {
    let mut places = Places::new();
    for view in world.cluster.app_views(world.now, None) {
        for task in world.cluster.standing(&view.id, world.now) {
            *places.entry((view.id.clone(), world.cluster.host_of(&task.agent))).or_default() += 1;
        }
    }
    places
}

/// Where tasks would stand if those moves were made.
fn moved(mut places: Places, moves: &[Move]) -> Places {
    for one in moves {
        let tasks = i64::from(one.tasks);
        for (host, change) in [(&one.from, -tasks), (&one.to, tasks)] {
            if let Some(host) = host {
                *places.entry((one.app.clone(), host.clone())).or_default() += change;
            }
        }
    }
    places.retain(|_, tasks| *tasks != 0);
    places
}

fn ids(agents: &[&str]) -> Vec<AgentId> {
    agents.iter().map(|id| AgentId::new(*id)).collect()
}

#[test]
fn a_loss_goes_as_it_was_foretold() {
    for lost in [&["a"][..], &["b"], &["c"], &["d"], &["a", "c"], &["b", "c", "d"]] {
        let mut world = world();
        let told =
            whatif(&world.cluster, &[Supposition::Lose { agents: ids(lost) }], world.now).expect("all are known");
        let foretold = moved(places(&world), &told.moves);
        let lows: BTreeMap<AppId, u32> = told.lows.iter().map(|low| (low.app.clone(), low.after)).collect();
        for id in lost {
            world.cut(id);
        }
        world.pass(secs(3600));
        assert_eq!(places(&world), foretold, "{lost:?}");
        for (app, ready) in lows {
            assert_eq!(world.cluster.counts(&app, world.now).0, ready, "{app} without {lost:?}");
        }
    }
}

#[test]
fn a_drain_goes_as_it_was_foretold() {
    for emptied in AGENTS {
        let mut world = world();
        let supposed = Supposition::Drain { agents: ids(&[emptied]), within_secs: Some(120) };
        let told = whatif(&world.cluster, &[supposed], world.now).expect("it is known");
        let foretold = moved(places(&world), &told.moves);
        let deadline = Some(world.now + secs(120));
        world.feed(Input::Drain { agents: vec![AgentId::new(emptied)], deadline });
        world.pass(secs(3600));
        assert_eq!(places(&world), foretold, "{emptied}");
    }
}
