//! Tells whoever started the daemon that it is up, and where.

use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;
use tempfile::NamedTempFile;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ready {
    /// A URL; absent for an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<String>,
    /// `HOST:PORT`, where agents join.
    pub agents: String,
    /// What to give to `git clone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo: Option<String>,
}

impl Ready {
    /// Readers see no file or the whole one.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut file, self)?;
        file.write_all(b"\n")?;
        file.persist(path)?;
        Ok(())
    }
}
