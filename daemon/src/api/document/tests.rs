//! The document is as the code is.

use super::{PAGE, TEXT, document};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn the_document_that_is_checked_in_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/openapi.json");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, TEXT.as_str()).expect("a file of the repository");
    }
    let known = fs::read_to_string(&file).unwrap_or_default();
    assert!(known == *TEXT, "schemas/openapi.json is out of date: run `UPDATE=1 cargo test -p shipd document`");
}

/// Every path in a `.route(..)` of the API, as the document would write it.
fn routes() -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for room in ["src/api", "src/git"] {
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(room), &mut routes);
    }
    // Git's own protocol is documented by git; a slash more is the same path.
    routes.retain(|path| !path.starts_with("/repo.git") && (path == "/" || !path.ends_with('/')) && path != "/panics");
    routes
}

fn read(folder: &Path, routes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository") {
        let path: PathBuf = entry.expect("an entry").path();
        if path.is_dir() {
            read(&path, routes);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("document/tests.rs") {
            let text = fs::read_to_string(&path).expect("a file of the repository");
            let quoted = |after: &str| {
                after.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next().map(str::to_owned))
            };
            routes.extend(text.split(".route(").skip(1).filter_map(quoted));
        }
    }
}

/// `/v2/apps/{*rest}` stands for all paths that begin so.
fn is_described(route: &str, described: &BTreeSet<String>) -> bool {
    match route.split_once("{*") {
        Some((front, _)) => described.iter().any(|path| path.starts_with(front)),
        None => described.iter().any(|path| shape(path) == shape(route)),
    }
}

/// The path without the names of what stands in it.
fn shape(path: &str) -> String {
    path.split('/').map(|step| if step.starts_with('{') { "{}" } else { step }).collect::<Vec<_>>().join("/")
}

#[test]
fn every_route_is_described() {
    let document = document();
    let described: BTreeSet<String> = document["paths"].as_object().expect("paths").keys().cloned().collect();
    let missing: Vec<String> = routes().into_iter().filter(|route| !is_described(route, &described)).collect();
    assert_eq!(missing, [] as [&str; 0], "describe them in daemon/src/api/document");
}

#[test]
fn every_reference_leads_somewhere() {
    fn check(value: &Value, document: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                    let pointer = reference.strip_prefix('#').expect("a reference within the document");
                    assert!(document.pointer(pointer).is_some(), "{reference}");
                }
                fields.values().for_each(|value| check(value, document));
            }
            Value::Array(values) => values.iter().for_each(|value| check(value, document)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = document();
    check(&document, &document);
    assert!(PAGE.contains("/v2/apps/{appId}") && !PAGE.contains("<script"));
}
