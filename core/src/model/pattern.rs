//! The regular expression of a constraint: whether it is one, and if not, where it goes wrong.

use regex::Regex;
use regex_syntax::{Error as SyntaxError, Parser};

/// Why a text is no regular expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PatternError {
    /// The parser's words, on one line.
    pub(super) reason: String,
    /// Which character of the text is to blame, counted from 1; `None` = the text as a whole.
    pub(super) at: Option<usize>,
}

pub(super) fn check(text: &str) -> Result<(), PatternError> {
    let Err(err) = Regex::new(text) else { return Ok(()) };
    Err(syntax_error(text).unwrap_or_else(|| PatternError { reason: last_line(&err.to_string()), at: None }))
}

/// What the parser says; it tells places, where the compiler only draws them.
fn syntax_error(text: &str) -> Option<PatternError> {
    let (reason, offset) = match Parser::new().parse(text).err()? {
        SyntaxError::Parse(err) => (err.kind().to_string(), err.span().start.offset),
        SyntaxError::Translate(err) => (err.kind().to_string(), err.span().start.offset),
        other => (last_line(&other.to_string()), 0),
    };
    let before = text.get(..offset)?.chars().count();
    Some(PatternError { reason, at: Some(before + 1) })
}

fn last_line(words: &str) -> String {
    words.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_has_a_place() {
        let at = |text: &str| check(text).map_err(|err| (err.reason, err.at));
        assert_eq!(at("rack-[0-9]+"), Ok(()));
        assert_eq!(at("a("), Err(("unclosed group".to_owned(), Some(2))));
        assert_eq!(at("*"), Err(("repetition operator missing expression".to_owned(), Some(1))));
        assert_eq!(at("größe|[z-a]").expect_err("refused").1, Some(8));
        assert_eq!(at(r"\p{Nope}").expect_err("refused").1, Some(1));
        assert_eq!(at("(a{1000}){1000}{1000}").expect_err("refused").1, None, "too large as a whole");
    }
}
