//! What a dead child died of.

use crate::child::OUT_OF_MEMORY;
use crate::running::Bounds;
use beffroi_ports::SandboxError;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// How much of a child's last words an error repeats, in characters.
const SHOWN: usize = 80;

/// The cause of death, from the status and the first words on stderr.
pub(crate) fn cause(status: ExitStatus, said: &[u8], limits: Bounds) -> SandboxError {
    let said = String::from_utf8_lossy(said);
    if said.contains("memory allocation of") || status.code() == Some(OUT_OF_MEMORY.into()) {
        return SandboxError::Memory { limit_bytes: limits.memory_bytes };
    }
    let signal = status.signal();
    match signal {
        Some(libc::SIGXCPU) => SandboxError::ProcessorTime { limit_s: limits.cpu_s },
        Some(libc::SIGSYS) => SandboxError::Forbidden,
        Some(signal) => SandboxError::BrokeDown { how: format!("signal {signal}{}", words(&said)) },
        None => {
            let code = status.code().unwrap_or_default();
            SandboxError::BrokeDown { how: format!("exit status {code}{}", words(&said)) }
        }
    }
}

/// Where a panic was, and never its message, which may repeat what the file holds.
fn words(said: &str) -> String {
    let first = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let place = first.split_once(" panicked at ").map_or("", |(_, place)| place.trim_end_matches(':'));
    let place: String = place.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    if place.is_empty() { String::new() } else { format!(", panic at {place}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Bounds =
        Bounds { memory_bytes: 1 << 20, cpu_s: 7, time_s: 24, max_frame_bytes: 64, max_total_bytes: 64 };

    #[test]
    fn each_death_has_its_name() {
        let of = |raw, said: &str| cause(ExitStatus::from_raw(raw), said.as_bytes(), LIMITS);
        let memory = SandboxError::Memory { limit_bytes: 1 << 20 };
        assert_eq!(of(libc::SIGABRT, "memory allocation of 99999 bytes failed\n"), memory);
        assert_eq!(of(i32::from(OUT_OF_MEMORY) << 8, ""), SandboxError::Memory { limit_bytes: 1 << 20 });
        assert_eq!(of(libc::SIGXCPU, ""), SandboxError::ProcessorTime { limit_s: 7 });
        assert_eq!(of(libc::SIGSYS, ""), SandboxError::Forbidden);
        assert_eq!(of(libc::SIGSEGV, ""), SandboxError::BrokeDown { how: "signal 11".to_owned() });
    }

    #[test]
    fn a_panic_says_where_and_repeats_nothing_of_the_file() {
        let said = "\nthread 'main' (7) panicked at src/read.rs:10:5:\nno char boundary in `Jeanne Martin`\n";
        let cause = cause(ExitStatus::from_raw(101 << 8), said.as_bytes(), LIMITS);
        assert_eq!(cause, SandboxError::BrokeDown { how: "exit status 101, panic at src/read.rs:10:5".to_owned() });
    }
}
