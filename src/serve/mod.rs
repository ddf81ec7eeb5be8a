//! `hostfit serve`: the admission webhook. The shell around the flow: HTTPS, readiness, metrics, and the order of start and stop.
//!
//! ```text
//!   Options  --  Bound  --  Running  --  draining  --  exit code
//!                  |           |
//!   configuration proven,      |   config, nodes, certificate   --  State  --  admin: /livez /readyz /metrics
//!   ports open                 |   (each follows its source)          |
//!                              |                                  webhook: listener, patience -> body -> answer -> log
//!                              |                                                                    bindings: a look at the pod
//! ```

mod admin;
mod answer;
mod bindings;
mod body;
mod bound;
mod config;
mod follow;
mod listener;
mod log;
mod metrics;
mod nodes;
mod patience;
mod pools;
mod probe;
mod ready;
mod running;
mod signals;
mod state;
mod storage;
mod webhook;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use self::bound::Bound;
use self::signals::Signals;
use crate::certificate::files::Files;
use crate::cluster::Access;
use crate::failure::Failure;
use crate::manifests::Source;

/// What `serve` is asked to do.
#[derive(Debug)]
pub struct Options {
    /// The configuration file; without one the defaults hold.
    pub config: Option<PathBuf>,
    /// Where to take reviews.
    pub listen: SocketAddr,
    /// Where to answer the kubelet and Prometheus.
    pub admin_listen: SocketAddr,
    /// What is around.
    pub surroundings: Surroundings,
    /// A certificate from elsewhere.
    pub pair: Option<Files>,
    /// The namespace that Hostfit runs in.
    pub own_namespace: Option<String>,
    /// How long to go on serving after a signal.
    pub drain: Duration,
}

/// What is around the process.
#[derive(Debug)]
pub enum Surroundings {
    /// A cluster.
    Cluster {
        /// How to get at it.
        access: Box<Access>,
        /// What the installation's objects are called.
        names: Names,
        /// Whether Bindings are judged.
        bindings: OnBinding,
        /// Whether the volumes of claims are looked at.
        host_volumes: bool,
    },
    /// No cluster.
    None {
        /// The nodes.
        nodes: Vec<Source>,
        /// Where to write the CA of the certificate in memory.
        ca_out: Option<PathBuf>,
    },
}

/// What is done when a pod is given an immutable node that it does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OnBinding {
    /// Nothing: Bindings are not judged
    Off,
    /// It is said: in a warning, in the audit log, in the log and in the metrics
    Warn,
    /// The node is refused to it, in mode enforce
    Deny,
}

/// What the installation's objects are called.
#[derive(Debug)]
pub struct Names {
    /// This replica's pod.
    pub pod: String,
    /// The Secret with the certificate.
    pub secret: String,
    /// The Service.
    pub service: String,
    /// The webhook configuration.
    pub webhook_configuration: String,
}

/// Serves until a signal ends it.
pub fn run(options: Options) -> Result<ExitCode, Failure> {
    // A review takes microseconds: a few threads serve what any API server sends, and each costs memory.
    let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .map_err(|error| Failure::Input(format!("no threads can be started: {error}")))?;
    let result = runtime.block_on(async {
        // First of all, so that a signal during the start is not lost.
        let mut signals = Signals::listen()?;
        let bound = tokio::select! {
            bound = Bound::new(options) => bound?,
            (_, code) = signals.next() => return Ok(ExitCode::from(code)),
        };
        bound.run(signals).await
    });
    // What still waits, waits for events that concern nobody any more.
    runtime.shutdown_background();
    result
}
