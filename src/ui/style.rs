//! Colours and when to use them.

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use std::fmt;
use std::io::IsTerminal;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BUSY: Style = AnsiColor::Yellow.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
pub(crate) const FAINT: Style = Style::new().dimmed();
pub(crate) const PLAIN: Style = Style::new();
pub(crate) const HEADER: Style = Style::new().bold();

pub(crate) const ERROR: Painted<&str> = Painted { text: "error", style: AnsiColor::Red.on_default().bold() };
pub(crate) const WARNING: Painted<&str> = Painted { text: "warning", style: AnsiColor::Yellow.on_default().bold() };
pub(crate) const NEXT: Painted<&str> = Painted { text: "next", style: AnsiColor::Green.on_default().bold() };
pub(crate) const HINT: Painted<&str> = Painted { text: "hint", style: AnsiColor::Cyan.on_default().bold() };

/// A text in a colour; the stream drops the colour where it does not belong.
#[derive(Debug, Clone)]
pub(crate) struct Painted<T> {
    pub(crate) text: T,
    pub(crate) style: Style,
}

pub(crate) fn paint<T: fmt::Display>(text: T, style: Style) -> Painted<T> {
    Painted { text, style }
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{:#}", self.style, self.text, self.style)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ColorWhen {
    Auto,
    Always,
    Never,
}

impl ColorWhen {
    pub(crate) fn choice(self, stream: &impl IsTerminal) -> ColorChoice {
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        match self.wants_color(variable, stream.is_terminal()) {
            true => ColorChoice::AlwaysAnsi,
            false => ColorChoice::Never,
        }
    }

    fn wants_color(self, variable: impl Fn(&str) -> String, terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if !variable("NO_COLOR").is_empty() => false,
            Self::Auto if !matches!(variable("FORCE_COLOR").as_str(), "" | "0") => true,
            Self::Auto => terminal && variable("TERM") != "dumb",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ColorWhen;

    fn wants(when: ColorWhen, set: &str, terminal: bool) -> bool {
        let (name, value) = set.split_once('=').unwrap_or_default();
        when.wants_color(|asked| if asked == name { value.to_owned() } else { String::new() }, terminal)
    }

    #[test]
    fn colour_is_for_terminals_and_can_be_decided_otherwise() {
        assert!(wants(ColorWhen::Auto, "", true));
        assert!(!wants(ColorWhen::Auto, "", false));
        assert!(!wants(ColorWhen::Auto, "NO_COLOR=1", true));
        assert!(!wants(ColorWhen::Auto, "TERM=dumb", true));
        assert!(wants(ColorWhen::Auto, "FORCE_COLOR=1", false));
        assert!(!wants(ColorWhen::Auto, "FORCE_COLOR=0", false));
        assert!(wants(ColorWhen::Always, "NO_COLOR=1", false));
        assert!(!wants(ColorWhen::Never, "FORCE_COLOR=1", true));
    }
}
