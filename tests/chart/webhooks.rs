//! Whom the API server calls, when, and what it does when nobody answers: `templates/webhook.yaml`.

use serde_json::{Value, json};

use crate::helm::{render, the};

/// A webhook of a rendering, by name.
fn webhook(name: &str, settings: &[&str]) -> Value {
    let objects = render(settings);
    let configuration = the("ValidatingWebhookConfiguration", &objects);
    let webhooks = configuration["webhooks"].as_array().unwrap();
    webhooks
        .iter()
        .find(|webhook| webhook["name"] == name)
        .unwrap()
        .clone()
}

const FAIL: [&str; 2] = [r#"failurePolicy="Fail""#, "failurePolicyForce=true"];

/// `caBundle` is another's field in each of them: one that vanished would stay behind as a stump and fail the upgrade.
#[test]
fn the_same_four_whatever_the_values() {
    let names = [
        "pods.hostfit.dev",
        "audit.pods.hostfit.dev",
        "workloads.hostfit.dev",
        "bindings.hostfit.dev",
    ];
    for settings in [
        &[][..],
        &["bindings.mode=\"warn\""],
        &FAIL[..],
        &["mode=\"audit\""],
        &["mode=\"off\""],
        &["namespaceLabels=false"],
        &["namespaceLabels=\"tighten\""],
    ] {
        let objects = render(settings);
        let webhooks = the("ValidatingWebhookConfiguration", &objects)["webhooks"]
            .as_array()
            .unwrap();
        let found: Vec<_> = webhooks
            .iter()
            .map(|webhook| webhook["name"].as_str().unwrap())
            .collect();
        assert_eq!(found, names, "{settings:?}");
    }
}

#[test]
fn only_the_enforcing_one_can_fail_closed() {
    for (policy, settings) in [("Ignore", &[][..]), ("Fail", &FAIL[..])] {
        assert_eq!(
            webhook("pods.hostfit.dev", settings)["failurePolicy"],
            policy
        );
        assert_eq!(
            webhook("audit.pods.hostfit.dev", settings)["failurePolicy"],
            "Ignore"
        );
        assert_eq!(
            webhook("workloads.hostfit.dev", settings)["failurePolicy"],
            "Ignore"
        );
        for bindings in ["off", "warn", "deny"] {
            let bindings = format!("bindings.mode={bindings:?}");
            let settings = [settings, &[bindings.as_str()]].concat();
            assert_eq!(
                webhook("bindings.hostfit.dev", &settings)["failurePolicy"],
                "Ignore"
            );
        }
    }
}

#[test]
fn pods_and_their_ephemeral_containers() {
    let rules = json!([
        {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE", "UPDATE"], "scope": "Namespaced"},
        {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods/ephemeralcontainers"], "operations": ["UPDATE"], "scope": "Namespaced"},
    ]);
    assert_eq!(webhook("pods.hostfit.dev", &[])["rules"], rules);
    assert_eq!(webhook("audit.pods.hostfit.dev", &[])["rules"], rules);
}

#[test]
fn the_eight_kinds_that_make_pods() {
    assert_eq!(
        webhook("workloads.hostfit.dev", &[])["rules"],
        json!([
            {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "scope": "Namespaced",
             "resources": ["deployments", "daemonsets", "statefulsets", "replicasets"]},
            {"apiGroups": ["batch"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "scope": "Namespaced",
             "resources": ["jobs", "cronjobs"]},
            {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "scope": "Namespaced",
             "resources": ["replicationcontrollers", "podtemplates"]},
        ])
    );
}

/// Off, the API server is not even told of it.
#[test]
fn bindings_where_the_values_say_so() {
    assert_eq!(webhook("bindings.hostfit.dev", &[])["rules"], json!([]));
    for mode in ["warn", "deny"] {
        let setting = format!("bindings.mode={mode:?}");
        assert_eq!(
            webhook("bindings.hostfit.dev", &[&setting])["rules"],
            json!([{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods/binding", "bindings"], "operations": ["CREATE"], "scope": "Namespaced"}])
        );
    }
}

/// The scheduler waits for the answer.
#[test]
fn a_binding_never_waits_long() {
    for (timeout, expected) in [("1", 1), ("5", 2), ("30", 2)] {
        let setting = format!("timeoutSeconds={timeout}");
        let webhook = webhook("bindings.hostfit.dev", &[&setting]);
        assert_eq!(webhook["timeoutSeconds"], expected);
    }
}

/// The chart does not name `caBundle`, so that no upgrade can clear it.
#[test]
fn how_they_call() {
    for (name, seconds) in [
        ("pods.hostfit.dev", 5),
        ("audit.pods.hostfit.dev", 5),
        ("workloads.hostfit.dev", 5),
        ("bindings.hostfit.dev", 2),
    ] {
        let mut webhook = webhook(name, &[]);
        let webhook = webhook.as_object_mut().unwrap();
        for judged_elsewhere in ["failurePolicy", "rules", "namespaceSelector"] {
            webhook.remove(judged_elsewhere).unwrap();
        }
        let conditions = webhook.remove("matchConditions");
        assert_eq!(
            conditions.is_none(),
            name == "bindings.hostfit.dev",
            "{name}"
        );
        assert_eq!(
            Value::Object(webhook.clone()),
            json!({
                "name": name,
                "admissionReviewVersions": ["v1"],
                "sideEffects": "None",
                "matchPolicy": "Equivalent",
                "timeoutSeconds": seconds,
                "clientConfig": {"service": {"name": "hostfit", "namespace": "hostfit-system", "path": "/validate", "port": 443}},
            })
        );
    }
}

/// The expressions of a selector, after the three that every webhook has.
fn own_expressions(name: &str, settings: &[&str]) -> Value {
    let webhook = webhook(name, settings);
    let expressions = webhook["namespaceSelector"]["matchExpressions"]
        .as_array()
        .unwrap();
    assert_eq!(
        expressions[..2],
        [
            json!({"key": "control-plane", "operator": "NotIn", "values": ["true"]}),
            json!({"key": "kubernetes.azure.com/managedby", "operator": "NotIn", "values": ["aks"]}),
        ],
        "word for word what the AKS admissions enforcer adds"
    );
    assert_eq!(expressions[2]["key"], "kubernetes.io/metadata.name");
    Value::from(expressions[3..].to_vec())
}

#[test]
fn labels_switch_a_namespace() {
    assert_eq!(
        own_expressions("pods.hostfit.dev", &[]),
        json!([{"key": "hostfit.dev/mode", "operator": "NotIn", "values": ["off", "audit"]}])
    );
    assert_eq!(
        own_expressions("audit.pods.hostfit.dev", &[]),
        json!([{"key": "hostfit.dev/mode", "operator": "In", "values": ["audit"]}])
    );
    assert_eq!(
        own_expressions("workloads.hostfit.dev", &[]),
        json!([{"key": "hostfit.dev/mode", "operator": "NotIn", "values": ["off"]}])
    );
    assert_eq!(
        own_expressions("bindings.hostfit.dev", &[]),
        json!([{"key": "hostfit.dev/mode", "operator": "NotIn", "values": ["off"]}])
    );
}

/// Where a label may only tighten, or says nothing, it cannot take a namespace away from the enforcing webhook; and nobody calls twice.
#[test]
fn labels_that_do_not_count_do_not_switch() {
    for labels in ["namespaceLabels=false", "namespaceLabels=\"tighten\""] {
        assert_eq!(own_expressions("pods.hostfit.dev", &[labels]), json!([]));
        for name in ["workloads.hostfit.dev", "bindings.hostfit.dev"] {
            assert_eq!(own_expressions(name, &[labels]), json!([]));
        }
        assert_eq!(
            webhook("audit.pods.hostfit.dev", &[labels])["matchConditions"][0],
            json!({"name": "namespace-labels-are-honoured", "expression": "false"})
        );
    }
    let conditions = webhook("audit.pods.hostfit.dev", &[])["matchConditions"].clone();
    assert_eq!(
        conditions,
        webhook("pods.hostfit.dev", &[])["matchConditions"],
        "else the twin judges alike"
    );
}

#[test]
fn the_admissions_enforcer_can_be_told_to_leave_it() {
    let objects = render(&["admissionsEnforcerDisabled=true"]);
    assert_eq!(
        the("ValidatingWebhookConfiguration", &objects)["metadata"]["annotations"],
        json!({"admissions.enforcer/disabled": "true"})
    );
}
