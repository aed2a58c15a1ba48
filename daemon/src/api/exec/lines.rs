//! For curl and scripts: the command and its input in one request, what it prints as lines of JSON, its end as the last.

use super::{begin, cut_off};
use crate::api::input::{Json, Path};
use crate::api::{Api, Refusal};
use crate::master::links::{Exec, ExecSaid};
use crate::runtime::ExecWish;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use futures_util::stream::{self, StreamExt};
use serde::Serialize;
use ship_core::model::TaskId;
use ship_core::protocol::exec::{ExecEnd, ExecLine, ExecRequest};
use std::convert::Infallible;
use tokio_util::task::AbortOnDropHandle;

const LINE_BYTES_MAX: usize = 64 * 1024;

/// What is given to a command at once.
const INPUT_BYTES: usize = 32 * 1024;

pub(crate) async fn lines(
    State(api): State<Api>,
    Path(id): Path<String>,
    Json(request): Json<ExecRequest>,
) -> Result<impl IntoResponse, Refusal> {
    let ExecRequest { container, argv, stdin } = request;
    let wish = ExecWish { container, argv, tty: None, stdin: stdin.is_some() };
    let Exec { input, mut output } = begin(&api, &TaskId::new(id), wish).await?;
    let given = tokio::spawn(async move {
        for part in stdin.unwrap_or_default().into_bytes().chunks(INPUT_BYTES) {
            input.give(part.to_vec()).await;
        }
        input.end().await;
        // As long as it is there, somebody waits for the command.
        std::future::pending::<()>().await;
    });
    let given = AbortOnDropHandle::new(given);
    let said = stream::poll_fn(move |context| output.poll_recv(context));
    let said = said.map(Some).chain(stream::iter([None])).scan((Told::default(), given), |(told, _), said| {
        let text = told.text(said);
        async move { Some(text) }
    });
    let texts = said.filter(|text| std::future::ready(!text.is_empty())).map(Ok::<_, Infallible>);
    let texts = texts.take_until(api.stop.clone().cancelled_owned());
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(texts)))
}

/// What was told of a command so far.
#[derive(Default)]
struct Told {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    ended: bool,
}

impl Told {
    /// `None`: nothing more will be said.
    fn text(&mut self, said: Option<ExecSaid>) -> Bytes {
        match said {
            Some(ExecSaid::Stdout(bytes)) => cut("stdout", &mut self.stdout, &bytes),
            Some(ExecSaid::Stderr(bytes)) => cut("stderr", &mut self.stderr, &bytes),
            Some(ExecSaid::Exit(code)) => self.end(&ExecEnd::Exit(code)),
            Some(ExecSaid::Failed(reason)) => self.end(&ExecEnd::Error(reason)),
            None if self.ended => Bytes::new(),
            None => self.end(&cut_off()),
        }
    }

    fn end(&mut self, end: &ExecEnd) -> Bytes {
        self.ended = true;
        let mut text = Vec::new();
        for (stream, held) in [("stdout", &mut self.stdout), ("stderr", &mut self.stderr)] {
            if !held.is_empty() {
                write(&mut text, &line(stream, held));
            }
        }
        write(&mut text, end);
        text.into()
    }
}

/// The lines that are complete now; what is left is held.
fn cut(stream: &str, held: &mut Vec<u8>, bytes: &[u8]) -> Bytes {
    let mut text = Vec::new();
    for part in bytes.split_inclusive(|byte| *byte == b'\n') {
        held.extend_from_slice(part);
        if part.ends_with(b"\n") || held.len() >= LINE_BYTES_MAX {
            write(&mut text, &line(stream, held));
        }
    }
    text.into()
}

fn line(stream: &str, held: &mut Vec<u8>) -> ExecLine {
    let line = String::from_utf8_lossy(held).trim_end_matches(['\r', '\n']).to_owned();
    held.clear();
    ExecLine { stream: stream.to_owned(), line }
}

fn write(text: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(&mut *text, value).expect("it has string keys and goes to memory");
    text.push(b'\n');
}
