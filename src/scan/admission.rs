//! What enforcing would refuse of what runs, and the narrow exemptions that would let it through. Part of [`crate::scan`].

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::Subject;
use crate::decision::{Effect, Judged};
use crate::report::verdict::{Admission, Entry, Match, Needed, Prefix, Ready};
use crate::workload::{Kind, Workload};

/// What these would get, by namespace.
pub fn admission(judged: &[(&Subject, Entry)], today: Date) -> Admission {
    let mut namespaces: BTreeMap<&str, Ready> = BTreeMap::new();
    for (_, entry) in judged {
        let ready = namespaces.entry(&entry.identity.namespace).or_default();
        *match entry.decision {
            Effect::Deny => &mut ready.deny,
            Effect::Warn => &mut ready.warn,
            Effect::Record => &mut ready.allow,
        } += 1;
    }
    let verdict = |(namespace, counts): (&str, Ready)| Ready {
        namespace: namespace.to_owned(),
        ready: counts.deny == 0,
        ..counts
    };
    let needed = |(subject, entry): &(&Subject, Entry)| needed(subject, entry, today);
    Admission {
        namespaces: namespaces.into_iter().map(verdict).collect(),
        exemptions: judged.iter().filter_map(needed).collect(),
    }
}

/// The exemption that a workload needs, if it would be refused.
fn needed(subject: &Subject, entry: &Entry, today: Date) -> Option<Needed> {
    let denied = || {
        let all = entry.findings.iter().map(|found| &found.judged);
        all.filter(|judged| judged.effect == Effect::Deny)
    };
    let mut rules: Vec<&'static str> = denied().map(|judged| judged.finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    if rules.is_empty() {
        return None;
    }
    let mut paths: Vec<Prefix> = denied().filter_map(prefix).collect();
    paths.sort();
    paths.dedup();
    let identity = &entry.identity;
    let name = format!(
        "{}-{}-{}",
        identity.namespace,
        identity.kind.to_lowercase(),
        identity.name
    );
    let (kinds, names) = matched(subject);
    Some(Needed {
        name,
        reason: "TODO: why it has to run, and who looks after it".to_owned(),
        expires: today.saturating_add(HOLDS_FOR.days()),
        r#match: Match {
            namespaces: vec![identity.namespace.clone()],
            kinds,
            names,
        },
        rules,
        paths,
    })
}

/// Days: long enough to mend it, short enough not to be forgotten.
const HOLDS_FOR: i64 = 90;

fn prefix(judged: &Judged) -> Option<Prefix> {
    let used = judged.finding.host_path.as_ref()?;
    Some(Prefix {
        prefix: used.path.clone(),
        read_only: used.is_read_only(),
    })
}

/// The kinds and names by which the webhook knows its pods: those of what makes them, or their own.
fn matched(subject: &Subject) -> (Vec<String>, Vec<String>) {
    let identity = &subject.identity;
    if Kind::named(&identity.kind).is_some() {
        return (vec![identity.kind.clone()], vec![identity.name.clone()]);
    }
    let by = subject.made_by();
    let mut kinds: Vec<String> = by.iter().map(|it| it.kind.as_str().to_owned()).collect();
    let mut names: Vec<String> = by.iter().map(|it| pattern(it, &identity.name)).collect();
    for list in [&mut kinds, &mut names] {
        list.sort();
        list.dedup();
    }
    (kinds, names)
}

/// What is made anew gets another name, which begins like that of its owner; what stays keeps its own.
fn pattern(workload: &Workload, owner: &str) -> String {
    let is_made_anew = matches!(workload.kind, Kind::Pod | Kind::ReplicaSet | Kind::Job);
    let prefix = format!("{owner}-");
    if is_made_anew && workload.name.starts_with(&prefix) {
        format!("{prefix}*")
    } else {
        workload.name.clone()
    }
}
