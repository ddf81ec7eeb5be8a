//! The report of verdicts as a page for a change board: one file, that asks no network for anything, for a screen, a phone and paper.
//!
//! ```text
//!   Report  --  columns: the pools  --  row: each workload, how it stands there (state)  --  summary, sentence  --  page.html
//! ```
//!
//! Names come from files that anybody may have written. The template escapes whatever is put in, and a Content-Security-Policy admits this
//! style and this script and nothing else.

mod columns;
mod row;
mod sentence;
mod state;
mod summary;

use std::collections::BTreeSet;
use std::io::{self, Write};

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::tz::TimeZone;
use ring::digest::{SHA256, digest};

use self::columns::Column;
use self::row::Row;
use self::state::State;
use self::summary::{Chart, Group};
use super::Report;
use crate::message::clean_text;
use crate::report::verdict::migration::pool_in_words;
use crate::report::words;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// With more columns a cell has room for a sign only, and the word is for those who listen.
const MOST_WITH_WORDS: usize = 7;

/// More inputs than this are counted.
const MOST_NAMED: usize = 5;

/// More of what could not be read than this is only counted; the command tells all of it.
const MOST_UNREAD: usize = 20;

#[derive(Template)]
#[template(path = "verdict/html/page.html")]
struct Page<'a> {
    report: &'a Report,
    version: &'static str,
    style: &'static str,
    style_hash: String,
    script: &'static str,
    script_hash: String,
    sentence: String,
    context: Vec<String>,
    facts: Vec<(&'static str, String)>,
    all: Group,
    charts: Vec<Chart>,
    states: [State; 5],
    columns: Vec<Column<'a>>,
    is_narrow: bool,
    rows: Vec<Row>,
    namespaces: BTreeSet<String>,
    kinds: BTreeSet<String>,
    has_new: bool,
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let columns = columns::columns(report);
    let rows = report.entries.iter();
    let mut rows: Vec<Row> = rows
        .map(|entry| Row::new(entry, &columns, report))
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.state, row.is_new, row.decision)));
    let all = summary::all(&rows);
    let new = rows.iter().flat_map(|row| &row.notes);
    let new = new.filter(|note| note.is_new).count();
    let worse = rows.iter().filter(|row| row.is_worse()).count();
    let by = if report.nodes.is_some() {
        "By pool"
    } else {
        "By operating system"
    };
    let page = Page {
        report,
        version: env!("CARGO_PKG_VERSION"),
        style: STYLE,
        style_hash: hash(STYLE),
        script: SCRIPT,
        script_hash: hash(SCRIPT),
        sentence: sentence::verdict(&all, rows.len()),
        context: sentence::context(report, &all, worse, new),
        facts: facts(report, &columns),
        charts: vec![
            summary::by_pool(&columns, &rows, by),
            summary::by_namespace(&rows),
        ],
        states: State::ALL,
        is_narrow: columns.len() > MOST_WITH_WORDS,
        columns,
        namespaces: rows.iter().map(|row| row.namespace.clone()).collect(),
        kinds: rows.iter().map(|row| row.kind.clone()).collect(),
        has_new: new > 0,
        all,
        rows,
    };
    page.write_into(out)
}

/// What was judged, when, where and by what.
fn facts(report: &Report, columns: &[Column]) -> Vec<(&'static str, String)> {
    let all = &report.about.judged;
    let mut judged: Vec<String> = all
        .iter()
        .take(MOST_NAMED)
        .map(|what| clean_text(what))
        .collect();
    if all.len() > MOST_NAMED {
        judged.push(format!("and {} more", all.len() - MOST_NAMED));
    }
    let unread = report.unread().count();
    let summary = words::summary(report.entries.len(), &report.skipped, unread, &[]);
    let mut facts = vec![(
        "Judged",
        match judged.as_slice() {
            [] => summary,
            _ => format!("{} ({summary})", judged.join(", ")),
        },
    )];
    let places = columns.iter().map(|column| match report.nodes {
        None => column.title.clone(),
        Some(_) => format!("{} ({})", column.title, column.about),
    });
    let places = places.collect::<Vec<_>>().join(", ");
    facts.push(match report.nodes {
        None => (
            "Assumed",
            format!("every workload lands on {places}, whatever it selects"),
        ),
        Some(nodes) => (
            "Among",
            format!("{}: {places}", words::count(nodes, "node")),
        ),
    });
    let moves = report.assumed.iter().flat_map(|it| &it.pools);
    let moves: Vec<String> = moves
        .map(|(pool, os)| format!("{} runs {}", pool_in_words(pool), os.title))
        .collect();
    if !moves.is_empty() {
        facts.push(("As if", moves.join(", ")));
    }
    facts.extend(
        report
            .unread()
            .take(MOST_UNREAD)
            .map(|it| ("Left out", clean_text(it))),
    );
    if let Some(at) = report.about.at {
        let at = at.to_zoned(TimeZone::UTC);
        facts.push(("Made", at.strftime("%Y-%m-%d %H:%M UTC").to_string()));
    }
    facts.push((
        "By",
        format!("{}, version {}", report.command, env!("CARGO_PKG_VERSION")),
    ));
    facts
}

/// As a Content-Security-Policy names a style or a script.
fn hash(text: &str) -> String {
    format!(
        "sha256-{}",
        STANDARD.encode(digest(&SHA256, text.as_bytes()))
    )
}
