//! The labels that are settings of ours, `ship.*`: their names, and how their texts are read. What they mean is
//! decided where they are used.

use super::Reader;
use crate::manifest::{Finding, Place, Rule, nearest};
use std::ops::RangeInclusive;

const OURS: &str = "ship.";
pub(super) const DEADLINE: &str = "ship.progressDeadlineSeconds";
pub(super) const SETTLING: &str = "ship.settlingSeconds";
pub(super) const ON_FAILURE: &str = "ship.onFailure";
pub(super) const STRATEGY: &str = "ship.placement";
pub(super) const EVERYWHERE: &str = "ship.everywhere";
pub(super) const PRIORITY: &str = "ship.priority";
pub(super) const PREEMPTS: &str = "ship.preempts";
pub(super) const PREEMPTIBLE: &str = "ship.preemptible";

const KNOWN: [(&str, Rule); 8] = [
    (DEADLINE, Rule::Rollout),
    (SETTLING, Rule::Rollout),
    (ON_FAILURE, Rule::Rollout),
    (STRATEGY, Rule::Placement),
    (EVERYWHERE, Rule::Placement),
    (PRIORITY, Rule::Placement),
    (PREEMPTS, Rule::Placement),
    (PREEMPTIBLE, Rule::Placement),
];

/// What a label of ours may say: each word and its meaning.
pub(super) type Words<'a, T> = &'a [(&'a str, T)];

pub(super) const YES_OR_NO: Words<'static, bool> = &[("true", true), ("false", false)];

impl Reader<'_> {
    /// The number that a label says, if there is such a label. `what` follows `a whole number`.
    pub(super) fn number_label(&mut self, name: &str, range: RangeInclusive<u32>, what: &str) -> Option<u32> {
        let text = self.label_text(name)?;
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && range.contains(number));
        if number.is_none() {
            let message = format!("`{name}` must be a whole number{what}, not `{text}`");
            let hint = format!("from {} to {}, in quotes as every label", range.start(), range.end());
            self.note(Finding::new(rule_of(name), label(name), message).hint(hint));
        }
        number
    }

    /// What the word of a label stands for, if there is such a label. The hint says what the words mean.
    pub(super) fn word_label<T: Copy>(&mut self, name: &str, words: Words<'_, T>, hint: &str) -> Option<T> {
        let text = self.label_text(name)?;
        let known = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if known.is_none() {
            let listed: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            let message = format!("`{name}` must be {}, not `{text}`", listed.join(" or "));
            self.note(Finding::new(rule_of(name), label(name), message).hint(hint));
        }
        known
    }

    /// A label that is nearly one of ours was meant to be it; others are the team's own.
    pub(super) fn misspelt_labels(&mut self) {
        let labels = self.file.labels.iter().flatten().map(|(name, _)| name.as_str());
        let ours = labels.filter_map(|name| Some((name, name.strip_prefix(OURS)?)));
        let known = || KNOWN.iter().filter_map(|(name, _)| name.strip_prefix(OURS));
        let misspelt: Vec<(&str, &str)> = ours
            .filter(|(_, rest)| known().all(|known| known != *rest))
            .filter_map(|(name, rest)| Some((name, nearest(rest, known())?)))
            .collect();
        for (name, known) in misspelt {
            let meant = format!("{OURS}{known}");
            let message = format!("`{name}` is no label of shipd's, and nearly one");
            let finding = Finding::new(rule_of(&meant), label(name).key(), message);
            self.note(finding.hint(format!("did you mean `{meant}`?")));
        }
    }

    fn label_text(&self, name: &str) -> Option<String> {
        self.file.labels.as_ref()?.get(name).cloned()
    }

    pub(super) fn has_label(&self, name: &str) -> bool {
        self.file.labels.as_ref().is_some_and(|labels| labels.contains_key(name))
    }
}

pub(super) fn label(name: &str) -> Place {
    Place::field("labels").then(name)
}

fn rule_of(name: &str) -> Rule {
    let known = KNOWN.iter().find(|(known, _)| *known == name);
    known.map(|(_, rule)| *rule).expect("only labels of the table are asked for")
}
