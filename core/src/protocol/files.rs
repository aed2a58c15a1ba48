//! Files in tasks' sandboxes.

use crate::model::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `GET /v1/tasks/{id}/files`: what a path names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileListing {
    /// As it was asked for.
    pub path: String,
    /// The file or folder itself, links followed.
    pub entry: FileEntry,
    /// What is in it, by name; empty for a file. Links are not followed.
    pub entries: Vec<FileEntry>,
    /// Whether there is more in it: at most 10,000 are told.
    pub truncated: bool,
}

/// Of `GET /v1/tasks/{id}/files/content`: the size of the file as a whole, in bytes, whatever part of it was asked for.
pub const FILE_SIZE_HEADER: &str = "ship-file-size";

/// One file, folder or other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileEntry {
    /// Without the folders above; the replacement character stands for what is not UTF-8.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// In bytes.
    pub size: u64,
    /// Its permissions in octal, such as `0644`.
    pub mode: String,
    /// When its content changed last.
    pub modified: Timestamp,
    /// Where a link leads, in its own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// What is in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Its content can be read.
    File,
    /// It can be listed.
    Folder,
    /// It can be followed within the sandbox.
    Link,
    /// A pipe, socket or device.
    Other,
}
