//! Placement constraints as an app file states them (marathon-v2, section 3). What is wrong with one is said at the
//! word that is wrong, with what would be right.

use super::Reader;
use crate::manifest::{Finding, Place, Rule, nearest};
use crate::model::{Constraint, ConstraintError, Operator};

impl Reader<'_> {
    pub(super) fn constraints(&mut self) -> Vec<Constraint> {
        let written = self.file.constraints.as_deref().unwrap_or_default();
        let mut constraints = Vec::with_capacity(written.len());
        for (n, parts) in written.iter().enumerate() {
            let row = Place::field("constraints").then(n);
            match Constraint::parse(parts) {
                Ok(constraint) => {
                    self.senseless(&row, &constraint);
                    constraints.push(constraint);
                }
                Err(err) => self.note(unreadable(&row, parts, &err)),
            }
        }
        constraints
    }

    /// What can be read and no agent could satisfy.
    fn senseless(&mut self, row: &Place, constraint: &Constraint) {
        self.senseless_field(row, &constraint.field);
        match &constraint.operator {
            Operator::MaxPer(0) => {
                let finding = Finding::new(Rule::Constraint, row.then(2), "MAX_PER 0 lets no task run anywhere");
                self.note(finding.hint("`\"instances\": 0` suspends an app"));
            }
            Operator::Is(value) if !is_plain(value) => {
                let message = format!("IS compares with a plain word or number, not `{value}`");
                let finding = Finding::new(Rule::Constraint, row.then(2), message).label("letters, digits, `_ / . -`");
                self.note(finding.hint("LIKE takes a regular expression, which can say anything"));
            }
            Operator::Unique
            | Operator::Cluster(_)
            | Operator::GroupBy(_)
            | Operator::Like(_)
            | Operator::Unlike(_)
            | Operator::MaxPer(_)
            | Operator::Is(_) => {}
        }
    }
}

impl Reader<'_> {
    /// Names with `@` are ours; no agent may have such an attribute.
    fn senseless_field(&mut self, row: &Place, field: &str) {
        let message = match field {
            "" => "a constraint is on a field with a name".to_owned(),
            "@hostname" | "@zone" | "@region" => return,
            other if other.starts_with('@') => format!("nothing of an agent is called `{other}`"),
            _ => return,
        };
        let meant = nearest(field, ["@hostname", "@zone", "@region"]).map(|name| format!("did you mean `{name}`?"));
        let fields = || "`hostname`, `@zone`, `@region`, or an attribute that agents have".to_owned();
        let finding = Finding::new(Rule::Constraint, row.then(0), message);
        self.note(finding.hint(meant.unwrap_or_else(fields)));
    }
}

/// What `IS` takes: a text of these characters; numbers are among them, but for `1e+3`, which nobody writes.
fn is_plain(value: &str) -> bool {
    value.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '/' | '.' | '-'))
}

fn unreadable(row: &Place, parts: &[String], err: &ConstraintError) -> Finding {
    let place = err.index().map_or(row.clone(), |at| row.then(at));
    let finding = Finding::new(Rule::Constraint, place, err.to_string());
    let finding = match err {
        ConstraintError::Pattern { pattern, at: Some(at), .. } => finding.label(blamed(pattern, *at)),
        ConstraintError::Pattern { .. }
        | ConstraintError::Arity
        | ConstraintError::Operator(_)
        | ConstraintError::UniqueValue
        | ConstraintError::GroupBy(_)
        | ConstraintError::MaxPer(_)
        | ConstraintError::NoNumber
        | ConstraintError::NoPattern(_) => finding,
    };
    match hint(parts.first().map_or("rack", String::as_str), err) {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

/// The pattern from where it goes wrong.
fn blamed(pattern: &str, at: usize) -> String {
    let rest: String = pattern.chars().skip(at - 1).collect();
    match rest.is_empty() {
        true => "at its end".to_owned(),
        false => format!("character {at}: `{rest}`"),
    }
}

/// What to write instead, for a constraint on that field.
fn hint(field: &str, err: &ConstraintError) -> Option<String> {
    let write = |rest: &str| format!("write it as `[\"{field}\", {rest}]`");
    match err {
        ConstraintError::Arity => Some(write("\"UNIQUE\"") + ", or with a value as the third"),
        ConstraintError::Operator(word) => {
            nearest(word, Constraint::OPERATORS).map(|word| format!("did you mean `{word}`?"))
        }
        ConstraintError::UniqueValue => Some("UNIQUE is about all values; IS asks for one".to_owned()),
        ConstraintError::GroupBy(_) => Some(write("\"GROUP_BY\"") + " to spread over all groups there are"),
        ConstraintError::MaxPer(_) | ConstraintError::NoNumber => {
            Some(write("\"MAX_PER\", \"2\"") + " for two tasks at most")
        }
        ConstraintError::NoPattern(operator) => {
            Some(write(&format!("\"{operator}\", \"a|b\"")) + ": the whole value is compared")
        }
        ConstraintError::Pattern { .. } => Some("IS compares with a text as it stands".to_owned()),
    }
}
