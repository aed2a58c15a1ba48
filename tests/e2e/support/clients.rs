//! Programs that others wrote for Marathon, as `scripts/clients` put them here.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program at a path below `target/clients`.
pub(crate) fn client(program: &str) -> Command {
    let program = repository().join("target/clients").join(program);
    assert!(program.exists(), "{} is missing: run `make setup`", program.display());
    Command::new(program)
}

/// What the clients are to do: a file or folder below `tests/marathon`.
pub(crate) fn script(path: &str) -> PathBuf {
    repository().join("tests/marathon").join(path)
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
