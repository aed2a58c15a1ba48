//! "Did you mean": the nearest of the words that would have been right.

/// So many letters must agree before a longer word counts as the one that was begun.
const BEGINNING: usize = 4;

/// The candidate that differs least from `word`, if it is near enough to be what was meant: one edit, and
/// one more for each four letters. The first one wins a tie. Failing that, one that begins with the word.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = 1 + word.chars().count() / 4;
    let mut best: Option<(usize, &str)> = None;
    let mut longer = None;
    for candidate in candidates {
        if word.len() >= BEGINNING && candidate.to_lowercase().starts_with(&word) {
            longer = longer.or(Some(candidate));
        }
        if candidate.len().abs_diff(word.len()) > limit * 4 {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&word, &candidate.to_lowercase());
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate).or(longer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_find_their_word_and_strangers_find_none() {
        let fields = ["id", "instances", "image", "healthChecks"];
        assert_eq!(nearest("instnces", fields), Some("instances"));
        assert_eq!(nearest("healthcheck", fields), Some("healthChecks"));
        assert_eq!(nearest("health", fields), Some("healthChecks"));
        assert_eq!(nearest("replicas", fields), None);
    }
}
