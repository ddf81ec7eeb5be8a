//! Log lines: one JSON object each, on standard error. Set up once by the binary.

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Sends what is logged to standard error: ours from `level` up, of the libraries only warnings.
pub fn start(level: Level) {
    let filter = Targets::new()
        .with_default(level.min(Level::WARN))
        .with_target("hostfit", level)
        // Its errors come to us as well, and are reported with what they mean.
        .with_target("kube_runtime", LevelFilter::OFF)
        .with_target("kube_client", LevelFilter::OFF);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(lines)
        .with(filter)
        .init();
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        tracing::error!(
            at,
            "a bug in Hostfit: this code should never be reached; please report it"
        );
    }));
}
