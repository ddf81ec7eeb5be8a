//! The nearest known word for one that is not known: what a typo is answered with, in the configuration and on the command line.

/// The one among `known` that `word` was probably meant to be.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|k| (strsim::jaro_winkler(word, k), k))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > LIKE_ENOUGH)
        .map(|(_, k)| k)
}

const LIKE_ENOUGH: f64 = 0.7;

/// `; did you mean mode?`, where something is near enough.
pub fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(word, known).map_or(String::new(), |k| format!("; did you mean {k}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_has_a_nearest_word_and_nonsense_has_none() {
        let known = ["host-path", "host-pid", "apparmor"];
        assert_eq!(nearest("hostpath", known), Some("host-path"));
        assert_eq!(did_you_mean("app-armor", known), "; did you mean apparmor?");
        assert_eq!(did_you_mean("xyz", known), "");
    }
}
