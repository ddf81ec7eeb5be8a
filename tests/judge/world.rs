//! What the tests judge in: a cluster of a few nodes, and reviews written in a line.

use std::collections::BTreeMap;

use hostfit::decision::{Decision, Verdict};
use hostfit::inventory::{Inventory, Node, Origin};
use hostfit::judge::{World, judge};
use hostfit::os::Catalogue;
use hostfit::policy::Policy;
use hostfit::review::Review;
use hostfit::storage::Storage;
use hostfit::workload::admitted::RuntimeClasses;
use hostfit::workload::namespace::{Namespace, Namespaces};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

/// The day on which everything is judged.
pub(crate) const TODAY: Date = date(2026, 11, 24);

/// One Ubuntu node and two of Azure Container Linux, in pools `u` and `a`; pool `m` is on the move, `g` has a GPU.
fn inventory() -> Inventory {
    let nodes = [
        (
            "u-0",
            "u",
            json!({"kubernetes.azure.com/os-sku": "Ubuntu"}),
            json!([]),
        ),
        (
            "a-0",
            "a",
            json!({"kubernetes.azure.com/os-sku": "AzureContainerLinux"}),
            json!([]),
        ),
        (
            "a-1",
            "a",
            json!({"kubernetes.azure.com/os-sku": "AzureContainerLinux"}),
            json!([]),
        ),
        (
            "m-0",
            "m",
            json!({"kubernetes.azure.com/os-sku-effective": "Ubuntu2204", "kubernetes.azure.com/os-sku-requested": "AzureContainerLinux"}),
            json!([{"key": "dedicated", "value": "m", "effect": "NoSchedule"}]),
        ),
        (
            "g-0",
            "g",
            json!({"kubernetes.azure.com/os-sku": "AzureContainerLinux"}),
            json!([{"key": "nvidia.com/gpu", "effect": "NoSchedule"}]),
        ),
    ];
    let node = |(name, pool, mut labels, taints): (&str, &str, Value, Value)| {
        labels["kubernetes.azure.com/agentpool"] = pool.into();
        let node =
            json!({"metadata": {"name": name, "labels": labels}, "spec": {"taints": taints}});
        Node::new(serde_json::from_value(node).unwrap(), Catalogue::built_in())
    };
    nodes.into_iter().map(node).collect()
}

/// Judges a review under a configuration; `labels` are those of namespace `team`.
pub(crate) fn decide(config: &str, labels: &[(&str, &str)], review: &Value) -> Decision {
    in_world(config, labels, review, |review, world| {
        judge(review, world).unwrap()
    })
}

/// Reads a review and does something with it in the world of such a configuration.
pub(crate) fn in_world<T>(
    config: &str,
    labels: &[(&str, &str)],
    review: &Value,
    act: impl FnOnce(&Review, &World) -> T,
) -> T {
    let labels = labels
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    let namespace = Namespace::new(labels.collect(), &BTreeMap::new());
    let storage = Storage::NONE;
    in_team(
        config,
        namespace,
        &RuntimeClasses::new(),
        storage,
        review,
        act,
    )
}

/// The same where something is known of volumes and claims.
pub(crate) fn with_storage<T>(
    config: &str,
    storage: Storage,
    review: &Value,
    act: impl FnOnce(&Review, &World) -> T,
) -> T {
    let namespace = Namespace::default();
    in_team(
        config,
        namespace,
        &RuntimeClasses::new(),
        storage,
        review,
        act,
    )
}

/// Judges a review in a namespace of this kind, which is `team`, in a cluster with these classes.
pub(crate) fn decide_in(
    namespace: &Namespace,
    runtime_classes: &RuntimeClasses,
    review: &Value,
) -> Decision {
    let namespace = namespace.clone();
    let storage = Storage::NONE;
    in_team(
        "{}",
        namespace,
        runtime_classes,
        storage,
        review,
        |review, world| judge(review, world).unwrap(),
    )
}

fn in_team<T>(
    config: &str,
    namespace: Namespace,
    runtime_classes: &RuntimeClasses,
    storage: Storage,
    review: &Value,
    act: impl FnOnce(&Review, &World) -> T,
) -> T {
    let mut inventory = inventory();
    let namespaces = Namespaces::from([("team".to_owned(), namespace)]);
    let policy = Policy::parse(config).unwrap();
    inventory.set_pools(Origin::Declared, policy.pools().to_vec());
    let world = World {
        inventory: &inventory,
        namespaces: &namespaces,
        runtime_classes,
        storage,
        policy: &policy,
        own_namespace: "hostfit-system",
        today: TODAY,
    };
    let bytes = serde_json::to_vec(review).unwrap();
    act(&Review::parse(&bytes).unwrap(), &world)
}

/// `allow`, `warn` or `deny`.
pub(crate) fn verdict(decision: &Decision) -> &'static str {
    decision.verdict.as_str()
}

/// The message of a denial.
pub(crate) fn message(decision: &Decision) -> &str {
    match &decision.verdict {
        Verdict::Deny { message, .. } => message,
        other => panic!("denied, not {other:?}"),
    }
}

/// Creation of a pod of this spec in namespace `team`.
pub(crate) fn create_pod(spec: &Value) -> Value {
    create("Pod", &json!({"metadata": {"name": "p"}, "spec": spec}))
}

/// Creation of an object of this kind in namespace `team`.
pub(crate) fn create(kind: &str, object: &Value) -> Value {
    let group = match kind {
        "Pod" | "ReplicationController" | "PodTemplate" => "",
        "Job" | "CronJob" => "batch",
        _ => "apps",
    };
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
        "uid": "u-1", "kind": {"group": group, "version": "v1", "kind": kind}, "namespace": "team", "operation": "CREATE",
        "userInfo": {"username": "dev", "groups": ["devs", "system:authenticated"]}, "object": object}})
}

/// Update of one object to another.
pub(crate) fn update(kind: &str, old: &Value, new: &Value) -> Value {
    let mut review = create(kind, new);
    review["request"]["operation"] = "UPDATE".into();
    review["request"]["oldObject"] = old.clone();
    review
}

/// A pod spec on a pool (`""`: anywhere) that mounts `path` into its container.
pub(crate) fn mounting(pool: &str, path: &str) -> Value {
    let mut spec = json!({"volumes": [{"name": "v", "hostPath": {"path": path}}],
                          "containers": [{"name": "c", "volumeMounts": [{"name": "v", "mountPath": "/host"}]}]});
    if !pool.is_empty() {
        spec["nodeSelector"] = json!({"kubernetes.azure.com/agentpool": pool});
        spec["tolerations"] = json!([{"key": "dedicated", "operator": "Exists"}]);
    }
    spec
}
