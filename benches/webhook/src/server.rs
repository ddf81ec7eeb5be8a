//! A server under load: a process with an address.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use serde::Deserialize;

use crate::usage::{self, Memory};

/// A running server, killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it takes reviews.
    pub(crate) url: String,
}

impl Server {
    /// Starts it and waits until its log says that it is ready, but not longer than this.
    pub(crate) fn start(command: &mut Command, longest: Duration) -> anyhow::Result<Self> {
        let program = command.get_program().display().to_string();
        let mut child = command
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{program} does not start"))?;
        let log = child.stderr.take().context("no standard error")?;
        let mut server = Self {
            child,
            url: String::new(),
        };
        let (tell, told) = channel();
        // It reads to the end, as a container runtime does: a server whose log nobody takes would stand still.
        thread::spawn(move || follow(log, &tell));
        let address = told
            .recv_timeout(longest)
            .with_context(|| format!("{program} ended, or was not ready after {longest:?}"))?;
        server.url = format!("https://{address}/validate?timeout=5s");
        Ok(server)
    }

    /// See [`usage::cpu`].
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        usage::cpu(self.child.id())
    }

    /// See [`usage::memory`].
    pub(crate) fn memory(&self) -> anyhow::Result<Memory> {
        usage::memory(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line of a server's log, in so far as it says that the server is there and where.
#[derive(Deserialize)]
struct Line {
    message: String,
    listen: Option<SocketAddr>,
}

/// Tells the address as soon as the server is ready; whatever is no log line, such as an error at the start, goes on to the terminal.
fn follow(log: impl Read, tell: &Sender<SocketAddr>) {
    let mut log = BufReader::new(log);
    let (mut address, mut ready) = (None, false);
    let mut text = String::new();
    // The two lines come from two threads, in whatever order.
    while (address.is_none() || !ready) && log.read_line(&mut text).is_ok_and(|length| length > 0) {
        match serde_json::from_str::<Line>(&text) {
            Ok(line) => {
                address = line.listen.or(address);
                ready |= line.message == READY;
            }
            Err(_) => eprint!("{text}"),
        }
        text.clear();
    }
    if let Some(address) = address.filter(|_| ready) {
        // Nobody listens any more if the start took too long.
        let _ = tell.send(address);
    }
    let _ = std::io::copy(&mut log, &mut std::io::sink());
}

/// What the log says once reviews are taken.
pub(crate) const READY: &str = "ready";
