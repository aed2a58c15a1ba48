//! A sandbox for people.

use super::columns::Columns;
use super::moments::ago_text;
use super::style::{FAINT, HEADER, PLAIN, paint};
use ship_core::model::Timestamp;
use ship_core::protocol::{FileEntry, FileKind, FileListing};

pub(crate) fn file_table(listing: &FileListing, now: Timestamp) -> Vec<String> {
    if listing.entries.is_empty() {
        return vec!["no files".to_owned()];
    }
    let mut table = Columns::new(["MODE", "SIZE", "CHANGED", "NAME"]);
    for entry in &listing.entries {
        let (name, style) = match entry.kind {
            FileKind::File => (printable(&entry.name), PLAIN),
            FileKind::Folder => (format!("{}/", printable(&entry.name)), HEADER),
            FileKind::Link => (link(entry), PLAIN),
            FileKind::Other => (printable(&entry.name), FAINT),
        };
        let size = match entry.kind {
            FileKind::File => entry.size.to_string(),
            FileKind::Folder | FileKind::Link | FileKind::Other => String::new(),
        };
        let cells = [
            paint(entry.mode.clone(), FAINT),
            paint(size, PLAIN),
            paint(ago_text(entry.modified, now), FAINT),
            paint(name, style),
        ];
        table.row(cells, None);
    }
    table.lines()
}

fn link(entry: &FileEntry) -> String {
    let target = entry.target.as_deref().unwrap_or("?");
    format!("{} -> {}", printable(&entry.name), printable(target))
}

/// A task chooses its names; none of them may talk to the terminal.
fn printable(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}
