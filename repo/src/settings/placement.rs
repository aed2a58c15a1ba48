//! `[placement]` of `ship.toml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ship_core::manifest::{Finding, Place, PlacementDefaults, Rule};
use ship_core::model::{GroupId, IdError, Strategy};

/// Where tasks go among agents that fit. An app's labels `ship.placement`, `ship.priority`, `ship.preempts`,
/// `ship.preemptible` and `ship.everywhere` come first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct PlacementSettings {
    /// `binpack` fills one machine after the other, `spread` takes the emptiest; `binpack` if nothing is said.
    #[schemars(with = "Option<StrategyWord>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// How important apps are, from 1 to 100; 50 if nothing is said.
    #[schemars(range(min = 1, max = 100))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    /// Whether an app may take the room of apps with a lower priority; not if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preempts: Option<bool>,
    /// Whether an app's tasks may be stopped for those even below its `minimumHealthCapacity`; not if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preemptible: Option<bool>,
    /// Paths of apps, and of groups of them, that run on every agent that matches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub everywhere: Vec<String>,
}

/// The words of [`Strategy`], which knows nothing of schemas.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum StrategyWord {
    BinPack,
    Spread,
}

impl PlacementSettings {
    /// Without the paths that are none; [`Self::findings`] tells of those.
    pub(super) fn defaults(&self) -> PlacementDefaults {
        PlacementDefaults {
            strategy: self.strategy,
            priority: self.priority,
            preempts: self.preempts,
            preemptible: self.preemptible,
            everywhere: self.everywhere.iter().filter_map(|text| path(text).ok()).collect(),
        }
    }

    pub(super) fn findings(&self) -> Vec<Finding> {
        let place = || Place::field("placement").then("everywhere");
        let wrong = self.everywhere.iter().enumerate().filter_map(|(n, text)| Some((n, text, path(text).err()?)));
        wrong
            .map(|(n, text, err)| Finding::new(Rule::Id, place().then(n), format!("`{text}`: {err}")))
            .map(|finding| finding.hint("name an app or a group by its path, such as `/logs`"))
            .collect()
    }
}

fn path(text: &str) -> Result<GroupId, IdError> {
    GroupId::resolve(text, &GroupId::root())
}
