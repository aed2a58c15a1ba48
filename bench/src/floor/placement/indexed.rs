//! A tree of the best agent for each class of request, all of them kept up to date: apps that ask the same are one
//! class, whatever else they say.

use super::{Placer, is_allowed, is_one_per_host, key};
use ship_core::model::{AgentInfo, AppSpec, Constraint, Resources, Strategy};

pub(crate) struct Indexed {
    agents: Vec<AgentInfo>,
    /// In thousandths: cpus and mem.
    free: Vec<(i64, i64)>,
    classes: Vec<Class>,
    current: usize,
    one_per_host: bool,
    /// Closed to the app for the time being.
    taken: Vec<usize>,
}

struct Class {
    resources: Resources,
    constraints: Vec<Constraint>,
    strategy: Strategy,
    cpus: i64,
    mem: i64,
    allowed: Vec<bool>,
    /// The least that is left at 1, by agent in the second half.
    nodes: Vec<i64>,
}

impl Indexed {
    pub(crate) fn new(agents: &[AgentInfo]) -> Self {
        let free =
            |agent: &AgentInfo| (agent.resources.cpus.thousandths() as i64, agent.resources.mem.thousandths() as i64);
        Self {
            free: agents.iter().map(free).collect(),
            agents: agents.to_vec(),
            classes: Vec::new(),
            current: 0,
            one_per_host: false,
            taken: Vec::new(),
        }
    }
}

impl Placer for Indexed {
    fn begin(&mut self, app: &AppSpec) {
        for at in std::mem::take(&mut self.taken) {
            let key = self.classes[self.current].key(at, self.free[at]);
            self.classes[self.current].set(at, key);
        }
        self.one_per_host = is_one_per_host(app);
        let known = |class: &Class| class.resources == app.run.resources && class.constraints == app.constraints;
        self.current = self.classes.iter().position(known).unwrap_or_else(|| {
            self.classes.push(Class::new(app, &self.agents, &self.free));
            self.classes.len() - 1
        });
    }

    fn place(&mut self) -> Option<usize> {
        let class = &self.classes[self.current];
        let at = class.winner()?;
        self.free[at].0 -= class.cpus;
        self.free[at].1 -= class.mem;
        for (number, class) in self.classes.iter_mut().enumerate() {
            let key = match self.one_per_host && number == self.current {
                true => i64::MAX,
                false => class.key(at, self.free[at]),
            };
            class.set(at, key);
        }
        if self.one_per_host {
            self.taken.push(at);
        }
        Some(at)
    }
}

impl Class {
    fn new(app: &AppSpec, agents: &[AgentInfo], free: &[(i64, i64)]) -> Self {
        let mut class = Self {
            resources: app.run.resources,
            constraints: app.constraints.clone(),
            strategy: app.placement.strategy,
            cpus: app.run.resources.cpus.thousandths() as i64,
            mem: app.run.resources.mem.thousandths() as i64,
            allowed: agents.iter().map(|agent| is_allowed(app, agent)).collect(),
            nodes: vec![i64::MAX; 2 * agents.len()],
        };
        for (at, free) in free.iter().enumerate() {
            class.nodes[agents.len() + at] = class.key(at, *free);
        }
        for node in (1..agents.len()).rev() {
            class.nodes[node] = class.nodes[2 * node].min(class.nodes[2 * node + 1]);
        }
        class
    }

    fn key(&self, at: usize, free: (i64, i64)) -> i64 {
        let fits = self.allowed[at] && free.0 >= self.cpus && free.1 >= self.mem;
        if fits { key(self.strategy, free) } else { i64::MAX }
    }

    fn set(&mut self, at: usize, key: i64) {
        let mut node = self.nodes.len() / 2 + at;
        self.nodes[node] = key;
        while node > 1 {
            node /= 2;
            let least = self.nodes[2 * node].min(self.nodes[2 * node + 1]);
            if self.nodes[node] == least {
                return;
            }
            self.nodes[node] = least;
        }
    }

    fn winner(&self) -> Option<usize> {
        let agents = self.nodes.len() / 2;
        let best = self.nodes[1];
        let mut node = 1;
        while node < agents {
            node = if self.nodes[2 * node] == best { 2 * node } else { 2 * node + 1 };
        }
        (best != i64::MAX).then(|| node - agents)
    }
}
