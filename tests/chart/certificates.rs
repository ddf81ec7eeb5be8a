//! Who keeps the serving certificate, and the rights that go with it: `templates/certificates.yaml` and `templates/rbac.yaml`.

use serde_json::{Value, json};

use crate::helm::{all, render, the};

const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const CERT_MANAGER: &str = r#"certificates={"mode":"cert-manager","issuerRef":{"name":"ca"}}"#;

fn own_secret() -> String {
    format!(
        "certificates={}",
        json!({"mode": "secret", "secretName": "pair", "caBundle": PEM})
    )
}

/// Empty: what the chart named it would own, and clear at the next upgrade.
#[test]
fn self_ships_an_empty_secret_and_lease() {
    let objects = render(&[]);
    for (kind, mut expected) in [
        (
            "Secret",
            json!({"apiVersion": "v1", "kind": "Secret", "type": "Opaque"}),
        ),
        (
            "Lease",
            json!({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease"}),
        ),
    ] {
        let object = the(kind, &objects);
        assert_eq!(object["metadata"]["name"], "hostfit-tls");
        expected["metadata"] = object["metadata"].clone();
        assert_eq!(object, &expected);
    }
}

#[test]
fn self_has_no_right_to_create() {
    let objects = render(&[]);
    let by_name = |group: &str, resource: &str, name: &str| json!({"apiGroups": [group], "resources": [resource], "resourceNames": [name], "verbs": ["get", "list", "watch", "patch"]});
    assert_eq!(
        the("ClusterRole", &objects)["rules"],
        json!([
            to_read("", &["nodes", "namespaces"]),
            to_read("node.k8s.io", &["runtimeclasses"]),
            to_read("karpenter.sh", &["nodepools"]),
            to_read("karpenter.azure.com", &["aksnodeclasses"]),
            by_name(
                "admissionregistration.k8s.io",
                "validatingwebhookconfigurations",
                "hostfit"
            ),
        ])
    );
    assert_eq!(
        the("Role", &objects)["rules"],
        json!([
            by_name("", "secrets", "hostfit-tls"),
            by_name("coordination.k8s.io", "leases", "hostfit-tls")
        ])
    );
    for (binding, role) in [
        ("ClusterRoleBinding", "ClusterRole"),
        ("RoleBinding", "Role"),
    ] {
        let binding = the(binding, &objects);
        assert_eq!(
            (&binding["roleRef"], &binding["subjects"]),
            (
                &json!({"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": "hostfit"}),
                &json!([{"kind": "ServiceAccount", "name": "hostfit", "namespace": "hostfit-system"}])
            )
        );
    }
}

fn to_read(group: &str, resources: &[&str]) -> Value {
    json!({"apiGroups": [group], "resources": resources, "verbs": ["list", "watch"]})
}

/// Who does not keep the certificate writes nothing at all.
#[test]
fn others_leave_hostfit_to_read() {
    for settings in [CERT_MANAGER, &own_secret()] {
        let objects = render(&[settings]);
        assert_eq!(
            the("ClusterRole", &objects)["rules"],
            json!([
                to_read("", &["nodes", "namespaces"]),
                to_read("node.k8s.io", &["runtimeclasses"]),
                to_read("karpenter.sh", &["nodepools"]),
                to_read("karpenter.azure.com", &["aksnodeclasses"]),
            ])
        );
        for kind in ["Role", "RoleBinding", "Secret", "Lease"] {
            assert_eq!(
                all(kind, &objects),
                Vec::<&Value>::new(),
                "{kind} with {settings}"
            );
        }
    }
}

#[test]
fn others_are_read_from_files() {
    for (settings, secret) in [(CERT_MANAGER, "hostfit-cert"), (&own_secret(), "pair")] {
        let objects = render(&[settings]);
        let pod = &the("Deployment", &objects)["spec"]["template"]["spec"];
        assert_eq!(
            pod["containers"][0]["args"],
            json!([
                "serve",
                "--config=/etc/hostfit/config.yaml",
                "--tls-cert=/etc/hostfit-tls/tls.crt",
                "--tls-key=/etc/hostfit-tls/tls.key",
            ])
        );
        assert_eq!(
            pod["containers"][0]["volumeMounts"][1],
            json!({"name": "tls", "mountPath": "/etc/hostfit-tls", "readOnly": true})
        );
        assert_eq!(
            pod["volumes"][1],
            json!({"name": "tls", "secret": {"secretName": secret, "defaultMode": 0o440}})
        );
    }
}

#[test]
fn cert_manager_issues_and_injects() {
    let objects = render(&[CERT_MANAGER]);
    assert_eq!(
        the("Certificate", &objects)["spec"],
        json!({
            "secretName": "hostfit-cert",
            "dnsNames": ["hostfit.hostfit-system.svc"],
            "usages": ["server auth"],
            "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
            "issuerRef": {"name": "ca", "kind": "Issuer", "group": "cert-manager.io"},
        })
    );
    let configuration = the("ValidatingWebhookConfiguration", &objects);
    assert_eq!(
        configuration["metadata"]["annotations"],
        json!({"cert-manager.io/inject-ca-from": "hostfit-system/hostfit"})
    );
    for webhook in configuration["webhooks"].as_array().unwrap() {
        assert_eq!(
            webhook["clientConfig"].get("caBundle"),
            None,
            "the injector's field"
        );
    }
}

#[test]
fn an_own_bundle_is_in_every_webhook() {
    let objects = render(&[&own_secret()]);
    for webhook in the("ValidatingWebhookConfiguration", &objects)["webhooks"]
        .as_array()
        .unwrap()
    {
        assert_eq!(
            webhook["clientConfig"]["caBundle"],
            "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUIKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo="
        );
    }
}
