//! What never reaches the webhook.

use super::cluster::{Namespace, eventually};
use super::manifests::{Use, pod, spec, workload};
use super::release;
use super::replica::reviews;

#[test]
fn ordinary_pods_and_workloads_never_reach_it() {
    let _release = release::exclusive();
    let namespace = Namespace::new();
    let before = reviews();
    for pool in ["acl1", "ubuntu", ""] {
        namespace
            .create(&pod(&format!("p{pool}"), &spec(pool, Use::None)))
            .silent();
    }
    for kind in ["Deployment", "DaemonSet", "StatefulSet", "Job", "CronJob"] {
        namespace
            .apply(&workload(kind, &spec("acl1", Use::None)))
            .silent();
    }
    namespace
        .kubectl(&["label", "pod", "pacl1", "team=a"])
        .silent();
    eventually("the Deployment's pod runs", || {
        (namespace.get("deployment/w")["status"]["readyReplicas"] == 1).then_some(())
    });
    assert_eq!(reviews(), before);

    // The counter does count.
    namespace
        .create(&pod("host", &spec("ubuntu", Use::Field("hostPID"))))
        .silent();
    assert_eq!(reviews(), before + 1.0);
}
