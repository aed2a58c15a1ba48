//! The connections of HTTP: taken in, and hung up on when nothing comes of them.

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::util::MapRequest;

/// How long the head of a request may take, from the connection or from the answer before it.
const HEAD_PATIENCE: Duration = Duration::from_secs(60);
/// How long a client may take nothing of what is sent to it. Longer than any pause of a network that comes back.
const WRITE_PATIENCE: Duration = Duration::from_secs(60);
/// After a connection that could not be taken in, mostly for want of file descriptors.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until `stop`; requests under way are answered first.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    // HTTP/1 alone: all that git and shipctl speak, and a silent client is not waited for to name a version.
    let mut http = Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE);
    let open = TaskTracker::new();
    while let Some((stream, peer)) = stop.run_until_cancelled(accept(&listener)).await {
        let service = TowerToHyperService::new(MapRequest::new(router.clone(), from(peer)));
        let connection = http.serve_connection(TokioIo::new(impatient(stream)), service).with_upgrades();
        let stop = stop.clone();
        open.spawn(async move {
            let mut connection = pin!(connection);
            let ended = match stop.run_until_cancelled(connection.as_mut()).await {
                Some(ended) => ended,
                None => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(err) = ended {
                tracing::debug!(%err, "a connection ended early");
            }
        });
    }
    open.close();
    open.wait().await;
}

/// Ends with an error once a write has made no progress for too long: who reads nothing holds nothing for ever.
fn impatient(stream: TcpStream) -> Pin<Box<TimeoutStream<TcpStream>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_PATIENCE));
    Box::pin(stream)
}

/// Tells handlers who is at the other end.
fn from(peer: SocketAddr) -> impl FnMut(Request<Incoming>) -> Request<Incoming> + Clone {
    move |mut request| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(err) = stream.set_nodelay(true) {
                    tracing::debug!(%err, "cannot switch off Nagle's algorithm");
                }
                return (stream, peer);
            }
            Err(err) => {
                tracing::warn!(%err, "cannot take in a connection");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, Bytes};
    use axum::routing::get;
    use futures_util::stream;
    use std::convert::Infallible;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// Time stands still but where everybody waits for it.
    #[tokio::test(start_paused = true)]
    async fn who_never_finishes_a_head_is_hung_up_on() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let served = tokio::spawn(serve(listener, Router::new(), stop.clone()));
        for beginning in ["", "GET / HT"] {
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(beginning.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            client.read_to_end(&mut answer).await.unwrap();
        }
        stop.cancel();
        served.await.unwrap();
    }
    /// Notes its end.
    struct Watched(CancellationToken);

    impl Drop for Watched {
        fn drop(&mut self) {
            self.0.cancel();
        }
    }

    /// Time stands still but where everybody waits for it.
    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_hung_up_on() {
        let ended = CancellationToken::new();
        let watched = ended.clone();
        let endless = move || {
            let watched = Watched(watched.clone());
            let blocks = stream::repeat_with(move || {
                let _ = &watched;
                Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 65536]))
            });
            async { Body::from_stream(blocks) }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(serve(listener, Router::new().route("/", get(endless)), stop.clone()));
        client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let begun = tokio::time::Instant::now();
        ended.cancelled().await;
        assert!(begun.elapsed() >= WRITE_PATIENCE);
        stop.cancel();
    }
}
