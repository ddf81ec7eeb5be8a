//! What enforcing would refuse of what runs in a cluster: a verdict for each namespace, and the exemptions that would let all of it through.

use std::io::{self, Write};

use jiff::civil::Date;
use serde::Serialize;

use super::{Report, Style};
use crate::message::clean;
use crate::report::words::count;

/// What enforcing would do.
#[derive(Debug, Serialize)]
pub struct Admission {
    /// Each namespace that has workloads, in order.
    pub namespaces: Vec<Ready>,
    /// Entries for `exemptions` of the configuration.
    pub exemptions: Vec<Needed>,
}

/// How a namespace would fare.
#[derive(Debug, Default, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Ready {
    pub namespace: String,
    /// Nothing that runs there would be refused.
    pub ready: bool,
    pub deny: usize,
    pub warn: usize,
    pub allow: usize,
}

/// An exemption as it is written in the configuration.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the names are the configuration's")]
pub struct Needed {
    pub name: String,
    pub reason: String,
    pub expires: Date,
    pub r#match: Match,
    pub rules: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<Prefix>,
}

/// Whom it is for.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the names are the configuration's")]
pub struct Match {
    pub namespaces: Vec<String>,
    pub kinds: Vec<String>,
    pub names: Vec<String>,
}

/// A host path that may be used.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names are the configuration's")]
pub struct Prefix {
    pub prefix: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
}

/// The verdicts and the exemptions for people, who copy them.
pub(super) fn write(report: &Report, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let Some(admission) = &report.admission else {
        return Ok(());
    };
    let heading = "With mode: enforce, at the next start of each pod:";
    writeln!(out, "\n{}", style.paint(Style::BOLD, heading))?;
    for namespace in &admission.namespaces {
        let (color, verdict) = if namespace.ready {
            (Style::GREEN, "ready    ")
        } else {
            (Style::RED, "not ready")
        };
        writeln!(
            out,
            "  {}  {}  {} deny, {} warn, {} allow",
            style.paint(color, verdict),
            clean(&namespace.namespace),
            namespace.deny,
            namespace.warn,
            namespace.allow
        )?;
    }
    if admission.exemptions.is_empty() {
        return Ok(());
    }
    let needed = count(admission.exemptions.len(), "exemption");
    writeln!(
        out,
        "\n{}",
        style.paint(
            Style::BOLD,
            &format!("{needed} would keep all of this running; for the configuration, once each has its reason:")
        )
    )?;
    writeln!(out, "exemptions:")?;
    for exemption in &admission.exemptions {
        exemption.write(out)?;
    }
    Ok(())
}

impl Needed {
    /// JSON is YAML, and quotes whatever could be anything else than text.
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "  - name: {}", json(&self.name)?)?;
        writeln!(out, "    reason: {}", json(&self.reason)?)?;
        writeln!(out, "    expires: {}", self.expires)?;
        writeln!(out, "    match: {}", json(&self.r#match)?)?;
        writeln!(out, "    rules: {}", json(&self.rules)?)?;
        if !self.paths.is_empty() {
            writeln!(out, "    paths: {}", json(&self.paths)?)?;
        }
        Ok(())
    }
}

fn json(value: &impl Serialize) -> io::Result<String> {
    Ok(serde_json::to_string(value)?)
}
