//! Who this agent is: an id drawn once and kept in the data directory, because containers carry it.

use serde::{Deserialize, Serialize};
use ship_core::model::AgentId;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

const FILE: &str = "agent.json";

#[derive(Serialize, Deserialize)]
struct Identity {
    id: AgentId,
}

#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("cannot keep the agent's identity in `{path}`")]
    Io {
        path: PathBuf,
        #[source]
        err: io::Error,
    },
    #[error("`{path}` is not an agent's identity; restore it, or remove it and this machine's containers with it")]
    Corrupt {
        path: PathBuf,
        #[source]
        err: serde_json::Error,
    },
}

/// Reads the identity kept in `data`, or draws one and keeps it there. Never replaces one it cannot read:
/// the containers of the old id would run on unseen.
pub fn identity(data: &Path) -> Result<AgentId, IdentityError> {
    let path = data.join(FILE);
    match std::fs::read(&path) {
        Ok(bytes) => match serde_json::from_slice::<Identity>(&bytes) {
            Ok(identity) => Ok(identity.id),
            Err(err) => Err(IdentityError::Corrupt { path, err }),
        },
        Err(err) if err.kind() == io::ErrorKind::NotFound => {
            make(data, &path).map_err(|err| IdentityError::Io { path, err })
        }
        Err(err) => Err(IdentityError::Io { path, err }),
    }
}

fn make(data: &Path, path: &Path) -> io::Result<AgentId> {
    let mut noise = [0_u8; 8];
    File::open("/dev/urandom")?.read_exact(&mut noise)?;
    let id = AgentId::new(format!("agent-{:016x}", u64::from_le_bytes(noise)));
    std::fs::create_dir_all(data)?;
    let mut file = NamedTempFile::new_in(data)?;
    serde_json::to_writer(&mut file, &Identity { id: id.clone() })?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    File::open(data)?.sync_all()?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_drawn_once_and_kept() {
        let data = tempfile::tempdir().expect("a temporary folder");
        let other = tempfile::tempdir().expect("a temporary folder");
        let id = identity(data.path()).expect("drawn");
        assert_eq!(identity(data.path()).expect("kept"), id);
        assert_ne!(identity(other.path()).expect("drawn"), id);
    }

    #[test]
    fn an_identity_that_cannot_be_read_is_never_replaced() {
        let data = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(data.path().join(FILE), "{").expect("written");
        assert!(matches!(identity(data.path()), Err(IdentityError::Corrupt { .. })));
        assert_eq!(std::fs::read(data.path().join(FILE)).expect("still there"), b"{");
    }
}
