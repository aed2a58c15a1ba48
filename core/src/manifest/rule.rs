//! The one list of rules an app file can break. A code never changes its meaning: people search for it.

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the table below says what each of them means, for people too")]
pub enum Rule {
    Syntax,
    UnknownField,
    MissingField,
    WrongType,
    NotAllowed,
    OutOfRange,
    DuplicateKey,
    Encoding,
    TooBig,
    NotAFile,
    FileName,
    Unreadable,
    Id,
    Command,
    Dependency,
    Constraint,
    Network,
    PortForm,
    PortTwice,
    PortIndex,
    HealthCheck,
    UpgradeStrategy,
    Unreachable,
    Volume,
    Environment,
    ReadinessCheck,
    Limits,
    LegacyForm,
    Image,
    Roles,
    Rollout,
    TaskCheck,
    Placement,
    PodName,
    NoDocker,
    NoFetch,
    NoVolume,
    NoSecrets,
    NoExecutor,
    NoIpv6,
    NoParameter,
    NoPod,
    SameId,
    AppIsGroup,
    Dangling,
    Cycle,
    SameServicePort,
    GroupId,
    AppsFolder,
    Setting,
}

use Rule::{
    AppIsGroup, AppsFolder, Command, Constraint, Cycle, Dangling, Dependency, DuplicateKey, Encoding, Environment,
    FileName, GroupId, HealthCheck, Id, Image, LegacyForm, Limits, MissingField, Network, NoDocker, NoExecutor,
    NoFetch, NoIpv6, NoParameter, NoPod, NoSecrets, NoVolume, NotAFile, NotAllowed, OutOfRange, Placement, PodName,
    PortForm, PortIndex, PortTwice, ReadinessCheck, Roles, Rollout, SameId, SameServicePort, Setting, Syntax,
    TaskCheck, TooBig, UnknownField, Unreachable, Unreadable, UpgradeStrategy, Volume, WrongType,
};

/// Code and meaning. `S01..` one file as text, `S02..` one app, `S03..` what this version does not do yet,
/// `S04..` across files, `S05..` settings. S0305 was for gpus, while there were none.
const TABLE: &[(Rule, &str, &str)] = &[
    (Syntax, "S0101", "the text is not JSON (or, in `ship.toml`, not TOML)"),
    (UnknownField, "S0102", "a field that does not exist there"),
    (MissingField, "S0103", "a field that must be given is not"),
    (WrongType, "S0104", "a value of another type than the field has"),
    (NotAllowed, "S0105", "a value that is not among those allowed"),
    (OutOfRange, "S0106", "a number, text or list outside its limits"),
    (DuplicateKey, "S0107", "a key that stands twice in one object"),
    (Encoding, "S0108", "the file is not UTF-8"),
    (TooBig, "S0109", "an app file larger than 1 MiB"),
    (NotAFile, "S0110", "a symbolic link, submodule or other thing that is never followed"),
    (FileName, "S0111", "a file or folder name that cannot be part of an id"),
    (Unreadable, "S0112", "the file cannot be read"),
    (Id, "S0201", "an id of an app or group that is no valid path"),
    (Command, "S0202", "`cmd` and `args` together, or nothing to run at all"),
    (Dependency, "S0203", "a dependency that is no valid path, or the app itself"),
    (Constraint, "S0204", "a placement constraint that cannot be understood"),
    (Network, "S0205", "networks that cannot be combined, or one without a name"),
    (PortForm, "S0206", "ports declared in a form that does not fit the network"),
    (PortTwice, "S0207", "a port or port name declared twice"),
    (PortIndex, "S0208", "a check of a port that the app does not have"),
    (HealthCheck, "S0209", "a health check whose fields do not fit its protocol"),
    (UpgradeStrategy, "S0210", "an upgrade strategy that contradicts the app"),
    (Unreachable, "S0211", "an unreachable strategy that expunges before it is inactive"),
    (Volume, "S0212", "a volume without a usable path, or two at one path"),
    (Environment, "S0213", "the name of an environment variable that cannot be set"),
    (ReadinessCheck, "S0214", "a readiness check that does not fit the app"),
    (Limits, "S0215", "a resource limit below the request"),
    (LegacyForm, "S0216", "an old and a new form of the same setting together"),
    (Image, "S0217", "the name of an image that cannot exist"),
    (Roles, "S0218", "a role that no agent could have, or that is not the app's own"),
    (Rollout, "S0219", "a label, setting or field of rollouts that makes no sense for the app"),
    (TaskCheck, "S0220", "an informing check that asks nothing, or several things"),
    (Placement, "S0221", "a label or setting of placement that makes no sense for the app"),
    (PodName, "S0222", "two containers or two volumes of a pod with one name"),
    (NoDocker, "S0301", "not supported yet: tasks without a Docker image, the Mesos containerizer"),
    (NoFetch, "S0302", "not supported yet: artifacts fetched before the start"),
    (NoVolume, "S0303", "not supported: external and secret volumes, and disks other than `root`"),
    (NoSecrets, "S0304", "not supported yet: secrets"),
    (NoExecutor, "S0306", "not supported: custom executors"),
    (NoIpv6, "S0307", "not supported yet: health checks over IPv6"),
    (
        NoParameter,
        "S0308",
        "not supported: a Docker parameter that is unknown, or would take a container out of our hands",
    ),
    (NoPod, "S0309", "not supported yet in pods: GPUs, persistent volumes"),
    (SameId, "S0401", "two files with the same app id"),
    (AppIsGroup, "S0402", "an app with the path of a group that is not empty"),
    (Dangling, "S0403", "a dependency on an app or group that does not exist"),
    (Cycle, "S0404", "dependencies that form a circle"),
    (SameServicePort, "S0405", "a service port used by two apps"),
    (GroupId, "S0406", "a group file whose id is not that of its folder"),
    (AppsFolder, "S0501", "an apps folder that leaves the repository or is no folder"),
    (Setting, "S0502", "a setting of `shipd` or of an agent's machine that makes no sense"),
];

impl Rule {
    /// What people search for, such as `S0102`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// What the rule is about, in one line.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.row().2
    }

    /// Every rule, by code.
    pub fn all() -> impl Iterator<Item = Rule> {
        TABLE.iter().map(|row| row.0)
    }

    fn row(self) -> &'static (Rule, &'static str, &'static str) {
        TABLE.iter().find(|row| row.0 == self).expect("a test holds that the table has every rule")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_follows_the_enum_and_codes_are_unique_and_sorted() {
        let rules: Vec<Rule> = Rule::all().collect();
        assert!(rules.is_sorted() && rules.first() == Some(&Syntax) && rules.last() == Some(&Setting));
        assert_eq!(rules.len(), Setting as usize + 1);
        let codes: Vec<&str> = rules.iter().map(|rule| rule.code()).collect();
        assert!(codes.is_sorted_by(|a, b| a < b));
    }
}
