//! Agents and apps for the placement suite, made from the mix's name alone.

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};
use ship_core::manifest::{AppFile, Defaults, normalise};
use ship_core::model::{
    AgentId, AgentInfo, AppSpec, Attribute, EngineState, GroupId, PlacementPolicy, PortRange, Resources, Scalar,
    Strategy,
};
use std::collections::{BTreeMap, BTreeSet};

/// Apps of so many tasks.
const TASKS_PER_APP: usize = 100;
/// Thousandths of a CPU, and MiB, that tasks ask; they take turns.
const SIZES: [(u64, u64); 3] = [(100, 64), (200, 128), (500, 256)];
/// Agents are of three sizes; the middle one has room for the mix's share of what the tasks ask on average.
const AGENT_SIZES: [f64; 3] = [0.75, 1.0, 1.25];
const ZONES: usize = 5;
const POOLS: usize = 4;

/// What the apps ask, and how full the agents get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mix {
    /// 40% nothing, 30% a zone, 15% a pool and a kernel, 15% one task on each host.
    Mixed,
    Plain,
    Unique,
    GroupBy,
    Like,
    Ports,
    NearlyFull,
    HalfIneligible,
    /// Two thirds of the tasks fit nowhere.
    OverFull,
    /// As `Mixed`, and every app prefers empty agents.
    Spread,
}

impl Mix {
    pub(super) const ALL: [Self; 10] = [
        Self::Mixed,
        Self::Plain,
        Self::Unique,
        Self::GroupBy,
        Self::Like,
        Self::Ports,
        Self::NearlyFull,
        Self::HalfIneligible,
        Self::OverFull,
        Self::Spread,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Mixed => "mixed constraints",
            Self::Plain => "no constraint",
            Self::Unique => "hostname UNIQUE",
            Self::GroupBy => "GROUP_BY @zone",
            Self::Like => "LIKE on an attribute",
            Self::Ports => "two dynamic ports",
            Self::NearlyFull => "97% full at the end",
            Self::HalfIneligible => "half the agents ineligible",
            Self::OverFull => "two thirds fit nowhere",
            Self::Spread => "mixed, all spread",
        }
    }

    /// How much of what the tasks ask the agents have.
    fn room(self) -> f64 {
        match self {
            Self::NearlyFull => 1.03,
            Self::OverFull => 1.0 / 3.0,
            Self::Mixed
            | Self::Plain
            | Self::Unique
            | Self::GroupBy
            | Self::Like
            | Self::Ports
            | Self::HalfIneligible
            | Self::Spread => 2.2,
        }
    }

    fn constraints(self, app: usize) -> Value {
        let zone = format!("zone-{}", app % ZONES);
        match self {
            Self::Plain | Self::Ports | Self::NearlyFull => json!([]),
            Self::Unique => json!([["hostname", "UNIQUE"]]),
            Self::GroupBy => json!([["@zone", "GROUP_BY"]]),
            Self::Like => json!([["pool", "LIKE", "pool-0|pool-1"]]),
            Self::HalfIneligible => json!([["half", "IS", "left"]]),
            Self::Mixed | Self::Spread | Self::OverFull => match app * 7 % 20 {
                0..8 => json!([]),
                8..14 => json!([["@zone", "IS", zone]]),
                14..17 => json!([["pool", "UNLIKE", "pool-3"], ["kernel", "IS", "6"]]),
                _ => json!([["hostname", "UNIQUE"]]),
            },
        }
    }
}

pub(super) struct Scene {
    pub(super) agents: Vec<AgentInfo>,
    pub(super) apps: Vec<AppSpec>,
}

impl Scene {
    pub(super) fn new(mix: Mix, agents: usize, tasks: usize) -> Result<Self> {
        let apps = (0..tasks.div_ceil(TASKS_PER_APP)).map(|number| app(mix, number, tasks)).collect::<Result<_>>()?;
        let share = mix.room() * tasks as f64 / agents as f64;
        Ok(Self { agents: (0..agents).map(|number| agent(number, share)).collect(), apps })
    }
}

fn app(mix: Mix, number: usize, tasks: usize) -> Result<AppSpec> {
    let (cpus, mem) = SIZES[number % SIZES.len()];
    let ports = if mix == Mix::Ports { json!([{ "containerPort": 80 }, { "containerPort": 81 }]) } else { json!([]) };
    let file = json!({
        "id": format!("/app-{number}"), "cpus": cpus as f64 / 1000.0, "mem": mem,
        "instances": TASKS_PER_APP.min(tasks - number * TASKS_PER_APP),
        "container": { "type": "DOCKER", "docker": { "image": "app" }, "portMappings": ports },
        "networks": [{ "mode": "container/bridge" }],
        "constraints": mix.constraints(number),
    });
    let file: AppFile = serde_json::from_value(file).context("the app is one")?;
    let spec = normalise(&file, &GroupId::root(), &Defaults::default());
    let mut spec = spec.map_err(|findings| anyhow!("the app is valid: {findings:?}"))?;
    if mix == Mix::Spread {
        spec.placement = PlacementPolicy { strategy: Strategy::Spread, ..spec.placement };
    }
    Ok(spec)
}

fn agent(number: usize, tasks: f64) -> AgentInfo {
    let size = tasks * AGENT_SIZES[number % AGENT_SIZES.len()];
    let mean = |amount: fn(&(u64, u64)) -> u64| SIZES.iter().map(amount).sum::<u64>() as f64 / SIZES.len() as f64;
    let attributes = [
        ("pool", format!("pool-{}", number / 3 % POOLS)),
        ("kernel", if number % 7 < 5 { "6" } else { "5" }.to_owned()),
        ("half", if number.is_multiple_of(2) { "left" } else { "right" }.to_owned()),
    ];
    AgentInfo {
        id: AgentId::new(format!("agent-{number:05}")),
        hostname: format!("host-{number:05}"),
        resources: Resources {
            cpus: Scalar::from_f64(size * mean(|size| size.0) / 1000.0),
            mem: Scalar::from_f64(size * mean(|size| size.1)),
            disk: Scalar::whole(100_000),
            gpus: 0,
        },
        reserved: BTreeMap::new(),
        ports: vec![PortRange { first: 31_000, last: 32_000 }],
        attributes: attributes.into_iter().map(|(name, value)| (name.to_owned(), Attribute::Text(value))).collect(),
        zone: Some(format!("zone-{}", number / 2 % ZONES)),
        region: None,
        images: BTreeSet::new(),
        engine: EngineState::Up { version: "1".to_owned() },
    }
}
