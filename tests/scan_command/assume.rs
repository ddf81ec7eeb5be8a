//! `--assume`: before and after in one report, of a cluster and of manifests.

use serde_json::json;

use crate::api::{cluster, maker, serve, spec};
use crate::run::Folder;

const ACL: &str = "ubuntu=azure-container-linux";

#[test]
fn both_sides_of_a_move_are_shown_and_what_is_new_stands_out() {
    let folder = Folder::at(serve(cluster(), &[]));
    insta::assert_snapshot!("assume_table", folder.scan(&["--assume", ACL]).whole());
    let outcome = folder.scan(&["--assume", ACL, "-o", "json"]);
    assert_eq!(outcome.code, 1);
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
    let report = outcome.json();
    let named = |kind: &str, namespace: &str, name: &str| json!({"kind": kind, "namespace": namespace, "name": name});
    assert_eq!(
        report["migration"],
        json!({"assumed": {"ubuntu": "azure-container-linux"}, "nodes": 2, "workloads": 3, "pods": 4, "namespaces": ["monitoring", "shop"],
            "breaks": 0, "atRisk": 1, "denied": 3, "withoutANode": [], "lost": [], "daemonSets": [named("DaemonSet", "monitoring", "agent")]})
    );
    let is_new = |index: usize| report["workloads"][index]["findings"][0]["new"].clone();
    assert_eq!((is_new(2), is_new(5)), (json!(true), json!(false)));
}

#[test]
fn a_move_that_changes_nothing_says_so_and_fails_for_what_is_there() {
    let folder = Folder::at(serve(cluster(), &[]));
    let outcome = folder.scan(&["--assume", "acl=azure-container-linux"]);
    assert_eq!(outcome.code, 1, "{}", outcome.whole());
    assert!(
        outcome.stdout.contains("changes nothing for any workload"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn bare_pods_on_moved_nodes_are_lost_and_who_asks_for_the_old_os_has_no_node() {
    let mut objects = cluster();
    let mut asks = spec("ubuntu", &json!({}));
    asks["nodeSelector"] = json!({"kubernetes.azure.com/os-sku": "Ubuntu"});
    objects.push(maker("apps/v1", "Deployment", "shop", "old", &asks));
    let folder = Folder::at(serve(objects, &[]));
    let report = folder.scan(&["--assume", "*=flatcar", "-o", "json"]).json();
    let migration = &report["migration"];
    assert_eq!(
        migration["lost"],
        json!([{"kind": "Pod", "namespace": "shop", "name": "debug"}])
    );
    assert_eq!(
        migration["withoutANode"],
        json!([{"kind": "Deployment", "namespace": "shop", "name": "old"}])
    );
    assert_eq!(migration["nodes"], 3);
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

#[test]
fn what_cannot_be_assumed_says_why_and_what_to_do() {
    let folder = Folder::at(serve(cluster(), &[]));
    folder.write("pod.yaml", POD);
    let cases: [(&[&str], &str); 6] = [
        (
            &["--assume", "ubunto=flatcar"],
            "--assume ubunto=flatcar: there is no pool ubunto; did you mean ubuntu?",
        ),
        (
            &["--assume", "ubuntu=flatcat"],
            "there is no such operating system; did you mean flatcar?",
        ),
        (
            &["--assume", "ubuntu=windows"],
            "ubuntu cannot be moved to Windows",
        ),
        (&["--assume", "ubuntu"], "write it as POOL=OS"),
        (&["--assume", "=flatcar"], "write it as POOL=OS"),
        (&["--assume", "ubuntu="], "write it as POOL=OS"),
    ];
    for (arguments, words) in cases {
        let outcome = folder.scan(arguments);
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (2, ""),
            "{}",
            outcome.whole()
        );
        assert!(
            outcome.stderr.contains(words),
            "{words}: {}",
            outcome.stderr
        );
    }
    let outcome = folder.run(&["check", "pod.yaml", "--assume", ACL]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("give --nodes FILE"),
        "{}",
        outcome.stderr
    );
}
