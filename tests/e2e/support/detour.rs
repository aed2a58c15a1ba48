//! A way to the engine that a test can cut: to the daemon the engine is gone, while its containers run on.

use std::fs;
use std::io;
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use tempfile::TempDir;

const ENGINE: &str = "/var/run/docker.sock";

pub(crate) struct Detour {
    folder: TempDir,
    /// Both ends of every connection; absent while it is cut.
    open: Option<Arc<Mutex<Vec<UnixStream>>>>,
}

impl Detour {
    pub(crate) fn new() -> Detour {
        let folder = TempDir::with_prefix("ship-e2e-").expect("a temporary folder can be made");
        let mut detour = Detour { folder, open: None };
        detour.mend();
        detour
    }

    /// For `shipd --docker`.
    pub(crate) fn url(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// Ends all connections and lets no new one in.
    pub(crate) fn cut(&mut self) {
        fs::remove_file(self.socket()).expect("the socket can be removed");
        let open = self.open.take().expect("it is cut only while it is whole");
        for stream in open.lock().expect("no thread panics with the lock").drain(..) {
            // The other side may have closed it first.
            stream.shutdown(Shutdown::Both).unwrap_or_default();
        }
    }

    pub(crate) fn mend(&mut self) {
        let listener = UnixListener::bind(self.socket()).expect("a socket can be made");
        let open = Arc::new(Mutex::new(Vec::new()));
        self.open = Some(Arc::clone(&open));
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                if join(near, &open).is_err() {
                    return;
                }
            }
        });
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }
}

/// Lets both directions of a connection flow until either side ends it.
fn join(near: UnixStream, open: &Mutex<Vec<UnixStream>>) -> io::Result<()> {
    let far = UnixStream::connect(ENGINE)?;
    let mut all = open.lock().expect("no thread panics with the lock");
    all.extend([near.try_clone()?, far.try_clone()?]);
    flow(near.try_clone()?, far.try_clone()?);
    flow(far, near);
    Ok(())
}

fn flow(mut from: UnixStream, mut to: UnixStream) {
    thread::spawn(move || {
        // However it ends, the other side is told.
        io::copy(&mut from, &mut to).unwrap_or_default();
        to.shutdown(Shutdown::Write).unwrap_or_default();
    });
}
