//! Apps as somebody might write them.

use super::People;
use crate::dice::Dice;
use crate::image::Temper;
use crate::world::World;
use ship_core::model::{
    AppId, AppSpec, Backoff, Checks, Command, Constraint, GroupId, GroupSpec, HealthCheck, Image, KillSelection,
    NetworkMode, OnFailure, PlacementPolicy, PortRange, PortSpec, Probe, ProbePort, Protocol, ReadinessCheck,
    Resources, RolloutPolicy, RunSpec, Scalar, UnreachableStrategy, UpgradeStrategy, Wanted,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// In the order in which they may depend on each other: only on what stands before.
pub(super) const NAMES: [&str; 10] =
    ["/back/a", "/back/b", "/back/c", "/mid/d", "/mid/e", "/mid/f", "/front/g", "/front/h", "/front/i", "/lone"];

/// These are resident in all their definitions: see `ship_core::cluster::invariants`.
const RESIDENT: [&str; 2] = ["/back/c", "/mid/f"];

const TEMPERS: [(u64, Temper); 8] = [
    (60, Temper::Good),
    (5, Temper::Heavy),
    (8, Temper::Slow),
    (7, Temper::Sick),
    (4, Temper::Unready),
    (5, Temper::Crash),
    (6, Temper::Brief),
    (5, Temper::Missing),
];

impl World {
    pub(super) fn first_apps(&mut self) -> Wanted {
        let count = self.dice.between(2, 7);
        let mut wanted = Wanted::default();
        for _ in 0..count {
            let name = self.dice.pick(&NAMES);
            let app = new_app(&mut self.dice, &mut self.people, name);
            wanted.apps.insert(app.id.clone(), Arc::new(app));
        }
        if self.dice.chance(30) {
            let group = group("/front", &["/mid"]);
            wanted.groups.insert(group.id.clone(), Arc::new(group));
        }
        wanted
    }
}

pub(super) fn new_app(dice: &mut Dice, people: &mut People, name: &str) -> AppSpec {
    AppSpec {
        id: AppId::parse(name).expect("a valid name"),
        instances: instances(dice, people),
        run: run(dice, people),
        pod: None,
        constraints: constraints(dice),
        dependencies: dependencies(dice, name),
        labels: BTreeMap::new(),
        checks: checks(dice),
        upgrade: upgrade(dice, name),
        rollout: RolloutPolicy {
            deadline_secs: u32_of(dice.between(20, 60)),
            settling_secs: u32_of(dice.between(2, 4)),
            on_failure: if dice.chance(40) { OnFailure::Revert } else { OnFailure::Hold },
        },
        backoff: Backoff { initial_secs: 1.0, factor: dice.pick(&[1.0, 1.15, 2.0]), max_secs: dice.pick(&[3.0, 15.0]) },
        kill_selection: dice.pick(&[KillSelection::YoungestFirst, KillSelection::OldestFirst]),
        kill_grace_secs: dice.pick(&[None, Some(1), Some(5)]),
        unreachable: unreachable(dice, name),
        placement: PlacementPolicy::default(),
        role: AppSpec::ANY_ROLE.to_owned(),
        accepted_resource_roles: BTreeSet::new(),
        restarted_at: None,
        kept: BTreeMap::new(),
    }
}

pub(super) fn instances(dice: &mut Dice, people: &People) -> u32 {
    u32_of(if dice.chance(80) { dice.between(1, 6) } else { dice.between(0, people.instances_max) })
}

pub(super) fn image(dice: &mut Dice, people: &mut People) -> Image {
    let temper = dice.weighted(&TEMPERS);
    Image { name: temper.image(people.number()), force_pull: false }
}

fn run(dice: &mut Dice, people: &mut People) -> RunSpec {
    let fixed = dice.chance(5).then_some(31_005);
    let open = dice.between(0, 2);
    let ports = fixed.into_iter().chain((0..open).map(|_| 0)).map(port).collect();
    RunSpec {
        image: image(dice, people),
        command: Command::Image,
        env: BTreeMap::new(),
        user: None,
        resources: Resources {
            cpus: Scalar::from_thousandths(dice.between(1, 10) * 100),
            mem: Scalar::whole(dice.between(1, 4) * 32),
            disk: Scalar::ZERO,
            gpus: 0,
        },
        network: NetworkMode::Bridge,
        ports,
        require_ports: false,
        volumes: Vec::new(),
        persistent: Vec::new(),
        mounts: Vec::new(),
        privileged: false,
        parameters: Vec::new(),
        tty: false,
        companions: Vec::new(),
    }
}

fn port(host: u16) -> PortSpec {
    PortSpec {
        name: None,
        protocol: Protocol::Tcp,
        container_port: 80,
        host_port: Some(host),
        service_port: 0,
        labels: BTreeMap::new(),
    }
}

/// One of the first that the cluster would choose itself, so that others have to give it up; or none any more.
pub(super) fn claim_service_port(dice: &mut Dice, app: &mut AppSpec, claimed: &[u16]) {
    let number = PortRange::SERVICE.first + u16::try_from(dice.between(0, 9)).expect("a small number");
    if let Some(port) = app.run.ports.first_mut() {
        port.service_port = if port.service_port == 0 && !claimed.contains(&number) { number } else { 0 };
    }
}

pub(super) fn checks(dice: &mut Dice) -> Checks {
    let health = HealthCheck {
        probe: Probe::Tcp { port: ProbePort::Number(80) },
        grace_period_secs: 10,
        interval_secs: 1,
        timeout_secs: 1,
        max_consecutive_failures: 3,
        delay_secs: 0,
        container: None,
    };
    let readiness = ReadinessCheck {
        name: "ready".to_owned(),
        path: "/".to_owned(),
        port: ProbePort::Number(80),
        tls: false,
        interval_secs: 2,
        timeout_secs: 1,
        ready_statuses: BTreeSet::from([200]),
        keep_answer: false,
    };
    Checks {
        health: dice.chance(60).then_some(health).into_iter().collect(),
        readiness: dice.chance(30).then_some(readiness),
        inform: None,
    }
}

pub(super) fn upgrade(dice: &mut Dice, name: &str) -> UpgradeStrategy {
    let resident = RESIDENT.contains(&name);
    UpgradeStrategy {
        minimum_health_capacity: match resident {
            true => dice.pick(&[0.0, 0.5]),
            false => dice.pick(&[0.0, 0.3, 0.5, 0.75, 1.0, 1.0]),
        },
        maximum_over_capacity: if resident { 0.0 } else { dice.pick(&[0.0, 0.25, 0.3, 0.5, 1.0]) },
    }
}

fn unreachable(dice: &mut Dice, name: &str) -> UnreachableStrategy {
    if RESIDENT.contains(&name) {
        return UnreachableStrategy::Disabled;
    }
    let (inactive_after_secs, expunge_after_secs) = dice.pick(&[(0, 0), (15, 30), (5, 60)]);
    UnreachableStrategy::Replace { inactive_after_secs, expunge_after_secs }
}

pub(super) fn constraints(dice: &mut Dice) -> Vec<Constraint> {
    let parts: &[&str] = match dice.between(1, 100) {
        1..=12 => &["hostname", "UNIQUE"],
        13..=20 => &["rack", "GROUP_BY"],
        21..=26 => &["hostname", "MAX_PER", "2"],
        _ => return Vec::new(),
    };
    let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
    vec![Constraint::parse(&parts).expect("a valid constraint")]
}

/// Some of what stands before it, by name or by group.
pub(super) fn dependencies(dice: &mut Dice, name: &str) -> BTreeSet<GroupId> {
    let rank = NAMES.iter().position(|known| *known == name).unwrap_or(0);
    let groups: &[&str] = match rank / 3 {
        0 => &[],
        1 => &["/back"],
        _ => &["/back", "/mid"],
    };
    let mut named = BTreeSet::new();
    while rank > 0 && dice.chance(35) {
        let path = match dice.pick_any(groups).filter(|_| dice.chance(25)) {
            Some(group) => group,
            None => NAMES[dice.below(rank)],
        };
        named.insert(GroupId::resolve(path, &GroupId::root()).expect("a valid path"));
    }
    named
}

pub(super) fn group(name: &str, needs: &[&str]) -> GroupSpec {
    let path = |path: &str| GroupId::resolve(path, &GroupId::root()).expect("a valid path");
    GroupSpec { id: path(name), dependencies: needs.iter().map(|needed| path(needed)).collect() }
}

pub(super) fn u32_of(number: u64) -> u32 {
    u32::try_from(number).expect("a small number")
}
