//! Limits that the kernel keeps for every process (`setrlimit(2)`). A process may lower them without any right, and never
//! raise them again.

use beffroi_ports::Protection;
use rlimit::Resource;
use std::io;

/// Longest stack, in bytes: what Linux gives by default.
const STACK: u64 = 8 << 20;

/// The address space that this process takes now, in bytes: program, libraries, stack. A large program takes some
/// hundreds of megabytes of it before it does anything, and what a file makes it ask for comes on top.
pub(super) fn address_space() -> io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmSize:"))
        .and_then(|rest| rest.trim().strip_suffix("kB"))
        .and_then(|number| number.trim().parse::<u64>().ok())
        .ok_or_else(|| io::Error::other("/proc/self/status tells no VmSize"))?;
    Ok(kib * 1024)
}

/// Sets every limit; `taken` is [`address_space`], `memory_bytes` what may come on top.
pub(super) fn set(taken: u64, memory_bytes: u64, cpu_s: u64) -> io::Result<Protection> {
    for (resource, soft, hard) in [
        // The address space, not what is resident: it is refused when it is asked for, before any page is touched.
        (Resource::AS, taken.saturating_add(memory_bytes), taken.saturating_add(memory_bytes)),
        // At the first the process is told (SIGXCPU, which ends it), at the second it is killed.
        (Resource::CPU, cpu_s, cpu_s.saturating_add(1)),
        // No file can be written, none opened: those at hand (the three pipes) stay.
        (Resource::FSIZE, 0, 0),
        (Resource::NOFILE, 0, 0),
        // No image of a process that held a stranger's data.
        (Resource::CORE, 0, 0),
        // No process or thread more; root is not held by this one, the filter of system calls holds it.
        (Resource::NPROC, 0, 0),
        (Resource::MEMLOCK, 0, 0),
        (Resource::MSGQUEUE, 0, 0),
        (Resource::STACK, STACK, STACK),
    ] {
        let (_, ceiling) = resource.get()?;
        resource.set(soft.min(ceiling), hard.min(ceiling))?;
    }
    Ok(Protection::Full)
}
