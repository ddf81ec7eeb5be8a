//! An API server that is nothing but lists of what is generated: for a cluster larger than a real one that this machine can hold. Of the
//! benchmarks of the placement and of a scan.
//!
//! It answers what Hostfit asks: lists in pages, and watches without news.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::Ipv4Addr;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::stream;
use serde::Deserialize;
use serde_json::Value;
use tempfile::NamedTempFile;

/// How many there are of a resource, and each of them.
pub(crate) type Objects = (usize, fn(usize) -> Value);

/// Serves a cluster in the background, by what there is of each resource. The kubeconfig leads there.
pub(crate) fn start(cluster: fn(&str) -> Objects) -> anyhow::Result<NamedTempFile> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/apis", get(|| async { r#"{"groups":[]}"# }))
        .route("/{*path}", get(answer))
        .with_state(cluster);
    std::thread::spawn(move || runtime.block_on(axum::serve(listener, router).into_future()));
    let kubeconfig = NamedTempFile::new()?;
    let text = format!(
        "{{apiVersion: v1, kind: Config, current-context: c, contexts: [{{name: c, context: {{cluster: c, user: u}}}}], users: [{{name: u, user: {{}}}}], clusters: [{{name: c, cluster: {{server: 'http://{address}'}}}}]}}"
    );
    std::fs::write(kubeconfig.path(), text)?;
    Ok(kubeconfig)
}

#[derive(Deserialize)]
struct Asked {
    watch: Option<bool>,
    limit: Option<usize>,
    r#continue: Option<usize>,
}

async fn answer(
    State(cluster): State<fn(&str) -> Objects>,
    Path(path): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    if asked.watch == Some(true) {
        return Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()).into_response();
    }
    let (count, object) = cluster(path.rsplit('/').next().unwrap_or_default());
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
