//! Runs the rules across files and gives what they find positions.

use crate::diagnostic::Diagnostic;
use crate::file::{Body, File};
use imbl::OrdMap;
use ship_core::manifest::{Across, CrossFinding, Finding, Party, Place, check};
use ship_core::model::AppSpec;
use std::sync::Arc;

pub(super) fn diagnostics(files: &OrdMap<Arc<str>, Arc<File>>) -> Vec<Diagnostic> {
    let mut across = Across::default();
    for file in files.values() {
        let name = &*file.source.file;
        match &file.body {
            Body::App(spec) => across.apps.push(Party { file: name, spec: &**spec }),
            Body::Group(spec) => across.groups.push(Party { file: name, spec: &**spec }),
            Body::Broken { guesses, .. } => across.guesses.extend(guesses.iter().cloned()),
        }
    }
    check(&across).into_iter().filter_map(|found| diagnostic(files, found)).collect()
}

fn diagnostic(files: &OrdMap<Arc<str>, Arc<File>>, found: CrossFinding<'_>) -> Option<Diagnostic> {
    let file = files.get(found.file)?;
    let finding = Finding::new(found.rule, Place::root(), found.message).label(found.label);
    let mut diagnostic = file.source.diagnostic(finding, file.span(&found.at));
    diagnostic.hint = found.hint;
    let related = |(name, spot, label)| {
        let other: &Arc<File> = files.get(name)?;
        Some(other.source.related(other.span(&spot), label))
    };
    diagnostic.related = found.also.into_iter().filter_map(related).collect();
    Some(diagnostic)
}

/// Whether a change of a file leaves alone all that the rules across files look at. Most do: another image,
/// another number of instances.
pub(super) fn is_the_same(old: Option<&File>, new: Option<&File>) -> bool {
    match (old.map(|file| &file.body), new.map(|file| &file.body)) {
        (Some(Body::App(old)), Some(Body::App(new))) => {
            old.id == new.id && old.dependencies == new.dependencies && service_ports(old).eq(service_ports(new))
        }
        (Some(Body::Group(old)), Some(Body::Group(new))) => old == new,
        (None, None) => true,
        (Some(_) | None, Some(_) | None) => false,
    }
}

fn service_ports(spec: &AppSpec) -> impl Iterator<Item = u16> {
    spec.run.ports.iter().map(|port| port.service_port)
}
