//! The formats for programs: what they must hold, and their limits.

use serde_json::Value;
use ship_repo::report::{Style, github, human, json, junit, sarif};
use ship_repo::{Diagnostic, Tree};
use std::fs;
use std::path::Path;

fn of(files: &[(&str, &str)]) -> Vec<Diagnostic> {
    let root = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = root.path().join("apps").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    Tree::of_folder(root.path(), Path::new("apps")).expect("a readable folder").diagnostics()
}

fn some() -> Vec<Diagnostic> {
    let twin = r#"{"id": "/twin", "container": {"docker": {"image": "nginx"}}}"#;
    of(&[
        ("a, b: 100%/x.json", "{"),
        ("bad.json", "{\"id\": \"bad\",\n \"instnces\": 3}"),
        ("t1.json", twin),
        ("t2.json", twin),
    ])
}

#[test]
fn without_mistakes_people_read_nothing_and_programs_an_empty_document() {
    assert_eq!(human(&[], Style::Coloured), "");
    assert_eq!(github(&[]), "");
    let document: Value = serde_json::from_str(&json(&[])).expect("JSON");
    assert_eq!((&document["version"], &document["diagnostics"]), (&Value::from(1), &Value::Array(Vec::new())));
    let document: Value = serde_json::from_str(&sarif(&[])).expect("JSON");
    assert_eq!(document["runs"][0]["results"], Value::Array(Vec::new()));
    assert!(junit(&[]).contains("failures=\"0\""));
}

#[test]
fn json_is_as_its_snapshot_says() {
    insta::assert_snapshot!("json", json(&some()));
}

#[test]
fn junit_is_as_its_snapshot_says() {
    insta::assert_snapshot!("junit", junit(&some()));
}

#[test]
fn github_annotations_are_escaped() {
    insta::assert_snapshot!("github", github(&some()));
}

#[test]
fn github_shows_ten_and_the_tenth_counts_the_rest() {
    let names: Vec<String> = (0..25).map(|n| format!("f{n:02}.json")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "{")).collect();
    let text = github(&of(&files));
    assert_eq!(text.lines().count(), 10);
    assert!(text.ends_with("::16 more errors, the first of them here\n"), "{text}");
}

#[test]
fn sarif_results_name_their_rule_and_place() {
    let document: Value = serde_json::from_str(&sarif(&some())).expect("JSON");
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), some().len());
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a small number");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert!(region["startLine"].as_u64() >= Some(1) && region["startColumn"].as_u64() >= Some(1));
    }
    let place = |n: usize| &results[n]["locations"][0]["physicalLocation"];
    assert_eq!(place(0)["artifactLocation"]["uri"], "apps/a%2C%20b%3A%20100%25/x.json");
    let twin = results.iter().find(|result| result["ruleId"] == "S0401").expect("the twins");
    assert_eq!(twin["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"], "apps/t1.json");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let coloured = human(&some(), Style::Coloured);
    assert!(coloured.contains('\u{1b}'));
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some(at) = rest.find('\u{1b}') {
        plain.push_str(&rest[..at]);
        rest = rest[at..].split_once('m').expect("a closed escape").1;
    }
    plain.push_str(rest);
    assert_eq!(plain, human(&some(), Style::Plain));
}
