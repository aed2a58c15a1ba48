//! The `git` program, started so that nothing of the daemon's own surroundings leaks into it.

use std::path::Path;
use tokio::process::Command;

/// What a `git` around us (a hook that started the daemon, say) may have left in the environment.
const FOREIGN: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PROTOCOL",
    "GIT_QUARANTINE_PATH",
    "GIT_PUSH_OPTION_COUNT",
];

/// `git` in the repository `dir`. It leads a process group of its own, so that its children end with it.
pub(super) fn git(dir: &Path) -> Command {
    let mut command = Command::new("git");
    for name in FOREIGN {
        command.env_remove(name);
    }
    command.env("GIT_TERMINAL_PROMPT", "0").current_dir(dir).process_group(0).kill_on_drop(true);
    command
}
