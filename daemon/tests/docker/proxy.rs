//! A door in front of the engine's socket that a test can close: an engine that goes away without anybody
//! touching the real one.

use std::path::PathBuf;
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) struct Proxy {
    folder: TempDir,
    open: Option<Open>,
}

struct Open {
    closed: CancellationToken,
    serving: JoinHandle<()>,
}

impl Proxy {
    pub(crate) fn start() -> Self {
        let mut proxy = Self { folder: tempfile::tempdir().expect("a temporary folder"), open: None };
        proxy.open();
        proxy
    }

    pub(crate) fn url(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    pub(crate) fn open(&mut self) {
        let listener = UnixListener::bind(self.socket()).expect("the path is free");
        let closed = CancellationToken::new();
        let serving = tokio::spawn(serve(listener, closed.clone()));
        self.open = Some(Open { closed, serving });
    }

    /// Cuts every connection and takes the socket away.
    pub(crate) async fn close(&mut self) {
        if let Some(Open { closed, serving }) = self.open.take() {
            closed.cancel();
            serving.await.expect("the proxy does not panic");
            std::fs::remove_file(self.socket()).expect("the socket is there");
        }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("engine.sock")
    }
}

async fn serve(listener: UnixListener, closed: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = closed.cancelled() => return,
        };
        let Ok((mut client, _)) = accepted else { return };
        let closed = closed.clone();
        tokio::spawn(async move {
            let mut engine = UnixStream::connect("/var/run/docker.sock").await.expect("the engine runs");
            tokio::select! {
                _ = copy_bidirectional(&mut client, &mut engine) => {}
                () = closed.cancelled() => {}
            }
        });
    }
}
