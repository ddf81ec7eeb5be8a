//! The pods and workloads of the scenarios, in a line each.

use serde_json::{Value, json};

/// The image of every test pod that really runs.
pub(crate) const IMAGE: &str = "hostfit.dev/busybox:test";

/// How a pod reaches the host.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Use {
    /// Mounts this path of the host.
    Path(&'static str),
    /// Sets this field of the pod spec.
    Field(&'static str),
    /// Not at all.
    None,
}

/// A pod spec on a pool (`""`: no selector, `ubuntu` or `acl1` then).
pub(crate) fn spec(pool: &str, reach: Use) -> Value {
    let mut spec = json!({
        "terminationGracePeriodSeconds": 1,
        "containers": [{"name": "install", "image": IMAGE, "command": ["sleep", "3600"]}],
    });
    if !pool.is_empty() {
        spec["nodeSelector"] = json!({"agentpool": pool});
    }
    match reach {
        Use::Path(path) => {
            spec["volumes"] = json!([{"name": "bin", "hostPath": {"path": path}}]);
            spec["containers"][0]["volumeMounts"] = json!([{"name": "bin", "mountPath": "/host"}]);
        }
        Use::Field(field) => spec[field] = true.into(),
        Use::None => {}
    }
    spec
}

/// A pod of this name and spec.
pub(crate) fn pod(name: &str, spec: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})
}

/// A workload of this kind, named `w`, with this pod spec.
pub(crate) fn workload(kind: &str, spec: &Value) -> Value {
    let labels = json!({"app": "w"});
    let mut spec = spec.clone();
    if matches!(kind, "Job" | "CronJob") {
        spec["restartPolicy"] = "Never".into();
    }
    let template = json!({"metadata": {"labels": labels}, "spec": spec});
    let (api_version, spec) = match kind {
        "Job" => ("batch/v1", json!({"template": template})),
        "CronJob" => (
            "batch/v1",
            json!({"schedule": "0 0 1 1 *", "jobTemplate": {"spec": {"template": template}}}),
        ),
        "StatefulSet" => (
            "apps/v1",
            json!({"serviceName": "w", "selector": {"matchLabels": labels}, "template": template}),
        ),
        _ => (
            "apps/v1",
            json!({"selector": {"matchLabels": labels}, "template": template}),
        ),
    };
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "w"}, "spec": spec})
}
