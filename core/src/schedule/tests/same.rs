//! Whatever happens to agents and whatever apps ask: the index and the plain scan find the same agents fit, and
//! the same one the best.

use super::reference::{Known, place};
use crate::fixture::{agent, app};
use crate::model::{AppSpec, Attribute, EngineState, Resources, Scalar, Strategy as Ranking};
use crate::schedule::{Claim, Fleet, Link, Load, Slot};
use proptest::prelude::*;

const RULES: [&[&str]; 22] = [
    &["hostname", "UNIQUE"],
    &["@hostname", "GROUP_BY"],
    &["hostname", "MAX_PER", "2"],
    &["hostname", "CLUSTER"],
    &["hostname", "LIKE", "h[0-4]"],
    &["rack", "UNIQUE"],
    &["rack", "CLUSTER"],
    &["rack", "CLUSTER", "1"],
    &["rack", "GROUP_BY"],
    &["rack", "GROUP_BY", "2"],
    &["rack", "MAX_PER", "1"],
    &["rack", "MAX_PER", "0"],
    &["rack", "IS", "1.0"],
    &["rack", "UNLIKE", "[12]"],
    &["disk", "GROUP_BY"],
    &["disk", "LIKE", "s.*"],
    &["disk", "UNLIKE", "s.*"],
    &["@zone", "GROUP_BY"],
    &["@zone", "MAX_PER", "2"],
    &["@zone", "UNIQUE"],
    &["@zone", "CLUSTER"],
    &["@region", "UNLIKE", "r1"],
];

#[derive(Debug, Clone)]
struct Machine {
    host: u8,
    rack: Option<u8>,
    disk: Option<bool>,
    zone: Option<u8>,
    cpus: u64,
    mem: u64,
    share: u64,
    ports: u16,
    image: bool,
    up: bool,
}

#[derive(Debug, Clone)]
struct Ask {
    cpus: u64,
    mem: u64,
    instances: u32,
    rules: Vec<usize>,
    open: u8,
    fixed: Option<u16>,
    spread: bool,
    role: u8,
    image: u8,
}

#[derive(Debug, Clone)]
enum Step {
    /// So many tasks more of an app.
    Place(usize, u8),
    /// One of its tasks ends.
    End(usize, u8),
    Link(usize, u8),
    Change(usize, Machine),
    Join(Machine),
}

fn machine() -> impl Strategy<Value = Machine> {
    let place = (0..8_u8, prop::option::of(0..3_u8), prop::option::of(any::<bool>()), prop::option::of(0..3_u8));
    let size = (1..6_u64, 1..6_u64, 0..3_u64, 0..6_u16);
    (place, size, any::<bool>(), prop::bool::weighted(0.9)).prop_map(
        |((host, rack, disk, zone), (cpus, mem, share, ports), image, up)| Machine {
            host,
            rack,
            disk,
            zone,
            cpus,
            mem,
            share,
            ports,
            image,
            up,
        },
    )
}

fn ask() -> impl Strategy<Value = Ask> {
    let size = (0..3_u64, 0..3_u64, 1..8_u32);
    let ports = (0..3_u8, prop::option::weighted(0.2, 31000..31008_u16));
    let rest = (any::<bool>(), 0..3_u8, 0..2_u8);
    (size, prop::collection::vec(0..RULES.len(), 0..3), ports, rest).prop_map(
        |((cpus, mem, instances), rules, (open, fixed), (spread, role, image))| Ask {
            cpus,
            mem,
            instances,
            rules,
            open,
            fixed,
            spread,
            role,
            image,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..4_usize, 1..5_u8).prop_map(|(app, tasks)| Step::Place(app, tasks)),
        2 => (0..4_usize, any::<u8>()).prop_map(|(app, task)| Step::End(app, task)),
        1 => (0..10_usize, 0..4_u8).prop_map(|(agent, link)| Step::Link(agent, link)),
        1 => (0..10_usize, machine()).prop_map(|(agent, machine)| Step::Change(agent, machine)),
        1 => machine().prop_map(Step::Join),
    ]
}

/// The scheduler's view, the same in plain, and which tasks stand where.
struct World {
    fleet: Fleet,
    agents: Vec<Known>,
    apps: Vec<AppSpec>,
    tasks: Vec<Vec<(usize, Claim)>>,
}

const SEED: u64 = 11;

impl World {
    fn new(machines: &[Machine], apps: &[Ask]) -> Self {
        let mut world = Self {
            fleet: Fleet::new(SEED),
            agents: Vec::new(),
            apps: apps.iter().enumerate().map(|(number, ask)| spec(number, ask)).collect(),
            tasks: vec![Vec::new(); apps.len()],
        };
        machines.iter().for_each(|machine| world.join(machine));
        world
    }

    fn join(&mut self, machine: &Machine) {
        let info = info(self.agents.len(), machine);
        let load = Load::none(&info);
        self.fleet.push(info.clone(), Link::Up, load.clone());
        self.agents.push(Known { info, link: Link::Up, load });
    }

    fn show(&mut self, at: usize) {
        let agent = &self.agents[at];
        self.fleet.update(Slot::at(at), &agent.info, agent.link, &agent.load);
    }

    fn play(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Place(app, tasks) => return self.place(app % self.apps.len(), tasks),
            Step::End(app, task) => {
                let app = app % self.apps.len();
                let tasks = &mut self.tasks[app];
                if !tasks.is_empty() {
                    let (at, claim) = tasks.remove(usize::from(task) % tasks.len());
                    self.agents[at].load.give_back(&claim);
                    self.fleet.give_back(Slot::at(at), &claim);
                }
            }
            Step::Link(agent, link) => {
                let at = agent % self.agents.len();
                self.agents[at].link = [Link::Up, Link::Away, Link::Gone, Link::Draining][usize::from(link)];
                self.show(at);
            }
            Step::Change(agent, machine) => {
                let at = agent % self.agents.len();
                let info = info(at, &machine);
                self.agents[at].load.ports = self.agents[at].load.ports.offering(&info.ports);
                self.agents[at].info = info;
                self.show(at);
            }
            Step::Join(machine) => self.join(&machine),
        }
        Ok(())
    }

    fn place(&mut self, app: usize, tasks: u8) -> Result<(), TestCaseError> {
        let spec = self.apps[app].clone();
        let placed = |tasks: &[(usize, Claim)]| tasks.iter().map(|(at, _)| *at).collect::<Vec<_>>();
        self.fleet.begin(&spec, placed(&self.tasks[app]).into_iter().map(Slot::at));
        for _ in 0..tasks {
            let (best, feasible) = place(SEED, &self.agents, &spec, &placed(&self.tasks[app]));
            let rejected: Vec<String> = self.fleet.rejections(&spec).into_iter().map(|no| no.host).collect();
            let passed: Vec<&str> = feasible.iter().map(|at| self.agents[*at].info.hostname.as_str()).collect();
            prop_assert_eq!(rejected.len() + passed.len(), self.agents.len(), "{:?} {:?}", rejected, passed);
            let site = self.fleet.choose(&spec);
            let chosen = site.as_ref().map(|site| site.agent.clone());
            prop_assert_eq!(&chosen, &best.map(|at| self.agents[at].info.id.clone()));
            let (Some(site), Some(at)) = (site, best) else { break };
            let claim = site.claim(&spec);
            prop_assert!(claim.ports.iter().all(|port| !self.agents[at].load.ports.is_taken(*port)));
            self.fleet.take(Slot::at(at), &claim);
            self.agents[at].load.take(&claim);
            self.tasks[app].push((at, claim));
        }
        Ok(())
    }
}

fn info(number: usize, machine: &Machine) -> crate::model::AgentInfo {
    let mut info = agent(&format!("agent-{number}"));
    info.hostname = format!("h{}", machine.host);
    info.attributes.clear();
    if let Some(rack) = machine.rack {
        info.attributes.insert("rack".into(), Attribute::Number(Scalar::whole(u64::from(rack))));
    }
    if let Some(ssd) = machine.disk {
        info.attributes.insert("disk".into(), Attribute::Text(if ssd { "ssd" } else { "hdd" }.into()));
    }
    info.zone = machine.zone.map(|zone| format!("z{zone}"));
    info.region = machine.zone.map(|zone| format!("r{zone}"));
    info.resources.cpus = Scalar::whole(machine.cpus);
    info.resources.mem = Scalar::whole(machine.mem * 100);
    if machine.share > 0 {
        let share = Resources { cpus: Scalar::whole(machine.share), mem: Scalar::whole(100), ..Resources::default() };
        info.reserved.insert("prod".into(), share);
    }
    info.ports[0].last = info.ports[0].first + machine.ports;
    if machine.image {
        info.images.insert("image:1".into());
    }
    if !machine.up {
        info.engine = EngineState::Down { reason: "test".into() };
    }
    info
}

fn spec(number: usize, ask: &Ask) -> AppSpec {
    let mut app = app(&format!("app-{number}")).instances(ask.instances).image(&format!("image:{}", ask.image));
    for rule in &ask.rules {
        app = app.constraint(RULES[*rule]);
    }
    for _ in 0..ask.open {
        app = app.host_port(0);
    }
    if let Some(port) = ask.fixed {
        app = app.host_port(port);
    }
    app = match ask.role {
        0 => app,
        1 => app.role("prod"),
        _ => app.role("prod").accepts(&["prod"]),
    };
    if ask.spread {
        app = app.strategy(Ranking::Spread);
    }
    app.0.run.resources.cpus = Scalar::from_thousandths(ask.cpus * 500);
    app.0.run.resources.mem = Scalar::whole(ask.mem * 50);
    app.0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]
    #[test]
    fn the_index_and_the_plain_scan_agree(
        machines in prop::collection::vec(machine(), 1..8),
        apps in prop::collection::vec(ask(), 1..4),
        steps in prop::collection::vec(step(), 1..20),
    ) {
        let mut world = World::new(&machines, &apps);
        for step in steps {
            world.play(step)?;
        }
    }
}
