//! The ends in the life of the operating systems of which a message speaks anyway: said once, with their dates.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use crate::decision::{Effect, Judged};
use crate::os::Profile;

/// `Flatcar Container Linux: retired on AKS on 2026-06-08`; nothing where no finding counts, or nothing ends before long.
pub fn ends(findings: &[Judged], today: Date) -> Option<String> {
    let counted = findings
        .iter()
        .filter(|judged| judged.effect > Effect::Record);
    let systems: BTreeMap<&str, &Profile> = counted
        .flat_map(|judged| &judged.finding.os)
        .map(|os| (os.id.as_str(), os.as_ref()))
        .collect();
    let ends: Vec<String> = systems
        .into_values()
        .filter_map(|os| ends_of(os, today))
        .collect();
    (!ends.is_empty()).then(|| ends.join("; "))
}

fn ends_of(os: &Profile, today: Date) -> Option<String> {
    let last = today.checked_add(soon()).unwrap_or(Date::MAX);
    let events: Vec<String> = os
        .life_cycle
        .iter()
        .filter(|milestone| milestone.end && milestone.date <= last)
        .map(|milestone| format!("{} on {}", milestone.event, milestone.date))
        .collect();
    (!events.is_empty()).then(|| format!("{}: {}", os.title, events.join(", ")))
}

/// Early enough to plan a migration.
fn soon() -> Span {
    180.days()
}
