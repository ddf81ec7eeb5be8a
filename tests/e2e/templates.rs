//! Templates as the pods they become: what the API server's admission and the DaemonSet controller make of a template's scheduling is in the
//! warning as it is in the pods' refusal.

use rstest::rstest;
use serde_json::{Value, json};

use super::cluster::{Namespace, Outcome, eventually, kubectl, run};
use super::manifests::{Use, spec, workload};
use super::release;

/// A pod spec that mounts `/usr/bin`, with these fields.
fn spec_with(pool: &str, fields: &Value) -> Value {
    let mut spec = spec(pool, Use::Path("/usr/bin"));
    let fields = fields.as_object().unwrap().clone();
    spec.as_object_mut().unwrap().extend(fields);
    spec
}

/// Creates it, anew until Hostfit has learnt of what is around it and says this.
fn create_until(
    namespace: &Namespace,
    object: &Value,
    what: &str,
    said: impl Fn(&Outcome) -> bool,
) {
    eventually(&format!("the advice is {what}"), || {
        let outcome = namespace.create(object).ok();
        if said(&outcome) {
            return Some(());
        }
        namespace
            .kubectl_with(&["delete", "-f", "-"], &object.to_string())
            .ok();
        None
    });
}

/// The warning of the workload speaks of these nodes, and so does the refusal of a pod of it.
fn agree(namespace: &Namespace, object: &Value, warning: &str, refusal: &str) {
    create_until(namespace, object, warning, |it| it.stderr.contains(warning));
    let event = namespace.event("w", "FailedCreate");
    assert!(event.contains("denied the request"), "{event}");
    assert!(event.contains(refusal), "{refusal:?} in {event}");
}

const NODE_SELECTOR: &str = "scheduler.alpha.kubernetes.io/node-selector";
const DEFAULT_TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/defaultTolerations";

#[test]
fn the_node_selector_of_its_namespace() {
    let _release = release::shared();
    let namespace = Namespace::annotated(&[(NODE_SELECTOR, "agentpool=acl1")]);
    agree(
        &namespace,
        &workload("Deployment", &spec_with("", &json!({}))),
        "all 3 candidate nodes are Azure Container Linux (pool acl1)",
        "does not fit Azure Container Linux (pool acl1, 3 nodes)",
    );
}

#[test]
fn the_default_tolerations_of_its_namespace() {
    let _release = release::shared();
    let tolerations =
        r#"[{"key": "dedicated", "operator": "Equal", "value": "guard", "effect": "NoSchedule"}]"#;
    let namespace = Namespace::annotated(&[(DEFAULT_TOLERATIONS, tolerations)]);
    agree(
        &namespace,
        &workload("Deployment", &spec_with("guard", &json!({}))),
        "its only candidate node is Azure Linux with OS Guard (pool guard)",
        "does not fit Azure Linux with OS Guard (pool guard, 1 node)",
    );
}

#[rstest]
fn the_toleration_of_a_device_that_it_asks_for(
    #[values("containers", "initContainers")] field: &str,
) {
    let _release = release::shared();
    let namespace = Namespace::new();
    // A limit is made a request in a pod, and not in a template.
    let limits = json!({"limits": {"nvidia.com/gpu": 1}});
    let mut spec = spec_with("gpu", &json!({}));
    let mut container = spec["containers"][0].clone();
    container["name"] = "device".into();
    container["resources"] = limits;
    match spec.get_mut(field) {
        Some(list) => list.as_array_mut().unwrap().push(container),
        None => spec[field] = json!([container]),
    }
    agree(
        &namespace,
        &workload("Deployment", &spec),
        "its only candidate node is Azure Container Linux (pool gpu)",
        "does not fit Azure Container Linux (pool gpu, 1 node)",
    );
}

#[test]
fn the_scheduling_of_its_runtime_class() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let scheduling = json!({"nodeSelector": {"agentpool": "flatcar"}, "tolerations": [{"key": "dedicated", "operator": "Exists"}]});
    let class = json!({"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": namespace.0}, "handler": "runc", "scheduling": scheduling});
    run("kubectl", &["create", "-f", "-"], &class.to_string()).ok();
    agree(
        &namespace,
        &workload(
            "Deployment",
            &spec_with("", &json!({"runtimeClassName": namespace.0})),
        ),
        "its only candidate node is Flatcar Container Linux (pool flatcar)",
        "does not fit Flatcar Container Linux (pool flatcar, 1 node)",
    );
    kubectl(&["delete", "runtimeclass", &namespace.0]).ok();
}

/// A cordoned node has a taint that a DaemonSet's pods tolerate by its controller, and no template.
#[test]
fn the_tolerations_of_a_daemon_sets_controller() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let tolerations = json!([{"key": "nvidia.com/gpu", "operator": "Exists"}]);
    kubectl(&["cordon", "aks-gpu-0"]).ok();
    agree(
        &namespace,
        &workload(
            "DaemonSet",
            &spec_with("gpu", &json!({"tolerations": tolerations})),
        ),
        "its only candidate node is Azure Container Linux (pool gpu)",
        "does not fit Azure Container Linux (pool gpu, 1 node)",
    );
    kubectl(&["uncordon", "aks-gpu-0"]).ok();
}

/// A DaemonSet's controller makes pods for the nodes that the template fits as it is written: those that the namespace's node selector then
/// keeps from their node wait for ever.
#[test]
fn a_daemon_set_is_narrowed_by_its_namespace() {
    let _release = release::shared();
    let namespace = Namespace::annotated(&[(NODE_SELECTOR, "agentpool=acl1")]);
    agree(
        &namespace,
        &over(&["acl1", "ubuntu"], "DaemonSet"),
        "all 3 candidate nodes are Azure Container Linux (pool acl1)",
        "does not fit Azure Container Linux (pool acl1, 1 node)",
    );
    assert_eq!(desired(&namespace), 5);
}

/// What its pods would tolerate by their namespace comes too late to bring it to more nodes.
#[test]
fn a_daemon_set_is_not_widened_by_its_namespace() {
    let _release = release::shared();
    let tolerations = r#"[{"operator": "Exists"}]"#;
    let namespace = Namespace::annotated(&[(DEFAULT_TOLERATIONS, tolerations)]);
    let deployment = over(&["acl1", "guard"], "Deployment").to_string();
    eventually("a Deployment is widened", || {
        let create = ["create", "--dry-run=server", "-f", "-"];
        let said = namespace.kubectl_with(&create, &deployment).ok().stderr;
        said.contains("all 4 candidate nodes are").then_some(())
    });
    agree(
        &namespace,
        &over(&["acl1", "guard"], "DaemonSet"),
        "all 3 candidate nodes are Azure Container Linux (pool acl1)",
        "does not fit Azure Container Linux (pool acl1, 1 node)",
    );
    assert_eq!(desired(&namespace), 3);
}

/// A workload that may go to these pools and no others.
fn over(pools: &[&str], kind: &str) -> Value {
    let affinity = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
        {"matchExpressions": [{"key": "agentpool", "operator": "In", "values": pools}]}]}}});
    workload(kind, &spec_with("", &json!({"affinity": affinity})))
}

/// For how many nodes the DaemonSet's controller makes pods.
fn desired(namespace: &Namespace) -> u64 {
    eventually("its controller has counted its nodes", || {
        let status = &namespace.get("daemonset/w")["status"];
        status["observedGeneration"].as_u64()?;
        status["desiredNumberScheduled"].as_u64()
    })
}

#[test]
fn where_the_api_server_refuses_the_pods_there_is_nothing_to_warn_of() {
    let _release = release::shared();
    let namespace = Namespace::annotated(&[(NODE_SELECTOR, "agentpool=ubuntu")]);
    let object = workload("Deployment", &spec_with("acl1", &json!({})));
    create_until(&namespace, &object, "nothing", |it| it.stderr.is_empty());
    let event = namespace.event("w", "FailedCreate");
    let words = "pod node label selector conflicts with its namespace node label selector";
    assert!(event.contains(words), "{event}");
}
