//! One GET, for its status alone. Redirects are not followed: they are answers.

use super::tls;
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, HOST, USER_AGENT};
use hyper::rt::{Read, Write};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

pub(super) async fn status(host: &str, port: u16, path: &str, tls: bool) -> Result<u16, String> {
    let place = format!("{host}:{port}");
    let stream = TcpStream::connect(&place).await.map_err(|err| format!("cannot connect to {place}: {err}"))?;
    let answer = match tls {
        true => {
            let stream = tls::wrap(host, stream).await.map_err(|err| format!("no TLS with {place}: {err}"))?;
            ask(TokioIo::new(stream), &place, path).await
        }
        false => ask(TokioIo::new(stream), &place, path).await,
    };
    answer.map(|status| status.as_u16()).map_err(|err| format!("{place} does not speak HTTP: {err}"))
}

async fn ask<S>(stream: S, place: &str, path: &str) -> Result<StatusCode, Box<dyn std::error::Error + Send + Sync>>
where
    S: Read + Write + Unpin + Send + 'static,
{
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let request = Request::get(path)
        .header(HOST, place)
        .header(USER_AGENT, concat!("shipd/", env!("CARGO_PKG_VERSION")))
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())?;
    let (mut sender, connection) = http1::handshake(stream).await?;
    let answer = sender.send_request(request);
    // The connection does the reading and writing; it is over when the answer is dropped.
    tokio::select! {
        answer = answer => Ok(answer?.status()),
        Err(err) = connection => Err(err.into()),
    }
}
