//! Pools that have no node yet: declared in a configuration, or Karpenter's, in files and in a cluster. Each is a line of its own.

use serde_json::{Value, json};

use crate::api_server::{self, Answers, groups, list, refusal};
use crate::run::Folder;

const PODS: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: anywhere}}
---
{apiVersion: v1, kind: Pod, metadata: {name: on-spot}, spec: {nodeSelector: {karpenter.sh/capacity-type: spot}}}
";

const NODE: &str = "{apiVersion: v1, kind: Node, metadata: {name: u-0, labels: {agentpool: u, kubernetes.azure.com/os-sku: Ubuntu}}}";

const KARPENTER: &str = "
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: spot}
spec:
  template:
    spec:
      nodeClassRef: {group: karpenter.azure.com, kind: AKSNodeClass, name: acl}
      requirements: [{key: karpenter.sh/capacity-type, operator: In, values: [spot]}]
---
{apiVersion: karpenter.azure.com/v1beta1, kind: AKSNodeClass, metadata: {name: acl}, spec: {imageFamily: AzureContainerLinux}}
---
{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: going, deletionTimestamp: '2026-11-24T00:00:00Z'}}
";

const CONFIG: &str = "
apiVersion: hostfit.dev/v1
kind: Config
pools:
- {name: acl2, os: azure-container-linux, taints: [{key: dedicated, value: a, effect: NoSchedule}]}
";

fn folder() -> Folder {
    Folder::with(&[
        ("pods.yaml", PODS),
        ("node.yaml", NODE),
        ("karpenter.yaml", KARPENTER),
        ("config.yaml", CONFIG),
    ])
}

/// What is shown of nodes and pools, however they came together.
const SHOWN: &str = "\
Pod default/anywhere  pods.yaml:2
mixed: it can land on 1 of 1 node, 0 of them with an immutable OS, and on a new node of pool spot
  NODE           POOL  OS                     FITS  REASON
  u-0            u     Ubuntu                 yes
  (no node yet)  spot  Azure Container Linux  yes
  (no node yet)  acl2  Azure Container Linux  no    taint dedicated=a:NoSchedule is not tolerated

Pod default/on-spot  pods.yaml:4
immutable: it can land on none of 1 node, but on a new node of pool spot
  NODE           POOL  OS                     FITS  REASON
  (no node yet)  spot  Azure Container Linux  yes
  u-0            u     Ubuntu                 no    node selector karpenter.sh/capacity-type=spot (it has no label karpenter.sh/capacity-type)
  (no node yet)  acl2  Azure Container Linux  no    taint dedicated=a:NoSchedule is not tolerated

2 workloads: 1 immutable, 1 mixed
";

#[test]
fn they_come_from_the_configuration_and_from_files() {
    let folder = folder();
    let config = "--config=config.yaml";
    let beside_nodes = [
        "pods.yaml",
        "--nodes=node.yaml",
        "--nodes=karpenter.yaml",
        config,
    ];
    assert_eq!(folder.placement(&beside_nodes).ok(), SHOWN);
    let among_manifests = ["pods.yaml", "karpenter.yaml", "--nodes=node.yaml", config];
    assert_eq!(folder.placement(&among_manifests).ok(), SHOWN);
}

#[test]
fn they_come_from_the_cluster() {
    let folder = folder();
    let kubeconfig = api_server::start(cluster());
    folder.write("kubeconfig", kubeconfig);
    let arguments = [
        "pods.yaml",
        "--kubeconfig=kubeconfig",
        "--config=config.yaml",
    ];
    assert_eq!(folder.placement(&arguments).ok(), SHOWN);
}

#[test]
fn without_the_right_to_see_them_the_rest_is_shown() {
    let folder = folder();
    let mut answers = cluster();
    answers.insert(
        NODE_POOLS,
        refusal(403, "nodepools.karpenter.sh is forbidden"),
    );
    let kubeconfig = api_server::start(answers);
    folder.write("kubeconfig", kubeconfig);
    let outcome = folder.placement(&["pods.yaml", "--kubeconfig=kubeconfig"]);
    let (_, said) = outcome.stderr.split_once("http://127.0.0.1:").unwrap();
    let (_, said) = said.split_once('/').unwrap();
    assert_eq!(
        said,
        ": refuses: nodepools.karpenter.sh is forbidden (403); let this account list nodepools; pools that have no node yet are left out\n"
    );
    assert_eq!(outcome.code, 3);
    insta::assert_snapshot!(outcome.stdout, @r"
    Pod default/anywhere  pods.yaml:2
    general: it can land on 1 of 1 node, none with an immutable OS
      NODE  POOL  OS      FITS  REASON
      u-0   u     Ubuntu  yes

    Pod default/on-spot  pods.yaml:4
    unknown: it can land on none of 1 node
      NODE  POOL  OS      FITS  REASON
      u-0   u     Ubuntu  no    node selector karpenter.sh/capacity-type=spot (it has no label karpenter.sh/capacity-type)

    2 workloads: 1 general, 1 unknown
    ");
}

#[test]
fn an_account_without_rights_to_what_is_not_there_is_told_nothing() {
    let folder = folder();
    let mut answers = cluster();
    answers.insert("/apis", (200, groups(&["apps/v1"])));
    for path in [NODE_POOLS, NODE_CLASSES] {
        answers.insert(path, refusal(403, "forbidden"));
    }
    let kubeconfig = api_server::start(answers);
    folder.write("kubeconfig", kubeconfig);
    let shown = folder
        .placement(&["pods.yaml", "--kubeconfig=kubeconfig"])
        .ok();
    insta::assert_snapshot!(shown, @r"
    Pod default/anywhere  pods.yaml:2
    general: it can land on 1 of 1 node, none with an immutable OS
      NODE  POOL  OS      FITS  REASON
      u-0   u     Ubuntu  yes

    Pod default/on-spot  pods.yaml:4
    unknown: it can land on none of 1 node
      NODE  POOL  OS      FITS  REASON
      u-0   u     Ubuntu  no    node selector karpenter.sh/capacity-type=spot (it has no label karpenter.sh/capacity-type)

    2 workloads: 1 general, 1 unknown
    ");
}

const NODE_POOLS: &str = "/apis/karpenter.sh/v1/nodepools";
const NODE_CLASSES: &str = "/apis/karpenter.azure.com/v1beta1/aksnodeclasses";

/// What the files hold.
fn cluster() -> Answers {
    let objects = |text: &str, kind: &str| {
        let documents = serde_saphyr::from_multiple::<Value>(text);
        let objects = documents.unwrap().into_iter();
        let objects: Vec<Value> = objects.filter(|object| object["kind"] == kind).collect();
        (200, list(&json!(objects)))
    };
    let present = ["karpenter.sh/v1", "karpenter.azure.com/v1beta1"];
    Answers::from([
        ("/apis", (200, groups(&present))),
        ("/api/v1/nodes", objects(NODE, "Node")),
        (NODE_POOLS, objects(KARPENTER, "NodePool")),
        (NODE_CLASSES, objects(KARPENTER, "AKSNodeClass")),
    ])
}

#[test]
fn in_json_they_have_no_name() {
    let folder = folder();
    let arguments = [
        "pods.yaml",
        "--nodes=karpenter.yaml",
        "--config=config.yaml",
        "-ojson",
    ];
    let report = folder.placement(&arguments).json();
    assert_eq!(
        report["workloads"][0]["nodes"],
        json!([
            {"name": null, "pool": "spot", "os": "azure-container-linux", "immutable": true, "candidate": true},
            {"name": null, "pool": "acl2", "os": "azure-container-linux", "immutable": true, "candidate": false,
             "reason": "taint dedicated=a:NoSchedule is not tolerated"},
        ])
    );
}

/// Karpenter can make another node of a pool that has some, and it need not be like them.
#[test]
fn a_node_pool_with_nodes_can_get_a_new_one() {
    let node = "{kind: Node, metadata: {name: s-0, labels: {karpenter.sh/nodepool: spot, kubernetes.azure.com/os-sku: Ubuntu}}}";
    let folder = Folder::with(&[("pods.yaml", PODS), ("k.yaml", KARPENTER), ("n.yaml", node)]);
    let shown = folder.placement(&["pods.yaml", "--nodes=k.yaml", "--nodes=n.yaml"]);
    insta::assert_snapshot!(shown.ok(), @r"
    Pod default/anywhere  pods.yaml:2
    mixed: it can land on 1 of 1 node, 0 of them with an immutable OS, and on a new node of pool spot
      NODE          POOL  OS                     FITS  REASON
      s-0           spot  Ubuntu                 yes
      (a new node)  spot  Azure Container Linux  yes

    Pod default/on-spot  pods.yaml:4
    immutable: it can land on none of 1 node, but on a new node of pool spot
      NODE          POOL  OS                     FITS  REASON
      (a new node)  spot  Azure Container Linux  yes
      s-0           spot  Ubuntu                 no    node selector karpenter.sh/capacity-type=spot (it has no label karpenter.sh/capacity-type)

    2 workloads: 1 immutable, 1 mixed
    ");
}

#[test]
fn a_configuration_that_cannot_be_used_is_one_line() {
    let folder = Folder::with(&[
        ("p.yaml", PODS),
        (
            "bad.yaml",
            "apiVersion: hostfit.dev/v1\nkind: Config\npools: [{os: ubuntu}]",
        ),
    ]);
    folder.write("binary.yaml", b"\xff");
    let lines = ["bad.yaml", "binary.yaml", "none.yaml"].map(|config| {
        let arguments = [
            "p.yaml",
            "--nodes=nodes.yaml",
            &format!("--config={config}"),
        ];
        let outcome = folder.placement(&arguments);
        assert_eq!(outcome.stdout, "");
        format!("{}: {}", outcome.code, outcome.stderr)
    });
    insta::assert_snapshot!(lines.concat(), @r"
    2: error: the configuration cannot be used: bad.yaml: pools[0].name: a pool needs its name, it is shown in messages
    2: error: the configuration cannot be used: binary.yaml: it is no text: invalid utf-8 sequence of 1 bytes from index 0; write it in UTF-8
    2: error: the configuration cannot be used: none.yaml: No such file or directory (os error 2); give --config a file that this process can read
    ");
}
