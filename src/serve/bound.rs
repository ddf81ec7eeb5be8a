//! The start: everything that can be wrong is found out here, before anybody is served. Its order is that of the errors' likelihood, and
//! nothing is written before the ports are ours.

use std::sync::Arc;

use tokio::net::TcpListener;

use super::bindings::Bindings;
use super::config::Followed;
use super::ready::{Part, Standing};
use super::running::{Certificate, Nodes, Running};
use super::signals::Signals;
use super::state::State;
use super::{OnBinding, Options, Surroundings, config, listener, nodes};
use crate::certificate::cluster::Names;
use crate::certificate::in_memory::{self, InMemory};
use crate::certificate::{Served, files};
use crate::cluster;
use crate::failure::Failure;
use crate::judge::binding::AtMost;

/// Configuration, nodes and certificate are proven, and the ports are open.
pub(super) struct Bound {
    pub(super) state: Arc<State>,
    pub(super) https: TcpListener,
    pub(super) admin: TcpListener,
    pub(super) configuration: Option<Followed>,
    pub(super) nodes: Nodes,
    pub(super) certificate: Certificate,
    pub(super) drain: std::time::Duration,
}

impl Bound {
    pub(super) async fn new(options: Options) -> Result<Self, Failure> {
        let configuration = config::load(options.config).await?;
        let served = Served::new();
        let mut host_volumes = false;
        let (nodes, own_namespace, unless_files, bindings) = match options.surroundings {
            Surroundings::None { nodes, ca_out } => {
                let start = nodes::load(nodes, configuration.policy.catalogue()).await?;
                let place = InMemory {
                    listen: options.listen.ip(),
                    ca_out,
                };
                let own = options
                    .own_namespace
                    .unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
                (
                    Nodes::Files(Box::new(start)),
                    own,
                    Certificate::InMemory(place),
                    None,
                )
            }
            Surroundings::Cluster {
                access,
                names,
                bindings,
                host_volumes: looked_at,
            } => {
                host_volumes = looked_at;
                let cluster = cluster::connect(&access).await;
                let cluster = cluster.map_err(Failure::or_give_nodes)?;
                let own = options
                    .own_namespace
                    .or_else(|| cluster.namespace.clone())
                    .unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
                let names = Names {
                    namespace: own.clone(),
                    pod: names.pod,
                    secret: names.secret,
                    service: names.service,
                    webhook_configuration: names.webhook_configuration,
                };
                let kept = Certificate::Cluster(cluster.client.clone(), names);
                let at_most = match bindings {
                    OnBinding::Off => None,
                    OnBinding::Warn => Some(AtMost::Warn),
                    OnBinding::Deny => Some(AtMost::Deny),
                };
                let bindings =
                    at_most.map(|at_most| Bindings::new(cluster.client.clone(), at_most));
                (Nodes::Cluster(Box::new(cluster)), own, kept, bindings)
            }
        };
        let https = listener::open(options.listen, "--listen").await?;
        let admin = listener::open(options.admin_listen, "--admin-listen").await?;
        let certificate = options.pair.map_or(unless_files, Certificate::Files);
        prove(&certificate, &served).await?;
        if let Nodes::Cluster(cluster) = &nodes {
            cluster.prove().await?;
        }
        let mut state = State::new(configuration.policy, own_namespace, served);
        state.bindings = bindings;
        state.host_volumes = host_volumes;
        if host_volumes {
            let standing = Standing::Missing("not there yet".to_owned());
            state.readiness.set(Part::Storage, standing);
        }
        Ok(Self {
            state: Arc::new(state),
            https,
            admin,
            configuration: configuration.followed,
            nodes,
            certificate,
            drain: options.drain,
        })
    }

    /// Serves until a signal ends it.
    pub(super) async fn run(self, signals: Signals) -> Result<std::process::ExitCode, Failure> {
        Running::start(self)?.until(signals).await
    }
}

/// Where the documentation installs it.
const DEFAULT_NAMESPACE: &str = "hostfit-system";

/// A certificate that is here has to be good now. One in a cluster may be made by another replica later.
async fn prove(certificate: &Certificate, served: &Served) -> Result<(), Failure> {
    match certificate {
        Certificate::Files(pair) => files::load(pair, served)
            .await
            .map_err(|error| Failure::Input(error.to_string())),
        Certificate::InMemory(place) => in_memory::load(place, served)
            .await
            .map_err(|error| Failure::Input(error.to_string())),
        Certificate::Cluster(..) => Ok(()),
    }
}
