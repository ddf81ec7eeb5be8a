//! Workloads that many clusters run, how to recognise them, and what their projects document for an OS: a better remedy than any rule can
//! know. Asked by `rules` for what was found.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use wildmatch::WildMatch;

use crate::findings::Finding;
use crate::os::path::is_within;
use crate::os::profile::Confidence;
use crate::workload::Workload;

/// A workload of a project that others run.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// Stable id.
    pub id: String,
    /// The name that people know.
    pub title: String,
    /// Its images; one that matches is enough.
    images: Vec<Glob>,
    /// Labels of its pods; all of them have to be there, and there is at least one.
    labels: BTreeMap<String, String>,
    /// What is known of it.
    pub knowledge: Vec<Knowledge>,
}

/// What a project documents for some operating systems.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Knowledge {
    /// The ids of the operating systems.
    pub os: Vec<String>,
    /// What is known, in a sentence.
    pub says: String,
    /// A setting that avoids a finding.
    pub set: Option<String>,
    /// The rules whose findings it avoids.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Of findings on host paths, only those at or below these; every one where none is named.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Where this was read.
    pub source: String,
    /// How sure we are.
    pub confidence: Confidence,
}

/// A pattern over an image, and the longest text in it without a wildcard, which says no to nearly every image at once.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Glob {
    literal: String,
    whole: WildMatch,
}

impl From<String> for Glob {
    fn from(glob: String) -> Self {
        let parts = glob.split(['*', '?']);
        Self {
            literal: parts
                .max_by_key(|part| part.len())
                .unwrap_or_default()
                .to_owned(),
            whole: WildMatch::new(&glob),
        }
    }
}

impl Glob {
    fn matches(&self, image: &str) -> bool {
        image.contains(&self.literal) && self.whole.matches(image)
    }
}

/// Every agent that is known.
#[allow(clippy::expect_used, reason = "compiled in, and parsed by a test")]
pub fn all() -> &'static [Agent] {
    static AGENTS: LazyLock<Vec<Agent>> = LazyLock::new(|| {
        serde_saphyr::from_str(include_str!("agents.yaml")).expect("the compiled-in agents parse")
    });
    &AGENTS
}

/// Which agent a workload is: by one of its images, else by its labels.
pub fn of(workload: &Workload) -> Option<&'static Agent> {
    let by_image = |agent: &&Agent| {
        let mut containers = workload.spec.all_containers();
        containers.any(|(_, container)| {
            agent
                .images
                .iter()
                .any(|glob| glob.matches(&container.image))
        })
    };
    let by_labels = |agent: &&Agent| {
        let labels = &workload.pod_meta.labels;
        !agent.labels.is_empty()
            && agent
                .labels
                .iter()
                .all(|(key, value)| labels.get(key) == Some(value))
    };
    all()
        .iter()
        .find(by_image)
        .or_else(|| all().iter().find(by_labels))
}

/// Gives each finding the remedy that the workload's own project documents for its OS, where there is one.
pub fn advise(workload: &Workload, findings: &mut [Finding]) {
    if findings.is_empty() {
        return;
    }
    let Some(agent) = of(workload) else {
        return;
    };
    for finding in findings {
        let mut known = agent.knowledge.iter().filter(|known| known.avoids(finding));
        if let Some(set) = known.find_map(|known| known.set.as_ref()) {
            let remedy = format!("use the documented setting of {} ({set})", agent.title);
            finding.remedy = Cow::Owned(remedy);
        }
    }
}

impl Knowledge {
    fn avoids(&self, finding: &Finding) -> bool {
        let on_its_path = |used: &str| self.paths.iter().any(|path| is_within(used, path));
        self.os
            .iter()
            .any(|id| finding.os.iter().any(|os| os.id == *id))
            && self.rules.iter().any(|rule| rule == finding.rule)
            && finding
                .host_path
                .as_ref()
                .is_none_or(|used| self.paths.is_empty() || on_its_path(&used.path))
    }
}

#[cfg(test)]
mod tests;
