//! Connections to a server under test: HTTP/1.1 over TLS, over plain TCP, or bytes by hand for what no client would send.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{HeaderMap, HeaderName};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A kept-alive HTTP connection.
pub(crate) struct Connection(SendRequest<Full<Bytes>>);

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) text: String,
    headers: HeaderMap,
}

impl Connection {
    /// Over TLS, trusting the CA in this file.
    pub(crate) async fn open(address: &str, ca: &Path) -> std::io::Result<Self> {
        Ok(Self::over(tls(address, ca, &Offer::default()).await?).await)
    }

    /// Without TLS.
    pub(crate) async fn plain(address: &str) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap()).await
    }

    async fn over(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.send(Method::GET, path, "").await.unwrap()
    }

    pub(crate) async fn post(&mut self, path: &str, body: impl Into<Vec<u8>>) -> Reply {
        self.send(Method::POST, path, body).await.unwrap()
    }

    /// An error when the connection ends without a reply.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: impl Into<Vec<u8>>,
    ) -> hyper::Result<Reply> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "hostfit.hostfit-system.svc")
            .body(Full::new(body.into().into()))
            .unwrap();
        self.0.ready().await?;
        let (head, body) = self.0.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Reply {
            status: head.status.as_u16(),
            text: String::from_utf8(body.into()).unwrap(),
            headers: head.headers,
        })
    }

    /// Whether the server has closed it.
    pub(crate) fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What a client offers in the handshake.
pub(crate) struct Offer {
    pub(crate) version: &'static SupportedProtocolVersion,
    pub(crate) protocols: &'static [&'static str],
}

impl Default for Offer {
    /// As Go's client towards webhooks.
    fn default() -> Self {
        Self {
            version: &rustls::version::TLS13,
            protocols: &["http/1.1"],
        }
    }
}

/// A TLS connection, for bytes by hand.
pub(crate) async fn tls(
    address: &str,
    ca: &Path,
    offer: &Offer,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for ca in CertificateDer::pem_file_iter(ca).unwrap() {
        roots.add(ca.unwrap()).unwrap();
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[offer.version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let protocols = offer.protocols.iter().map(|name| name.as_bytes().to_vec());
    config.alpn_protocols = protocols.collect();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

/// Everything until the server closes the connection.
pub(crate) async fn read_to_the_end(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    // A server that gives up on a client may close without a word of TLS.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8(bytes).unwrap()
}
