//! The API server, asked many things at a time and until they are so.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use kube::Api;
use kube::api::{ListParams, PostParams};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// Requests under way at a time.
const AT_ONCE: usize = 16;

/// Creates them all. The API server has to take each of them.
pub(super) async fn create<K>(api: &Api<K>, objects: impl Iterator<Item = Value>) -> Vec<K>
where
    K: Clone + DeserializeOwned + Serialize + std::fmt::Debug,
{
    let create = async |object: Value| {
        let object = serde_json::from_value(object).unwrap();
        let made = api.create(&PostParams::default(), &object).await;
        made.unwrap_or_else(|error| panic!("{error}: {}", serde_json::json!(object)))
    };
    let made = futures::stream::iter(objects).map(create);
    made.buffered(AT_ONCE).collect().await
}

/// All there are.
pub(super) async fn all<K: Clone + DeserializeOwned + std::fmt::Debug>(api: &Api<K>) -> Vec<K> {
    api.list(&ListParams::default()).await.unwrap().items
}

/// Waits until nothing is open any more; fails with what is.
pub(super) async fn until(what: &str, mut open: impl AsyncFnMut() -> Vec<String>) {
    let start = Instant::now();
    loop {
        let open = open().await;
        let Some(first) = open.first() else { return };
        assert!(
            start.elapsed() < PATIENCE,
            "in two minutes: {what}; {} are open, the first: {first}",
            open.len()
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
