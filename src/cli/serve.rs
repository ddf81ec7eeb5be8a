//! The arguments of `hostfit serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::cluster::Kubeconfig;
use crate::certificate::files::Files;
use crate::manifests::Source;
use crate::serve::{Names, OnBinding, Options, Surroundings};

/// Serves the admission webhook
///
/// Runs in a cluster by default: watches its nodes and namespaces, keeps its own certificate. With --nodes it needs no cluster at all.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The configuration; read again whenever it changes
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to take reviews, over HTTPS; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "0.0.0.0:8443")]
    listen: SocketAddr,
    /// Where to answer /livez, /readyz and /metrics, over HTTP; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "0.0.0.0:8081")]
    admin_listen: SocketAddr,
    /// After SIGTERM, how long to go on serving while clients learn of it
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(..=3600))]
    drain: u64,
    /// Without a cluster: nodes as `kubectl get nodes -o yaml` prints them, - for standard input; repeatable
    #[arg(long, value_name = "FILE", conflicts_with_all = ["kubeconfig", "context", "bindings", "host_volumes"])]
    nodes: Vec<Source>,
    /// The certificate chain to serve, PEM; followed as it changes
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        help_heading = "Certificate"
    )]
    tls_cert: Option<PathBuf>,
    /// Its key, PEM
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        help_heading = "Certificate"
    )]
    tls_key: Option<PathBuf>,
    /// With --nodes: where to write the CA of the certificate that is made in memory
    #[arg(
        long,
        value_name = "FILE",
        requires = "nodes",
        conflicts_with = "tls_cert",
        help_heading = "Certificate"
    )]
    tls_ca_out: Option<PathBuf>,
    #[command(flatten)]
    kubeconfig: Kubeconfig,
    /// What to do when a pod is given an immutable node that it does not fit, which takes the right to get pods
    #[arg(
        long,
        value_enum,
        default_value_t = OnBinding::Off,
        value_name = "WHAT",
        help_heading = "Cluster"
    )]
    bindings: OnBinding,
    /// Look at the volumes of claims too, which takes the right to list and watch volumes, claims and StorageClasses
    #[arg(long, help_heading = "Cluster")]
    host_volumes: bool,
    /// The Secret that keeps the certificate, and the Lease of whoever renews it
    #[arg(
        long,
        value_name = "NAME",
        default_value = "hostfit-tls",
        help_heading = "Cluster"
    )]
    secret: String,
    /// The Service through which the API server calls
    #[arg(
        long,
        value_name = "NAME",
        default_value = "hostfit",
        help_heading = "Cluster"
    )]
    service: String,
    /// The `ValidatingWebhookConfiguration` that gets the CA
    #[arg(
        long,
        value_name = "NAME",
        default_value = "hostfit",
        help_heading = "Cluster"
    )]
    webhook_configuration: String,
    /// The namespace that Hostfit runs in, which it never judges; by default the pod's, else hostfit-system
    #[arg(
        long,
        env = "POD_NAMESPACE",
        value_name = "NAME",
        help_heading = "Cluster"
    )]
    own_namespace: Option<String>,
    /// The name of this replica
    #[arg(
        long,
        env = "POD_NAME",
        value_name = "NAME",
        default_value = "hostfit",
        help_heading = "Cluster"
    )]
    own_name: String,
}

impl Serve {
    pub(super) fn resolve(self) -> Options {
        let surroundings = if self.nodes.is_empty() {
            Surroundings::Cluster {
                access: Box::new(self.kubeconfig.resolve()),
                names: Names {
                    pod: self.own_name,
                    secret: self.secret,
                    service: self.service,
                    webhook_configuration: self.webhook_configuration,
                },
                bindings: self.bindings,
                host_volumes: self.host_volumes,
            }
        } else {
            Surroundings::None {
                nodes: self.nodes,
                ca_out: self.tls_ca_out,
            }
        };
        Options {
            config: self.config,
            listen: self.listen,
            admin_listen: self.admin_listen,
            surroundings,
            pair: self
                .tls_cert
                .zip(self.tls_key)
                .map(|(certificate, key)| Files { certificate, key }),
            own_namespace: self.own_namespace.filter(|name| !name.is_empty()),
            drain: Duration::from_secs(self.drain),
        }
    }
}
