//! Uninstalling leaves a cluster in which every pod can be created.

use super::cluster::{Namespace, eventually, kubectl};
use super::manifests::{Use, pod, spec};
use super::release;

#[test]
fn helm_uninstall_leaves_a_cluster_in_which_every_pod_can_be_created() {
    let release = release::exclusive();
    release.uninstall();
    let namespace = Namespace::new();
    for (index, pool) in ["acl1", "ubuntu", ""].into_iter().enumerate() {
        namespace
            .create(&pod(
                &format!("p{index}"),
                &spec(pool, Use::Path("/usr/bin")),
            ))
            .silent();
    }
    let left = kubectl(&[
        "get",
        "validatingwebhookconfigurations,clusterroles,clusterrolebindings",
        "-o",
        "name",
    ])
    .ok()
    .stdout;
    assert!(!left.contains("hostfit"), "{left}");
    let kinds = "all,secrets,leases,configmaps,roles,rolebindings,pdb";
    eventually(
        "nothing of Hostfit is left, once its pods have drained",
        || {
            let left = release::kubectl(&["get", kinds, "-o", "name"]).ok().stdout;
            (!left.contains("hostfit")).then_some(())
        },
    );
}
