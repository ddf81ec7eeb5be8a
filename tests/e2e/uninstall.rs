//! Uninstalling leaves a cluster in which every pod can be created.

use super::cluster::{Namespace, kubectl, run};
use super::manifests::{Use, pod, spec};
use super::release;

#[test]
fn helm_uninstall_leaves_a_cluster_in_which_every_pod_can_be_created() {
    let _release = release::exclusive();
    run(
        "helm",
        &["uninstall", "hostfit", "-n", release::NAMESPACE, "--wait"],
        "",
    )
    .ok();
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
    let left = kubectl(&[
        "-n",
        release::NAMESPACE,
        "get",
        "all,secrets,leases,configmaps,roles,rolebindings,pdb",
        "-o",
        "name",
    ])
    .ok()
    .stdout;
    assert!(!left.contains("hostfit"), "{left}");
}
