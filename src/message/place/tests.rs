//! The words for each mixture of nodes and of pools that have none yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use rstest::rstest;

use super::*;
use crate::inventory::{EmptyPool, Group, Inventory, Node, Origin};
use crate::os::{Catalogue, OsKind};
use crate::placement::place;
use crate::workload::pod::PodSpec;

/// Where a pod without constraints can land in a cluster of these pools, each written as `name SKU number-of-nodes`; `to=SKU` is on
/// the move.
fn placed(pools: &str) -> Placement {
    let (mut inventory, mut empty) = (Inventory::default(), Vec::new());
    for pool in pools.split(", ").filter(|pool| !pool.is_empty()) {
        let [name, sku, nodes] = pool.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{pool:?}")
        };
        let os = os(sku);
        let nodes: usize = nodes.parse().unwrap();
        if nodes == 0 {
            empty.push(EmptyPool::new(name, os.clone(), Origin::NodePool));
        }
        for number in 0..nodes {
            let node = Node {
                name: format!("{name}-{number}"),
                labels: BTreeMap::new(),
                group: Group {
                    pool: Some(name.to_owned()),
                    os: os.clone(),
                    kind: OsKind::Linux,
                    taints: Vec::new(),
                },
            };
            inventory.apply(node);
        }
    }
    inventory.set_pools(Origin::NodePool, empty);
    place(&PodSpec::default(), &inventory, Catalogue::built_in())
}

fn os(sku: &str) -> NodeOs {
    let by_sku = |sku: &str| Catalogue::built_in().by_sku(sku).map(Arc::clone);
    match (sku.strip_prefix("to="), by_sku(sku)) {
        (Some(to), _) => NodeOs::Moving {
            now: by_sku("Ubuntu").unwrap(),
            other: by_sku(to).unwrap(),
        },
        (None, Some(os)) => NodeOs::Known(os),
        (None, None) => NodeOs::Unknown,
    }
}

fn workload(kind: Kind) -> Workload {
    Workload::parse(kind, "{}").unwrap()
}

const ACL: &str = "AzureContainerLinux";

#[rstest]
#[case("a ACL 1", "its only candidate node is Azure Container Linux (pool a)")]
#[case("a ACL 3", "all 3 candidate nodes are Azure Container Linux (pool a)")]
#[case(
    "a ACL 3, u Ubuntu 2",
    "3 of 5 candidate nodes are Azure Container Linux (pool a)"
)]
#[case(
    "a ACL 3, f Flatcar 1",
    "all 4 candidate nodes are Azure Container Linux or Flatcar Container Linux (pools a, f)"
)]
#[case(
    "m to=AzureContainerLinux 1",
    "1 of 1 candidate nodes are Azure Container Linux (pool m, on the move)"
)]
#[case(
    "b ACL 0",
    "its only candidates are nodes yet to come: Azure Container Linux (pool b)"
)]
#[case(
    "b ACL 0, c ACL 0",
    "its only candidates are nodes yet to come: Azure Container Linux (pools b, c)"
)]
#[case(
    "b ACL 0, v Ubuntu 0",
    "its only candidates are nodes yet to come, some of them Azure Container Linux (pool b)"
)]
#[case(
    "b ACL 0, u Ubuntu 2",
    "none of its 2 candidate nodes is immutable, but one yet to come may be Azure Container Linux (pool b)"
)]
#[case(
    "b ACL 0, o Plan9 1",
    "its only candidate node is not immutable, but one yet to come may be Azure Container Linux (pool b)"
)]
#[case(
    "a ACL 3, b ACL 0",
    "all 3 candidate nodes are Azure Container Linux (pool a); one yet to come may be Azure Container Linux (pool b)"
)]
#[case(
    "a ACL 3, b Flatcar 0, u Ubuntu 1",
    "3 of 4 candidate nodes are Azure Container Linux (pool a); one yet to come may be Flatcar Container Linux (pool b)"
)]
#[case(
    "a ACL 3, v Ubuntu 0",
    "3 of 3 candidate nodes are Azure Container Linux (pool a); one yet to come may be something else"
)]
#[case(
    "a ACL 3, u Ubuntu 1, v Ubuntu 0",
    "3 of 4 candidate nodes are Azure Container Linux (pool a)"
)]
#[case(
    "a Ubuntu 2, a ACL 0",
    "none of its 2 candidate nodes is immutable, but one yet to come may be Azure Container Linux (pool a)"
)]
fn a_warning_says_what_the_candidates_are(#[case] pools: &str, #[case] words: &str) {
    let placement = placed(&pools.replace("ACL", ACL));
    assert_eq!(candidates_in_words(&workload(Kind::Pod), &placement), words);
}

#[test]
fn a_daemon_set_runs_on_all_of_its_nodes() {
    let placement = placed("a AzureContainerLinux 3, u Ubuntu 1");
    assert_eq!(
        candidates_in_words(&workload(Kind::DaemonSet), &placement),
        "of its 4 nodes 3 are Azure Container Linux (pool a)"
    );
}

#[test]
fn the_node_that_a_pod_was_given_is_named() {
    let bound = Workload::parse(Kind::Pod, r#"{"spec": {"nodeName": "a-0"}}"#).unwrap();
    assert_eq!(
        candidates_in_words(&bound, &placed("a AzureContainerLinux 1")),
        "its node a-0 is Azure Container Linux (pool a)"
    );
}

#[rstest]
#[case("a ACL 3, u Ubuntu 1", "Azure Container Linux (pool a, 3 nodes)")]
#[case("b ACL 0", "Azure Container Linux (pool b, no node yet)")]
#[case(
    "a ACL 1, b Flatcar 0",
    "Azure Container Linux (pool a, 1 node), Flatcar Container Linux (pool b, no node yet)"
)]
fn a_denial_says_which_pools(#[case] pools: &str, #[case] words: &str) {
    assert_eq!(
        immutable_in_words(&placed(&pools.replace("ACL", ACL))),
        words
    );
}

#[rstest]
#[case("", "unknown 0/0")]
#[case("a ACL 3, u Ubuntu 1", "mixed 3/4")]
#[case("b ACL 0", "immutable 0/0, and pool b without a node yet")]
#[case(
    "b ACL 0, c ACL 0, d ACL 0, e ACL 0, u Ubuntu 1",
    "mixed 0/1, and pools b, c, d and 1 more without a node yet"
)]
fn a_summary_counts_nodes_and_names_pools_without_one(#[case] pools: &str, #[case] words: &str) {
    assert_eq!(summary(&placed(&pools.replace("ACL", ACL))), words);
}
