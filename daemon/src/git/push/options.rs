//! Push options, `git push -o ship.NAME=VALUE`. Those of other programs are none of our business; one of
//! ours that is misspelt is refused, because it was meant to change something.

use super::refusal::{Reason, Refusal};
use jiff::SignedDuration;
use std::time::Duration;

const KNOWN: [&str; 3] = ["ship.wait", "ship.prune", "ship.plan"];

/// What the pusher asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) wait: Wait,
    /// Deleting most apps is intended.
    pub(super) prune: bool,
    /// The plan that the pusher saw.
    pub(super) plan: Option<String>,
}

/// How long the pusher watches the rollout.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    None,
    AtMost(Duration),
    #[default]
    ToTheEnd,
}

impl Options {
    pub(super) fn parse(options: &[String]) -> Result<Self, Refusal> {
        let mut parsed = Self::default();
        for option in options.iter().filter(|option| option.starts_with("ship.")) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            match (name, value) {
                ("ship.wait", "none") => parsed.wait = Wait::None,
                ("ship.wait", value) => parsed.wait = Wait::AtMost(duration(value).ok_or_else(|| bad_wait(value))?),
                ("ship.prune", "yes") => parsed.prune = true,
                ("ship.prune", "no") => parsed.prune = false,
                ("ship.prune", value) => return Err(bad_value("ship.prune", value, "`yes` or `no`")),
                ("ship.plan", "") => return Err(bad_value("ship.plan", "", "the fingerprint of a plan")),
                ("ship.plan", fingerprint) => parsed.plan = Some(fingerprint.to_owned()),
                (name, _) => return Err(unknown(name)),
            }
        }
        Ok(parsed)
    }
}

fn duration(text: &str) -> Option<Duration> {
    Duration::try_from(text.parse::<SignedDuration>().ok()?).ok()
}

fn bad_wait(value: &str) -> Refusal {
    bad_value("ship.wait", value, "`none` or a duration such as `90s` or `10m`")
}

fn bad_value(name: &str, value: &str, expected: &str) -> Refusal {
    Refusal::new(Reason::Invalid)
        .line(format!("error: `{value}` is no value of the push option `{name}`"))
        .line(format!("hint: it takes {expected}"))
}

fn unknown(name: &str) -> Refusal {
    let nearest = KNOWN.into_iter().min_by_key(|known| strsim::damerau_levenshtein(known, name));
    let hint = match nearest.filter(|known| strsim::damerau_levenshtein(known, name) <= 1 + name.len() / 4) {
        Some(known) => format!("hint: did you mean `{known}`?"),
        None => format!("hint: the push options are `{}`", KNOWN.join("`, `")),
    };
    Refusal::new(Reason::Invalid).line(format!("error: there is no push option `{name}`")).line(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(options: &[&str]) -> Result<Options, Vec<String>> {
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        Options::parse(&options).map_err(Refusal::into_lines)
    }

    #[test]
    fn options_of_ours_are_read_and_others_left_alone() {
        let options = parse(&["ship.wait=10m", "ci.skip", "ship.prune=yes", "ship.plan=ab12"]).unwrap();
        let wait = Wait::AtMost(Duration::from_secs(600));
        assert_eq!(options, Options { wait, prune: true, plan: Some("ab12".into()) });
        assert_eq!(parse(&["ship.wait=none"]).unwrap().wait, Wait::None);
        assert_eq!(parse(&[]).unwrap(), Options::default());
    }

    #[test]
    fn a_misspelt_option_is_refused_with_the_nearest_one() {
        let lines = parse(&["ship.wiat=none"]).unwrap_err();
        assert_eq!(
            lines,
            [
                "error: there is no push option `ship.wiat`",
                "hint: did you mean `ship.wait`?",
                "refused (invalid): nothing was changed",
            ]
        );
        assert_eq!(
            parse(&["ship.zzzzzzzzz"]).unwrap_err()[1],
            "hint: the push options are `ship.wait`, `ship.prune`, `ship.plan`"
        );
    }

    #[test]
    fn a_value_that_makes_no_sense_is_refused() {
        for option in ["ship.wait=soon", "ship.wait=", "ship.wait=-5m", "ship.prune=maybe", "ship.prune", "ship.plan="]
        {
            let lines = parse(&[option]).unwrap_err();
            assert!(lines[0].starts_with("error: ") && lines[1].starts_with("hint: it takes "), "{option}: {lines:?}");
        }
    }
}
