//! Reaching into nodes and pods by hand: `kubectl debug`, ephemeral containers, static pods, dry runs.

use serde_json::json;

use super::cluster::{Namespace, eventually};
use super::manifests::{IMAGE, Use, pod, spec, workload};
use super::real_node::{StaticPod, real_node};
use super::release;

#[test]
fn debugging_a_node_is_refused_and_passes_for_an_exempted_group() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let debug = [
        "debug",
        "node/aks-acl1-0",
        "--profile=sysadmin",
        "--image",
        IMAGE,
        "--",
        "true",
    ];
    namespace.kubectl(&debug).refused(&[
        "host-path",
        "host-pid",
        "host-network",
        "host-ipc",
        "mounts / read-write",
        "(pool acl1, 1 node)",
    ]);
    namespace
        .kubectl(
            &[
                &[
                    "--as=operator",
                    "--as-group=node-debuggers",
                    "--as-group=system:masters",
                ],
                &debug[..],
            ]
            .concat(),
        )
        .ok();
}

#[test]
fn an_ephemeral_container_that_mounts_the_host_is_refused() {
    let _release = release::shared();
    // The pod itself came in under audit; the namespace is enforced now.
    let namespace = Namespace::labelled(&[("hostfit.dev/mode", "audit")]);
    namespace
        .create(&pod("p", &spec("acl1", Use::Path("/var/log"))))
        .warned("host-path");
    eventually("the pod runs", || {
        (namespace.get("pod/p")["status"]["phase"] == "Running").then_some(())
    });
    namespace
        .kubectl(&[
            "label",
            "namespace",
            &namespace.0,
            "hostfit.dev/mode=enforce",
            "--overwrite",
        ])
        .ok();

    let folder = tempfile::tempdir().unwrap();
    let custom = folder.path().join("custom.json");
    std::fs::write(
        &custom,
        json!({"volumeMounts": [{"name": "bin", "mountPath": "/host"}]}).to_string(),
    )
    .unwrap();
    let debug = [
        "debug",
        "p",
        "--image",
        IMAGE,
        "--profile=general",
        "--custom",
        custom.to_str().unwrap(),
        "-c",
        "debugger",
        "--",
        "true",
    ];
    let outcome = eventually("the namespace is enforced", || {
        let mut args = debug.to_vec();
        let name = format!(
            "debugger-{}",
            std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap()
                .as_millis()
        );
        args[8] = &name;
        Some(namespace.kubectl(&args)).filter(|outcome| outcome.code != 0)
    });
    outcome.refused(&[r#"volume "bin" mounts /var/log read-write in"#]);
    namespace
        .kubectl(&[
            "debug",
            "p",
            "--image",
            IMAGE,
            "--profile=general",
            "-c",
            "harmless",
            "--",
            "true",
        ])
        .ok();
}

#[test]
fn a_static_pod_of_a_node_is_mirrored() {
    let _release = release::shared();
    let Some(node) = real_node("acl") else { return };
    let namespace = Namespace::new();
    let pod = pod("static", &spec("", Use::Path("/usr/bin")));
    let _pod = StaticPod::new(&namespace, &node, pod);
    let mirror = format!("static-{node}");
    eventually("the mirror pod is there and runs", || {
        let outcome = namespace.kubectl(&["get", "pod", &mirror, "-o", "jsonpath={.status.phase}"]);
        (outcome.stdout == "Running").then_some(())
    });
}

#[test]
fn dry_runs_and_diffs_are_answered_and_change_nothing() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let refused = pod("p", &spec("acl1", Use::Field("hostPID")));
    namespace
        .kubectl_with(
            &["create", "--dry-run=server", "-f", "-"],
            &refused.to_string(),
        )
        .refused(&["host-pid"]);
    // Of kubectl diff 1 says that there is a difference, more that it failed.
    let diff = namespace.kubectl_with(&["diff", "-f", "-"], &refused.to_string());
    assert!(
        diff.code > 1 && diff.stderr.contains("denied the request"),
        "{diff:#?}"
    );
    let warned = workload("Deployment", &spec("acl1", Use::Field("hostPID")));
    namespace
        .kubectl_with(
            &["apply", "--dry-run=server", "-f", "-"],
            &warned.to_string(),
        )
        .warned("host-pid");
    let diff = namespace.kubectl_with(&["diff", "-f", "-"], &warned.to_string());
    assert!(
        diff.code == 1
            && diff.stdout.contains("+  name: w")
            && diff.stderr.contains("Warning: hostfit: host-pid"),
        "{diff:#?}"
    );
    assert_eq!(
        namespace
            .kubectl(&["get", "pods,deployments", "-o", "name"])
            .ok()
            .stdout,
        ""
    );
}
