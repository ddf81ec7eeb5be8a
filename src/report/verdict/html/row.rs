//! One workload in the page: its line of the matrix, and what was found.

use super::columns::{Cell, Column};
use super::state::{Side, State};
use crate::findings::Finding;
use crate::message::{clean, clean_text};
use crate::report::verdict::{Entry, Place, Report, Reported, words};
use crate::report::words::{count, named};

/// A workload, in the words of the page.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) kind: String,
    pub(super) namespace: String,
    pub(super) name: String,
    /// Where it stands in the files.
    pub(super) source: String,
    /// How much of it runs.
    pub(super) running: String,
    /// How it stands over all pools, and how it stood before.
    pub(super) state: State,
    pub(super) before: Option<State>,
    pub(super) decision: &'static str,
    /// What was decided before, where that is another.
    pub(super) decision_before: Option<&'static str>,
    pub(super) is_new: bool,
    pub(super) cells: Vec<Cell>,
    /// Where it can land, in words.
    pub(super) place: String,
    pub(super) notes: Vec<Note>,
    pub(super) notices: Vec<String>,
}

/// A finding, in the words of the page.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) severity: &'static str,
    pub(super) class: &'static str,
    pub(super) rule: &'static str,
    pub(super) field: String,
    pub(super) place: String,
    /// How bad it is on which OS.
    pub(super) systems: String,
    pub(super) what: String,
    pub(super) remedy: String,
    pub(super) decision: &'static str,
    pub(super) exemption: Option<String>,
    pub(super) is_new: bool,
}

impl Row {
    pub(super) fn new(entry: &Entry, columns: &[Column], report: &Report) -> Self {
        let after = Side::after(entry);
        let before = Side::before(entry);
        let identity = &entry.identity;
        let cell = |column: &Column| column.cell(&after, before.as_ref());
        let was = entry.before.as_ref().map(|before| before.decision);
        Self {
            kind: clean(&identity.kind).into_owned(),
            namespace: clean(&identity.namespace).into_owned(),
            name: named(&identity.name).into_owned(),
            source: entry.source.as_ref().map(place).unwrap_or_default(),
            running: match &entry.running {
                None => String::new(),
                Some(running) if running.pods == 0 => "nothing of it runs".to_owned(),
                Some(running) => format!("{} running", count(running.pods, "pod")),
            },
            state: after.overall(),
            before: before.as_ref().map(Side::overall),
            decision: entry.decision.as_str(),
            decision_before: was
                .filter(|was| *was != entry.decision)
                .map(crate::decision::Effect::as_str),
            is_new: entry.findings.iter().any(is_news),
            cells: columns.iter().map(cell).collect(),
            place: words::place(entry, report),
            notes: entry.findings.iter().map(Note::new).collect(),
            notices: entry
                .notices
                .iter()
                .map(|notice| clean_text(notice))
                .collect(),
        }
    }

    /// Whether it stands worse on some pool than before, where it could land then.
    pub(super) fn is_worse(&self) -> bool {
        let mut cells = self.cells.iter();
        cells.any(|cell| {
            let was = cell.before.filter(|was| *was != State::Nowhere);
            was.is_some_and(|was| cell.state > was)
        })
    }

    /// Whether there is more to say than its line says.
    pub(super) fn has_more(&self) -> bool {
        !self.notes.is_empty() || !self.notices.is_empty() || self.state != State::Works
    }
}

impl Note {
    fn new(reported: &Reported) -> Self {
        let judged = &reported.judged;
        let finding = &judged.finding;
        Self {
            severity: finding.severity.as_str(),
            class: State::of(finding.severity).class(),
            rule: finding.rule,
            field: clean_text(&finding.field),
            place: reported.place.as_ref().map(place).unwrap_or_default(),
            systems: systems(finding),
            what: words::what(reported),
            remedy: finding.remedy.to_string(),
            decision: judged.effect.as_str(),
            exemption: judged
                .exemption
                .as_deref()
                .map(|name| clean(name).into_owned()),
            is_new: is_news(reported),
        }
    }
}

/// Whether it was not there before, whichever of the two things it is compared with.
fn is_news(reported: &Reported) -> bool {
    reported.is_new == Some(true) || reported.in_baseline == Some(false)
}

fn place(place: &Place) -> String {
    format!("{}:{}", clean_text(&place.file), place.line)
}

/// `Azure Container Linux: at-risk; Flatcar Container Linux: breaks`.
fn systems(finding: &Finding) -> String {
    let on = finding.os.iter().map(|os| {
        let severity = finding.severity_on(&os.id).unwrap_or(finding.severity);
        format!("{}: {}", os.title, severity.as_str())
    });
    on.collect::<Vec<_>>().join("; ")
}
