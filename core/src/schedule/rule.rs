//! A constraint that depends on where the app's other tasks stand, with the count of them (marathon-v2,
//! section 3; GROUP_BY as released, counting the groups that exist rather than those discovered so far).

use super::field::{ABSENT, Field, Value};
use crate::model::{Constraint, Operator};

#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) field: usize,
    kind: Kind,
    /// By value of the field: tasks of the app that stand there.
    counts: Vec<u32>,
    /// By value: whether the index knows that it is closed to further tasks.
    closed: Vec<bool>,
}

#[derive(Debug, Clone)]
enum Kind {
    Unique,
    MaxPer(u32),
    Cluster { anchor: Option<Value> },
    GroupBy(Groups),
}

/// How evenly the tasks stand, over groups that have one.
#[derive(Debug, Clone, Copy)]
struct Groups {
    /// So many must have one before any gets a second.
    wanted: usize,
    seen: usize,
    least: u32,
    /// So many of those seen have just `least`.
    at_least: usize,
}

impl Rule {
    /// `None` for operators that other tasks do not matter for.
    pub(super) fn new(constraint: &Constraint, field: usize, column: &Field) -> Option<Self> {
        let kind = match constraint.operator {
            Operator::Unique => Kind::Unique,
            Operator::MaxPer(limit) => Kind::MaxPer(limit),
            Operator::Cluster(None) => Kind::Cluster { anchor: None },
            Operator::GroupBy(groups) => {
                let known = column.known();
                let wanted = if groups == 0 { known } else { known.min(groups as usize) };
                Kind::GroupBy(Groups { wanted, seen: 0, least: 0, at_least: 0 })
            }
            Operator::Cluster(Some(_)) | Operator::Like(_) | Operator::Unlike(_) | Operator::Is(_) => return None,
        };
        Some(Self { field, kind, counts: vec![0; column.values()], closed: vec![false; column.values()] })
    }

    pub(super) fn is_about_groups(&self) -> bool {
        matches!(self.kind, Kind::GroupBy(_))
    }

    pub(super) fn allows(&self, value: Value) -> bool {
        let count = self.counts[value];
        value != ABSENT
            && match &self.kind {
                Kind::Unique => count == 0,
                Kind::MaxPer(limit) => count < *limit,
                Kind::Cluster { anchor } => anchor.is_none_or(|anchor| anchor == value),
                Kind::GroupBy(groups) => count == 0 || (groups.seen >= groups.wanted && count == groups.least),
            }
    }

    /// A task of the app stands there. Returns whether the rule may speak differently of other values now.
    pub(super) fn count(&mut self, value: Value) -> bool {
        if value == ABSENT {
            return false;
        }
        let before = self.counts[value];
        self.counts[value] += 1;
        match &mut self.kind {
            Kind::Unique | Kind::MaxPer(_) => false,
            Kind::Cluster { anchor } => anchor.replace(anchor.unwrap_or(value)).is_none(),
            Kind::GroupBy(groups) => groups.grow(before, &self.counts),
        }
    }

    /// Whether it is against values where nothing stands yet.
    pub(super) fn is_closed_from_the_start(&self) -> bool {
        matches!(self.kind, Kind::MaxPer(0))
    }

    /// Values that the index was told to be closed.
    pub(super) fn closed(&self) -> impl Iterator<Item = Value> + '_ {
        (0..self.closed.len()).filter(|value| self.closed[*value])
    }

    /// Values whose standing differs from what the index was told, of all or of this one; tells them once.
    pub(super) fn turned(&mut self, only: Option<Value>) -> Vec<(Value, bool)> {
        let values = only.map_or(0..self.counts.len(), |value| value..value + 1);
        let turned: Vec<(Value, bool)> = values
            .map(|value| (value, !self.allows(value)))
            .filter(|(value, now)| self.closed[*value] != *now)
            .collect();
        for (value, now) in &turned {
            self.closed[*value] = *now;
        }
        turned
    }
}

impl Groups {
    /// A group that had `before` tasks has one more.
    fn grow(&mut self, before: u32, counts: &[u32]) -> bool {
        let (was_open, least) = (self.seen >= self.wanted, self.least);
        if before == 0 {
            self.seen += 1;
            match self.least {
                1 => self.at_least += 1,
                _ => (self.least, self.at_least) = (1, 1),
            }
        } else if before == self.least {
            self.at_least -= 1;
            if self.at_least == 0 {
                self.least = before + 1;
                self.at_least = counts.iter().filter(|count| **count == self.least).count();
            }
        }
        (self.seen >= self.wanted, self.least) != (was_open, least)
    }
}
