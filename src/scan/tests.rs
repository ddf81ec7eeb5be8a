//! Grouping and judging, with plain data: objects as a cluster has them, and the lines that come of them.

use serde_json::{Value, json};

use super::*;
use crate::inventory::node::NodeObject;
use crate::inventory::{Inventory, Node};
use crate::judge::World;
use crate::os::Catalogue;
use crate::policy::Policy;
use crate::report::verdict::Entry;
use crate::storage::Storage;
use crate::workload::admitted::RuntimeClasses;
use crate::workload::namespace::Namespaces;
use crate::workload::{Kind, Workload};

/// Two nodes that run Azure Container Linux, and one that runs Ubuntu.
fn inventory() -> Inventory {
    let skus = ["AzureContainerLinux", "AzureContainerLinux", "Ubuntu"];
    let nodes = skus.iter().enumerate().map(|(index, sku)| {
        let labels = json!({"agentpool": sku.to_lowercase(), "kubernetes.azure.com/os-sku": sku});
        let node = json!({"metadata": {"name": format!("n{index}"), "labels": labels}});
        let node: NodeObject = serde_json::from_value(node).unwrap();
        Node::new(node, Catalogue::built_in())
    });
    nodes.collect()
}

/// Each entry in a line: what it is, its decision, its findings' fields, and what runs of it.
fn lines(objects: &[Value], config: &str) -> Vec<String> {
    let (mut owners, mut pods) = (Owners::default(), Pods::default());
    for object in objects {
        let (kind, json) = (object["kind"].as_str().unwrap(), object.to_string());
        let kind = Kind::ALL
            .into_iter()
            .find(|it| it.as_str() == kind)
            .unwrap();
        if kind == Kind::Pod {
            pods.add(Workload::parse(kind, &json).unwrap());
        } else {
            let api_version = object["apiVersion"].as_str().unwrap();
            owners.add(Object::parse(kind, api_version, &json).unwrap());
        }
    }
    let policy = Policy::parse(config).unwrap();
    let world = World {
        inventory: &inventory(),
        namespaces: &Namespaces::default(),
        runtime_classes: &RuntimeClasses::default(),
        storage: Storage::NONE,
        policy: &policy,
        own_namespace: "",
        today: jiff::civil::date(2026, 11, 27),
    };
    let subjects = subjects(&owners, &pods);
    let entries = subjects
        .iter()
        .filter_map(|subject| judge(subject, None, &world));
    entries.map(line).collect()
}

fn line(entry: Entry) -> String {
    let fields: Vec<&str> = entry
        .findings
        .iter()
        .map(|found| found.judged.finding.field.as_str())
        .collect();
    let running = entry.running.unwrap();
    let nodes: Vec<String> = running
        .nodes
        .iter()
        .map(|(node, n)| format!("{node}={n}"))
        .collect();
    format!(
        "{} {} {}/{} {} [{}] {} on [{}]{}",
        entry.identity.api_version,
        entry.identity.kind,
        entry.identity.namespace,
        entry.identity.name,
        entry.decision.as_str(),
        fields.join(" "),
        running.pods,
        nodes.join(" "),
        entry
            .alone
            .map_or(String::new(), |alone| format!(" {}", alone.as_str()))
    )
}

fn owned_by(owner: (&str, &str, &str)) -> Value {
    let (api_version, kind, name) = owner;
    json!([{"apiVersion": api_version, "kind": kind, "name": name, "uid": "u", "controller": true}])
}

/// A pod spec on the immutable pool with the host's network, or without.
fn spec(host_network: bool) -> Value {
    json!({"hostNetwork": host_network, "nodeSelector": {"agentpool": "azurecontainerlinux"},
        "containers": [{"name": "c", "image": "i"}]})
}

fn pod(name: &str, node: &str, mut spec: Value) -> Value {
    spec["nodeName"] = node.into();
    json!({"kind": "Pod", "metadata": {"name": name, "namespace": "a"}, "spec": spec})
}

fn pod_of(owner: (&str, &str, &str), name: &str, node: &str, spec: Value) -> Value {
    let mut pod = pod(name, node, spec);
    pod["metadata"]["ownerReferences"] = owned_by(owner);
    pod
}

fn maker(api_version: &str, kind: &str, name: &str, spec: &Value) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": "a"},
        "spec": {"template": {"spec": spec}}})
}

fn made(owner: (&str, &str, &str), mut object: Value) -> Value {
    object["metadata"]["ownerReferences"] = owned_by(owner);
    object
}

const DEPLOYMENT: (&str, &str, &str) = ("apps/v1", "Deployment", "web");
const REPLICA_SET: (&str, &str, &str) = ("apps/v1", "ReplicaSet", "web-1");
const ROLLOUT: (&str, &str, &str) = ("argoproj.io/v1alpha1", "Rollout", "web");

#[test]
fn pods_stand_under_their_top_owner_and_old_replica_sets_under_none_of_their_own() {
    let objects = [
        maker("apps/v1", "Deployment", "web", &spec(true)),
        made(
            DEPLOYMENT,
            maker("apps/v1", "ReplicaSet", "web-0", &spec(false)),
        ),
        made(
            DEPLOYMENT,
            maker("apps/v1", "ReplicaSet", "web-1", &spec(true)),
        ),
        pod_of(REPLICA_SET, "web-1-a", "n0", spec(true)),
        pod_of(REPLICA_SET, "web-1-b", "n0", spec(true)),
        pod_of(REPLICA_SET, "web-1-c", "n1", spec(true)),
    ];
    assert_eq!(
        lines(&objects, ""),
        ["apps/v1 Deployment a/web deny [spec.template.spec.hostNetwork] 3 on [n0=2 n1=1]"]
    );
}

#[test]
fn a_custom_owner_is_judged_by_the_replica_sets_that_make_its_pods() {
    let replica_set = |name: &str, replicas: u32, created: u32, reach: bool| {
        let mut object = made(ROLLOUT, maker("apps/v1", "ReplicaSet", name, &spec(reach)));
        object["spec"]["replicas"] = replicas.into();
        object["metadata"]["creationTimestamp"] = format!("2026-11-0{created}T00:00:00Z").into();
        object
    };
    let running = [
        replica_set("web-1", 0, 2, true),
        replica_set("web-2", 3, 1, false),
    ];
    assert_eq!(
        lines(&running, ""),
        ["argoproj.io/v1alpha1 Rollout a/web allow [] 0 on []"]
    );
    let scaled_down = [
        replica_set("web-1", 0, 2, true),
        replica_set("web-2", 0, 1, false),
    ];
    assert_eq!(
        lines(&scaled_down, ""),
        ["argoproj.io/v1alpha1 Rollout a/web deny [spec.template.spec.hostNetwork] 0 on []"],
        "the newest"
    );
}

#[test]
fn a_custom_owner_without_templates_is_judged_by_its_distinct_pods() {
    let kafka = ("kafka.io/v1", "Kafka", "k");
    let objects = [
        pod_of(kafka, "k-0", "n0", spec(false)),
        pod_of(kafka, "k-1", "n1", spec(true)),
        pod_of(kafka, "k-2", "n1", spec(true)),
    ];
    assert_eq!(
        lines(&objects, ""),
        ["kafka.io/v1 Kafka a/k deny [spec.hostNetwork] 3 on [n0=1 n1=2]"]
    );
}

#[test]
fn what_only_the_running_pods_have_is_added_once() {
    let mut injected = spec(true);
    injected["hostPID"] = true.into();
    injected["volumes"] = json!([{"name": "kube-api-access-abcde", "projected": {}}, {"name": "s", "hostPath": {"path": "/usr/bin"}}]);
    let mut other = injected.clone();
    other["volumes"][0]["name"] = "kube-api-access-fghij".into();
    let objects = [
        maker("apps/v1", "Deployment", "web", &spec(true)),
        made(
            DEPLOYMENT,
            maker("apps/v1", "ReplicaSet", "web-1", &spec(true)),
        ),
        pod_of(REPLICA_SET, "web-1-a", "n0", injected),
        pod_of(REPLICA_SET, "web-1-b", "n0", other),
    ];
    assert_eq!(
        lines(&objects, ""),
        [
            "apps/v1 Deployment a/web deny [spec.template.spec.hostNetwork spec.volumes[1].hostPath spec.hostPID] 2 on [n0=2]"
        ]
    );
}

#[test]
fn a_container_that_is_put_before_others_makes_no_finding_twice() {
    let privileged = json!({"name": "c", "image": "i", "securityContext": {"capabilities": {"add": ["SYS_MODULE"]}}});
    let mut template = spec(false);
    template["containers"] = json!([privileged]);
    let mut running = spec(false);
    running["containers"] = json!([{"name": "proxy", "image": "p"}, privileged]);
    let objects = [
        maker("apps/v1", "StatefulSet", "s", &template),
        pod_of(("apps/v1", "StatefulSet", "s"), "s-0", "n0", running),
    ];
    assert_eq!(
        lines(&objects, ""),
        [
            "apps/v1 StatefulSet a/s warn [spec.template.spec.containers[0].securityContext.capabilities] 1 on [n0=1]"
        ]
    );
}

#[test]
fn where_a_pod_runs_does_not_say_where_the_next_one_can() {
    let mut anywhere = spec(true);
    anywhere["nodeSelector"] = json!({});
    let mut pinned = anywhere.clone();
    pinned["affinity"] = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
        {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n0"]}]}]}}});
    // Of this DaemonSet only the pods are known.
    let objects = [
        pod("bare", "n0", anywhere),
        pod_of(("apps/v1", "DaemonSet", "d"), "d-a", "n0", pinned.clone()),
        pod_of(("apps/v1", "DaemonSet", "d"), "d-b", "n2", pinned),
    ];
    assert_eq!(
        lines(&objects, ""),
        [
            "apps/v1 DaemonSet a/d warn [spec.hostNetwork] 2 on [n0=1 n2=1]",
            "v1 Pod a/bare warn [spec.hostNetwork] 1 on [n0=1] bare",
        ]
    );
}

#[test]
fn pods_without_an_owner_stand_for_themselves_and_static_ones_are_let_through() {
    let mut image = pod_of(("v1", "Node", "n0"), "proxy-n0", "n0", spec(true));
    image["metadata"]["annotations"] = json!({"kubernetes.io/config.mirror": "h"});
    let objects = [image, pod("b", "n0", spec(true)), pod("a", "", spec(true))];
    assert_eq!(
        lines(&objects, ""),
        [
            "v1 Pod a/a deny [spec.hostNetwork] 1 on [] bare",
            "v1 Pod a/b deny [spec.hostNetwork] 1 on [n0=1] bare",
            "v1 Pod a/proxy-n0 allow [spec.hostNetwork] 1 on [n0=1] static",
        ]
    );
}

#[test]
fn what_is_scaled_down_or_suspended_is_judged_and_what_has_ended_is_not() {
    let mut cron_job = json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "c", "namespace": "a"}});
    cron_job["spec"] =
        json!({"suspend": true, "jobTemplate": {"spec": {"template": {"spec": spec(true)}}}});
    let mut scaled = maker("apps/v1", "Deployment", "web", &spec(true));
    scaled["spec"]["replicas"] = 0.into();
    let ended = |name: &str| {
        let mut job = maker("batch/v1", "Job", name, &spec(true));
        job["status"] = json!({"conditions": [{"type": "Complete", "status": "True"}]});
        job
    };
    let objects = [
        cron_job,
        scaled,
        ended("once"),
        made(("batch/v1", "CronJob", "c"), ended("c-29000000")),
        maker("batch/v1", "Job", "runs", &spec(true)),
    ];
    assert_eq!(
        lines(&objects, ""),
        [
            "batch/v1 CronJob a/c deny [spec.jobTemplate.spec.template.spec.hostNetwork] 0 on []",
            "apps/v1 Deployment a/web deny [spec.template.spec.hostNetwork] 0 on []",
            "batch/v1 Job a/runs deny [spec.template.spec.hostNetwork] 0 on []",
        ]
    );
}

#[test]
fn owners_in_a_circle_come_to_an_end() {
    let other = ("apps/v1", "ReplicaSet", "web-2");
    let objects = [
        made(other, maker("apps/v1", "ReplicaSet", "web-1", &spec(true))),
        made(
            REPLICA_SET,
            maker("apps/v1", "ReplicaSet", "web-2", &spec(true)),
        ),
    ];
    let [only] = lines(&objects, "").try_into().unwrap();
    assert!(only.contains("ReplicaSet a/web-1 deny"), "{only}");
}

#[test]
fn the_configuration_holds_as_for_the_webhook() {
    let objects = [
        maker("apps/v1", "Deployment", "web", &spec(true)),
        pod("b", "n0", spec(true)),
    ];
    let decisions = |config: &str| -> Vec<String> {
        let lines = lines(&objects, config);
        lines
            .iter()
            .map(|line| line.split(' ').nth(3).unwrap().to_owned())
            .collect()
    };
    assert_eq!(decisions("mode: audit"), ["warn", "warn"]);
    assert_eq!(decisions("excludedNamespaces: [a]"), ["allow", "allow"]);
    assert_eq!(
        decisions("namespaces: [{names: [a], mode: off}]"),
        ["allow", "allow"]
    );
    let exempt = "exemptions: [{name: e, match: {kinds: [Deployment], names: [web]}, rules: [host-network]}]";
    assert_eq!(decisions(exempt), ["allow", "deny"]);
}
