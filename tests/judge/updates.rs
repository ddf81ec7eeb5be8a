//! An update is judged for what it makes worse, and for nothing else.

use rstest::rstest;
use serde_json::{Value, json};

use super::world::{decide, mounting, update, verdict};

fn pod(spec: &Value) -> Value {
    json!({"metadata": {"name": "p"}, "spec": spec})
}

fn deployment(spec: &Value) -> Value {
    json!({"metadata": {"name": "w"}, "spec": {"template": {"spec": spec}}})
}

fn changed(spec: &Value, change: impl FnOnce(&mut Value)) -> Value {
    let mut spec = spec.clone();
    change(&mut spec);
    spec
}

#[test]
fn what_was_there_before_passes() {
    let spec = mounting("a", "/usr/bin");
    let new = changed(&spec, |spec| {
        spec["containers"][0]["image"] = "app:2".into()
    });
    assert_eq!(
        verdict(&decide("{}", &[], &update("Pod", &pod(&spec), &pod(&new)))),
        "allow"
    );
    assert_eq!(
        verdict(&decide(
            "{}",
            &[],
            &update("Deployment", &deployment(&spec), &deployment(&new))
        )),
        "allow"
    );
}

#[rstest]
#[case::another_path("/var/lib", "warn")]
#[case::the_same_path_written_otherwise("/usr//bin/", "allow")]
fn an_exchanged_path_counts(#[case] path: &str, #[case] expected: &str) {
    let (old, new) = (
        deployment(&mounting("a", "/usr/bin")),
        deployment(&mounting("a", path)),
    );
    assert_eq!(
        verdict(&decide("{}", &[], &update("Deployment", &old, &new))),
        expected
    );
}

#[test]
fn a_volume_that_moves_in_the_list_is_no_change() {
    let old = mounting("a", "/usr/bin");
    let new = changed(&old, |spec| {
        spec["volumes"]
            .as_array_mut()
            .unwrap()
            .insert(0, json!({"name": "tmp", "emptyDir": {}}))
    });
    assert_eq!(
        verdict(&decide(
            "{}",
            &[],
            &update("Deployment", &deployment(&old), &deployment(&new))
        )),
        "allow"
    );
}

#[test]
fn read_only_to_read_write_counts() {
    let new = mounting("a", "/usr/bin");
    let old = changed(&new, |spec| {
        spec["containers"][0]["volumeMounts"][0]["readOnly"] = true.into()
    });
    assert_eq!(
        verdict(&decide(
            "{}",
            &[],
            &update("Deployment", &deployment(&old), &deployment(&new))
        )),
        "warn"
    );
    assert_eq!(
        verdict(&decide(
            "{}",
            &[],
            &update("Deployment", &deployment(&new), &deployment(&old))
        )),
        "allow"
    );
}

#[rstest]
#[case::mounted_by_nobody_before(json!([]))]
#[case::mounted_before(json!([{"name": "v", "mountPath": "/host"}]))]
fn an_ephemeral_container_that_mounts_the_host_is_denied(#[case] mounts: Value) {
    let old = changed(&mounting("a", "/var/log"), |spec| {
        spec["nodeName"] = "a-0".into();
        spec["containers"][0]["volumeMounts"] = mounts;
    });
    let debugger = |mounts: Value| json!([{"name": "debugger", "volumeMounts": mounts}]);
    let harmless = changed(&old, |spec| {
        spec["ephemeralContainers"] = debugger(json!([]))
    });
    let reaching = changed(&old, |spec| {
        spec["ephemeralContainers"] = debugger(json!([{"name": "v", "mountPath": "/h"}]))
    });
    let mut review = update("Pod", &pod(&old), &pod(&harmless));
    review["request"]["subResource"] = "ephemeralcontainers".into();
    assert_eq!(verdict(&decide("{}", &[], &review)), "allow");
    review["request"]["object"] = pod(&reaching);
    assert_eq!(verdict(&decide("{}", &[], &review)), "deny");
}

#[test]
fn a_toleration_that_opens_an_immutable_pool_counts() {
    let old = json!({"hostPID": true, "nodeSelector": {"kubernetes.azure.com/agentpool": "m"}});
    let new = changed(&old, |spec| {
        spec["tolerations"] = json!([{"key": "dedicated", "operator": "Exists"}])
    });
    assert_eq!(
        verdict(&decide("{}", &[], &update("Pod", &pod(&old), &pod(&new)))),
        "warn"
    );
}

#[test]
fn a_gated_pod_that_is_tightened_to_an_immutable_pool_is_denied() {
    let old = json!({"hostPID": true, "schedulingGates": [{"name": "g"}]});
    let new = changed(&old, |spec| {
        spec["nodeSelector"] = json!({"kubernetes.azure.com/agentpool": "a"})
    });
    assert_eq!(
        verdict(&decide("{}", &[], &update("Pod", &pod(&old), &pod(&new)))),
        "deny"
    );
}
