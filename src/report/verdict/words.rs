//! The words that the formats of verdicts share.

use super::{Alone, Entry, Identity, Report, Reported, Running};
use crate::decision::{Effect, Judged, Passed};
use crate::findings::Severity;
use crate::message::clean;
use crate::placement::Placement;
use crate::report::{placement, words};

/// `DaemonSet monitoring/agent`.
pub(super) fn subject(identity: &Identity) -> String {
    words::subject(&identity.kind, &identity.namespace, &identity.name)
}

/// How loud code scanning and CI systems are about it.
pub(super) fn level(effect: Effect) -> &'static str {
    match effect {
        Effect::Deny => "error",
        Effect::Warn => "warning",
        Effect::Record => "note",
    }
}

/// A finding where nothing stands around it.
pub(super) fn with_remedy(entry: &Entry, found: &Reported) -> String {
    let finding = &found.judged.finding;
    let (subject, what) = (subject(&entry.identity), what(found));
    format!(
        "{subject}, {}: {what}. To fix it: {}",
        finding.field, finding.remedy
    )
}

/// Where it can land, and whether it is judged there.
pub(super) fn place(entry: &Entry, report: &Report) -> String {
    let placement = &entry.placement;
    let place = match report.nodes {
        Some(nodes) => placement::words::place(entry.kind, placement, nodes),
        None => assumed(placement),
    };
    let passed = match entry.passed {
        Some(Passed::Excluded) => "; not judged: the configuration excludes its namespace",
        Some(Passed::Off) => "; not judged: the mode of its namespace is off",
        Some(Passed::Mirror) => "; not judged: a static pod, which its node makes",
        _ => "",
    };
    let refused = match &entry.refused {
        Some(contradiction) => format!("; {contradiction}"),
        None => String::new(),
    };
    let bare = match entry.alone {
        Some(Alone::Bare) => "; a bare pod: nothing makes it anew",
        _ => "",
    };
    let running = match (&entry.running, entry.alone) {
        (Some(running), None) => running_in_words(running),
        _ => String::new(),
    };
    format!(
        "{}: {place}{running}{bare}{passed}{refused}",
        placement.class.as_str()
    )
}

/// What runs of it: `; 12 pods on 5 nodes`.
fn running_in_words(running: &Running) -> String {
    let pods = words::count(running.pods, "pod");
    match (running.pods, running.nodes.len()) {
        (0, _) => "; no pod runs".to_owned(),
        (_, 0) => format!("; {pods} on no node yet"),
        (_, nodes) => format!("; {pods} on {}", words::count(nodes, "node")),
    }
}

fn assumed(placement: &Placement) -> String {
    let systems = placement.pools.iter().filter_map(|pool| pool.os.now());
    let titles: Vec<&str> = systems.map(|os| os.title.as_str()).collect();
    if titles.is_empty() {
        "it is bound to another kind of operating system than is assumed".to_owned()
    } else {
        format!("{} is assumed", titles.join(" or "))
    }
}

/// `  FILE:LINE` of a finding, where it is not the line of its workload.
pub(super) fn elsewhere(entry: &Entry, reported: &Reported) -> String {
    let of_entry = entry.source.as_ref().map(|place| (&place.file, place.line));
    match &reported.place {
        Some(place) if Some((&place.file, place.line)) != of_entry => {
            format!("  {}:{}", place.file, place.line)
        }
        _ => String::new(),
    }
}

/// What it does, why that is wrong there, and why it does not count, if so.
pub(super) fn what(reported: &Reported) -> String {
    let Judged {
        finding,
        effect,
        exemption,
    } = &reported.judged;
    let (detail, reason) = (&finding.detail, &finding.reason);
    let what = match finding.severity {
        Severity::Note if *effect > Effect::Record => {
            format!("{detail} ({reason}, but strictness: strict admits no use of the host)")
        }
        Severity::Note => format!("{detail} ({reason})"),
        Severity::AtRisk | Severity::Breaks => format!("{detail}, and {reason}"),
    };
    let exempt = exemption.as_ref();
    let exempt = exempt.map_or(String::new(), |name| format!("; exempt: {}", clean(name)));
    let known = if reported.in_baseline == Some(true) {
        "; in the baseline"
    } else {
        ""
    };
    format!("{what}{exempt}{known}")
}

/// `3 workloads: 1 deny, 2 allow; other kinds skipped: 1 Service`.
pub(super) fn summary(report: &Report) -> String {
    let counts = [Effect::Deny, Effect::Warn, Effect::Record]
        .map(|decision| (decision.as_str(), report.count(decision)));
    let summary = words::summary(
        report.entries.len(),
        &report.skipped,
        report.unread().count(),
        &counts,
    );
    let findings = report.findings();
    let compared: Vec<bool> = findings.filter_map(|(_, it)| it.in_baseline).collect();
    if compared.is_empty() {
        return summary;
    }
    let known = compared.iter().filter(|known| **known).count();
    let new = words::count(compared.len() - known, "finding");
    format!("{summary}; {new} not in the baseline, {known} in it")
}
