//! Runs the rules across files and gives what they find positions.

use crate::diagnostic::Diagnostic;
use crate::file::{Body, File};
use imbl::OrdMap;
use ship_core::manifest::{Across, CrossFinding, Finding, Party, Place, check};
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
    diagnostic.related = found.also.and_then(|(name, spot, label)| {
        let other = files.get(name)?;
        Some(other.source.related(other.span(&spot), label))
    });
    Some(diagnostic)
}
