//! The taints of a node that keep pods away for good.
//!
//! Authority: the scheduler's `TaintToleration` plugin for the effects that filter.

use k8s_openapi::api::core::v1::Taint as ApiTaint;

/// A taint with effect `NoSchedule` or `NoExecute` that nobody is about to take away.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taint {
    /// The key.
    pub key: String,
    /// The value; empty where there is none.
    pub value: String,
    /// `NoSchedule` or `NoExecute`.
    pub effect: String,
}

impl Taint {
    /// None for a taint that only prefers, which never filters, and for a transient one, which says nothing of where a pod could go.
    ///
    /// The tolerations that the DaemonSet controller adds to its pods are for transient taints alone, so a DaemonSet's template and its pods
    /// see the same nodes without our adding them.
    pub fn new(taint: ApiTaint) -> Option<Self> {
        let taint = Self {
            key: taint.key,
            value: taint.value.unwrap_or_default(),
            effect: taint.effect,
        };
        Some(taint).filter(Self::keeps_away)
    }

    /// Whether it filters, and for good.
    pub(crate) fn keeps_away(&self) -> bool {
        matches!(self.effect.as_str(), "NoSchedule" | "NoExecute") && !is_transient(&self.key)
    }
}

/// As kubectl writes it: `dedicated=gpu:NoSchedule`.
impl std::fmt::Display for Taint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { key, value, effect } = self;
        if value.is_empty() {
            write!(f, "{key}:{effect}")
        } else {
            write!(f, "{key}={value}:{effect}")
        }
    }
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

    #[rstest]
    #[case("dedicated", "NoSchedule", true)]
    #[case("dedicated", "NoExecute", true)]
    #[case("dedicated", "PreferNoSchedule", false)]
    #[case("node.kubernetes.io/unschedulable", "NoSchedule", false)]
    #[case("node.kubernetes.io/out-of-service", "NoExecute", true)]
    #[case("node.cloudprovider.kubernetes.io/uninitialized", "NoSchedule", false)]
    #[case("karpenter.sh/disrupted", "NoSchedule", false)]
    fn a_taint_keeps_away_for_good(#[case] key: &str, #[case] effect: &str, #[case] keeps: bool) {
        let taint = ApiTaint {
            key: key.into(),
            effect: effect.into(),
            value: None,
            time_added: None,
        };
        assert_eq!(Taint::new(taint).is_some(), keeps);
    }
}
