//! A plain linear scan, as one writes it first: every agent is asked everything, for every task.

use super::{Placer, is_allowed, is_one_per_host};
use ship_core::model::{AgentInfo, AppSpec, Resources, Strategy};
use std::collections::BTreeMap;

pub(crate) struct Naive {
    agents: Vec<AgentInfo>,
    used: Vec<Resources>,
    ports: Vec<u32>,
    app: Option<AppSpec>,
    /// Tasks of the app by host name.
    hosts: BTreeMap<String, u32>,
}

impl Naive {
    pub(crate) fn new(agents: &[AgentInfo]) -> Self {
        Self {
            agents: agents.to_vec(),
            used: vec![Resources::default(); agents.len()],
            ports: vec![0; agents.len()],
            app: None,
            hosts: BTreeMap::new(),
        }
    }

    fn score(&self, at: usize, app: &AppSpec) -> Option<f64> {
        let agent = &self.agents[at];
        let with = self.used[at] + app.run.resources;
        let siblings = self.hosts.get(&agent.hostname).copied().unwrap_or(0);
        let offered: u32 = agent.ports.iter().map(|range| u32::from(range.last - range.first) + 1).sum();
        let fits = with.fits_in(&agent.resources)
            && self.ports[at] + app.run.ports.len() as u32 <= offered
            && is_allowed(app, agent)
            && !(is_one_per_host(app) && siblings > 0);
        let free = |used: f64, total: f64| 10_f64.powf(1.0 - used / total);
        let (total, used) = (agent.resources, with);
        let left = free(used.cpus.as_f64(), total.cpus.as_f64()) + free(used.mem.as_f64(), total.mem.as_f64());
        let good = if app.placement.strategy == Strategy::Spread { left } else { 20.0 - left };
        fits.then(|| good - 2.0 * f64::from(siblings) / f64::from(app.instances))
    }
}

impl Placer for Naive {
    fn begin(&mut self, app: &AppSpec) {
        self.app = Some(app.clone());
        self.hosts.clear();
    }

    fn place(&mut self) -> Option<usize> {
        let app = self.app.as_ref()?;
        let scored = (0..self.agents.len()).filter_map(|at| Some((at, self.score(at, app)?)));
        let (at, _) = scored.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        self.used[at] = self.used[at] + app.run.resources;
        self.ports[at] += app.run.ports.len() as u32;
        *self.hosts.entry(self.agents[at].hostname.clone()).or_default() += 1;
        Some(at)
    }
}
