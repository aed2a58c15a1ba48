//! `shipctl exec`, against a cluster whose only command is an echo.

use crate::support::{Sandbox, sample};
use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use snapbox::{assert_data_eq, str};
use std::io::Write;
use std::process::Stdio;
use std::sync::mpsc;

/// Serves until the test process ends.
fn cluster() -> String {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            tell.send(listener.local_addr().expect("bound")).expect("the test waits for it");
            let app = Router::new().route("/v1/status", get(status)).route("/v1/tasks/{id}/exec", get(exec));
            axum::serve(listener, app).await.expect("serves");
        });
    });
    format!("http://{}", told.recv().expect("the server starts"))
}

async fn status() -> String {
    let mut app = sample::app("/web", 2, 3, "running", None);
    let tasks = [("0009", "staging"), ("000a", "healthy"), ("000b", "running")];
    app["tasks"] = tasks.iter().map(|(unique, state)| sample::task(unique, state, 31000)).collect();
    sample::status(&[app]).to_string()
}

/// Says what was asked for, gives back what it is given, and ends with 42.
async fn exec(Path(id): Path<String>, RawQuery(query): RawQuery, upgrade: WebSocketUpgrade) -> Response {
    if id.contains("000b") {
        let full = json!({ "message": "32 commands run in tasks of this agent already" });
        return (StatusCode::TOO_MANY_REQUESTS, full.to_string()).into_response();
    }
    let query = query.unwrap_or_default();
    upgrade.on_upgrade(async move |mut socket| echo(&mut socket, &query).await.expect("somebody listens"))
}

async fn echo(socket: &mut WebSocket, query: &str) -> Result<(), axum::Error> {
    socket.send(Message::Binary(format!("\u{2}{query}\n").into_bytes().into())).await?;
    while query.contains("stdin=true") {
        match socket.recv().await {
            Some(Ok(Message::Binary(bytes))) => {
                let back = [b"\x01", &bytes[1..]].concat();
                socket.send(Message::Binary(back.into())).await?;
            }
            Some(Ok(Message::Text(text))) if text.as_str() == r#"{"eof":{}}"# => break,
            other => panic!("{other:?}"),
        }
    }
    socket.send(Message::Text(r#"{"exit":42}"#.into())).await
}

#[test]
fn it_exits_as_the_command_does_and_says_which_task_it_took() {
    let url = cluster();
    let run = Sandbox::new().shipctl(&["exec", "web", "--url", &url, "--", "ls", "-l", "a b"]);
    assert_data_eq!(
        run.err,
        str![[r#"
in task 000a of /web, on node-1
argv=ls&argv=-l&argv=a+b

"#]]
    );
    assert_eq!((run.code, run.out.as_str()), (42, ""));
}

#[test]
fn what_is_piped_in_goes_there_and_back() {
    let url = cluster();
    let sandbox = Sandbox::new();
    let id = "web.instance-00000000-0000-000a-0000-000000000000._app.1";
    let mut command = sandbox.command(&sandbox.work());
    command.args(["exec", "-i", id, "--url", &url, "--", "cat"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut pipe = child.stdin.take().expect("piped");
    let much = vec![b'x'; 300_000];
    let given = much.clone();
    let giving = std::thread::spawn(move || pipe.write_all(&given));
    let end = child.wait_with_output().expect("ends");
    giving.join().expect("no panic").expect("all of it was read");
    assert_eq!((end.status.code(), end.stdout == much), (Some(42), true));
    assert_eq!(String::from_utf8_lossy(&end.stderr), "argv=cat&stdin=true\n", "and nothing is said of the task");
}

#[test]
fn what_cannot_be_is_said() {
    let url = cluster();
    let exec = |args: &[&str]| {
        let run = Sandbox::new().shipctl(&[&["exec", "--url", &url], args, &["--", "ls"]].concat());
        (run.code, run.err)
    };
    let (code, err) = exec(&["web", "-it"]);
    assert_eq!(code, 64);
    assert_data_eq!(
        err,
        str![[r#"
error: -t wants keys from a terminal, and the input is none
hint: leave -t out to pipe something into the command

"#]]
    );
    let (code, err) = exec(&["web", "--task", "000b"]);
    assert_eq!((code, err.as_str()), (69, "error: 32 commands run in tasks of this agent already\n"));
    assert_eq!(exec(&["web", "--task", "000c"]).0, 64);
    assert_eq!(exec(&["/other"]).0, 7);
    assert_eq!(Sandbox::new().shipctl(&["exec", "web"]).code, 64, "no command");
}
