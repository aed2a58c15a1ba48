//! Names under which agents keep shares of themselves for some apps.

use super::AppSpec;

/// Whether a text can be a role: `*`, or letters, digits, `.`, `_` and `-`, with a letter or digit first. Mesos allows
/// some more, none of which anybody could write into `--resources`.
#[must_use]
pub fn is_role(text: &str) -> bool {
    let mut letters = text.chars();
    text == AppSpec::ANY_ROLE
        || letters.next().is_some_and(|first| first.is_ascii_alphanumeric())
            && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_plain_names() {
        for role in ["*", "prod", "slave_public", "team-a.1"] {
            assert!(is_role(role), "{role}");
        }
        for other in ["", "**", "-prod", "pro d", "a/b", "a(b)"] {
            assert!(!is_role(other), "{other}");
        }
    }
}
