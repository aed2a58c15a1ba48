//! An app as it is written: its tasks at the end and one by one, so that an app with fifty thousand of them is no single
//! text either.

use super::list::{Piece, Rest};
use crate::clock;
use crate::master::Snapshot;
use ship_core::model::{AppId, TaskId, Timestamp};
use ship_core::protocol::marathon::{Extra, Extras, Task};
use std::sync::Arc;

/// Writes one app after the other.
pub(super) trait WriteApp: Send + 'static {
    /// Begins an app; [`Rest::More`] if the piece was full before its end.
    fn begin(&mut self, piece: &mut Piece, id: &AppId) -> Rest;

    /// Goes on with the app that was begun, if there is more of it.
    fn go_on(&mut self, piece: &mut Piece) -> Rest;

    /// Writes a pod's definition.
    fn pod(&mut self, piece: &mut Piece, id: &AppId);
}

/// Apps of a snapshot, and so much of how they stand.
pub(super) struct Writer {
    snapshot: Arc<Snapshot>,
    /// Without tasks: those are written one by one.
    extras: Extras,
    with_tasks: bool,
    now: Timestamp,
    /// The app whose tasks are being written, and the last one that was.
    open: Option<(AppId, Option<TaskId>)>,
}

impl Writer {
    pub(super) fn new(snapshot: &Arc<Snapshot>, extras: Extras) -> Self {
        let now = if extras.has(Extra::TaskStats) { clock::now() } else { snapshot.at };
        let (extras, with_tasks) = extras.without(Extra::Tasks);
        Self { snapshot: Arc::clone(snapshot), extras, with_tasks, now, open: None }
    }
}

impl WriteApp for Writer {
    fn begin(&mut self, piece: &mut Piece, id: &AppId) -> Rest {
        let app = self.snapshot.cluster.marathon_app(id, &self.extras, self.now);
        if !self.with_tasks {
            piece.value(&app);
            return Rest::None;
        }
        piece.open_object(&app);
        piece.text(",\"tasks\":[");
        self.open = Some((id.clone(), None));
        self.go_on(piece)
    }

    fn go_on(&mut self, piece: &mut Piece) -> Rest {
        let Some((id, last)) = &mut self.open else { return Rest::None };
        for task in self.snapshot.cluster.marathon_tasks(Some(id), last.clone().as_ref(), self.now) {
            if last.is_some() {
                piece.text(",");
            }
            *last = Some(task.id.clone());
            // Within an app Marathon leaves them out.
            piece.value(&Task { service_ports: None, ..task });
            if piece.is_full() {
                return Rest::More;
            }
        }
        piece.text("]}");
        self.open = None;
        Rest::None
    }

    fn pod(&mut self, piece: &mut Piece, id: &AppId) {
        piece.value(&self.snapshot.cluster.app_record(id).and_then(|record| record.marathon_pod()));
    }
}
