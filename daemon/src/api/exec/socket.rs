//! For people: keys there, output back, over a WebSocket. The form is told in [`ship_core::protocol::exec`].

use super::{begin, cut_off};
use crate::api::input::Path;
use crate::api::v2::params::Params;
use crate::api::{Api, Refusal};
use crate::master::links::{Exec, ExecInput, ExecSaid, UNREAD_MAX};
use crate::runtime::{ExecWish, TerminalSize};
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use ship_core::model::TaskId;
use ship_core::protocol::exec::{ExecControl, ExecEnd, STDERR, STDIN, STDOUT};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Keeps proxies from taking a silent terminal for a dead one, and finds out who is gone.
const PULSE: Duration = Duration::from_secs(20);

/// Of one message: what is pasted, for one, comes in parts.
const MESSAGE_BYTES_MAX: usize = 1 << 20;

/// A terminal whose size nobody tells.
const USUAL_SIZE: TerminalSize = TerminalSize { columns: 80, rows: 24 };

pub(crate) async fn socket(
    State(api): State<Api>,
    Path(id): Path<String>,
    query: Params,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let upgrade = upgrade.map_err(|rejection| {
        Refusal::new(StatusCode::UPGRADE_REQUIRED, format!("this wants a WebSocket: {}", rejection.body_text()))
            .hint("scripts send POST with {\"argv\": [..]}")
    })?;
    same_origin(&headers)?;
    let exec = begin(&api, &TaskId::new(id), wish(&query)?).await?;
    let upgrade = upgrade.max_message_size(MESSAGE_BYTES_MAX).max_frame_size(MESSAGE_BYTES_MAX);
    Ok(upgrade.on_upgrade(async move |socket| talk(socket, exec, &api.stop).await))
}

/// Browsers let every page open a WebSocket to every address: a page that did not come from here is not let in.
fn same_origin(headers: &HeaderMap) -> Result<(), Refusal> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return Ok(()) };
    let host = origin.split_once("://").map(|(_, host)| host);
    match host.is_some() && host == text(header::HOST) {
        true => Ok(()),
        false => Err(Refusal::new(StatusCode::FORBIDDEN, format!("pages of `{origin}` may not run commands here"))),
    }
}

fn wish(query: &Params) -> Result<ExecWish, Refusal> {
    let argv = query.all("argv").map(str::to_owned).collect();
    let number = |name: &str, usual: u16| match query.all(name).last() {
        None => Ok(usual),
        Some(text) => text.parse().ok().filter(|number| *number > 0).ok_or_else(|| {
            Refusal::new(StatusCode::BAD_REQUEST, format!("`{name}={text}`: a number from 1 to 65535 is expected"))
        }),
    };
    let flag = |name: &str| match query.all(name).last() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(text) => {
            Err(Refusal::new(StatusCode::BAD_REQUEST, format!("`{name}={text}`: `true` or `false` is expected")))
        }
    };
    let size = TerminalSize { columns: number("columns", USUAL_SIZE.columns)?, rows: number("rows", USUAL_SIZE.rows)? };
    let container = query.all("container").last().map(str::to_owned);
    Ok(ExecWish { container, argv, tty: flag("tty")?.then_some(size), stdin: flag("stdin")? })
}

/// Until the command ends, or the other side is gone.
async fn talk(socket: WebSocket, exec: Exec, stop: &CancellationToken) {
    let (mut sink, mut messages) = socket.split();
    let Exec { input, mut output } = exec;
    let last = tokio::select! {
        last = tell(&mut sink, &mut output) => last,
        last = hear(&mut messages, &input) => last,
        () = stop.cancelled() => Some(ExecEnd::Error("the daemon stops, and ends the command".to_owned())),
    };
    if let Some(last) = last {
        let text = serde_json::to_string(&last).expect("it has string keys");
        let close = async {
            let _ = sink.send(Message::Text(text.into())).await;
            let _ = sink.close().await;
        };
        let _ = tokio::time::timeout(UNREAD_MAX, close).await;
    }
}

/// `None` when nobody takes it in.
async fn tell(sink: &mut SplitSink<WebSocket, Message>, output: &mut mpsc::Receiver<ExecSaid>) -> Option<ExecEnd> {
    let mut pulse = tokio::time::interval(PULSE);
    loop {
        let said = tokio::select! {
            said = output.recv() => said,
            _ = pulse.tick() => {
                send(sink, Message::Ping(Vec::new().into())).await?;
                continue;
            }
        };
        match said {
            Some(ExecSaid::Stdout(bytes)) => send(sink, along(STDOUT, &bytes)).await?,
            Some(ExecSaid::Stderr(bytes)) => send(sink, along(STDERR, &bytes)).await?,
            Some(ExecSaid::Exit(code)) => return Some(ExecEnd::Exit(code)),
            Some(ExecSaid::Failed(reason)) => return Some(ExecEnd::Error(reason)),
            None => return Some(cut_off()),
        }
    }
}

async fn send(sink: &mut SplitSink<WebSocket, Message>, message: Message) -> Option<()> {
    tokio::time::timeout(UNREAD_MAX, sink.send(message)).await.ok()?.ok()
}

fn along(stream: u8, bytes: &[u8]) -> Message {
    Message::Binary([&[stream], bytes].concat().into())
}

/// `None` when nobody is there any more.
async fn hear(messages: &mut SplitStream<WebSocket>, input: &ExecInput) -> Option<ExecEnd> {
    loop {
        // Every ping is answered, so that silence means that nobody is there.
        match tokio::time::timeout(UNREAD_MAX, messages.next()).await.ok()??.ok()? {
            Message::Binary(bytes) => match bytes.split_first() {
                Some((&STDIN, bytes)) => input.give(bytes.to_vec()).await,
                Some(_) | None => return Some(odd("a binary message that is no input")),
            },
            Message::Text(text) => match serde_json::from_str(&text) {
                Ok(ExecControl::Resize { columns, rows }) => input.resize(TerminalSize { columns, rows }).await,
                Ok(ExecControl::Eof {}) => input.end().await,
                Err(err) => return Some(odd(&format!("a message that cannot be read: {err}"))),
            },
            Message::Ping(_) | Message::Pong(_) => {}
            Message::Close(_) => return None,
        }
    }
}

fn odd(what: &str) -> ExecEnd {
    ExecEnd::Error(format!("the client sent {what}"))
}
