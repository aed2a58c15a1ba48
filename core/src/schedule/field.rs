//! One field of constraints as a column over all agents: values become small numbers, so that a rule is looked
//! up for a value and not for an agent.

use super::Slot;
use super::constraints::attribute;
use crate::model::AgentInfo;
use std::collections::BTreeMap;

/// A value of a field. [`ABSENT`] is the value of agents that have none.
pub(super) type Value = usize;

pub(super) const ABSENT: Value = 0;

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    numbers: BTreeMap<String, Value>,
    texts: Vec<String>,
    /// By slot.
    column: Vec<Value>,
    /// By value: who has it.
    members: Vec<Vec<Slot>>,
    /// By value: how many of its members are there or may be back.
    present: Vec<u32>,
}

impl Field {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            numbers: BTreeMap::new(),
            texts: vec![String::new()],
            column: Vec::new(),
            members: vec![Vec::new()],
            present: vec![0],
        }
    }

    /// The next slot is this agent's.
    pub(super) fn push(&mut self, info: &AgentInfo, present: bool) {
        let (slot, value) = (Slot(self.column.len() as u32), self.number(info));
        self.column.push(value);
        self.members[value].push(slot);
        self.present[value] += u32::from(present);
    }

    /// An agent that was counted, if `present`, comes or goes.
    pub(super) fn set_present(&mut self, slot: Slot, present: bool) {
        let count = &mut self.present[self.column[slot.index()]];
        *count = if present { *count + 1 } else { *count - 1 };
    }

    pub(super) fn value(&self, slot: Slot) -> Value {
        self.column[slot.index()]
    }

    pub(super) fn text(&self, value: Value) -> Option<&str> {
        (value != ABSENT).then(|| self.texts[value].as_str())
    }

    pub(super) fn values(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn members(&self, value: Value) -> &[Slot] {
        &self.members[value]
    }

    /// How many values there are among agents that are present.
    pub(super) fn known(&self) -> usize {
        self.present.iter().skip(1).filter(|count| **count > 0).count()
    }

    fn number(&mut self, info: &AgentInfo) -> Value {
        let Some(text) = attribute(info, &self.name) else { return ABSENT };
        if let Some(value) = self.numbers.get(&text) {
            return *value;
        }
        let value = self.texts.len();
        self.numbers.insert(text.clone(), value);
        self.texts.push(text);
        self.members.push(Vec::new());
        self.present.push(0);
        value
    }
}
