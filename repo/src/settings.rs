//! `ship.toml` in the root of a repository: where the apps are, which clusters there are, how the daemon is
//! set up. Nothing in it is required, nor the file itself.

mod agent;
mod daemon;
mod placement;
mod positions;
mod rollout;

pub use agent::{AgentSettings, Amounts, AmountsError, Attributes, AttributesError, HostPorts, HostPortsError};
pub use daemon::DaemonSettings;
use placement::PlacementSettings;
use positions::{plain_table, span};
use rollout::RolloutSettings;

use crate::diagnostic::{Diagnostic, Source};
use crate::json::parse::Located;
use crate::json::schema::SETTINGS;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ship_core::manifest::{Defaults, Finding, Place, Rule};
use std::collections::BTreeMap;
use std::path::{Component, Path};
use std::sync::Arc;
use toml::de::DeTable;

/// Settings of a GitOps repository and of the programs that work with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(title = "ship.toml", deny_unknown_fields)]
pub struct Settings {
    /// The folder of app files, relative to this file. It is the root group.
    pub apps: String,
    /// The cluster's address, such as `http://10.0.0.1:8080`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Which of `contexts` is used if nothing else says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Clusters by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub contexts: BTreeMap<String, Context>,
    /// What holds for rollouts of all apps that say nothing themselves.
    pub rollout: RolloutSettings,
    /// Where tasks of all apps go that say nothing themselves.
    pub placement: PlacementSettings,
    /// Settings of `shipd`.
    pub daemon: DaemonSettings,
    /// What `shipd agent` says of its machine.
    pub agent: AgentSettings,
}

/// A cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct Context {
    /// Its address, such as `http://10.0.0.1:8080`.
    pub url: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            apps: "apps".to_owned(),
            url: None,
            context: None,
            contexts: BTreeMap::new(),
            rollout: RolloutSettings::default(),
            placement: PlacementSettings::default(),
            daemon: DaemonSettings::default(),
            agent: AgentSettings::default(),
        }
    }
}

impl Settings {
    /// The file's name, at the root of a repository.
    pub const FILE: &str = "ship.toml";

    /// The settings of a working tree, and what is wrong with them. Mistakes leave the defaults in place.
    #[must_use]
    pub fn of_folder(root: &Path) -> (Self, Vec<Diagnostic>) {
        match std::fs::read(root.join(Self::FILE)) {
            Ok(bytes) => Self::read(&bytes),
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => (Self::default(), Vec::new()),
            Err(err) => {
                let finding = Finding::new(Rule::Unreadable, Place::root(), format!("cannot read the file: {err}"));
                (Self::default(), vec![Source::unread(Self::FILE.into()).diagnostic(finding, 0..0)])
            }
        }
    }

    /// Reads the text of a `ship.toml`.
    #[must_use]
    pub fn read(bytes: &[u8]) -> (Self, Vec<Diagnostic>) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            let finding = Finding::new(Rule::Encoding, Place::root(), "the file is not UTF-8");
            return (Self::default(), vec![Source::unread(Self::FILE.into()).diagnostic(finding, 0..0)]);
        };
        let (settings, located) = read_text(text);
        let source = Source { file: Self::FILE.into(), text: Arc::from(text) };
        let diagnostics = located.into_iter().map(|(finding, span)| source.diagnostic(finding, span)).collect();
        (settings.unwrap_or_default(), diagnostics)
    }

    /// What holds for apps that say nothing themselves.
    #[must_use]
    pub fn defaults(&self) -> Defaults {
        Defaults { rollout: self.rollout.into(), placement: self.placement.defaults() }
    }

    /// The apps folder with plain steps, `/` between them; empty for the root itself.
    #[must_use]
    pub fn apps_path(&self) -> String {
        clean(&self.apps).unwrap_or_else(|| Self::default().apps)
    }
}

fn read_text(text: &str) -> (Option<Settings>, Vec<Located>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let located = errors.iter().map(|err| {
            let finding = Finding::new(Rule::Syntax, Place::root(), format!("invalid TOML: {}", err.message()));
            (finding, err.span().unwrap_or(0..0))
        });
        return (None, located.collect());
    }
    let value = plain_table(table.get_ref());
    let mut findings = SETTINGS.findings(&value);
    let settings: Option<Settings> = serde_json::from_value(value).ok();
    if let Some(settings) = &settings {
        findings.extend(rules(settings));
    }
    let located = findings.into_iter().map(|finding| {
        let span = span(&table, &finding.place);
        (finding, span)
    });
    let located: Vec<Located> = located.collect();
    (settings.filter(|_| located.is_empty()), located)
}

fn rules(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    if clean(&settings.apps).is_none() {
        let finding =
            Finding::new(Rule::AppsFolder, Place::field("apps"), "`apps` must be a folder of this repository");
        findings.push(finding.hint("give a relative path without `..`, such as `apps`"));
    }
    if let (Some(deadline), Some(settling)) = (settings.rollout.progress_deadline, settings.rollout.settling)
        && deadline <= settling
    {
        let message =
            format!("a settling time of {settling} s is not shorter than the progress deadline of {deadline} s");
        let finding = Finding::new(Rule::Rollout, Place::field("rollout").then("settling"), message);
        findings.push(finding.hint("no rollout could succeed: settle sooner, or allow more time"));
    }
    findings.extend(settings.placement.findings());
    findings.extend(settings.agent.findings());
    findings.extend(settings.daemon.findings());
    if let Some(context) = &settings.context
        && !settings.contexts.contains_key(context)
    {
        let message = format!("there is no context `{context}`");
        let finding = Finding::new(Rule::NotAllowed, Place::field("context"), message);
        let known = ship_core::manifest::nearest(context, settings.contexts.keys().map(String::as_str));
        findings.push(match known {
            Some(known) => finding.hint(format!("did you mean `{known}`?")),
            None => finding.hint(format!("add `[contexts.{context}]` with its `url`")),
        });
    }
    findings
}

fn clean(path: &str) -> Option<String> {
    let steps = Path::new(path).components().map(|step| match step {
        Component::Normal(name) => name.to_str().map(Some),
        Component::CurDir => Some(None),
        Component::Prefix(_) | Component::RootDir | Component::ParentDir => None,
    });
    let steps: Option<Vec<Option<&str>>> = steps.collect();
    Some(steps?.into_iter().flatten().collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ship_core::model::{OnFailure, Strategy};

    fn told(text: &str) -> Vec<String> {
        let (_, diagnostics) = Settings::read(text.as_bytes());
        diagnostics
            .iter()
            .map(|found| format!("{}:{} {} {}", found.start.line, found.start.column, found.code, found.message))
            .collect()
    }

    #[test]
    fn settings_are_read() {
        let text = "apps = \"./deploy/apps/\"\n[contexts.prod]\nurl = \"http://h:8080\"\n[daemon]\nbranch = \"live\"\n";
        let (settings, diagnostics) = Settings::read(text.as_bytes());
        assert_eq!(diagnostics, []);
        assert_eq!(settings.apps_path(), "deploy/apps");
        assert_eq!(settings.contexts["prod"].url, "http://h:8080");
        assert_eq!(settings.daemon.branch.as_deref(), Some("live"));
        assert_eq!(Settings::read(b"").0, Settings::default());
    }

    #[test]
    fn rollouts_can_be_set_for_all_apps() {
        let text = "[rollout]\nprogress-deadline = 60\nsettling = 5\non-failure = \"revert\"\n";
        let rollout = Settings::read(text.as_bytes()).0.rollout;
        assert_eq!((rollout.progress_deadline, rollout.settling), (Some(60), Some(5)));
        assert_eq!(rollout.on_failure, Some(OnFailure::Revert));
        assert!(told("[rollout]\non-failure = \"panic\"\n")[0].starts_with("2:14 S0105"));
        assert!(told("[rollout]\nprogress-deadline = 0\n")[0].starts_with("2:21 S0106"));
        assert!(told("[rollout]\nprogress-deadline = 9\nsettling = 9\n")[0].starts_with("3:12 S0219"));
        assert_eq!(told("[rollout]\nsettle = 5\n")[0], "2:1 S0102 unknown field `settle`");
    }

    #[test]
    fn placement_can_be_set_for_all_apps() {
        let text = "[placement]\nstrategy = \"spread\"\npriority = 70\npreempts = true\neverywhere = [\"/logs\"]\n";
        let (settings, diagnostics) = Settings::read(text.as_bytes());
        assert_eq!(diagnostics, []);
        let placement = settings.defaults().placement;
        assert_eq!((placement.strategy, placement.priority), (Some(Strategy::Spread), Some(70)));
        assert_eq!((placement.preempts, placement.everywhere.len()), (Some(true), 1));
        assert!(told("[placement]\nstrategy = \"best\"\n")[0].starts_with("2:12 S0105"));
        assert!(told("[placement]\npriority = 101\n")[0].starts_with("2:12 S0106"));
        assert!(told("[placement]\neverywhere = [\"/Logs\"]\n")[0].starts_with("2:14 S0201"));
    }

    #[test]
    fn what_is_said_of_a_machine_is_checked() {
        let text = "[agent]\nresources = \"cpus=4;cpus(prod)=8\"\nports = \"80,8000-8099\"\n";
        assert_eq!(told(text), [""; 0]);
        assert!(told("[agent]\nresources = \"cpu=1\"\n")[0].starts_with("2:13 S0502 there is no resource `cpu`"));
        assert!(told("[agent]\nports = \"1-9,5-6\"\n")[0].starts_with("2:9 S0502 the host ports 1-9 and 5-6 overlap"));
        assert!(told("[agent.attributes]\nhostname = \"x\"\n")[0].starts_with("2:1 S0502 `hostname` cannot be"));
        assert!(told("[daemon]\nservice-ports = \"9-1\"\n")[0].starts_with("2:17 S0502 `9-1` is no range of ports"));
    }

    #[test]
    fn mistakes_have_positions() {
        assert_eq!(
            told("url = 5\nap = \"x\"\n"),
            ["1:7 S0104 `url` must be a text, not a number", "2:1 S0102 unknown field `ap`"]
        );
        assert_eq!(told("apps = \"../x\"")[0], "1:8 S0501 `apps` must be a folder of this repository");
        assert_eq!(told("context = \"prd\"\n[contexts.prod]\nurl = \"u\"").len(), 1);
        assert!(told("a = = 1")[0].starts_with("1:5 S0101 invalid TOML"));
    }
}
