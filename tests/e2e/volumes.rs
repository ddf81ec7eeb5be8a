//! Claims: the volume behind one may be a path of the node, and may be of use on some nodes only.

use serde_json::{Value, json};

use super::cluster::{Namespace, audit_annotations, eventually, kubectl, run};
use super::manifests::{Use, pod, spec, workload};
use super::placement_command::placement;
use super::release;
use super::replica::{every_replica_says, replicas};

/// A claim of this namespace and its volume, of the same name. A volume is the cluster's: its name has to be one's own.
fn bound(namespace: &Namespace, name: &str, source: &Value) {
    let common = json!({"storageClassName": "", "accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem"});
    let mut volume = common.clone();
    volume["capacity"] = json!({"storage": "1Gi"});
    for (field, value) in source.as_object().unwrap() {
        volume[field] = value.clone();
    }
    let metadata = json!({"name": name});
    apply(
        &json!({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata, "spec": volume}),
    );
    let mut claim = common;
    claim["volumeName"] = name.into();
    claim["resources"] = json!({"requests": {"storage": "1Gi"}});
    let claim = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": claim});
    namespace.create(&claim).ok();
    let bound = "--for=jsonpath={.status.phase}=Bound";
    let claim = format!("pvc/{name}");
    namespace
        .kubectl(&["wait", bound, &claim, "--timeout=60s"])
        .ok();
}

fn apply(object: &Value) {
    run("kubectl", &["apply", "-f", "-"], &object.to_string()).ok();
}

/// Nodes of this pool.
fn on(pool: &str) -> Value {
    let expression = json!({"key": "agentpool", "operator": "In", "values": [pool]});
    json!({"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}})
}

/// A pod spec on a pool (`""`: anywhere) that mounts this claim.
fn claiming(pool: &str, claim: &str) -> Value {
    let mut spec = spec(pool, Use::None);
    spec["volumes"] = json!([{"name": "data", "persistentVolumeClaim": {"claimName": claim}}]);
    spec["containers"][0]["volumeMounts"] = json!([{"name": "data", "mountPath": "/data"}]);
    spec
}

#[test]
fn volumes_behind_claims_are_seen_where_the_values_say_so() {
    let release = release::exclusive();
    let namespace = Namespace::new();
    bound(
        &namespace,
        "e2e-path",
        &json!({"hostPath": {"path": "/usr/share/x"}}),
    );
    for (name, pool) in [("e2e-acl1", "acl1"), ("e2e-ubuntu", "ubuntu")] {
        let local = json!({"local": {"path": "/usr/disk"}, "nodeAffinity": on(pool)});
        bound(&namespace, name, &local);
    }
    apply(
        &json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "e2e-path"},
                  "provisioner": "rancher.io/local-path", "volumeBindingMode": "WaitForFirstConsumer"}),
    );

    // By default nobody looks.
    let dry_run = ["create", "--dry-run=server", "-f", "-"];
    let of_path = pod("path", &claiming("acl1", "e2e-path"));
    let create = |pod: &Value| namespace.kubectl_with(&dry_run, &pod.to_string());
    create(&of_path).silent();

    let before = replicas();
    release.upgrade(&["rules.hostVolume=true"]);
    release::all_gone(&before);
    release::rolled_out();
    eventually("every replica watches the three", || {
        every_replica_says("storageclasses that decide something")
    });
    eventually("the API server calls for claims", || {
        create(&of_path).stderr.contains("denied").then_some(())
    });
    create(&of_path).refused(&[
        "does not fit Azure Container Linux (pool acl1",
        "host-volume: volume \"data\" is claim e2e-path, bound to e2e-path, the host path /usr/share/x",
        "/usr is read-only there",
    ]);

    // The volume alone says where these can land, to Hostfit and to the scheduler.
    create(&pod("acl1", &claiming("", "e2e-acl1"))).refused(&[
        "does not fit Azure Container Linux (pool acl1",
        "bound to e2e-acl1, the local path /usr/disk",
    ]);
    create(&pod("both", &claiming("", "e2e-path"))).warned("host-volume");
    let on_ubuntu = pod("ubuntu", &claiming("", "e2e-ubuntu"));
    namespace.create(&on_ubuntu).silent();
    eventually("the scheduler gives it a node of the pool", || {
        let node = namespace.get("pod/ubuntu")["spec"]["nodeName"].clone();
        let node = format!("node/{}", node.as_str()?);
        let pool = kubectl(&["get", &node, "-o=jsonpath={.metadata.labels.agentpool}"]);
        assert_eq!(pool.ok().stdout, "ubuntu");
        Some(())
    });
    let annotations = audit_annotations(&namespace.0, "ubuntu").to_string();
    assert!(
        !annotations.contains("hostfit.dev/findings"),
        "{annotations}"
    );

    // What a StatefulSet claims goes by its class, and so does what a pod has made for itself.
    let mut set = workload("StatefulSet", &spec("acl1", Use::None));
    let claimed = json!({"storageClassName": "e2e-path", "accessModes": ["ReadWriteOnce"],
                         "resources": {"requests": {"storage": "1Gi"}}});
    set["spec"]["volumeClaimTemplates"] = json!([{"metadata": {"name": "data"}, "spec": claimed}]);
    create(&set).warned("volume \"data\" is a claim of StorageClass e2e-path");
    let mut ephemeral = pod("made", &claiming("acl1", ""));
    ephemeral["spec"]["volumes"] =
        json!([{"name": "data", "ephemeral": {"volumeClaimTemplate": {"spec": claimed}}}]);
    create(&ephemeral).refused(&["volume \"data\" is a claim of StorageClass e2e-path"]);

    // An ordinary pod is of no concern.
    create(&pod("plain", &spec("acl1", Use::None))).silent();
    kubectl(&["delete", "storageclass", "e2e-path"]).ok();
}

#[test]
fn placement_names_the_volume_that_keeps_a_pod_away() {
    let namespace = Namespace::new();
    let zonal = json!({"local": {"path": "/mnt"}, "nodeAffinity": on("acl1")});
    bound(&namespace, "e2e-named", &zonal);
    let mut pod = pod("p", &claiming("", "e2e-named"));
    pod["metadata"]["namespace"] = namespace.0.clone().into();
    let report = placement(&["-ojson"], &pod.to_string()).json();
    let nodes = report["workloads"][0]["nodes"].as_array().unwrap();
    let node = |pool: &str| nodes.iter().find(|node| node["pool"] == pool).unwrap();
    assert_eq!(node("acl1")["candidate"], true);
    let reason = node("ubuntu")["reason"].as_str().unwrap();
    let expected = "volume e2e-named of claim e2e-named: node affinity agentpool=acl1 (it has agentpool=ubuntu)";
    assert!(reason.contains(expected), "{reason}");
}
