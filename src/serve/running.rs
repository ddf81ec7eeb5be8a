//! Serving, and the end of it.
//!
//! A signal makes the replica unready at once. It goes on serving, with `Connection: close`, while endpoints and connections move away
//! (the API server goes on using its connections to a pod that ends), then stops accepting, finishes what is in flight, says that it has
//! gone, and exits.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::{JoinError, JoinSet};
use tokio::time::sleep;

use super::bound::Bound;
use super::listener::{self, Stop};
use super::signals::Signals;
use super::state::State;
use super::{admin, config, nodes, probe, webhook};
use crate::certificate::cluster::Names;
use crate::certificate::files::Files;
use crate::certificate::in_memory::InMemory;
use crate::certificate::{self, Served};
use crate::cluster::Cluster;
use crate::failure::Failure;
use crate::judge::judge;

/// Where the nodes come from.
pub(super) enum Nodes {
    Files(Box<nodes::Start>),
    Cluster(Box<Cluster>),
}

/// Where the certificate comes from.
pub(super) enum Certificate {
    InMemory(InMemory),
    Files(Files),
    Cluster(kube::Client, Names),
}

/// The process at work.
pub(super) struct Running {
    state: Arc<State>,
    tasks: JoinSet<Infallible>,
    servers: JoinSet<std::io::Result<()>>,
    stop: Stop,
    drain: Duration,
    /// The certificate that the replicas keep together.
    kept: Option<(kube::Client, Names)>,
}

impl Running {
    pub(super) fn start(bound: Bound) -> Result<Self, Failure> {
        let address = |listener: &TcpListener| {
            listener
                .local_addr()
                .map_err(|error| Failure::Input(format!("a listener has no address: {error}")))
        };
        let (listen, admin_listen) = (address(&bound.https)?, address(&bound.admin)?);
        let state = bound.state;

        let mut servers = JoinSet::new();
        let stop = Stop::new();
        servers.spawn(take_reviews(bound.https, Arc::clone(&state), stop.clone()));
        let router = admin::router(Arc::clone(&state));
        // It answers until the process ends: somebody may want to know how the draining goes.
        servers.spawn(listener::http(bound.admin, router, Stop::new()));

        let mut tasks = JoinSet::new();
        tasks.spawn(config::keep(bound.configuration, Arc::clone(&state)));
        let kept = match &bound.certificate {
            Certificate::Cluster(client, names) => Some((client.clone(), names.clone())),
            Certificate::InMemory(_) | Certificate::Files(_) => None,
        };
        tasks.spawn(follow(bound.certificate, state.served.clone()));
        tasks.spawn(probe::keep(listen, Arc::clone(&state)));
        match bound.nodes {
            Nodes::Files(start) => tasks.spawn(nodes::keep_files(*start, Arc::clone(&state))),
            Nodes::Cluster(cluster) => {
                tasks.spawn(nodes::keep_cluster(*cluster, Arc::clone(&state)))
            }
        };
        announce(listen, admin_listen);
        Ok(Self {
            state,
            tasks,
            servers,
            stop,
            drain: bound.drain,
            kept,
        })
    }

    /// Works until a signal, or until there is no point in going on.
    pub(super) async fn until(mut self, mut signals: Signals) -> Result<ExitCode, Failure> {
        let (signal, _) = tokio::select! {
            signal = signals.next() => signal,
            ended = self.tasks.join_next() => return Err(task_ended(ended)),
            ended = self.servers.join_next() => return Err(server_ended(ended)),
        };
        tracing::info!(
            signal,
            seconds = self.drain.as_secs(),
            "draining: still serving, no longer ready"
        );
        self.state.drain();
        tokio::select! {
            () = self.finish() => {
                tracing::info!("stopped");
                Ok(ExitCode::SUCCESS)
            }
            (signal, code) = signals.next() => {
                tracing::warn!(signal, "a second signal: stopping at once");
                Ok(ExitCode::from(code))
            }
        }
    }

    async fn finish(&mut self) {
        sleep(self.drain).await;
        self.stop.graceful_shutdown(Some(AT_MOST));
        // The first to end is the one that was stopped.
        let _ = self.servers.join_next().await;
        // From here on nobody is served. The upkeep would only say again that this replica is there.
        self.tasks.shutdown().await;
        if let Some((client, names)) = self.kept.take()
            && let Err(why) = certificate::cluster::leave(client, &names).await
        {
            tracing::warn!(
                why,
                "the next rotation of the CA waits five minutes for this replica"
            );
        }
    }
}

/// The longest time for requests that are in flight when the listener closes; the caller waits no longer by default.
const AT_MOST: Duration = Duration::from_secs(10);

/// Accepts connections from when what comes over them can be judged. Until then they wait in the port's queue, and are answered late instead of
/// wrongly: a container that was just restarted is called before the kubelet has noticed anything, and knows no node yet.
async fn take_reviews(listener: TcpListener, state: Arc<State>, stop: Stop) -> std::io::Result<()> {
    if !state.readiness.can_judge().await {
        return Ok(());
    }
    let router = webhook::router(Arc::clone(&state), judge);
    listener::https(listener, state.served.clone(), router, stop).await
}

fn announce(listen: SocketAddr, admin_listen: SocketAddr) {
    tracing::info!(
        %listen,
        %admin_listen,
        version = env!("CARGO_PKG_VERSION"),
        "serving"
    );
}

async fn follow(certificate: Certificate, served: Served) -> Infallible {
    match certificate {
        Certificate::InMemory(place) => certificate::in_memory::keep(place, served).await,
        Certificate::Files(files) => certificate::files::follow(files, served).await,
        Certificate::Cluster(client, names) => {
            certificate::cluster::keep(client, names, served).await
        }
    }
}

/// A task ends only by a bug: then the process ends as well, and is started anew.
fn task_ended(ended: Option<Result<Infallible, JoinError>>) -> Failure {
    let why = match ended {
        Some(Err(error)) => error.to_string(),
        Some(Ok(never)) => match never {},
        None => "nothing is left to do".to_owned(),
    };
    Failure::Bug(why)
}

fn server_ended(ended: Option<Result<std::io::Result<()>, JoinError>>) -> Failure {
    let why = match ended {
        Some(Ok(Err(error))) => error.to_string(),
        Some(Err(error)) => error.to_string(),
        _ => "it ended".to_owned(),
    };
    Failure::Bug(format!("a listener has ended: {why}"))
}
