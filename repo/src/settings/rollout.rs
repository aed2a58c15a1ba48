//! `[rollout]` of `ship.toml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ship_core::manifest::RolloutDefaults;
use ship_core::model::OnFailure;

/// When a rollout has failed or succeeded, and what happens then. An app's labels `ship.progressDeadlineSeconds`,
/// `ship.settlingSeconds` and `ship.onFailure` come first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RolloutSettings {
    /// Seconds without progress after which a rollout has failed; 300 if nothing is said.
    #[schemars(range(min = 1, max = 31_536_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress_deadline: Option<u32>,
    /// Seconds that all instances must stay ready before a rollout has succeeded; 2 if nothing is said.
    #[schemars(range(max = 31_536_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settling: Option<u32>,
    /// What becomes of an app whose rollout failed: `hold` keeps what is healthy, `revert` commits the last good
    /// definition again.
    #[schemars(with = "Option<OnFailureWord>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<OnFailure>,
}

/// The words of [`OnFailure`], which knows nothing of schemas.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum OnFailureWord {
    Hold,
    Revert,
}

impl From<RolloutSettings> for RolloutDefaults {
    fn from(settings: RolloutSettings) -> Self {
        Self {
            deadline_secs: settings.progress_deadline,
            settling_secs: settings.settling,
            on_failure: settings.on_failure,
        }
    }
}
