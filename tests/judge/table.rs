//! The decision table: placement by mode, strictness and severity, and the words.

use rstest::rstest;
use serde_json::{Value, json};

use super::world::{create, create_pod, decide, message, mounting, verdict};

/// `/usr/bin` is at risk there, `/var/log` a note.
#[rstest]
#[case::immutable("{}", "a", "/usr/bin", "deny")]
#[case::immutable_note_is_strict("{}", "a", "/var/log", "deny")]
#[case::immutable_audit("{mode: audit}", "a", "/usr/bin", "warn")]
#[case::immutable_off("{mode: off}", "a", "/usr/bin", "allow")]
#[case::compatible_at_risk("{strictness: compatible}", "a", "/usr/bin", "warn")]
#[case::compatible_note("{strictness: compatible}", "a", "/var/log", "allow")]
#[case::mixed("{}", "", "/usr/bin", "warn")]
#[case::mixed_denied("{onMixed: deny}", "", "/usr/bin", "deny")]
#[case::mixed_denied_in_audit("{onMixed: deny, mode: audit}", "", "/usr/bin", "warn")]
#[case::moving("{}", "m", "/usr/bin", "warn")]
#[case::general("{}", "u", "/usr/bin", "allow")]
#[case::general_on_mixed_deny("{onMixed: deny}", "u", "/usr/bin", "allow")]
#[case::unknown("{}", "x", "/usr/bin", "allow")]
fn placement_and_mode_decide(
    #[case] config: &str,
    #[case] pool: &str,
    #[case] path: &str,
    #[case] expected: &str,
) {
    assert_eq!(
        verdict(&decide(config, &[], &create_pod(&mounting(pool, path)))),
        expected
    );
}

#[rstest]
#[case("hostPID")]
#[case("hostNetwork")]
#[case("hostIPC")]
fn each_host_namespace_counts(#[case] field: &str) {
    let mut spec = json!({"nodeName": "a-0", "containers": [{"name": "c"}]});
    assert_eq!(verdict(&decide("{}", &[], &create_pod(&spec))), "allow");
    spec[field] = true.into();
    let decision = decide("{}", &[], &create_pod(&spec));
    assert_eq!(verdict(&decision), "deny");
    assert_eq!(decision.findings[0].finding.field, format!("spec.{field}"));
}

#[rstest]
#[case("containers", "container")]
#[case("initContainers", "init container")]
#[case("ephemeralContainers", "ephemeral container")]
fn each_kind_of_container_counts(#[case] field: &str, #[case] role: &str) {
    let spec = json!({"nodeName": "a-0", "volumes": [{"name": "v", "hostPath": {"path": "/usr/bin"}}],
                      field: [{"name": "x", "restartPolicy": "Always", "volumeMounts": [{"name": "v", "mountPath": "/h"}]}]});
    let decision = decide("{}", &[], &create_pod(&spec));
    assert!(
        message(&decision).contains(&format!("read-write in {role} \"x\"")),
        "{}",
        message(&decision)
    );
}

#[test]
fn a_volume_that_nobody_mounts_is_found_all_the_same() {
    let spec =
        json!({"nodeName": "a-0", "volumes": [{"name": "v", "hostPath": {"path": "/usr/bin"}}]});
    assert_eq!(verdict(&decide("{}", &[], &create_pod(&spec))), "deny");
}

#[test]
fn a_pod_whose_selector_asks_for_an_immutable_os_is_judged_before_such_a_node_exists() {
    let mut spec = mounting("x", "/usr/bin");
    spec["nodeSelector"] = json!({"kubernetes.azure.com/os-sku": "Flatcar"});
    insta::assert_snapshot!(message(&decide("{}", &[], &create_pod(&spec))), @r#"pod team/p does not fit Flatcar Container Linux (its own selector asks for it; no such node exists now): host-path: volume "v" mounts /usr/bin read-write in container "c", and /usr is read-only there. To fix it: keep the data in a volume of the cluster (emptyDir, ConfigMap, a claim) instead of a host path; or run it on a node pool with a general purpose OS. Flatcar Container Linux: retired on AKS on 2026-06-08, node images were removed from AKS on 2026-09-08"#);
}

#[test]
fn a_denial_says_what_where_why_and_what_to_do() {
    let mut spec = mounting("a", "/usr/bin");
    spec["hostPID"] = true.into();
    insta::assert_snapshot!(message(&decide("{}", &[], &create_pod(&spec))), @r#"
    pod team/p does not fit Azure Container Linux (pool a, 2 nodes):
    - host-path: volume "v" mounts /usr/bin read-write in container "c", and /usr is read-only there
    - host-pid: hostPID joins the host's PID namespace, and what it starts or enters on the host meets a read-only /usr there
    To fix it: keep the data in a volume of the cluster (emptyDir, ConfigMap, a claim) instead of a host path; leave the node's processes alone (drop hostPID); or run it on a node pool with a general purpose OS
    "#);
}

#[rstest]
#[case("a", r#"hostfit: host-path: volume "v" mounts /usr/bin read-write in container "c"; all 2 candidate nodes are Azure Container Linux (pool a), and /usr is read-only there"#)]
#[case("", r#"hostfit: host-path: volume "v" mounts /usr/bin read-write in container "c"; 2 of 3 candidate nodes are Azure Container Linux (pool a), and /usr is read-only there"#)]
#[case("m", r#"hostfit: host-path: volume "v" mounts /usr/bin read-write in container "c"; 1 of 1 candidate nodes are Azure Container Linux (pool m, on the move), and /usr is read-only there"#)]
fn a_warning_says_it_in_a_line(#[case] pool: &str, #[case] expected: &str) {
    assert_eq!(
        decide(
            "{mode: audit}",
            &[],
            &create_pod(&mounting(pool, "/usr/bin"))
        )
        .warnings,
        [expected]
    );
}

fn in_template(kind: &str, spec: &Value) -> Value {
    let template = json!({"spec": spec});
    let meta = json!({"name": "w"});
    match kind {
        "PodTemplate" => json!({"metadata": meta, "template": template}),
        "CronJob" => {
            json!({"metadata": meta, "spec": {"jobTemplate": {"spec": {"template": template}}}})
        }
        _ => json!({"metadata": meta, "spec": {"template": template}}),
    }
}

#[rstest]
fn a_workload_is_advised_and_never_denied(
    #[values(
        "Deployment",
        "DaemonSet",
        "StatefulSet",
        "ReplicaSet",
        "ReplicationController",
        "Job",
        "CronJob",
        "PodTemplate"
    )]
    kind: &str,
) {
    let decision = decide(
        "{}",
        &[],
        &create(kind, &in_template(kind, &mounting("a", "/usr/bin"))),
    );
    assert_eq!(verdict(&decision), "warn");
    assert_eq!(decision.warnings.len(), 1);
    let quiet = decide(
        "{}",
        &[],
        &create(kind, &in_template(kind, &mounting("u", "/usr/bin"))),
    );
    assert_eq!(verdict(&quiet), "allow");
}

#[test]
fn a_daemon_set_counts_its_nodes() {
    let decision = decide(
        "{}",
        &[],
        &create(
            "DaemonSet",
            &in_template("DaemonSet", &mounting("", "/usr/bin")),
        ),
    );
    assert!(
        decision.warnings[0].contains("of its 3 nodes 2 are Azure Container Linux (pool a)"),
        "{:?}",
        decision.warnings
    );
}

#[test]
fn many_findings_stay_within_the_limits_of_the_api_server() {
    let mounts: Vec<Value> = (0..300)
        .map(|i| json!({"name": format!("v{i}"), "mountPath": format!("/h{i}")}))
        .collect();
    let volumes: Vec<Value> = (0..300).map(|i| json!({"name": format!("v{i}"), "hostPath": {"path": format!("/usr/{}", "x".repeat(4000 + i))}})).collect();
    let spec = json!({"nodeName": "a-0", "volumes": volumes, "containers": [{"name": "c\u{7}\n", "volumeMounts": mounts}]});
    let warned = decide("{mode: audit}", &[], &create_pod(&spec)).warnings;
    assert!(warned.iter().map(|w| w.chars().count()).sum::<usize>() < 4096);
    for warning in &warned {
        assert!(
            warning.chars().count() <= 256 && !warning.chars().any(char::is_control),
            "{warning:?}"
        );
    }
    assert!(
        warned
            .last()
            .unwrap()
            .starts_with("hostfit: and 292 more findings; "),
        "{warned:?}"
    );
    let denied = decide("{}", &[], &create_pod(&spec));
    assert!(
        message(&denied).len() < 10_000 && message(&denied).contains("- and 280 more"),
        "{}",
        message(&denied)
    );
    assert!(denied.audit.values().map(String::len).sum::<usize>() < 2000);
}
