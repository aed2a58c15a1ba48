//! HTTP/1.0 by hand, so that nothing of the product stands between a test and what is on the wire.

use serde_json::Value;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(90);

/// Between two looks at a task that has no health check and so tells nobody when it listens.
const PACE: Duration = Duration::from_millis(20);

/// The page that a healthy task serves on a port of this machine.
pub(crate) fn fetch(port: u16) -> String {
    page(port).unwrap_or_else(|err| panic!("port {port}: {err}"))
}

/// The page of a task without health check: it may not listen yet when its container runs.
pub(crate) fn fetch_until(port: u16, wanted: &str) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match page(port) {
            Ok(page) if page.contains(wanted) => return page,
            other => assert!(Instant::now() < deadline, "port {port} answers {other:?}, without `{wanted}`"),
        }
        thread::sleep(PACE);
    }
}

/// Whether a task answers right now.
pub(crate) fn answers(port: u16) -> bool {
    page(port).is_ok()
}

/// What a server says in JSON.
pub(crate) fn json(address: &str, path: &str) -> Value {
    let body = get(address, path).unwrap_or_else(|err| panic!("{address}{path}: {err}"));
    serde_json::from_str(&body).unwrap_or_else(|err| panic!("{address}{path}: {err} in {body}"))
}

fn page(port: u16) -> io::Result<String> {
    get(&format!("127.0.0.1:{port}"), "/")
}

fn get(address: &str, path: &str) -> io::Result<String> {
    let mut answer = String::new();
    request(address, path)?.read_to_string(&mut answer)?;
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// Reads a stream of events until the server ends it and returns the last event.
pub(crate) fn last_event(url: &str, path: &str) -> String {
    let host = url.strip_prefix("http://").expect("the daemon's URL is http").trim_end_matches('/');
    let stream = BufReader::new(request(host, path).expect("the daemon answers"));
    let events = stream.lines().map(|line| line.expect("the stream ends in order"));
    events
        .filter_map(|line| line.strip_prefix("data:").map(|event| event.trim().to_owned()))
        .last()
        .expect("a deployment has events")
}

fn request(host: &str, path: &str) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n")?;
    Ok(stream)
}
