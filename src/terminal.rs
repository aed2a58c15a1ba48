//! The terminal that `shipctl` stands in: its keys as they come, its size, and how it was before.

use crate::error::Error;
use rustix::termios::{OptionalActions, Termios, isatty, tcgetattr, tcgetwinsize, tcsetattr};
use std::io::{self, Read};
use tokio::sync::mpsc;

/// Bytes of input at once.
const CHUNK_BYTES: usize = 16 * 1024;

/// Chunks that were read and not sent yet: the rest waits where it comes from.
const READ_AHEAD: usize = 4;

/// While it is there, keys come one by one and do nothing here, Ctrl-C included. Dropped, the terminal is as before.
pub(crate) struct Raw {
    before: Termios,
}

impl Raw {
    pub(crate) fn begin() -> Result<Self, Error> {
        let before = tcgetattr(io::stdin()).map_err(|error| Error::Terminal(error.into()))?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(io::stdin(), OptionalActions::Now, &raw).map_err(|error| Error::Terminal(error.into()))?;
        Ok(Self { before })
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // A terminal that is gone needs no mending.
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.before);
    }
}

pub(crate) fn is_input_terminal() -> bool {
    isatty(io::stdin())
}

/// Columns and rows, of whichever stream is a terminal.
pub(crate) fn size() -> Option<(u16, u16)> {
    let size = tcgetwinsize(io::stdout()).or_else(|_| tcgetwinsize(io::stdin())).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}

/// What arrives on stdin, until its end. Read by a thread of its own, which nobody has to wait for: a read cannot be
/// called off.
pub(crate) fn input() -> mpsc::Receiver<Vec<u8>> {
    let (chunks, receiver) = mpsc::channel(READ_AHEAD);
    std::thread::spawn(move || {
        let mut bytes = [0; CHUNK_BYTES];
        loop {
            match io::stdin().lock().read(&mut bytes) {
                Ok(count) if count > 0 => {
                    if chunks.blocking_send(bytes[..count].to_vec()).is_err() {
                        return;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => return,
            }
        }
    });
    receiver
}
