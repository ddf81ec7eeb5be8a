//! An installation by the chart, without its pods: replicas run here, under the chart's service account.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hostfit::certificate::Served;
use hostfit::certificate::cluster::{Names, Timing, keep_with};
use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::Secret;
use kube::api::{DeleteParams, Patch, PatchParams};
use kube::{Api, Client, Config, ResourceExt as _};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::calls::Calls;

/// Short waits; their order is that of the real ones.
const TIMING: Timing = Timing {
    lease: Duration::from_secs(3),
    renew: Duration::from_secs(1),
    settle: Duration::from_secs(1),
    acknowledge: Duration::from_secs(2),
    gone: Duration::from_secs(6),
    retry: Duration::from_millis(500),
};
/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// What of the chart the upkeep has to do with.
const TEMPLATES: [&str; 4] = ["serviceaccount", "rbac", "certificates", "webhook"];

/// One installation, in a namespace of its own.
pub(crate) struct Installation {
    name: String,
    admin: Client,
    pub(crate) replicas: Vec<Replica>,
}

/// A replica: its upkeep, and a listener that serves by it.
pub(crate) struct Replica {
    pub(crate) pod: String,
    pub(crate) served: Served,
    pub(crate) address: SocketAddr,
    tasks: Vec<JoinHandle<()>>,
}

impl Installation {
    /// What the chart makes, before any replica runs.
    pub(crate) async fn new(name: &str) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let name = format!("hostfit-{name}");
        kubectl(&["create", "namespace", &name], "");
        let installation = Self {
            admin: Client::try_default().await.unwrap(),
            replicas: Vec::new(),
            name,
        };
        kubectl(
            &["apply", "--server-side", "-f", "-"],
            &installation.chart(&TEMPLATES),
        );
        installation
    }

    /// Two replicas run and everything has settled.
    pub(crate) async fn running(name: &str) -> Self {
        let mut installation = Self::new(name).await;
        installation.start("a").await;
        installation.start("b").await;
        installation.settled().await;
        installation
    }

    fn chart(&self, templates: &[&str]) -> String {
        let chart = concat!(env!("CARGO_MANIFEST_DIR"), "/charts/hostfit");
        let mut helm = Command::new("helm");
        helm.args(["template", &self.name, chart, "--namespace", &self.name]);
        helm.arg(format!("--set=fullnameOverride={}", self.name));
        for template in templates {
            helm.arg(format!("--show-only=templates/{template}.yaml"));
        }
        let output = helm.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts a replica, as the service account that the chart makes.
    pub(crate) async fn start(&mut self, pod: &str) {
        let mut config = Config::infer().await.unwrap();
        config.auth_info.impersonate = Some(format!("system:serviceaccount:{0}:{0}", self.name));
        let client = Client::try_from(config).unwrap();
        let names = Names {
            namespace: self.name.clone(),
            pod: pod.to_owned(),
            secret: self.secret_name(),
            service: self.name.clone(),
            webhook_configuration: self.name.clone(),
        };
        let served = Served::new();
        let upkeep = keep_with(client, names, TIMING, served.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tasks = vec![
            tokio::spawn(async move { match upkeep.await {} }),
            tokio::spawn(listen(listener, served.clone())),
        ];
        self.replicas.push(Replica {
            pod: pod.to_owned(),
            served,
            address,
            tasks,
        });
    }

    /// Ends a replica without a word.
    pub(crate) fn stop(&mut self, pod: &str) {
        for replica in self.replicas.extract_if(.., |replica| replica.pod == pod) {
            replica.tasks.iter().for_each(JoinHandle::abort);
        }
    }

    /// Ends all.
    pub(crate) fn stop_all(&mut self) {
        for replica in self.replicas.drain(..) {
            replica.tasks.iter().for_each(JoinHandle::abort);
        }
    }

    /// Calls every replica again and again.
    pub(crate) fn call(&self) -> Calls {
        let addresses = self
            .replicas
            .iter()
            .map(|replica| replica.address)
            .collect();
        Calls::begin(
            self.configurations(),
            self.name.clone(),
            format!("{0}.{0}.svc", self.name),
            addresses,
        )
    }

    /// Waits until there is one CA, in the Secret and in every webhook, and every replica serves by it.
    pub(crate) async fn settled(&self) {
        eventually("everything has settled", async || {
            let secret = self.secret().await;
            let data = secret.data.unwrap_or_default();
            let part = |key: &str| data.get(key).map_or_else(Vec::new, |part| part.0.clone());
            let (ca, leaf) = (part("ca.crt"), String::from_utf8(part("tls.crt")).unwrap());
            let one = String::from_utf8(ca.clone())
                .unwrap()
                .matches("BEGIN")
                .count()
                == 1;
            let bundles = self.bundles().await;
            let trusted = !bundles.is_empty() && bundles.iter().all(|bundle| *bundle == ca);
            let serves = |replica: &Replica| {
                use rustls::pki_types::pem::PemObject as _;
                let stored =
                    rustls::pki_types::CertificateDer::from_pem_slice(leaf.as_bytes()).ok();
                stored.is_some() && replica.served.leaf() == stored
            };
            one && trusted && self.replicas.iter().all(serves)
        })
        .await;
    }

    /// What any replica complains of.
    pub(crate) fn troubles(&self) -> Vec<String> {
        let troubles = self
            .replicas
            .iter()
            .filter_map(|replica| replica.served.trouble());
        troubles.map(|trouble| trouble.as_ref().clone()).collect()
    }

    /// The pod whose turn it is to write.
    pub(crate) async fn writer(&self) -> String {
        let leases: Api<Lease> = Api::namespaced(self.admin.clone(), &self.name);
        let lease = leases.get(&self.secret_name()).await.unwrap();
        lease
            .spec
            .and_then(|spec| spec.holder_identity)
            .unwrap_or_default()
    }

    /// The operator's wish that is still on the Secret.
    pub(crate) async fn wish(&self) -> Option<String> {
        self.secret()
            .await
            .annotations()
            .get("hostfit.dev/rotate")
            .cloned()
    }

    /// What an operator types.
    pub(crate) fn annotate(&self, wish: &str) {
        let (secret, wish) = (self.secret_name(), format!("hostfit.dev/rotate={wish}"));
        kubectl(
            &["annotate", "secret", "-n", &self.name, &secret, &wish],
            "",
        );
    }

    /// Changes the Secret's data.
    pub(crate) async fn damage(&self, data: &Value) {
        let patch = json!({"data": data});
        let secrets = self.secrets();
        secrets
            .patch(
                &self.secret_name(),
                &PatchParams::default(),
                &Patch::Merge(&patch),
            )
            .await
            .unwrap();
    }

    /// The webhook configuration as JSON.
    pub(crate) async fn webhooks(&self) -> Value {
        serde_json::to_value(self.configurations().get(&self.name).await.unwrap()).unwrap()
    }

    /// The bundle of each webhook.
    pub(crate) async fn bundles(&self) -> Vec<Vec<u8>> {
        let Some(configuration) = self.configurations().get_opt(&self.name).await.unwrap() else {
            return Vec::new();
        };
        let hooks = configuration.webhooks.unwrap_or_default().into_iter();
        hooks
            .map(|hook| hook.client_config.ca_bundle.unwrap_or_default().0)
            .collect()
    }

    pub(crate) async fn patch_webhooks(&self, operations: &Value) {
        let patch = Patch::Json::<()>(serde_json::from_value(operations.clone()).unwrap());
        self.configurations()
            .patch(&self.name, &PatchParams::default(), &patch)
            .await
            .unwrap();
    }

    pub(crate) async fn delete_webhooks(&self) {
        self.configurations()
            .delete(&self.name, &DeleteParams::default())
            .await
            .unwrap();
    }

    pub(crate) fn apply_webhooks(&self) {
        kubectl(
            &["apply", "--server-side", "-f", "-"],
            &self.chart(&["webhook"]),
        );
    }

    async fn secret(&self) -> Secret {
        self.secrets().get(&self.secret_name()).await.unwrap()
    }

    fn secret_name(&self) -> String {
        format!("{}-tls", self.name)
    }

    fn secrets(&self) -> Api<Secret> {
        Api::namespaced(self.admin.clone(), &self.name)
    }

    fn configurations(&self) -> Api<ValidatingWebhookConfiguration> {
        Api::all(self.admin.clone())
    }
}

/// Waits until something holds.
pub(crate) async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(
            began.elapsed() < PATIENCE,
            "not within {PATIENCE:?}: {what}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    eprintln!("{what}: after {} ms", began.elapsed().as_millis());
}

/// Accepts every connection and shakes hands by what is served at that moment.
async fn listen(listener: TcpListener, served: Served) {
    let mut config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(served));
    // A resumed session would not show its certificate.
    config.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        let acceptor = acceptor.clone();
        tokio::spawn(async move { drop(acceptor.accept(connection).await) });
    }
}

fn kubectl(arguments: &[&str], input: &str) {
    use std::io::Write as _;
    let mut child = Command::new("kubectl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success(), "kubectl {arguments:?}");
}
