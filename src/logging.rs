//! Log lines: one JSON object each, on standard error. Set up once by the binary.

mod json;
mod lines;

use std::sync::Arc;

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use self::json::Json;
use self::lines::Lines;
use crate::failure::Failure;

/// The log, which is written to its end when this is dropped.
#[derive(Debug)]
#[must_use = "the last lines are lost unless it is kept until the end"]
pub struct Log(Arc<Lines>);

impl Drop for Log {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Sends what is logged to standard error: ours from `level` up, of the libraries only warnings.
pub fn start(level: Level) -> Result<Log, Failure> {
    let lines = Lines::start(std::io::stderr())
        .map_err(|error| Failure::Input(format!("no threads can be started: {error}")))?;
    let filter = Targets::new()
        .with_default(level.min(Level::WARN))
        .with_target("hostfit", level)
        // Its errors come to us as well, and are reported with what they mean.
        .with_target("kube_runtime", LevelFilter::OFF)
        .with_target("kube_client", LevelFilter::OFF);
    tracing_subscriber::registry()
        .with(Json(Arc::clone(&lines)))
        .with(filter)
        .init();
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        tracing::error!(
            at,
            "a bug in Hostfit: this code should never be reached; please report it"
        );
    }));
    Ok(Log(lines))
}
