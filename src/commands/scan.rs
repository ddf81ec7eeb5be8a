//! `hostfit scan`: a cluster in, for each of its workloads out what the webhook would make of its next pods.

use std::collections::BTreeMap;
use std::process::ExitCode;

use super::assume::{Assumption, Worlds};
use super::start::End;
use super::{Reporting, assume, config, given, start};
use crate::cluster::{self, Access, Known, Scanned};
use crate::failure::Failure;
use crate::manifests::{Facts, Source};
use crate::nearest::did_you_mean;
use crate::policy::{Mode, Policy};
use crate::report::Voice;
use crate::report::verdict::{About, Entry, Report};
use crate::scan::{self, Subject};

/// What is asked.
#[derive(Debug)]
pub struct Options {
    /// Where the cluster is.
    pub access: Access,
    /// The namespaces; none stands for all.
    pub namespaces: Vec<String>,
    /// The ids of the operating systems that are assumed.
    pub systems: Vec<String>,
    /// The pools that are assumed to have been moved.
    pub assume: Vec<Assumption>,
    /// Whether to say what enforcing would refuse of what runs.
    pub as_admission: bool,
    /// The configuration.
    pub config: Option<Source>,
    /// How the answer is told.
    pub reporting: Reporting,
    /// How to tell what is wrong, and how far it has come.
    pub voice: Voice,
}

/// Answers. What cannot be read is told, and everything else is judged.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let runtime = start::runtime()?;
    let mut policy = runtime.block_on(config::load(options.config.as_ref()))?;
    if options.as_admission {
        policy.mode = Mode::Enforce;
    }
    let systems = start::systems(&options.systems, policy.catalogue())?;
    let assumed = (!systems.is_empty()).then_some(systems.as_slice());
    let baseline = runtime.block_on(options.reporting.baseline())?;
    let read = runtime.block_on(read(options, &policy));
    options.voice.end_progress();
    let (url, known, mut scanned) = read?;
    let mut missing = known.missing.clone();
    missing.append(&mut scanned.missing);
    for missing in &missing {
        options.voice.error(missing);
    }
    let now = start::now();
    let world = start::world(&known, &policy, now);
    let moved = assume::moved(&options.assume, &known.inventory, policy.catalogue())?;
    let worlds = Worlds::new(world, moved.as_ref());
    let subjects = scan::subjects(&scanned.owners, &scanned.pods);
    let judged = subjects.iter().filter_map(|subject| {
        let entry = worlds.entry(|world| scan::judge(subject, assumed, world))?;
        Some((subject, entry))
    });
    let judged: Vec<(&Subject, Entry)> = judged.collect();
    let admission = options
        .as_admission
        .then(|| scan::admission(&judged, world.today));
    let about = About {
        at: Some(now),
        judged: vec![format!("the cluster at {url}")],
        ..About::on(assumed, worlds.judged())
    };
    let mut report = Report {
        command: "hostfit scan",
        about,
        entries: judged.into_iter().map(|(_, entry)| entry).collect(),
        nodes: assumed.is_none().then(|| known.inventory.len()),
        skipped: over(&scanned),
        problems: Vec::new(),
        missing,
        assumed: moved.map(|(_, assumed)| assumed),
        admission,
    };
    let fails = options
        .reporting
        .tell(&mut report, baseline.as_ref(), options.voice)?;
    let end = End {
        is_input_wrong: false,
        is_cluster_missing: !report.missing.is_empty(),
        fails,
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
async fn read(options: &Options, policy: &Policy) -> Result<(String, Known, Scanned), Failure> {
    let voice = options.voice;
    let cluster = cluster::connect(&options.access).await?;
    voice.progress(format!("reading nodes of {}", cluster.url));
    let mut known = cluster::known_of(&cluster, policy.catalogue(), true).await?;
    check(&options.namespaces, &known)?;
    given::add(&mut known, Facts::default(), policy);
    let scanned = cluster::workloads(&cluster, &options.namespaces, |resource, count| {
        voice.progress(format!("reading {resource}: {count}"));
    })
    .await;
    Ok((cluster.url, known, scanned))
}

/// A gate that looks where nothing can be must not be open.
fn check(namespaces: &[String], known: &Known) -> Result<(), Failure> {
    let names = &known.namespace_names;
    let is_wrong = |name: &&String| !names.is_empty() && !names.contains(*name);
    match namespaces.iter().find(is_wrong) {
        None => Ok(()),
        Some(name) => {
            let near = did_you_mean(name, names.iter().map(String::as_str));
            Err(Failure::Input(format!(
                "there is no namespace {name}{near}"
            )))
        }
    }
}
