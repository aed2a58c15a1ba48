//! The two answers that arrive line by line: events (SSE) and an app's log (NDJSON).

use super::ClientError;
use futures_util::TryStreamExt;
use reqwest::Response;
use serde::de::DeserializeOwned;
use ship_core::cluster::Event;
use ship_core::protocol::LogLine;
use std::io;
use std::pin::Pin;
use std::time::Duration;
use tokio::io::{AsyncBufRead, AsyncBufReadExt};
use tokio_util::io::StreamReader;

/// A follower hears something at least every ten seconds; three missed ones mean a dead link. A log may be
/// silent for as long as it likes.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// The events of a channel; ends with the connection.
pub(crate) struct EventStream(Lines);

/// What comes along a channel.
#[derive(Debug)]
pub(crate) enum Sent {
    Event {
        number: u64,
        event: Event,
    },
    /// What was asked for from here on is no longer kept.
    Missed,
}

/// The log lines of one app.
pub(crate) struct LogStream(Lines);

impl EventStream {
    pub(super) fn new(answer: Response) -> Self {
        Self(Lines::new(answer))
    }

    /// The next event; `None` when the daemon is done or the connection is gone.
    pub(crate) async fn next(&mut self) -> Result<Option<Sent>, ClientError> {
        let (mut id, mut data) = (String::new(), String::new());
        while let Some(line) = self.line().await? {
            // Other comments keep the link alive; other fields of the protocol say nothing to us.
            match line.split_once(':') {
                Some(("id", text)) => text.trim().clone_into(&mut id),
                Some(("data", text)) => data.push_str(text),
                Some(("", text)) if text.trim().starts_with("missed") => return Ok(Some(Sent::Missed)),
                Some(_) => {}
                None if data.is_empty() => {}
                None => {
                    let (number, event) = (self.0.parse(&id)?, self.0.parse(&data)?);
                    return Ok(Some(Sent::Event { number, event }));
                }
            }
        }
        Ok(None)
    }

    async fn line(&mut self) -> Result<Option<String>, ClientError> {
        match tokio::time::timeout(SILENCE_MAX, self.0.next()).await {
            Ok(line) => line,
            Err(_) => Err(ClientError::Unreachable { url: self.0.url.clone(), cause: "the link is silent".to_owned() }),
        }
    }
}

impl LogStream {
    pub(super) fn new(answer: Response) -> Self {
        Self(Lines::new(answer))
    }

    pub(crate) async fn next(&mut self) -> Result<Option<LogLine>, ClientError> {
        while let Some(line) = self.0.next().await? {
            if !line.trim().is_empty() {
                return self.0.parse(&line).map(Some);
            }
        }
        Ok(None)
    }
}

struct Lines {
    url: String,
    reader: Pin<Box<dyn AsyncBufRead + Send>>,
}

impl Lines {
    fn new(answer: Response) -> Self {
        let url = answer.url().to_string();
        let reader = StreamReader::new(answer.bytes_stream().map_err(io::Error::other));
        Self { url, reader: Box::pin(reader) }
    }

    /// Containers may print any bytes: what is not UTF-8 is shown as the replacement character.
    async fn next(&mut self) -> Result<Option<String>, ClientError> {
        let mut line = Vec::new();
        match self.reader.read_until(b'\n', &mut line).await {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned())),
            Err(error) => Err(ClientError::Unreachable { url: self.url.clone(), cause: error.to_string() }),
        }
    }

    fn parse<T: DeserializeOwned>(&self, text: &str) -> Result<T, ClientError> {
        serde_json::from_str(text)
            .map_err(|error| ClientError::Garbled { url: self.url.clone(), cause: error.to_string() })
    }
}
