//! The two listeners: HTTP/1.1 with time limits, one over TLS and one plain.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::version::{TLS12, TLS13};
use tokio::net::TcpListener;

use super::patience::{HEAD, IDLE, Patient};
use crate::certificate::Served;
use crate::failure::Failure;

/// Ends a listener.
pub(super) type Stop = Handle<SocketAddr>;

/// Opens a port.
pub(super) async fn open(address: SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::Input(format!(
            "cannot listen on {address}: {error}; choose another with {flag} ADDR:PORT"
        ))
    })
}

/// Serves HTTPS until it is stopped, with whatever certificate is there at each handshake.
pub(super) async fn https(
    listener: TcpListener,
    served: Served,
    router: Router,
    stop: Stop,
) -> std::io::Result<()> {
    let tls = RustlsConfig::from_config(Arc::new(tls(served)?));
    let acceptor = RustlsAcceptor::new(tls)
        .handshake_timeout(HANDSHAKE)
        // Without it, most answers waited some 40 milliseconds for the acknowledgement of the one before.
        .acceptor(NoDelayAcceptor::new());
    with_limits(Server::from_listener(listener))
        .acceptor(Patient(acceptor))
        .handle(stop)
        .serve(router.into_make_service())
        .await
}

/// Serves plain HTTP until it is stopped.
pub(super) async fn http(listener: TcpListener, router: Router, stop: Stop) -> std::io::Result<()> {
    with_limits(Server::from_listener(listener))
        .acceptor(Patient(NoDelayAcceptor::new()))
        .handle(stop)
        .serve(router.into_make_service())
        .await
}

/// A handshake takes two round trips.
const HANDSHAKE: Duration = HEAD;

fn with_limits(server: Server<SocketAddr>) -> Server<SocketAddr> {
    let mut server = server.http1_only();
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE);
    server
}

fn tls(served: Served) -> std::io::Result<ServerConfig> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(std::io::Error::other)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(served));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
