//! `hostfit placement`: manifests and nodes in, for each workload every node out, with the reason where it cannot land there.

use std::process::ExitCode;

use super::start::End;
use super::{config, given, start};
use crate::cluster::{self, Access, Known};
use crate::failure::Failure;
use crate::manifests::{self, Manifests, Reading, Source};
use crate::policy::Policy;
use crate::report::placement::Report;
use crate::report::{Output, Voice};
use crate::workload::templates::PodTemplates;

/// What is asked.
#[derive(Debug)]
pub struct Options {
    /// Where the workloads are.
    pub manifests: Vec<Source>,
    /// Where the nodes are.
    pub nodes: Vec<Source>,
    /// The configuration, for the pools and operating systems that it declares.
    pub config: Option<Source>,
    /// The namespace of manifests that say none.
    pub namespace: Option<String>,
    /// The cluster that is to be asked, if the command line says which; else one is asked where no file has nodes.
    pub cluster: Option<Access>,
    /// Where the answer goes.
    pub outputs: Vec<Output>,
    /// Whether to show every node by itself.
    pub verbose: bool,
    /// How to tell what is wrong.
    pub voice: Voice,
}

/// Answers. What cannot be read is told, and everything else is shown.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let runtime = start::runtime()?;
    let policy = runtime.block_on(config::load(options.config.as_ref()))?;
    // It shows where workloads of Kubernetes' own kinds land.
    let reading = Reading {
        templates: &PodTemplates::default(),
        namespace: options.namespace.as_deref().unwrap_or("default"),
    };
    let mut manifests = manifests::load(&options.manifests, reading);
    let known = runtime.block_on(known(options, &policy, &mut manifests));
    start::tell(&manifests, options.voice);
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
    let end = End {
        is_input_wrong: !manifests.problems.is_empty(),
        is_cluster_missing: !known.missing.is_empty(),
        fails: false,
    };
    Ok(end.code())
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
        given::read(&options.nodes, catalogue, manifests).await?
    } else if manifests.workloads.is_empty() {
        // There is nothing to ask the cluster for.
        return Ok(Known::default());
    } else if facts.nodes.is_empty() || options.cluster.is_some() {
        let needs_storage = manifests
            .workloads
            .iter()
            .any(|manifest| manifest.workload.has_claims());
        let access = options.cluster.clone().unwrap_or_default();
        cluster::known(&access, catalogue, needs_storage).await?
    } else {
        Known::default()
    };
    given::add(&mut known, facts, policy);
    if !manifests.workloads.is_empty() {
        given::check(&known)?;
    }
    Ok(known)
}
