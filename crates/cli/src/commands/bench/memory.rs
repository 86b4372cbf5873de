//! The memory of this process, where the system tells.

/// Kilobytes that are resident now.
pub(super) fn resident_kb() -> Option<u64> {
    field("VmRSS:")
}

/// The most kilobytes that were ever resident.
pub(super) fn peak_kb() -> Option<u64> {
    field("VmHWM:")
}

fn field(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
