//! Reviews that a real API server could send: pods and the kinds that make them, with and without host access, from all sorts of senders.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::asks::{
    APP_ARMOR, annotations, container_security, flex_volume, pod_security, resources, runtime_class,
};
use crate::senders::{GroupKind, kind, metadata, user};

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
            if kind.1 == "Pod" {
                keep_app_armor(&mut new["metadata"], &old["metadata"]);
            }
            review(kind, "UPDATE", &user, &new, &old)
        })
    })
}

/// An update of a pod leaves its annotations about AppArmor as they were.
fn keep_app_armor(new: &mut Value, old: &Value) {
    let of = |metadata: &Value| metadata["annotations"].as_object().cloned();
    let mut kept = of(new).unwrap_or_default();
    kept.retain(|key, _| !key.starts_with(APP_ARMOR));
    let old = of(old).unwrap_or_default();
    kept.extend(
        old.into_iter()
            .filter(|(key, _)| key.starts_with(APP_ARMOR)),
    );
    new["annotations"] = kept.into();
}

/// A pod that somebody without special rights could create; a mirror pod the API server takes from others only if it refers to nothing.
pub(crate) fn pod() -> impl Strategy<Value = Value> {
    object(("", "Pod"), false).prop_map(|mut pod| {
        pod["metadata"]
            .as_object_mut()
            .unwrap()
            .remove("annotations");
        // The API server refuses a class that is not there before it asks anybody.
        pod["spec"]
            .as_object_mut()
            .unwrap()
            .remove("runtimeClassName");
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
    let parts = (metadata(), pod_spec(ephemeral), annotations(), templates);
    parts.prop_map(move |(mut metadata, spec, annotations, templates)| {
        if kind == "Pod"
            && let Some(Value::Object(more)) = annotations.clone()
        {
            let mut all = metadata["annotations"]
                .as_object()
                .cloned()
                .unwrap_or_default();
            all.extend(more);
            metadata["annotations"] = all.into();
        }
        let mut template_metadata = json!({});
        set(&mut template_metadata, "annotations", annotations);
        let api = if group.is_empty() {
            "v1".to_owned()
        } else {
            format!("{group}/v1")
        };
        let mut object = json!({"apiVersion": api, "kind": kind, "metadata": metadata});
        let template = json!({"metadata": template_metadata, "spec": spec});
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

/// Which volume a container mounts, its security context and its resources.
type Parts = (prop::sample::Index, Option<Value>, Option<Value>);

fn pod_spec(ephemeral: bool) -> impl Strategy<Value = Value> {
    // Most pods set none of them.
    let field = || option::of(prop::bool::weighted(0.2));
    let fields = (field(), field(), field());
    (
        fields,
        vec(volume(), 0..5),
        vec(
            (
                any::<prop::sample::Index>(),
                container_security(),
                resources(),
            ),
            3,
        ),
        (runtime_class(), pod_security()),
    )
        .prop_map(
            move |((pid, network, ipc), sources, parts, (class, security))| {
                let volumes = sources.into_iter().enumerate().map(|(i, mut volume)| {
                    volume["name"] = format!("v{i}").into();
                    volume
                });
                let volumes: Vec<Value> = volumes.collect();
                let container = |name: &str, (pick, security, resources): &Parts| {
                    let enters = ["nsenter", "-t1", "-m", "apt-get", "install", "x"];
                    let mut container =
                        json!({"name": name, "image": "example.com/none", "command": enters});
                    set(&mut container, "securityContext", security.clone());
                    // An ephemeral container has none.
                    if name != "debug" {
                        set(&mut container, "resources", resources.clone());
                    }
                    if !volumes.is_empty() {
                        container["volumeMounts"] =
                            json!([{"name": pick.get(&volumes)["name"], "mountPath": "/m"}]);
                    }
                    container
                };
                // A mirror pod is bound to its node, and so may any other be.
                let mut spec = json!({
                    "nodeName": NODE,
                    "containers": [container("main", &parts[0])],
                    "initContainers": [container("init", &parts[1])],
                });
                if ephemeral {
                    spec["ephemeralContainers"] = json!([container("debug", &parts[2])]);
                }
                set(&mut spec, "hostPID", pid.map(Value::from));
                set(&mut spec, "hostNetwork", network.map(Value::from));
                set(&mut spec, "hostIPC", ipc.map(Value::from));
                set(&mut spec, "runtimeClassName", class);
                set(&mut spec, "securityContext", security);
                set(
                    &mut spec,
                    "volumes",
                    Some(volumes)
                        .filter(|volumes| !volumes.is_empty())
                        .map(Value::from),
                );
                spec
            },
        )
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
    let ephemeral = claim_template().prop_map(
        |template| json!({"ephemeral": {"volumeClaimTemplate": {"spec": template["spec"]}}}),
    );
    let claim = select(vec!["hostPath", "disk", "waiting", "unheard-of"])
        .prop_map(|name| json!({"persistentVolumeClaim": {"claimName": name}}));
    let other = select(vec![
        json!({"emptyDir": {}}),
        json!({"configMap": {"name": "hostPath"}}),
        json!({"secret": {"secretName": "hostPath"}}),
    ]);
    prop_oneof![4 => host_path, 12 => other, 2 => claim, 2 => ephemeral, 1 => flex_volume()]
}

/// What a StatefulSet or a volume has made for its pods.
fn claim_template() -> impl Strategy<Value = Value> {
    option::of(select(vec!["local", "managed", "unheard-of", ""])).prop_map(|class| {
        let mut spec = json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}});
        set(&mut spec, "storageClassName", class.map(Value::from));
        json!({"metadata": {"name": "data"}, "spec": spec})
    })
}

/// Sets a field, or leaves it away: the API server never sends null.
pub(crate) fn set(object: &mut Value, field: &str, value: Option<Value>) {
    let fields: &mut Map<String, Value> = object.as_object_mut().unwrap();
    if let Some(value) = value {
        fields.insert(field.to_owned(), value);
    }
}
