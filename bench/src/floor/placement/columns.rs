//! Flat arrays, and constraints answered once for each app: the best that a scan of all agents can be.

use super::{Placer, is_allowed, is_one_per_host, key};
use ship_core::model::{AgentInfo, AppSpec, Strategy};

pub(crate) struct Columns {
    agents: Vec<AgentInfo>,
    /// In thousandths.
    free_cpus: Vec<i64>,
    free_mem: Vec<i64>,
    open: Vec<bool>,
    cpus: i64,
    mem: i64,
    one_per_host: bool,
    strategy: Strategy,
}

impl Columns {
    pub(crate) fn new(agents: &[AgentInfo]) -> Self {
        Self {
            agents: agents.to_vec(),
            free_cpus: agents.iter().map(|agent| agent.resources.cpus.thousandths() as i64).collect(),
            free_mem: agents.iter().map(|agent| agent.resources.mem.thousandths() as i64).collect(),
            open: Vec::new(),
            cpus: 0,
            mem: 0,
            one_per_host: false,
            strategy: Strategy::BinPack,
        }
    }
}

impl Placer for Columns {
    fn begin(&mut self, app: &AppSpec) {
        self.open = self.agents.iter().map(|agent| is_allowed(app, agent)).collect();
        self.cpus = app.run.resources.cpus.thousandths() as i64;
        self.mem = app.run.resources.mem.thousandths() as i64;
        self.one_per_host = is_one_per_host(app);
        self.strategy = app.placement.strategy;
    }

    fn place(&mut self) -> Option<usize> {
        let mut best = (i64::MAX, usize::MAX);
        for at in 0..self.open.len() {
            let (cpus, mem) = (self.free_cpus[at], self.free_mem[at]);
            let fits = self.open[at] & (cpus >= self.cpus) & (mem >= self.mem);
            let left = if fits { key(self.strategy, (cpus, mem)) } else { i64::MAX };
            if left < best.0 {
                best = (left, at);
            }
        }
        let at = Some(best.1).filter(|at| *at != usize::MAX)?;
        self.free_cpus[at] -= self.cpus;
        self.free_mem[at] -= self.mem;
        self.open[at] &= !self.one_per_host;
        Some(at)
    }
}
