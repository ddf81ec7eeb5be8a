//! The admin port, plain HTTP: for the kubelet, for Prometheus, for people.

use std::sync::Arc;

use axum::Router;
use axum::extract::State as Shared;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::state::State;

/// The router.
pub(super) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .fallback(|| async {
            let text = "hostfit: here are /livez, /readyz and /metrics\n";
            (StatusCode::NOT_FOUND, text)
        })
        .with_state(state)
}

async fn readyz(Shared(state): Shared<Arc<State>>) -> Response {
    state.note_certificate();
    let status = if state.readiness.is_ready() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, state.readiness.report()).into_response()
}

async fn metrics(Shared(state): Shared<Arc<State>>) -> Response {
    let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let text = state.metrics.expose(&state.inventory.read(), &state.served);
    ([(header::CONTENT_TYPE, format)], text).into_response()
}
