//! No replica is there: what is blocked and what is not, the way out, and the way back.

use super::cluster::{Namespace, eventually, kubectl, run};
use super::manifests::{Use, pod, spec, workload};
use super::release;

/// Every way into the host.
const USES: [(&str, Use); 4] = [
    ("path", Use::Path("/usr/bin")),
    ("pid", Use::Field("hostPID")),
    ("network", Use::Field("hostNetwork")),
    ("ipc", Use::Field("hostIPC")),
];
const WORKLOADS: [&str; 5] = ["Deployment", "DaemonSet", "StatefulSet", "Job", "CronJob"];

#[test]
fn under_ignore_nothing_is_blocked() {
    let release = release::exclusive();
    let down = release.down();
    let namespace = Namespace::new();
    creates_every_pod(&namespace);
    for kind in WORKLOADS {
        let object = workload(kind, &spec("acl1", Use::Field("hostPID")));
        namespace.apply(&object).silent();
    }
    for workload in ["deployment/w", "daemonset/w", "statefulset/w"] {
        namespace
            .kubectl(&["rollout", "status", workload, "--timeout=60s"])
            .ok();
    }
    down.up();
    enforces(&namespace);
}

#[test]
fn under_fail_only_new_pods_with_host_access_are_blocked_and_it_can_be_switched_off() {
    let release = release::exclusive();
    release.upgrade(&["failurePolicy=Fail"]);
    let down = release.down();

    let enforced = Namespace::new();
    for (name, reach) in USES {
        for pool in ["acl1", "ubuntu", ""] {
            enforced.create(&pod(name, &spec(pool, reach))).blocked();
        }
    }
    // Who makes pods is not held up, and is told the same.
    for kind in WORKLOADS {
        enforced
            .apply(&workload(kind, &spec("ubuntu", Use::Field("hostPID"))))
            .silent();
    }
    let event = enforced.event("w-", "FailedCreate");
    assert!(
        event.contains(r#"failed calling webhook "pods.hostfit.dev""#),
        "{event}"
    );
    // Pods without host access.
    for pool in ["acl1", "ubuntu", ""] {
        enforced
            .create(&pod(&format!("p{pool}"), &spec(pool, Use::None)))
            .silent();
    }
    // Namespaces in which Hostfit never refuses anything.
    for mode in ["audit", "off"] {
        creates_every_pod(&Namespace::labelled(&[("hostfit.dev/mode", mode)]));
    }
    let platform = pod("hostfit-outage", &spec("acl1", Use::Field("hostPID"))).to_string();
    run(
        "kubectl",
        &["-n", "kube-system", "create", "-f", "-"],
        &platform,
    )
    .silent();
    kubectl(&[
        "-n",
        "kube-system",
        "delete",
        "pod",
        "hostfit-outage",
        "--wait=false",
    ])
    .ok();

    switch_off();
    eventually("the API server no longer asks", || {
        let probe = pod("probe", &spec("acl1", Use::Field("hostPID"))).to_string();
        let probe = enforced.kubectl_with(&["create", "--dry-run=server", "-f", "-"], &probe);
        (probe.code == 0).then_some(())
    });
    creates_every_pod(&enforced);

    down.up();
    release.upgrade(&["failurePolicy=Fail", "failurePolicyForce=true"]);
    enforces(&enforced);
}

/// The command that the documents and the installation's own notes give.
fn switch_off() {
    let notes = release::helm(&["get", "notes", "hostfit"]).ok().stdout;
    let command = "kubectl delete validatingwebhookconfiguration hostfit";
    let documents = [
        notes.as_str(),
        include_str!("../../README.md"),
        include_str!("../../charts/hostfit/README.md"),
    ];
    for document in documents {
        let says = document.lines().any(|line| line.trim() == command);
        assert!(says, "{command} in {document}");
    }
    run("sh", &["-c", command], "").ok();
}

/// Every pod with host access can be created here, wherever it would land.
fn creates_every_pod(namespace: &Namespace) {
    for (name, reach) in USES {
        for pool in ["acl1", "ubuntu", ""] {
            let name = format!("{name}-{pool}-x");
            namespace.create(&pod(&name, &spec(pool, reach))).silent();
        }
    }
}

/// Hostfit refuses again what does not fit, and lets through what does.
fn enforces(namespace: &Namespace) {
    let refused = pod("refused", &spec("acl1", Use::Field("hostPID"))).to_string();
    let refused = eventually("it refuses again", || {
        let args = ["create", "--dry-run=server", "-f", "-"];
        let outcome = namespace.kubectl_with(&args, &refused);
        outcome
            .stderr
            .contains("denied the request")
            .then_some(outcome)
    });
    refused.refused(&["host-pid"]);
    namespace
        .create(&pod("created", &spec("ubuntu", Use::Field("hostPID"))))
        .silent();
}

#[test]
fn a_first_install_whose_image_cannot_be_pulled_blocks_nobody() {
    let release = release::exclusive();
    release.uninstall();
    let refused = |outcome: super::cluster::Outcome| {
        let says = outcome
            .stderr
            .contains("failurePolicy Fail is for an installation that already serves");
        assert!(outcome.code == 1 && says, "{outcome:#?}");
    };
    refused(release.try_upgrade(&["failurePolicy=Fail"]));
    release.try_upgrade(&["image.tag=none"]).ok();
    eventually("no replica has an image", || {
        let reason = "jsonpath={.items[*].status.containerStatuses[*].state.waiting.reason}";
        let reasons = release::kubectl(&["get", "pods", "-o", reason]).ok().stdout;
        (reasons == "ErrImageNeverPull ErrImageNeverPull").then_some(())
    });
    creates_every_pod(&Namespace::new());
    refused(release.try_upgrade(&["image.tag=none", "failurePolicy=Fail"]));
}
