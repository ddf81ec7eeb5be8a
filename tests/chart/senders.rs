//! Who sends which kind of object, and what its metadata says. Part of `generate`.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use crate::generate::set;

/// An API group and a kind.
pub(crate) type GroupKind = (&'static str, &'static str);

/// Each of the nine kinds, a pod most often.
pub(crate) fn kind() -> impl Strategy<Value = GroupKind> {
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

/// Whoever sends it, a node among others.
pub(crate) fn user() -> impl Strategy<Value = Value> {
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

/// The object's own metadata: whether it has an owner, or claims to be a mirror pod.
pub(crate) fn metadata() -> impl Strategy<Value = Value> {
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
