//! `volumes` for people.

use super::columns::Columns;
use super::moments::ago_text;
use super::style::{BAD, BUSY, FAINT, GOOD, PLAIN, paint};
use anstyle::Style;
use ship_core::model::Timestamp;
use ship_core::protocol::{VolumeState, VolumeView};

pub(crate) fn volume_table(volumes: &[VolumeView], now: Timestamp) -> Vec<String> {
    if volumes.is_empty() {
        return vec!["no volumes".to_owned()];
    }
    let mut table = Columns::new(["VOLUME", "APP", "HOST", "DISK MiB", "STATE", "MADE"]);
    for volume in volumes {
        let cells = [
            paint(volume.id.to_string(), PLAIN),
            paint(volume.app.to_string(), PLAIN),
            paint(volume.host.clone(), PLAIN),
            paint(volume.resources.disk.to_string(), PLAIN),
            paint(volume.state.name().to_owned(), style(volume.state)),
            paint(ago_text(volume.created, now), FAINT),
        ];
        table.row(cells, None);
    }
    table.lines()
}

fn style(state: VolumeState) -> Style {
    match state {
        VolumeState::Used => GOOD,
        VolumeState::Free => PLAIN,
        VolumeState::Wiping => BUSY,
        VolumeState::Orphaned => BAD,
    }
}
