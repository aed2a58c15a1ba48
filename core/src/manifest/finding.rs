//! One mistake of one file, its place given by JSON pointer. `repo` turns the place into line and column.

use super::Rule;
use std::fmt;

/// A mistake, in words for the person who wrote the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule is broken.
    pub rule: Rule,
    /// What the caret marks.
    pub place: Place,
    /// What is wrong; stands alone.
    pub message: String,
    /// Short words beside the caret; empty = none.
    pub label: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A value or a key in a JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// RFC 6901; empty = the whole document.
    pub pointer: String,
    /// Whether the value is meant, or its key.
    pub part: Part,
}

/// Where the caret goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// The value itself; for the whole document and elements of lists the only choice.
    #[default]
    Value,
    /// The key in front of the value: for fields that should not be there.
    Key,
}

impl Finding {
    /// Without label and hint.
    #[must_use]
    pub fn new(rule: Rule, place: Place, message: impl Into<String>) -> Self {
        Self { rule, place, message: message.into(), label: String::new(), hint: None }
    }

    /// Sets the words beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Place {
    /// The place of a field or element below this one.
    #[must_use]
    pub fn then(&self, step: impl fmt::Display) -> Self {
        let mut pointer = format!("{}/{step}", self.pointer);
        let start = self.pointer.len() + 1;
        if pointer[start..].contains(['~', '/']) {
            let escaped = pointer[start..].replace('~', "~0").replace('/', "~1");
            pointer.replace_range(start.., &escaped);
        }
        Self { pointer, part: Part::Value }
    }

    /// The whole document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// A field of the document itself.
    #[must_use]
    pub fn field(name: &str) -> Self {
        Self::root().then(name)
    }

    /// The same place, with the caret under the key.
    #[must_use]
    pub fn key(mut self) -> Self {
        self.part = Part::Key;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_escaped_as_json_pointers() {
        assert_eq!(Place::field("env").then("a/b~c").pointer, "/env/a~1b~0c");
        assert_eq!(Place::field("ports").then(0).key(), Place { pointer: "/ports/0".into(), part: Part::Key });
    }
}
