//! The summary as a picture: of all workloads, of each pool and of each namespace how many work and how many do not; with a change that is
//! assumed, before and after.

use std::collections::BTreeMap;

use super::columns::Column;
use super::row::Row;
use super::state::State;
use crate::report::words::count;

/// More bars than this tell nobody more; the worst are shown.
const MOST: usize = 5;
/// A bar's part that is narrower has no room for its number.
const LEAST_WITH_NUMBER: f64 = 5.0;

/// How many workloads stand how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally(BTreeMap<State, usize>);

impl Tally {
    fn add(&mut self, state: Option<State>) {
        if let Some(state) = state {
            *self.0.entry(state).or_default() += 1;
        }
    }

    pub(super) fn of(&self, state: State) -> usize {
        self.0.get(&state).copied().unwrap_or_default()
    }

    fn total(&self) -> usize {
        self.0.values().sum()
    }

    /// What there is of each, the worst first.
    pub(super) fn parts(&self) -> Vec<(State, usize)> {
        let parts = State::ALL.map(|state| (state, self.of(state)));
        parts
            .into_iter()
            .filter(|(_, number)| *number > 0)
            .collect()
    }
}

/// The bars of one kind, and how many are left out.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) title: &'static str,
    pub(super) groups: Vec<Group>,
    pub(super) left_out: usize,
}

/// A pool, a namespace, or everything.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug)]
pub(super) struct Bar {
    /// `before`, `after` or `unchanged`; empty where nothing is assumed.
    pub(super) when: &'static str,
    pub(super) tally: Tally,
}

/// A part of a bar, in percent of its length.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) class: &'static str,
    pub(super) number: usize,
    pub(super) from: String,
    pub(super) width: String,
    pub(super) middle: String,
    pub(super) has_room: bool,
}

impl Bar {
    /// What of it is how long.
    #[allow(clippy::cast_precision_loss, reason = "so many workloads nobody has")]
    pub(super) fn segments(&self) -> Vec<Segment> {
        let percent = |number: usize| 100.0 * number as f64 / self.tally.total().max(1) as f64;
        let mut start = 0;
        let parts = self.tally.parts().into_iter();
        let segment = |(state, number): (State, usize)| {
            let (from, width) = (percent(start), percent(number));
            start += number;
            Segment {
                class: state.class(),
                number,
                from: format!("{from:.2}"),
                width: format!("{width:.2}"),
                middle: format!("{:.2}", from + width / 2.0),
                has_room: width >= LEAST_WITH_NUMBER,
            }
        };
        parts.map(segment).collect()
    }

    /// The same in words: `2 breaks, 1 at risk, 4 works`.
    pub(super) fn words(&self) -> String {
        let parts = self.tally.parts().into_iter();
        let words: Vec<String> = parts
            .map(|(state, number)| format!("{number} {}", state.plural(number)))
            .collect();
        if words.is_empty() {
            "no workload can land here".to_owned()
        } else {
            words.join(", ")
        }
    }
}

/// How all of them stand.
pub(super) fn all(rows: &[Row]) -> Group {
    let states = rows.iter().map(|row| (Some(row.state), row.before));
    group(count(rows.len(), "workload"), String::new(), states)
}

/// By pool: those that can land there.
pub(super) fn by_pool(columns: &[Column], rows: &[Row], title: &'static str) -> Chart {
    let has_before = rows.iter().any(|row| row.before.is_some());
    let lands = |state: &State| *state != State::Nowhere;
    let groups = columns.iter().enumerate().map(|(index, column)| {
        let cells = rows.iter().filter_map(|row| row.cells.get(index));
        let states = cells.map(|cell| {
            let before = has_before.then_some(cell.before.unwrap_or(cell.state));
            (Some(cell.state).filter(lands), before.filter(lands))
        });
        group(column.title.clone(), column.about.clone(), states)
    });
    chart(title, groups.collect())
}

/// By namespace.
pub(super) fn by_namespace(rows: &[Row]) -> Chart {
    let mut namespaces: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        namespaces.entry(&row.namespace).or_default().push(row);
    }
    let groups = namespaces.into_iter().map(|(name, rows)| {
        let states = rows.iter().map(|row| (Some(row.state), row.before));
        group(name.to_owned(), String::new(), states)
    });
    chart("By namespace", groups.collect())
}

fn group(
    name: String,
    about: String,
    states: impl Iterator<Item = (Option<State>, Option<State>)>,
) -> Group {
    let (mut after, mut before) = (Tally::default(), Tally::default());
    for (is, was) in states {
        after.add(is);
        before.add(was);
    }
    let bar = |when, tally| Bar { when, tally };
    let bars = match before.total() {
        0 => vec![bar("", after)],
        _ => vec![bar("before", before), bar("after", after)],
    };
    Group { name, about, bars }
}

fn chart(title: &'static str, mut groups: Vec<Group>) -> Chart {
    // One bar says as much as two that are the same.
    for group in &mut groups {
        if let [before, after] = group.bars.as_mut_slice()
            && before.tally == after.tally
        {
            before.when = "unchanged";
            group.bars.truncate(1);
        }
    }
    let badness = |group: &Group| {
        let tally = group.bars.last().map(|bar| bar.tally.clone());
        let tally = tally.unwrap_or_default();
        let bad = [State::Breaks, State::AtRisk, State::Unknown, State::Works];
        bad.map(|state| tally.of(state))
    };
    let left_out = groups.len().saturating_sub(MOST);
    if left_out > 0 {
        groups.sort_by_key(|group| std::cmp::Reverse(badness(group)));
        groups.truncate(MOST);
    }
    Chart {
        title,
        groups,
        left_out,
    }
}
