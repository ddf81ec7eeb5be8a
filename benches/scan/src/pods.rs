//! What runs in a very large cluster: a third of it agents of DaemonSets, the rest Deployments with old ReplicaSets, each object as large as in a
//! cluster that lives.

use serde_json::{Value, json};

use crate::api::Objects;
use crate::nodes;

pub(crate) const NODES: usize = 5_000;
pub(crate) const PODS: usize = 150_000;
/// Each has a pod on every node.
const DAEMON_SETS: usize = 10;
const DEPLOYMENTS: usize = 5_000;
/// ReplicaSets of a Deployment, of which the first has pods.
const REVISIONS: usize = 4;
/// What the report should have.
pub(crate) const WORKLOADS: usize = DAEMON_SETS + DEPLOYMENTS;
/// Every so many Deployments one uses the host.
const ONE_OF: usize = 20;

/// The cluster: how many there are of a resource, and each of them.
pub(crate) fn cluster(resource: &str) -> Objects {
    match resource {
        "nodes" => (NODES, nodes::node),
        "pods" => (PODS, pod),
        "deployments" => (DEPLOYMENTS, deployment),
        "replicasets" => (DEPLOYMENTS * REVISIONS, replica_set),
        "daemonsets" => (DAEMON_SETS, daemon_set),
        _ => (0, pod),
    }
}

/// Pod `index`: those of DaemonSets come first.
fn pod(index: usize) -> Value {
    let of_daemon_sets = NODES * DAEMON_SETS;
    let node = nodes::name(index % NODES);
    let (owner, mut spec, namespace) = if index < of_daemon_sets {
        let set = index / NODES;
        let mut spec = agent_spec();
        spec["affinity"] = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
            {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}]}}});
        (
            ("DaemonSet", format!("agent-{set}")),
            spec,
            "agents".to_owned(),
        )
    } else {
        let deployment = (index - of_daemon_sets) % DEPLOYMENTS;
        let owner = ("ReplicaSet", format!("service-{deployment}-0"));
        (owner, service_spec(deployment), team(deployment))
    };
    spec["nodeName"] = node.into();
    // What the API server adds to each.
    let token = format!("kube-api-access-{:05x}", index & 0xf_ffff);
    if let Some(volumes) = spec["volumes"].as_array_mut() {
        volumes.push(json!({"name": token, "projected": {"defaultMode": 420, "sources": [{"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}}]}}));
    }
    if let Some(mounts) = spec["containers"][0]["volumeMounts"].as_array_mut() {
        mounts.push(json!({"name": token, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true}));
    }
    let mut pod = object("v1", "Pod", &namespace, &format!("{}-{index:06}", owner.1));
    pod["metadata"]["ownerReferences"] = owned_by("apps/v1", owner.0, &owner.1);
    pod["spec"] = spec;
    let condition = |kind: &str| json!({"type": kind, "status": "True", "lastProbeTime": null, "lastTransitionTime": "2026-11-01T12:00:00Z", "observedGeneration": 1});
    let conditions = [
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
        "PodScheduled",
    ];
    let conditions = conditions.map(condition);
    pod["status"] = json!({"phase": "Running", "podIP": "10.0.0.1", "qosClass": "Burstable",
        "conditions": conditions,
        "containerStatuses": [{"name": "main", "ready": true, "restartCount": 0, "started": true, "image": "containerregistry.example.com/team/service:v1",
            "imageID": format!("containerregistry.example.com/team/service@sha256:{index:064x}"), "containerID": format!("containerd://{index:064x}"),
            "state": {"running": {"startedAt": "2026-11-01T12:00:00Z"}}}]});
    pod
}

fn deployment(index: usize) -> Value {
    let mut object = object(
        "apps/v1",
        "Deployment",
        &team(index),
        &format!("service-{index}"),
    );
    object["spec"] = json!({"replicas": 20, "template": {"spec": service_spec(index)}});
    object
}

fn replica_set(index: usize) -> Value {
    let (deployment, revision) = (index / REVISIONS, index % REVISIONS);
    let mut object = object(
        "apps/v1",
        "ReplicaSet",
        &team(deployment),
        &format!("service-{deployment}-{revision}"),
    );
    object["metadata"]["ownerReferences"] =
        owned_by("apps/v1", "Deployment", &format!("service-{deployment}"));
    object["spec"] = json!({"replicas": if revision == 0 { 20 } else { 0 }, "template": {"spec": service_spec(deployment)}});
    object
}

fn daemon_set(index: usize) -> Value {
    let mut object = object("apps/v1", "DaemonSet", "agents", &format!("agent-{index}"));
    object["spec"] = json!({"template": {"spec": agent_spec()}});
    object
}

fn team(deployment: usize) -> String {
    format!("team-{}", deployment % 200)
}

fn service_spec(deployment: usize) -> Value {
    let mut spec = spec(&json!([{"name": "tmp", "emptyDir": {}}]));
    if deployment.is_multiple_of(ONE_OF) {
        spec["volumes"] = json!([{"name": "tmp", "hostPath": {"path": "/var/log"}}]);
        spec["nodeSelector"] = json!({"agentpool": nodes::pool(100)});
    }
    spec
}

fn agent_spec() -> Value {
    let mut spec = spec(&json!([{"name": "tmp", "hostPath": {"path": "/var/log"}}]));
    spec["tolerations"] = json!([{"operator": "Exists"}]);
    spec
}

fn spec(volumes: &Value) -> Value {
    let env = |index: usize| json!({"name": format!("SETTING_{index}"), "value": format!("a value of some length for setting number {index}")});
    json!({"containers": [{"name": "main", "image": "containerregistry.example.com/team/service:v1", "env": (0..20).map(env).collect::<Vec<_>>(),
               "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
               "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10}, "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}]}],
           "volumes": volumes, "serviceAccountName": "default", "terminationGracePeriodSeconds": 30, "schedulerName": "default-scheduler"})
}

/// With what the API server writes about who set which field.
fn object(api_version: &str, kind: &str, namespace: &str, name: &str) -> Value {
    let fields: serde_json::Map<String, Value> = (0..40)
        .map(|index| {
            (
                format!("f:field-number-{index}"),
                json!({".": {}, "f:value": {}}),
            )
        })
        .collect();
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace, "uid": "11111111-2222-3333-4444-555555555555",
        "labels": {"app": name, "pod-template-hash": "0"}, "annotations": {"example.com/checked": name}, "creationTimestamp": "2026-11-01T12:00:00Z",
        "managedFields": [{"manager": "kube-controller-manager", "operation": "Update", "apiVersion": api_version, "time": "2026-11-01T12:00:00Z",
            "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata": fields}}]}})
}

fn owned_by(api_version: &str, kind: &str, name: &str) -> Value {
    json!([{"apiVersion": api_version, "kind": kind, "name": name, "uid": "11111111-2222-3333-4444-555555555555", "controller": true, "blockOwnerDeletion": true}])
}
