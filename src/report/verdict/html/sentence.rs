//! The verdict in a sentence or two, for people in a hurry.

use super::state::State;
use super::summary::{Group, Tally};
use crate::decision::Effect;
use crate::report::verdict::Report;
use crate::report::verdict::migration::pool_in_words;
use crate::report::words::count;

/// What it comes to.
pub(super) fn verdict(all: &Group, workloads: usize) -> String {
    let Some(after) = all.bars.last().map(|bar| &bar.tally) else {
        return "No workload was judged.".to_owned();
    };
    let would = if all.bars.len() > 1 { "would " } else { "" };
    let verb = |number: usize, one: &str, many: &str| match (would, number) {
        ("", 1) => one.to_owned(),
        ("", _) => many.to_owned(),
        _ if one == "is" => "would be".to_owned(),
        _ => format!("would {many}"),
    };
    let of = |number| match number {
        _ if workloads == 1 => "The workload".to_owned(),
        number => format!("{number} of {workloads} workloads"),
    };
    match (after.of(State::Breaks), after.of(State::AtRisk)) {
        _ if workloads == 0 => "No workload was judged.".to_owned(),
        (0, 0) => fine(after, workloads),
        (0, risky) => format!("{} {} at risk.", of(risky), verb(risky, "is", "are")),
        (broken, 0) => format!("{} {}.", of(broken), verb(broken, "breaks", "break")),
        (broken, risky) => format!(
            "{} {}, {risky} {} at risk.",
            of(broken),
            verb(broken, "breaks", "break"),
            verb(risky, "is", "are")
        ),
    }
}

fn fine(after: &Tally, workloads: usize) -> String {
    match after.of(State::Works) {
        works if works == workloads => {
            format!("Nothing speaks against {}.", count(works, "workload"))
        }
        works => format!(
            "Nothing is known to break: {works} of {} work.",
            count(workloads, "workload")
        ),
    }
}

/// What that rests on, and what it was before.
pub(super) fn context(report: &Report, all: &Group, worse: usize, new: usize) -> Vec<String> {
    let mut said = Vec::new();
    let moves = report.assumed.iter().flat_map(|it| &it.pools);
    let moves: Vec<String> = moves
        .map(|(pool, os)| format!("{} ran {}", pool_in_words(pool), os.title))
        .collect();
    if let [before, _] = all.bars.as_slice() {
        let assumed = match moves.as_slice() {
            [] => "This is what would be after the assumed change.".to_owned(),
            _ => format!("This is what would be if {}.", moves.join(" and ")),
        };
        let is = |state| before.tally.of(state);
        said.push(format!(
            "{assumed} Today {} and {} at risk.",
            match is(State::Breaks) {
                0 => "nothing breaks".to_owned(),
                1 => "1 breaks".to_owned(),
                broken => format!("{broken} break"),
            },
            match is(State::AtRisk) {
                0 => "nothing is".to_owned(),
                1 => "1 is".to_owned(),
                risky => format!("{risky} are"),
            }
        ));
    }
    if worse > 0 {
        let workloads = count(worse, "workload");
        said.push(format!(
            "{workloads} would stand worse on some pool than today."
        ));
    }
    if new > 0 {
        let is = if new == 1 { "is" } else { "are" };
        said.push(format!("{} {is} new.", count(new, "finding")));
    }
    let [deny, warn] = [Effect::Deny, Effect::Warn].map(|decision| report.count(decision));
    said.push(match (deny, warn) {
        (0, 0) => "Hostfit would let the pods of all of them in without a word.".to_owned(),
        (0, warn) => format!("Hostfit would let all of them in, with a warning for {warn}."),
        (deny, 0) => format!("Hostfit would deny the pods of {deny}."),
        (deny, warn) => {
            format!("Hostfit would deny the pods of {deny}, and warn of those of {warn}.")
        }
    });
    said
}
