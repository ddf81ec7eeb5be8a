//! Tables over a small cluster: which of its nodes a pod could land on. A pod and its nodes are written as in a manifest.

use rstest::rstest;

use super::*;
use crate::inventory::node::NodeObject;
use crate::inventory::{EmptyPool, Node, Origin};

const NODES: &str = r#"
- {metadata: {name: ubuntu-0, labels: {pool: u, kubernetes.azure.com/os-sku: Ubuntu, kubernetes.azure.com/agentpool: u, disk: ssd, rank: "5"}}}
- {metadata: {name: acl-0, labels: {pool: a, kubernetes.azure.com/os-sku: AzureContainerLinux, kubernetes.azure.com/agentpool: a, rank: "10"}}}
- {metadata: {name: acl-1, labels: {pool: a, kubernetes.azure.com/os-sku: AzureContainerLinux, kubernetes.azure.com/agentpool: a}},
   spec: {unschedulable: true, taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]}}
- {metadata: {name: guard-0, labels: {pool: g, kubernetes.azure.com/os-sku: AzureLinuxOSGuard, kubernetes.azure.com/agentpool: g}},
   spec: {taints: [{key: dedicated, value: guard, effect: NoSchedule}, {key: soft, effect: PreferNoSchedule}]}}
- {metadata: {name: move-0, labels: {pool: m, kubernetes.azure.com/os-sku-effective: Ubuntu2204, kubernetes.azure.com/os-sku-requested: AzureContainerLinux}},
   spec: {taints: [{key: dedicated, value: move, effect: NoExecute}]}}
- {metadata: {name: odd-0, labels: {pool: o}}, status: {nodeInfo: {osImage: Plan 9}}, spec: {taints: [{key: dedicated, value: odd, effect: NoSchedule}]}}
- {metadata: {name: win-0, labels: {pool: w, kubernetes.io/os: windows, kubernetes.azure.com/os-sku: Windows2022}}}
"#;

pub(super) fn cluster() -> Inventory {
    let nodes: Vec<NodeObject> = serde_saphyr::from_str(NODES).unwrap();
    nodes
        .into_iter()
        .map(|node| Node::new(node, Catalogue::built_in()))
        .collect()
}

pub(super) fn spec(yaml: &str) -> PodSpec {
    serde_saphyr::from_str(yaml).unwrap()
}

fn required(terms: &str) -> String {
    format!(
        "{{affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: {terms}}}}}}}}}"
    )
}

fn names(yaml: &str) -> String {
    let spec = spec(yaml);
    let cluster = cluster();
    let names = candidates(&spec, &cluster);
    let counted = place(&spec, &cluster, Catalogue::built_in()).nodes;
    assert_eq!(counted, names.len(), "both ways to ask agree");
    names.join(" ")
}

#[rstest]
#[case::nothing("{}", "acl-0 acl-1 ubuntu-0")]
#[case::selector("{nodeSelector: {pool: a}}", "acl-0 acl-1")]
#[case::every_pair("{nodeSelector: {pool: u, disk: hdd}}", "")]
#[case::node_name_skips_the_scheduler("{nodeName: guard-0, nodeSelector: {pool: a}}", "guard-0")]
#[case::node_name_of_no_node("{nodeName: gone}", "")]
#[case::empty_node_name("{nodeName: '', nodeSelector: {pool: u}}", "ubuntu-0")]
#[case::tolerated(
    "{tolerations: [{key: dedicated, value: guard}]}",
    "acl-0 acl-1 guard-0 ubuntu-0"
)]
#[case::tolerates_all(
    "{tolerations: [{operator: Exists}]}",
    "acl-0 acl-1 guard-0 move-0 odd-0 ubuntu-0"
)]
#[case::windows_by_selector("{nodeSelector: {kubernetes.io/os: windows}}", "win-0")]
#[case::windows_by_os("{os: {name: windows}}", "win-0")]
#[case::linux_by_os_wins("{os: {name: linux}, nodeSelector: {kubernetes.io/os: windows}}", "")]
fn the_spec_filters(#[case] yaml: &str, #[case] expected: &str) {
    assert_eq!(names(yaml), expected);
}

#[rstest]
#[case::in_(
    "[{matchExpressions: [{key: pool, operator: In, values: [a, u]}]}]",
    "acl-0 acl-1 ubuntu-0"
)]
#[case::not_in(
    "[{matchExpressions: [{key: pool, operator: NotIn, values: [a]}]}]",
    "ubuntu-0"
)]
#[case::not_in_absent_key_matches(
    "[{matchExpressions: [{key: disk, operator: NotIn, values: [ssd]}]}]",
    "acl-0 acl-1"
)]
#[case::exists("[{matchExpressions: [{key: disk, operator: Exists}]}]", "ubuntu-0")]
#[case::does_not_exist(
    "[{matchExpressions: [{key: disk, operator: DoesNotExist}]}]",
    "acl-0 acl-1"
)]
#[case::gt(
    "[{matchExpressions: [{key: rank, operator: Gt, values: ['5']}]}]",
    "acl-0"
)]
#[case::gt_leading_zeros(
    "[{matchExpressions: [{key: rank, operator: Gt, values: ['007']}]}]",
    "acl-0"
)]
#[case::lt(
    "[{matchExpressions: [{key: rank, operator: Lt, values: ['10']}]}]",
    "ubuntu-0"
)]
#[case::gt_non_integer_label(
    "[{matchExpressions: [{key: pool, operator: Gt, values: ['1']}]}]",
    ""
)]
#[case::lt_negative_is_no_label_value(
    "[{matchExpressions: [{key: rank, operator: Gt, values: ['-5']}]}]",
    ""
)]
#[case::terms_are_ored(
    "[{matchExpressions: [{key: pool, operator: In, values: [u]}]}, {matchExpressions: [{key: rank, operator: Gt, values: ['6']}]}]",
    "acl-0 ubuntu-0"
)]
#[case::expressions_are_anded(
    "[{matchExpressions: [{key: pool, operator: In, values: [a]}, {key: rank, operator: Exists}]}]",
    "acl-0"
)]
#[case::an_empty_term_matches_nothing("[{}]", "")]
#[case::no_term_matches_nothing("[]", "")]
#[case::an_invalid_term_is_skipped(
    "[{matchExpressions: [{key: 'bad key', operator: Exists}]}, {matchExpressions: [{key: pool, operator: In, values: [u]}]}]",
    "ubuntu-0"
)]
#[case::one_bad_value_spoils_its_term(
    "[{matchExpressions: [{key: pool, operator: In, values: [u, 'b d']}]}]",
    ""
)]
#[case::unknown_operator("[{matchExpressions: [{key: pool, operator: Like, values: [u]}]}]", "")]
#[case::in_without_values("[{matchExpressions: [{key: pool, operator: In}]}]", "")]
#[case::exists_with_values(
    "[{matchExpressions: [{key: pool, operator: Exists, values: [u]}]}]",
    ""
)]
#[case::gt_with_two_values(
    "[{matchExpressions: [{key: rank, operator: Gt, values: ['1', '2']}]}]",
    ""
)]
#[case::field_in(
    "[{matchFields: [{key: metadata.name, operator: In, values: [acl-1]}]}]",
    "acl-1"
)]
#[case::field_not_in(
    "[{matchFields: [{key: metadata.name, operator: NotIn, values: [acl-1]}]}]",
    "acl-0 ubuntu-0"
)]
#[case::field_with_two_values(
    "[{matchFields: [{key: metadata.name, operator: In, values: [acl-0, acl-1]}]}]",
    ""
)]
#[case::field_exists("[{matchFields: [{key: metadata.name, operator: Exists}]}]", "")]
#[case::another_field_reads_as_empty(
    "[{matchFields: [{key: spec.nodeName, operator: NotIn, values: [x]}]}]",
    "acl-0 acl-1 ubuntu-0"
)]
#[case::field_and_expression(
    "[{matchFields: [{key: metadata.name, operator: In, values: [acl-1]}], matchExpressions: [{key: pool, operator: In, values: [u]}]}]",
    ""
)]
fn required_affinity_filters(#[case] terms: &str, #[case] expected: &str) {
    assert_eq!(names(&required(terms)), expected);
}

#[test]
fn affinity_and_selector_are_anded_and_preferences_ignored() {
    let yaml = "{nodeSelector: {pool: a}, affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {}}]}}}";
    assert_eq!(names(yaml), "acl-0 acl-1");
}

#[rstest]
#[case::immutable(
    "{nodeSelector: {pool: a}}",
    Class::Immutable,
    "azure-container-linux",
    2,
    2
)]
#[case::immutable_of_two_kinds(&required_with_toleration("[a, g]", "guard"), Class::Immutable, "azure-container-linux azure-linux-os-guard", 3, 3)]
#[case::mixed("{}", Class::Mixed, "azure-container-linux", 3, 2)]
#[case::general("{nodeSelector: {pool: u}}", Class::General, "", 1, 0)]
#[case::moving_alone_is_mixed(&required_with_toleration("[m]", "move"), Class::Mixed, "azure-container-linux", 1, 1)]
#[case::moving_spoils_immutable(&required_with_toleration("[a, m]", "move"), Class::Mixed, "azure-container-linux", 3, 3)]
#[case::an_unknown_os_spoils_immutable(&required_with_toleration("[a, o]", "odd"), Class::Mixed, "azure-container-linux", 3, 2)]
#[case::an_unknown_os_alone_is_general(&required_with_toleration("[o]", "odd"), Class::General, "", 1, 0)]
#[case::nowhere("{nodeSelector: {pool: x}}", Class::Unknown, "", 0, 0)]
#[case::nowhere_but_it_asks_for_acl(
    "{nodeSelector: {pool: x, kubernetes.azure.com/os-sku: AzureContainerLinux}}",
    Class::Unknown,
    "azure-container-linux",
    0,
    0
)]
#[case::nowhere_and_it_asks_for_ubuntu(
    "{nodeSelector: {pool: x, kubernetes.azure.com/os-sku: Ubuntu}}",
    Class::Unknown,
    "",
    0,
    0
)]
#[case::nowhere_but_affinity_asks_for_either(
    &required("[{matchExpressions: [{key: pool, operator: In, values: [x]}, {key: kubernetes.azure.com/os-sku, operator: In, values: [Flatcar, AzureLinuxOSGuard]}]}]"),
    Class::Unknown, "azure-linux-os-guard flatcar", 0, 0)]
#[case::nowhere_and_affinity_leaves_a_way_out(
    &required("[{matchExpressions: [{key: pool, operator: In, values: [x]}, {key: kubernetes.azure.com/os-sku, operator: In, values: [Flatcar, Ubuntu]}]}]"),
    Class::Unknown, "", 0, 0)]
fn candidates_make_a_class(
    #[case] yaml: &str,
    #[case] class: Class,
    #[case] systems: &str,
    #[case] nodes: usize,
    #[case] immutable: usize,
) {
    let placement = place(&spec(yaml), &cluster(), Catalogue::built_in());
    let ids: Vec<&str> = placement
        .immutable_os
        .iter()
        .map(|os| os.id.as_str())
        .collect();
    assert_eq!(
        (
            placement.class,
            ids.join(" ").as_str(),
            placement.nodes,
            placement.immutable
        ),
        (class, systems, nodes, immutable)
    );
}

fn required_with_toleration(pools: &str, dedicated: &str) -> String {
    let affinity = required(&format!(
        "[{{matchExpressions: [{{key: pool, operator: In, values: {pools}}}]}}]"
    ));
    format!(
        "{{tolerations: [{{key: dedicated, value: {dedicated}}}], {}",
        &affinity[1..]
    )
}

#[test]
fn candidates_are_counted_by_pool_and_os() {
    let placement = place(&spec("{}"), &cluster(), Catalogue::built_in());
    let pools: Vec<_> = placement
        .pools
        .iter()
        .map(|pool| (pool.name.as_deref(), pool.os.key().0, pool.nodes))
        .collect();
    assert_eq!(
        pools,
        [
            (Some("a"), "azure-container-linux", 2),
            (Some("u"), "ubuntu", 1)
        ]
    );
}

/// What each node of the small cluster lacks.
#[test]
fn a_node_that_is_no_candidate_says_why() {
    let text: Vec<String> = [
        "{nodeName: gone}",
        "{nodeSelector: {pool: u, disk: hdd}, tolerations: [{key: dedicated, value: guard}]}",
        &required("[{matchExpressions: [{key: pool, operator: NotIn, values: [a, g]}, {key: rank, operator: Gt, values: ['5']}]}]"),
        &required("[{matchExpressions: [{key: disk, operator: Exists}]}, {matchFields: [{key: metadata.name, operator: In, values: [acl-0]}]}]"),
        &required("[{}, {matchExpressions: [{key: 'bad key', operator: Exists}]}]"),
        &required("[]"),
    ]
    .into_iter()
    .map(|yaml| {
        let lines = explain(&spec(yaml), &cluster(), Catalogue::built_in()).into_iter().map(|standing| {
            let reason = standing.reason.as_deref().unwrap_or("yes");
            format!("  {}: {reason}\n", standing.name)
        });
        format!("{yaml}\n{}", lines.collect::<String>())
    })
    .collect();
    insta::assert_snapshot!(text.join("\n"));
}

/// A pool without a node, declared as `team: a`, tainted `dedicated=x`; whether a pod could land there.
#[rstest]
#[case("{}", false)]
#[case("{tolerations: [{operator: Exists}]}", true)]
#[case("{tolerations: [{operator: Exists}], nodeSelector: {team: a}}", true)]
#[case("{tolerations: [{operator: Exists}], nodeSelector: {team: b}}", false)]
#[case(
    "{tolerations: [{operator: Exists}], nodeSelector: {unheard: of}}",
    false
)]
#[case(
    "{tolerations: [{operator: Exists}], nodeSelector: {topology.kubernetes.io/zone: '1'}}",
    true
)]
#[case(
    "{tolerations: [{operator: Exists}], nodeSelector: {agentpool: new}}",
    true
)]
#[case(
    "{tolerations: [{operator: Exists}], nodeSelector: {kubernetes.azure.com/os-sku: AzureContainerLinux}}",
    true
)]
#[case(
    "{tolerations: [{operator: Exists}], nodeSelector: {kubernetes.azure.com/os-sku: Ubuntu}}",
    false
)]
#[case(
    "{tolerations: [{operator: Exists}], nodeSelector: {kubernetes.io/os: windows}}",
    false
)]
#[case("{tolerations: [{operator: Exists}], nodeName: acl-0}", false)]
#[case(&tolerant("[{matchFields: [{key: metadata.name, operator: In, values: [acl-0]}]}]"), false)]
#[case(&tolerant("[{matchFields: [{key: metadata.name, operator: NotIn, values: [acl-0]}]}]"), true)]
#[case(&tolerant("[{matchExpressions: [{key: team, operator: NotIn, values: [a]}]}]"), false)]
#[case(&tolerant("[{matchExpressions: [{key: team, operator: NotIn, values: [a]}]}, {matchExpressions: [{key: team, operator: Exists}]}]"), true)]
#[case(&tolerant("[{matchExpressions: [{key: kubernetes.azure.com/os-sku, operator: NotIn, values: [AzureContainerLinux]}]}]"), false)]
#[case(&tolerant("[{matchExpressions: [{key: node.kubernetes.io/cores, operator: Gt, values: ['4']}, {key: node.kubernetes.io/cores, operator: Lt, values: ['5']}]}]"), false)]
#[case(&tolerant("[{}]"), false)]
fn a_pool_without_a_node_is_a_candidate(#[case] yaml: &str, #[case] fits: bool) {
    let os = cluster()
        .nodes()
        .find(|(name, _)| *name == "acl-0")
        .unwrap()
        .1
        .os
        .clone();
    let mut pool = EmptyPool::new("new", os, Origin::Declared);
    pool.labels.insert(
        "team".to_owned(),
        crate::inventory::pool::Allowed::only(["a"]),
    );
    pool.taints.push(crate::inventory::Taint {
        key: "dedicated".to_owned(),
        value: "x".to_owned(),
        effect: "NoSchedule".to_owned(),
    });
    let mut inventory = Inventory::default();
    inventory.set_pools(Origin::Declared, vec![pool]);
    let placement = place(&spec(yaml), &inventory, Catalogue::built_in());
    let there: Vec<_> = placement
        .pools
        .iter()
        .map(|pool| (pool.name.as_deref(), pool.nodes))
        .collect();
    if fits {
        assert_eq!(
            (placement.class, there.as_slice()),
            (Class::Immutable, [(Some("new"), 0)].as_slice())
        );
    } else {
        assert_eq!(there, []);
    }
}

fn tolerant(terms: &str) -> String {
    format!(
        "{{tolerations: [{{operator: Exists}}], {}",
        &required(terms)[1..]
    )
}

#[test]
fn a_general_pool_without_a_node_makes_the_set_mixed() {
    let mut inventory = cluster();
    let ubuntu = Catalogue::built_in().by_sku("Ubuntu").cloned().unwrap();
    let pool = EmptyPool::new("a", NodeOs::Known(ubuntu), Origin::NodePool);
    let spec = spec("{nodeSelector: {kubernetes.azure.com/agentpool: a}}");
    let class = |inventory: &Inventory| place(&spec, inventory, Catalogue::built_in()).class;
    assert_eq!(class(&inventory), Class::Immutable);
    inventory.set_pools(Origin::NodePool, vec![pool]);
    assert_eq!(class(&inventory), Class::Mixed);
}
