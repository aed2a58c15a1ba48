//! One file below the apps folder: from bytes to an app or group, or to everything that is wrong with it.

use crate::diagnostic::{Diagnostic, Source};
use crate::json::locate;
use crate::json::node::Ast;
use crate::json::parse::{self, Located, MOST};
use crate::json::schema::{self, Schema};
use crate::lines::offset_of;
use jsonc_parser::ast::{Object, Value};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use ship_core::manifest::{
    AppFile, Defaults, Finding, GroupFile, Place, PodFile, Rule, Spot, normalise, normalise_group, normalise_pod,
};
use ship_core::model::{AppId, AppSpec, GroupId, GroupSpec, Kind};
use std::ops::Range;
use std::sync::Arc;

/// Larger app files are refused unread.
pub(crate) const LARGEST: u64 = 1 << 20;

/// The name of the file that holds a group's own settings.
const GROUP_FILE: &str = "group.json";

/// What is known of one file.
#[derive(Debug)]
pub(crate) struct File {
    pub source: Source,
    /// The group of its folder.
    pub group: GroupId,
    pub body: Body,
}

#[derive(Debug)]
pub(crate) enum Body {
    App(Arc<AppSpec>),
    Group(Arc<GroupSpec>),
    Broken {
        diagnostics: Vec<Diagnostic>,
        /// The ids that the app would probably have.
        guesses: Vec<AppId>,
    },
}

/// What stands at a path, as far as it can be told without parsing.
pub(crate) enum Content {
    Bytes(Vec<u8>),
    TooBig(u64),
    /// A symbolic link, a submodule, a device: named in words.
    NotAFile(&'static str),
    NotUtf8Name,
    Unreadable(String),
}

impl File {
    /// Reads a file. `path` is shown to people, `inner` is relative to the apps folder, `defaults`
    /// hold where the file says nothing.
    pub(crate) fn read(path: Arc<str>, inner: &str, content: Content, defaults: &Defaults) -> Self {
        let group = match folder_group(inner) {
            Ok(group) => group,
            Err(finding) => return Self::unread(path, inner, finding),
        };
        let bytes = match content {
            Content::Bytes(bytes) => bytes,
            Content::TooBig(size) => return Self::unread(path, inner, too_big(size)),
            Content::NotAFile(what) => return Self::unread(path, inner, not_a_file(what)),
            Content::NotUtf8Name => {
                let finding = Finding::new(Rule::FileName, Place::root(), "the name of this file is not UTF-8");
                return Self::unread(path, inner, finding.hint("rename it"));
            }
            Content::Unreadable(reason) => {
                let finding = Finding::new(Rule::Unreadable, Place::root(), format!("cannot read the file: {reason}"));
                return Self::unread(path, inner, finding);
            }
        };
        match String::from_utf8(bytes) {
            Ok(text) => Self::parse(Source { file: path, text: text.into() }, inner, group, defaults),
            Err(err) => Self::unread(path, inner, not_utf8(err.as_bytes(), err.utf8_error().valid_up_to())),
        }
    }

    fn parse(source: Source, inner: &str, group: GroupId, defaults: &Defaults) -> Self {
        let read = if is_group_file(inner) {
            check(&source.text, &schema::GROUP, |file: &GroupFile| normalise_group(file, &group))
                .map(|spec| Body::Group(Arc::new(spec)))
        } else {
            let read = match kind_of(&source.text) {
                Kind::App => check(&source.text, &schema::APP, |file: &AppFile| normalise(file, &group, defaults)),
                Kind::Pod => check(&source.text, &schema::POD, |file: &PodFile| normalise_pod(file, &group, defaults)),
            };
            read.map(|spec| Body::App(Arc::new(spec)))
        };
        let body = read.unwrap_or_else(|located| Body::Broken {
            diagnostics: located.into_iter().map(|(finding, span)| source.diagnostic(finding, span)).collect(),
            guesses: guesses(inner, &source.text, &group),
        });
        Self { source, group, body }
    }

    fn unread(path: Arc<str>, inner: &str, finding: Finding) -> Self {
        let group = folder_group(inner).unwrap_or_else(|_| GroupId::root());
        let source = Source::unread(path);
        let guesses = guesses(inner, "", &group);
        let diagnostics = vec![source.diagnostic(finding, 0..0)];
        Self { source, group, body: Body::Broken { diagnostics, guesses } }
    }

    /// A thing at which no app file can be.
    pub(crate) fn broken(path: Arc<str>, finding: Finding) -> Self {
        Self::unread(path, "", finding)
    }

    /// Where a spot of the app or group stands in the text. Reads the text again: only findings ask.
    pub(crate) fn span(&self, spot: &Spot) -> Range<usize> {
        let text = &self.source.text;
        let Ok(value) = parse::parse(text) else { return 0..0 };
        let place = match &self.body {
            Body::App(app) if app.pod.is_some() => Ok(spot.place_in_pod()),
            Body::App(_) => serde_json::from_str(text).map(|file: AppFile| spot.place(&file, &self.group)),
            Body::Group(_) => serde_json::from_str(text).map(|file: GroupFile| spot.place_in_group(&file, &self.group)),
            Body::Broken { .. } => return 0..0,
        };
        locate::span(&value, &place.unwrap_or_default())
    }

    pub(crate) fn is_broken(&self) -> bool {
        match self.body {
            Body::Broken { .. } => true,
            Body::App(_) | Body::Group(_) => false,
        }
    }
}

/// The chain for one text: syntax, keys, schema, types, rules. Each step adds what it finds; only a text
/// that is no JSON at all ends it early.
fn check<T: DeserializeOwned, S>(
    text: &str,
    schema: &Schema<Ast>,
    normalise: impl FnOnce(&T) -> Result<S, Vec<Finding>>,
) -> Result<S, Vec<Located>> {
    let value = parse::parse(text).map_err(|located| vec![*located])?;
    let mut located = parse::oddities(&value);
    add(&mut located, &value, schema.findings(&value));
    let spec = match serde_json::from_str(text) {
        Ok(file) => normalise(&file).map_err(|findings| add(&mut located, &value, findings)).ok(),
        Err(err) => {
            if located.is_empty() {
                located.push(unexpected(text, &err));
            }
            None
        }
    };
    match spec {
        Some(spec) if located.is_empty() => Ok(spec),
        Some(_) | None => {
            located.sort_by_key(|(_, span)| span.start);
            if located.len() >= MOST {
                located.truncate(MOST);
                if let Some((last, _)) = located.last_mut() {
                    last.hint = Some("the file has further mistakes".to_owned());
                }
            }
            Err(located)
        }
    }
}

/// Adds findings; a second one of the same rule at the same place says nothing new.
fn add(located: &mut Vec<Located>, value: &Value<'_>, findings: Vec<Finding>) {
    for finding in findings.into_iter().take(MOST) {
        let span = locate::span(value, &finding.place);
        if !located.iter().any(|(earlier, at)| earlier.rule == finding.rule && *at == span) {
            located.push((finding, span));
        }
    }
}

/// A text that the parser or the schema let through and the types do not: `012` and raw control characters
/// are known to.
fn unexpected(text: &str, err: &serde_json::Error) -> Located {
    let at = offset_of(text, err.line(), err.column());
    let words = err.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    let (rule, what) = match err.classify() {
        Category::Syntax | Category::Eof | Category::Io => (Rule::Syntax, "invalid JSON"),
        Category::Data => (Rule::WrongType, "cannot be read"),
    };
    (Finding::new(rule, Place::root(), format!("{what}: {words}")), at..at)
}

fn is_group_file(inner: &str) -> bool {
    inner.rsplit('/').next() == Some(GROUP_FILE)
}

/// What the text of a file defines: a pod has a list of containers, which apps have not. Texts that are no JSON are read as
/// apps, and refused as such.
#[must_use]
pub fn kind_of(text: &str) -> Kind {
    // Nearly all files are apps: those that never say the word are not parsed for it.
    let parsed = || parse::parse(text).is_ok_and(|value| value.as_object().is_some_and(is_pod_file));
    if text.contains("\"containers\"") && parsed() { Kind::Pod } else { Kind::App }
}

/// A pod is told from an app by its list of containers.
pub(crate) fn is_pod_file(file: &Object<'_>) -> bool {
    file.get("containers").is_some()
}

/// The group of a file's folder.
fn folder_group(inner: &str) -> Result<GroupId, Finding> {
    let folder = inner.rfind('/').map_or("", |at| &inner[..at]);
    GroupId::resolve(&format!("/{folder}"), &GroupId::root()).map_err(|err| {
        let finding = Finding::new(Rule::FileName, Place::root(), format!("a folder is a group, and {err}"));
        finding.hint("rename the folder")
    })
}

fn too_big(size: u64) -> Finding {
    let message = format!("the file has {size} bytes; an app file has at most {LARGEST}");
    Finding::new(Rule::TooBig, Place::root(), message)
}

fn not_a_file(what: &str) -> Finding {
    let finding = Finding::new(Rule::NotAFile, Place::root(), format!("this is {what}, which is never followed"));
    finding.hint("put the app files themselves here")
}

fn not_utf8(bytes: &[u8], valid: usize) -> Finding {
    let line = bytes[..valid].iter().filter(|byte| **byte == b'\n').count() + 1;
    let byte = bytes.get(valid).copied().unwrap_or_default();
    let message = format!("the file is not UTF-8: byte 0x{byte:02x} in line {line}");
    Finding::new(Rule::Encoding, Place::root(), message).hint("save it as UTF-8")
}

/// Ids by which others may know an app whose file is broken: from its name, and from its `id` field.
fn guesses(inner: &str, text: &str, group: &GroupId) -> Vec<AppId> {
    let stem = inner.rsplit('/').next().and_then(|name| name.strip_suffix(".json"));
    let by_name = stem.and_then(|stem| AppId::resolve(stem, group).ok());
    let by_field = id_field(text).and_then(|id| AppId::resolve(id, group).ok());
    by_name.into_iter().chain(by_field).collect()
}

/// The text after the first `"id":`, whatever state the rest is in.
fn id_field(text: &str) -> Option<&str> {
    let after = &text[text.find("\"id\"")? + 4..];
    let value = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    value.find('"').map(|end| &value[..end])
}

#[cfg(test)]
mod tests;
