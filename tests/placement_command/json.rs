//! What programs get: the documented shape, and nothing else.

use serde_json::{Map, Value, json};

use crate::run::{Folder, on_examples};

const EXAMPLES: [&str; 4] = [
    "placement",
    "examples/workloads.yaml",
    "--nodes=examples/nodes.yaml",
    "--output=json",
];

#[test]
fn the_examples_are_in_the_documented_shape() {
    let report: Value = serde_json::from_str(&on_examples(&EXAMPLES).ok()).unwrap();
    assert_eq!(keys(&report), ["schema", "workloads"]);
    assert_eq!(report["schema"], "hostfit.dev/placement/v1");
    let workloads = report["workloads"].as_array().unwrap();
    assert_eq!(workloads.len(), 3);
    for workload in workloads {
        assert_eq!(
            keys(workload),
            ["apiVersion", "class", "kind", "name", "namespace", "nodes"]
        );
        assert!(["immutable", "mixed", "general", "unknown"].contains(&text(&workload["class"])));
        for key in ["apiVersion", "kind", "namespace", "name"] {
            assert_ne!(text(&workload[key]), "");
        }
        let nodes = workload["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), 6);
        nodes.iter().for_each(check_node);
        let names: Vec<&str> = nodes.iter().map(|node| text(&node["name"])).collect();
        assert!(names.is_sorted(), "{names:?}");
    }
}

fn check_node(node: &Value) {
    let mut expected = vec!["candidate", "immutable", "name", "os", "pool"];
    if !node["candidate"].as_bool().unwrap() {
        expected.push("reason");
        assert_ne!(text(&node["reason"]), "");
    }
    assert_eq!(keys(node), expected);
    assert!(node["immutable"].is_boolean());
    for key in ["name", "os", "pool"] {
        assert_ne!(text(&node[key]), "");
    }
}

fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object
        .as_object()
        .map(Map::keys)
        .unwrap()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn one_workload_whole() {
    let nodes = "
kind: List
items:
- {metadata: {name: a, labels: {agentpool: acl1, kubernetes.azure.com/os-sku: AzureContainerLinux}}}
- {metadata: {name: b, labels: {agentpool: moving, kubernetes.azure.com/os-sku: Ubuntu, kubernetes.azure.com/os-sku-requested: AzureContainerLinux}}}
- {metadata: {name: c}, spec: {taints: [{key: CriticalAddonsOnly, value: \"true\", effect: NoSchedule}]}}
";
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}}";
    let folder = Folder::with(&[("p.yaml", pod), ("three.yaml", nodes)]);
    let outcome = folder.placement(&["p.yaml", "--nodes=three.yaml", "-ojson"]);
    assert_eq!(
        outcome.json(),
        json!({"schema": "hostfit.dev/placement/v1", "workloads": [
            {"apiVersion": "v1", "kind": "Pod", "namespace": "default", "name": "p", "class": "mixed", "nodes": [
                {"name": "a", "pool": "acl1", "os": "azure-container-linux", "immutable": true, "candidate": true},
                {"name": "b", "pool": "moving", "os": "ubuntu", "immutable": true, "candidate": true},
                {"name": "c", "pool": null, "os": "unknown", "immutable": false, "candidate": false,
                 "reason": "taint CriticalAddonsOnly=true:NoSchedule is not tolerated"},
            ]},
        ]})
    );
}

#[test]
fn both_formats_at_once() {
    let folder = Folder::with(&[("p.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: p}}")]);
    let shown = folder
        .placement(&["p.yaml", "--nodes=nodes.yaml", "-ojson=out.json", "-otable"])
        .ok();
    let alone = |format| {
        folder
            .placement(&["p.yaml", "--nodes=nodes.yaml", format])
            .ok()
    };
    assert_eq!(shown, alone("-otable"));
    assert_eq!(folder.read("out.json"), alone("-ojson"));
}

#[test]
fn without_a_workload_it_is_an_empty_report() {
    let folder = Folder::with(&[("c.yaml", "{apiVersion: v1, kind: ConfigMap}")]);
    let outcome = folder.placement(&["c.yaml", "-ojson"]);
    assert_eq!(outcome.code, 0);
    assert_eq!(
        outcome.json(),
        json!({"schema": "hostfit.dev/placement/v1", "workloads": []})
    );
}
