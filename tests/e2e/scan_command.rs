//! `hostfit scan` beside a cluster: what runs there stands under its owners, and what it says of a move is what the webhook then does.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::cluster::{Namespace, Outcome, eventually, kubectl, run};
use super::manifests::{Use, pod, spec, workload};
use super::pool::Pool;
use super::release;

/// The binary beside the cluster, with the kubeconfig of this test, on one namespace.
fn scan(namespace: &Namespace, arguments: &[&str]) -> Outcome {
    let kubeconfig = format!("--kubeconfig={}", std::env::var("KUBECONFIG").unwrap());
    let arguments = [&["scan", &kubeconfig, "-n", &namespace.0], arguments].concat();
    run(env!("CARGO_BIN_EXE_hostfit"), &arguments, "")
}

/// Each workload of a report: how many of its pods run, its decision, and its findings' rules and fields.
#[track_caller]
fn verdicts(outcome: &Outcome) -> BTreeMap<String, String> {
    assert!(outcome.code <= 1, "{outcome:#?}");
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let verdict = |workload: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let findings = workload["findings"].as_array().unwrap().iter();
        let findings = findings.map(|it| format!(" {} {}", text(&it["rule"]), text(&it["field"])));
        (
            format!("{} {}", text(&workload["kind"]), text(&workload["name"])),
            format!(
                "{} {}{}",
                workload["running"]["pods"],
                text(&workload["decision"]),
                findings.collect::<String>()
            ),
        )
    };
    let workloads = report["workloads"].as_array().unwrap();
    workloads.iter().map(verdict).collect()
}

/// Objects of this kind and name, made anew with another name.
fn named(mut object: Value, name: &str) -> Value {
    object["metadata"]["name"] = name.into();
    let labels = json!({"app": name});
    for labelled in [
        "/spec/selector/matchLabels",
        "/spec/template/metadata/labels",
    ] {
        if let Some(found) = object.pointer_mut(labelled) {
            *found = labels.clone();
        }
    }
    object
}

const WIDGETS: &str = r#"{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.e2e.hostfit.dev"},
    "spec": {"group": "e2e.hostfit.dev", "scope": "Namespaced", "names": {"kind": "Widget", "plural": "widgets", "singular": "widget", "listKind": "WidgetList"},
        "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}"#;

/// A custom resource, and what it is called as the owner of something.
fn widget(namespace: &Namespace) -> Value {
    run("kubectl", &["apply", "-f", "-"], WIDGETS).ok();
    kubectl(&[
        "wait",
        "--for=condition=Established",
        "crd/widgets.e2e.hostfit.dev",
        "--timeout=60s",
    ])
    .ok();
    let widget =
        json!({"apiVersion": "e2e.hostfit.dev/v1", "kind": "Widget", "metadata": {"name": "kit"}});
    eventually("the resource is served", || {
        (namespace.apply(&widget).code == 0).then_some(())
    });
    let uid = namespace.get("widget/kit")["metadata"]["uid"].clone();
    json!([{"apiVersion": "e2e.hostfit.dev/v1", "kind": "Widget", "name": "kit", "uid": uid, "controller": true}])
}

/// A release of a chart with one Deployment.
fn helm_release(namespace: &Namespace, deployment: &Value) {
    let chart = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = chart.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "Chart.yaml",
        "{apiVersion: v2, name: shop, version: 1.0.0}".to_owned(),
    );
    write("templates/deployment.yaml", deployment.to_string());
    let path = chart.path().to_str().unwrap();
    run("helm", &["install", "shop", path, "-n", &namespace.0], "").ok();
}

#[test]
fn scan_shows_what_runs_under_its_owners() {
    // No webhook looks there; a scan that heeds no label does.
    let namespace = Namespace::labelled(&[("hostfit.dev/mode", "off")]);
    let config = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(config.path(), "namespaceLabels: false\n").unwrap();
    let config = config.path().to_str().unwrap();
    let pool = Pool::new("scanned", &["ubuntu", "acl1"]);
    let acl = |reach| {
        let mut spec = pool.spec(reach);
        spec["nodeSelector"]["kubernetes.azure.com/os-sku"] = "AzureContainerLinux".into();
        spec
    };
    let mut deployment = named(workload("Deployment", &acl(Use::Path("/usr/bin"))), "web");
    deployment["spec"]["replicas"] = 2.into();
    helm_release(&namespace, &deployment);
    namespace
        .apply(&named(
            workload("DaemonSet", &pool.spec(Use::Field("hostNetwork"))),
            "agent",
        ))
        .ok();
    let mut suspended = named(workload("CronJob", &acl(Use::Field("hostPID"))), "nightly");
    suspended["spec"]["suspend"] = true.into();
    namespace.apply(&suspended).ok();
    namespace
        .create(&pod("debug", &acl(Use::Field("hostIPC"))))
        .ok();
    let owner = widget(&namespace);
    let mut set = named(workload("ReplicaSet", &acl(Use::Path("/etc"))), "kit-1");
    set["metadata"]["ownerReferences"] = owner;
    namespace.apply(&set).ok();

    let expected = [
        (
            "CronJob nightly",
            "0 deny host-pid spec.jobTemplate.spec.template.spec.hostPID",
        ),
        (
            "DaemonSet agent",
            "2 warn host-network spec.template.spec.hostNetwork",
        ),
        (
            "Deployment web",
            "2 deny host-path spec.template.spec.volumes[0].hostPath",
        ),
        ("Pod debug", "1 deny host-ipc spec.hostIPC"),
        (
            "Widget kit",
            "1 deny host-path spec.template.spec.volumes[0].hostPath",
        ),
    ]
    .map(|(name, verdict)| (name.to_owned(), verdict.to_owned()));
    let expected = BTreeMap::from(expected);
    let mut last = BTreeMap::new();
    let seen = || {
        last = verdicts(&scan(&namespace, &["-o", "json", "--config", config]));
        (last == expected).then_some(())
    };
    eventually("all of it runs, and the report shows it", seen);
    assert_eq!(last, expected);
}

/// The workloads of the move, by name: those that will be refused, warned of, and neither.
fn workloads(pool: &Pool) -> Vec<Value> {
    let mut module = pool.spec(Use::None);
    module["containers"][0]["securityContext"] = json!({"capabilities": {"add": ["SYS_MODULE"]}});
    let mut profile = pool.spec(Use::None);
    profile["securityContext"] = json!({"appArmorProfile": {"type": "RuntimeDefault"}});
    let mut old_os = pool.spec(Use::Path("/usr/bin"));
    old_os["nodeSelector"]["kubernetes.azure.com/os-sku"] = "Ubuntu".into();
    [
        ("Deployment", "writes", pool.spec(Use::Path("/usr/bin"))),
        ("Deployment", "plain", pool.spec(Use::None)),
        ("Deployment", "old-os", old_os),
        ("Deployment", "module", module),
        ("StatefulSet", "profile", profile),
        ("DaemonSet", "network", pool.spec(Use::Field("hostNetwork"))),
        ("CronJob", "pid", pool.spec(Use::Field("hostPID"))),
    ]
    .into_iter()
    .map(|(kind, name, spec)| named(workload(kind, &spec), name))
    .chain([pod("alone", &pool.spec(Use::Path("/var/log")))])
    .collect()
}

/// What the webhook says to a pod of a workload, which is not made.
fn admission(namespace: &Namespace, workload: &Value) -> &'static str {
    let template = [
        "/spec/template/spec",
        "/spec/jobTemplate/spec/template/spec",
        "/spec",
    ];
    let spec = template
        .iter()
        .find_map(|path| workload.pointer(path))
        .unwrap();
    let pod = pod("probe", spec).to_string();
    let outcome = namespace.kubectl_with(&["create", "--dry-run=server", "-f", "-"], &pod);
    match outcome.code {
        0 if outcome.stderr.contains("Warning: hostfit: ") => "warn",
        0 => "allow",
        _ => {
            outcome.refused(&[]);
            "deny"
        }
    }
}

#[test]
fn scan_says_of_a_move_what_the_webhook_then_does() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let pool = Pool::new("tomove", &["ubuntu", "ubuntu"]);
    let workloads = workloads(&pool);
    eventually("the pool is known to the webhook", || {
        let known = workloads
            .iter()
            .all(|it| admission(&namespace, it) == "allow");
        known.then_some(())
    });
    for workload in &workloads {
        namespace.apply(workload).silent();
    }
    let assumed = scan(
        &namespace,
        &["-o", "json", "--assume", "tomove=azure-container-linux"],
    );
    let before = scan(&namespace, &["-o", "json"]);
    let allowed = verdicts(&before);
    assert!(
        allowed.values().all(|it| it.ends_with(" allow")),
        "{allowed:#?}"
    );

    for index in 0..2 {
        pool.reimage(index, "acl1");
    }
    let pods_apart = |verdicts: BTreeMap<String, String>| -> BTreeMap<String, String> {
        // How many pods run may have changed in between.
        let verdict = |text: String| text.split_once(' ').map(|(_, it)| it.to_owned()).unwrap();
        verdicts
            .into_iter()
            .map(|(name, it)| (name, verdict(it)))
            .collect()
    };
    let expected = pods_apart(verdicts(&assumed));
    assert_eq!(
        pods_apart(verdicts(&scan(&namespace, &["-o", "json"]))),
        expected
    );

    let first = |verdict: &String| verdict.split(' ').next().unwrap().to_owned();
    let name = |workload: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        format!(
            "{} {}",
            text(&workload["kind"]),
            text(&workload["metadata"]["name"])
        )
    };
    let mut said = BTreeMap::new();
    eventually(
        "the webhook has seen the change and does what was said",
        || {
            said = workloads
                .iter()
                .map(|it| (name(it), admission(&namespace, it).to_owned()))
                .collect();
            let expected: BTreeMap<_, _> = expected
                .iter()
                .map(|(name, it)| (name.clone(), first(it)))
                .collect();
            (said == expected).then_some(())
        },
    );
    for decision in ["deny", "warn", "allow"] {
        assert!(
            said.values().any(|it| it == decision),
            "{decision}: {said:#?}"
        );
    }
}

const ROLE: &str = include_str!("../../deploy/scan-rbac.yaml");

/// Runs it as the namespace's own account.
fn scan_as_account(namespace: &Namespace) -> Outcome {
    let account = format!("--as=system:serviceaccount:{}:default", namespace.0);
    run(env!("CARGO_BIN_EXE_hostfit"), &["scan", &account], "")
}

#[test]
fn scan_needs_the_rights_of_its_role_and_each_of_them() {
    let namespace = Namespace::new();
    namespace.create(&pod("p", &spec("", Use::None))).ok();
    let name = format!("scan-{}", namespace.0);
    let mut role: Value = serde_saphyr::from_str(ROLE).unwrap();
    role["metadata"]["name"] = name.as_str().into();
    run("kubectl", &["create", "-f", "-"], &role.to_string()).ok();
    let account = format!("--serviceaccount={}:default", namespace.0);
    kubectl(&[
        "create",
        "clusterrolebinding",
        &name,
        "--clusterrole",
        &name,
        &account,
    ])
    .ok();
    let complete = || {
        let outcome = scan_as_account(&namespace);
        (outcome.code <= 1 && outcome.stderr.is_empty()).then_some(outcome)
    };
    eventually("with its role it sees everything", complete);

    let rules = role["rules"].as_array().unwrap().clone();
    for (index, rule) in rules.iter().enumerate() {
        assert_eq!(rule["verbs"], json!(["list"]), "it only lists");
        // Whether Karpenter is there is another scenario's affair; without it nobody needs a right to its resources.
        if rule["apiGroups"][0]
            .as_str()
            .unwrap()
            .starts_with("karpenter")
        {
            continue;
        }
        for resource in rule["resources"].as_array().unwrap() {
            let mut less = role.clone();
            let resources = less["rules"][index]["resources"].as_array_mut().unwrap();
            resources.retain(|it| it != resource);
            if resources.is_empty() {
                less["rules"].as_array_mut().unwrap().remove(index);
            }
            run("kubectl", &["replace", "-f", "-"], &less.to_string()).ok();
            let lacks = format!("let this account list {}", resource.as_str().unwrap());
            eventually(&format!("without {resource} it says so"), || {
                let outcome = scan_as_account(&namespace);
                (outcome.code == 3
                    && outcome.stderr.matches("let this account list").count() == 1
                    && outcome.stderr.contains(&lacks))
                .then_some(())
            });
        }
    }
    kubectl(&["delete", "clusterrole,clusterrolebinding", &name]).ok();
}
