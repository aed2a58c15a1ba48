//! One GET, for its status alone. Redirects are not followed: they are answers. So is an interim status (1xx)
//! after which nothing comes.

use super::probe::late;
use super::tls;
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::ext::on_informational;
use hyper::header::{CONNECTION, HOST, USER_AGENT};
use hyper::rt::{Read, Write};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::sync::atomic::AtomicU16;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::net::TcpStream;

/// The status of the answer within `timeout`.
pub(super) async fn status(host: &str, port: u16, path: &str, tls: bool, timeout: Duration) -> Result<u16, String> {
    let interim = Interim::default();
    let asked = tokio::time::timeout(timeout, asked(host, port, path, tls, &interim)).await;
    let status = asked.unwrap_or_else(|_| Err(late(timeout)));
    status.or_else(|cause| interim.last().ok_or(cause))
}

async fn asked(host: &str, port: u16, path: &str, tls: bool, interim: &Interim) -> Result<u16, String> {
    let place = format!("{host}:{port}");
    let stream = TcpStream::connect(&place).await.map_err(|err| format!("cannot connect to {place}: {err}"))?;
    let answer = match tls {
        true => {
            let stream = tls::wrap(host, stream).await.map_err(|err| format!("no TLS with {place}: {err}"))?;
            ask(TokioIo::new(stream), &place, path, interim).await
        }
        false => ask(TokioIo::new(stream), &place, path, interim).await,
    };
    answer.map(|status| status.as_u16()).map_err(|err| format!("{place} does not speak HTTP: {err}"))
}

async fn ask<S>(
    stream: S,
    place: &str,
    path: &str,
    interim: &Interim,
) -> Result<StatusCode, Box<dyn std::error::Error + Send + Sync>>
where
    S: Read + Write + Unpin + Send + 'static,
{
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let mut request = Request::get(path)
        .header(HOST, place)
        .header(USER_AGENT, concat!("shipd/", env!("CARGO_PKG_VERSION")))
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())?;
    interim.listen(&mut request);
    let (mut sender, connection) = http1::handshake(stream).await?;
    let answer = sender.send_request(request);
    // The connection does the reading and writing; it is over when the answer is dropped.
    tokio::select! {
        answer = answer => Ok(answer?.status()),
        Err(err) = connection => Err(err.into()),
    }
}

/// The last interim status that came: the client waits on behind it.
#[derive(Default)]
struct Interim(Arc<AtomicU16>);

impl Interim {
    fn listen<B>(&self, request: &mut Request<B>) {
        let last = Arc::clone(&self.0);
        on_informational(request, move |answer| last.store(answer.status().as_u16(), Relaxed));
    }

    fn last(&self) -> Option<u16> {
        Some(self.0.load(Relaxed)).filter(|status| *status > 0)
    }
}
