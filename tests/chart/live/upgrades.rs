//! What `helm upgrade` keeps of what the process wrote, and which upgrades go through.

use serde_json::{Value, json};

use super::{NAMESPACE, Release, WEBHOOKS, get, kubectl};
use crate::helm::repository;

/// The fields of the process: two whole objects, and one field in each webhook.
#[derive(Debug, PartialEq)]
struct Written {
    secret: Value,
    lease: Value,
    bundles: Vec<Value>,
}

impl Written {
    fn read() -> Self {
        let configuration = get("validatingwebhookconfiguration", "hostfit");
        let webhooks = configuration["webhooks"].as_array().unwrap();
        Self {
            secret: get("secret", "hostfit-tls")["data"].clone(),
            lease: get("lease", "hostfit-tls")["spec"].clone(),
            bundles: webhooks
                .iter()
                .map(|webhook| webhook["clientConfig"]["caBundle"].clone())
                .collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.secret.is_null() && self.bundles.iter().all(Value::is_null)
    }
}

/// Writes as the process does: the same kinds of patch, with its own account's rights, as a field manager of its own.
fn write() -> Written {
    let bundles = (0..WEBHOOKS.len()).map(|index| {
        json!({"op": "add", "path": format!("/webhooks/{index}/clientConfig/caBundle"), "value": CA})
    });
    for (object, kind, patch) in [
        (
            "secret/hostfit-tls",
            "merge",
            json!({"data": {"ca.crt": CA}}),
        ),
        (
            "lease/hostfit-tls",
            "merge",
            json!({"spec": {"holderIdentity": "hostfit-0"}}),
        ),
        (
            "validatingwebhookconfiguration/hostfit",
            "json",
            bundles.collect(),
        ),
    ] {
        let (kind, patch) = (format!("--type={kind}"), patch.to_string());
        let account = format!("--as=system:serviceaccount:{NAMESPACE}:hostfit");
        let manager = "--field-manager=hostfit";
        kubectl(
            &[
                "patch", object, &kind, "-p", &patch, "-n", NAMESPACE, &account, manager,
            ],
            None,
        )
        .unwrap();
    }
    Written::read()
}

/// Writes the bundles as a CA injector does, by an apply: it then owns a part of every webhook.
fn inject() -> Written {
    let webhook = |name: &&str| json!({"name": name, "clientConfig": {"caBundle": CA}});
    let configuration = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "hostfit"}, "webhooks": WEBHOOKS.iter().map(webhook).collect::<Vec<_>>(),
    });
    kubectl(
        &[
            "apply",
            "--server-side",
            "--field-manager=injector",
            "-f",
            "-",
        ],
        Some(&configuration),
    )
    .unwrap();
    Written::read()
}

/// A certificate, in base64: the API server only looks whether it is one.
const CA: &str = include_str!("ca.b64").trim_ascii();

#[test]
#[ignore = "needs a cluster"]
fn an_upgrade_keeps_what_the_process_wrote() {
    for server_side in ["--server-side=true", "--server-side=false"] {
        let release = Release::install(&[server_side]);
        assert!(Written::read().is_empty(), "a fresh install holds nothing");
        let written = write();
        let pods = get("deployment", "hostfit")["metadata"]["generation"].clone();
        release
            .upgrade(&[
                server_side,
                "--set",
                "mode=audit",
                "--set",
                "excludedNamespaces={kube-system}",
            ])
            .unwrap();
        assert_eq!(Written::read(), written, "{server_side}");
        assert_eq!(
            get("deployment", "hostfit")["metadata"]["generation"],
            pods,
            "no pod is restarted"
        );
    }
}

/// A webhook that left the chart would stay as a stump of the injector's field, and the API server would reject the upgrade.
#[test]
#[ignore = "needs a cluster"]
fn every_change_of_switches_goes_through() {
    let release = Release::install(&[]);
    let refusal = release
        .upgrade(&["--set", "failurePolicy=Fail"])
        .unwrap_err();
    assert!(
        refusal.contains("failurePolicy Fail is for an installation that already serves"),
        "{refusal}"
    );
    let written = inject();
    for switches in [
        "failurePolicy=Fail",
        "failurePolicy=Ignore",
        "namespaceLabels=false",
        "mode=off",
        "mode=audit",
        "mode=enforce",
        "bindings.mode=warn",
        "bindings.mode=deny",
        "bindings.mode=off",
        "rules.hostVolume=true",
        "rules.hostVolume=false",
    ] {
        release.upgrade(&["--set", switches]).unwrap();
        assert_eq!(Written::read(), written, "{switches}");
    }
}

/// A replacement empties everything; the process can write it again, since the objects are still there.
#[test]
#[ignore = "needs a cluster"]
fn a_replacement_can_be_mended() {
    let release = Release::install(&["--server-side=false"]);
    let written = write();
    release
        .upgrade(&["--server-side=false", "--force-replace"])
        .unwrap();
    assert!(Written::read().is_empty());
    assert_eq!(write(), written);
}

/// What the documents tell people to type after they switched Hostfit off.
#[test]
#[ignore = "needs a cluster"]
fn an_upgrade_brings_back_a_deleted_webhook() {
    let release = Release::install(&[]);
    write();
    release.upgrade(&["--set", "failurePolicy=Fail"]).unwrap();
    kubectl(
        &["delete", "validatingwebhookconfiguration", "hostfit"],
        None,
    )
    .unwrap();
    release.upgrade(&["--reuse-values"]).unwrap_err();
    release
        .upgrade(&["--reuse-values", "--set", "failurePolicyForce=true"])
        .unwrap();
    assert_eq!(
        get("validatingwebhookconfiguration", "hostfit")["webhooks"][0]["failurePolicy"],
        "Fail"
    );
}

#[test]
#[ignore = "needs a cluster"]
fn uninstalling_leaves_nothing() {
    drop(Release::install(&[]));
    let kinds = "validatingwebhookconfigurations,clusterroles,clusterrolebindings,all,configmaps,secrets,leases,serviceaccounts,roles,rolebindings,pdb";
    let left = kubectl(
        &[
            "get",
            kinds,
            "--namespace",
            NAMESPACE,
            "-l",
            "app.kubernetes.io/instance=hostfit",
            "-o",
            "name",
        ],
        None,
    );
    assert_eq!(left.unwrap(), "");
}

/// The manifests for people without Helm, into a namespace that enforces the restricted Pod Security standard.
#[test]
#[ignore = "needs a cluster"]
fn plain_manifests_are_accepted() {
    let manifests = repository().join("deploy/hostfit.yaml");
    let manifests = manifests.to_str().unwrap();
    let apply = || kubectl(&["apply", "-f", manifests], None).unwrap();
    apply();
    let written = write();
    apply();
    assert_eq!(Written::read(), written);
    let replicas = "--for=jsonpath={.status.replicas}=2";
    kubectl(
        &[
            "wait",
            replicas,
            "deployment/hostfit",
            "-n",
            NAMESPACE,
            "--timeout=30s",
        ],
        None,
    )
    .unwrap();
    kubectl(&["delete", "-f", manifests], None).unwrap();
}
