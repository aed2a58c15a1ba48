//! What people see: the report of each folder in `bad/`, a small repository with mistakes. A new case is a new
//! folder. Together with the odd files made here, every rule is broken at least once.

use ship_core::manifest::Rule;
use ship_repo::report::{Style, human};
use ship_repo::{Diagnostic, Settings, Tree};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder).expect("the folder of cases").map(|entry| entry.expect("a case").path()).collect();
    cases.sort();
    cases
}

fn diagnostics(root: &Path) -> Vec<Diagnostic> {
    let (settings, _) = Settings::of_folder(root);
    let tree = Tree::of_folder(root, Path::new(&settings.apps_path())).expect("a readable folder");
    assert!(tree.wanted().is_none(), "a tree with mistakes is not wanted");
    tree.diagnostics()
}

#[test]
fn each_case_is_told_as_its_snapshot_says() {
    for case in cases() {
        let name = case.file_name().and_then(|name| name.to_str()).expect("a plain name");
        insta::assert_snapshot!(name, human(&diagnostics(&case), Style::Plain));
    }
}

/// Files that should not lie in a repository of ours.
fn odd_files() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    let apps = root.path().join("apps");
    fs::create_dir(&apps).expect("a folder");
    fs::write(apps.join("latin.json"), b"{\n  \"id\": \"caf\xe9\"\n}\n").expect("a file");
    fs::write(apps.join("big.json"), vec![b' '; (1 << 20) + 1]).expect("a file");
    std::os::unix::fs::symlink("/etc/hostname", apps.join("link.json")).expect("a link");
    fs::create_dir(apps.join("folder.json")).expect("a folder");
    fs::write(apps.join("bom.json"), "\u{feff}{}").expect("a file");
    fs::write(apps.join("README.md"), "not ours").expect("a file");
    fs::write(apps.join(".hidden.json"), "not ours").expect("a file");
    root
}

#[test]
fn odd_files_are_told_and_never_followed() {
    let root = odd_files();
    insta::assert_snapshot!("odd", human(&diagnostics(root.path()), Style::Plain));
}

/// Only a file system that fails in the middle shows this one.
const NOT_SHOWN: [Rule; 1] = [Rule::Unreadable];

#[test]
fn every_rule_is_broken_somewhere() {
    let root = odd_files();
    let all = cases().into_iter().chain([root.path().to_owned()]).flat_map(|case| diagnostics(&case));
    let shown: BTreeSet<Rule> = all.map(|found| found.rule).chain(NOT_SHOWN).collect();
    let missing: Vec<Rule> = Rule::all().filter(|rule| !shown.contains(rule)).collect();
    assert!(missing.is_empty(), "no case breaks {missing:?}");
}
