//! Pods that reach into the host, on each kind of pool: the main job.

use rstest::rstest;
use serde_json::json;

use super::cluster::{Namespace, audit_annotations};
use super::manifests::{IMAGE, Use, pod, spec};
use super::release;

/// Each way into the host, and the words that a message says of it.
const USES: [(&str, Use, &str); 4] = [
    (
        "host-path",
        Use::Path("/usr/bin"),
        r#"volume "bin" mounts /usr/bin read-write in container "install""#,
    ),
    (
        "host-pid",
        Use::Field("hostPID"),
        "hostPID joins the host's PID namespace",
    ),
    (
        "host-network",
        Use::Field("hostNetwork"),
        "hostNetwork joins the host's network namespace",
    ),
    (
        "host-ipc",
        Use::Field("hostIPC"),
        "hostIPC joins the host's IPC namespace",
    ),
];

#[test]
fn on_an_immutable_pool_it_is_refused() {
    let _release = release::shared();
    let namespace = Namespace::new();
    for (rule, reach, words) in USES {
        let name = format!("installer-{rule}");
        let subject = format!(
            "pod {}/{name} does not fit Azure Container Linux (pool acl1, 3 nodes): {rule}: {words}",
            namespace.0
        );
        namespace
            .create(&pod(&name, &spec("acl1", reach)))
            .refused(&["Error from server (Forbidden)", &subject]);
    }
    assert_eq!(
        namespace
            .kubectl(&["get", "pods", "-o", "name"])
            .ok()
            .stdout,
        "",
        "nothing was created"
    );
}

#[test]
fn on_a_general_purpose_pool_it_is_created_without_a_word() {
    let _release = release::shared();
    let namespace = Namespace::new();
    for (rule, reach, _) in USES {
        namespace
            .create(&pod(rule, &spec("ubuntu", reach)))
            .silent();
    }
}

#[test]
fn without_a_selector_it_is_created_with_a_warning() {
    let _release = release::shared();
    let namespace = Namespace::new();
    for (rule, reach, words) in USES {
        namespace
            .create(&pod(rule, &spec("", reach)))
            .warned(&format!(
                "{rule}: {words}; 3 of 5 candidate nodes are Azure Container Linux (pool acl1)"
            ));
    }
}

#[test]
fn in_audit_mode_it_is_created_with_a_warning_and_an_audit_annotation() {
    let _release = release::shared();
    let namespace = Namespace::labelled(&[("hostfit.dev/mode", "audit")]);
    for (rule, reach, words) in USES {
        namespace
            .create(&pod(rule, &spec("acl1", reach)))
            .warned(&format!(
                "{rule}: {words}; all 3 candidate nodes are Azure Container Linux (pool acl1)"
            ));
        let annotations = audit_annotations(&namespace.0, rule);
        assert_eq!(
            annotations["audit.pods.hostfit.dev/decision"], "warn",
            "{annotations:#}"
        );
        assert_eq!(
            annotations["audit.pods.hostfit.dev/placement"],
            "immutable 3/3"
        );
        assert!(
            annotations["audit.pods.hostfit.dev/findings"]
                .as_str()
                .unwrap()
                .starts_with(rule),
            "{annotations:#}"
        );
    }
}

#[rstest]
#[case::init_container("init", "initContainers", json!({}), "init container")]
#[case::sidecar("sidecar", "initContainers", json!({"restartPolicy": "Always"}), "init container")]
#[case::container("main", "containers", json!({}), "container")]
fn whichever_container_mounts_it(
    #[case] name: &str,
    #[case] field: &str,
    #[case] extra: serde_json::Value,
    #[case] role: &str,
) {
    let _release = release::shared();
    let namespace = Namespace::new();
    let mut container = json!({"name": name, "image": IMAGE, "volumeMounts": [{"name": "bin", "mountPath": "/host"}]});
    container
        .as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    let mut spec = spec("acl1", Use::None);
    spec["volumes"] = json!([{"name": "bin", "hostPath": {"path": "/usr/local/bin", "type": "DirectoryOrCreate"}}]);
    match spec.get_mut(field) {
        Some(list) => list.as_array_mut().unwrap().push(container),
        None => spec[field] = json!([container]),
    }
    let words = format!("mounts /usr/local/bin read-write in {role} \"{name}\"");
    namespace.create(&pod("p", &spec)).refused(&[&words]);
}

#[test]
fn a_pool_on_the_move_is_warned_of_and_never_refused() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let mut spec = spec("moving", Use::Path("/usr/bin"));
    spec["tolerations"] = json!([{"key": "dedicated", "operator": "Exists"}]);
    namespace
        .create(&pod("p", &spec))
        .warned("(pool moving, on the move)");
}

#[test]
fn every_immutable_os_is_known() {
    let _release = release::shared();
    let namespace = Namespace::new();
    for (pool, os) in [
        ("guard", "Azure Linux with OS Guard (pool guard, 1 node)"),
        ("flatcar", "Flatcar Container Linux (pool flatcar, 1 node)"),
    ] {
        let mut spec = spec(pool, Use::Path("/usr/bin"));
        spec["tolerations"] = json!([{"key": "dedicated", "operator": "Exists"}]);
        namespace.create(&pod("p", &spec)).refused(&[os]);
    }
    let mut spec = spec("azl", Use::Path("/usr/bin"));
    spec["tolerations"] = json!([{"key": "dedicated", "operator": "Exists"}]);
    namespace.create(&pod("p", &spec)).silent();
}
