//! A broken configuration: the last good one holds, and it shows.

use serde_json::json;

use super::cluster::{Namespace, eventually};
use super::manifests::{Use, pod, spec};
use super::{release, replica};

#[test]
fn a_broken_configuration_keeps_the_last_good_one_and_shows() {
    let _release = release::exclusive();
    let namespace = Namespace::new();
    let _configuration = Configuration::replaced_by("mode: audit\nmod: off\n");
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

/// The configuration as the chart wrote it, put back when this is dropped, with nobody as the owner of its fields: the next `helm upgrade`
/// then finds no conflict.
struct Configuration(String);

impl Configuration {
    fn replaced_by(text: &str) -> Self {
        let args = [
            "get",
            "configmap",
            "hostfit",
            "-o",
            "jsonpath={.data.config\\.yaml}",
        ];
        let original = release::kubectl(&args).ok().stdout;
        write(text);
        Self(original)
    }
}

impl Drop for Configuration {
    fn drop(&mut self) {
        write(&self.0);
        let nobody = r#"{"metadata": {"managedFields": [{}]}}"#;
        release::kubectl(&[
            "patch",
            "configmap",
            "hostfit",
            "--type=merge",
            "--patch",
            nobody,
        ])
        .ok();
    }
}

fn write(text: &str) {
    let patch = json!({"data": {"config.yaml": text}}).to_string();
    release::kubectl(&["patch", "configmap", "hostfit", "--patch", &patch]).ok();
}
