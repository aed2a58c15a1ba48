//! What tasks of an app ask of an agent whatever else runs: apps that ask the same share an index.

use super::field::{ABSENT, Field, Value};
use super::{constraints, ports};
use crate::model::{AppSpec, Constraint, Image, Operator, Resources, Strategy};
use regex::Regex;

/// Equal demands find the same agents equally good, but for what the app has running already.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Demand {
    pub(super) resources: Resources,
    pub(super) roles: Vec<String>,
    /// Whether `*` is among the roles.
    pub(super) any_role: bool,
    pub(super) fixed_ports: Vec<u16>,
    pub(super) open_ports: u32,
    /// Constraints that no other task matters for.
    pub(super) filters: Vec<Constraint>,
    /// Only if some agents have it and others have not.
    pub(super) image: Option<String>,
    pub(super) strategy: Strategy,
    /// Fields of constraints that other tasks matter for, but `@zone` and `hostname`: agents of one value of all
    /// of them are looked at together. Each once, as indexes of the fleet's fields.
    pub(super) grouped: Vec<usize>,
}

impl Demand {
    pub(super) fn of(spec: &AppSpec, grouped: Vec<usize>, image_decides: impl Fn(&str) -> bool) -> Self {
        let image = Image::reference(&spec.run.image.name);
        Self {
            resources: spec.run.held(),
            any_role: spec.roles().any(|role| role == AppSpec::ANY_ROLE),
            roles: spec.roles().map(str::to_owned).collect(),
            fixed_ports: ports::fixed(&spec.run),
            open_ports: ports::open(&spec.run),
            filters: spec.constraints.iter().filter(|rule| !rule.operator.counts_tasks()).cloned().collect(),
            image: Some(image).filter(|image| image_decides(image)),
            strategy: spec.placement.strategy,
            grouped,
        }
    }

    /// Whether nothing but amounts decides on an agent that reserves nothing.
    pub(super) fn is_plain(&self) -> bool {
        self.any_role && self.fixed_ports.is_empty()
    }

    pub(super) fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(String::as_str)
    }
}

/// A constraint that no other task matters for, answered once for each value of its field.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    pub(super) field: usize,
    passes: Vec<bool>,
}

impl Filter {
    pub(super) fn new(rule: &Constraint, field: usize, column: &Field) -> Self {
        let regex = match &rule.operator {
            Operator::Like(pattern) | Operator::Unlike(pattern) => constraints::anchored(pattern),
            Operator::Unique | Operator::Cluster(_) | Operator::GroupBy(_) | Operator::MaxPer(_) | Operator::Is(_) => {
                None
            }
        };
        let passes = (0..column.values()).map(|value| passes(rule, regex.as_ref(), column, value)).collect();
        Self { field, passes }
    }

    pub(super) fn passes(&self, value: Value) -> bool {
        self.passes[value]
    }
}

fn passes(rule: &Constraint, regex: Option<&Regex>, column: &Field, value: Value) -> bool {
    let text = column.text(value);
    let matches = || text.is_some_and(|text| regex.is_some_and(|regex| regex.is_match(text)));
    match &rule.operator {
        Operator::Like(_) => matches(),
        Operator::Unlike(_) => !matches(),
        Operator::Is(wanted) => text.is_some_and(|text| constraints::is(wanted, text)),
        Operator::Cluster(Some(only)) => text == Some(only),
        Operator::Unique | Operator::Cluster(None) | Operator::GroupBy(_) | Operator::MaxPer(_) => value != ABSENT,
    }
}
