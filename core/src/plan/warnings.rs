//! What an app asks for and no agent has at all: an attribute, a host port, a role. Nothing is refused for it, since
//! the agent that has it may join later; but mostly a name or number is wrong.

use super::Warning;
use crate::manifest::nearest;
use crate::model::{AgentInfo, AppSpec, Constraint, Operator, PortRange};
use std::collections::BTreeSet;

/// Names and ranges in a message; a large cluster has many.
const SHOWN: usize = 8;

/// What all agents together have.
#[derive(Default)]
pub(super) struct Offered<'a> {
    /// Names of what constraints can be on.
    fields: BTreeSet<&'a str>,
    ports: BTreeSet<PortRange>,
    /// For which some agent keeps a share of itself.
    roles: BTreeSet<&'a str>,
    agents: usize,
}

impl<'a> Offered<'a> {
    pub(super) fn of(agents: impl Iterator<Item = &'a AgentInfo>) -> Self {
        let mut offered = Self { fields: BTreeSet::from(["hostname"]), ..Self::default() };
        for agent in agents {
            offered.agents += 1;
            offered.fields.extend(agent.attributes.keys().map(String::as_str));
            offered.fields.extend(agent.zone.as_ref().map(|_| "@zone"));
            offered.fields.extend(agent.region.as_ref().map(|_| "@region"));
            offered.ports.extend(agent.ports.iter().copied());
            offered.roles.extend(agent.reserved.keys().map(String::as_str));
        }
        offered
    }

    /// Nothing can be said of agents that are not there.
    pub(super) fn warnings(&self, spec: &AppSpec) -> Vec<Warning> {
        if self.agents == 0 {
            return Vec::new();
        }
        let fields = spec.constraints.iter().filter_map(|constraint| self.missing_field(constraint));
        let fixed = spec.run.ports.iter().filter_map(|port| port.host_port).filter(|port| *port != 0);
        let ports = fixed.filter_map(|port| self.outside(port));
        let texts = fields.chain(ports).chain(self.missing_role(spec));
        texts.map(|text| Warning { app: spec.id.clone(), text }).collect()
    }

    fn missing_field(&self, constraint: &Constraint) -> Option<String> {
        let field = constraint.field.as_str();
        if constraint.is_on_hostname() || self.fields.contains(field) {
            return None;
        }
        let effect = match constraint.operator {
            Operator::Unlike(_) => "excludes none",
            Operator::Unique
            | Operator::Cluster(_)
            | Operator::GroupBy(_)
            | Operator::Like(_)
            | Operator::MaxPer(_)
            | Operator::Is(_) => "excludes all",
        };
        let meant = nearest(field, self.fields.iter().copied()).map(|name| format!(" (did you mean `{name}`?)"));
        let known = listed(self.fields.iter().map(ToString::to_string));
        let meant = meant.unwrap_or_default();
        Some(format!("no agent has `{field}`, so [{constraint}] {effect}; agents have: {known}{meant}"))
    }

    fn outside(&self, port: u16) -> Option<String> {
        let held = self.ports.iter().any(|range| range.holds(port));
        let ranges = || listed(self.ports.iter().map(ToString::to_string));
        (!held).then(|| format!("no agent offers host port {port}; agents offer: {}", ranges()))
    }

    /// An app that would not take what is kept for nobody.
    fn missing_role(&self, spec: &AppSpec) -> Option<String> {
        let roles: Vec<&str> = spec.roles().collect();
        if roles.iter().any(|role| *role == AppSpec::ANY_ROLE || self.roles.contains(role)) {
            return None;
        }
        let kept = match self.roles.is_empty() {
            true => "any role".to_owned(),
            false => format!("it; for others they do: {}", listed(self.roles.iter().map(ToString::to_string))),
        };
        Some(format!(
            "it accepts only what is kept for `{}`, and no agent keeps anything for {kept}",
            roles.join("`, `")
        ))
    }
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 if names.is_empty() => "none".to_owned(),
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{AppBuilder, agent, app};
    use crate::model::Resources;

    fn told(app: AppBuilder, agents: &[AgentInfo]) -> Vec<String> {
        let spec = app.0;
        Offered::of(agents.iter()).warnings(&spec).into_iter().map(|warning| warning.text).collect()
    }

    #[test]
    fn a_constraint_on_what_no_agent_has_names_what_there_is() {
        let mut zoned = agent("b");
        zoned.zone = Some("eu".into());
        let agents = [agent("a"), zoned];
        assert_eq!(
            told(app("web").constraint(&["rakc", "UNIQUE"]), &agents),
            [
                "no agent has `rakc`, so [rakc UNIQUE] excludes all; agents have: @zone, hostname, rack (did you mean `rack`?)"
            ]
        );
        let unlike = told(app("web").constraint(&["gpu", "UNLIKE", "old"]), &agents);
        assert_eq!(
            unlike,
            ["no agent has `gpu`, so [gpu UNLIKE old] excludes none; agents have: @zone, hostname, rack"]
        );
        for known in ["rack", "hostname", "@hostname", "@zone"] {
            assert_eq!(told(app("web").constraint(&[known, "UNIQUE"]), &agents), [""; 0], "{known}");
        }
        assert_eq!(told(app("web").constraint(&["@region", "UNIQUE"]), &agents).len(), 1);
        assert_eq!(told(app("web").constraint(&["rakc", "UNIQUE"]), &[]), [""; 0], "there are no agents to speak of");
    }

    #[test]
    fn a_port_that_no_agent_offers_names_those_they_do() {
        let mut other = agent("b");
        other.ports = vec![PortRange { first: 80, last: 80 }];
        let agents = [agent("a"), other];
        assert_eq!(
            told(app("web").host_port(8080), &agents),
            ["no agent offers host port 8080; agents offer: 80-80, 31000-31099"]
        );
        assert_eq!(told(app("web").host_port(80).host_port(0).host_port(31099), &agents), [""; 0]);
    }

    #[test]
    fn an_app_that_accepts_only_a_role_needs_an_agent_that_keeps_some() {
        let prod = || app("web").role("prod").accepts(&["prod"]);
        let text = "it accepts only what is kept for `prod`, and no agent keeps anything for any role";
        assert_eq!(told(prod(), &[agent("a")]), [text]);
        let mut kept = agent("b");
        kept.reserved.insert("prod".into(), Resources::default());
        assert_eq!(told(prod(), &[agent("a"), kept]), [""; 0]);
        assert_eq!(told(app("web").role("prod"), &[agent("a")]), [""; 0], "it takes what is kept for nobody, too");
    }
}
