//! The certificate's upkeep against a real API server, under exactly the rights that the chart gives: replicas are tasks of this process,
//! each with a TLS listener, and callers verify them by the `caBundle` that stands in the webhook configuration at that moment.
//!
//! Needs a throw-away cluster: `tests/cluster/run cargo test --test certificate`. Plain `cargo test` leaves it out.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test waits for a real API server, says how long it took, and fails loudly"
)]

mod calls;
mod installation;

use installation::{Installation, eventually};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_start_together_make_one_ca() {
    let mut installation = Installation::new("together").await;
    let before = installation.webhooks().await;
    for pod in ["a", "b", "c"] {
        installation.start(pod).await;
    }
    installation.settled().await;
    let leaves: Vec<_> = installation
        .replicas
        .iter()
        .map(|replica| replica.served.leaf())
        .collect();
    assert!(leaves[0].is_some() && leaves.iter().all(|leaf| *leaf == leaves[0]));
    let generations: Vec<_> = installation
        .replicas
        .iter()
        .map(|replica| replica.served.generation())
        .collect();
    assert_eq!(generations, [1, 1, 1], "more than one certificate was made");
    assert_eq!(installation.troubles(), Vec::<String>::new());

    // The bundle is there, ours, and nothing else has changed.
    let after = installation.webhooks().await;
    assert_eq!(without_bundles(&before), without_bundles(&after));
    let managers = after["metadata"]["managedFields"].as_array().unwrap();
    let ours: Vec<_> = managers
        .iter()
        .filter(|m| m["manager"] == "hostfit-certificate")
        .collect();
    assert_eq!(ours.len(), 1);
    let owned = ours[0]["fieldsV1"].as_object().unwrap();
    assert_eq!(owned.keys().collect::<Vec<_>>(), ["f:webhooks"]);
    for (_, fields) in owned["f:webhooks"].as_object().unwrap() {
        assert_eq!(*fields, json!({"f:clientConfig": {"f:caBundle": {}}}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_that_is_wiped_or_replaced_is_repaired() {
    let mut installation = Installation::running("repair").await;
    let good = installation.bundles().await;
    let path = |hook: usize| format!("/webhooks/{hook}/clientConfig/caBundle");
    let damages = [
        json!([{"op": "remove", "path": path(1)}]),
        json!([{"op": "remove", "path": path(0)}, {"op": "remove", "path": path(1)}, {"op": "remove", "path": path(2)}]),
        json!([{"op": "replace", "path": path(2), "value": "bm90IG91cnM="}]),
    ];
    for damage in damages {
        installation.patch_webhooks(&damage).await;
        eventually("the bundle is repaired", async || {
            installation.bundles().await == good
        })
        .await;
    }
    // A webhook that is gone does not keep the others from theirs.
    installation
        .patch_webhooks(
            &json!([{"op": "remove", "path": "/webhooks/0"}, {"op": "remove", "path": path(1)}]),
        )
        .await;
    eventually("the two that are left have it", async || {
        installation.bundles().await == good[1..]
    })
    .await;
    // Nor does a configuration that is gone end anything: it is noted, and the next one is filled.
    installation.delete_webhooks().await;
    eventually("it is noted", async || {
        installation
            .troubles()
            .iter()
            .any(|t| t.contains("does not exist"))
    })
    .await;
    installation.apply_webhooks();
    eventually("the new one has it", async || {
        installation.bundles().await == good
    })
    .await;
    eventually("all is well", async || installation.troubles().is_empty()).await;
    installation.stop_all();
}

#[tokio::test(flavor = "multi_thread")]
async fn rotations_on_request_lose_no_call() {
    let mut installation = Installation::running("rotate").await;
    let calls = installation.call();
    for (wish, new_ca) in [
        ("certificate", false),
        ("ca", true),
        ("ca", true),
        ("certificate", false),
    ] {
        let (ca, leaf) = (
            installation.bundles().await.remove(0),
            installation.replicas[0].served.leaf(),
        );
        installation.annotate(wish);
        let done = async || {
            installation.wish().await.is_none() && installation.replicas[0].served.leaf() != leaf
        };
        eventually("the wish is granted", done).await;
        installation.settled().await;
        assert_eq!(installation.bundles().await[0] != ca, new_ca, "{wish}");
    }
    assert_eq!(calls.end().await, Vec::<String>::new());
    assert_eq!(installation.troubles(), Vec::<String>::new());
    installation.stop_all();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_secret_is_repaired_and_loses_no_call() {
    let mut installation = Installation::running("damage").await;
    let calls = installation.call();
    for damage in [
        json!(null),
        json!({"tls.key": null}),
        json!({"ca.key": "bm9uc2Vuc2U="}),
        json!({"ca.crt": null}),
    ] {
        let leaf = installation.replicas[0].served.leaf();
        installation.damage(&damage).await;
        eventually("a new certificate is served", async || {
            installation.replicas[0].served.leaf() != leaf
        })
        .await;
        installation.settled().await;
    }
    assert_eq!(calls.end().await, Vec::<String>::new());
    installation.stop_all();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_replica_takes_over_from_a_dead_writer() {
    let mut installation = Installation::running("takeover").await;
    let writer = installation.writer().await;
    installation.stop(&writer);
    eventually("another one writes", async || {
        installation.writer().await != writer
    })
    .await;
    let calls = installation.call();
    let ca = installation.bundles().await.remove(0);
    installation.annotate("ca");
    eventually("the CA is another", async || {
        installation.bundles().await[0] != ca
    })
    .await;
    installation.settled().await;
    assert_eq!(calls.end().await, Vec::<String>::new());
    installation.stop_all();
}

/// The webhooks without what may change.
fn without_bundles(configuration: &Value) -> Value {
    let mut webhooks = configuration["webhooks"].clone();
    for webhook in webhooks.as_array_mut().unwrap() {
        webhook["clientConfig"]
            .as_object_mut()
            .unwrap()
            .remove("caBundle");
    }
    let metadata = &configuration["metadata"];
    json!([
        webhooks,
        metadata["labels"],
        metadata["annotations"],
        metadata["name"]
    ])
}
