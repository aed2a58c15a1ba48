//! Files of tasks' sandboxes.

use super::{Client, ClientError};
use reqwest::Response;
use ship_core::model::TaskId;
use ship_core::protocol::FileListing;

/// What of a file is wanted.
pub(crate) struct FilePiece<'a> {
    pub(crate) path: &'a str,
    pub(crate) offset: u64,
    /// In bytes; `None` = all.
    pub(crate) length: Option<u64>,
}

/// A file on its way.
pub(crate) struct FileContent {
    url: String,
    answer: Response,
}

impl Client {
    /// What a path names, and what is in it.
    pub(crate) async fn files(&self, task: &TaskId, path: &str) -> Result<FileListing, ClientError> {
        self.json(self.get(&format!("v1/tasks/{task}/files"), &[("path", path)])).await
    }

    pub(crate) async fn file(&self, task: &TaskId, piece: &FilePiece<'_>) -> Result<FileContent, ClientError> {
        let (offset, length) = (piece.offset.to_string(), piece.length.map(|length| length.to_string()));
        let mut query = vec![("path", piece.path), ("offset", offset.as_str())];
        query.extend(length.as_deref().map(|length| ("length", length)));
        let answer = self.send(self.get(&format!("v1/tasks/{task}/files/content"), &query)).await?;
        Ok(FileContent { url: self.name().to_owned(), answer })
    }
}

impl FileContent {
    /// `None` at its end; an error if the link breaks before.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, ClientError> {
        let chunk = self.answer.chunk().await.map_err(|error| ClientError::of_exchange(&self.url, &error))?;
        Ok(chunk.map(Vec::from))
    }
}
