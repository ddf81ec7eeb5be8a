//! Which mode holds: by namespace label, by helm upgrade, and in namespaces that are left alone.

use super::cluster::{Namespace, eventually, kubectl, run};
use super::manifests::{Use, pod, spec};
use super::{release, replica};

#[test]
fn a_namespace_label_changes_the_mode() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let pod = pod("p", &spec("acl1", Use::Field("hostPID"))).to_string();
    let dry_run = || namespace.kubectl_with(&["create", "--dry-run=server", "-f", "-"], &pod);
    dry_run().refused(&["host-pid"]);
    let label = |mode: &str| {
        namespace
            .kubectl(&[
                "label",
                "namespace",
                &namespace.0,
                &format!("hostfit.dev/mode={mode}"),
                "--overwrite",
            ])
            .ok()
    };
    label("audit");
    eventually("it warns", || Some(dry_run()).filter(|o| o.code == 0)).warned("host-pid");
    label("off");
    eventually("it is silent", || {
        Some(dry_run()).filter(|o| o.stderr.is_empty())
    })
    .silent();
    label("enforce");
    eventually("it refuses", || Some(dry_run()).filter(|o| o.code != 0)).refused(&["host-pid"]);
}

#[test]
fn platform_namespaces_are_left_alone() {
    let _release = release::shared();
    let object = pod("hostfit-e2e", &spec("acl1", Use::Path("/usr/bin")));
    run(
        "kubectl",
        &["-n", "kube-system", "create", "-f", "-"],
        &object.to_string(),
    )
    .silent();
    kubectl(&[
        "-n",
        "kube-system",
        "delete",
        "pod",
        "hostfit-e2e",
        "--wait=false",
    ])
    .ok();
}

#[test]
fn a_helm_upgrade_changes_the_mode_and_restarts_no_pod() {
    let release = release::exclusive();
    let namespace = Namespace::new();
    let before = release::pods();
    release.upgrade(&["mode=audit"]);
    eventually("every replica audits", || {
        replica::every_replica_says("mode audit")
    });
    namespace
        .create(&pod("p", &spec("acl1", Use::Field("hostPID"))))
        .warned("host-pid");
    assert_eq!(
        release::pods(),
        before,
        "the same pods, with as many restarts"
    );
}
