//! The systems that the fixtures name, and judging in a cluster of them.

use std::sync::LazyLock;

use hostfit::decision::Decision;
use hostfit::inventory::{Inventory, Node};
use hostfit::judge::{World, judge};
use hostfit::os::file::Entry;
use hostfit::os::{Catalogue, Profile};
use hostfit::policy::Policy;
use hostfit::review::Review;
use hostfit::storage::Storage;
use hostfit::workload::admitted::RuntimeClasses;
use hostfit::workload::namespace::Namespaces;
use jiff::civil::date;
use serde_json::{Value, json};

/// What is compiled in, with the facts beside the fixtures.
pub(crate) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
        let entries: Vec<Entry> = serde_saphyr::from_str(include_str!("systems.yaml")).unwrap();
        Catalogue::built_in().with(entries).unwrap()
    });
    &CATALOGUE
}

/// Judges the creation of an object in a cluster with one node of each of these systems.
pub(crate) fn judge_among(
    systems: &[&Profile],
    object: &Value,
    storage: Storage,
    strictness: &str,
) -> Decision {
    let nodes = systems.iter().map(|os| {
        let sku = os.recognise.sku.globs()[0].replace('*', "");
        let labels = json!({"kubernetes.azure.com/os-sku": sku});
        let node = json!({"metadata": {"name": os.id, "labels": labels}});
        Node::new(serde_json::from_value(node).unwrap(), catalogue())
    });
    let systems = include_str!("systems.yaml");
    let policy = format!("strictness: {strictness}\noperatingSystems:\n{systems}");
    let policy = Policy::parse(&policy).unwrap();
    let world = World {
        inventory: &nodes.collect::<Inventory>(),
        namespaces: &Namespaces::new(),
        runtime_classes: &RuntimeClasses::new(),
        storage,
        policy: &policy,
        own_namespace: "hostfit-system",
        today: date(2026, 11, 24),
    };
    let (group, version) = object["apiVersion"]
        .as_str()
        .unwrap()
        .split_once('/')
        .unwrap_or(("", "v1"));
    let review = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
        "uid": "u", "kind": {"group": group, "version": version, "kind": object["kind"]},
        "namespace": "default", "operation": "CREATE", "userInfo": {"username": "dev"}, "object": object}});
    let bytes = serde_json::to_vec(&review).unwrap();
    judge(&Review::parse(&bytes).unwrap(), &world).unwrap()
}
