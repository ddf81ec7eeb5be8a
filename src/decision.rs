//! What follows from the findings: fifth station of the flow, between `findings` and the response.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::findings::{Finding, Severity};
use crate::message;
use crate::placement::{Class, Placement};
use crate::policy::{Mode, OnMixed, Settings, Strictness};
use crate::workload::{Kind, Workload};

/// What one finding does; the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It is exempt, or recorded only.
    Record,
    /// It is told to whoever sent the request.
    Warn,
    /// It denies the request.
    Deny,
}

impl Effect {
    /// The decision that it makes, in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Record => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// A finding and what it does.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The finding.
    pub finding: Finding,
    /// What it does to a pod.
    pub effect: Effect,
    /// The name of the exemption that lets it through.
    pub exemption: Option<String>,
}

/// What a finding does to a pod that lands there: the decision table.
pub fn effect(finding: &Finding, class: Class, settings: &Settings) -> Effect {
    let every_use_counts = settings.strictness == Strictness::Strict && finding.is_host_use;
    let by_severity = match finding.severity {
        _ if every_use_counts => Effect::Deny,
        Severity::Breaks => Effect::Deny,
        Severity::AtRisk => Effect::Warn,
        Severity::Note => Effect::Record,
    };
    let most = match (settings.mode, class) {
        (Mode::Off, _) | (_, Class::General) => Effect::Record,
        (Mode::Audit, _) => Effect::Warn,
        (Mode::Enforce, Class::Mixed) if settings.on_mixed == OnMixed::Warn => Effect::Warn,
        // Of `Unknown` there are findings only where the pod's own selector names an immutable OS.
        (Mode::Enforce, Class::Immutable | Class::Mixed | Class::Unknown) => Effect::Deny,
    };
    by_severity.min(most)
}

/// The answer to a review.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What is answered.
    pub verdict: Verdict,
    /// Why it was not judged at all, if so.
    pub passed: Option<Passed>,
    /// The mode that held.
    pub mode: Mode,
    /// Sent to whoever sent the request.
    pub warnings: Vec<String>,
    /// Audit annotations, with short keys.
    pub audit: BTreeMap<&'static str, String>,
    /// Where it can land, if it was judged.
    pub placement: Option<Placement>,
    /// The findings that are left.
    pub findings: Vec<Judged>,
    /// What was noticed on the way and should be logged.
    pub complaints: Vec<String>,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Let through without a word.
    Allow,
    /// Let through with warnings.
    Warn,
    /// Refused.
    Deny {
        /// The whole message.
        message: String,
        /// One cause for each finding that counts.
        causes: Vec<Cause>,
    },
}

impl Verdict {
    /// Its name in reports, logs and metrics.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny { .. } => "deny",
        }
    }
}

/// One of a denial's `details.causes`, as the API has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The field.
    pub field: String,
    /// Rule and detail.
    pub message: String,
}

/// Why a request was let through without being judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Passed {
    /// Neither CREATE nor UPDATE, or of something that carries no pod.
    NotOurs,
    /// In a namespace that is excluded, or Hostfit's own.
    Excluded,
    /// A mirror pod, made by its node.
    Mirror,
    /// A workload that a controller makes: nobody reads advice on it.
    Controlled,
    /// The mode is off.
    Off,
    /// A pod is given a node that is not surely immutable, or not known.
    OtherNode,
    /// A pod is given a node, and could not be looked at.
    Unseen,
}

impl Decision {
    /// Let through without being judged.
    pub fn pass(why: Passed, mode: Mode) -> Self {
        Self {
            verdict: Verdict::Allow,
            passed: Some(why),
            mode,
            warnings: Vec::new(),
            audit: BTreeMap::new(),
            placement: None,
            findings: Vec::new(),
            complaints: Vec::new(),
        }
    }

    /// Weighs what was found. `notices` are further warnings, of exemptions that end soon; `today` is for the ends of operating systems.
    pub fn new(
        workload: &Workload,
        placement: Placement,
        findings: Vec<Judged>,
        settings: Settings,
        notices: Vec<String>,
        today: Date,
    ) -> Self {
        let ends = message::ends(&findings, today);
        let worst = findings
            .iter()
            .map(|judged| judged.effect)
            .max()
            .unwrap_or(Effect::Record);
        let (verdict, mut warnings) = match worst {
            Effect::Deny if workload.kind == Kind::Pod => {
                let counted: Vec<&Finding> = findings
                    .iter()
                    .filter(|judged| judged.effect > Effect::Record)
                    .map(|judged| &judged.finding)
                    .collect();
                let causes: Vec<Cause> = counted.iter().copied().map(cause).collect();
                let message =
                    message::denial(workload, &placement, &counted, &causes, ends.as_deref());
                (Verdict::Deny { message, causes }, Vec::new())
            }
            Effect::Record if notices.is_empty() => (Verdict::Allow, Vec::new()),
            // Workloads that make pods are advised, never denied.
            _ => (
                Verdict::Warn,
                message::warnings(workload, &placement, &findings, ends.as_deref()),
            ),
        };
        warnings.extend(notices);
        Self {
            audit: audit(&verdict, &placement, &findings),
            verdict,
            passed: None,
            mode: settings.mode,
            warnings,
            placement: Some(placement),
            findings,
            complaints: settings.complaints,
        }
    }
}

fn cause(finding: &Finding) -> Cause {
    Cause {
        field: finding.field.clone(),
        message: message::in_full(finding),
    }
}

/// Short annotations, and only where there is something to say.
fn audit(
    verdict: &Verdict,
    placement: &Placement,
    findings: &[Judged],
) -> BTreeMap<&'static str, String> {
    let mut audit = BTreeMap::new();
    if findings.is_empty() {
        return audit;
    }
    let list = |judged: &Judged| {
        let finding = &judged.finding;
        [finding.rule, finding.severity.as_str(), &finding.field].join(" ")
    };
    let mut lines: Vec<String> = findings.iter().take(MOST_IN_AUDIT).map(list).collect();
    if findings.len() > MOST_IN_AUDIT {
        lines.push(format!("and {} more", findings.len() - MOST_IN_AUDIT));
    }
    audit.insert("decision", verdict.as_str().to_owned());
    audit.insert("findings", lines.join("; "));
    audit.insert("placement", message::summary(placement));
    let mut exemptions: Vec<&str> = findings
        .iter()
        .filter_map(|judged| judged.exemption.as_deref())
        .collect();
    exemptions.dedup();
    if !exemptions.is_empty() {
        audit.insert(
            "exemption",
            message::clean(&exemptions.join(", ")).into_owned(),
        );
    }
    audit
}

const MOST_IN_AUDIT: usize = 10;
