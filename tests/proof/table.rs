//! docs/proof.md: what was run and what became of it, in counts. Last step of the proof.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hostfit::findings::Severity;
use hostfit::os::{Access, Profile};

use super::Proof;
use super::case::{Ask, Case};
use super::compare::{Agreement, compare, verdict};
use super::falsify::Falsehood;
use super::run::Outcome;

/// The page.
pub(crate) fn page(proofs: &[Proof], falsehoods: &[Vec<Falsehood>]) -> String {
    let mut page = include_str!("page.md").to_owned();
    let mut results = String::new();
    for proof in proofs {
        results.push_str(&of_profile(proof));
    }
    page = page.replace("RESULTS\n", &results);
    page.replace("FALSEHOODS\n", &of_falsehoods(proofs, falsehoods))
}

/// A row: what pods ask for, and how it went.
#[derive(Default)]
struct Row {
    breaks: u32,
    at_risk: u32,
    note: u32,
    started: u32,
    refused: u32,
    written: u32,
    unwritten: u32,
    not_of_the_os: u32,
    disagreements: u32,
}

impl Row {
    fn add(&mut self, other: &Self) {
        self.breaks += other.breaks;
        self.at_risk += other.at_risk;
        self.note += other.note;
        self.started += other.started;
        self.refused += other.refused;
        self.written += other.written;
        self.unwritten += other.unwritten;
        self.not_of_the_os += other.not_of_the_os;
        self.disagreements += other.disagreements;
    }

    fn cells(&self, name: &str) -> String {
        let Self {
            breaks,
            at_risk,
            note,
            started,
            refused,
            written,
            unwritten,
            not_of_the_os,
            disagreements,
        } = self;
        let pods = started + refused;
        format!(
            "| {name} | {breaks} / {at_risk} / {note} | {pods} | {started} | {refused} | {written} | {unwritten} | {not_of_the_os} | {disagreements} |\n"
        )
    }
}

fn of_profile(proof: &Proof) -> String {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for (case, outcomes) in &proof.cases {
        let row = row(case, proof, outcomes);
        rows.entry(kind(case, &proof.os)).or_default().add(&row);
    }
    let mut all = Row::default();
    let mut text = format!(
        "### {}\n\n| what the pod asks for | verdicts: breaks / at-risk / note | pods | started | refused | writes that worked | writes that failed | nothing known | disagreements |\n|---|---|---|---|---|---|---|---|---|\n",
        proof.os.title
    );
    for (name, row) in &rows {
        all.add(row);
        text.push_str(&row.cells(name));
    }
    text.push_str(&all.cells("**all**"));
    text.push('\n');
    text
}

fn row(case: &Case, proof: &Proof, outcomes: &[Outcome]) -> Row {
    let mut row = Row::default();
    match verdict(case, &proof.os) {
        Some((Severity::Breaks, _)) => row.breaks = 1,
        Some((Severity::AtRisk, _)) => row.at_risk = 1,
        Some((Severity::Note, _)) | None => row.note = 1,
    }
    for outcome in outcomes {
        match outcome {
            Outcome::Refused(_) => row.refused += 1,
            Outcome::Started(said) => {
                row.started += 1;
                let writes = said.lines().filter_map(|line| line.strip_prefix("write="));
                for write in writes {
                    *(if write == "ok" {
                        &mut row.written
                    } else {
                        &mut row.unwritten
                    }) += 1;
                }
            }
        }
    }
    match compare(case, &proof.os, outcomes) {
        Ok(Agreement::AsSaid) => {}
        Ok(Agreement::NotOfTheOs) => row.not_of_the_os = 1,
        Err(_) => row.disagreements = 1,
    }
    row
}

/// What a case asks for, in the words of the table.
fn kind(case: &Case, os: &Profile) -> &'static str {
    let mount = match &case.ask {
        Ask::AppArmor(..) => return "AppArmor profile",
        Ask::Field(_) => return "host namespace",
        Ask::Path(None) => return "host path that no container mounts",
        Ask::Path(Some(mount)) => mount,
    };
    let spot = os.look_up(&case.path);
    if !mount.sub_path.is_empty() {
        return "part of a host path (`subPath`)";
    }
    if os
        .read_only_below(&spot.path)
        .any(|fact| fact.path != spot.path)
        && spot.access() != Access::ReadOnly
    {
        return "broad host path, read-only in parts";
    }
    match (spot.access(), spot.exists) {
        (Access::Kernel, _) => "the kernel's file systems",
        (Access::Unsure | Access::Link, _) => "path not known to be writable, and below",
        (Access::ReadOnly, Some(true)) => "read-only path that is there",
        (Access::ReadOnly, Some(false)) => "read-only path that is missing",
        (Access::ReadOnly, None) => "below a read-only path",
        (_, Some(true)) => "writable path that is there",
        (_, Some(false)) => "writable path that is missing",
        (_, None) => "below a writable path",
    }
}

fn of_falsehoods(proofs: &[Proof], falsehoods: &[Vec<Falsehood>]) -> String {
    let mut counts: BTreeMap<&str, Vec<(u32, u32)>> = BTreeMap::new();
    let mut unnoticed = String::new();
    for (index, (proof, falsehoods)) in proofs.iter().zip(falsehoods).enumerate() {
        for falsehood in falsehoods {
            let count = &mut counts
                .entry(falsehood.kind)
                .or_insert_with(|| vec![(0, 0); proofs.len()])[index];
            count.1 += 1;
            if falsehood.noticed.is_some() {
                count.0 += 1;
            } else {
                let _ = writeln!(
                    unnoticed,
                    "- {}: {} ({})",
                    proof.os.title, falsehood.says, falsehood.kind
                );
            }
        }
    }
    let titles: Vec<&str> = proofs.iter().map(|proof| proof.os.title.as_str()).collect();
    let mut text = format!(
        "| the wrong fact | {} |\n|---|{}\n",
        titles.join(" | "),
        "---|".repeat(titles.len())
    );
    for (kind, of) in &counts {
        let cells: Vec<String> = of
            .iter()
            .map(|(noticed, made)| format!("{noticed} of {made}"))
            .collect();
        let _ = writeln!(text, "| {kind} | {} |", cells.join(" | "));
    }
    if !unnoticed.is_empty() {
        let _ = write!(text, "\nNot noticed:\n\n{unnoticed}");
    }
    text
}
