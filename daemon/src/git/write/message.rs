//! What the daemon's commits say: what was done, why, and the version that it makes.

use crate::git::branch::VERSION;
use ship_core::model::Version;

/// The message with the version among its trailers.
pub(super) fn with_version(text: &str, version: Version) -> String {
    let text = text.trim_end();
    let ends_with_trailers = git2::message_trailers_strs(text).is_ok_and(|trailers| trailers.iter().next().is_some());
    let gap = if ends_with_trailers { "\n" } else { "\n\n" };
    format!("{text}{gap}{VERSION}: {}\n", version.0.rfc3339())
}

/// On one line: foreign words must not become a trailer.
pub(super) fn one_line(text: &str, characters: usize) -> String {
    let plain: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ship_core::model::Timestamp;

    #[test]
    fn the_version_is_a_trailer_among_others() {
        let version = Version(Timestamp(1_700_000_000_120));
        let trailer = "Ship-Version: 2023-11-14T22:13:20.120Z\n";
        assert_eq!(with_version("scale /web to 2", version), format!("scale /web to 2\n\n{trailer}"));
        let revert = "Revert /web\n\n/web: it crashes\n\nShip-Reverts: abc\n";
        assert_eq!(
            with_version(revert, version),
            format!("Revert /web\n\n/web: it crashes\n\nShip-Reverts: abc\n{trailer}")
        );
    }
}
