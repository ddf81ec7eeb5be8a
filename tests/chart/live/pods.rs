//! Objects to send to the API server.

use serde_json::{Value, json};

/// A pod with this in its spec.
pub(super) fn pod(namespace: &str, name: &str, spec: &Value) -> Value {
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"containers": [{"name": "main", "image": "example.com/none"}]},
    });
    merge(&mut pod["spec"], spec);
    pod
}

/// Every way to use the host, and everything that an OS may lack, that a rule speaks of; but for a RuntimeClass, which has to be there.
pub(super) fn host_access() -> Vec<(&'static str, Value)> {
    let container = |more: Value| {
        let mut container = json!({"name": "main", "image": "example.com/none"});
        merge(&mut container, &more);
        json!({"containers": [container]})
    };
    vec![
        (
            "hostpath",
            json!({"volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "hostPath": {"path": "/usr"}}]}),
        ),
        ("hostpid", json!({"hostPID": true})),
        ("hostnetwork", json!({"hostNetwork": true})),
        ("hostipc", json!({"hostIPC": true})),
        (
            "flexvolume",
            json!({"volumes": [{"name": "a", "flexVolume": {"driver": "example.com/nfs"}}]}),
        ),
        (
            "apparmor",
            json!({"securityContext": {"appArmorProfile": {"type": "RuntimeDefault"}}}),
        ),
        (
            "apparmor-container",
            container(json!({"securityContext": {"appArmorProfile": {"type": "RuntimeDefault"}}})),
        ),
        (
            "selinux",
            json!({"securityContext": {"seLinuxOptions": {"type": "container_init_t"}}}),
        ),
        (
            "device",
            container(json!({"resources": {"limits": {"nvidia.com/gpu": 1}}})),
        ),
        (
            "capability",
            container(json!({"securityContext": {"capabilities": {"add": ["SYS_MODULE"]}}})),
        ),
    ]
}

/// What ordinary pods look like, and what looks like host access and is none.
pub(super) fn no_host_access() -> Vec<(&'static str, Value)> {
    vec![
        ("plain", json!({})),
        (
            "denied",
            json!({"hostPID": false, "hostNetwork": false, "hostIPC": false}),
        ),
        (
            "volumes",
            json!({"volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "configMap": {"name": "hostPath"}}]}),
        ),
        (
            "unconfined",
            json!({"securityContext": {"appArmorProfile": {"type": "Unconfined"}, "seLinuxOptions": {"level": "s0"}}}),
        ),
    ]
}

/// The eight kinds that make pods, each making a pod with this in its spec.
pub(super) fn workloads(namespace: &str, spec: &Value) -> Vec<Value> {
    let labels = json!({"app": "x"});
    let template = |restart: &str| {
        let mut template = pod(namespace, "x", spec);
        template["spec"]["restartPolicy"] = json!(restart);
        json!({"metadata": {"labels": labels}, "spec": template["spec"]})
    };
    let selector = json!({"matchLabels": labels});
    let job = json!({"template": template("Never")});
    let workload = |api: &str, kind: &str, spec: Value| json!({"apiVersion": api, "kind": kind, "metadata": {"name": "x", "namespace": namespace}, "spec": spec});
    let always = json!({"selector": selector, "template": template("Always")});
    let mut stateful = always.clone();
    stateful["serviceName"] = json!("x");
    vec![
        workload("apps/v1", "Deployment", always.clone()),
        workload("apps/v1", "DaemonSet", always.clone()),
        workload("apps/v1", "ReplicaSet", always),
        workload("apps/v1", "StatefulSet", stateful),
        workload(
            "batch/v1",
            "CronJob",
            json!({"schedule": "@daily", "jobTemplate": {"spec": job}}),
        ),
        workload("batch/v1", "Job", job),
        workload(
            "v1",
            "ReplicationController",
            json!({"selector": labels, "template": template("Always")}),
        ),
        json!({
            "apiVersion": "v1", "kind": "PodTemplate",
            "metadata": {"name": "x", "namespace": namespace}, "template": template("Always"),
        }),
    ]
}

fn merge(into: &mut Value, from: &Value) {
    for (key, value) in from.as_object().unwrap() {
        into[key] = value.clone();
    }
}
