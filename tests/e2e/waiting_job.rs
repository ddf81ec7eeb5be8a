//! A Job with host access whose end a scenario decides.

use serde_json::{Value, json};

use super::cluster::{Namespace, eventually};
use super::manifests::{IMAGE, Use, spec, workload};
use super::real_node::real_node;

/// A Job in the host's PID namespace, on a real node, that runs until it is let go.
pub(crate) struct WaitingJob(Option<String>);

impl WaitingJob {
    /// Runs when this returns. Nothing happens without a real node.
    pub(crate) fn new(namespace: &Namespace) -> Self {
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

    /// Lets it go: it completes, and all of it can be deleted.
    pub(crate) fn completes_and_is_deleted(self, namespace: &Namespace) {
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
        let delete = ["delete", "job", "w", "--cascade=foreground"];
        namespace
            .kubectl(&[&delete[..], &["--timeout=60s"]].concat())
            .silent();
    }
}
