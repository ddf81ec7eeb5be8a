//! What is known of an OS, each fact with where it was read and how sure we are.

use super::page::{Block, Page};
use crate::agents;
use crate::os::Profile;
use crate::os::features::SeLinuxMode;
use crate::os::profile::{Patterns, Recognise};

pub(super) fn page(os: &Profile) -> Page {
    let mut sources = Sources::default();
    let kind = os.kind.as_str();
    let purpose = if os.immutable {
        "immutable: most of the host's file system is read-only"
    } else {
        "general purpose: nothing is found there"
    };
    let mut blocks = vec![
        Block::Text(format!("Id `{}`, {kind}, {purpose}.", os.id)),
        Block::Text(
            "Nothing here was seen by us on a live node. `cited`: read in the source; `inferred`: follows from it; `unknown`: nobody that we read knows."
                .to_owned(),
        ),
        Block::Heading("How a node is recognised"),
        Block::List(recognition(&os.recognise)),
    ];
    let mut section = |heading, block| blocks.extend([Block::Heading(heading), block]);
    if !os.paths.is_empty() {
        section("Host paths", paths(os, &mut sources));
    }
    let control = access_control(os, &mut sources);
    if !control.is_empty() {
        section("Mandatory access control", Block::List(control));
    }
    if !os.features.is_empty() {
        section("What a pod can ask for", features(os, &mut sources));
    }
    if !os.life_cycle.is_empty() {
        section("Life cycle", life_cycle(os, &mut sources));
    }
    let agents = known_agents(os, &mut sources);
    if !agents.is_empty() {
        let heads = vec![
            "workload",
            "what is known",
            "documented setting",
            "confidence",
            "source",
        ];
        section("Workloads that are recognised", Block::Table(heads, agents));
    }
    if !sources.0.is_empty() {
        section("Sources", Block::List(sources.list()));
    }
    Page {
        title: os.title.clone(),
        blocks,
    }
}

/// Every source once; facts refer to it by its number.
#[derive(Default)]
struct Sources(Vec<String>);

impl Sources {
    fn number(&mut self, source: &str) -> String {
        let index = self.0.iter().position(|known| known == source);
        let index = index.unwrap_or_else(|| {
            self.0.push(source.to_owned());
            self.0.len() - 1
        });
        format!("[{}]", index + 1)
    }

    fn list(self) -> Vec<String> {
        let numbered = self.0.into_iter().enumerate();
        numbered
            .map(|(index, source)| format!("[{}] {source}", index + 1))
            .collect()
    }
}

fn recognition(facts: &Recognise) -> Vec<String> {
    let of = |what: &str, patterns: &Patterns| {
        let globs: Vec<String> = patterns
            .globs()
            .iter()
            .map(|glob| format!("`{glob}`"))
            .collect();
        (!globs.is_empty()).then(|| format!("{what}: {}", globs.join(", ")))
    };
    let lists = [
        of(
            "AKS SKU (labels `kubernetes.azure.com/os-sku*`)",
            &facts.sku,
        ),
        of(
            "AKS node image (label `kubernetes.azure.com/node-image-version`)",
            &facts.image,
        ),
        of("`status.nodeInfo.osImage`", &facts.os_image),
        of(
            "`status.nodeInfo.osImage` that it shares with another OS, so that it proves nothing",
            &facts.shared_os_image,
        ),
    ];
    let labels = facts.labels.iter();
    let labels = labels.filter_map(|label| of(&format!("label `{}`", label.key), &label.value));
    lists.into_iter().flatten().chain(labels).collect()
}

fn paths(os: &Profile, sources: &mut Sources) -> Block {
    let rows = os.paths.iter().map(|fact| {
        let mut is = fact.is.as_str().to_owned();
        if let Some(to) = &fact.to {
            is = format!("{is} to {to}");
        }
        if fact.noexec {
            is.push_str(", noexec");
        }
        if fact.sealed {
            is.push_str(", nothing else below it");
        }
        let there = match fact.exists {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        };
        let (path, confidence) = (fact.path.clone(), fact.confidence.as_str().to_owned());
        let source = sources.number(&fact.source);
        vec![
            path,
            is,
            there.to_owned(),
            confidence,
            source,
            fact.because.clone(),
        ]
    });
    let heads = vec!["path", "is", "there", "confidence", "source", "why"];
    Block::Table(heads, rows.collect())
}

fn access_control(os: &Profile, sources: &mut Sources) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(armor) = &os.app_armor {
        let (sure, source) = (armor.confidence.as_str(), sources.number(&armor.source));
        lines.push(format!(
            "AppArmor: {} ({sure}, {source})",
            armor.present.as_str()
        ));
    }
    if let Some(linux) = &os.se_linux {
        let mode = match linux.mode {
            SeLinuxMode::Enforcing => "enforcing",
            SeLinuxMode::Permissive => "permissive",
            SeLinuxMode::Disabled => "disabled",
        };
        let types = |what: &str, types: &[String]| match types {
            [] => String::new(),
            types => format!("; {what}: {}", types.join(", ")),
        };
        let note = match linux.note.as_str() {
            "" => String::new(),
            note => format!("; {note}"),
        };
        lines.push(format!(
            "SELinux: {mode}{}{}{note} ({}, {})",
            types("defines", &linux.defined_types),
            types("does not define", &linux.undefined_types),
            linux.confidence.as_str(),
            sources.number(&linux.source)
        ));
    }
    lines
}

fn features(os: &Profile, sources: &mut Sources) -> Block {
    let rows = os.features.iter().map(|feature| {
        vec![
            feature.kind.as_str().to_owned(),
            feature.name.clone(),
            feature.present.as_str().to_owned(),
            feature.confidence.as_str().to_owned(),
            sources.number(&feature.source),
            feature.because.clone(),
        ]
    });
    let heads = vec!["kind", "name", "there", "confidence", "source", "why"];
    Block::Table(heads, rows.collect())
}

fn life_cycle(os: &Profile, sources: &mut Sources) -> Block {
    let rows = os.life_cycle.iter().map(|milestone| {
        vec![
            milestone.date.to_string(),
            milestone.event.clone(),
            milestone.confidence.as_str().to_owned(),
            sources.number(&milestone.source),
        ]
    });
    Block::Table(
        vec!["date", "event", "confidence", "source"],
        rows.collect(),
    )
}

fn known_agents(os: &Profile, sources: &mut Sources) -> Vec<Vec<String>> {
    let known = agents::all()
        .iter()
        .flat_map(|agent| agent.knowledge.iter().map(move |known| (agent, known)));
    known
        .filter(|(_, known)| known.os.contains(&os.id))
        .map(|(agent, known)| {
            vec![
                agent.title.clone(),
                known.says.clone(),
                known.set.clone().unwrap_or_default(),
                known.confidence.as_str().to_owned(),
                sources.number(&known.source),
            ]
        })
        .collect()
}
