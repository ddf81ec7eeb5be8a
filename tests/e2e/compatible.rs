//! `strictness: compatible`: what breaks is refused, what is at risk is warned of, what works is let in without a word; and all is counted.

use serde_json::json;

use super::cluster::{Namespace, eventually};
use super::manifests::{Use, pod, spec};
use super::release;
use super::replica::replicas;

/// How many findings of this rule and severity the replicas have counted, all together.
fn counted(rule: &str, severity: &str) -> f64 {
    let labels = [("rule", rule), ("severity", severity)];
    let count = |replica: &super::replica::Replica| {
        replica.metrics().sum("hostfit_findings_total", &labels)
    };
    replicas().iter().map(count).sum()
}

#[test]
fn only_what_breaks_is_refused() {
    let _release = release::exclusive();
    let namespace = Namespace::labelled(&[("hostfit.dev/strictness", "compatible")]);
    let mut breaks = spec("acl1", Use::None);
    breaks["securityContext"] = json!({"appArmorProfile": {"type": "RuntimeDefault"}});
    let at_risk = spec("acl1", Use::Field("hostPID"));
    let works = spec("acl1", Use::Field("hostNetwork"));

    let probe = pod("probe", &works).to_string();
    eventually("the namespace's strictness holds", || {
        let answer = namespace.kubectl_with(&["create", "--dry-run=server", "-f", "-"], &probe);
        (answer.code == 0).then_some(())
    });
    let severities = [
        ("apparmor", "breaks"),
        ("host-pid", "at-risk"),
        ("host-network", "note"),
    ];
    let before = severities.map(|(rule, severity)| counted(rule, severity));

    namespace.create(&pod("breaks", &breaks)).refused(&[
        "pod",
        "/breaks cannot run on Azure Container Linux (pool acl1, 3 nodes): apparmor: ",
        "Cannot enforce AppArmor",
        "To fix it: drop the AppArmor profile",
    ]);
    namespace
        .create(&pod("at-risk", &at_risk))
        .warned("host-pid: hostPID joins the host's PID namespace");
    namespace.create(&pod("works", &works)).silent();

    let pods = namespace.kubectl(&["get", "pods", "-o", "name"]).ok();
    assert_eq!(pods.stdout, "pod/at-risk\npod/works\n");
    let after = severities.map(|(rule, severity)| counted(rule, severity));
    assert_eq!(after, before.map(|count| count + 1.0));
}
