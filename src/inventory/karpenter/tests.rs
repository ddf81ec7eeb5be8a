//! `NodePool`s and `AKSNodeClass`es as people write them, and which pods their nodes could take.

use rstest::rstest;

use super::*;
use crate::inventory::{Group, Inventory, Node};
use crate::os::OsKind;
use crate::placement::{Class, place};
use crate::workload::pod::PodSpec;

const POOL: &str = "
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: burst}
spec:
  limits: {cpu: '0'}
  template:
    metadata:
      labels: {team: a}
    spec:
      nodeClassRef: {group: karpenter.azure.com, kind: AKSNodeClass, name: acl}
      taints: [{key: burst, value: 'yes', effect: NoSchedule}, {key: soft, effect: PreferNoSchedule}]
      startupTaints: [{key: example.com/agent-not-ready, effect: NoSchedule}]
      expireAfter: 720h
      requirements:
        - {key: kubernetes.io/os, operator: In, values: [linux]}
        - {key: kubernetes.io/arch, operator: In, values: [amd64, arm64]}
        - {key: karpenter.sh/capacity-type, operator: NotIn, values: [spot]}
        - {key: example.com/tenant, operator: Exists}
        - {key: example.com/old, operator: DoesNotExist}
        - {key: karpenter.azure.com/sku-cpu, operator: Gt, values: ['3']}
        - {key: karpenter.azure.com/sku-cpu, operator: Lte, values: ['16']}
        - {key: karpenter.azure.com/sku-memory, operator: Gte, values: ['8192'], minValues: 2}
        - {key: karpenter.azure.com/sku-version, operator: Lt, values: ['6']}
        - {key: example.com/new, operator: Near, values: [x]}
";

fn value(yaml: &str) -> Value {
    serde_saphyr::from_str(yaml).unwrap()
}

/// An inventory with this one `NodePool` and a class `acl` of this spec.
fn cluster(pool: &str, class_spec: &str) -> Inventory {
    let node_pools = NodePools::from([("burst".to_owned(), NodePool::new("burst", &value(pool)))]);
    let class = value(&format!("{{spec: {class_spec}}}"));
    let classes = NodeClasses::from([("acl".to_owned(), image_family(&class))]);
    let mut inventory = Inventory::default();
    inventory.set_pools(
        Origin::NodePool,
        pools(&node_pools, &classes, Catalogue::built_in()),
    );
    inventory
}

fn class_of(inventory: &Inventory, spec: &str) -> Class {
    let spec: PodSpec = serde_saphyr::from_str(spec).unwrap();
    place(&spec, inventory, Catalogue::built_in()).class
}

const ACL: &str = "{imageFamily: AzureContainerLinux}";

#[rstest]
#[case::its_pool("karpenter.sh/nodepool In burst", true)]
#[case::another_pool("karpenter.sh/nodepool In other", false)]
#[case::not_of_this_pool("karpenter.sh/nodepool NotIn burst", false)]
#[case::no_pool_of_karpenter("karpenter.sh/nodepool DoesNotExist", false)]
#[case::a_pool_of_aks("kubernetes.azure.com/agentpool In burst", false)]
#[case::no_pool_of_aks("kubernetes.azure.com/agentpool DoesNotExist", true)]
#[case::label("team In a", true)]
#[case::other_label("team In b", false)]
#[case::label_that_it_does_not_set("unheard-of In x", false)]
#[case::one_of("kubernetes.io/arch In arm64", true)]
#[case::none_of("kubernetes.io/arch NotIn arm64 amd64", false)]
#[case::excluded("karpenter.sh/capacity-type In spot", false)]
#[case::not_excluded("karpenter.sh/capacity-type In on-demand", true)]
#[case::any_value("example.com/tenant In t", true)]
#[case::must_exist("example.com/tenant DoesNotExist", false)]
#[case::must_not_exist("example.com/old Exists", false)]
#[case::not_there("example.com/old NotIn x", true)]
#[case::between("karpenter.azure.com/sku-cpu In 8", true)]
#[case::too_small("karpenter.azure.com/sku-cpu In 2", false)]
#[case::just_above("karpenter.azure.com/sku-cpu Lt 4", false)]
#[case::as_large_as("karpenter.azure.com/sku-cpu In 16", true)]
#[case::too_large("karpenter.azure.com/sku-cpu Gt 16", false)]
#[case::at_least("karpenter.azure.com/sku-memory In 8192", true)]
#[case::not_less("karpenter.azure.com/sku-memory In 8191", false)]
#[case::below("karpenter.azure.com/sku-version In 6", false)]
#[case::unknown_operator("example.com/new In x", true)]
#[case::set_by_itself("topology.kubernetes.io/zone In westeurope-1", true)]
#[case::os("kubernetes.azure.com/os-sku In AzureContainerLinux", true)]
#[case::other_os("kubernetes.azure.com/os-sku In Ubuntu", false)]
fn a_pool_is_a_candidate_when_nothing_contradicts(#[case] requirement: &str, #[case] fits: bool) {
    let mut words = requirement.split(' ');
    let (key, operator) = (words.next().unwrap(), words.next().unwrap());
    let values: Vec<String> = words.map(|word| format!("'{word}'")).collect();
    let expression = format!(
        "key: {key}, operator: {operator}, values: [{}]",
        values.join(", ")
    );
    let spec = format!(
        "{{tolerations: [{{key: burst, operator: Exists}}], affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{{matchExpressions: [{{{expression}}}]}}]}}}}}}}}"
    );
    let expected = if fits {
        Class::Immutable
    } else {
        Class::Unknown
    };
    let class = class_of(&cluster(POOL, ACL), &spec);
    assert_eq!(class, expected);
}

#[test]
fn its_taints_keep_away_and_its_startup_taints_do_not() {
    let cluster = cluster(POOL, ACL);
    assert_eq!(class_of(&cluster, "{}"), Class::Unknown);
    assert_eq!(
        class_of(&cluster, "{tolerations: [{key: burst, value: 'yes'}]}"),
        Class::Immutable
    );
}

#[rstest]
#[case::acl(ACL, "azure-container-linux")]
#[case::version("{imageFamily: Ubuntu2404}", "ubuntu")]
#[case::azure_linux("{imageFamily: AzureLinux}", "azure-linux")]
#[case::default("{}", "ubuntu")]
#[case::null("null", "ubuntu")]
#[case::not_known("{imageFamily: Plan9}", "")]
fn a_class_has_the_os_of_its_image_family(#[case] spec: &str, #[case] id: &str) {
    let cluster = cluster(POOL, spec);
    let pool = cluster.pools().next().unwrap();
    assert_eq!(pool.os.key().0, id, "{spec}");
}

#[rstest]
#[case::gone("name: acl}", "name: gone}")]
#[case::of_another_cloud(
    "group: karpenter.azure.com, kind: AKSNodeClass",
    "group: karpenter.k8s.aws, kind: EC2NodeClass"
)]
fn without_its_class_the_os_is_not_known(#[case] from: &str, #[case] to: &str) {
    let cluster = cluster(&POOL.replace(from, to), ACL);
    let oses: Vec<&NodeOs> = cluster.pools().map(|pool| &pool.os).collect();
    assert_eq!(oses, [&NodeOs::Unknown]);
}

#[test]
fn a_windows_pool_takes_no_linux_pod() {
    let windows = POOL.replace("values: [linux]", "values: [windows]");
    let of_unknown_os = cluster(&windows, "{imageFamily: Plan9}");
    let pool = of_unknown_os.pools().next().unwrap();
    assert_eq!(pool.kind, OsKind::Windows);
    let of_known_os = cluster(&windows, "{imageFamily: Windows2022}");
    let pool = of_known_os.pools().next().unwrap();
    assert_eq!(pool.kind, OsKind::Windows);
}

#[rstest]
#[case("{}")]
#[case("{spec: null}")]
#[case("{spec: {template: {spec: {requirements: 7, taints: {}}}}}")]
#[case("{spec: {template: {metadata: null, spec: null}}}")]
fn whatever_is_written_there_is_still_a_pool(#[case] pool: &str) {
    let cluster = cluster(pool, ACL);
    assert_eq!(class_of(&cluster, "{}"), Class::General);
    let selects = "{nodeSelector: {karpenter.sh/nodepool: burst}}";
    assert_eq!(class_of(&cluster, selects), Class::General);
}

#[test]
fn not_without_end_many_are_looked_at() {
    let pool = NodePool::new("p", &value(POOL));
    let many: NodePools = (0..=MOST_NODE_POOLS)
        .map(|index| (format!("p{index:04}"), pool.clone()))
        .collect();
    assert_eq!(
        pools(&many, &NodeClasses::new(), Catalogue::built_in()).len(),
        MOST_NODE_POOLS
    );
}

/// A node that has just started, with this taint.
fn starting(pool: &str, taint: &str) -> Node {
    let (key, effect) = taint.split_once(':').unwrap();
    Node {
        name: "n".to_owned(),
        labels: BTreeMap::new(),
        group: Group {
            pool: Some(pool.to_owned()),
            os: NodeOs::Unknown,
            kind: OsKind::Linux,
            taints: vec![Taint {
                key: key.to_owned(),
                value: String::new(),
                effect: effect.to_owned(),
            }],
        },
    }
}

#[rstest]
#[case::of_its_pool("burst", "example.com/agent-not-ready:NoSchedule", 1)]
#[case::of_another_effect("burst", "example.com/agent-not-ready:NoExecute", 0)]
#[case::of_another_pool("other", "example.com/agent-not-ready:NoSchedule", 0)]
#[case::for_good("burst", "dedicated:NoSchedule", 0)]
fn a_startup_taint_passes(#[case] pool: &str, #[case] taint: &str, #[case] nodes: usize) {
    let mut cluster = cluster(POOL, ACL);
    cluster.apply(starting(pool, taint));
    let placement = place(&PodSpec::default(), &cluster, Catalogue::built_in());
    assert_eq!(placement.nodes, nodes);
    let names = crate::placement::candidates(&PodSpec::default(), &cluster);
    assert_eq!(names.len(), nodes);
    let standings = crate::placement::explain(&PodSpec::default(), &cluster, Catalogue::built_in());
    assert_eq!(standings[0].reason.is_none(), nodes == 1, "{standings:?}");
}
