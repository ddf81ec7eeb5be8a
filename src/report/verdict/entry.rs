//! One workload of a report: which it is, where it stands or runs, and what it would get.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::decision::{Effect, Judged, Passed};
use crate::judge::ahead::Outlook;
use crate::placement::{Class, Placement};
use crate::workload::admitted::Contradiction;
use crate::workload::{Kind, Workload, templates};

/// A workload and what it would get.
#[derive(Debug)]
pub struct Entry {
    /// Which it is.
    pub identity: Identity,
    /// As what it is judged: a custom resource as what it makes.
    pub kind: Kind,
    /// Where it stands in the files; none in a cluster.
    pub source: Option<Place>,
    /// What runs of it; none in files.
    pub running: Option<Running>,
    /// Where it can land.
    pub placement: Placement,
    /// Why the API server refuses every pod of it, wherever it could land.
    pub refused: Option<Contradiction>,
    /// Why it would not be judged at all, if so.
    pub passed: Option<Passed>,
    /// What is found there, exemptions applied.
    pub findings: Vec<Reported>,
    /// What its pods would get.
    pub decision: Effect,
    /// What it would get without the change that is assumed, where one is.
    pub before: Option<Before>,
    /// What else should be told: exemptions that end soon, operating systems that do.
    pub notices: Vec<String>,
    /// Whether it is a pod of a cluster that stands for itself.
    pub alone: Option<Alone>,
}

/// Why a pod of a cluster stands for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    /// Nothing would make it anew.
    Bare,
    /// Its node makes it, from a file.
    Static,
}

impl Alone {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Static => "static",
        }
    }
}

/// Which workload it is. The kind need not be one of Kubernetes' own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[allow(missing_docs, reason = "the names are Kubernetes' own")]
pub struct Identity {
    /// Only the list of all workloads says it in JSON.
    #[serde(skip)]
    pub api_version: String,
    pub kind: String,
    pub namespace: String,
    pub name: String,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// What runs of a workload now.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Running {
    /// How many pods there are that have not ended.
    pub pods: usize,
    /// On each node, how many of them.
    pub nodes: BTreeMap<String, usize>,
}

impl Running {
    /// One more, on its node if it has one.
    pub fn add(&mut self, node: Option<String>) {
        self.pods += 1;
        if let Some(node) = node.filter(|name| !name.is_empty()) {
            *self.nodes.entry(node).or_default() += 1;
        }
    }

    /// All of others.
    pub fn extend(&mut self, others: &Self) {
        self.pods += others.pods;
        for (node, pods) in &others.nodes {
            *self.nodes.entry(node.clone()).or_default() += pods;
        }
    }
}

/// A finding and what a report knows of it besides.
#[derive(Debug)]
pub struct Reported {
    /// The finding, and what it does.
    pub judged: Judged,
    /// Where its field stands in the files, if that could be found.
    pub place: Option<Place>,
    /// Whether it was not there without the change that is assumed, where one is.
    pub is_new: Option<bool>,
    /// Whether the baseline has it, where there is one.
    pub in_baseline: Option<bool>,
}

/// What a workload would get without the change that is assumed.
#[derive(Debug)]
pub struct Before {
    /// Where it can land.
    pub placement: Placement,
    /// What is found there, exemptions applied.
    pub findings: Vec<Judged>,
    /// What its pods would get.
    pub decision: Effect,
}

impl Entry {
    /// A workload by its own name.
    pub fn new(api_version: &str, workload: &Workload, outlook: Outlook) -> Self {
        let identity = Identity {
            api_version: api_version.to_owned(),
            kind: workload.kind.as_str().to_owned(),
            namespace: workload.namespace.clone(),
            name: workload.name.clone(),
        };
        Self::of(identity, workload.kind, outlook)
    }

    /// A workload by another name than that of what it is judged as.
    pub fn of(identity: Identity, kind: Kind, outlook: Outlook) -> Self {
        let reported = |judged| Reported {
            judged,
            place: None,
            is_new: None,
            in_baseline: None,
        };
        Self {
            identity,
            kind,
            source: None,
            running: None,
            placement: outlook.placement,
            refused: outlook.refused,
            passed: outlook.passed,
            findings: outlook.findings.into_iter().map(reported).collect(),
            decision: outlook.decision,
            before: None,
            notices: outlook.notices,
            alone: None,
        }
    }

    /// The same workload after a change, beside what it was before it. What does more than before is new, too.
    #[must_use]
    pub fn since(mut self, before: &Self) -> Self {
        for found in &mut self.findings {
            let new = &found.judged;
            let mut old = before.findings.iter().map(|old| &old.judged);
            found.is_new =
                Some(!old.any(|old| new.finding.is_in(&old.finding) && new.effect <= old.effect));
        }
        self.before = Some(Before {
            placement: before.placement.clone(),
            findings: before
                .findings
                .iter()
                .map(|found| found.judged.clone())
                .collect(),
            decision: before.decision,
        });
        self
    }

    /// Where a finding stands in the files: at its field, else at the workload.
    pub(super) fn place_of<'a>(&'a self, found: &'a Reported) -> Option<&'a Place> {
        found.place.as_ref().or(self.source.as_ref())
    }

    /// Whether a change takes away the last node on which it could land.
    pub fn loses_its_place(&self) -> bool {
        let before = self.before.as_ref().map(|before| before.placement.class);
        self.placement.class == Class::Unknown && before.is_some_and(|was| was != Class::Unknown)
    }

    /// Makes it that of a template in a custom resource, at a path: it has that resource's kind, and its fields are the resource's.
    pub fn is_template_of(&mut self, kind: &str, path: &str) {
        kind.clone_into(&mut self.identity.kind);
        for reported in &mut self.findings {
            let field = &mut reported.judged.finding.field;
            *field = templates::at(path, self.kind, field);
        }
    }
}
