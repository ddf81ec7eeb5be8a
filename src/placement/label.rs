//! What is a valid label key and value: a required affinity term with an invalid one never matches.
//!
//! Authority: `k8s.io/apimachinery/pkg/util/validation`, `IsQualifiedName` and `IsValidLabelValue`.

/// `name` or `prefix/name`: the name like a value that is not empty, the prefix a DNS subdomain.
pub(crate) fn is_key(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, name)) => is_subdomain(prefix) && !name.is_empty() && is_value(name),
        None => !key.is_empty() && is_value(key),
    }
}

/// At most 63 of letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit; or empty.
pub(crate) fn is_value(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() <= 63
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && has_alphanumeric_ends(bytes)
}

/// At most 253, of dot-separated labels in small letters, digits and `-`.
fn is_subdomain(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|label| {
            let bytes = label.as_bytes();
            !bytes.is_empty()
                && bytes
                    .iter()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
                && has_alphanumeric_ends(bytes)
        })
}

fn has_alphanumeric_ends(bytes: &[u8]) -> bool {
    [bytes.first(), bytes.last()]
        .into_iter()
        .flatten()
        .all(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("kubernetes.azure.com/os-sku", true)]
    #[case("agentpool", true)]
    #[case("a/b/c", false)]
    #[case("/name", false)]
    #[case("prefix/", false)]
    #[case("Prefix/name", false)]
    #[case("", false)]
    #[case("-a", false)]
    #[case(&"x".repeat(63), true)]
    #[case(&"x".repeat(64), false)]
    fn a_key_is_a_qualified_name(#[case] key: &str, #[case] valid: bool) {
        assert_eq!(is_key(key), valid);
    }

    #[rstest]
    #[case("", true)]
    #[case("007", true)]
    #[case("-5", false)]
    #[case("+1", false)]
    #[case("a b", false)]
    #[case("a_b.c-d", true)]
    #[case("a.", false)]
    fn a_value_is_a_label_value(#[case] value: &str, #[case] valid: bool) {
        assert_eq!(is_value(value), valid);
    }
}
