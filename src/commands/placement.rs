//! `hostfit placement`: manifests and nodes in, for each workload every node out, with the reason where it cannot land there.

use std::process::ExitCode;

use super::config;
use crate::cluster::{self, Access, Known};
use crate::failure::Failure;
use crate::inventory::{Node, Origin};
use crate::manifests::{self, Manifests, Source};
use crate::os::Catalogue;
use crate::policy::Policy;
use crate::report::placement::Report;
use crate::report::{Output, Voice};

/// What is asked.
#[derive(Debug)]
pub struct Options {
    /// Where the workloads are.
    pub manifests: Vec<Source>,
    /// Where the nodes are.
    pub nodes: Vec<Source>,
    /// The configuration, for the pools and operating systems that it declares.
    pub config: Option<Source>,
    /// Whether the command line says which cluster.
    pub is_cluster_asked_for: bool,
    /// Where the nodes are if no file has any.
    pub access: Access,
    /// Where the answer goes.
    pub outputs: Vec<Output>,
    /// Whether to show every node by itself.
    pub verbose: bool,
    /// How to tell what is wrong.
    pub voice: Voice,
}

/// Answers. What cannot be read is told, and everything else is shown.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Input(format!("no threads can be started: {error}")))?;
    let policy = runtime.block_on(config::load(options.config.as_ref()))?;
    let mut manifests = runtime.block_on(manifests::load(&options.manifests));
    let known = runtime.block_on(known(options, &policy, &mut manifests));
    for warning in &manifests.warnings {
        options.voice.warning(warning);
    }
    for problem in &manifests.problems {
        options.voice.error(problem);
    }
    let known = known?;
    for missing in &known.missing {
        options.voice.error(missing);
    }
    let report = Report {
        manifests: &manifests,
        known: &known,
        catalogue: policy.catalogue(),
        verbose: options.verbose,
    };
    for output in &options.outputs {
        output.write(options.voice, |out, style| {
            report.write(output.format, out, style)
        })?;
    }
    Ok(
        match (manifests.problems.is_empty(), known.missing.is_empty()) {
            (_, false) => Failure::Cluster(String::new()).code(),
            (false, true) => Failure::Input(String::new()).code(),
            (true, true) => ExitCode::SUCCESS,
        },
    )
}

/// What is known of where pods can land: by files, else by the manifests, else by the cluster. What the manifests say holds in any case: it
/// is what will be there when they are applied.
async fn known(
    options: &Options,
    policy: &Policy,
    manifests: &mut Manifests,
) -> Result<Known, Failure> {
    let catalogue = policy.catalogue();
    let facts = std::mem::take(&mut manifests.facts);
    let mut known = if !options.nodes.is_empty() {
        from_files(&options.nodes, catalogue, manifests).await?
    } else if manifests.workloads.is_empty() {
        // There is nothing to ask the cluster for.
        return Ok(Known::default());
    } else if facts.nodes.is_empty() || options.is_cluster_asked_for {
        let needs_storage = manifests
            .workloads
            .iter()
            .any(|manifest| manifest.workload.has_claims());
        cluster::known(&options.access, catalogue, needs_storage).await?
    } else {
        Known::default()
    };
    for node in facts.nodes {
        known.inventory.apply(Node::new(node, catalogue));
    }
    known.namespaces.extend(facts.namespaces);
    known.runtime_classes.extend(facts.runtime_classes);
    known.storage.extend(facts.storage);
    known.karpenter.extend(facts.karpenter);
    let karpenter = known.karpenter.pools(catalogue);
    known.inventory.set_pools(Origin::NodePool, karpenter);
    let declared = policy.pools().to_vec();
    known.inventory.set_pools(Origin::Declared, declared);
    let knows_nothing = known.inventory.is_empty() && known.inventory.pools().next().is_none();
    if knows_nothing && !manifests.workloads.is_empty() {
        return Err(Failure::Input(
            "no node is known, so nothing can be said; give --nodes FILE with what `kubectl get nodes -o yaml` prints".to_owned(),
        ));
    }
    Ok(known)
}

async fn from_files(
    files: &[Source],
    catalogue: &Catalogue,
    manifests: &mut Manifests,
) -> Result<Known, Failure> {
    let mut contents = Vec::new();
    for file in files {
        let bytes = file.contents().await.map_err(|error| {
            Failure::Input(format!(
                "{}: {error}; give --nodes a file that this process can read",
                file.name()
            ))
        })?;
        contents.push((file.name(), bytes));
    }
    let named = contents
        .iter()
        .map(|(name, bytes)| (name.clone(), bytes.as_slice()));
    let read = cluster::read(named, catalogue).map_err(Failure::Input)?;
    manifests.problems.extend(read.complaints);
    Ok(Known {
        inventory: read.inventory,
        storage: read.storage,
        karpenter: read.karpenter,
        ..Known::default()
    })
}
