//! A command in a task's container, over a WebSocket.

use super::{Client, ClientError, body_of};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use reqwest::{StatusCode, Upgraded, header};
use ship_core::model::TaskId;
use ship_core::protocol::exec::{ExecControl, ExecEnd, STDERR, STDIN, STDOUT};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

/// What to run, and how.
pub(crate) struct ExecWish<'a> {
    /// Of a pod; `None` = its first.
    pub(crate) container: Option<&'a str>,
    pub(crate) argv: &'a [String],
    /// Columns and rows of its terminal; `None` = none.
    pub(crate) tty: Option<(u16, u16)>,
    pub(crate) stdin: bool,
}

type Socket = WebSocketStream<Upgraded>;

/// The way there.
pub(crate) struct ExecInput(SplitSink<Socket, Message>);

/// The way back.
pub(crate) struct ExecOutput {
    url: String,
    messages: SplitStream<Socket>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ExecSaid {
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
    End(ExecEnd),
}

impl Client {
    /// Begins it. It is ended when both halves are gone.
    pub(crate) async fn exec(
        &self,
        task: &TaskId,
        wish: &ExecWish<'_>,
    ) -> Result<(ExecInput, ExecOutput), ClientError> {
        let size = wish.tty.map(|(columns, rows)| (columns.to_string(), rows.to_string()));
        let mut query: Vec<_> = wish.argv.iter().map(|word| ("argv", word.as_str())).collect();
        query.extend(wish.container.map(|name| ("container", name)));
        query.extend(wish.stdin.then_some(("stdin", "true")));
        if let Some((columns, rows)) = &size {
            query.extend([("tty", "true"), ("columns", columns.as_str()), ("rows", rows.as_str())]);
        }
        let key = generate_key();
        let request = self
            .get(&format!("v1/tasks/{task}/exec"), &query)
            .header(header::CONNECTION, "upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .header(header::SEC_WEBSOCKET_KEY, &key);
        let answer = self.answer(request).await?;
        let status = answer.status();
        if status != StatusCode::SWITCHING_PROTOCOLS {
            let text = answer.text().await.unwrap_or_default();
            return Err(ClientError::of_answer(self.name(), status, body_of(status, &text)));
        }
        let accepted = answer
            .headers()
            .get(header::SEC_WEBSOCKET_ACCEPT)
            .is_some_and(|accept| accept.as_bytes() == derive_accept_key(key.as_bytes()).as_bytes());
        if !accepted {
            return Err(self.garbled("it switched to something that is not a WebSocket"));
        }
        let link = answer.upgrade().await.map_err(|error| ClientError::of_exchange(self.name(), &error))?;
        let (input, messages) = WebSocketStream::from_raw_socket(link, Role::Client, None).await.split();
        Ok((ExecInput(input), ExecOutput { url: self.name().to_owned(), messages }))
    }

    fn garbled(&self, cause: &str) -> ClientError {
        ClientError::Garbled { url: self.name().to_owned(), cause: cause.to_owned() }
    }
}

impl ExecInput {
    /// Into the void when the command has ended; its output tells.
    pub(crate) async fn give(&mut self, bytes: &[u8]) {
        let _ = self.0.send(Message::Binary([&[STDIN], bytes].concat().into())).await;
    }

    pub(crate) async fn control(&mut self, control: ExecControl) {
        let text = serde_json::to_string(&control).expect("it has string keys");
        let _ = self.0.send(Message::Text(text.into())).await;
    }
}

impl ExecOutput {
    /// The last is [`ExecSaid::End`]; an error if the link breaks before.
    pub(crate) async fn next(&mut self) -> Result<ExecSaid, ClientError> {
        loop {
            let message = match self.messages.next().await {
                Some(Ok(message)) => message,
                Some(Err(error)) => return Err(self.broken(&error.to_string())),
                None => return Err(self.broken("the link ended")),
            };
            match message {
                Message::Binary(bytes) => match bytes.split_first() {
                    Some((&STDOUT, bytes)) => return Ok(ExecSaid::Stdout(bytes.to_vec())),
                    Some((&STDERR, bytes)) => return Ok(ExecSaid::Stderr(bytes.to_vec())),
                    Some(_) | None => return Err(self.odd("a binary message of no known stream")),
                },
                Message::Text(text) => {
                    return serde_json::from_str(&text)
                        .map(ExecSaid::End)
                        .map_err(|error| self.odd(&error.to_string()));
                }
                Message::Close(_) => return Err(self.broken("it was closed")),
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    fn broken(&self, cause: &str) -> ClientError {
        ClientError::Unreachable { url: self.url.clone(), cause: format!("while the command ran: {cause}") }
    }

    fn odd(&self, cause: &str) -> ClientError {
        ClientError::Garbled { url: self.url.clone(), cause: cause.to_owned() }
    }
}
