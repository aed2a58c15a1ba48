//! Label selectors (marathon-v2, section 8.8): `key`, `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)`,
//! joined by commas, all of which must hold. All of them need the label to be there.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// All that is asked of an app's labels; nothing at all fits every app.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector(Vec<Term>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    key: String,
    asks: Asks,
}

/// Of a label that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asks {
    Anything,
    OneOf(Vec<String>),
    NoneOf(Vec<String>),
}

/// Why a text is no selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Can not parse label selector {text}. Reason: {reason}")]
pub struct SelectorError {
    /// As it was given.
    pub text: String,
    /// What was expected where.
    pub reason: String,
}

impl Selector {
    /// Reads a selector; a backslash takes the next letter as it is.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        let mut reader = Reader { rest: text.chars().peekable() };
        reader.selector().map_err(|reason| SelectorError { text: text.to_owned(), reason })
    }

    /// Whether labels are all that is asked of them.
    #[must_use]
    pub fn fits(&self, labels: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|Term { key, asks }| {
            labels.get(key).is_some_and(|value| match asks {
                Asks::Anything => true,
                Asks::OneOf(values) => values.contains(value),
                Asks::NoneOf(values) => !values.contains(value),
            })
        })
    }
}

struct Reader<'t> {
    rest: Peekable<Chars<'t>>,
}

impl Reader<'_> {
    fn selector(&mut self) -> Result<Selector, String> {
        let mut terms = Vec::new();
        self.spaces();
        if self.rest.peek().is_none() {
            return Ok(Selector(terms));
        }
        loop {
            terms.push(self.term()?);
            match self.rest.next() {
                None => return Ok(Selector(terms)),
                Some(',') => self.spaces(),
                Some(other) => return Err(format!("a comma or the end was expected, not `{other}`")),
            }
        }
    }

    fn term(&mut self) -> Result<Term, String> {
        let key = self.word()?;
        self.spaces();
        let asks = match self.rest.peek() {
            None | Some(',') => Asks::Anything,
            Some('=') => {
                self.both('=', '=')?;
                Asks::OneOf(vec![self.value()?])
            }
            Some('!') => {
                self.both('!', '=')?;
                Asks::NoneOf(vec![self.value()?])
            }
            Some(_) => match self.word()?.as_str() {
                "in" => Asks::OneOf(self.set()?),
                "notin" => Asks::NoneOf(self.set()?),
                other => return Err(format!("`==`, `!=`, `in` or `notin` was expected, not `{other}`")),
            },
        };
        self.spaces();
        Ok(Term { key, asks })
    }

    fn value(&mut self) -> Result<String, String> {
        self.spaces();
        self.word()
    }

    fn set(&mut self) -> Result<Vec<String>, String> {
        self.spaces();
        self.expect('(')?;
        let mut values = Vec::new();
        loop {
            values.push(self.value()?);
            self.spaces();
            match self.rest.next() {
                Some(')') => return Ok(values),
                Some(',') => {}
                Some(other) => return Err(format!("`,` or `)` was expected, not `{other}`")),
                None => return Err("`)` is missing".to_owned()),
            }
        }
    }

    /// One or more letters, digits, `-`, `_`, `.` and whatever follows a backslash.
    fn word(&mut self) -> Result<String, String> {
        let mut word = String::new();
        while let Some(letter) = self.rest.next_if(|letter| is_plain(*letter) || *letter == '\\') {
            match letter {
                '\\' => word.push(self.rest.next().ok_or("nothing follows the backslash")?),
                plain => word.push(plain),
            }
        }
        match (word.is_empty(), self.rest.peek()) {
            (false, _) => Ok(word),
            (true, None) => Err("a label or a value was expected at the end".to_owned()),
            (true, Some(other)) => Err(format!("a label or a value was expected, not `{other}`")),
        }
    }

    fn both(&mut self, first: char, second: char) -> Result<(), String> {
        self.expect(first)?;
        self.expect(second)
    }

    fn expect(&mut self, letter: char) -> Result<(), String> {
        match self.rest.next() {
            Some(found) if found == letter => Ok(()),
            Some(found) => Err(format!("`{letter}` was expected, not `{found}`")),
            None => Err(format!("`{letter}` was expected at the end")),
        }
    }

    fn spaces(&mut self) {
        while self.rest.next_if(|letter| letter.is_whitespace()).is_some() {}
    }
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(selector: &str) -> bool {
        let labels = [("tier", "web"), ("HAPROXY_GROUP", "external"), ("a b", "c,d")];
        let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned()));
        Selector::parse(selector).expect("a selector").fits(&BTreeMap::from(labels))
    }

    #[test]
    fn terms_must_all_hold() {
        for selector in ["", " ", "tier", "tier==web", "tier == web , HAPROXY_GROUP", "tier!=db", "tier in (db, web)"] {
            assert!(fits(selector), "{selector}");
        }
        for selector in ["none", "tier==db", "tier,none", "tier!=web", "tier notin (web,db)", "tier in (db)"] {
            assert!(!fits(selector), "{selector}");
        }
        assert!(!fits("none!=x") && !fits("none notin (x)"), "the label must be there");
        assert!(fits(r"a\ b==c\,d"));
    }

    #[test]
    fn what_is_no_selector_is_told_why() {
        let cases = [
            ("tier=web", "`=` was expected, not `w`"),
            ("==web", "a label or a value was expected, not `=`"),
            ("tier in web", "`(` was expected, not `w`"),
            ("tier in (web", "`)` is missing"),
            ("tier is web", "`==`, `!=`, `in` or `notin` was expected, not `is`"),
            ("tier,", "a label or a value was expected at the end"),
            ("tier==web)", "a comma or the end was expected, not `)`"),
        ];
        for (text, reason) in cases {
            let error = Selector::parse(text).expect_err(text);
            assert_eq!(error.to_string(), format!("Can not parse label selector {text}. Reason: {reason}"));
        }
    }
}
