//! Taints and tolerations, exactly as the scheduler reads them, and the taints that come and go.
//!
//! Authority: `ToleratesTaint` in `k8s.io/api/core/v1/toleration.go` and the scheduler's `TaintToleration` plugin.

use k8s_openapi::api::core::v1::{Taint, Toleration};

/// Whether a taint keeps pods away for good. One that only prefers never filters; a transient one says nothing of where a pod could go.
///
/// The tolerations that the DaemonSet controller adds to its pods are for transient taints alone, so a DaemonSet's template and its pods see
/// the same nodes without our adding them.
pub fn keeps_away(taint: &Taint) -> bool {
    matches!(taint.effect.as_str(), "NoSchedule" | "NoExecute") && !is_transient(&taint.key)
}

/// Whether one of the tolerations tolerates the taint.
pub(super) fn is_tolerated(taint: &Taint, tolerations: &[Toleration]) -> bool {
    tolerations
        .iter()
        .any(|toleration| tolerates(toleration, taint))
}

/// An empty effect is every effect, an empty key every key, an empty operator `Equal`.
fn tolerates(toleration: &Toleration, taint: &Taint) -> bool {
    let set = |field: &'_ Option<String>| field.clone().filter(|value| !value.is_empty());
    if set(&toleration.effect).is_some_and(|effect| effect != taint.effect)
        || set(&toleration.key).is_some_and(|key| key != taint.key)
    {
        return false;
    }
    let wanted = toleration.value.as_deref().unwrap_or_default();
    let value = taint.value.as_deref().unwrap_or_default();
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

/// A taint that Kubernetes, a cloud or an autoscaler puts on a node for a while and takes away again.
fn is_transient(key: &str) -> bool {
    TRANSIENT.contains(&key)
        || TRANSIENT_PREFIXES
            .iter()
            .any(|prefix| key.starts_with(prefix))
}

/// `node.kubernetes.io/out-of-service` is not among them: an administrator sets it, for good.
const TRANSIENT: [&str; 12] = [
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/unreachable",
    "node.kubernetes.io/memory-pressure",
    "node.kubernetes.io/disk-pressure",
    "node.kubernetes.io/pid-pressure",
    "node.kubernetes.io/network-unavailable",
    // A cordoned node: normal during a migration, and it comes back.
    "node.kubernetes.io/unschedulable",
    "ToBeDeletedByClusterAutoscaler",
    "DeletionCandidateOfClusterAutoscaler",
    "karpenter.sh/unregistered",
    "karpenter.sh/disrupted",
    "karpenter.sh/disruption",
];

const TRANSIENT_PREFIXES: [&str; 1] = ["node.cloudprovider.kubernetes.io/"];

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
            value: some("5"),
            effect: "NoSchedule".into(),
            time_added: None,
        };
        assert_eq!(is_tolerated(&taint, &[toleration]), tolerated);
    }

    #[rstest]
    #[case("dedicated", "NoSchedule", true)]
    #[case("dedicated", "NoExecute", true)]
    #[case("dedicated", "PreferNoSchedule", false)]
    #[case("node.kubernetes.io/unschedulable", "NoSchedule", false)]
    #[case("node.kubernetes.io/out-of-service", "NoExecute", true)]
    #[case("node.cloudprovider.kubernetes.io/uninitialized", "NoSchedule", false)]
    #[case("karpenter.sh/disrupted", "NoSchedule", false)]
    fn a_taint_keeps_away_for_good(#[case] key: &str, #[case] effect: &str, #[case] keeps: bool) {
        assert_eq!(
            keeps_away(&Taint {
                key: key.into(),
                effect: effect.into(),
                value: None,
                time_added: None
            }),
            keeps
        );
    }
}
