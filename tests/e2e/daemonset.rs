//! A DaemonSet over both kinds of OS: it runs where it can, is refused where it cannot, and its warning counts both.

use serde_json::json;

use super::cluster::{Namespace, eventually};
use super::manifests::{Use, spec, workload};
use super::release;

#[test]
fn a_daemon_set_runs_on_ubuntu_and_is_refused_on_the_immutable_nodes() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let mut spec = spec("", Use::Path("/usr/bin"));
    spec["affinity"] = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
        {"matchExpressions": [{"key": "agentpool", "operator": "In", "values": ["ubuntu", "acl1"]}]}]}}});
    namespace
        .apply(&workload("DaemonSet", &spec))
        .warned("of its 5 nodes 3 are Azure Container Linux (pool acl1)");

    // The controller creates pods in batches, ends a batch at its first refusal and waits longer each time before it
    // tries again; a change to the DaemonSet makes it try at once.
    let mut tries = 0;
    let nodes = eventually("it runs on both Ubuntu nodes", || {
        tries += 1;
        let annotation = format!("example.com/try={tries}");
        let again = ["annotate", "daemonset/w", "--overwrite", &annotation];
        assert_eq!(namespace.kubectl(&again).code, 0);
        let pods = namespace.get("pods");
        let running = |pod: &&serde_json::Value| pod["status"]["phase"] == "Running";
        let mut nodes: Vec<String> = pods["items"]
            .as_array()?
            .iter()
            .filter(running)
            .map(|pod| pod["spec"]["nodeName"].as_str().unwrap().to_owned())
            .collect();
        nodes.sort();
        (nodes.len() >= 2).then_some(nodes)
    });
    assert_eq!(nodes, ["aks-ubuntu-0", "aks-ubuntu-1"]);
    let event = namespace.event("w", "FailedCreate");
    assert!(
        event.contains("does not fit Azure Container Linux (pool acl1, 1 node)"),
        "{event}"
    );
}
