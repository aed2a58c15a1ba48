//! What of an app is shown beside its definition: `embed` (marathon-v2, section 8.3).

use std::collections::BTreeSet;

/// One part of how an app stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extra {
    /// How many tasks are how far.
    Counts,
    /// Deployments that change it.
    Deployments,
    /// The last task that failed.
    LastTaskFailure,
    /// What readiness checks said.
    Readiness,
    /// Its tasks.
    Tasks,
    /// Counts and ages of its tasks.
    TaskStats,
}

/// All that is to be shown of an app.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extras(BTreeSet<Extra>);

impl Extras {
    /// In a list of apps, whatever is asked for.
    pub const LIST: [Extra; 2] = [Extra::Counts, Extra::Deployments];
    /// Of one app, whatever is asked for.
    pub const ONE: [Extra; 4] = [Extra::Counts, Extra::Tasks, Extra::Deployments, Extra::LastTaskFailure];

    /// These, and those that the values of `embed` name behind one of the prefixes. Others are ignored.
    pub fn new<'a>(
        always: impl IntoIterator<Item = Extra>,
        prefixes: &[&str],
        embeds: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let bare = |word: &'a str| prefixes.iter().find_map(|prefix| word.strip_prefix(prefix));
        let named = embeds.into_iter().filter_map(bare).flat_map(named).copied();
        Self(always.into_iter().chain(named).collect())
    }

    /// Whether it is to be shown.
    #[must_use]
    pub fn has(&self, extra: Extra) -> bool {
        self.0.contains(&extra)
    }

    /// The same without one, and whether it was among them.
    #[must_use]
    pub fn without(mut self, extra: Extra) -> (Self, bool) {
        let had = self.0.remove(&extra);
        (self, had)
    }
}

/// `tasks` brings the deployments along, as it always did.
fn named(word: &str) -> &'static [Extra] {
    match word {
        "counts" => &[Extra::Counts],
        "deployments" => &[Extra::Deployments],
        "failures" => &[Extra::Tasks, Extra::Deployments, Extra::LastTaskFailure],
        "lastTaskFailure" => &[Extra::LastTaskFailure],
        "readiness" => &[Extra::Readiness],
        "tasks" => &[Extra::Tasks, Extra::Deployments],
        "taskStats" => &[Extra::TaskStats],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_and_without_prefix() {
        let extras = Extras::new(Extras::LIST, &["apps.", "app.", ""], ["apps.tasks", "app.readiness", "sugar"]);
        let shown = [Extra::Counts, Extra::Deployments, Extra::Readiness, Extra::Tasks];
        assert_eq!(extras.0, BTreeSet::from(shown));
        assert!(!Extras::new([], &["group.apps."], ["apps.tasks"]).has(Extra::Tasks));
    }
}
