//! The index in step with the nodes, and what is remembered of pools.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::node::NodeObject;
use super::pool::Allowed;
use super::*;
use crate::os::Catalogue;

fn node(name: &str, rest: &str) -> Node {
    let object: NodeObject =
        serde_saphyr::from_str(&format!("{{metadata: {{name: {name}, {rest}}}}}")).unwrap();
    Node::new(object, Catalogue::built_in())
}

fn pool_node(name: &str, pool: &str) -> Node {
    let labels = format!(
        "labels: {{agentpool: {pool}, team: a, kubernetes.io/hostname: {name}, kubernetes.azure.com/os-sku: AzureContainerLinux}}"
    );
    node(name, &labels)
}

/// All that can be asked of it, by name instead of by number.
fn told(inventory: &Inventory) -> Vec<String> {
    let nodes = inventory.nodes().map(|(name, group)| {
        let id = inventory.id(name).unwrap();
        let labels: Vec<_> = ["a", "b"]
            .into_iter()
            .map(|key| inventory.label(id, key))
            .collect();
        format!("{name} {labels:?} {:?}", group.pool)
    });
    let names_in = |set: &NodeSet| -> Vec<&str> {
        let mut bits = set::Bits::with_capacity(inventory.room());
        set.add_to(&mut bits);
        let is_in = |name: &&str| bits.contains(inventory.id(name).unwrap() as usize);
        inventory
            .nodes()
            .map(|(name, _)| name)
            .filter(is_in)
            .collect()
    };
    let keys = ["a", "b"].into_iter().map(|key| {
        let with_key = inventory.labels().with_key(key).map(names_in);
        let values: Vec<_> = inventory
            .labels()
            .values(key)
            .map(|(value, set)| (value, names_in(set), set.len()))
            .collect();
        format!("{key} {with_key:?} {values:?}")
    });
    let groups = inventory
        .groups()
        .map(|(group, set)| format!("{:?} {:?} {}", group.pool, names_in(set), set.len()));
    nodes.chain(keys).chain(groups).collect()
}

proptest! {
    /// However the nodes came to be what they are, the index is that of a fresh list of them.
    #[test]
    fn every_change_leaves_the_index_right(steps in proptest::collection::vec((0..12u8, 0..3u8, 0..3u8, 0..4u8), 0..80)) {
        let mut inventory = Inventory::default();
        let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
        for (name, a, b, what) in steps {
            let name = format!("n{name}");
            match what {
                0 => prop_assert_eq!(inventory.remove(&name), nodes.remove(&name).is_some()),
                1 => {
                    nodes.retain(|kept, _| kept.len() > usize::from(a));
                    inventory.replace(nodes.values().cloned().collect());
                }
                _ => {
                    let labels = match b {
                        0 => format!("labels: {{a: v{a}}}"),
                        _ => format!("labels: {{a: v{a}, b: '{b}', agentpool: p{b}}}"),
                    };
                    let node = node(&name, &labels);
                    let is_new = nodes.get(&name) != Some(&node);
                    prop_assert_eq!(inventory.apply(node.clone()), is_new);
                    nodes.insert(name, node);
                }
            }
        }
        prop_assert_eq!(told(&inventory), told(&nodes.into_values().collect()));
    }
}

fn pools(inventory: &Inventory) -> Vec<&str> {
    inventory.pools().map(|pool| pool.name.as_str()).collect()
}

#[test]
fn a_pool_is_remembered_while_it_has_no_node() {
    let mut inventory: Inventory = [pool_node("a-0", "a"), pool_node("a-1", "a")]
        .into_iter()
        .collect();
    inventory.remove("a-0");
    assert_eq!(pools(&inventory), [""; 0]);
    inventory.remove("a-1");
    assert_eq!(pools(&inventory), ["a"]);
    let pool = inventory.pools().next().unwrap();
    assert_eq!(pool.os.key().0, "azure-container-linux");
    assert_eq!(pool.label("team"), Allowed::only(["a"]));
    assert_eq!(pool.label("other"), Allowed::absent());
    assert_eq!(pool.label("kubernetes.io/hostname"), Allowed::anything());
    inventory.apply(pool_node("a-2", "a"));
    assert_eq!(pools(&inventory), [""; 0]);
}

#[test]
fn a_new_list_remembers_the_pools_that_are_not_in_it() {
    let mut inventory: Inventory = [pool_node("a-0", "a"), pool_node("b-0", "b")]
        .into_iter()
        .collect();
    inventory.replace([pool_node("b-0", "b")].into_iter().collect());
    assert_eq!(pools(&inventory), ["a"]);
    inventory.replace(Inventory::default());
    assert_eq!(pools(&inventory), ["a", "b"]);
}

#[test]
fn a_pool_is_forgotten_after_a_day() {
    let mut inventory: Inventory = [pool_node("a-0", "a")].into_iter().collect();
    inventory.remove("a-0");
    let start = Timestamp::UNIX_EPOCH;
    for (hours, remembered) in [(0, true), (23, true), (24, false)] {
        inventory.age_pools(start + SignedDuration::from_hours(hours));
        assert_eq!(pools(&inventory).len(), usize::from(remembered), "{hours}");
    }
}

#[test]
fn not_without_end_many_pools_are_remembered() {
    let mut inventory = Inventory::default();
    for pool in 0..300 {
        inventory.apply(pool_node("n", &format!("p{pool}")));
        inventory.remove("n");
    }
    inventory.age_pools(Timestamp::UNIX_EPOCH);
    let pools = pools(&inventory);
    assert_eq!((pools.len(), pools[0]), (200, "p100"));
}

#[test]
fn what_somebody_declares_holds_instead_of_what_is_remembered() {
    let mut inventory: Inventory = [pool_node("a-0", "a")].into_iter().collect();
    inventory.remove("a-0");
    let declared = EmptyPool::new("a", NodeOs::Unknown, Origin::Declared);
    inventory.set_pools(Origin::Declared, vec![declared]);
    inventory.age_pools(Timestamp::UNIX_EPOCH);
    let origins: Vec<Origin> = inventory.pools().map(|pool| pool.origin).collect();
    assert_eq!(origins, [Origin::Declared]);
    inventory.apply(pool_node("a-0", "a"));
    assert_eq!(pools(&inventory), [""; 0]);
}

#[test]
fn a_node_pool_of_karpenter_counts_beside_its_nodes() {
    let mut inventory: Inventory = [pool_node("a-0", "a")].into_iter().collect();
    let described = EmptyPool::new("a", NodeOs::Unknown, Origin::NodePool);
    inventory.set_pools(Origin::NodePool, vec![described]);
    assert_eq!(pools(&inventory), ["a"]);
    inventory.set_pools(Origin::NodePool, Vec::new());
    assert_eq!(pools(&inventory), [""; 0]);
}
