//! Placing tasks of one app, one after the other: each sees those before it.

use super::field::{ABSENT, Value};
use super::fleet::{Fleet, Standing, ZONE};
use super::load::{Claim, Load};
use super::rule::Rule;
use super::{Link, Mismatch, Rejection, Site, Slot, score};
use crate::model::{AgentInfo, AppSpec, EngineState};

/// What stands of the app whose tasks are being placed.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    pub(super) instances: u32,
    /// By value of the zone.
    in_zone: Vec<u32>,
    /// By value of the zone: so many rules are against it.
    zone_closed: Vec<u32>,
    /// In the order of the app's constraints: those that depend on other tasks.
    rules: Vec<(Rule, Level)>,
    /// In the order of the app's constraints.
    checks: Vec<Check>,
    /// Agents that the index sees otherwise than it would without the app.
    touched: Vec<Slot>,
}

/// What a rule closes.
#[derive(Debug, Clone, Copy)]
enum Level {
    Zones,
    Hosts,
    /// By the position among the demand's grouped fields.
    Cells(usize),
}

#[derive(Debug, Clone, Copy)]
enum Check {
    Filter(usize),
    Rule(usize),
}

impl Fleet {
    /// Tasks of this app are placed from now on. `placed` are the agents of its standing tasks, oldest first, as
    /// constraints count them. Ends what was begun before.
    pub fn begin(&mut self, spec: &AppSpec, placed: impl Iterator<Item = Slot>) {
        self.end();
        let (rules, grouped) = self.rules(spec);
        self.index_for(spec, grouped);
        let zones = self.fields[ZONE].values();
        let mut batch = Batch {
            instances: spec.instances,
            in_zone: vec![0; zones],
            zone_closed: vec![0; zones],
            rules,
            checks: checks(spec),
            touched: Vec::new(),
        };
        let mut others = vec![false; batch.rules.len()];
        let mut seen: Vec<Vec<Value>> = vec![vec![ABSENT]; batch.rules.len()];
        for slot in placed {
            batch.in_zone[self.fields[ZONE].value(slot)] += 1;
            self.standing[slot.index()].siblings += 1;
            batch.touched.push(slot);
            for (((rule, _), others), seen) in batch.rules.iter_mut().zip(&mut others).zip(&mut seen) {
                if rule.is_about_groups() && !self.machines.get(slot).link.makes_groups() {
                    continue;
                }
                let value = self.fields[rule.field].value(slot);
                *others |= rule.count(value);
                seen.push(value);
            }
        }
        let touched = batch.touched.clone();
        let turned: Vec<Vec<(Value, bool)>> = batch
            .rules
            .iter_mut()
            .zip(others)
            .zip(seen)
            .map(|(((rule, _), others), seen)| match others || rule.is_closed_from_the_start() {
                true => rule.turned(None),
                false => seen.into_iter().flat_map(|value| rule.turned(Some(value))).collect(),
            })
            .collect();
        self.batch = Some(batch);
        touched.into_iter().for_each(|slot| self.refresh_current(slot));
        turned.into_iter().enumerate().for_each(|(rule, turned)| self.apply(rule, turned));
    }

    /// The best agent for one more task, and its ports; the caller [takes](Self::take) them. `None` = no agent fits.
    pub fn choose(&mut self, spec: &AppSpec) -> Option<Site> {
        let slot = self.best()?;
        Some(self.choose_this(slot, spec))
    }

    pub(super) fn best(&self) -> Option<Slot> {
        self.index()?.best(|zone, key| self.in_zone(zone, key))
    }

    /// What the app's rules and its other tasks make of a key of the zone.
    pub(super) fn in_zone(&self, zone: Value, key: u64) -> u64 {
        match &self.batch {
            Some(batch) if batch.zone_closed[zone] == 0 => {
                score::lowered(key, score::zone_penalty(batch.in_zone[zone], batch.instances))
            }
            Some(_) | None => 0,
        }
    }

    /// It must be one that fits.
    pub(super) fn choose_this(&mut self, slot: Slot, spec: &AppSpec) -> Site {
        let site = self.site(slot, spec);
        self.note(slot);
        site
    }

    fn site(&self, slot: Slot, spec: &AppSpec) -> Site {
        let machine = self.machines.get(slot);
        Site::beside(slot, &machine.info, &machine.load, spec)
    }

    /// A task of the app will stand there. The agent itself is looked at again when the task is taken.
    fn note(&mut self, slot: Slot) {
        let Some(batch) = &mut self.batch else { return };
        batch.in_zone[self.fields[ZONE].value(slot)] += 1;
        self.standing[slot.index()].siblings += 1;
        batch.touched.push(slot);
        for number in 0..batch.rules.len() {
            let Some(batch) = &mut self.batch else { return };
            let (rule, _) = &mut batch.rules[number];
            let value = self.fields[rule.field].value(slot);
            let others = rule.count(value);
            let turned = rule.turned(if others { None } else { Some(value) });
            self.apply(number, turned);
        }
    }

    /// The index learns what a rule says differently now.
    fn apply(&mut self, rule: usize, turned: Vec<(Value, bool)>) {
        for (value, closed) in turned {
            let Some(batch) = &mut self.batch else { return };
            let (rule, level) = &batch.rules[rule];
            let step = |count: &mut u32| *count = if closed { *count + 1 } else { *count - 1 };
            match level {
                Level::Zones => step(&mut batch.zone_closed[value]),
                Level::Cells(grouped) => {
                    if let Some(index) = self.indexes.get_mut(self.current) {
                        index.close(*grouped, value, closed);
                    }
                }
                Level::Hosts => {
                    let members = self.fields[rule.field].members(value).to_vec();
                    batch.touched.extend(&members);
                    for slot in members {
                        step(&mut self.standing[slot.index()].closed);
                        self.refresh_current(slot);
                    }
                }
            }
        }
    }

    /// Nothing of the batch is left in the indexes.
    pub fn end(&mut self) {
        let Some(batch) = self.batch.take() else { return };
        let Some(index) = self.index_mut() else { return };
        for (rule, level) in &batch.rules {
            if let Level::Cells(grouped) = level {
                rule.closed().for_each(|value| index.close(*grouped, value, false));
            }
        }
        for slot in batch.touched {
            self.standing[slot.index()] = Standing::default();
            self.show(slot, 0, 0);
        }
        self.leave_index();
    }

    pub(super) fn refresh_current(&mut self, slot: Slot) {
        let Some(batch) = &self.batch else { return };
        let standing = self.standing[slot.index()];
        self.show(slot, standing.closed, score::agent_penalty(standing.siblings, batch.instances));
    }

    /// The app's rules, and the fields that its index is to group agents by.
    fn rules(&mut self, spec: &AppSpec) -> (Vec<(Rule, Level)>, Vec<usize>) {
        let (mut rules, mut grouped) = (Vec::new(), Vec::new());
        for constraint in spec.constraints.iter().filter(|rule| rule.operator.counts_tasks()) {
            let field = self.field(&constraint.field);
            let level = match (field, constraint.is_on_hostname()) {
                (ZONE, _) => Level::Zones,
                (_, true) => Level::Hosts,
                (field, false) => Level::Cells(place_of(field, &mut grouped)),
            };
            rules.extend(Rule::new(constraint, field, &self.fields[field]).map(|rule| (rule, level)));
        }
        (rules, grouped)
    }

    /// Why each agent takes no further task of the app that was begun; those that would are left out.
    #[must_use]
    pub fn rejections(&self, spec: &AppSpec) -> Vec<Rejection> {
        let slots = self.machines.slots();
        slots.filter_map(|slot| self.rejection(slot, spec)).collect()
    }

    fn rejection(&self, slot: Slot, spec: &AppSpec) -> Option<Rejection> {
        let machine = self.machines.get(slot);
        let reason = match (machine.link, &machine.info.engine) {
            (Link::Away | Link::Gone, _) => Some(Mismatch::Away),
            (Link::Draining, _) => Some(Mismatch::Draining),
            (Link::Tidying, _) => Some(Mismatch::Tidying),
            (Link::Up, EngineState::Down { .. }) => Some(Mismatch::EngineDown),
            (Link::Up, EngineState::Up { .. }) => {
                self.broken(slot, spec).or_else(|| machine.lacks(&self.index()?.demand))
            }
        };
        let (agent, host) = (machine.info.id.clone(), machine.info.hostname.clone());
        reason.map(|reason| Rejection { agent, host, reason })
    }

    /// The first of the app's constraints that the agent breaks.
    fn broken(&self, slot: Slot, spec: &AppSpec) -> Option<Mismatch> {
        let (batch, index) = (self.batch.as_ref()?, self.index()?);
        let broken = batch.checks.iter().zip(&spec.constraints).find_map(|(check, constraint)| {
            let (field, passes) = match check {
                Check::Filter(number) => {
                    let filter = &index.filters[*number];
                    (filter.field, filter.passes(self.fields[filter.field].value(slot)))
                }
                Check::Rule(number) => {
                    let (rule, _) = &batch.rules[*number];
                    (rule.field, rule.allows(self.fields[rule.field].value(slot)))
                }
            };
            (!passes).then_some((constraint, field))
        });
        let (constraint, field) = broken?;
        let column = &self.fields[field];
        let found = column.text(column.value(slot)).map(str::to_owned);
        Some(Mismatch::Constraint { rule: constraint.clone(), found })
    }
}

impl Site {
    /// For one more task beside what an agent holds, if there is room.
    #[must_use]
    pub fn beside(slot: Slot, info: &AgentInfo, load: &Load, spec: &AppSpec) -> Self {
        Self {
            slot,
            agent: info.id.clone(),
            host: info.hostname.clone(),
            ports: load.ports.choose(&spec.run),
            reserved: load.shares(info, spec.run.held(), spec.roles()),
        }
    }

    /// What a task of these resources holds there.
    #[must_use]
    pub fn claim(&self, spec: &AppSpec) -> Claim {
        Claim {
            resources: spec.run.held(),
            reserved: self.reserved.clone(),
            ports: self.ports.iter().filter_map(|port| port.host).collect(),
        }
    }
}

fn checks(spec: &AppSpec) -> Vec<Check> {
    let (mut filters, mut rules) = (0.., 0..);
    let checks = spec.constraints.iter().map(|rule| match rule.operator.counts_tasks() {
        true => rules.next().map(Check::Rule),
        false => filters.next().map(Check::Filter),
    });
    checks.flatten().collect()
}

fn place_of(field: usize, grouped: &mut Vec<usize>) -> usize {
    if let Some(known) = grouped.iter().position(|known| *known == field) {
        return known;
    }
    grouped.push(field);
    grouped.len() - 1
}
