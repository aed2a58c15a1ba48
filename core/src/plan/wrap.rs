//! Long lines in narrow terminals.

/// In a terminal behind `remote: ` so many columns are left.
const WIDTH: usize = 72;

/// The lead and the pieces, as many on a line as fit; further lines begin below the first piece. A piece is
/// never broken.
pub(super) fn wrap(lead: &str, pieces: impl IntoIterator<Item = String>) -> Vec<String> {
    let indent = lead.chars().count();
    let mut lines = vec![lead.to_owned()];
    let mut width = indent;
    for piece in pieces {
        let line = lines.last_mut().expect("there is always a line");
        let length = piece.chars().count();
        if width == indent {
            line.push_str(&piece);
            width += length;
        } else if width + 1 + length <= WIDTH {
            line.push(' ');
            line.push_str(&piece);
            width += 1 + length;
        } else {
            lines.push(format!("{}{piece}", " ".repeat(indent)));
            width = indent + length;
        }
    }
    lines
}

/// The words of a text, each with a comma but the last.
pub(super) fn listed(texts: &[String]) -> impl Iterator<Item = String> + '_ {
    let last = texts.len().saturating_sub(1);
    texts.iter().enumerate().map(move |(index, text)| if index < last { format!("{text},") } else { text.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_before_the_piece_that_goes_over_the_edge() {
        let pieces = ["a".repeat(35), "b".repeat(32), "c".repeat(80), "d".to_owned()];
        let lines = wrap("1. ", pieces);
        assert_eq!(lines.iter().map(String::len).collect::<Vec<_>>(), [71, 83, 4]);
        assert!(lines[1].starts_with("   c"));
    }

    #[test]
    fn lists_have_commas_between() {
        let texts = ["a", "b"].map(str::to_owned);
        assert_eq!(wrap("", listed(&texts)), ["a, b"]);
    }
}
