//! Exemptions of the installation (see `release`): for whom, and until when.

use super::cluster::{Namespace, audit_annotations};
use super::manifests::{Use, pod, spec, workload};
use super::release;

#[test]
fn an_exemption_holds_until_it_expires() {
    let _release = release::shared();
    let namespace = Namespace::new();
    namespace
        .create(&pod(
            "exempt-for-years",
            &spec("acl1", Use::Field("hostPID")),
        ))
        .silent();
    assert_eq!(
        audit_annotations(&namespace.0, "exempt-for-years")["pods.hostfit.dev/exemption"],
        "for-years"
    );
    namespace
        .create(&pod(
            "exempt-till-today",
            &spec("acl1", Use::Field("hostPID")),
        ))
        .warned("exemption till-today ends on");
    namespace
        .create(&pod(
            "exempt-till-yesterday",
            &spec("acl1", Use::Field("hostPID")),
        ))
        .refused(&["host-pid"]);
}

#[test]
fn a_deployment_is_exempted_with_its_pods() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let mut exempt = workload("Deployment", &spec("acl1", Use::Field("hostPID")));
    exempt["metadata"]["name"] = "exempt-for-years".into();
    namespace.apply(&exempt).silent();
    namespace
        .kubectl(&[
            "rollout",
            "status",
            "deployment/exempt-for-years",
            "--timeout=60s",
        ])
        .ok();
}
