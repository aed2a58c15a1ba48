//! One task, some agents: where it goes, and why not elsewhere.

use super::{Candidate, Link, Mismatch, Rejection, Site, misplaced, place, summary};
use crate::fixture::{AppBuilder, agent, app};
use crate::model::{AgentInfo, AppSpec, EngineState, Resource, Resources, Scalar};
use imbl::OrdSet;

struct Fleet {
    agents: Vec<(AgentInfo, Resources, OrdSet<u16>)>,
}

fn fleet(ids: &[&str]) -> Fleet {
    Fleet { agents: ids.iter().map(|id| (agent(id), Resources::default(), OrdSet::new())).collect() }
}

impl Fleet {
    fn racks(mut self, racks: &[&str]) -> Self {
        for ((info, ..), rack) in self.agents.iter_mut().zip(racks) {
            info.zone = Some((*rack).to_owned());
        }
        self
    }

    fn used(mut self, index: usize, cpus: f64) -> Self {
        self.agents[index].1.cpus = Scalar::from_f64(cpus);
        self
    }

    fn taken(mut self, index: usize, port: u16) -> Self {
        self.agents[index].2.insert(port);
        self
    }

    fn place(&self, app: &AppBuilder, placed: &[usize]) -> Result<Site, Vec<Rejection>> {
        let placed: Vec<&AgentInfo> = placed.iter().map(|index| &self.agents[*index].0).collect();
        let candidates: Vec<Candidate<'_>> = self
            .agents
            .iter()
            .map(|(info, used, ports)| Candidate {
                info,
                link: Link::Up,
                used: *used,
                ports_taken: ports,
                last_port: 0,
                siblings: u32::try_from(placed.iter().filter(|other| other.id == info.id).count()).unwrap(),
            })
            .collect();
        place(&app.0, &candidates, &placed)
    }

    fn host(&self, app: &AppBuilder, placed: &[usize]) -> Option<String> {
        self.place(app, placed).ok().map(|site| site.host)
    }
}

#[test]
fn the_fullest_agent_that_fits_is_taken() {
    let fleet = fleet(&["a", "b", "c"]).used(1, 2.0).used(2, 3.95);
    assert_eq!(fleet.host(&app("web"), &[]).as_deref(), Some("b"));
}

#[test]
fn instances_of_one_app_spread() {
    let fleet = fleet(&["a", "b"]).used(0, 2.0);
    assert_eq!(fleet.host(&app("web"), &[0]).as_deref(), Some("b"));
}

#[test]
fn every_agent_says_why_not() {
    let mut fleet = fleet(&["a", "b"]).used(0, 3.5);
    fleet.agents[1].0.engine = EngineState::Down { reason: "gone".into() };
    let rejections = fleet.place(&app("web").cpus(1.0), &[]).expect_err("fits nowhere");
    let short = Mismatch::Short { resource: Resource::Cpus, wanted: Scalar::whole(1), free: Scalar::from_f64(0.5) };
    assert_eq!(rejections[0].reason, short);
    assert_eq!(rejections[1].reason, Mismatch::EngineDown);
    let text = summary(&rejections);
    assert_eq!(text, "b: its Docker Engine does not answer; a: short of 0.5 cpus (1 wanted, 0.5 free)");
}

#[test]
fn constraints_filter_by_operator() {
    let fleet = fleet(&["a", "b", "c"]).racks(&["r1", "r1", "r2"]);
    let host = |parts: &[&str], placed: &[usize]| fleet.host(&app("web").constraint(parts), placed);
    assert_eq!(host(&["hostname", "UNIQUE"], &[0, 1]).as_deref(), Some("c"));
    assert_eq!(host(&["hostname", "UNIQUE"], &[0, 1, 2]), None);
    assert_eq!(host(&["@zone", "CLUSTER", "r2"], &[]).as_deref(), Some("c"));
    assert_eq!(host(&["@zone", "CLUSTER"], &[2]).as_deref(), Some("c"));
    assert_eq!(host(&["@zone", "GROUP_BY"], &[0]).as_deref(), Some("c"));
    assert_eq!(host(&["@zone", "GROUP_BY"], &[0, 2, 2]).as_deref(), Some("b"));
    assert_eq!(host(&["@zone", "GROUP_BY", "9"], &[0, 2]).as_deref(), Some("b"), "more groups than there are");
    assert_eq!(host(&["hostname", "LIKE", "[bc]"], &[]).as_deref(), Some("b"));
    assert_eq!(host(&["hostname", "UNLIKE", "a|b"], &[]).as_deref(), Some("c"));
    assert_eq!(host(&["@zone", "MAX_PER", "1"], &[0]).as_deref(), Some("c"));
    assert_eq!(host(&["@zone", "IS", "r2"], &[]).as_deref(), Some("c"));
}

#[test]
fn a_missing_attribute_satisfies_only_unlike() {
    let fleet = fleet(&["a"]);
    for (operator, fits) in [("UNLIKE", true), ("LIKE", false), ("IS", false), ("CLUSTER", false)] {
        let app = app("web").constraint(&["gpu", operator, "x"]);
        assert_eq!(fleet.place(&app, &[]).is_ok(), fits, "{operator}");
    }
}

#[test]
fn fixed_ports_are_taken_or_refused_and_open_ones_go_round() {
    let fleet = fleet(&["a"]).taken(0, 31000).taken(0, 31005);
    let ports = |app: &AppBuilder| {
        fleet.place(app, &[]).map(|site| site.ports.iter().filter_map(|port| port.host).collect::<Vec<_>>())
    };
    assert_eq!(ports(&app("web").host_port(0).host_port(0)), Ok(vec![31001, 31002]));
    assert_eq!(ports(&app("web").host_port(0).host_port(31001)), Ok(vec![31002, 31001]));
    let reason = |app: &AppBuilder| ports(app).expect_err("refused").remove(0).reason;
    assert_eq!(reason(&app("web").host_port(31005)), Mismatch::PortTaken(31005));
    assert_eq!(reason(&app("web").host_port(80)), Mismatch::PortOutside(80));
    let greedy = (0..99).fold(app("web"), |app, _| app.host_port(0));
    assert_eq!(reason(&greedy), Mismatch::PortsExhausted { wanted: 99 });
}

#[test]
fn of_two_tasks_on_one_host_the_younger_breaks_unique() {
    let spec: AppSpec = app("web").constraint(&["hostname", "UNIQUE"]).0;
    let (a, b) = (agent("a"), agent("b"));
    assert_eq!(misplaced(&spec, &[&a, &b, &a]), [false, false, true]);
}
