//! What the figures were measured on, and how busy it was.

use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Below this one-minute load per core the machine counts as quiet.
const QUIET_LOAD: f64 = 0.25;
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits, for a bounded time, until little else runs; returns the load it found last.
pub(crate) fn wait_quiet() -> f64 {
    let end = Instant::now() + PATIENCE;
    while load() > QUIET_LOAD * cores() && Instant::now() < end {
        sleep(Duration::from_secs(2));
    }
    load()
}

pub(crate) fn cores() -> f64 {
    std::thread::available_parallelism().map_or(1.0, |cores| f64::from(u32::try_from(cores.get()).unwrap_or(1)))
}

fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or(0.0)
}

/// One line for each thing that the figures depend on.
pub(crate) fn description(engine: &str) -> String {
    let cpu = first_line(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default(), "model name");
    let memory = first_line(&fs::read_to_string("/proc/meminfo").unwrap_or_default(), "MemTotal");
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "{} cores, {cpu}; {memory}; Linux {}; Docker Engine {engine}; {}; {}",
        cores(),
        kernel.trim(),
        printed("rustc", &["--version"]),
        printed("git", &["--version"]),
    )
}

fn first_line(text: &str, key: &str) -> String {
    let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    line.split_once(':').map_or("", |(_, value)| value).trim().to_owned()
}

fn printed(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}

/// CPU seconds that all processes together used since the machine started.
pub(crate) fn busy_secs() -> f64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let ticks: Vec<f64> =
        text.lines().next().unwrap_or_default().split_whitespace().skip(1).filter_map(|n| n.parse().ok()).collect();
    let idle: f64 = ticks.iter().skip(3).take(2).sum();
    (ticks.iter().take(8).sum::<f64>() - idle) / TICKS_PER_SEC
}

/// Linux counts processor time in these on every architecture we build for.
const TICKS_PER_SEC: f64 = 100.0;

/// CPU seconds of a process and of its children that ended.
pub(crate) fn cpu_secs(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<f64> = after_name.split_whitespace().skip(11).take(4).filter_map(|n| n.parse().ok()).collect();
    fields.iter().sum::<f64>() / TICKS_PER_SEC
}

/// Resident memory of a process in MiB.
pub(crate) fn resident_mib(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kib = first_line(&text, "VmRSS");
    kib.split(' ').next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}

/// The share of a core that a process takes, over a while.
pub(crate) async fn cpu_share(pid: u32, span: Duration) -> f64 {
    let before = cpu_secs(pid);
    tokio::time::sleep(span).await;
    (cpu_secs(pid) - before) / span.as_secs_f64()
}
