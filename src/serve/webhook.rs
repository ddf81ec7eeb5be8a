//! The one path that takes reviews, over HTTPS: `POST /validate`.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderValue, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tower::util::MapResponseLayer;
use tower_http::catch_panic::CatchPanicLayer;

use super::answer::{self, Answer, Judge};
use super::body::{self, BUDGET};
use super::state::State;

/// The path.
pub(super) const PATH: &str = "/validate";

struct Webhook {
    state: Arc<State>,
    judge: Judge,
    budget: Semaphore,
}

/// The router. `judge` is the engine; a test may give another.
pub(super) fn router(state: Arc<State>, judge: Judge) -> Router {
    let closing = Arc::clone(&state);
    let webhook = Webhook {
        state,
        judge,
        budget: Semaphore::new(BUDGET),
    };
    Router::new()
        .route(PATH, post(validate).fallback(wrong_method))
        .fallback(wrong_path)
        .with_state(Arc::new(webhook))
        .layer(CatchPanicLayer::new())
        // While the process drains, a client that keeps its connection would never learn that it should go elsewhere.
        .layer(MapResponseLayer::new(move |mut response: Response| {
            if closing.is_draining() {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            response
        }))
}

async fn validate(Shared(webhook): Shared<Arc<Webhook>>, request: Request<Body>) -> Response {
    let Webhook {
        state,
        judge,
        budget,
    } = webhook.as_ref();
    let _in_flight = state.metrics.start();
    let (head, body) = request.into_parts();
    let deadline = Instant::now() + body::patience(head.uri.query());
    let answer = match body::read(body, budget, deadline).await {
        Ok(whole) => match answer::answer(state, *judge, &whole.bytes) {
            Ok(answer) => answer,
            Err(look) => {
                let pod = look.bindings.pod(&look.binding, deadline).await;
                answer::with_pod(state, &whole.bytes, &look, &pod)
            }
        },
        Err(unread) => answer::unread(state, &unread),
    };
    match answer {
        Answer::Review(body) => {
            ([(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        Answer::Error(status, text) => (status, text).into_response(),
    }
}

async fn wrong_method() -> Response {
    let allow = [(header::ALLOW, "POST")];
    let text = format!("hostfit: {PATH} takes POST, with an AdmissionReview\n");
    (StatusCode::METHOD_NOT_ALLOWED, allow, text).into_response()
}

async fn wrong_path(uri: Uri) -> Response {
    let text = format!(
        "hostfit: there is no {}; reviews go to {PATH}\n",
        uri.path()
    );
    (StatusCode::NOT_FOUND, text).into_response()
}

#[cfg(test)]
mod tests;
