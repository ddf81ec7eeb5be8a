//! The report in HTML in a real Chromium: `make page`; its pictures for the documentation: `make screenshots`.
//!
//! ```text
//!   browser: Chromium, driven      look: how it looks, anywhere      usage: filters, keyboard      hostile: names that are attacks
//! ```

#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test reads and writes files and fails loudly"
)]

mod browser;
mod hostile;
mod look;
mod pictures;
mod usage;
#[path = "../../report/world.rs"]
mod world;

use self::world::Case;

/// The repository.
pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// What runs in the example.
const EXAMPLE: [&str; 22] = [
    "falco-kmod",
    "datadog-system-probe",
    "kata-deploy",
    "node-exporter",
    "fluent-bit",
    "azuredisk-csi-node",
    "calico-node",
    "gpu-operator-driver",
    "ingress-nginx",
    "cert-manager",
    "keda-operator",
    "argocd-repo-server",
    "cuda-vector-add",
    "istio-cni",
    "aks-pod-sandboxing",
    "karpenter-azure-apparmor",
    "nvidia-device-plugin",
    "secrets-store-csi-driver",
    "velero-node-agent",
    "kube-state-metrics",
    "coredns",
    "node-feature-discovery-worker-usr-src",
];

/// A cluster before a migration of its pool `user`, with workloads that many clusters have: the page of it.
pub(crate) fn example() -> String {
    let case = Case {
        pools: &[
            ("batch", "Ubuntu", 3, ""),
            ("system", "Ubuntu", 2, "CriticalAddonsOnly"),
            ("user", "Ubuntu", 6, ""),
        ],
        assumed: Some(("user", "AzureContainerLinux")),
        runs: true,
        ..Case::default()
    };
    let files = EXAMPLE.map(|name| format!("{ROOT}/tests/corpus/{name}.yaml"));
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let report = case.report("cluster prod-westeurope", &files);
    world::page(&report)
}
