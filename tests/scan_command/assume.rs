//! `--assume`: before and after in one report, of a cluster and of manifests.

use serde_json::json;

use crate::api::{cluster, maker, serve, spec};
use crate::run::{FORMATS, Folder};

const ACL: &str = "ubuntu=azure-container-linux";

#[test]
fn both_sides_of_a_move_are_shown_and_what_is_new_stands_out() {
    let folder = Folder::at(serve(cluster(), &[]));
    for format in FORMATS {
        let outcome = folder.scan(&["--assume", ACL, "-o", format]);
        insta::assert_snapshot!(format!("assume_{format}"), outcome.whole());
    }
    let outcome = folder.scan(&["--assume", ACL, "-o", "json"]);
    assert_eq!(
        outcome.decisions(),
        [
            "Pod kube-system/proxy-acl-0 allow (was allow)",
            "DaemonSet monitoring/agent deny (was warn)",
            "CronJob shop/nightly deny (was allow)",
            "Deployment shop/web allow (was allow)",
            "Kafka shop/events deny (was allow)",
            "Pod shop/debug deny (was deny)",
        ]
    );
}

#[test]
fn a_move_that_changes_nothing_says_so_and_fails_for_what_is_there() {
    let folder = Folder::at(serve(cluster(), &[]));
    let outcome = folder.scan(&["--assume", "acl=azure-container-linux"]);
    insta::assert_snapshot!(outcome.in_short(), @r"
    1
    Pod kube-system/proxy-acl-0  allow (now allow)  immutable: it can land on 1 of 3 nodes, each with an immutable OS; not judged: a static pod, which its node makes
    DaemonSet monitoring/agent  warn (now warn)  mixed: it runs on 3 of 3 nodes, 1 of them with an immutable OS; 3 pods on 3 nodes
    CronJob shop/nightly  allow (now allow)  general: it can land on 2 of 3 nodes, none with an immutable OS; no pod runs
    Deployment shop/web  allow (now allow)  general: it can land on 2 of 3 nodes, none with an immutable OS; 1 pod on 1 node
    Kafka shop/events  allow (now allow)  general: it can land on 2 of 3 nodes, none with an immutable OS; 1 pod on 1 node
    Pod shop/debug  deny (now deny)  immutable: it can land on 1 of 3 nodes, each with an immutable OS; a bare pod: nothing makes it anew
    6 workloads: 1 deny, 1 warn, 4 allow
    Moving pool acl to azure-container-linux (0 nodes):
    ");
}

#[test]
fn bare_pods_on_moved_nodes_are_lost_and_who_asks_for_the_old_os_has_no_node() {
    let mut objects = cluster();
    let mut asks = spec("ubuntu", &json!({}));
    asks["nodeSelector"] = json!({"kubernetes.azure.com/os-sku": "Ubuntu"});
    objects.push(maker("apps/v1", "Deployment", "shop", "old", &asks));
    let folder = Folder::at(serve(objects, &[]));
    let outcome = folder.scan(&["--assume", "*=flatcar"]);
    insta::assert_snapshot!("lost", outcome.whole());
    let report = folder.scan(&["--assume", "*=flatcar", "-o", "json"]).json();
    insta::assert_json_snapshot!("lost_migration", report["migration"]);
}

const NODES: &str = "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Node, metadata: {name: node-a, labels: {agentpool: ubuntu, kubernetes.azure.com/os-sku: Ubuntu}}}]\n";
const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostNetwork: true}\n";

#[test]
fn manifests_are_judged_on_the_moved_pool_too() {
    let folder = Folder::at(serve(Vec::new(), &[]));
    folder.write("nodes.yaml", NODES);
    folder.write("pod.yaml", POD);
    let check = |arguments: &[&str]| {
        folder.run(&[&["check", "pod.yaml", "-o", "json"], arguments].concat())
    };
    let before = check(&["--nodes", "nodes.yaml"]);
    assert_eq!(
        (before.code, before.decisions()),
        (0, vec!["Pod default/p allow".to_owned()])
    );
    let after = check(&["--nodes", "nodes.yaml", "--assume", ACL]);
    assert_eq!(
        (after.code, after.decisions()),
        (1, vec!["Pod default/p deny (was allow)".to_owned()])
    );
    let table = folder.check(&["pod.yaml", "--nodes", "nodes.yaml", "--assume", ACL]);
    insta::assert_snapshot!(table.whole(), @r"
    1
    pod.yaml:1  Pod default/p  deny (now allow)  immutable: it can land on 1 of 1 node, each with an immutable OS
      note     host-network  spec.hostNetwork  pod.yaml:4  NEW
               hostNetwork joins the host's network namespace (it is known to work there, but strictness: strict admits no use of the host)
               to fix it: drop hostNetwork and offer the port through a Service or a hostPort

    1 workload: 1 deny

    Moving pool ubuntu to azure-container-linux (1 node):
      concerns 1 workload in 1 namespace
      breaks 0, puts 0 at risk; 1 would be refused that is not now
    ");
}

#[test]
fn a_pool_that_is_only_declared_can_be_moved() {
    let folder = Folder::at(serve(Vec::new(), &[]));
    folder.write("pod.yaml", POD);
    folder.write("c.yaml", "pools: [{name: later, os: ubuntu}]\n");
    folder.write("nodes.yaml", NODES);
    let arguments = [
        "check",
        "pod.yaml",
        "--nodes",
        "nodes.yaml",
        "--config",
        "c.yaml",
        "--assume",
        "later=flatcar",
        "-o",
        "json",
    ];
    assert_eq!(
        folder.run(&arguments).decisions(),
        ["Pod default/p warn (was allow)"]
    );
}
