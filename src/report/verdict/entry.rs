//! One workload of a report: which it is, where it stands or runs, and what it would get.

use std::collections::BTreeMap;

use crate::decision::{Effect, Judged, Passed};
use crate::judge::ahead::Outlook;
use crate::placement::Placement;
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
}

/// Which workload it is. The kind need not be one of Kubernetes' own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are Kubernetes' own")]
pub struct Identity {
    pub api_version: String,
    pub kind: String,
    pub namespace: String,
    pub name: String,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// What runs of a workload now.
#[derive(Debug, Clone, Default)]
pub struct Running {
    /// How many pods there are that have not ended.
    pub pods: usize,
    /// On each node, how many of them.
    pub nodes: BTreeMap<String, usize>,
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
        let reported = |judged| Reported {
            judged,
            place: None,
            is_new: None,
            in_baseline: None,
        };
        Self {
            identity,
            kind: workload.kind,
            source: None,
            running: None,
            placement: outlook.placement,
            refused: outlook.refused,
            passed: outlook.passed,
            findings: outlook.findings.into_iter().map(reported).collect(),
            decision: outlook.decision,
            before: None,
            notices: outlook.notices,
        }
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
