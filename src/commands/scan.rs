//! `hostfit scan`: a cluster in, for each of its workloads out what the webhook would make of its next pods.

use std::collections::BTreeMap;
use std::process::ExitCode;

use super::start::End;
use super::{config, given, start};
use crate::cluster::{self, Access, Known, Scanned};
use crate::failure::Failure;
use crate::judge::World;
use crate::manifests::{Facts, Source};
use crate::policy::Policy;
use crate::report::verdict::{FailOn, Format, Report};
use crate::report::{Output, Voice};
use crate::scan;

/// What is asked.
#[derive(Debug)]
pub struct Options {
    /// Where the cluster is.
    pub access: Access,
    /// The namespaces; none stands for all.
    pub namespaces: Vec<String>,
    /// The configuration.
    pub config: Option<Source>,
    /// Where the answer goes.
    pub outputs: Vec<Output<Format>>,
    /// What makes it fail.
    pub fail_on: FailOn,
    /// How to tell what is wrong, and how far it has come.
    pub voice: Voice,
}

/// Answers. What cannot be read is told, and everything else is judged.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let runtime = start::runtime()?;
    let policy = runtime.block_on(config::load(options.config.as_ref()))?;
    let read = runtime.block_on(read(options, &policy));
    options.voice.end_progress();
    let (known, mut scanned) = read?;
    let mut missing = known.missing.clone();
    missing.append(&mut scanned.missing);
    for missing in &missing {
        options.voice.error(missing);
    }
    let world = World {
        inventory: &known.inventory,
        namespaces: &known.namespaces,
        runtime_classes: &known.runtime_classes,
        storage: known.storage.view(),
        policy: &policy,
        own_namespace: "",
        today: start::today(),
    };
    let subjects = scan::subjects(&scanned.owners, &scanned.pods);
    let entries = subjects
        .iter()
        .filter_map(|subject| scan::judge(subject, &world));
    let report = Report {
        command: "hostfit scan",
        entries: entries.collect(),
        nodes: Some(known.inventory.len()),
        skipped: over(&scanned),
        problems: missing.len(),
        missing,
    };
    start::show(&report, &options.outputs, options.fail_on, options.voice)?;
    let end = End {
        is_input_wrong: false,
        is_cluster_missing: !report.missing.is_empty(),
        fails: report.fails(options.fail_on),
    };
    Ok(end.code())
}

/// What has come to its end is judged no more.
fn over(scanned: &Scanned) -> BTreeMap<String, usize> {
    let over = scanned.owners.over();
    over.map(|(kind, count)| (format!("finished {kind}"), count))
        .collect()
}

/// Reads the cluster.
async fn read(options: &Options, policy: &Policy) -> Result<(Known, Scanned), Failure> {
    let voice = options.voice;
    let cluster = cluster::connect(&options.access).await?;
    voice.progress(format!("reading nodes of {}", cluster.url));
    let mut known = cluster::known_of(&cluster, policy.catalogue(), true).await?;
    given::add(&mut known, Facts::default(), policy);
    let scanned = cluster::workloads(&cluster, &options.namespaces, |resource, count| {
        voice.progress(format!("reading {resource}: {count}"));
    })
    .await;
    Ok((known, scanned))
}
