//! Reviews that a real API server could send: pods and the kinds that make them, with and without host access, from all sorts of senders.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

/// The one node of the cluster that they are judged in.
pub(crate) const NODE: &str = "aks-acl1-0";

/// The creation of anything that our webhooks have rules for.
pub(crate) fn creation() -> impl Strategy<Value = Value> {
    (kind(), user()).prop_flat_map(|(kind, user)| {
        object(kind, false)
            .prop_map(move |object| review(kind, "CREATE", &user, &object, &Value::Null))
    })
}

/// An update to something else altogether.
pub(crate) fn update() -> impl Strategy<Value = Value> {
    change(|_, _| ())
}

/// An update of nothing but metadata.
pub(crate) fn touch() -> impl Strategy<Value = Value> {
    change(|new, old| {
        for field in ["spec", "template"] {
            set(new, field, old.get(field).cloned());
        }
    })
}

fn change(settle: fn(&mut Value, &Value)) -> impl Strategy<Value = Value> {
    (kind(), user()).prop_flat_map(move |(kind, user)| {
        (object(kind, true), object(kind, true)).prop_map(move |(mut new, old)| {
            settle(&mut new, &old);
            review(kind, "UPDATE", &user, &new, &old)
        })
    })
}

/// A pod that somebody without special rights could create; a mirror pod the API server takes from others only if it refers to nothing.
pub(crate) fn pod() -> impl Strategy<Value = Value> {
    object(("", "Pod"), false).prop_map(|mut pod| {
        pod["metadata"]
            .as_object_mut()
            .unwrap()
            .remove("annotations");
        pod
    })
}

/// The creation of this pod, by such a person.
pub(crate) fn creation_of_pod(pod: &Value) -> Value {
    review(
        ("", "Pod"),
        "CREATE",
        &json!({"username": "dev"}),
        pod,
        &Value::Null,
    )
}

type GroupKind = (&'static str, &'static str);

fn kind() -> impl Strategy<Value = GroupKind> {
    let workloads = select(vec![
        ("apps", "Deployment"),
        ("apps", "DaemonSet"),
        ("apps", "StatefulSet"),
        ("apps", "ReplicaSet"),
        ("batch", "Job"),
        ("batch", "CronJob"),
        ("", "ReplicationController"),
        ("", "PodTemplate"),
    ]);
    prop_oneof![Just(("", "Pod")), workloads]
}

fn user() -> impl Strategy<Value = Value> {
    let name = select(vec!["dev", "system:node:aks-acl1-0", "system:node", ""]);
    let groups = option::of(subsequence(
        vec!["system:authenticated", "system:nodes", "devs"],
        0..=3,
    ));
    (name, groups).prop_map(|(name, groups)| {
        let mut user = json!({});
        set(
            &mut user,
            "username",
            Some(name).filter(|name| !name.is_empty()).map(Value::from),
        );
        set(&mut user, "groups", groups.map(Value::from));
        user
    })
}

fn review(
    (group, kind): GroupKind,
    operation: &str,
    user: &Value,
    object: &Value,
    old: &Value,
) -> Value {
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
        "uid": "u", "kind": {"group": group, "version": "v1", "kind": kind}, "namespace": "team", "name": "x",
        "operation": operation, "userInfo": user, "object": object, "oldObject": old}})
}

fn object((group, kind): GroupKind, ephemeral: bool) -> impl Strategy<Value = Value> {
    let ephemeral = ephemeral && kind == "Pod";
    let templates = option::of(vec(claim_template(), 0..2));
    (metadata(), pod_spec(ephemeral), templates).prop_map(move |(metadata, spec, templates)| {
        let api = if group.is_empty() {
            "v1".to_owned()
        } else {
            format!("{group}/v1")
        };
        let mut object = json!({"apiVersion": api, "kind": kind, "metadata": metadata});
        let template = json!({"metadata": {}, "spec": spec});
        match kind {
            "Pod" => object["spec"] = spec,
            "PodTemplate" => object["template"] = template,
            "CronJob" => {
                let job = json!({"metadata": {}, "spec": {"template": template}});
                object["spec"] = json!({"jobTemplate": job});
            }
            _ => object["spec"] = json!({"template": template}),
        }
        if kind == "StatefulSet" {
            set(
                &mut object["spec"],
                "volumeClaimTemplates",
                templates.map(Value::from),
            );
        }
        object
    })
}

fn metadata() -> impl Strategy<Value = Value> {
    let owner = |controller: Option<bool>| {
        let mut owner =
            json!({"apiVersion": "example.com/v1", "kind": "Owner", "name": "o", "uid": "0"});
        set(&mut owner, "controller", controller.map(Value::from));
        json!([owner])
    };
    let annotations = option::of(select(vec![
        json!({}),
        json!({"a": "b"}),
        json!({"kubernetes.io/config.mirror": "x"}),
    ]));
    (
        annotations,
        option::of(option::of(any::<bool>()).prop_map(owner)),
    )
        .prop_map(|(annotations, owners)| {
            let mut metadata = json!({"name": "x", "namespace": "team"});
            set(&mut metadata, "annotations", annotations);
            set(&mut metadata, "ownerReferences", owners);
            metadata
        })
}

fn pod_spec(ephemeral: bool) -> impl Strategy<Value = Value> {
    let fields = (
        option::of(any::<bool>()),
        option::of(any::<bool>()),
        option::of(any::<bool>()),
    );
    (
        fields,
        vec(volume(), 0..5),
        vec(any::<prop::sample::Index>(), 3),
    )
        .prop_map(move |((pid, network, ipc), sources, picks)| {
            let volumes = sources.into_iter().enumerate().map(|(i, mut volume)| {
                volume["name"] = format!("v{i}").into();
                volume
            });
            let volumes: Vec<Value> = volumes.collect();
            let container = |name: &str, pick: &prop::sample::Index| {
                let mut container = json!({"name": name, "image": "example.com/none"});
                if !volumes.is_empty() {
                    container["volumeMounts"] =
                        json!([{"name": pick.get(&volumes)["name"], "mountPath": "/m"}]);
                }
                container
            };
            // A mirror pod is bound to its node, and so may any other be.
            let mut spec = json!({
                "nodeName": NODE,
                "containers": [container("main", &picks[0])],
                "initContainers": [container("init", &picks[1])],
            });
            if ephemeral {
                spec["ephemeralContainers"] = json!([container("debug", &picks[2])]);
            }
            set(&mut spec, "hostPID", pid.map(Value::from));
            set(&mut spec, "hostNetwork", network.map(Value::from));
            set(&mut spec, "hostIPC", ipc.map(Value::from));
            set(
                &mut spec,
                "volumes",
                Some(volumes)
                    .filter(|volumes| !volumes.is_empty())
                    .map(Value::from),
            );
            spec
        })
}

fn volume() -> impl Strategy<Value = Value> {
    let host_path = (
        select(vec!["/", "/usr", "/proc", "/var/run/x.sock"]),
        option::of(select(vec!["", "Directory", "DirectoryOrCreate", "Socket"])),
    )
        .prop_map(|(path, kind)| {
            let mut source = json!({"path": path});
            set(&mut source, "type", kind.map(Value::from));
            json!({"hostPath": source})
        });
    let ephemeral = claim_template()
        .prop_map(|template| json!({"ephemeral": {"volumeClaimTemplate": template}}));
    let claim = select(vec!["hostPath", "disk", "waiting", "unheard-of"])
        .prop_map(|name| json!({"persistentVolumeClaim": {"claimName": name}}));
    let other = select(vec![
        json!({"emptyDir": {}}),
        json!({"configMap": {"name": "hostPath"}}),
        json!({"secret": {"secretName": "hostPath"}}),
    ]);
    prop_oneof![2 => host_path, 4 => other, 1 => claim, 1 => ephemeral]
}

/// What a StatefulSet or a volume has made for its pods.
fn claim_template() -> impl Strategy<Value = Value> {
    option::of(select(vec!["local", "managed", "unheard-of", ""])).prop_map(|class| {
        let mut spec = json!({"accessModes": ["ReadWriteOnce"]});
        set(&mut spec, "storageClassName", class.map(Value::from));
        json!({"metadata": {"name": "data"}, "spec": spec})
    })
}

/// Sets a field, or leaves it away: the API server never sends null.
fn set(object: &mut Value, field: &str, value: Option<Value>) {
    let fields: &mut Map<String, Value> = object.as_object_mut().unwrap();
    if let Some(value) = value {
        fields.insert(field.to_owned(), value);
    }
}
