//! The process calls its own listener as the API server would: only when that answers over TLS is it ready.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;

use super::ready::{Part, Standing};
use super::state::State;
use super::webhook::PATH;

/// Calls the listener again and again, often until it answers, and notes whether it does.
pub(super) async fn keep(listening: SocketAddr, state: Arc<State>) -> Infallible {
    let address = reachable(listening);
    let connector = match connector(&state) {
        Ok(connector) => connector,
        Err(error) => {
            let standing = Standing::Missing(format!("cannot be probed: {error}"));
            state.readiness.set(Part::Listener, standing);
            return std::future::pending().await;
        }
    };
    let mut failed_before = true;
    loop {
        state.note_certificate();
        if state.served.is_ready() {
            let probed = match timeout(AT_MOST, call(address, &connector)).await {
                Ok(probed) => probed,
                Err(_) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut)),
            };
            let failed = probed.is_err();
            match probed {
                Ok(()) => {
                    let standing = Standing::Good(format!("{listening} answers over TLS"));
                    state.readiness.set(Part::Listener, standing);
                }
                // Once may be a certificate that was exchanged meanwhile.
                Err(error) if failed_before => {
                    let detail = format!("{listening} does not answer over TLS: {error}");
                    state
                        .readiness
                        .set(Part::Listener, Standing::Missing(detail));
                }
                Err(_) => {}
            }
            failed_before = failed;
        }
        let steady = state.served.is_ready() && !failed_before;
        sleep(if steady { SELDOM } else { OFTEN }).await;
    }
}

const AT_MOST: Duration = Duration::from_secs(5);
const SELDOM: Duration = Duration::from_secs(10);
const OFTEN: Duration = Duration::from_millis(50);

/// A wrong method is answered by our router, and counts as no review.
async fn call(address: SocketAddr, connector: &TlsConnector) -> std::io::Result<()> {
    let stream = TcpStream::connect(address).await?;
    // The certificate is compared as a whole, so that the name does not matter.
    let name = ServerName::from(address.ip());
    let mut stream = connector.connect(name, stream).await?;
    let request = format!("GET {PATH} HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut status = [0; EXPECTED.len()];
    stream.read_exact(&mut status).await?;
    if status == EXPECTED {
        Ok(())
    } else {
        Err(std::io::Error::other("something else answers there"))
    }
}

const EXPECTED: [u8; 12] = *b"HTTP/1.1 405";

fn connector(state: &State) -> Result<TlsConnector, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(state.served.verifier())
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The address under which a listener on all addresses is reached from here.
fn reachable(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}
