//! The hosted repository on disk: made once, never overwritten, its hooks and settings renewed at every
//! start so that a push over a local path is held to the same rules as one over HTTP.

use super::hook::Hook;
use super::locks;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    #[error("cannot create the repository `{}`", path.display())]
    Create {
        path: PathBuf,
        #[source]
        err: CreateError,
    },
    #[error("there is no repository `{}`; `--repo` names one on this disk", path.display())]
    Missing { path: PathBuf },
    #[error("`{}` is there but cannot be opened as a git repository; it was left as it is", path.display())]
    Open {
        path: PathBuf,
        #[source]
        err: git2::Error,
    },
    #[error("`{}` is a repository with a work tree; a bare one is needed; it was left as it is", path.display())]
    NotBare { path: PathBuf },
    #[error("cannot set up the hooks of the repository `{}`", path.display())]
    Hooks {
        path: PathBuf,
        #[source]
        err: io::Error,
    },
    #[error("cannot write the settings of the repository `{}`", path.display())]
    Settings {
        path: PathBuf,
        #[source]
        err: git2::Error,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error(transparent)]
    Git(#[from] git2::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Settings that every push relies on, whichever way it comes in.
const SETTINGS: [(&str, &str); 4] = [
    // Without it `git push -o` fails before any hook could explain.
    ("receive.advertisePushOptions", "true"),
    // A collection in the middle of a push would stand between commit and container.
    ("receive.autogc", "false"),
    // The hook refuses both, with a hint; git's own refusal has none.
    ("receive.denyDeletes", "false"),
    ("receive.denyNonFastForwards", "false"),
];

/// No push takes so long between two writes.
const ABANDONED_AFTER: Duration = Duration::from_secs(3600);

/// Opens the bare repository at `path`, making it first if nothing is there.
pub(super) fn open_or_create(path: &Path, branch: &str) -> Result<git2::Repository, RepositoryError> {
    if !path.exists() {
        create(path, branch).map_err(|err| RepositoryError::Create { path: path.to_owned(), err })?;
    }
    let repo = open(path)?;
    if !repo.is_bare() {
        return Err(RepositoryError::NotBare { path: path.to_owned() });
    }
    Ok(repo)
}

/// Opens exactly `path`, never a repository around it.
pub(super) fn open(path: &Path) -> Result<git2::Repository, RepositoryError> {
    if !path.exists() {
        return Err(RepositoryError::Missing { path: path.to_owned() });
    }
    git2::Repository::open(path).map_err(|err| RepositoryError::Open { path: path.to_owned(), err })
}

/// Makes pushes into `repo` go through `program hook ..`, which asks the daemon behind `socket`.
pub(super) fn install_hooks(repo: &git2::Repository, program: &Path, socket: &Path) -> Result<(), RepositoryError> {
    let folder = repo.path().join("hooks");
    let write = || -> io::Result<()> {
        fs::create_dir_all(&folder)?;
        for hook in Hook::ALL {
            write_script(&folder, hook, program, socket)?;
        }
        Ok(())
    };
    write().map_err(|err| RepositoryError::Hooks { path: repo.path().to_owned(), err })?;
    write_settings(repo, &folder).map_err(|err| RepositoryError::Settings { path: repo.path().to_owned(), err })
}

/// Removes what pushes left behind that were killed: git does not, and each may hold a whole pack.
pub(super) fn sweep(repo: &git2::Repository) {
    let Ok(entries) = fs::read_dir(repo.path().join("objects")) else { return };
    for entry in entries.flatten() {
        let is_quarantine = entry.file_name().to_string_lossy().starts_with("tmp_objdir-incoming-");
        // A push over a local path may be under way right now.
        let age = entry.metadata().and_then(|data| data.modified()).ok().and_then(|moment| moment.elapsed().ok());
        let is_abandoned = is_quarantine && age.is_some_and(|age| age > ABANDONED_AFTER);
        if is_abandoned && let Err(err) = fs::remove_dir_all(entry.path()) {
            tracing::warn!(%err, path = %entry.path().display(), "cannot remove an abandoned push");
        }
    }
}

/// A crash half-way leaves a folder under another name, never half a repository.
fn create(path: &Path, branch: &str) -> Result<(), CreateError> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let draft = tempfile::Builder::new().prefix("repo-").tempdir_in(parent)?;
    let mut options = git2::RepositoryInitOptions::new();
    options.bare(true).no_reinit(true).external_template(false).initial_head(branch);
    git2::Repository::init_opts(draft.path().join("git"), &options)?;
    fs::rename(draft.path().join("git"), path)?;
    Ok(())
}

fn write_settings(repo: &git2::Repository, hooks: &Path) -> Result<(), git2::Error> {
    locks::free(&repo.path().join("config"));
    let mut config = repo.config()?.open_level(git2::ConfigLevel::Local)?;
    for (name, value) in SETTINGS {
        config.set_str(name, value)?;
    }
    // Named outright: a `core.hooksPath` of the machine or the user would switch ours off.
    config.set_str("core.hooksPath", &hooks.to_string_lossy())
}

fn write_script(folder: &Path, hook: Hook, program: &Path, socket: &Path) -> io::Result<()> {
    let script = format!(
        "#!/bin/sh\n# Written by shipd at every start. Asks the daemon; decides nothing itself.\nexec {} hook {hook} --socket {}\n",
        quoted(program),
        quoted(socket),
    );
    let draft = folder.join(format!(".{hook}"));
    fs::write(&draft, script)?;
    fs::set_permissions(&draft, fs::Permissions::from_mode(0o755))?;
    fs::rename(draft, folder.join(hook.to_string()))
}

/// One word for the shell, whatever the path holds.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_repository_is_bare_and_its_head_is_the_deploy_branch() {
        let data = tempfile::tempdir().unwrap();
        let repo = open_or_create(&data.path().join("repo.git"), "live").unwrap();
        assert!(repo.is_bare());
        assert_eq!(repo.find_reference("HEAD").unwrap().symbolic_target().unwrap(), Some("refs/heads/live"));
        let names: Vec<_> = fs::read_dir(data.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["repo.git"]);
    }

    #[test]
    fn what_is_there_and_no_repository_is_left_alone() {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("repo.git");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("letter"), "dear").unwrap();
        assert!(matches!(open_or_create(&path, "main"), Err(RepositoryError::Open { .. })));
        assert_eq!(fs::read_to_string(path.join("letter")).unwrap(), "dear");
    }

    #[test]
    fn nothing_is_not_called_a_broken_repository() {
        let data = tempfile::tempdir().unwrap();
        assert!(matches!(open(&data.path().join("none")), Err(RepositoryError::Missing { .. })));
        assert!(matches!(open(data.path()), Err(RepositoryError::Open { .. })));
    }

    #[test]
    fn a_repository_with_a_work_tree_is_not_taken_for_the_hosted_one() {
        let data = tempfile::tempdir().unwrap();
        git2::Repository::init(data.path()).unwrap();
        assert!(matches!(open_or_create(data.path(), "main"), Err(RepositoryError::NotBare { .. })));
    }

    #[test]
    fn only_old_abandoned_pushes_are_swept_away() {
        let data = tempfile::tempdir().unwrap();
        let repo = open_or_create(&data.path().join("repo.git"), "main").unwrap();
        let objects = repo.path().join("objects");
        let names = ["tmp_objdir-incoming-old", "tmp_objdir-incoming-new", "other"];
        for name in names {
            fs::create_dir(objects.join(name)).unwrap();
        }
        let long_ago = std::time::SystemTime::now() - 2 * ABANDONED_AFTER;
        for name in [names[0], names[2]] {
            fs::File::open(objects.join(name)).unwrap().set_modified(long_ago).unwrap();
        }
        sweep(&repo);
        assert_eq!(names.map(|name| objects.join(name).exists()), [false, true, true]);
    }

    #[test]
    fn paths_stay_one_word_in_the_script() {
        assert_eq!(quoted(Path::new("/a b/it's")), r"'/a b/it'\''s'");
    }
}
