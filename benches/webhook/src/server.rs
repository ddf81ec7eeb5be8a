//! A server under load: a process with an address, CPU time and memory.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use serde::Deserialize;

/// A running server, killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it takes reviews.
    pub(crate) url: String,
}

/// Memory of a process in KiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// What it holds now.
    pub(crate) resident: u64,
    /// The most it held.
    pub(crate) peak: u64,
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

    /// The time that all its threads have spent on a CPU, in the program and in the kernel.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        let stat = self.read("stat")?;
        // The name, in parentheses, may hold spaces; behind it, user and system time are the 12th and 13th field.
        let (_, fields) = stat.rsplit_once(')').context("/proc shows no CPU time")?;
        let times = fields.split_whitespace().skip(11).take(2);
        let ticks: u32 = times.map(str::parse::<u32>).sum::<Result<_, _>>()?;
        Ok(TICK * ticks)
    }

    /// Its memory.
    pub(crate) fn memory(&self) -> anyhow::Result<Memory> {
        let status = self.read("status")?;
        let value = |name| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().nth(1)?.parse().ok()
        };
        value("VmRSS")
            .zip(value("VmHWM"))
            .map(|(resident, peak)| Memory { resident, peak })
            .context("/proc shows no memory")
    }

    fn read(&self, file: &str) -> anyhow::Result<String> {
        let path = format!("/proc/{}/{file}", self.child.id());
        std::fs::read_to_string(&path).with_context(|| format!("{path}: has the server ended?"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What /proc counts in: `USER_HZ` is 100 on every Linux that runs containers.
const TICK: Duration = Duration::from_millis(10);

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
