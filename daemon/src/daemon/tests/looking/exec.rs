//! Commands in tasks.

use super::*;
use crate::runtime::TerminalSize;
use futures_util::SinkExt;
use reqwest::Upgraded;
use tokio::sync::watch;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

type Socket = WebSocketStream<Upgraded>;

impl Looking {
    fn exec_path(&self) -> String {
        format!("/v1/tasks/{}/exec", self.task(0))
    }

    /// Status and body.
    fn post(&self, path: &str, body: &str) -> (u16, String) {
        let request = reqwest::Client::new().post(self.url(path)).header("content-type", "application/json");
        let request = request.body(body.to_owned());
        self.soon(async {
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        })
    }

    fn connect(&self, query: &str, origin: Option<&str>) -> Result<Socket, u16> {
        let mut request = reqwest::Client::new().get(self.url(&format!("{}?{query}", self.exec_path())));
        for (name, value) in [
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ] {
            request = request.header(name, value);
        }
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        self.soon(async {
            let answer = request.send().await.unwrap();
            match answer.status().as_u16() {
                101 => {
                    let link = answer.upgrade().await.unwrap();
                    Ok(WebSocketStream::from_raw_socket(link, Role::Client, None).await)
                }
                status => Err(status),
            }
        })
    }

    /// The next message that is no ping, as text.
    fn next(&self, socket: &mut Socket) -> String {
        self.soon(async {
            loop {
                match socket.next().await.expect("open").unwrap() {
                    Message::Ping(_) => {}
                    Message::Binary(bytes) => return format!("{} {}", bytes[0], String::from_utf8_lossy(&bytes[1..])),
                    Message::Text(text) => return text.to_string(),
                    other => panic!("{other:?}"),
                }
            }
        })
    }

    fn running(&self, count: usize) {
        let mut running: watch::Receiver<usize> = self.engine.attached().running();
        self.soon(async { running.wait_for(|running| *running == count).await.map(drop) }).unwrap();
    }
}

#[test]
fn a_command_in_one_request_is_told_line_by_line_to_its_end() {
    let looking = looking(1);
    let exec = |body: &str| looking.post(&looking.exec_path(), body);
    let told = |text: &str| (200, text.to_owned());
    let echo = exec(r#"{"argv":["echo","hello","there"]}"#);
    assert_eq!(echo, told("{\"stream\":\"stdout\",\"line\":\"hello there\"}\n{\"exit\":0}\n"));
    let fail = exec(r#"{"argv":["fail","3"]}"#);
    assert_eq!(fail, told("{\"stream\":\"stderr\",\"line\":\"failed\"}\n{\"exit\":3}\n"));
    let cat = exec(r#"{"argv":["cat"],"stdin":"one\ntwo"}"#);
    let lines = "{\"stream\":\"stdout\",\"line\":\"one\"}\n{\"stream\":\"stdout\",\"line\":\"two\"}\n{\"exit\":0}\n";
    assert_eq!(cat, told(lines));
    looking.running(0);
}

#[test]
fn what_cannot_be_run_is_told_why() {
    let looking = looking(1);
    let status = |path: &str, body: &str| looking.post(path, body).0;
    let (path, sleep) = (looking.exec_path(), r#"{"argv":["sleep"]}"#);
    assert_eq!(status("/v1/tasks/none/exec", sleep), 404);
    assert_eq!(status(&path, r#"{"argv":[]}"#), 422);
    assert_eq!(status(&path, r#"{"argv":["a\u0000b"]}"#), 422);
    assert_eq!(status(&path, "{}"), 422);
    assert_eq!(status(&path, "{"), 400);
    assert_eq!(looking.get(&path).0, 426, "a WebSocket, or POST");
    assert_eq!(looking.connect("argv=sleep&tty=perhaps", None).err(), Some(400));
    assert_eq!(looking.connect("argv=sleep&tty=true&rows=0", None).err(), Some(400));
    assert_eq!(looking.connect("tty=true", None).err(), Some(422));
    assert_eq!(looking.connect("argv=sleep", Some("http://elsewhere.example")).err(), Some(403));

    let held: Vec<_> = (0..32).map(|_| looking.connect("argv=sleep", None).expect("room")).collect();
    let (code, text) = looking.post(&path, sleep);
    assert_eq!((code, text.contains("32 commands run")), (429, true), "{text}");
    drop(held);
    looking.running(0);

    looking.engine.hold_starts();
    let before = looking.task(0);
    looking.engine.exit(&before, 1, crate::runtime::LastWords::default());
    looking.process.wait("another takes its place", |cluster| tasks(cluster).iter().any(|task| *task != before));
    assert_eq!(status(&looking.exec_path(), sleep), 409);
    looking.engine.release();
}

#[test]
fn keys_and_sizes_go_there_and_output_comes_back() {
    let looking = looking(1);
    let mut socket = looking.connect("argv=cat&stdin=true&tty=true&columns=100&rows=30", None).expect("admitted");
    let mut size = looking.engine.attached().size();
    let wide = TerminalSize { columns: 100, rows: 30 };
    looking.soon(async { size.wait_for(|size| *size == Some(wide)).await.map(drop) }).unwrap();
    looking.soon(socket.send(Message::Binary(b"\0hello".to_vec().into()))).unwrap();
    assert_eq!(looking.next(&mut socket), "1 hello");
    looking.soon(socket.send(Message::Text(r#"{"resize":{"columns":80,"rows":24}}"#.into()))).unwrap();
    looking.soon(async { size.wait_for(|size| size.is_some_and(|size| size.rows == 24)).await.map(drop) }).unwrap();
    looking.soon(socket.send(Message::Text(r#"{"eof":{}}"#.into()))).unwrap();
    assert_eq!(looking.next(&mut socket), r#"{"exit":0}"#);
    looking.running(0);

    let mut socket = looking.connect("argv=sleep", None).expect("admitted");
    looking.soon(socket.send(Message::Text("what".into()))).unwrap();
    assert!(looking.next(&mut socket).starts_with(r#"{"error":"the client sent"#));
    looking.running(0);
}

#[test]
fn a_command_ends_with_its_client_also_where_nobody_reads() {
    let looking = looking(1);
    for command in ["argv=sleep", "argv=yes", "argv=sleep&stdin=true"] {
        let socket = looking.connect(command, None).expect("admitted");
        looking.running(1);
        drop(socket);
        looking.running(0);
    }
    let answer =
        reqwest::Client::new().post(looking.url(&looking.exec_path())).header("content-type", "application/json");
    let answer = looking.soon(answer.body(r#"{"argv":["yes"]}"#).send()).unwrap();
    looking.running(1);
    drop(answer);
    looking.running(0);
}

#[test]
fn a_command_ends_with_the_daemon_and_its_client_is_told() {
    let looking = looking(1);
    let mut socket = looking.connect("argv=sleep", None).expect("admitted");
    looking.running(1);
    let Looking { process, engine, _data } = looking;
    let Process { runtime, daemon } = process;
    runtime.block_on(daemon.stop());
    assert_eq!(*engine.attached().running().borrow(), 0, "before the daemon is gone");
    let last = runtime.block_on(async {
        let mut last = String::new();
        while let Ok(Some(Ok(message))) = tokio::time::timeout(PATIENCE, socket.next()).await {
            match message {
                Message::Text(text) => last = text.to_string(),
                Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Close(_) | Message::Frame(_) => {}
            }
        }
        last
    });
    assert!(last.starts_with(r#"{"error":"#), "{last}");
}
