//! An API server that is nothing but a list of generated nodes: for a cluster larger than a real one that this machine can hold.
//!
//! It answers what `hostfit serve` asks: lists in pages, and watches without news.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::stream;
use serde::Deserialize;
use serde_json::json;

use crate::nodes;

/// Serves a cluster of this many nodes in the background.
pub(crate) fn start(count: usize) -> anyhow::Result<SocketAddr> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/api/v1/{resource}", get(answer))
        .route("/apis/{group}/{version}/{resource}", get(empty))
        .with_state(count);
    std::thread::spawn(move || runtime.block_on(axum::serve(listener, router).into_future()));
    Ok(address)
}

#[derive(Deserialize)]
struct Asked {
    watch: Option<bool>,
    limit: Option<usize>,
    r#continue: Option<usize>,
}

async fn answer(
    State(count): State<usize>,
    Path(resource): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    if asked.watch == Some(true) {
        return Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()).into_response();
    }
    if resource != "nodes" {
        return list(&[], None).into_response();
    }
    let from = asked.r#continue.unwrap_or(0);
    let until = count.min(from + asked.limit.unwrap_or(count));
    let items: Vec<_> = (from..until).map(nodes::node).collect();
    list(&items, Some(until).filter(|until| *until < count)).into_response()
}

async fn empty(Path(path): Path<(String, String, String)>, Query(asked): Query<Asked>) -> Response {
    answer(State(0), Path(path.2), Query(asked)).await
}

fn list(items: &[serde_json::Value], next: Option<usize>) -> impl IntoResponse {
    let next = next.map_or_else(String::new, |next| next.to_string());
    let body = json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": "1", "continue": next}, "items": items});
    ([(header::CACHE_CONTROL, "no-store")], Json(body))
}
