//! The handshake: what is spoken, and with which certificate.

use rcgen::{CertificateParams, KeyPair};
use rustls::version::{TLS12, TLS13};

use crate::client::{Offer, tls};
use crate::server::{DENIED, Server};

#[tokio::test]
async fn both_versions_of_tls_are_spoken_and_nothing_but_http_1() {
    let server = Server::start().await;
    for version in [&TLS12, &TLS13] {
        let offer = |protocols| Offer { version, protocols };
        let ca = server.path("ca.crt");
        let both = tls(&server.https, &ca, &offer(&["h2", "http/1.1"]))
            .await
            .unwrap();
        assert_eq!(
            both.get_ref().1.alpn_protocol(),
            Some(b"http/1.1".as_slice())
        );
        let none = tls(&server.https, &ca, &offer(&[])).await.unwrap();
        assert_eq!(none.get_ref().1.protocol_version(), Some(version.version));
        let error = tls(&server.https, &ca, &offer(&["h2"])).await.unwrap_err();
        assert!(
            error.to_string().contains("NoApplicationProtocol"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_pair_from_elsewhere_is_served_though_its_ca_is_unknown_here() {
    let (certificate, key) = pair();
    let files = [("ca.crt", certificate.as_str()), ("tls.key", key.as_str())];
    let arguments = ["--tls-cert=DIR/ca.crt", "--tls-key=DIR/tls.key"];
    // Ready, so that the server has probed itself.
    let server = Server::with(&files, &arguments).await;
    assert_eq!(server.review(DENIED).await["status"]["code"], 403);
}

/// A certificate that is its own CA, and its key.
pub(crate) fn pair() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    (certificate.pem(), key.serialize_pem())
}
