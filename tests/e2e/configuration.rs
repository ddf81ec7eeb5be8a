//! A broken configuration: the last good one holds, and it shows.

use super::cluster::{Namespace, eventually, kubectl};
use super::manifests::{Use, pod, spec};
use super::release;

#[test]
fn a_broken_configuration_keeps_the_last_good_one_and_shows() {
    let _release = release::exclusive();
    let namespace = Namespace::new();
    let patch = r#"{"data":{"config.yaml":"mode: audit\nmod: off\n"}}"#;
    // In Helm's name, so that its next upgrade finds no conflict.
    kubectl(&[
        "-n",
        release::NAMESPACE,
        "patch",
        "configmap",
        "hostfit",
        "--field-manager=helm",
        "--patch",
        patch,
    ])
    .ok();
    eventually("every replica says so", || {
        release::every_replica_says("line 2, column 1: key mod is not known")
    });
    for replica in release::replicas() {
        let metrics = replica.metrics();
        assert_eq!(
            metrics.sum(
                "hostfit_configuration_reloads_total",
                &[("result", "failure")]
            ),
            1.0,
            "{metrics:?}"
        );
    }
    namespace
        .create(&pod("p", &spec("acl1", Use::Field("hostPID"))))
        .refused(&["host-pid"]);
}
