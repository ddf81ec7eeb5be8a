//! Which taints a pod tolerates, exactly as the scheduler reads it.
//!
//! Authority: `ToleratesTaint` in `k8s.io/api/core/v1/toleration.go`.

use k8s_openapi::api::core::v1::Toleration;

use crate::inventory::Taint;

/// Whether one of the tolerations tolerates the taint.
pub(super) fn is_tolerated(taint: &Taint, tolerations: &[Toleration]) -> bool {
    tolerations
        .iter()
        .any(|toleration| tolerates(toleration, taint))
}

/// An empty effect is every effect, an empty key every key, an empty operator `Equal`.
fn tolerates(toleration: &Toleration, taint: &Taint) -> bool {
    let differs = |field: &Option<String>, of_taint: &str| {
        let set = field.as_deref().filter(|value| !value.is_empty());
        set.is_some_and(|value| value != of_taint)
    };
    if differs(&toleration.effect, &taint.effect) || differs(&toleration.key, &taint.key) {
        return false;
    }
    let wanted = toleration.value.as_deref().unwrap_or_default();
    let value = taint.value.as_str();
    match toleration.operator.as_deref().unwrap_or_default() {
        "" | "Equal" => wanted == value,
        "Exists" => true,
        // The taint's value is the left side: a taint `5` is tolerated by `Gt 3`.
        "Gt" => compare(value, wanted).is_some_and(|(taint, bound)| taint > bound),
        "Lt" => compare(value, wanted).is_some_and(|(taint, bound)| taint < bound),
        _ => false,
    }
}

fn compare(taint: &str, bound: &str) -> Option<(i64, i64)> {
    Some((canonical_integer(taint)?, canonical_integer(bound)?))
}

/// `7` and `-5`, but not `007`, `+7` or `-0`.
fn canonical_integer(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned()).filter(|t| t != "-")
    }

    /// Key, operator, value, effect of the toleration (`-`: absent); whether it tolerates `gpu=5:NoSchedule`.
    #[rstest]
    #[case(["gpu", "Equal", "5", "NoSchedule"], true)]
    #[case(["gpu", "-", "5", "-"], true)]
    #[case(["gpu", "", "5", ""], true)]
    #[case(["gpu", "Exists", "-", "-"], true)]
    #[case(["-", "Exists", "-", "-"], true)]
    #[case(["-", "Exists", "-", "NoExecute"], false)]
    #[case(["gpu", "Equal", "6", "-"], false)]
    #[case(["other", "Exists", "-", "-"], false)]
    #[case(["-", "Equal", "5", "-"], true)]
    #[case(["gpu", "Gt", "4", "-"], true)]
    #[case(["gpu", "Gt", "5", "-"], false)]
    #[case(["gpu", "Lt", "6", "-"], true)]
    #[case(["gpu", "Lt", "06", "-"], false)]
    #[case(["gpu", "Gt", "-5", "-"], true)]
    #[case(["gpu", "Like", "5", "-"], false)]
    fn a_toleration_tolerates(#[case] toleration: [&str; 4], #[case] tolerated: bool) {
        let [key, operator, value, effect] = toleration.map(some);
        let toleration = Toleration {
            key,
            operator,
            value,
            effect,
            toleration_seconds: None,
        };
        let taint = Taint {
            key: "gpu".into(),
            value: "5".into(),
            effect: "NoSchedule".into(),
        };
        assert_eq!(is_tolerated(&taint, &[toleration]), tolerated);
    }
}
