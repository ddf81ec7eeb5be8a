//! Files that change while the process runs, followed by their content: it is all that matters, and it works on every file system, where
//! notifications miss how the kubelet exchanges a mounted folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

/// What a file held, or why it could not be read.
pub(super) type Content = Result<Vec<u8>, String>;

/// What a file holds now.
pub(super) async fn content(path: &Path) -> Content {
    tokio::fs::read(path).await.map_err(|error| {
        format!(
            "{}: {error}; it must be a file that this process can read",
            path.display()
        )
    })
}

/// Looks every second whether the files hold something else than at the last look, and tells it. `seen` is what they held at first.
pub(super) async fn follow(
    paths: &[PathBuf],
    mut seen: Vec<Content>,
    mut tell: impl FnMut(&[Content]),
) {
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let mut now = Vec::with_capacity(paths.len());
        for path in paths {
            now.push(content(path).await);
        }
        if now != seen {
            tell(&now);
            seen = now;
        }
    }
}
