//! How a workload stands: on one pool, and over all pools that it can land on. What the severities of its findings come to, whatever is
//! decided: an exemption or a mode lets a pod through and mends nothing.

use crate::decision::Judged;
use crate::findings::Severity;
use crate::inventory::NodeOs;
use crate::placement::{Placement, Pool};
use crate::report::verdict::Entry;

/// How a workload stands; the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Works,
    Nowhere,
    Unknown,
    AtRisk,
    Breaks,
}

impl State {
    /// As they are listed: the worst first, and what is not there last.
    pub(super) const ALL: [Self; 5] = [
        Self::Breaks,
        Self::AtRisk,
        Self::Unknown,
        Self::Works,
        Self::Nowhere,
    ];

    /// The word, which stands in every cell beside the colour.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Breaks => "breaks",
            Self::AtRisk => "at risk",
            Self::Unknown => "unknown",
            Self::Works => "works",
            Self::Nowhere => "cannot land",
        }
    }

    /// What several workloads do, or one.
    pub(super) fn plural(self, number: usize) -> &'static str {
        match (self, number) {
            (Self::Breaks, 2..) => "break",
            (Self::Works, 2..) => "work",
            _ => self.word(),
        }
    }

    /// How a workload stands with a finding of this severity.
    pub(super) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Breaks => Self::Breaks,
            Severity::AtRisk => Self::AtRisk,
            Severity::Note => Self::Works,
        }
    }

    /// Its class in the style.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Breaks => "b",
            Self::AtRisk => "r",
            Self::Unknown => "u",
            Self::Works => "w",
            Self::Nowhere => "n",
        }
    }

    /// What the word means.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::Breaks => {
                "the kubelet or the container runtime refuses the pod, whatever its containers do"
            }
            Self::AtRisk => "it starts, and what it does with the host may fail",
            Self::Unknown => {
                "the OS of the nodes is not known, or the configuration says not to judge it"
            }
            Self::Works => {
                "nothing that is known of the OS speaks against it; a strict policy may refuse its use of the host all the same"
            }
            Self::Nowhere => "its own selectors and tolerations, or the API server, keep it away",
        }
    }
}

/// One answer about a workload: as things are to be, or as they were.
#[derive(Debug, Clone)]
pub(super) struct Side<'a> {
    placement: &'a Placement,
    findings: Vec<&'a Judged>,
    is_judged: bool,
    is_refused: bool,
}

impl<'a> Side<'a> {
    /// What is said of it.
    pub(super) fn after(entry: &'a Entry) -> Self {
        Self {
            placement: &entry.placement,
            findings: entry.findings.iter().map(|found| &found.judged).collect(),
            is_judged: entry.passed.is_none(),
            is_refused: entry.refused.is_some(),
        }
    }

    /// What was true without the change that is assumed, where one is.
    pub(super) fn before(entry: &'a Entry) -> Option<Self> {
        let before = entry.before.as_ref()?;
        Some(Self {
            placement: &before.placement,
            findings: before.findings.iter().collect(),
            ..Self::after(entry)
        })
    }

    /// The pools that it can land on.
    pub(super) fn pools(&self) -> &'a [Pool] {
        &self.placement.pools
    }

    /// How it stands on a pool that it can land on.
    pub(super) fn on(&self, pool: &Pool) -> State {
        match (pool.os.immutable(), &pool.os) {
            _ if self.is_refused => State::Nowhere,
            (None, NodeOs::Unknown) => State::Unknown,
            (None, _) => State::Works,
            (Some(_), _) if !self.is_judged => State::Unknown,
            (Some(os), _) => self.worst(|found| found.finding.severity_on(&os.id)),
        }
    }

    /// How it stands over all of them. Without any, what it asks for counts.
    pub(super) fn overall(&self) -> State {
        let pools = self.pools().iter().map(|pool| self.on(pool));
        pools
            .max()
            .unwrap_or_else(|| match self.worst(|found| Some(found.finding.severity)) {
                State::Works => State::Nowhere,
                bad => bad,
            })
    }

    fn worst(&self, severity: impl Fn(&Judged) -> Option<Severity>) -> State {
        let severities = self.findings.iter().filter_map(|found| severity(found));
        severities.max().map_or(State::Works, State::of)
    }
}
