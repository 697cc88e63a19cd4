//! What a reader gone wrong can do, and what becomes of it: each guard is shown to hold, and, with that guard left off,
//! what it holds is shown to happen.
//!
//! The program is its own child, so it brings its own `main` and runs its tests one after the other.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail as tests do")]

mod misdeeds;
mod trials;

use beffroi_sandbox::{Guards, child_with};
use std::process::ExitCode;

fn main() -> ExitCode {
    let guards = guards();
    if let Some(status) = child_with(misdeeds::PARSERS, guards) {
        return status;
    }
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let mut failed = 0;
    for (name, test) in trials::ALL {
        if !asked.is_empty() && !asked.iter().any(|part| name.contains(part.as_str())) {
            continue;
        }
        let fine = std::panic::catch_unwind(test).is_ok();
        println!("test {name} ... {}", if fine { "ok" } else { "FAILED" });
        failed += u32::from(!fine);
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The end of the parser's name says which guards are left off.
fn guards() -> Guards {
    let name = std::env::args().nth(2).unwrap_or_default();
    match name.split_once("--").map(|(_, ending)| ending) {
        Some("without-limits") => Guards { limits: false, ..Guards::ALL },
        Some("landlock-only") => Guards { limits: false, files: true, calls: false },
        Some("unguarded") => Guards { limits: false, files: false, calls: false },
        _ => Guards::ALL,
    }
}
