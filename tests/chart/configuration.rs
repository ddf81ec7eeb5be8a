//! What the server reads: `templates/configmap.yaml`; and that it agrees with what the API server selects.

use hostfit::policy::Policy;
use serde_json::{Value, json};

use crate::helm::{render, the};

/// `config.yaml`, which the server must accept.
fn configuration(settings: &[&str]) -> Value {
    let objects = render(settings);
    let text = the("ConfigMap", &objects)["data"]["config.yaml"]
        .as_str()
        .unwrap();
    Policy::parse(text).unwrap_or_else(|error| panic!("{settings:?}: {error}"));
    serde_saphyr::from_str(text).unwrap()
}

#[test]
fn by_default() {
    let mut configuration = configuration(&[]);
    configuration
        .as_object_mut()
        .unwrap()
        .remove("excludedNamespaces")
        .unwrap();
    assert_eq!(
        configuration,
        json!({
            "apiVersion": "hostfit.dev/v1",
            "kind": "Config",
            "mode": "enforce",
            "strictness": "strict",
            "onMixed": "warn",
            "namespaceLabels": true,
        })
    );
}

#[test]
fn everything_set() {
    let exemption = json!({
        "name": "node-exporter",
        "reason": "OPS-1234: reads /proc and /sys only",
        "expires": "2027-01-31",
        "match": {"namespaces": ["monitoring"], "names": ["node-exporter*"], "kinds": ["DaemonSet"]},
        "rules": ["host-path"],
        "paths": [{"prefix": "/proc", "readOnly": true}],
    });
    let namespace = json!({"names": ["team-*"], "mode": "off", "strictness": "strict"});
    let taint = json!({"key": "dedicated", "value": "a", "effect": "NoSchedule"});
    let pool = json!({"name": "acl2", "os": "azure-container-linux", "labels": {"team": "a"}, "taints": [taint]});
    assert_eq!(
        configuration(&[
            r#"mode="off""#,
            r#"strictness="compatible""#,
            r#"onMixed="deny""#,
            r#"namespaceLabels="tighten""#,
            r#"excludedNamespaces=["kube-system"]"#,
            &format!("namespaces=[{namespace}]"),
            &format!("exemptions=[{exemption}]"),
            &format!("pools=[{pool}]"),
        ]),
        json!({
            "apiVersion": "hostfit.dev/v1",
            "kind": "Config",
            "mode": "off",
            "strictness": "compatible",
            "onMixed": "deny",
            "namespaceLabels": "tighten",
            "excludedNamespaces": ["hostfit-system", "kube-system"],
            "namespaces": [namespace],
            "exemptions": [exemption],
            "pools": [pool],
        })
    );
}

/// One value, two readers. What one of them excluded and the other did not would be called for nothing, or be believed to be judged.
#[test]
fn server_and_selector_exclude_the_same() {
    for settings in [
        &[][..],
        &[r#"excludedNamespaces=["b", "a", "b"]"#],
        &["excludedNamespaces=[]"],
    ] {
        let objects = render(settings);
        let excluded = configuration(settings)["excludedNamespaces"].clone();
        assert!(
            excluded
                .as_array()
                .unwrap()
                .contains(&json!("hostfit-system")),
            "its own namespace"
        );
        for webhook in the("ValidatingWebhookConfiguration", &objects)["webhooks"]
            .as_array()
            .unwrap()
        {
            assert_eq!(
                webhook["namespaceSelector"]["matchExpressions"][2],
                json!({"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": excluded})
            );
        }
    }
}

/// A change of configuration must not restart a pod: it is read while running.
#[test]
fn no_trace_of_it_in_the_pods() {
    let before = render(&[]);
    let after = render(&[
        r#"mode="audit""#,
        r#"strictness="compatible""#,
        r#"onMixed="deny""#,
        "namespaceLabels=false",
        r#"excludedNamespaces=["kube-system"]"#,
        r#"namespaces=[{"names":["a"],"mode":"audit"}]"#,
        r#"exemptions=[{"name":"a","reason":"b","match":{"users":["c"]},"rules":["host-pid"]}]"#,
        r#"pools=[{"name":"a","os":"flatcar"}]"#,
    ]);
    assert_eq!(the("Deployment", &before), the("Deployment", &after));
}
