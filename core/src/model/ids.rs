//! Names of things. Apps and groups are absolute paths (`/shop/web`, `/`), the rest is opaque text.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::sync::Arc;

/// Last segments that Marathon's URLs need for themselves (marathon-v2, section 2).
const RESERVED_ENDINGS: [&str; 3] = ["restart", "tasks", "versions"];
/// An app is a file of its name, and the sandbox of a task bears it with some 60 characters more. File systems end at 255
/// bytes, as task ids did with Mesos.
const BYTES_MAX: usize = 190;

/// Why a text is not the id of an app or a group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// No text at all; the root group is written `/`.
    #[error("an id must not be empty")]
    Empty,
    /// A segment is not made of DNS labels in lower case, joined by `.`.
    #[error(
        "`{segment}` is not a path segment: use lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit"
    )]
    Segment {
        /// The first such segment.
        segment: String,
    },
    /// Its file could not be checked out.
    #[error("an id has at most {BYTES_MAX} characters, this one has {found}")]
    TooLong {
        /// Characters of the absolute path.
        found: usize,
    },
    /// The last segment is one of Marathon's own words (marathon-v2, section 2).
    #[error("an id must not end with `{ending}`: the REST API needs that word")]
    Reserved {
        /// That segment.
        ending: String,
    },
    /// What resolves to `/`, where an app is asked for.
    #[error("`/` is the root group, not an app")]
    Root,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text as it is; nothing is checked.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text it was made from.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
    };
}

text_id!(
    /// One attempt to fill an instance, `shop_web.instance-<uuid>._app.1` (marathon-v2, section 7.1).
    TaskId
);
text_id!(
    /// A machine that runs tasks; made once by the agent and kept in its data directory.
    AgentId
);
text_id!(
    /// A commit, as git's hexadecimal object name.
    CommitId
);
text_id!(
    /// The space that one instance of an app keeps on an agent; safe as a file name.
    VolumeId
);
text_id!(
    /// One commit being carried out.
    DeploymentId
);

impl CommitId {
    /// The first ten digits: what people read and type.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.get(..10).unwrap_or(&self.0)
    }
}

/// The absolute path of an app, such as `/shop/web`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct AppId(Arc<str>);

/// The absolute path of a group; the root is `/`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct GroupId(Arc<str>);

impl AppId {
    /// Reads `text` relative to `base`; a leading `/` makes it absolute. Repeated and trailing slashes
    /// are tolerated, `..` above the root stays there (marathon-v2, section 2).
    pub fn resolve(text: &str, base: &GroupId) -> Result<Self, IdError> {
        let id = Self::of_any_length(text, base)?;
        not_too_long(&id.0).map(|()| id)
    }

    fn of_any_length(text: &str, base: &GroupId) -> Result<Self, IdError> {
        let path = resolve_path(text, base)?;
        let last = path.rsplit('/').next().unwrap_or_default();
        if last.is_empty() {
            return Err(IdError::Root);
        }
        if RESERVED_ENDINGS.contains(&last) {
            return Err(IdError::Reserved { ending: last.to_owned() });
        }
        Ok(Self(path.into()))
    }

    /// Reads an absolute id, or one relative to the root group.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Self::resolve(text, &GroupId::root())
    }

    /// With the leading `/` and no other at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The group that holds this app.
    #[must_use]
    pub fn group(&self) -> GroupId {
        GroupId(parent(&self.0).into())
    }

    /// The path as dependencies name it: an app's or a group's.
    #[must_use]
    pub fn path(&self) -> GroupId {
        GroupId(Arc::clone(&self.0))
    }

    /// The last segment.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The path with `_` for `/` and none in front: how task ids begin.
    #[must_use]
    pub fn underscored(&self) -> String {
        self.0.trim_start_matches('/').replace('/', "_")
    }
}

impl GroupId {
    /// `/`, the group of all groups.
    #[must_use]
    pub fn root() -> Self {
        Self("/".into())
    }

    /// As [`AppId::resolve`], and `/` is allowed.
    pub fn resolve(text: &str, base: &GroupId) -> Result<Self, IdError> {
        let path = resolve_path(text, base)?;
        not_too_long(&path).map(|()| Self(path.into()))
    }

    /// With the leading `/`; the root is `/` alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `/`.
    #[must_use]
    pub fn is_root(&self) -> bool {
        &*self.0 == "/"
    }

    /// The group above, or `None` at the root.
    #[must_use]
    pub fn parent(&self) -> Option<GroupId> {
        (!self.is_root()).then(|| Self(parent(&self.0).into()))
    }

    /// Whether the app stands in this group or in a group below it.
    #[must_use]
    pub fn holds(&self, app: &AppId) -> bool {
        self.is_root() || is_below(&app.0, &self.0)
    }

    /// Whether the other path is this one, or stands below it.
    #[must_use]
    pub fn encloses(&self, other: &GroupId) -> bool {
        self.is_root() || self == other || is_below(&other.0, &self.0)
    }
}

fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(at) => &path[..at],
    }
}

fn resolve_path(text: &str, base: &GroupId) -> Result<String, IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    let mut segments: Vec<&str> = Vec::new();
    if !text.starts_with('/') {
        segments.extend(base.0.split('/').filter(|s| !s.is_empty()));
    }
    for segment in text.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ if is_segment(segment) => segments.push(segment),
            _ => return Err(IdError::Segment { segment: segment.to_owned() }),
        }
    }
    Ok(format!("/{}", segments.join("/")))
}

fn not_too_long(path: &str) -> Result<(), IdError> {
    match path.len() > BYTES_MAX {
        true => Err(IdError::TooLong { found: path.len() }),
        false => Ok(()),
    }
}

fn is_segment(segment: &str) -> bool {
    segment.split('.').all(|label| {
        let bytes = label.as_bytes();
        let edge = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        edge(bytes.first())
            && edge(bytes.last())
            && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
    })
}

macro_rules! path_text {
    ($name:ident, $read:expr) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                $read(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

// What was taken once stays readable.
path_text!(AppId, |text| AppId::of_any_length(text, &GroupId::root()));
path_text!(GroupId, |text| resolve_path(text, &GroupId::root()).map(|path| GroupId(path.into())));

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> GroupId {
        GroupId::resolve("/shop", &GroupId::root()).expect("a group id")
    }

    #[test]
    fn ids_resolve_against_their_group() {
        let id = |text: &str| AppId::resolve(text, &shop()).map(|id| id.to_string());
        assert_eq!(id("web"), Ok("/shop/web".into()));
        assert_eq!(id("/web"), Ok("/web".into()));
        assert_eq!(id("../db"), Ok("/db".into()));
        assert_eq!(id("//a//b/"), Ok("/a/b".into()));
        assert_eq!(id("../../../db"), Ok("/db".into()));
    }

    #[test]
    fn bad_ids_say_what_is_wrong() {
        let error = |text: &str| AppId::resolve(text, &shop()).expect_err("must be refused");
        assert_eq!(error(""), IdError::Empty);
        assert_eq!(error("/"), IdError::Root);
        assert_eq!(error("Web"), IdError::Segment { segment: "Web".into() });
        assert_eq!(error("a_b"), IdError::Segment { segment: "a_b".into() });
        assert_eq!(error("-a"), IdError::Segment { segment: "-a".into() });
        assert_eq!(error("a/tasks"), IdError::Reserved { ending: "tasks".into() });
        assert_eq!(error(&"a".repeat(185)), IdError::TooLong { found: 191 }, "with the group's own");
        assert!(serde_json::from_value::<AppId>("a".repeat(300).into()).is_ok(), "from before there was a limit");
    }

    #[test]
    fn a_group_holds_what_is_below_it_and_not_its_namesakes() {
        let app = |text: &str| AppId::parse(text).expect("an app id");
        assert!(shop().holds(&app("/shop/web")));
        assert!(shop().holds(&app("/shop/a/b")));
        assert!(!shop().holds(&app("/shopping/web")));
        assert!(!shop().holds(&app("/shop")));
        assert!(GroupId::root().holds(&app("/shop")));
    }
}
