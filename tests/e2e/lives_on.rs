//! What runs already lives on while Hostfit is down under `failurePolicy: Fail`: none of what happens to it has to wait for an answer.

use serde_json::{Value, json};

use super::cluster::{Namespace, StaticPod, eventually, real_node};
use super::manifests::{IMAGE, Use, pod, spec, workload};
use super::release;

#[test]
fn what_runs_lives_on_during_an_outage_under_fail() {
    let release = release::exclusive();
    release.upgrade(&["failurePolicy=Fail"]);
    let namespace = Namespace::new();
    let job = WaitingJob::new(&namespace);
    let mut finalized = pod("finalized", &spec("ubuntu", Use::Field("hostPID")));
    finalized["metadata"]["finalizers"] = json!(["hostfit.dev/scenario"]);
    namespace.create(&finalized).silent();
    for name in ["orphans", "deleted"] {
        let mut deployment = workload("Deployment", &spec("ubuntu", Use::Path("/usr/bin")));
        deployment["metadata"]["name"] = name.into();
        deployment["spec"]["selector"]["matchLabels"]["app"] = name.into();
        deployment["spec"]["template"]["metadata"]["labels"]["app"] = name.into();
        namespace.apply(&deployment).silent();
        namespace
            .kubectl(&["rollout", "status", "deployment", name, "--timeout=60s"])
            .ok();
    }

    let _down = release.down();
    namespace
        .create(&pod("new", &spec("ubuntu", Use::Field("hostPID"))))
        .blocked();

    labels_and_finalizers(&namespace);
    owners(&namespace);
    static_pods(&namespace);
    job.completes_and_is_deleted(&namespace);
}

fn labels_and_finalizers(namespace: &Namespace) {
    namespace
        .kubectl(&["label", "pod", "finalized", "team=a"])
        .silent();
    namespace
        .kubectl(&["annotate", "pod", "finalized", "note=a"])
        .silent();
    namespace
        .kubectl(&["delete", "pod", "finalized", "--wait=false"])
        .silent();
    let patch = r#"{"metadata":{"finalizers":null}}"#;
    namespace
        .kubectl(&["patch", "pod", "finalized", "--patch", patch])
        .silent();
    gone(namespace, &["pod/finalized"]);
}

fn owners(namespace: &Namespace) {
    // The garbage collector takes the owner out of what it leaves behind ...
    namespace
        .kubectl(&["delete", "deployment", "orphans", "--cascade=orphan"])
        .silent();
    namespace
        .kubectl(&[
            "delete",
            "replicasets",
            "-l",
            "app=orphans",
            "--cascade=orphan",
        ])
        .silent();
    let orphans = || {
        namespace
            .kubectl(&["get", "pods", "-l", "app=orphans", "-o", "json"])
            .json()
    };
    let orphan = orphans()["items"][0]["metadata"].clone();
    assert!(
        orphan["deletionTimestamp"].is_null() && orphan["ownerReferences"].is_null(),
        "{orphan:#}"
    );
    // ... and who takes it over puts another one in.
    let mut adopting = workload("ReplicaSet", &spec("ubuntu", Use::Path("/usr/bin")));
    adopting["spec"]["selector"]["matchLabels"] = json!({"app": "orphans"});
    adopting["spec"]["template"]["metadata"]["labels"] = json!({"app": "orphans"});
    namespace.apply(&adopting).silent();
    eventually("the orphan has an owner again", || {
        let owner = &orphans()["items"][0]["metadata"]["ownerReferences"][0]["name"];
        (owner == "w").then_some(())
    });
    namespace
        .kubectl(&["delete", "deployment", "deleted", "--cascade=foreground"])
        .silent();
    namespace.kubectl(&["delete", "replicaset", "w"]).silent();
    eventually("nothing is left of either", || {
        let left = [
            "get",
            "pods",
            "-l",
            "app in (orphans, deleted)",
            "-o",
            "name",
        ];
        namespace
            .kubectl(&left)
            .ok()
            .stdout
            .is_empty()
            .then_some(())
    });
}

fn static_pods(namespace: &Namespace) {
    let Some(node) = real_node("acl") else { return };
    let pod = pod("static", &spec("", Use::Path("/usr/bin")));
    let mirrored = StaticPod::new(namespace, &node, pod);
    let mirror = format!("static-{node}");
    eventually("the mirror pod is there and runs", || {
        let phase = ["get", "pod", &mirror, "-o", "jsonpath={.status.phase}"];
        (namespace.kubectl(&phase).stdout == "Running").then_some(())
    });
    drop(mirrored);
    gone(namespace, &[&format!("pod/{mirror}")]);
}

#[track_caller]
fn gone(namespace: &Namespace, what: &[&str]) {
    namespace
        .kubectl(&[&["wait", "--for=delete", "--timeout=60s"], what].concat())
        .ok();
}

/// A Job in the host's PID namespace, on a real node, that runs until it is let go.
struct WaitingJob(Option<String>);

impl WaitingJob {
    fn new(namespace: &Namespace) -> Self {
        let Some(_) = real_node("ubuntu") else {
            return Self(None);
        };
        let folder = format!("{}/{}", std::env::var("RUN").unwrap(), namespace.0);
        std::fs::create_dir(&folder).unwrap();
        let mut spec = spec("real-ubuntu", Use::Field("hostPID"));
        spec["tolerations"] = json!([{"key": "dedicated", "operator": "Exists"}]);
        spec["volumes"] = json!([{"name": "gate", "hostPath": {"path": folder}}]);
        let wait = "until [ -e /gate/open ]; do sleep 0.1; done";
        spec["containers"] = json!([{"name": "job", "image": IMAGE, "command": ["sh", "-c", wait],
            "volumeMounts": [{"name": "gate", "mountPath": "/gate"}]}]);
        namespace.create(&workload("Job", &spec)).silent();
        eventually("the Job runs", || {
            (namespace.get("job/w")["status"]["ready"] == 1).then_some(())
        });
        Self(Some(folder))
    }

    fn completes_and_is_deleted(self, namespace: &Namespace) {
        let Some(folder) = self.0 else { return };
        std::fs::write(format!("{folder}/open"), "").unwrap();
        namespace
            .kubectl(&["wait", "job/w", "--for=condition=Complete", "--timeout=60s"])
            .ok();
        let pods: Value = namespace
            .kubectl(&["get", "pods", "-l", "job-name=w", "-o", "json"])
            .json();
        let pod = &pods["items"][0];
        assert!(
            pod["status"]["phase"] == "Succeeded" && pod["metadata"]["finalizers"].is_null(),
            "{pod:#}"
        );
        namespace
            .kubectl(&[
                "delete",
                "job",
                "w",
                "--cascade=foreground",
                "--timeout=60s",
            ])
            .silent();
        gone(namespace, &["job/w"]);
    }
}
