//! What only a face asks the machine: language, memory, time.

use fenggu::net::diagnostic::Lang;

/// Language of the environment.
pub fn language() -> Lang {
    let of = |name| std::env::var(name).ok().filter(|v| !v.is_empty());
    match of("LC_ALL").or_else(|| of("LC_MESSAGES")).or_else(|| of("LANG")) {
        Some(l) if l.starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}

/// Peak resident memory of this process, MB; none where the system does not tell.
pub fn peak_rss_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kb| kb / 1024.0)
}

/// Now, ISO 8601 UTC, to the second.
pub fn now_utc() -> String {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    fenggu::net::TimeAxis::from_start(seconds as i64, 1, 1.0, "UTC").start_label(0)
}

/// Processor and system, in words.
pub fn description() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|l| l.strip_prefix("model name")).map_or("", |l| l.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{model} × {cores}, {} {}", std::env::consts::OS, std::env::consts::ARCH).trim_start_matches(" × ").to_string()
}
