//! From byte offsets to lines and columns, counted as people and editors do.

use serde::Serialize;

/// A place in a text; both numbers begin at 1, the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// From 1; only `\n` ends a line.
    pub line: usize,
    /// From 1, in characters (Unicode scalar values), not bytes.
    pub column: usize,
}

impl Position {
    /// The position of a byte offset. Offsets beyond the end, or within a character, are moved back.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let offset = floor(text, offset);
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// The byte offset of a line and a column counted in bytes, both from 1, as `serde_json` gives them.
pub(crate) fn offset_of(text: &str, line: usize, byte_column: usize) -> usize {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let start = starts.take(line.max(1)).last().unwrap_or(0);
    floor(text, start + byte_column.saturating_sub(1))
}

/// The nearest character boundary at or before the offset.
pub(crate) fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "a\näö \"x\"\n";
        assert_eq!(Position::of(text, 0), Position { line: 1, column: 1 });
        assert_eq!(Position::of(text, text.find('"').expect("present")), Position { line: 2, column: 4 });
        assert_eq!(Position::of(text, 999), Position { line: 3, column: 1 });
        assert_eq!(Position::of(text, 3), Position { line: 2, column: 1 }, "within a character");
    }

    #[test]
    fn lines_lead_back_to_offsets() {
        assert_eq!(offset_of("ab\ncd", 2, 2), 4);
        assert_eq!(offset_of("", 7, 7), 0);
    }
}
