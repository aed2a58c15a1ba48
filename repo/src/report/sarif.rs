//! SARIF 2.1.0, for code scanning. Paths are relative to the root of the repository.

use crate::diagnostic::{Diagnostic, Related, Severity};
use serde_json::{Value, json};
use ship_core::manifest::Rule;

/// All diagnostics as one SARIF run; also if there are none.
#[must_use]
pub fn sarif(diagnostics: &[Diagnostic]) -> String {
    let rules: Vec<Value> = Rule::all().map(rule).collect();
    let results: Vec<Value> = diagnostics.iter().map(result).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "shipctl", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{document:#}\n")
}

fn rule(rule: Rule) -> Value {
    json!({
        "id": rule.code(),
        "shortDescription": {"text": rule.meaning()},
        "defaultConfiguration": {"level": "error"},
    })
}

fn result(found: &Diagnostic) -> Value {
    let text = match &found.hint {
        Some(hint) => format!("{} ({hint})", found.message),
        None => found.message.clone(),
    };
    let level = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut result = json!({
        "ruleId": found.code,
        "ruleIndex": Rule::all().position(|rule| rule == found.rule),
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(&found.file)},
            "region": {
                "startLine": found.start.line, "startColumn": found.start.column,
                "endLine": found.end.line, "endColumn": found.end.column,
            },
        }}],
    });
    if !found.related.is_empty() {
        result["relatedLocations"] = found.related.iter().map(related_location).collect();
    }
    result
}

fn related_location(related: &Related) -> Value {
    json!({
        "message": {"text": related.label},
        "physicalLocation": {
            "artifactLocation": {"uri": uri(&related.file)},
            "region": {"startLine": related.start.line, "startColumn": related.start.column},
        },
    })
}

/// A relative URI reference: everything but plain characters is escaped.
fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
