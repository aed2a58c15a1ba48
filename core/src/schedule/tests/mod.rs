//! One task, some agents: where it goes, and why not elsewhere.

mod reference;
mod same;

use super::{Claim, Fleet, Link, Load, Mismatch, Rejection, Site, Slot, misplaced, summary};
use crate::fixture::{AppBuilder, agent, app};
use crate::model::{AgentInfo, AppSpec, EngineState, Resource, Resources, Scalar, Strategy};

struct Agents(Vec<(AgentInfo, Load)>);

fn agents(ids: &[&str]) -> Agents {
    Agents(ids.iter().map(|id| agent(id)).map(|info| (info.clone(), Load::none(&info))).collect())
}

impl Agents {
    fn racks(mut self, racks: &[&str]) -> Self {
        for ((info, ..), rack) in self.0.iter_mut().zip(racks) {
            info.zone = Some((*rack).to_owned());
        }
        self
    }

    fn used(mut self, index: usize, cpus: f64) -> Self {
        self.0[index].1.used.cpus = Scalar::from_f64(cpus);
        self
    }

    fn taken(mut self, index: usize, port: u16) -> Self {
        self.0[index].1.ports.take(port);
        self
    }

    fn place(&self, app: &AppBuilder, placed: &[usize]) -> Result<Site, Vec<Rejection>> {
        let mut fleet = Fleet::new(1);
        self.0.iter().for_each(|(info, load)| fleet.push(info.clone(), Link::Up, load.clone()));
        fleet.begin(&app.0, placed.iter().map(|index| Slot::at(*index)));
        fleet.choose(&app.0).ok_or_else(|| fleet.rejections(&app.0))
    }

    fn host(&self, app: &AppBuilder, placed: &[usize]) -> Option<String> {
        self.place(app, placed).ok().map(|site| site.host)
    }
}

#[test]
fn the_fullest_agent_that_fits_is_taken_or_the_emptiest() {
    let agents = agents(&["a", "b", "c"]).used(0, 1.0).used(1, 2.0).used(2, 3.95);
    assert_eq!(agents.host(&app("web"), &[]).as_deref(), Some("b"));
    assert_eq!(agents.host(&app("web").strategy(Strategy::Spread), &[]).as_deref(), Some("a"));
}

#[test]
fn instances_of_one_app_prefer_other_agents_and_zones() {
    let agents = agents(&["a", "b", "c"]).racks(&["r1", "r1", "r2"]).used(0, 2.0).used(1, 1.0);
    assert_eq!(agents.host(&app("web").instances(2), &[0]).as_deref(), Some("c"));
    assert_eq!(agents.host(&app("web").instances(100), &[0]).as_deref(), Some("a"), "one of a hundred weighs little");
}

#[test]
fn an_agent_that_has_the_image_is_a_little_better() {
    let mut agents = agents(&["a", "b"]).used(0, 0.5);
    assert_eq!(agents.host(&app("web"), &[]).as_deref(), Some("a"));
    agents.0[1].0.images.insert("image:1".into());
    assert_eq!(agents.host(&app("web"), &[]).as_deref(), Some("b"));
}

#[test]
fn equal_agents_are_told_apart_by_the_seed() {
    let agents = agents(&["a", "b", "c", "d"]);
    let host = |seed: u64| {
        let mut fleet = Fleet::new(seed);
        agents.0.iter().for_each(|(info, load)| fleet.push(info.clone(), Link::Up, load.clone()));
        fleet.begin(&app("web").0, std::iter::empty());
        fleet.choose(&app("web").0).unwrap().host
    };
    assert_eq!(host(7), host(7));
    assert!((0..20).any(|seed| host(seed) != host(7)));
}

#[test]
fn every_agent_says_why_not() {
    let mut agents = agents(&["a", "b"]).used(0, 3.5);
    agents.0[1].0.engine = EngineState::Down { reason: "gone".into() };
    let rejections = agents.place(&app("web").cpus(1.0), &[]).expect_err("fits nowhere");
    let short = Mismatch::Short { resource: Resource::Cpus, wanted: Scalar::whole(1), free: Scalar::from_f64(0.5) };
    assert_eq!(rejections[0].reason, short);
    assert_eq!(rejections[1].reason, Mismatch::EngineDown);
    let text = summary(&rejections);
    assert_eq!(text, "b: its Docker Engine does not answer; a: short of 0.5 cpus (1 wanted, 0.5 free)");
}

#[test]
fn constraints_filter_by_operator() {
    let agents = agents(&["a", "b", "c"]).racks(&["r1", "r1", "r2"]).used(1, 1.0);
    let host = |parts: &[&str], placed: &[usize]| agents.host(&app("web").constraint(parts), placed);
    assert_eq!(host(&["hostname", "UNIQUE"], &[0, 1]).as_deref(), Some("c"));
    assert_eq!(host(&["hostname", "UNIQUE"], &[0, 1, 2]), None);
    assert_eq!(host(&["@zone", "CLUSTER", "r2"], &[]).as_deref(), Some("c"));
    assert_eq!(host(&["@zone", "CLUSTER"], &[2]).as_deref(), Some("c"));
    assert_eq!(host(&["@zone", "GROUP_BY"], &[0]).as_deref(), Some("c"));
    assert_eq!(host(&["@zone", "GROUP_BY"], &[0, 2, 2]).as_deref(), Some("b"));
    assert_eq!(host(&["@zone", "GROUP_BY", "9"], &[0, 2]).as_deref(), Some("b"), "more groups than there are");
    assert_eq!(host(&["hostname", "LIKE", "[bc]"], &[]).as_deref(), Some("b"));
    assert_eq!(host(&["hostname", "UNLIKE", "b|c"], &[]).as_deref(), Some("a"));
    assert_eq!(host(&["@zone", "MAX_PER", "1"], &[0]).as_deref(), Some("c"));
    assert_eq!(host(&["@zone", "MAX_PER", "0"], &[]), None);
    assert_eq!(host(&["@zone", "IS", "r2"], &[]).as_deref(), Some("c"));
    assert_eq!(host(&["rack", "CLUSTER"], &[1]).as_deref(), Some("b"));
    assert_eq!(host(&["rack", "UNIQUE"], &[0, 1]).as_deref(), Some("c"));
}

#[test]
fn a_missing_attribute_satisfies_only_unlike() {
    let agents = agents(&["a"]);
    let operators =
        [("UNLIKE", true), ("LIKE", false), ("IS", false), ("CLUSTER", false), ("MAX_PER", false), ("UNIQUE", false)];
    for (operator, fits) in operators {
        let parts: &[&str] = match operator {
            "UNIQUE" => &["gpu", operator],
            "MAX_PER" => &["gpu", operator, "1"],
            operator => &["gpu", operator, "x"],
        };
        assert_eq!(agents.place(&app("web").constraint(parts), &[]).is_ok(), fits, "{operator}");
    }
}

#[test]
fn numbers_are_compared_as_numbers_also_below_zero() {
    let mut agents = agents(&["a"]);
    let mut fits = |value: &str, wanted: &str| {
        let value = crate::model::Attribute::Text(value.into());
        agents.0[0].0.attributes.insert("level".into(), value);
        agents.host(&app("web").constraint(&["level", "IS", wanted]), &[]).is_some()
    };
    assert!(fits("4", "4.0") && fits("-1", "-1.0") && fits("0", "-0") && fits("nan", "nan") && fits("x", "x"));
    assert!(!fits("-1", "-2") && !fits("-1", "0") && !fits("0", "nan") && !fits("4", "4.01"));
}

#[test]
fn fixed_ports_are_taken_or_refused_and_open_ones_go_round() {
    let agents = agents(&["a"]).taken(0, 31005).taken(0, 31000);
    let ports = |app: &AppBuilder| {
        agents.place(app, &[]).map(|site| site.ports.iter().filter_map(|port| port.host).collect::<Vec<_>>())
    };
    assert_eq!(ports(&app("web").host_port(0).host_port(0)), Ok(vec![31001, 31002]));
    assert_eq!(ports(&app("web").host_port(0).host_port(31001)), Ok(vec![31002, 31001]));
    let reason = |app: &AppBuilder| ports(app).expect_err("refused").remove(0).reason;
    assert_eq!(reason(&app("web").host_port(31005)), Mismatch::PortTaken { port: 31005 });
    assert_eq!(reason(&app("web").host_port(80)), Mismatch::PortOutside { port: 80 });
    let greedy = (0..99).fold(app("web"), |app, _| app.host_port(0));
    assert_eq!(reason(&greedy), Mismatch::PortsExhausted { wanted: 99 });
}

#[test]
fn a_reserved_share_is_for_its_role_alone() {
    let mut agents = agents(&["a", "b"]);
    agents.0[0].0.resources = Resources { cpus: Scalar::whole(1), ..agents.0[0].0.resources };
    let share = Resources { cpus: Scalar::whole(8), ..Resources::default() };
    agents.0[0].0.reserved.insert("prod".into(), share);
    assert_eq!(agents.host(&app("web").cpus(6.0), &[]), None);
    let site = agents.place(&app("web").cpus(8.5).role("prod"), &[]).expect("fits");
    assert_eq!((site.host.as_str(), site.reserved["prod"]), ("a", share));
    assert_eq!(agents.host(&app("web").cpus(8.5).role("prod").accepts(&["prod"]), &[]), None, "mem of `prod` is none");
}

#[test]
fn of_two_tasks_on_one_host_the_younger_breaks_unique() {
    let spec: AppSpec = app("web").constraint(&["hostname", "UNIQUE"]).0;
    let (a, b) = (agent("a"), agent("b"));
    assert_eq!(misplaced(&spec, &[&a, &b, &a]), [false, false, true]);
}

#[test]
fn what_a_batch_closed_is_open_to_the_next() {
    let mut fleet = Fleet::new(1);
    for id in ["a", "b"] {
        fleet.push(agent(id), Link::Up, Load::none(&agent(id)));
    }
    for rule in [&["hostname", "UNIQUE"][..], &["rack", "MAX_PER", "1"], &["rack", "GROUP_BY"], &["rack", "CLUSTER"]] {
        let spec = app("web").instances(2).constraint(rule).0;
        for _ in 0..2 {
            fleet.begin(&spec, std::iter::empty());
            let first = fleet.choose(&spec).expect("there is room");
            fleet.take(Slot::at(usize::from(first.host == "b")), &Claim::default());
            let second = fleet.choose(&spec).map(|site| site.host);
            assert_eq!(second == Some(first.host), rule[1] == "CLUSTER", "{rule:?}");
        }
    }
}
