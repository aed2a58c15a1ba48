//! Architecture as tests: what the core may know, and where generated code may stand.
//!
//! The lints of `core/clippy.toml` ban single calls; these tests see the whole: every dependency and every file.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What would let clocks, sockets, engines or repositories into the decisions.
const EDGES: [&str; 4] = ["tokio", "bollard", "git2", "reqwest"];

/// The parts of `std` that reach outside the program.
const OUTSIDE: [&str; 4] = ["fs", "net", "process", "env"];

#[test]
fn the_core_depends_on_no_edge() {
    let graph = Graph::of_workspace();
    let edges = graph.reachable("shipd").union(&graph.reachable("shipctl")).copied().collect::<BTreeSet<_>>();
    for edge in EDGES {
        assert!(edges.contains(edge), "nothing uses {edge} any more: correct this list");
        assert!(
            !graph.reachable("ship-core").contains(edge),
            "ship-core depends on {edge}; see `cargo tree -i {edge}`"
        );
    }
}

#[test]
fn arrows_between_packages_point_inward() {
    let graph = Graph::of_workspace();
    for (inner, outer) in [
        ("ship-core", "ship-repo"),
        ("ship-core", "shipd"),
        ("ship-core", "shipctl"),
        ("ship-repo", "shipd"),
        ("ship-repo", "shipctl"),
        ("shipd", "shipctl"),
        ("shipctl", "shipd"),
    ] {
        assert!(!graph.reachable(inner).contains(outer), "{inner} depends on {outer}");
    }
}

#[test]
fn the_core_names_nothing_outside_the_program() {
    let offences: Vec<String> = rust_files("core/src").iter().flat_map(|file| outside_names(file)).collect();
    assert!(offences.is_empty(), "the core is pure, its tests too:\n{}", offences.join("\n"));
}

#[test]
fn generated_code_stands_in_folders_of_that_name() {
    let strays: Vec<PathBuf> = ["src", "core", "repo", "daemon", "bench"]
        .iter()
        .flat_map(|room| rust_files(room))
        .filter(|file| is_generated(file) != file.components().any(|part| part.as_os_str() == "generated"))
        .collect();
    assert!(strays.is_empty(), "generated code belongs in `generated/`, and only that: {strays:#?}");
}

/// Who depends on whom, without what only tests and builds need.
struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    fn of_workspace() -> Graph {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version=1", "--locked"])
            .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
        Graph::from_metadata(&metadata)
    }

    fn from_metadata(metadata: &Value) -> Graph {
        let names: BTreeMap<&str, &str> =
            list(&metadata["packages"]).iter().map(|package| (text(&package["id"]), text(&package["name"]))).collect();
        let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in list(&metadata["resolve"]["nodes"]) {
            let needs = list(&node["deps"]).iter().filter(|dep| is_normal(dep)).map(|dep| text(&dep["pkg"]));
            graph
                .entry(names[text(&node["id"])].to_owned())
                .or_default()
                .extend(needs.map(|package| names[package].to_owned()));
        }
        Graph(graph)
    }

    fn reachable(&self, package: &str) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut todo = vec![package];
        while let Some(next) = todo.pop() {
            for need in &self.0[next] {
                if seen.insert(need.as_str()) {
                    todo.push(need);
                }
            }
        }
        seen
    }
}

/// A dependency has no kind if the program itself needs it; else `dev` or `build`.
fn is_normal(dep: &Value) -> bool {
    list(&dep["dep_kinds"]).iter().any(|kind| kind["kind"].is_null())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).expect("cargo metadata holds a list here")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("cargo metadata holds a text here")
}

/// All Rust files below a folder of the workspace, in order.
fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut todo = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(next) = todo.pop() {
        for entry in next.read_dir().expect("a folder of the workspace can be read").flatten() {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("target") {
                todo.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    assert!(!files.is_empty(), "no Rust file in {folder}: correct this test");
    files.sort();
    files
}

/// The lines of a file that name a part of `std` that reaches outside, or that are async, comments aside.
fn outside_names(file: &Path) -> Vec<String> {
    let source = std::fs::read_to_string(file).expect("a source file can be read");
    let code = source.lines().enumerate().map(|(at, line)| (at + 1, line.split("//").next().unwrap_or(line)));
    code.filter(|(_, line)| is_async(line) || OUTSIDE.iter().any(|module| names_module(line, module)))
        .map(|(at, line)| format!("{}:{at}: {}", file.display(), line.trim()))
        .collect()
}

/// Whether a line of code waits for something, or may.
fn is_async(line: &str) -> bool {
    line.contains(".await") || line.split_whitespace().any(|word| word == "async")
}

/// `std::fs` and `std::{fs, ..}` name it; `core::net` does not.
fn names_module(line: &str, module: &str) -> bool {
    let words = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == module);
    let after = line.split("std::").nth(1).unwrap_or_default();
    match after.strip_prefix('{') {
        Some(group) => words(group),
        None => after.split(|c: char| !c.is_alphanumeric() && c != '_').next() == Some(module),
    }
}

fn is_generated(file: &Path) -> bool {
    let source = std::fs::read_to_string(file).expect("a source file can be read");
    source.lines().take(3).any(|line| line.starts_with("//") && line.contains("@generated"))
}

#[test]
fn every_way_to_name_a_module_is_seen() {
    assert!(names_module("use std::fs;", "fs"));
    assert!(names_module("use std::{collections::BTreeMap, env, fmt};", "env"));
    assert!(names_module("let x = std::process::id();", "process"));
    assert!(is_async("pub async fn wait() {") && is_async("let x = later.await;"));
    assert!(!is_async("let asynchronous = false;"));
    assert!(!names_module("use core::net::IpAddr;", "net"));
    assert!(!names_module("use std::fmt; // the process of std::net", "env"));
}
