//! One run of a program to its end: CPU time and peak memory, from /proc.

use std::io::Read as _;
use std::process::{Command, Stdio};

use anyhow::Context as _;

/// What a run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// User and system time of all its threads, in seconds.
    pub(crate) cpu: f64,
    /// The most that was resident, in MiB.
    pub(crate) peak: f64,
}

impl Run {
    /// Runs it, and returns what it wrote to standard output besides. A dead child's memory is nobody's any more, so that is asked for while it
    /// writes.
    pub(crate) fn of(command: &mut Command) -> anyhow::Result<(Self, String)> {
        let before = of_children()?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| format!("{command:?}"))?;
        let mut out = child.stdout.take().context("its output")?;
        let status = format!("/proc/{}/status", child.id());
        let (mut said, mut peak) = (Vec::new(), 0.0_f64);
        let mut chunk = vec![0; 1 << 16];
        loop {
            let length = out.read(&mut chunk)?;
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
            peak = peak.max(kib.unwrap_or_default() / 1024.0);
            if length == 0 {
                break;
            }
            said.extend_from_slice(&chunk[..length]);
        }
        child.wait()?;
        let run = Self {
            cpu: of_children()? - before,
            peak,
        };
        Ok((run, String::from_utf8_lossy(&said).into_owned()))
    }
}

/// CPU time of all children that were waited for, in seconds. `USER_HZ` is 100 on every Linux that runs containers.
fn of_children() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = fields.split_whitespace().skip(13).take(2);
    let ticks: u32 = ticks.filter_map(|ticks| ticks.parse::<u32>().ok()).sum();
    Ok(f64::from(ticks) / 100.0)
}
