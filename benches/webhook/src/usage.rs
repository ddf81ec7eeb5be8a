//! What a running process takes: CPU time and memory, from /proc. Of all benchmarks that start one.

use std::time::Duration;

use anyhow::Context as _;

/// Memory of a process in KiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// What it holds now.
    pub(crate) resident: u64,
    /// The most it held.
    pub(crate) peak: u64,
}

/// The time that all its threads have spent on a CPU, in the program and in the kernel.
pub(crate) fn cpu(process: u32) -> anyhow::Result<Duration> {
    let stat = read(process, "stat")?;
    // The name, in parentheses, may hold spaces; behind it, user and system time are the 12th and 13th field.
    let (_, fields) = stat.rsplit_once(')').context("/proc shows no CPU time")?;
    let times = fields.split_whitespace().skip(11).take(2);
    let ticks: u32 = times.map(str::parse::<u32>).sum::<Result<_, _>>()?;
    Ok(TICK * ticks)
}

/// What /proc counts in: `USER_HZ` is 100 on every Linux that runs containers.
const TICK: Duration = Duration::from_millis(10);

/// Its memory.
pub(crate) fn memory(process: u32) -> anyhow::Result<Memory> {
    let status = read(process, "status")?;
    let value = |name| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    value("VmRSS")
        .zip(value("VmHWM"))
        .map(|(resident, peak)| Memory { resident, peak })
        .context("/proc shows no memory")
}

fn read(process: u32, file: &str) -> anyhow::Result<String> {
    let path = format!("/proc/{process}/{file}");
    std::fs::read_to_string(&path).with_context(|| format!("{path}: has the process ended?"))
}
