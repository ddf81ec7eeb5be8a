//! The backstop: a pod that was let in because it could land on either OS, and is given an immutable node.

use serde_json::{Value, json};

use super::cluster::{Namespace, binding_annotations, eventually};
use super::manifests::{Use, pod, workload};
use super::pool::Pool;
use super::release::{self, Exclusive};
use super::replica::replicas;

/// A pod spec for a pool with both kinds of OS that would rather be on the immutable one, its first.
fn drawn_to(pool: &Pool) -> Value {
    let mut spec = pool.spec(Use::Path("/usr/bin"));
    spec["affinity"] = json!({"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "preference":
        {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": [pool.node(0)]}]}}]}});
    spec
}

/// Creates it once both of the pool's nodes are known.
fn create(namespace: &Namespace, object: &Value) {
    let dry_run = ["create", "--dry-run=server", "-f", "-"];
    eventually("both nodes are known", || {
        let said = namespace.kubectl_with(&dry_run, &object.to_string()).stderr;
        said.contains("1 of 2 candidate nodes").then_some(())
    });
    namespace
        .create(object)
        .warned("1 of 2 candidate nodes are Azure Container Linux");
}

fn runs(namespace: &Namespace, name: &str) {
    let pod = format!("pod/{name}");
    namespace
        .kubectl(&["wait", &pod, "--for=condition=Ready", "--timeout=120s"])
        .ok();
}

/// Changes the values until no replica is left that has others: one that drains may still be called.
fn upgrade(release: &Exclusive, set: &[&str]) {
    let before = replicas();
    release.upgrade(set);
    release::all_gone(&before);
}

/// How often the replicas have decided so of a Binding.
fn bindings(decision: &str) -> f64 {
    let labels = [("kind", "Binding"), ("decision", decision)];
    let sum =
        |replica: &super::replica::Replica| replica.metrics().sum("hostfit_reviews_total", &labels);
    replicas().iter().map(sum).sum()
}

#[test]
fn a_pod_that_is_given_an_immutable_node_is_told_of() {
    let release = release::exclusive();
    upgrade(&release, &["bindings.mode=warn"]);
    let namespace = Namespace::new();
    let pool = Pool::new("told", &["acl1", "ubuntu"]);

    create(&namespace, &pod("p", &drawn_to(&pool)));
    runs(&namespace, "p");
    assert_eq!(namespace.get("pod/p")["spec"]["nodeName"], pool.node(0));
    let annotations = binding_annotations(&namespace.0, "p");
    for (key, value) in [
        ("decision", "warn"),
        ("findings", "host-path at-risk spec.volumes[0].hostPath"),
        ("placement", "immutable 1/1"),
        ("node", &pool.node(0)),
    ] {
        assert_eq!(annotations[format!("bindings.hostfit.dev/{key}")], value);
    }
    assert!(bindings("warn") >= 1.0);

    // On Ubuntu there is nothing to say.
    let mut elsewhere = pod("elsewhere", &pool.spec(Use::Path("/usr/bin")));
    elsewhere["spec"]["nodeSelector"]["kubernetes.io/hostname"] = pool.node(1).into();
    namespace.create(&elsewhere).silent();
    runs(&namespace, "elsewhere");
    let annotations = binding_annotations(&namespace.0, "elsewhere").to_string();
    assert!(
        !annotations.contains("bindings.hostfit.dev"),
        "{annotations}"
    );
    assert!(bindings("allow") >= 1.0);
    assert_eq!(bindings("not-judged"), 0.0, "it may get pods");
}

#[test]
fn a_pod_is_refused_the_immutable_node_only_while_hostfit_answers_and_is_told_to() {
    let release = release::exclusive();
    upgrade(&release, &["failurePolicy=Fail", "bindings.mode=deny"]);
    let pool = Pool::new("refused", &["acl1", "ubuntu"]);
    // A Deployment's: for a pod of its own the exemption of the node debuggers might have been meant.
    let deployment = workload("Deployment", &drawn_to(&pool));
    let refused = || {
        let namespace = Namespace::new();
        create(&namespace, &deployment);
        let event = namespace.event("w-", "FailedScheduling");
        for word in [
            r#"admission webhook "bindings.hostfit.dev" denied the request"#,
            "does not fit Azure Container Linux (pool refused, 1 node)",
        ] {
            assert!(event.contains(word), "{word:?} in {event:?}");
        }
        let pods = namespace.get("pods");
        assert_eq!(pods["items"][0]["spec"]["nodeName"], Value::Null);
        namespace
    };
    let runs = |namespace: &Namespace| {
        let status = ["rollout", "status", "deployment/w", "--timeout=120s"];
        namespace.kubectl(&status).ok();
    };

    let first = refused();
    assert!(bindings("deny") >= 1.0);
    // Whatever `failurePolicy` is: with nobody there every pod gets its node.
    let down = release.down();
    runs(&first);
    down.up();

    let second = refused();
    release.upgrade(&["failurePolicy=Fail", "bindings.mode=off"]);
    runs(&second);
}
