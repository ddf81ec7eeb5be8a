//! An event as a line of JSON: time, level, message, fields, and the module that it comes from.
//!
//! The formatter of `tracing-subscriber` writes the same line for four times the CPU time, which was a fifth of that of a denied review.
#![allow(
    clippy::disallowed_methods,
    reason = "a log line says when it was written"
)]

use std::fmt::{Debug, Display, Write as _};
use std::sync::Arc;

use jiff::Timestamp;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::lines::Lines;

/// Formats events and hands them on to be written.
#[derive(Debug)]
pub(super) struct Json(pub(super) Arc<Lines>);

impl<S: Subscriber> Layer<S> for Json {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.0.add(&format(event));
    }
}

fn format(event: &Event<'_>) -> String {
    let metadata = event.metadata();
    let mut line = Line(String::with_capacity(ORDINARY));
    // Writing to a String does not fail.
    let _ = write!(line.0, "{{\"timestamp\":\"{:.6}\"", Timestamp::now());
    line.string("level", metadata.level().as_str());
    event.record(&mut line);
    line.string("target", metadata.target());
    line.0.push_str("}\n");
    line.0
}

/// A room for the line of a review with a finding or two.
const ORDINARY: usize = 768;

/// A line as it grows. Names of fields are words of this program, which JSON takes as they are.
struct Line(String);

impl Line {
    fn name(&mut self, name: &str) {
        self.0.push_str(",\"");
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    fn string(&mut self, name: &str, value: &str) {
        self.name(name);
        if value.bytes().all(|b| b >= b' ' && b != b'"' && b != b'\\') {
            self.0.push('"');
            self.0.push_str(value);
            self.0.push('"');
        } else {
            // A string can always be written as JSON.
            self.0
                .push_str(&serde_json::to_string(value).unwrap_or_default());
        }
    }

    fn bare(&mut self, name: &str, value: impl Display) {
        self.name(name);
        let _ = write!(self.0, "{value}");
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.string(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.bare(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.bare(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.bare(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.string(field.name(), &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// The lines that are written while something runs.
    fn logged(run: impl FnOnce()) -> Vec<Value> {
        let (reader, writer) = std::io::pipe().unwrap();
        let lines = Lines::start(writer).unwrap();
        let subscriber = tracing_subscriber::registry().with(Json(Arc::clone(&lines)));
        tracing::subscriber::with_default(subscriber, run);
        lines.end();
        let lines = std::io::read_to_string(reader).unwrap();
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn fields_keep_their_types_and_what_is_none_is_left_out() {
        let lines = logged(|| {
            tracing::warn!(
                count = 3,
                below = -1,
                dry_run = true,
                name = %"shown",
                list = ?["a"],
                some = Some("there"),
                none = None::<&str>,
                "told {}",
                "whole"
            );
        });
        let [line] = &lines[..] else {
            panic!("one line: {lines:?}")
        };
        let mut line = line.clone();
        let time = line["timestamp"].take();
        assert!(time.as_str().unwrap().parse::<Timestamp>().is_ok());
        assert_eq!(
            time.as_str().unwrap().len(),
            "2026-11-24T17:58:01.953275Z".len()
        );
        let expected = json!({
            "timestamp": null, "level": "WARN", "message": "told whole", "count": 3, "below": -1, "dry_run": true,
            "name": "shown", "list": "[\"a\"]", "some": "there", "target": module_path!(),
        });
        assert_eq!(line, expected);
    }

    #[test]
    fn whatever_a_value_holds_it_stays_one_line_of_json() {
        let hostile = [
            "\"quoted\"",
            "back\\slash",
            "new\nline",
            "\0 and \u{1b}[31m",
            "ünïcödé \u{2028} \u{7f}",
        ];
        for hostile in hostile {
            let lines = logged(|| tracing::info!(hostile, shown = %hostile, "{hostile}"));
            assert_eq!(lines.len(), 1, "{hostile:?}");
            for name in ["hostile", "shown", "message"] {
                assert_eq!(lines[0][name], hostile);
            }
        }
    }
}
