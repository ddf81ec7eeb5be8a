//! Where nodes and namespaces come from while the process serves: files, or the watches of a cluster. Both publish into the state.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;

use super::follow::{self, Content};
use super::ready::{Part, Standing};
use super::state::State;
use crate::cluster::watch::{self, News, Trouble};
use crate::cluster::{Cluster, NodeFile, Read, read};
use crate::failure::Failure;

/// Node files that were read at the start.
pub(super) struct Start {
    files: Vec<NodeFile>,
    contents: Vec<Content>,
    read: Read,
}

/// Reads node files for the start, where one that cannot be read is an error.
pub(super) async fn load(files: Vec<NodeFile>) -> Result<Start, Failure> {
    let mut contents = Vec::new();
    for file in &files {
        let content = file
            .contents()
            .await
            .map_err(|error| format!("nodes cannot be read: {}: {error}", file.name()));
        contents.push(content);
    }
    let read = read_all(&files, &contents).map_err(Failure::Input)?;
    Ok(Start {
        files,
        contents,
        read,
    })
}

/// Publishes the nodes, and again whenever a file changes. Standing input is read once.
pub(super) async fn keep_files(start: Start, state: Arc<State>) -> Infallible {
    let Start {
        files,
        contents,
        read,
    } = start;
    publish(read, &state);
    state.readiness.set(
        Part::Namespaces,
        Standing::Good("without a cluster none has labels".to_owned()),
    );
    let mut all: Vec<(NodeFile, Content)> = files.into_iter().zip(contents).collect();
    let (paths, seen): (Vec<PathBuf>, Vec<Content>) = all
        .iter()
        .filter_map(|(file, content)| match file {
            NodeFile::Path(path) => Some((path.clone(), content.clone())),
            NodeFile::Stdin => None,
        })
        .unzip();
    follow::follow(&paths, seen, |now| {
        let followed = all.iter_mut().filter(|(file, _)| *file != NodeFile::Stdin);
        for ((_, content), now) in followed.zip(now) {
            content.clone_from(now);
        }
        let (files, contents): (Vec<NodeFile>, Vec<Content>) = all.iter().cloned().unzip();
        match read_all(&files, &contents) {
            Ok(read) => publish(read, &state),
            Err(error) => {
                state.metrics.error("nodes");
                state.metrics.nodes_are_stale();
                tracing::error!(
                    error,
                    "the changed nodes are not taken over; the last good ones go on"
                );
                let detail = format!("the last good ones go on: {error}");
                state.readiness.set(Part::Nodes, Standing::Degraded(detail));
            }
        }
    })
    .await;
    std::future::pending().await
}

fn read_all(files: &[NodeFile], contents: &[Content]) -> Result<Read, String> {
    let mut named = Vec::new();
    for (file, content) in files.iter().zip(contents) {
        named.push((
            file.name(),
            content.as_ref().map_err(Clone::clone)?.as_slice(),
        ));
    }
    read(named)
}

fn publish(read: Read, state: &State) {
    for complaint in &read.complaints {
        tracing::warn!(complaint, "a node is left out");
    }
    let count = read.inventory.len();
    tracing::info!(count, "nodes read");
    state.inventory.store(Arc::new(read.inventory));
    state.metrics.nodes_are_current();
    let standing = if read.complaints.is_empty() {
        Standing::Good(format!("{count} known"))
    } else {
        Standing::Degraded(format!("{count} known; {}", read.complaints.join("; ")))
    };
    state.readiness.set(Part::Nodes, standing);
}

/// Watches a cluster's nodes and namespaces. Ends only at the start, when the cluster refuses or cannot be reached.
pub(super) async fn keep_cluster(
    cluster: Cluster,
    state: Arc<State>,
) -> Result<Infallible, Failure> {
    let nodes = watch::nodes(cluster.client.clone(), |news| {
        let news = match news {
            News::Snapshot(inventory) => {
                state.inventory.store(Arc::new(inventory.clone()));
                Ok(inventory.len())
            }
            News::Restored => Ok(state.inventory.load().len()),
            News::Broken(trouble) => Err(trouble),
        };
        match news {
            Ok(_) => state.metrics.nodes_are_current(),
            Err(_) => state.metrics.nodes_are_stale(),
        }
        note(Part::Nodes, "nodes", news, &cluster, &state)
    });
    let namespaces = watch::namespaces(cluster.client.clone(), |news| {
        let news = match news {
            News::Snapshot(namespaces) => {
                state.namespaces.store(Arc::new(namespaces.clone()));
                Ok(namespaces.len())
            }
            News::Restored => Ok(state.namespaces.load().len()),
            News::Broken(trouble) => Err(trouble),
        };
        note(Part::Namespaces, "namespaces", news, &cluster, &state)
    });
    tokio::try_join!(nodes, namespaces).map(|(never, _)| never)
}

/// Turns the news of a watch into readiness, metrics and log.
fn note(
    part: Part,
    what: &'static str,
    news: Result<usize, Trouble>,
    cluster: &Cluster,
    state: &State,
) -> Result<(), Failure> {
    let known_before = state.readiness.has(part);
    match news {
        Ok(count) => {
            let label = if part == Part::Namespaces {
                "with labels of ours"
            } else {
                "known"
            };
            tracing::debug!(what, count, "a new snapshot");
            state
                .readiness
                .set(part, Standing::Good(format!("{count} {label}")));
            Ok(())
        }
        Err(trouble) if known_before => {
            state.metrics.error("watch");
            let detail = format!("goes on with what was last known: {}", trouble.words);
            // Each try fails anew; only a new reason is news.
            if state.readiness.set(part, Standing::Degraded(detail)) {
                tracing::warn!(
                    what,
                    error = trouble.words,
                    "the watch is broken; what was last known holds until it works again"
                );
            }
            Ok(())
        }
        Err(trouble) if trouble.is_refusal => Err(Failure::Cluster(format!(
            "{} does not let us list {what}: {}; give this account list and watch on nodes and namespaces, as the chart's ClusterRole does",
            cluster.url, trouble.words
        ))),
        Err(trouble) if !cluster.is_ours => Err(Failure::Cluster(format!(
            "{} cannot be reached: {}; check the kubeconfig and its context",
            cluster.url, trouble.words
        ))),
        Err(trouble) => {
            state.metrics.error("watch");
            if state
                .readiness
                .set(part, Standing::Missing(trouble.words.clone()))
            {
                tracing::warn!(
                    what,
                    url = cluster.url,
                    error = trouble.words,
                    "the API server cannot be reached; trying again"
                );
            }
            Ok(())
        }
    }
}
