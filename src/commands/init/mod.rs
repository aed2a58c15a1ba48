//! `shipctl init`: a new GitOps repository that deploys as it is.

use crate::error::Error;
use crate::exit::Exit;
use crate::git::{self, Checkout};
use crate::ui::Ui;
use std::io;
use std::path::{Path, PathBuf};

/// Make a new GitOps repository: a sample app, settings, a CI workflow
///
/// Overwrites nothing and commits nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where; made if it does not exist
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum InitError {
    #[error("`{file}` exists already: nothing was changed")]
    Exists { file: String },
    #[error("`{folder}` lies within the git repository {}: nothing was changed", .around.display())]
    Nested { folder: String, around: PathBuf },
    #[error("cannot write `{file}`")]
    Write {
        file: String,
        #[source]
        source: io::Error,
    },
}

/// Path and text of every file of a new repository.
fn files() -> [(&'static str, String); 7] {
    let schema = |value: &serde_json::Value| {
        let text = serde_json::to_string_pretty(value).expect("a schema is plain JSON");
        format!("{text}\n")
    };
    [
        ("ship.toml", include_str!("ship.toml").to_owned()),
        ("apps/hello.json", include_str!("hello.json").to_owned()),
        ("README.md", include_str!("readme.md").to_owned()),
        (".github/workflows/validate.yml", include_str!("validate.yml").to_owned()),
        ("schemas/app.schema.json", schema(&ship_repo::schemas::app())),
        ("schemas/group.schema.json", schema(&ship_repo::schemas::group())),
        ("schemas/settings.schema.json", schema(&ship_repo::schemas::settings())),
    ]
}

pub(crate) fn run(args: &Args, ui: &mut Ui) -> Result<Exit, Error> {
    let files = files();
    let root = &args.folder;
    if let Some((file, _)) = files.iter().find(|(file, _)| root.join(file).symlink_metadata().is_ok()) {
        return Err(InitError::Exists { file: root.join(file).display().to_string() }.into());
    }
    std::fs::create_dir_all(root).map_err(|source| unwritten(root, source))?;
    make_repository(root)?;
    for (file, text) in &files {
        let path = root.join(file);
        let folder = path.parent().expect("every file has a folder");
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|err| unwritten(&path, err))?;
        ui.data(format!("made {}", path.display()))?;
    }
    ui.hint(next(root));
    Ok(Exit::Done)
}

fn make_repository(root: &Path) -> Result<(), Error> {
    match Checkout::around(root)? {
        None => Ok(git::init(root)?),
        Some(_) if root.join(".git").exists() => Ok(()),
        Some(around) => {
            let (folder, around) = (root.display().to_string(), around.root().to_owned());
            Err(InitError::Nested { folder, around }.into())
        }
    }
}

fn next(root: &Path) -> String {
    let enter = if root == Path::new(".") { String::new() } else { format!("cd {} && ", root.display()) };
    format!("next: {enter}git add -A && git commit -m \"First app\" && shipctl apply")
}

fn unwritten(path: &Path, source: io::Error) -> Error {
    InitError::Write { file: path.display().to_string(), source }.into()
}
