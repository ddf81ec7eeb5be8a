//! The words that people read: a denial, a warning, and how what a pod's owner wrote is made harmless in them. Where a pod can land is
//! put into words by `place`.

mod life_cycle;
mod place;

use std::borrow::Cow;
use std::fmt::Write as _;

pub use self::life_cycle::ends;
pub use self::place::summary;
use self::place::{candidates_in_words, immutable_in_words};
use crate::decision::{Cause, Effect, Judged};
use crate::findings::{Finding, Severity};
use crate::placement::Placement;
use crate::workload::{Kind, Workload};

/// The longest name or path that a message carries whole.
const LONGEST_NAME: usize = 80;
/// The API server cuts warnings to this once all together are long, and so do we always.
const LONGEST_WARNING: usize = 256;
/// More warnings than this are no help to anyone.
const MOST_WARNINGS: usize = 8;
/// More findings than this make a denial unreadable.
const MOST_FINDINGS: usize = 20;

/// A room for the denial of a pod with a finding or two.
const ORDINARY: usize = 512;

/// Text from a pod's owner, fit for a message, a log line or a label: no control or direction characters, and not longer than a name needs.
pub fn clean(text: &str) -> Cow<'_, str> {
    shorten(text, LONGEST_NAME)
}

/// A longer text that may hold some of a pod's owner's words, such as a parser's error; fit for a warning.
pub fn clean_text(text: &str) -> String {
    shorten(text, LONGEST_WARNING - 1).into_owned()
}

fn shorten(text: &str, longest: usize) -> Cow<'_, str> {
    // Nearly every text is plain.
    if text.len() <= longest && text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(longest));
    for (index, c) in text.chars().enumerate() {
        if index == longest {
            out.push('…');
            break;
        }
        if c.is_control() || is_invisible(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Characters that change how the text around them is shown: directions, joiners, line and paragraph separators.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// `pod default/installer`.
pub fn subject(workload: &Workload) -> String {
    let kind = if workload.kind == Kind::Pod {
        "pod"
    } else {
        workload.kind.as_str()
    };
    let (namespace, name) = (clean(&workload.namespace), clean(&workload.name));
    [kind, " ", &namespace, "/", &name].concat()
}

/// The one message of a denial: what, where, why there, what to do, and whether the OS itself ends before long. `causes` are those of
/// `findings`, one each.
pub fn denial(
    workload: &Workload,
    placement: &Placement,
    findings: &[&Finding],
    causes: &[Cause],
    ends: Option<&str>,
) -> String {
    let worst = findings.iter().map(|finding| finding.severity).max();
    let verb = if worst == Some(Severity::Breaks) {
        "cannot run on"
    } else {
        "does not fit"
    };
    let mut text = String::with_capacity(ORDINARY);
    text.push_str(&subject(workload));
    text.push(' ');
    text.push_str(verb);
    text.push(' ');
    text.push_str(&immutable_in_words(placement));
    text.push(':');
    for cause in causes.iter().take(MOST_FINDINGS) {
        let separator = if causes.len() == 1 { " " } else { "\n- " };
        text.push_str(separator);
        text.push_str(&cause.message);
    }
    if let Some(more) = causes
        .len()
        .checked_sub(MOST_FINDINGS)
        .filter(|more| *more > 0)
    {
        let _ = write!(text, "\n- and {more} more");
    }
    let mut remedies: Vec<&str> = findings
        .iter()
        .map(|finding| finding.remedy.as_ref())
        .collect();
    remedies.dedup();
    let gap = if causes.len() == 1 { ". " } else { "\n" };
    text.push_str(gap);
    text.push_str("To fix it: ");
    text.push_str(&remedies.join("; "));
    text.push_str("; or run it on a node pool with a general purpose OS");
    if let Some(ends) = ends {
        text.push_str(". ");
        text.push_str(ends);
    }
    text
}

/// A finding with its reason. One that is known to work is only refused because the operator wants no use of the host, and says so.
pub fn in_full(finding: &Finding) -> String {
    let Finding {
        rule,
        detail,
        reason,
        ..
    } = finding;
    match finding.severity {
        Severity::Note => {
            format!("{rule}: {detail} ({reason}, but strictness: strict admits no use of the host)")
        }
        Severity::AtRisk | Severity::Breaks => [rule, ": ", detail, ", and ", reason].concat(),
    }
}

/// One warning for each finding that counts, within the API server's limits: the remedy where there is room for it. Then the
/// end of the OS, if it comes before long.
pub fn warnings(
    workload: &Workload,
    placement: &Placement,
    findings: &[Judged],
    ends: Option<&str>,
) -> Vec<String> {
    let place = candidates_in_words(workload, placement);
    let mut warnings: Vec<String> = findings
        .iter()
        .filter(|judged| judged.effect > Effect::Record)
        .map(|judged| warning(&judged.finding, &place))
        .collect();
    warnings.dedup();
    if warnings.len() > MOST_WARNINGS {
        let more = warnings.len() - MOST_WARNINGS;
        warnings.truncate(MOST_WARNINGS);
        warnings.push(format!("hostfit: and {more} more findings; {place}"));
    }
    let ends = ends.map(|ends| clean_text(&format!("hostfit: {ends}")));
    warnings.extend(ends);
    warnings
}

fn warning(finding: &Finding, place: &str) -> String {
    let Finding {
        rule,
        detail,
        reason,
        remedy,
        ..
    } = finding;
    let mut text = format!("hostfit: {rule}: {detail}; {place}");
    if finding.severity > Severity::Note {
        let _ = write!(text, ", and {reason}");
    }
    let to_fix_it = format!("; to fix it: {remedy}");
    if text.chars().count() + to_fix_it.chars().count() < LONGEST_WARNING {
        text.push_str(&to_fix_it);
    }
    clean_text(&text)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("plain-name", "plain-name")]
    #[case("two\nlines\t", "two\\nlines\\t")]
    #[case("\u{202e}gnp.exe", "\\u{202e}gnp.exe")]
    #[case("zażółć", "zażółć")]
    fn what_an_owner_wrote_is_made_harmless(#[case] text: &str, #[case] cleaned: &str) {
        assert_eq!(clean(text), cleaned);
    }

    #[test]
    fn a_long_name_is_cut_at_a_character() {
        let long = "ż".repeat(500);
        let cleaned = clean(&long);
        assert_eq!(cleaned, format!("{}…", "ż".repeat(LONGEST_NAME)));
    }
}
