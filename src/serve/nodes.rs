//! Where nodes, namespaces and RuntimeClasses come from while the process serves, and what is known of volumes: files, or the watches of a
//! cluster. Both publish into the state.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;

use super::follow::{self, Content};
use super::ready::{Part, Standing};
use super::state::State;
use super::{pools, storage};
use crate::cluster::karpenter::Told;
use crate::cluster::watch::{self, News};
use crate::cluster::{Cluster, Line, Read, read};
use crate::failure::Failure;
use crate::inventory::karpenter::MOST_NODE_POOLS;
use crate::manifests::Source;
use crate::os::Catalogue;

/// Node files that were read at the start.
pub(super) struct Start {
    files: Vec<Source>,
    contents: Vec<Content>,
    read: Read,
}

/// Reads node files for the start, where one that cannot be read is an error.
pub(super) async fn load(files: Vec<Source>, catalogue: &Catalogue) -> Result<Start, Failure> {
    let mut contents = Vec::new();
    for file in &files {
        let content = file.contents().await.map_err(|error| {
            format!(
                "{}: {error}; give --nodes a file that this process can read",
                file.name()
            )
        });
        contents.push(content);
    }
    let read = read_all(&files, &contents, catalogue).map_err(Failure::Input)?;
    Ok(Start {
        files,
        contents,
        read,
    })
}

/// Publishes the nodes, and again whenever a file changes. Standard input is read once.
pub(super) async fn keep_files(start: Start, state: Arc<State>) -> Infallible {
    let Start {
        files,
        contents,
        read,
    } = start;
    publish(read, &state);
    state.readiness.set(
        Part::Namespaces,
        Standing::Good("without a cluster none decides anything".to_owned()),
    );
    state.readiness.set(
        Part::RuntimeClasses,
        Standing::Good("without a cluster there is none".to_owned()),
    );
    let mut all: Vec<(Source, Content)> = files.into_iter().zip(contents).collect();
    let mut catalogues = state.catalogue.subscribe();
    loop {
        let (paths, seen): (Vec<PathBuf>, Vec<Content>) = all
            .iter()
            .filter_map(|(file, content)| match file {
                Source::Path(path) => Some((path.clone(), content.clone())),
                Source::Stdin => None,
            })
            .unzip();
        let changes = follow::follow(&paths, seen, |now| {
            let followed = all.iter_mut().filter(|(file, _)| *file != Source::Stdin);
            for ((_, content), now) in followed.zip(now) {
                content.clone_from(now);
            }
            take_over(&all, &state);
        });
        tokio::select! {
            () = changes => {}
            () = watch::changed(&mut catalogues) => {}
        }
        take_over(&all, &state);
    }
}

fn take_over(all: &[(Source, Content)], state: &State) {
    let (files, contents): (Vec<Source>, Vec<Content>) = all.iter().cloned().unzip();
    let catalogue = Arc::clone(&state.catalogue.borrow());
    match read_all(&files, &contents, &catalogue) {
        Ok(read) => publish(read, state),
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
}

fn read_all(files: &[Source], contents: &[Content], catalogue: &Catalogue) -> Result<Read, String> {
    let mut named = Vec::new();
    for (file, content) in files.iter().zip(contents) {
        named.push((
            file.name(),
            content.as_ref().map_err(Clone::clone)?.as_slice(),
        ));
    }
    read(named, catalogue)
}

fn publish(read: Read, state: &State) {
    for complaint in &read.complaints {
        tracing::warn!(complaint, "a node is left out");
    }
    let count = read.inventory.len();
    tracing::info!(count, "nodes read");
    state.inventory.write().replace(read.inventory);
    *state.volumes.write() = read.storage.volumes;
    *state.claims.write() = read.storage.claims;
    *state.storage_classes.write() = read.storage.classes;
    let told = Told {
        pools: read.karpenter.pools(&state.catalogue.borrow()),
        left_out: read.karpenter.pools.len().saturating_sub(MOST_NODE_POOLS),
        trouble: None,
    };
    pools::take_over(told, state);
    state.metrics.nodes_are_current();
    let standing = if read.complaints.is_empty() {
        Standing::Good(format!("{count} known"))
    } else {
        Standing::Degraded(format!("{count} known; {}", read.complaints.join("; ")))
    };
    state.readiness.set(Part::Nodes, standing);
}

/// Watches a cluster's nodes, namespaces and RuntimeClasses, and Karpenter's pools where it has any.
pub(super) async fn keep_cluster(cluster: Cluster, state: Arc<State>) -> Infallible {
    let storage = storage::keep(&cluster, &state);
    let known = || format!("{} known", state.inventory.read().len());
    let catalogues = || state.catalogue.subscribe();
    let nodes = watch::nodes(
        cluster.line_of_its_own(),
        catalogues(),
        &state.inventory,
        |news| match news {
            News::Current => {
                state.metrics.nodes_are_current();
                works(Part::Nodes, known(), &state);
            }
            News::Broken(why) => {
                state.metrics.nodes_are_stale();
                is_broken(Part::Nodes, "nodes", &why, &state);
            }
        },
    );
    let namespaces =
        watch::namespaces(
            cluster.line_of_its_own(),
            &state.namespaces,
            |news| match news {
                News::Current => {
                    let count = state.namespaces.read().len();
                    works(Part::Namespaces, deciding(count), &state);
                }
                News::Broken(why) => is_broken(Part::Namespaces, "namespaces", &why, &state),
            },
        );
    let classes = keep_runtime_classes(cluster.line_of_its_own(), &state);
    let karpenter = pools::keep_karpenter(cluster.line(), cluster.line(), catalogues(), &state);
    let age = pools::age(&state);
    tokio::join!(nodes, namespaces, classes, storage, karpenter, age).0
}

/// Few workloads name a RuntimeClass, and only advice on those is the poorer without: that none can be seen is no reason not to serve.
async fn keep_runtime_classes(line: Line, state: &State) -> Infallible {
    let mut listed = false;
    let (part, what) = (Part::RuntimeClasses, "runtimeclasses");
    watch::runtime_classes(line, &state.runtime_classes, |news| match news {
        News::Current => {
            listed = true;
            let count = state.runtime_classes.read().len();
            works(part, deciding(count), state);
        }
        News::Broken(why) if listed => is_broken(part, what, &why, state),
        News::Broken(why) => {
            let standing = Standing::Degraded(format!("none is known: {why}"));
            note_broken(part, what, &why, standing, state);
        }
    })
    .await
}

fn deciding(count: usize) -> String {
    format!("{count} that decide something")
}

fn works(part: Part, detail: String, state: &State) {
    state.readiness.set(part, Standing::Good(detail));
}

fn is_broken(part: Part, what: &'static str, why: &str, state: &State) {
    let standing = if state.readiness.has(part) {
        Standing::Degraded(format!("what was last known holds: {why}"))
    } else {
        Standing::Missing(why.to_owned())
    };
    note_broken(part, what, why, standing, state);
}

fn note_broken(part: Part, what: &'static str, why: &str, standing: Standing, state: &State) {
    state.metrics.error("watch");
    // Each attempt fails anew; only a new reason is news.
    if state.readiness.set(part, standing) {
        tracing::warn!(what, error = why, "the watch is broken; trying again");
    }
}
