//! The nodes of the proof: one for each profile and layout, a real kubelet and containerd that stand on that layout and on nothing else.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command};

/// Starts a node of this name, whose root folder and mounts are laid out; the cluster's own nodes have the indices before this one.
pub(crate) fn start(name: &str, index: usize, mounts: &str) -> Node {
    let run = std::env::var("RUN").unwrap();
    let layout = format!("{run}/{name}/mounts");
    fs::write(&layout, mounts).unwrap();
    let log = File::create(format!("{run}/log/{name}.log")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/node");
    let node = Command::new("unshare")
        .args([
            "--mount",
            "--propagation",
            "private",
            "--kill-child",
            "--fork",
        ])
        .arg(script)
        .args([name, &index.to_string()])
        .env("LAYOUT", layout)
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    Node(node)
}

/// A running node, gone when this is dropped.
pub(crate) struct Node(Child);

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
