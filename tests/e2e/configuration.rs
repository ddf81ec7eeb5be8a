//! A broken configuration: the last good one holds, and it shows.

use serde_json::json;

use super::cluster::{Namespace, eventually};
use super::manifests::{Use, pod, spec};
use super::{release, replica};

#[test]
fn a_broken_configuration_keeps_the_last_good_one_and_shows() {
    let _release = release::exclusive();
    let namespace = Namespace::new();
    let _by_hand = ByHand::write("mode: audit\nmod: off\n");
    eventually("every replica says so", || {
        replica::every_replica_says("line 2, column 1: key mod is not known")
    });
    for replica in replica::replicas() {
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

/// A configuration written by hand. Helm takes it back when this is dropped, by force: what another wrote is a conflict otherwise.
struct ByHand;

impl ByHand {
    fn write(text: &str) -> Self {
        let patch = json!({"data": {"config.yaml": text}}).to_string();
        release::kubectl(&["patch", "configmap", "hostfit", "--patch", &patch]).ok();
        Self
    }
}

impl Drop for ByHand {
    fn drop(&mut self) {
        release::helm_upgrade(&["--force-conflicts"], &[]).ok();
    }
}
