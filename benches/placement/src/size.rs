//! Memory of `hostfit serve` in a large cluster, and the time that it takes to get ready there.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use k8s_openapi::api::core::v1::Node;
use kube::api::PostParams;
use kube::{Api, Client};
use rcgen::generate_simple_self_signed;
use serde::Deserialize as _;

use crate::server::Server;
use crate::{api, nodes};

/// The longest time for a start with very many nodes.
const PATIENCE: Duration = Duration::from_mins(5);
const MIB: u64 = 1024;

/// A hundred thousand nodes, in a generated API server.
pub(crate) fn generated(hostfit: &Path) -> anyhow::Result<bool> {
    const NODES: usize = 100_000;
    let kubeconfig = api::start(|resource| match resource {
        "nodes" => (NODES, nodes::node),
        _ => (0, nodes::node),
    })?;
    measure(
        hostfit,
        kubeconfig.path(),
        NODES,
        "generated",
        256 * MIB,
        None,
    )
}

/// Five thousand nodes, in the real API server that the kubeconfig names.
pub(crate) fn real(hostfit: &Path) -> anyhow::Result<bool> {
    const NODES: usize = 5_000;
    let kubeconfig = PathBuf::from(std::env::var("KUBECONFIG").context("KUBECONFIG is not set")?);
    // A second provider for TLS could be in the tree one day: this one is meant.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let bytes = runtime.block_on(create(NODES))?;
    eprintln!(
        "{NODES} nodes created, {} KB of JSON each",
        bytes / NODES / 1000
    );
    measure(
        hostfit,
        &kubeconfig,
        NODES,
        "real",
        32 * MIB,
        Some(Duration::from_secs(2)),
    )
}

async fn create(count: usize) -> anyhow::Result<usize> {
    let api = Api::<Node>::all(Client::try_default().await?);
    let created = stream::iter(0..count).map(|index| {
        let api = api.clone();
        async move {
            let node = nodes::node(index);
            let bytes = node.to_string().len();
            api.create(&PostParams::default(), &Node::deserialize(node)?)
                .await?;
            anyhow::Ok(bytes)
        }
    });
    let at_once = created.buffer_unordered(16);
    at_once
        .try_fold(0, |sum, bytes| async move { Ok(sum + bytes) })
        .await
}

fn measure(
    hostfit: &Path,
    kubeconfig: &Path,
    nodes: usize,
    kind: &str,
    most: u64,
    longest: Option<Duration>,
) -> anyhow::Result<bool> {
    let pair = generate_simple_self_signed(["localhost".to_owned()])?;
    let folder = tempfile::tempdir()?;
    let (certificate, key) = (folder.path().join("tls.crt"), folder.path().join("tls.key"));
    std::fs::write(&certificate, pair.cert.pem())?;
    std::fs::write(&key, pair.signing_key.serialize_pem())?;
    let start = Instant::now();
    let server = Server::start(
        Command::new(hostfit)
            .args([
                "serve",
                "--drain",
                "0",
                "--listen",
                "127.0.0.1:0",
                "--admin-listen",
                "127.0.0.1:0",
            ])
            .arg("--kubeconfig")
            .arg(kubeconfig)
            .arg("--tls-cert")
            .arg(&certificate)
            .arg("--tls-key")
            .arg(&key),
        PATIENCE,
    )?;
    let ready = start.elapsed();
    let memory = server.memory()?;
    let mib = |kib: u64| format!("{}.{}", kib / MIB, kib % MIB * 10 / MIB);
    let good = memory.resident <= most && longest.is_none_or(|longest| ready <= longest);
    println!(
        "| {nodes} nodes, {kind} API server | {} MiB, at most {} | peak {} MiB | ready after {:.2} s{}, {:.2} s of CPU time | {} |",
        mib(memory.resident),
        most / MIB,
        mib(memory.peak),
        ready.as_secs_f64(),
        longest.map_or_else(String::new, |longest| format!(
            ", at most {}",
            longest.as_secs()
        )),
        server.cpu()?.as_secs_f64(),
        if good { "PASS" } else { "FAIL" }
    );
    Ok(good)
}
