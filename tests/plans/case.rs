//! One folder of `cases/`: reads it, plans it, compares the plan with the reviewed one.

use crate::agents::AgentFile;
use crate::driver::Driver;
use crate::past::Past;
use serde::de::DeserializeOwned;
use ship_core::model::Wanted;
use ship_core::plan::{self, Plan};
use ship_repo::Tree;
use ship_repo::report::{Style, human};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) struct Case {
    pub(crate) name: String,
    folder: PathBuf,
    /// Wanted until now.
    pub(crate) before: Wanted,
    pub(crate) after: Wanted,
    /// The cluster at the moment of the plan.
    pub(crate) driver: Driver,
    pub(crate) plan: Plan,
}

impl Case {
    /// By name. `CASE` picks some.
    pub(crate) fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans/cases");
        let picked = std::env::var("CASE").unwrap_or_default();
        let mut folders: Vec<PathBuf> = fs::read_dir(&folder)
            .expect("there are cases")
            .map(|entry| entry.expect("the cases can be listed").path())
            .filter(|path| path.to_string_lossy().contains(&picked))
            .collect();
        folders.sort();
        assert!(!folders.is_empty(), "no case has `{picked}` in its name");
        folders.into_iter().map(Self::read).collect()
    }

    fn read(folder: PathBuf) -> Self {
        let name = folder.file_name().expect("a folder below `cases`").to_string_lossy().into_owned();
        let (before, after) = (wanted(&folder.join("before")), wanted(&folder.join("after")));
        let agents: Vec<AgentFile> = json(&folder.join("agents.json")).expect("a case has an agents.json");
        let past: Past = json(&folder.join("world.json")).unwrap_or_default();
        let driver = past.lead_to(&before, || wanted(&folder.join("between")), &agents);
        let plan = plan::plan(&driver.cluster, &after, driver.now);
        Self { name, folder, before: driver.cluster.wanted(), after, driver, plan }
    }

    /// How the plan differs from `plan.txt`; with `UPDATE=1` it is written there instead.
    pub(crate) fn difference(&self) -> Option<String> {
        let file = self.folder.join("plan.txt");
        let text = self.text();
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&file, text).expect("the plan can be written");
            return None;
        }
        let name = &self.name;
        match fs::read_to_string(&file) {
            Ok(reviewed) if reviewed == text => None,
            Ok(reviewed) => Some(format!("{name}: reviewed was\n{reviewed}but the plan is\n{text}")),
            Err(_) => Some(format!("{name}: has no plan.txt; the plan is\n{text}review it and run with UPDATE=1")),
        }
    }

    /// As `shipctl plan` prints it, but for the fingerprint: it changes with every field that an app learns.
    fn text(&self) -> String {
        let lines = plan::report(&self.plan).join("\n");
        format!("{}\n", lines.replacen(&self.plan.fingerprint.0, "FINGERPRINT", 1))
    }
}

/// What the app files of a folder say; nothing if there is no such folder.
fn wanted(folder: &Path) -> Wanted {
    let tree = Tree::of_folder(folder, Path::new("")).expect("the app files can be read");
    let found = tree.diagnostics();
    tree.wanted().unwrap_or_else(|| panic!("{}: {}", folder.display(), human(&found, Style::Plain)))
}

fn json<T: DeserializeOwned>(file: &Path) -> Option<T> {
    let text = fs::read_to_string(file).ok()?;
    Some(serde_json::from_str(&text).unwrap_or_else(|err| panic!("{}: {err}", file.display())))
}
