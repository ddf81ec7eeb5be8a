//! An API server that is nothing but lists of what is generated, in pages.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::Value;

use crate::{nodes, pods};

/// Serves the cluster in the background.
pub(crate) fn start() -> anyhow::Result<SocketAddr> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/apis", get(|| async { r#"{"groups":[]}"# }))
        .route("/{*path}", get(answer));
    std::thread::spawn(move || runtime.block_on(axum::serve(listener, router).into_future()));
    Ok(address)
}

#[derive(Deserialize)]
struct Asked {
    limit: Option<usize>,
    r#continue: Option<usize>,
}

async fn answer(Path(path): Path<String>, Query(asked): Query<Asked>) -> Response {
    let resource = path.rsplit('/').next().unwrap_or_default();
    let (count, object): (usize, fn(usize) -> Value) = match resource {
        "nodes" => (pods::NODES, nodes::node),
        "pods" => (pods::PODS, pods::pod),
        "deployments" => (pods::DEPLOYMENTS, pods::deployment),
        "replicasets" => (pods::DEPLOYMENTS * pods::REVISIONS, pods::replica_set),
        "daemonsets" => (pods::DAEMON_SETS, pods::daemon_set),
        _ => (0, pods::pod),
    };
    let from = asked.r#continue.unwrap_or(0);
    let until = count.min(from + asked.limit.unwrap_or(count));
    let next = Some(until).filter(|until| *until < count);
    let next = next.map_or_else(String::new, |next| next.to_string());
    let mut body = format!(
        r#"{{"kind":"List","apiVersion":"v1","metadata":{{"resourceVersion":"1","continue":"{next}"}},"items":["#
    );
    for index in from..until {
        let comma = if index == from { "" } else { "," };
        let _ = write!(body, "{comma}{}", object(index));
    }
    body.push_str("]}");
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
