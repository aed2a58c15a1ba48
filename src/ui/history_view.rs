//! The history for people: commits that changed apps, and how they went.

use super::columns::Columns;
use super::deployment_view::{apps_text, author_name, outcome_style};
use super::moments::ago_text;
use super::style::{FAINT, PLAIN, paint};
use ship_core::model::Timestamp;
use ship_core::protocol::HistoryEntry;

pub(crate) fn history_table(entries: &[HistoryEntry], now: Timestamp) -> Vec<String> {
    let mut table = Columns::new(["WHEN", "COMMIT", "OUTCOME", "APPS", "AUTHOR", "SUBJECT"]);
    for HistoryEntry { commit, at, apps, outcome, reason } in entries {
        let style = outcome.map_or(PLAIN, outcome_style);
        let cells = [
            paint(ago_text(*at, now), PLAIN),
            paint(commit.id.short().to_owned(), PLAIN),
            paint(outcome.map(|outcome| outcome.to_string()).unwrap_or_default(), style),
            paint(apps_text(apps.iter()), PLAIN),
            paint(author_name(&commit.author).to_owned(), FAINT),
            paint(commit.subject.clone(), PLAIN),
        ];
        table.row(cells, reason.clone().map(|reason| paint(reason, style)));
    }
    table.lines()
}
