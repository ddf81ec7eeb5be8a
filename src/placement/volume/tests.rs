//! Volumes that keep a pod on some nodes of the small cluster.

use rstest::rstest;

use super::super::tests::{cluster, spec};
use super::super::{Pod, candidates, explain, place};
use super::*;
use crate::inventory::pool::Allowed;
use crate::inventory::{NodeOs, Origin};
use crate::os::Catalogue;
use crate::storage::Volume;

/// A volume that can be used on the nodes of these terms; whose name is that of its claim.
fn volume(terms: &str) -> Volume {
    Volume {
        host: None,
        affinity: Some(serde_saphyr::from_str(&format!("{{nodeSelectorTerms: {terms}}}")).unwrap()),
    }
}

fn behind<'a>(volumes: &'a [Volume]) -> Vec<PodVolume<'a>> {
    let names = ["pv-1", "pv-2"];
    let behind = |(volume, name): (&'a _, &'static str)| PodVolume {
        field: String::new(),
        name: "v",
        read_only: false,
        claim: Some("data".into()),
        behind: Behind::Volume(name, volume),
    };
    volumes.iter().zip(names).map(behind).collect()
}

#[rstest]
#[case::one(&["[{matchExpressions: [{key: pool, operator: In, values: [a]}]}]"], "acl-0 acl-1")]
#[case::any_term(
    &["[{matchExpressions: [{key: disk, operator: Exists}]}, {}, {matchExpressions: [{key: rank, operator: In, values: ['10']}]}]"],
    "acl-0 ubuntu-0"
)]
#[case::every_volume(
    &["[{matchExpressions: [{key: pool, operator: In, values: [a, u]}]}]", "[{matchExpressions: [{key: rank, operator: Exists}]}]"],
    "acl-0 ubuntu-0"
)]
#[case::no_term(&["[]"], "")]
#[case::an_invalid_term(&["[{matchExpressions: [{key: 'bad key', operator: Exists}]}]"], "")]
#[case::to_it_no_node_has_a_name(&["[{matchFields: [{key: metadata.name, operator: In, values: [acl-0]}]}]"], "")]
#[case::to_it_no_node_has_a_name(&["[{matchFields: [{key: metadata.name, operator: NotIn, values: [acl-0]}]}]"], "acl-0 acl-1 ubuntu-0")]
fn volumes_narrow_the_nodes(#[case] terms: &[&str], #[case] expected: &str) {
    let volumes: Vec<_> = terms.iter().map(|terms| volume(terms)).collect();
    let volumes = behind(&volumes);
    let (spec, cluster) = (spec("{}"), cluster());
    let pod = Pod {
        spec: &spec,
        volumes: &volumes,
    };
    let names = candidates(pod, &cluster);
    assert_eq!(names.join(" "), expected);
    assert_eq!(
        place(pod, &cluster, Catalogue::built_in()).nodes,
        names.len()
    );
    let explained = explain(pod, &cluster, Catalogue::built_in());
    let silent = explained.iter().filter(|node| node.reason.is_none());
    assert_eq!(silent.count(), names.len());
}

#[test]
fn a_volume_that_keeps_a_pod_away_is_named() {
    let volumes = [volume(
        "[{matchExpressions: [{key: topology.kubernetes.io/zone, operator: In, values: [a, b]}]}]",
    )];
    let volumes = behind(&volumes);
    let spec = spec("{nodeSelector: {pool: a}}");
    let pod = Pod {
        spec: &spec,
        volumes: &volumes,
    };
    let mut cluster = cluster();
    let mut pool = EmptyPool::new("new", NodeOs::Unknown, Origin::Declared);
    let zone = Allowed::only(["c"]);
    pool.labels
        .insert("topology.kubernetes.io/zone".to_owned(), zone);
    cluster.set_pools(Origin::Declared, vec![pool]);
    let reason = |name: &str| {
        let nodes = explain(pod, &cluster, Catalogue::built_in()).into_iter();
        let mut nodes = nodes.filter(|node| node.name == name);
        nodes.next().unwrap().reason.unwrap()
    };
    assert_eq!(
        reason("acl-0"),
        "volume pv-1 of claim data: node affinity topology.kubernetes.io/zone In [a, b] (it has no label topology.kubernetes.io/zone)"
    );
    assert_eq!(
        reason(""),
        "volume pv-1 of claim data: node affinity contradicts what is known of its labels"
    );
}
