//! `hostfit check`: manifests in, for each workload out what the webhook would make of its pods.

use std::process::ExitCode;
use std::sync::Arc;

use super::assume::{Assumption, Worlds};
use super::start::End;
use super::{Reporting, assume, config, given, places, start};
use crate::cluster::{self, Access, Known};
use crate::failure::Failure;
use crate::judge::{World, ahead};
use crate::manifests::{self, Manifest, Manifests, Reading, Source};
use crate::os::Profile;
use crate::policy::Policy;
use crate::report::Voice;
use crate::report::verdict::{About, Entry, Place, Report};

/// What is asked.
#[derive(Debug)]
pub struct Options {
    /// Where the workloads are.
    pub manifests: Vec<Source>,
    /// Where the nodes are, if any are given.
    pub nodes: Vec<Source>,
    /// The ids of the operating systems that are assumed.
    pub systems: Vec<String>,
    /// The pools that are assumed to have been moved.
    pub assume: Vec<Assumption>,
    /// The configuration.
    pub config: Option<Source>,
    /// The namespace of what says none.
    pub namespace: Option<String>,
    /// The cluster in which the manifests would be applied, if it is to be asked.
    pub cluster: Option<Access>,
    /// How the answer is told.
    pub reporting: Reporting,
    /// How to tell what is wrong.
    pub voice: Voice,
}

/// Answers. What cannot be read is told, and everything else is judged.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let runtime = start::runtime()?;
    let policy = runtime.block_on(config::load(options.config.as_ref()))?;
    let baseline = runtime.block_on(options.reporting.baseline())?;
    let named = start::systems(&options.systems, policy.catalogue())?;
    let reading = Reading {
        templates: policy.pod_templates(),
        namespace: options.namespace.as_deref().unwrap_or("default"),
    };
    let mut manifests = manifests::load(&options.manifests, reading);
    let known = runtime.block_on(known(options, &policy, &mut manifests));
    start::tell(&manifests, options.voice);
    let known = known?;
    for missing in &known.missing {
        options.voice.error(missing);
    }
    if manifests.documents == 0 && manifests.problems.is_empty() {
        return Err(Failure::Input(nothing(&options.manifests)));
    }
    let assumed = match named.is_empty() {
        false => Some(named),
        true if options.nodes.is_empty()
            && options.cluster.is_none()
            && known.inventory.is_empty() =>
        {
            Some(start::systems(
                &[DEFAULT_OS.to_owned()],
                policy.catalogue(),
            )?)
        }
        true => None,
    };
    let now = start::now();
    if assumed.is_some() && !options.assume.is_empty() {
        return Err(Failure::Input(
            "--assume moves pools, and no node or pool is known: give --nodes FILE with what `kubectl get nodes -o yaml` prints".to_owned(),
        ));
    }
    let moved = assume::moved(&options.assume, &known.inventory, policy.catalogue())?;
    let worlds = Worlds::new(start::world(&known, &policy, now), moved.as_ref());
    let about = About {
        at: Some(now),
        judged: options.manifests.iter().map(Source::name).collect(),
        ..About::on(assumed.as_deref(), worlds.judged())
    };
    let mut report = Report {
        command: "hostfit check",
        about,
        entries: judged(&manifests.workloads, assumed.as_deref(), &worlds),
        nodes: assumed.is_none().then(|| known.inventory.len()),
        skipped: manifests.skipped,
        problems: manifests.problems,
        missing: known.missing.clone(),
        assumed: moved.map(|(_, assumed)| assumed),
        admission: None,
    };
    let fails = options
        .reporting
        .tell(&mut report, baseline.as_ref(), options.voice)?;
    let end = End {
        is_input_wrong: !report.problems.is_empty(),
        is_cluster_missing: !report.missing.is_empty(),
        fails,
    };
    Ok(end.code())
}

/// What is assumed where nothing is known of nodes.
const DEFAULT_OS: &str = "azure-container-linux";

/// Each workload and what it would get, on these systems where some are assumed.
fn judged(manifests: &[Manifest], assumed: Option<&[Arc<Profile>]>, worlds: &Worlds) -> Vec<Entry> {
    let in_world = |manifest: &Manifest, world: &World| {
        let outlook = ahead::judge(&manifest.workload, assumed, world);
        let mut entry = Entry::new(&manifest.api_version, &manifest.workload, outlook);
        if let Some(path) = &manifest.template {
            entry.is_template_of(&manifest.kind, path);
        }
        entry.source = Some(Place {
            file: manifest.file.clone(),
            line: manifest.line,
            column: 1,
        });
        entry
    };
    let entry = |manifest| worlds.entry(|world| Some(in_world(manifest, world)));
    let mut entries: Vec<Entry> = manifests.iter().filter_map(entry).collect();
    places::find(manifests, &mut entries);
    entries
}

/// What is known of where pods can land: by the cluster or by files, and by the manifests, which are what will be there when they are applied.
async fn known(
    options: &Options,
    policy: &Policy,
    manifests: &mut Manifests,
) -> Result<Known, Failure> {
    let facts = std::mem::take(&mut manifests.facts);
    let mut known = if let Some(access) = &options.cluster {
        let mut workloads = manifests.workloads.iter();
        let needs_storage = workloads.any(|manifest| manifest.workload.has_claims());
        cluster::known(access, policy.catalogue(), needs_storage).await?
    } else if options.nodes.is_empty() {
        Known::default()
    } else {
        given::read(&options.nodes, policy.catalogue(), manifests).await?
    };
    given::add(&mut known, facts, policy);
    let is_given = !options.nodes.is_empty() || options.cluster.is_some();
    if is_given && options.systems.is_empty() {
        given::check(&known)?;
    }
    Ok(known)
}

/// A gate that was given nothing must not be open.
fn nothing(sources: &[Source]) -> String {
    let names: Vec<String> = sources.iter().map(Source::name).collect();
    format!(
        "{}: there is no document; whatever should have written manifests there wrote none",
        names.join(", ")
    )
}
