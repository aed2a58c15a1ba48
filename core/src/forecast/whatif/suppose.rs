//! What may be supposed, and how a model is told of it.

use super::watch::Watch;
use crate::cluster::{Cluster, Commit, Input, patient};
use crate::forecast::model::Model;
use crate::model::{
    AgentId, AgentInfo, AppId, AppSpec, Attribute, CommitId, EngineState, PortRange, Resources, Timestamp, Wanted,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// More new agents than anybody asks about at once.
const NEW_AGENTS_MAX: u32 = 10_000;

/// One thing that may happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "suppose", rename_all = "kebab-case")]
pub enum Supposition {
    /// These agents are gone at once, and do not come back.
    Lose {
        /// By id; over HTTP by host name, too.
        agents: Vec<AgentId>,
    },
    /// These agents are emptied, all at once.
    Drain {
        /// By id; over HTTP by host name, too.
        agents: Vec<AgentId>,
        /// What is left after so many seconds is stopped; `None` = never.
        #[serde(default)]
        within_secs: Option<u64>,
    },
    /// These agents take tasks again.
    Undrain {
        /// By id; over HTTP by host name, too.
        agents: Vec<AgentId>,
    },
    /// Another number of instances is wanted.
    Scale {
        /// One that is wanted now.
        app: AppId,
        /// 0 suspends it.
        instances: u32,
    },
    /// More agents join.
    AddAgent(NewAgent),
}

/// Agents that do not exist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NewAgent {
    /// Of several, each gets a number behind it.
    #[serde(default = "new_hostname")]
    pub hostname: String,
    /// What tasks of any role may use.
    pub resources: Resources,
    /// Beyond it, by role.
    #[serde(default)]
    pub reserved: BTreeMap<String, Resources>,
    /// What agents offer that say nothing else, unless it is given.
    #[serde(default = "usual_ports")]
    pub ports: Vec<PortRange>,
    /// For constraints.
    #[serde(default)]
    pub attributes: BTreeMap<String, Attribute>,
    /// For constraints.
    #[serde(default)]
    pub zone: Option<String>,
    /// For constraints.
    #[serde(default)]
    pub region: Option<String>,
    /// How many that are alike.
    #[serde(default = "one")]
    pub count: u32,
}

fn new_hostname() -> String {
    "new-agent".to_owned()
}

fn usual_ports() -> Vec<PortRange> {
    vec![PortRange::DEFAULT]
}

fn one() -> u32 {
    1
}

/// Why something cannot be supposed of this cluster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsupposable {
    /// No agent has the id.
    #[error("there is no agent `{0}`")]
    NoAgent(AgentId),
    /// The app is not wanted.
    #[error("there is no app `{0}`")]
    NoApp(AppId),
    /// Its number follows the agents.
    #[error("`{0}` has one instance on every agent that matches: it is not scaled, only suspended by 0")]
    Everywhere(AppId),
    /// Its name is taken.
    #[error("there is an agent `{0}` already: a new one needs a host name of its own")]
    Taken(String),
    /// None, or more than anybody asks about.
    #[error("{count} new agents: it is 1 to {most}")]
    Count {
        /// As asked for.
        count: u32,
        /// The highest allowed.
        most: u32,
    },
    /// No agents at all.
    #[error("no agent is named")]
    Nobody,
}

impl Supposition {
    pub(super) fn check(&self, cluster: &Cluster) -> Result<(), Unsupposable> {
        match self {
            Self::Lose { agents } | Self::Drain { agents, .. } | Self::Undrain { agents } => known(agents, cluster),
            Self::Scale { app, instances } => match cluster.wanted().apps.get(app) {
                None => Err(Unsupposable::NoApp(app.clone())),
                Some(spec) if spec.placement.everywhere && *instances > 0 => Err(Unsupposable::Everywhere(app.clone())),
                Some(_) => Ok(()),
            },
            Self::AddAgent(new) if !(1..=NEW_AGENTS_MAX).contains(&new.count) => {
                Err(Unsupposable::Count { count: new.count, most: NEW_AGENTS_MAX })
            }
            Self::AddAgent(new) => match new.infos().find(|info| !cluster.agents_named(&info.hostname).is_empty()) {
                Some(info) => Err(Unsupposable::Taken(info.hostname)),
                None => Ok(()),
            },
        }
    }

    pub(super) fn feed(&self, model: &mut Model, watch: &mut Watch<'_>) {
        let concerned: BTreeSet<AppId> = self.agents().iter().flat_map(|agent| model.cluster.apps_on(agent)).collect();
        for input in self.inputs(&model.cluster, model.now) {
            let step = model.feed(input);
            watch.note(model, &step);
        }
        concerned.iter().for_each(|app| watch.measure(model, app));
    }

    fn agents(&self) -> &[AgentId] {
        match self {
            Self::Lose { agents } | Self::Drain { agents, .. } | Self::Undrain { agents } => agents,
            Self::Scale { .. } | Self::AddAgent(_) => &[],
        }
    }

    fn inputs(&self, cluster: &Cluster, now: Timestamp) -> Vec<Input> {
        let each = |agents: &[AgentId], input: &dyn Fn(AgentId) -> Input| agents.iter().cloned().map(input).collect();
        match self {
            Self::Lose { agents } => each(agents, &|agent| Input::AgentLost { agent }),
            Self::Drain { agents, within_secs } => {
                let deadline = within_secs.map(|secs| now + Duration::from_secs(secs));
                vec![Input::Drain { agents: agents.clone(), deadline }]
            }
            Self::Undrain { agents } => each(agents, &|agent| Input::Undrain { agent }),
            Self::Scale { app, instances } => vec![scaled(cluster.wanted(), app, *instances)],
            Self::AddAgent(new) => new.infos().map(|info| Input::AgentJoined { info, tasks: Vec::new() }).collect(),
        }
    }
}

impl NewAgent {
    /// One, with the usual ports and nothing else that constraints could ask for.
    #[must_use]
    pub fn with(resources: Resources) -> Self {
        Self {
            hostname: new_hostname(),
            resources,
            reserved: BTreeMap::new(),
            ports: usual_ports(),
            attributes: BTreeMap::new(),
            zone: None,
            region: None,
            count: one(),
        }
    }

    fn infos(&self) -> impl Iterator<Item = AgentInfo> + '_ {
        (1..=self.count).map(|number| {
            let hostname = match self.count {
                1 => self.hostname.clone(),
                _ => format!("{}-{number}", self.hostname),
            };
            AgentInfo {
                id: AgentId::new(hostname.clone()),
                hostname,
                resources: self.resources,
                reserved: self.reserved.clone(),
                ports: self.ports.clone(),
                attributes: self.attributes.clone(),
                zone: self.zone.clone(),
                region: self.region.clone(),
                images: BTreeSet::new(),
                engine: EngineState::Up { version: String::new() },
            }
        })
    }
}

fn known(agents: &[AgentId], cluster: &Cluster) -> Result<(), Unsupposable> {
    if agents.is_empty() {
        return Err(Unsupposable::Nobody);
    }
    let is_known = |agent: &AgentId| cluster.agent_ids().any(|id| id == agent);
    match agents.iter().find(|agent| !is_known(agent)) {
        Some(unknown) => Err(Unsupposable::NoAgent(unknown.clone())),
        None => Ok(()),
    }
}

/// The same with so many instances of the app. What finds no room is not given up: it is told as waiting.
fn scaled(mut wanted: Wanted, app: &AppId, instances: u32) -> Input {
    if let Some(spec) = wanted.apps.get(app) {
        let spec = AppSpec { instances, ..AppSpec::clone(&patient(spec)) };
        wanted.apps.insert(app.clone(), Arc::new(spec));
    }
    let id = CommitId::new("what-if");
    let commit = Commit { id, author: String::new(), subject: String::new(), reverts: None, version: None };
    Input::Desired { commit, wanted }
}
