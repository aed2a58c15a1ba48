//! What tasks hold of an agent, and what is left of it for whom.

use super::Mismatch;
use super::ports::{self, PortBook};
use crate::model::{AgentInfo, AppSpec, Resource, Resources, Scalar};
use std::collections::BTreeMap;

/// Held by all tasks of an agent together, ending ones included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Load {
    /// Of all shares together.
    pub used: Resources,
    /// The part of `used` that comes out of shares reserved for a role, by role.
    pub reserved: BTreeMap<String, Resources>,
    /// Its host ports.
    pub ports: PortBook,
}

/// What one task holds of its agent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// Of all shares together.
    pub resources: Resources,
    /// The part of `resources` that comes out of shares reserved for a role, by role.
    pub reserved: BTreeMap<String, Resources>,
    /// On the agent's machine.
    pub ports: Vec<u16>,
}

impl Load {
    /// Of an agent without tasks.
    #[must_use]
    pub fn none(info: &AgentInfo) -> Self {
        Self { ports: PortBook::new(&info.ports), ..Self::default() }
    }

    /// One task more.
    pub fn take(&mut self, claim: &Claim) {
        self.used = self.used + claim.resources;
        for (role, part) in &claim.reserved {
            let held = self.reserved.entry(role.clone()).or_default();
            *held = *held + *part;
        }
        claim.ports.iter().for_each(|port| self.ports.take(*port));
    }

    /// One task less.
    pub fn give_back(&mut self, claim: &Claim) {
        self.used = self.used - claim.resources;
        for (role, part) in &claim.reserved {
            if let Some(held) = self.reserved.get_mut(role) {
                *held = *held - *part;
            }
        }
        claim.ports.iter().for_each(|port| self.ports.give_back(*port));
    }

    /// What apps of these roles may still use of the agent.
    #[must_use]
    pub fn free<'a>(&self, info: &AgentInfo, roles: impl Iterator<Item = &'a str>) -> Resources {
        roles.fold(Resources::default(), |free, role| free + self.free_of(info, role))
    }

    /// Whether one more task of the app finds its resources and its ports there.
    #[must_use]
    pub fn has_room(&self, info: &AgentInfo, spec: &AppSpec) -> bool {
        self.lacks(info, spec).is_none()
    }

    /// Why it does not; only the first reason.
    #[must_use]
    pub fn lacks(&self, info: &AgentInfo, spec: &AppSpec) -> Option<Mismatch> {
        let short = shortage(spec.run.held(), self.free(info, spec.roles()));
        let short = short.map(|(resource, wanted, free)| Mismatch::Short { resource, wanted, free });
        short.or_else(|| self.ports.fits(&ports::fixed(&spec.run), ports::open(&spec.run)).err())
    }

    /// What is held of the share of all, and of each share reserved for a role.
    #[must_use]
    pub fn by_share(&self) -> (Resources, BTreeMap<String, Resources>) {
        let reserved = self.reserved.iter().filter(|(_, held)| **held != Resources::default());
        let reserved: BTreeMap<String, Resources> = reserved.map(|(role, held)| (role.clone(), *held)).collect();
        (reserved.values().fold(self.used, |rest, held| rest - *held), reserved)
    }

    /// What is left of one role's share.
    fn free_of(&self, info: &AgentInfo, role: &str) -> Resources {
        if role == AppSpec::ANY_ROLE {
            // What is held of a share that has become smaller since is held of what all may use.
            let within = info.reserved.iter().map(|(role, share)| lesser(*share, self.held(role)));
            return info.resources - within.fold(self.used, |rest, part| rest - part);
        }
        info.reserved.get(role).copied().unwrap_or_default() - self.held(role)
    }

    fn held(&self, role: &str) -> Resources {
        self.reserved.get(role).copied().unwrap_or_default()
    }

    /// From which shares a task takes what it wants: out of reserved ones first, as far as they go, so that the
    /// share of all stays for all.
    #[must_use]
    pub fn shares<'a>(
        &self,
        info: &AgentInfo,
        wanted: Resources,
        roles: impl Iterator<Item = &'a str>,
    ) -> BTreeMap<String, Resources> {
        let mut missing = wanted;
        let mut shares = BTreeMap::new();
        for role in roles.filter(|role| info.reserved.contains_key(*role)) {
            let part = lesser(missing, self.free_of(info, role));
            if part != Resources::default() {
                missing = missing - part;
                shares.insert(role.to_owned(), part);
            }
        }
        shares
    }
}

/// What is short of `wanted`, if anything: the first of cpus, mem, disk, gpus, with both amounts.
pub(super) fn shortage(wanted: Resources, free: Resources) -> Option<(Resource, Scalar, Scalar)> {
    let pairs = wanted.amounts().into_iter().zip(free.amounts());
    pairs.map(|((resource, wanted), (_, free))| (resource, wanted, free)).find(|(_, wanted, free)| wanted > free)
}

fn lesser(a: Resources, b: Resources) -> Resources {
    Resources { cpus: a.cpus.min(b.cpus), mem: a.mem.min(b.mem), disk: a.disk.min(b.disk), gpus: a.gpus.min(b.gpus) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::agent;

    fn cpus(amount: u64) -> Resources {
        Resources { cpus: Scalar::whole(amount), ..Resources::default() }
    }

    #[test]
    fn a_reserved_share_is_used_first_and_by_its_role_alone() {
        let mut info = agent("a");
        info.resources = cpus(4);
        info.reserved.insert("prod".into(), cpus(2));
        let mut load = Load::none(&info);
        assert_eq!(load.free(&info, ["*"].into_iter()), cpus(4));
        assert_eq!(load.free(&info, ["*", "prod"].into_iter()), cpus(6));
        assert_eq!(load.free(&info, ["prod"].into_iter()), cpus(2));
        let reserved = load.shares(&info, cpus(3), ["*", "prod"].into_iter());
        assert_eq!(reserved, BTreeMap::from([("prod".to_owned(), cpus(2))]));
        let claim = Claim { resources: cpus(3), reserved, ports: vec![31000] };
        load.take(&claim);
        assert_eq!(load.free(&info, ["*"].into_iter()), cpus(3));
        assert_eq!(load.free(&info, ["*", "prod"].into_iter()), cpus(3));
        assert!(load.ports.is_taken(31000));
        load.give_back(&claim);
        assert_eq!(load.free(&info, ["*", "prod"].into_iter()), cpus(6));
        assert!(!load.ports.is_taken(31000));
    }
}
