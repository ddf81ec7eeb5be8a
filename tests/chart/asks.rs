//! What generated pods ask of an OS that it may lack: access control, a runtime, devices, capabilities. Part of `generate`.

use proptest::option::{self, weighted};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// `runtimeClassName`.
pub(crate) fn runtime_class() -> impl Strategy<Value = Option<Value>> {
    weighted(0.1, Just(json!("kata-vm-isolation")))
}

/// `securityContext` of a pod.
pub(crate) fn pod_security() -> impl Strategy<Value = Option<Value>> {
    let other = select(vec![
        json!({}),
        json!({"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}}),
        json!({"seLinuxOptions": {"level": "s0:c1,c2"}}),
        json!({"appArmorProfile": {"type": "Unconfined"}}),
    ]);
    option::of(prop_oneof![6 => other, 1 => access_control()])
}

/// `securityContext` of a container.
pub(crate) fn container_security() -> impl Strategy<Value = Option<Value>> {
    let other = select(vec![
        json!({"privileged": true}),
        json!({"capabilities": {"drop": ["ALL", "SYS_MODULE"]}}),
        json!({"capabilities": {"add": ["NET_ADMIN"]}}),
        json!({"appArmorProfile": {"type": "Unconfined"}}),
    ]);
    let capability = Just(json!({"capabilities": {"add": ["NET_ADMIN", "SYS_MODULE"]}}));
    option::of(prop_oneof![18 => other, 1 => access_control(), 1 => capability])
}

fn access_control() -> impl Strategy<Value = Value> {
    select(vec![
        json!({"appArmorProfile": {"type": "RuntimeDefault"}}),
        json!({"appArmorProfile": {"type": "Localhost", "localhostProfile": "x"}}),
        json!({"seLinuxOptions": {"type": "container_init_t"}}),
    ])
}

/// `resources` of a container.
pub(crate) fn resources() -> impl Strategy<Value = Option<Value>> {
    let other = select(vec![
        json!({}),
        json!({"limits": {"cpu": "1", "memory": "1Gi", "ephemeral-storage": "1Gi"}, "requests": {"cpu": "1"}}),
    ]);
    let device = select(vec!["nvidia.com/gpu", "amd.com/gpu", "example.com/fpga"]).prop_map(
        |name| json!({"limits": {"cpu": "1", name: "1"}, "requests": {"cpu": "1", name: "1"}}),
    );
    option::of(prop_oneof![20 => other, 1 => device])
}

/// A volume that a driver on the node makes.
pub(crate) fn flex_volume() -> impl Strategy<Value = Value> {
    Just(json!({"flexVolume": {"driver": "example.com/nfs"}}))
}

/// Annotations of a pod, or of its template, for a container of the pod and for none.
pub(crate) fn annotations() -> impl Strategy<Value = Option<Value>> {
    let key = |container: &str| format!("{APP_ARMOR}{container}");
    let others = select(vec![
        json!({}),
        json!({"a": "b", "container.seccomp.security.alpha.kubernetes.io/main": "runtime/default"}),
        json!({key("main"): "unconfined"}),
    ]);
    let asks = select(vec![
        json!({key("main"): "runtime/default"}),
        json!({key("init"): "localhost/x", key("main"): "unconfined"}),
    ]);
    option::of(prop_oneof![9 => others, 1 => asks])
}

/// What an annotation about AppArmor begins with. On a pod that exists nobody can change one.
pub(crate) const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
