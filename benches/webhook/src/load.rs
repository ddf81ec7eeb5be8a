//! The load: wrk, with one review over a number of connections that are kept, for a while.

use std::process::Command;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::server::Server;

/// A review that is sent, and what Hostfit has to say to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Review {
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) allowed: bool,
    /// It costs at most this many times what it costs the server that judges nothing.
    pub(crate) most_cpu: f64,
}

/// What reading a review may cost beside the null server, which reads it too.
const READ: f64 = 1.25;
/// The same where a message, a finding and a log line are made besides, which the null server never does.
const TOLD: f64 = 2.0;

/// All of pods, which is what the null server reads. The recorded one is an update, with the whole pod before and after.
const REVIEWS: [Review; 3] = [
    Review {
        name: "allowed, 1 KB",
        file: "examples/review-allowed.json",
        allowed: true,
        most_cpu: READ,
    },
    Review {
        name: "denied, 1 KB",
        file: "examples/review-denied.json",
        allowed: false,
        most_cpu: TOLD,
    },
    Review {
        name: "recorded, 14 KB",
        file: "tests/reviews/pod-update-label.json",
        allowed: true,
        most_cpu: READ,
    },
];
/// One caller, a small cluster, and a rollout in a large one.
const CONNECTIONS: [u32; 3] = [1, 8, 64];
/// How long each server is under load in each case of a round.
const SECONDS: u32 = 1;
const SCRIPT: &str = "benches/webhook/wrk.lua";

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) review: Review,
    pub(crate) connections: u32,
}

/// Every review over every number of connections.
pub(crate) fn cases() -> Vec<Case> {
    let over = |review| {
        CONNECTIONS.map(|connections| Case {
            review,
            connections,
        })
    };
    REVIEWS.into_iter().flat_map(over).collect()
}

/// What one server did under load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// Reviews a second.
    pub(crate) rate: f64,
    /// Microseconds of CPU time for each review.
    pub(crate) cpu: f64,
    /// Latency in milliseconds: half of the reviews took no longer.
    pub(crate) p50: f64,
    /// The same for all but one in a hundred.
    pub(crate) p99: f64,
}

/// What the script says at the end.
#[derive(Deserialize)]
struct Summary {
    requests: u32,
    errors: u32,
    microseconds: f64,
    p50: f64,
    p99: f64,
}

/// Puts a server under load. Every request has to be answered: a number for anything less would mean nothing.
pub(crate) fn run(server: &Server, case: &Case) -> anyhow::Result<Run> {
    let before = server.cpu()?;
    let output = Command::new("wrk")
        .args([
            "--threads",
            "1",
            "--connections",
            &case.connections.to_string(),
        ])
        .args(["--duration", &SECONDS.to_string(), "--script", SCRIPT])
        .args([&server.url, "--", case.review.file])
        .output()
        .context("wrk does not start; make setup installs it")?;
    let cpu = server.cpu()?.saturating_sub(before);
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default();
    let summary: Summary = serde_json::from_str(last)
        .with_context(|| format!("wrk: {text}{}", String::from_utf8_lossy(&output.stderr)))?;
    ensure!(
        summary.errors == 0 && summary.requests > 0,
        "{}, {} connections: {} of {} requests failed:\n{text}",
        case.review.name,
        case.connections,
        summary.errors,
        summary.requests,
    );
    let requests = f64::from(summary.requests);
    Ok(Run {
        rate: requests * 1e6 / summary.microseconds,
        cpu: cpu.as_secs_f64() * 1e6 / requests,
        p50: summary.p50 / 1e3,
        p99: summary.p99 / 1e3,
    })
}

/// Whether a server says what it has to say: a fast wrong answer is none.
pub(crate) fn check(server: &Server, review: Review, allowed: bool) -> anyhow::Result<()> {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--insecure", &server.url])
        .args(["--data-binary", &format!("@{}", review.file)])
        .output()
        .context("curl does not start; make setup installs it")?;
    let answer: Value = serde_json::from_slice(&output.stdout).with_context(|| {
        format!(
            "{}: {}",
            review.file,
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    ensure!(
        answer["response"]["allowed"] == allowed,
        "{}: allowed should be {allowed}: {answer}",
        review.file
    );
    Ok(())
}
