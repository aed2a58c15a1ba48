//! What a command in a container prints, byte by byte as it printed it. Written by a thread of its own: a pager that
//! stands still must not keep anybody from Ctrl-C.

use crate::error::Error;
use std::io::{self, Write};
use tokio::sync::{mpsc, oneshot};

/// Chunks on their way to whoever reads; the rest waits in the container.
const READ_AHEAD: usize = 4;

pub(crate) struct PassOn {
    chunks: mpsc::Sender<Chunk>,
    written: oneshot::Receiver<io::Result<()>>,
}

enum Chunk {
    Out(Vec<u8>),
    Err(Vec<u8>),
}

impl PassOn {
    pub(crate) fn begin() -> Self {
        let (chunks, mut received) = mpsc::channel(READ_AHEAD);
        let (told, written) = oneshot::channel();
        std::thread::spawn(move || {
            let mut end = Ok(());
            while let (Ok(()), Some(chunk)) = (&end, received.blocking_recv()) {
                end = write(&chunk);
            }
            let _ = told.send(end);
        });
        Self { chunks, written }
    }

    /// Waits while the reader does. `false` when nobody reads any more.
    pub(crate) async fn out(&self, bytes: Vec<u8>) -> bool {
        self.chunks.send(Chunk::Out(bytes)).await.is_ok()
    }

    /// As [`PassOn::out`].
    pub(crate) async fn err(&self, bytes: Vec<u8>) -> bool {
        self.chunks.send(Chunk::Err(bytes)).await.is_ok()
    }

    /// Returns once all is written.
    pub(crate) async fn finish(self) -> Result<(), Error> {
        drop(self.chunks);
        self.written.await.unwrap_or(Ok(())).map_err(Error::Output)
    }
}

fn write(chunk: &Chunk) -> io::Result<()> {
    match chunk {
        Chunk::Out(bytes) => {
            let mut stdout = io::stdout().lock();
            stdout.write_all(bytes)?;
            stdout.flush()
        }
        Chunk::Err(bytes) => io::stderr().lock().write_all(bytes),
    }
}
