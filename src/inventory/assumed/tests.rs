//! A moved pool is what the same nodes are once their labels have changed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::inventory::Origin;
use crate::inventory::node::NodeObject;
use crate::inventory::pool::Allowed;

fn catalogue() -> &'static Arc<Catalogue> {
    Catalogue::built_in()
}

fn os(id: &str) -> Arc<Profile> {
    Arc::clone(catalogue().by_id(id).unwrap())
}

/// A node of AKS: its pool, its OS by each of its labels, and a taint.
fn object(
    name: &str,
    pool: &str,
    [requested, sku, effective, image, os_image]: [&str; 5],
) -> Value {
    json!({"metadata": {"name": name, "labels": {"agentpool": pool, "team": "a", "kubernetes.azure.com/os-sku-requested": requested,
            "kubernetes.azure.com/os-sku": sku, "kubernetes.azure.com/os-sku-effective": effective, "kubernetes.azure.com/node-image-version": image}},
        "spec": {"taints": [{"key": "dedicated", "value": pool, "effect": "NoSchedule"}]},
        "status": {"nodeInfo": {"osImage": os_image, "operatingSystem": "linux"}}})
}

const UBUNTU: [&str; 5] = [
    "Ubuntu",
    "Ubuntu",
    "Ubuntu2204",
    "AKSUbuntu-2204gen2containerd-1",
    "Ubuntu 22.04.5 LTS",
];
const ACL: [&str; 5] = [
    "AzureContainerLinux",
    "AzureContainerLinux",
    "AzureContainerLinux",
    "AKSAzureLinux-aclgen2TL-202609.23.0",
    "Microsoft Azure Container Linux 3.0",
];

fn inventory(objects: &[Value]) -> Inventory {
    let node = |object: &Value| {
        let object: NodeObject = serde_json::from_value(object.clone()).unwrap();
        Node::new(object, catalogue())
    };
    objects.iter().map(node).collect()
}

fn nodes(inventory: &Inventory) -> Vec<Node> {
    let names = inventory.nodes().map(|(name, _)| name.to_owned());
    names.filter_map(|name| inventory.node(&name)).collect()
}

#[test]
fn moved_nodes_are_what_they_are_when_their_labels_have_changed() {
    let other = object("b", "other", ACL);
    let mut assumed = inventory(&[object("a", "p", UBUNTU), other.clone()]);
    assert_eq!(
        assumed.assume(Moved::Pool("p"), &os("azure-container-linux"), catalogue()),
        1
    );
    let really = inventory(&[object("a", "p", ACL), other]);
    assert_eq!(nodes(&assumed), nodes(&really));
    assert_eq!(assumed.pools().count(), 0, "no pool is remembered as empty");
}

#[test]
fn without_a_node_of_that_os_its_labels_say_its_plain_sku() {
    let mut assumed = inventory(&[object("a", "p", UBUNTU)]);
    assumed.assume(Moved::All, &os("azure-linux-os-guard"), catalogue());
    let [node] = nodes(&assumed).try_into().unwrap();
    assert_eq!(node.group.os.key(), ("azure-linux-os-guard", ""));
    assert_eq!(node.labels[SKU], "AzureLinuxOSGuard");
    assert_eq!(node.labels["team"], "a");
    assert_eq!(node.group.taints.len(), 1);
    for label in [SKU, EFFECTIVE_SKU, REQUESTED_SKU] {
        let named = catalogue().by_sku(&node.labels[label]);
        assert_eq!(named.map(|os| os.id.as_str()), Some("azure-linux-os-guard"));
    }
}

#[test]
fn labels_that_are_not_there_do_not_come_and_those_of_other_tools_follow() {
    let key = "feature.node.kubernetes.io/system-os_release.ID";
    let node = json!({"metadata": {"name": "a", "labels": {key: "ubuntu"}}});
    for (id, expected) in [
        ("flatcar", Some("flatcar")),
        ("azure-container-linux", None),
    ] {
        let mut assumed = inventory(std::slice::from_ref(&node));
        assumed.assume(Moved::All, &os(id), catalogue());
        let [node] = nodes(&assumed).try_into().unwrap();
        assert_eq!(node.labels.get(key).map(String::as_str), expected);
        assert!(!node.labels.contains_key(SKU));
        assert_eq!(node.group.os.key().0, id);
    }
}

#[test]
fn only_what_is_named_moves_and_never_to_the_other_kind() {
    let windows = [
        "Windows2022",
        "Windows2022",
        "Windows2022",
        "AKSWindows-2022",
        "Windows Server 2022 Datacenter",
    ];
    let mut win = object("w", "win", windows);
    win["status"]["nodeInfo"]["operatingSystem"] = "windows".into();
    let mut assumed = inventory(&[object("a", "p", UBUNTU), object("b", "q", UBUNTU), win]);
    let acl = os("azure-container-linux");
    assert_eq!(assumed.assume(Moved::Pool("win"), &acl, catalogue()), 0);
    assert_eq!(assumed.assume(Moved::Pool("p"), &acl, catalogue()), 1);
    let systems = |inventory: &Inventory| -> Vec<String> {
        inventory
            .nodes()
            .map(|(_, group)| group.os.key().0.to_owned())
            .collect()
    };
    assert_eq!(
        systems(&assumed),
        ["azure-container-linux", "ubuntu", "windows"]
    );
    assert_eq!(assumed.assume(Moved::All, &acl, catalogue()), 2);
    assert_eq!(
        systems(&assumed),
        ["azure-container-linux", "azure-container-linux", "windows"]
    );
}

#[test]
fn a_pool_without_nodes_moves_too() {
    let mut assumed = inventory(&[]);
    let pool =
        EmptyPool::new("later", NodeOs::Known(os("ubuntu")), Origin::Declared).with_labels([
            (SKU.to_owned(), Allowed::only(["Ubuntu"])),
            ("team".to_owned(), Allowed::only(["a"])),
        ]);
    assumed.set_pools(Origin::Declared, vec![pool]);
    assert_eq!(
        assumed.pool_names().collect::<BTreeSet<_>>(),
        BTreeSet::from(["later"])
    );
    assert_eq!(
        assumed.assume(
            Moved::Pool("later"),
            &os("azure-container-linux"),
            catalogue()
        ),
        1
    );
    let pool = assumed.pools().next().unwrap();
    assert_eq!(pool.os.key().0, "azure-container-linux");
    assert_eq!(pool.label(SKU), Allowed::anything());
    assert_eq!(pool.label("team"), Allowed::only(["a"]));
}
