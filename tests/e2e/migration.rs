//! A pool that is moved to an immutable OS node by node, under a workload with host access and a disruption budget: each drain comes to its
//! end, since a pod that is evicted is admitted anew as long as a node is on the move.

use serde_json::json;

use super::cluster::{Namespace, eventually, kubectl};
use super::manifests::{Use, pod, workload};
use super::pool::Pool;
use super::release;

const NODES: usize = 3;

#[test]
fn a_pool_on_the_move_is_drained_node_by_node_without_a_dead_lock() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let pool = Pool::new("migrating", &["moving"; NODES]);
    let mut deployment = workload("Deployment", &pool.spec(Use::Path("/usr/bin")));
    deployment["spec"]["replicas"] = 4.into();
    let dry_run = ["apply", "--dry-run=server", "-f", "-"];
    eventually("the pool is known", || {
        let said = namespace
            .kubectl_with(&dry_run, &deployment.to_string())
            .stderr;
        said.contains("3 of 3 candidate nodes").then_some(())
    });
    namespace
        .apply(&deployment)
        .warned("(pool migrating, on the move)");
    let budget = json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "w"},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "w"}}}});
    namespace.apply(&budget).silent();
    let rolled_out = || {
        let status = ["rollout", "status", "deployment/w", "--timeout=60s"];
        namespace.kubectl(&status).ok();
    };
    rolled_out();

    for index in 0..NODES {
        let node = pool.node(index);
        kubectl(&["drain", &node, "--timeout=120s"]).ok();
        rolled_out();
        let mut pods = namespace.get("pods")["items"].as_array().unwrap().clone();
        pods.retain(|pod| pod["metadata"]["deletionTimestamp"].is_null());
        assert_eq!(pods.len(), 4);
        assert!(
            pods.iter()
                .all(|pod| pod["spec"]["nodeName"] != node.as_str()),
            "{pods:#?}"
        );
        pool.reimage(index, "acl1");
        kubectl(&["uncordon", &node]).ok();
    }
    let failed = [
        "get",
        "events",
        "--field-selector",
        "reason=FailedCreate",
        "-o",
        "name",
    ];
    assert_eq!(
        namespace.kubectl(&failed).ok().stdout,
        "",
        "no pod was ever refused"
    );

    // What runs goes on running, and from now on nothing like it comes in.
    let another = pod("another", &pool.spec(Use::Path("/usr/bin"))).to_string();
    eventually("the whole pool is immutable", || {
        let outcome = namespace.kubectl_with(&["create", "--dry-run=server", "-f", "-"], &another);
        Some(outcome).filter(|outcome| outcome.code != 0)
    })
    .refused(&["pool migrating, 3 nodes"]);
    rolled_out();
}
