//! The connections of HTTP: taken in, and hung up on when nothing comes of them.

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::util::MapRequest;

/// How long the head of a request may take, from the connection or from the answer before it.
const HEAD_PATIENCE: Duration = Duration::from_secs(60);
/// After a connection that could not be taken in, mostly for want of file descriptors.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until `stop`; requests under way are answered first.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    // HTTP/1 alone: all that git and shipctl speak, and a silent client is not waited for to name a version.
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE);
    let open = GracefulShutdown::new();
    while let Some((stream, peer)) = stop.run_until_cancelled(accept(&listener)).await {
        let service = TowerToHyperService::new(MapRequest::new(router.clone(), from(peer)));
        let connection = http.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let connection = open.watch(connection);
        tokio::spawn(async move {
            if let Err(err) = connection.await {
                tracing::debug!(%err, "a connection ended early");
            }
        });
    }
    open.shutdown().await;
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
}
