//! What is handed out for use elsewhere: the GitHub Action, the pre-commit hook, the krew manifest and the archives it names, and the commands
//! of docs/ci.md. Each is run as it would be there.
//!
//! ```text
//!   action, job: deploy/github-action    hook: deploy/pre-commit    krew: deploy/krew, scripts/release    page: docs/ci.md
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test reads and writes files, says what it left out, and fails loudly"
)]

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

mod action;
mod hook;
mod job;
mod krew;
mod page;

/// A file of this repository.
fn ours(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A YAML file of this repository.
fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&std::fs::read_to_string(ours(path)).unwrap()).unwrap()
}

/// A folder with `k8s/agent.yaml`, which is denied, and `k8s/web.yaml`, which is not; and `bin/hostfit`.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let example = std::fs::read_to_string(ours("examples/agent.yaml")).unwrap();
    let documents: Vec<&str> = example.split("---\n").collect();
    for (path, text) in [
        ("k8s/agent.yaml", documents[0]),
        ("k8s/web.yaml", documents[1]),
    ] {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    std::fs::create_dir(folder.path().join("bin")).unwrap();
    symlink(
        env!("CARGO_BIN_EXE_hostfit"),
        folder.path().join("bin/hostfit"),
    )
    .unwrap();
    folder
}

/// PATH with the folder's `bin` in front, and with the test cluster's programs behind.
fn path_of(folder: &Path) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap();
    let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
    let built = std::fs::read_dir(home.join(".cache/hostfit/tools"));
    let built = built.into_iter().flatten().flatten();
    let all = std::iter::once(folder.join("bin"))
        .chain(std::env::split_paths(&path))
        .chain(built.map(|folder| folder.path()));
    std::env::join_paths(all).unwrap()
}
