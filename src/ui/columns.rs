//! Aligned columns with colour: widths are counted before colour is added, trailing blanks are dropped.

use super::style::{HEADER, Painted, paint};

const GAP: &str = "   ";

/// A table without lines: a header, and rows that may carry a remark below them.
pub(crate) struct Columns<const N: usize> {
    rows: Vec<Row<N>>,
}

struct Row<const N: usize> {
    cells: [Painted<String>; N],
    remark: Option<Painted<String>>,
}

impl<const N: usize> Columns<N> {
    pub(crate) fn new(header: [&str; N]) -> Self {
        let cells = header.map(|title| paint(title.to_owned(), HEADER));
        Self { rows: vec![Row { cells, remark: None }] }
    }

    pub(crate) fn row(&mut self, cells: [Painted<String>; N], remark: Option<Painted<String>>) {
        self.rows.push(Row { cells, remark });
    }

    /// Leaves out columns in which no row says anything.
    pub(crate) fn without_empty(mut self) -> Self {
        for column in 0..N {
            if self.rows.iter().skip(1).all(|row| row.cells[column].text.is_empty()) {
                self.rows[0].cells[column].text.clear();
            }
        }
        self
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let widths = self.widths();
        let mut lines = Vec::new();
        for row in &self.rows {
            lines.push(row_line(&row.cells, &widths));
            lines.extend(row.remark.iter().map(|remark| format!("    {remark}")));
        }
        lines
    }

    fn widths(&self) -> [usize; N] {
        std::array::from_fn(|column| {
            let width = |row: &Row<N>| row.cells[column].text.chars().count();
            self.rows.iter().map(width).max().unwrap_or_default()
        })
    }
}

fn row_line<const N: usize>(cells: &[Painted<String>; N], widths: &[usize; N]) -> String {
    let mut line = String::new();
    let mut blanks = 0;
    for (cell, width) in cells.iter().zip(widths).filter(|(_, width)| **width > 0) {
        let length = cell.text.chars().count();
        if length > 0 {
            line.push_str(&" ".repeat(blanks));
            line.push_str(&cell.to_string());
            blanks = 0;
        }
        blanks += width - length + GAP.len();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::super::style::PLAIN;
    use super::*;

    #[test]
    fn columns_align_and_leave_nothing_at_the_end() {
        let mut table = Columns::new(["APP", "TASKS", "NOTE"]);
        table.row(["/web", "10/10", ""].map(|text| paint(text.to_owned(), PLAIN)), None);
        table
            .row(["/a", "", "new"].map(|text| paint(text.to_owned(), PLAIN)), Some(paint("because".to_owned(), PLAIN)));
        let plain: Vec<String> =
            table.lines().iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect();
        assert_eq!(plain, ["APP    TASKS   NOTE", "/web   10/10", "/a             new", "    because"]);
    }

    #[test]
    fn a_column_that_says_nothing_can_be_left_out() {
        let mut table = Columns::new(["AGENT", "GPUS", "TASKS"]);
        table.row(["a", "", "1"].map(|text| paint(text.to_owned(), PLAIN)), None);
        let lines = table.without_empty().lines();
        let plain: Vec<String> = lines.iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect();
        assert_eq!(plain, ["AGENT   TASKS", "a       1"]);
    }
}
