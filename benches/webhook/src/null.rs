//! The server that judges nothing: what one writes first with the same crates. It reads a review of a Pod and allows it.
//!
//! Every webhook has to do this much. The body becomes `kube`'s `AdmissionReview` with `k8s-openapi`'s `Pod`, object and old object both, by
//! `serde_json` from a slice, which is its fastest way; the answer is `kube`'s own. TLS, HTTP, body limit and number of threads are those of
//! `hostfit serve`. What Hostfit adds around that stack (time limits, the budget of bodies, metrics, log, panics caught) it has not, so that
//! all of it counts as Hostfit's own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use bytes::Bytes;
use k8s_openapi::api::core::v1::Pod;
use kube::core::admission::{AdmissionRequest, AdmissionResponse, AdmissionReview};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::version::{TLS12, TLS13};

use crate::server::READY;

/// Serves until the process is killed.
pub(crate) fn serve() -> anyhow::Result<()> {
    let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()?
        .block_on(listen())
}

async fn listen() -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    announce(listener.local_addr()?);
    let acceptor = RustlsAcceptor::new(RustlsConfig::from_config(Arc::new(tls()?)))
        .acceptor(NoDelayAcceptor::new());
    let router = Router::new()
        .route("/validate", post(validate))
        .layer(DefaultBodyLimit::max(20 * 1024 * 1024));
    axum_server::from_tcp(listener)?
        .acceptor(acceptor)
        .serve(router.into_make_service())
        .await
        .context("the null server ended")
}

fn tls() -> anyhow::Result<ServerConfig> {
    let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let key = PrivateKeyDer::Pkcs8(pair.signing_key.serialize_der().into());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_no_client_auth()
        .with_single_cert(vec![pair.cert.der().clone()], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

async fn validate(body: Bytes) -> Response {
    match allow(&body) {
        Ok(answer) => ([(header::CONTENT_TYPE, "application/json")], answer).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

fn allow(body: &[u8]) -> anyhow::Result<Vec<u8>> {
    let review: AdmissionReview<Pod> = serde_json::from_slice(body)?;
    let request: AdmissionRequest<Pod> = review.try_into()?;
    Ok(serde_json::to_vec(
        &AdmissionResponse::from(&request).into_review(),
    )?)
}

/// The log: the two lines by which a server is found.
fn announce(listen: SocketAddr) {
    eprintln!(
        "{}",
        serde_json::json!({"message": "serving", "listen": listen})
    );
    eprintln!("{}", serde_json::json!({"message": READY}));
}
