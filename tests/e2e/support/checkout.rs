//! A clone of a cluster's repository, driven by the real git with no settings of this machine.

use super::{Finished, Running, programs};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) struct Checkout {
    folder: PathBuf,
    cluster: String,
}

impl Checkout {
    pub(crate) fn clone(repo: &str, folder: &Path, cluster: &str) -> Checkout {
        let parent = folder.parent().expect("a checkout is in a folder");
        Running::start(git(parent).args(["clone", "--quiet", repo]).arg(folder)).finish().ok();
        Checkout { folder: folder.to_owned(), cluster: cluster.to_owned() }
    }

    /// A repository of its own, with `main` as its branch, for a daemon that follows it.
    pub(crate) fn init(folder: &Path) -> Checkout {
        fs::create_dir_all(folder).expect("a folder can be made");
        Running::start(git(folder).args(["init", "--quiet"])).finish().ok();
        Checkout { folder: folder.to_owned(), cluster: "http://127.0.0.1:1".to_owned() }
    }

    pub(crate) fn path(&self) -> &str {
        self.folder.to_str().expect("the path is text")
    }

    pub(crate) fn write(&self, path: &str, content: &str) -> &Checkout {
        let file = self.folder.join(path);
        fs::create_dir_all(file.parent().expect("a file is in a folder")).expect("folders can be made");
        fs::write(file, content).expect("a file can be written");
        self
    }

    pub(crate) fn remove(&self, path: &str) -> &Checkout {
        fs::remove_file(self.folder.join(path)).expect("a file can be removed");
        self
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).expect("a file can be read")
    }

    /// Commits everything and returns the commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]).ok();
        self.git(&["commit", "--quiet", "--message", message]).ok();
        self.head()
    }

    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"]).ok().stdout.trim().to_owned()
    }

    /// Pushes HEAD to the deploy branch and waits for what the daemon has to say.
    pub(crate) fn push(&self) -> Finished {
        self.push_with(&[])
    }

    /// The same with push options.
    pub(crate) fn push_with(&self, options: &[&str]) -> Finished {
        let options = options.iter().flat_map(|option| ["-o", option]);
        let args: Vec<&str> = ["push"].into_iter().chain(options).chain(["origin", "HEAD:main"]).collect();
        self.git(&args)
    }

    /// Begins a push; its lines are read as they come.
    pub(crate) fn start_push(&self) -> Running {
        Running::start(git(&self.folder).args(["push", "origin", "HEAD:main"]))
    }

    /// `shipctl` in the checkout.
    pub(crate) fn shipctl(&self, args: &[&str]) -> Finished {
        Running::start(programs::shipctl(&self.folder, &self.cluster).args(args)).finish()
    }

    pub(crate) fn git(&self, args: &[&str]) -> Finished {
        Running::start(git(&self.folder).args(args)).finish()
    }
}

fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    programs::without_git_settings(&mut git);
    git.current_dir(folder).args([
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@localhost",
        "-c",
        "init.defaultBranch=main",
    ]);
    git
}
