//! Calls as the API server makes them: TLS, verified by the bundle that stands in the webhook configuration.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use kube::Api;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// Calls that go on until they are ended.
pub(crate) struct Calls {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Vec<String>>,
}

impl Calls {
    /// Calls every address in turn, each time by the newest bundle.
    pub(crate) fn begin(
        configurations: Api<ValidatingWebhookConfiguration>,
        configuration: String,
        server: String,
        addresses: Vec<SocketAddr>,
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let (mut lost, mut made) = (Vec::new(), 0);
            while !stopped.load(Ordering::Relaxed) || made == 0 {
                let hooks = configurations
                    .get(&configuration)
                    .await
                    .unwrap()
                    .webhooks
                    .unwrap_or_default();
                for hook in hooks {
                    let bundle = hook.client_config.ca_bundle.unwrap_or_default().0;
                    for address in &addresses {
                        made += 1;
                        if let Err(why) = call(*address, &server, &bundle).await {
                            lost.push(format!("call {made} to {address}: {why}"));
                        }
                    }
                }
            }
            eprintln!("{made} calls, {} lost", lost.len());
            lost
        });
        Self { stop, task }
    }

    /// Ends the calls; the ones that were lost.
    pub(crate) async fn end(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap()
    }
}

async fn call(address: SocketAddr, server: &str, bundle: &[u8]) -> Result<(), String> {
    let mut roots = RootCertStore::empty();
    for ca in CertificateDer::pem_slice_iter(bundle) {
        roots
            .add(ca.map_err(|e| e.to_string())?)
            .map_err(|e| e.to_string())?;
    }
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let connection = TcpStream::connect(address)
        .await
        .map_err(|e| e.to_string())?;
    let server = ServerName::try_from(server.to_owned()).map_err(|e| e.to_string())?;
    connector
        .connect(server, connection)
        .await
        .map_err(|e| e.to_string())?;
    Ok(())
}
