//! Where the programs under test are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// For the cluster at a URL. Cargo builds this package's own program before its tests.
pub(crate) fn shipctl(folder: &Path, url: &str) -> Command {
    let mut shipctl = Command::new(env!("CARGO_BIN_EXE_shipctl"));
    without_git_settings(&mut shipctl);
    shipctl.current_dir(folder).env("SHIP_URL", url);
    shipctl
}

pub(crate) fn shipd() -> Command {
    static SHIPD: OnceLock<PathBuf> = OnceLock::new();
    Command::new(SHIPD.get_or_init(build_shipd))
}

/// Another package's program is built here, so that no test ever runs a stale one.
fn build_shipd() -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_shipctl")).parent().expect("a program is in a folder");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--locked", "--package", "shipd", "--bin", "shipd"]);
    if target.ends_with("release") {
        build.arg("--release");
    }
    let status = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo runs");
    assert!(status.success(), "shipd does not build");
    target.join("shipd")
}

/// The settings of this machine and its user must not reach a test.
pub(crate) fn without_git_settings(command: &mut Command) {
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").env("GIT_TERMINAL_PROMPT", "0");
}
