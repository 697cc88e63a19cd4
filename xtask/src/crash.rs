//! `cargo xtask crash [--points N] [--kills N]`: the crash tests of the executable at a length of one's choice, with
//! their figures printed. And `strace` for the test run, which those tests need.

use std::error::Error;
use std::process::{Command, Stdio};

const USAGE: &str = "usage: cargo xtask crash [--points N] [--kills N]   (10000 of each when not said)";

/// Runs the crash tests.
pub(crate) fn run(args: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
    let asked = asked(args)?;
    if !tracer() {
        return Err("crash: without `strace` nothing can be recorded (install the package `strace`)".into());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // The features of the whole workspace, so that nothing is built twice; of the tests, only those of crashes.
    command.args(["test", "--workspace", "--test", "it", "--test", "executable", "--", "--nocapture"]);
    command.args(["--test-threads=1", "power_cut::", "kills::"]).current_dir(crate::tidy::root());
    command.env("BEFFROI_CRASH_POINTS", asked.points.to_string()).env("BEFFROI_CRASH_KILLS", asked.kills.to_string());
    if command.status()?.success() { Ok(()) } else { Err("crash: a test failed; its figures are above".into()) }
}

#[derive(Debug, PartialEq, Eq)]
struct Asked {
    points: u32,
    kills: u32,
}

fn asked(mut args: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked { points: 10_000, kills: 10_000 };
    while let Some(arg) = args.next() {
        let place = match arg.as_str() {
            "--points" => &mut asked.points,
            "--kills" => &mut asked.kills,
            _ => return Err(USAGE.to_owned()),
        };
        *place = args.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0).ok_or(USAGE)?;
    }
    Ok(asked)
}

/// Whether programs can be traced here, installing the package when we are root and it is missing. When not, one line
/// says so: the tests that need it then say that they were skipped.
pub(crate) fn tracer() -> bool {
    if traces() {
        return true;
    }
    let starts = Command::new("strace").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if starts.is_err() {
        println!("ci: installing strace for the crash tests");
        install();
    }
    let fine = traces();
    if !fine {
        println!(
            "ci: crash tests skipped: programs cannot be traced here (package `strace`, permission to use ptrace)"
        );
    }
    fine
}

fn traces() -> bool {
    let mut command = Command::new("strace");
    command.args(["-qq", "-o", "/dev/null", "-e", "trace=none", "true"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn install() {
    let quiet = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(args).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let args = ["install", "-y", "--no-install-recommends", "strace"];
    // Not root, no such tool, or no network: the caller looks whether it worked.
    if !quiet(&args) && quiet(&["update"]) {
        quiet(&args);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_anything_else_is_refused() {
        let read = |text: &str| asked(text.split_whitespace().map(str::to_owned));
        assert_eq!(read(""), Ok(Asked { points: 10_000, kills: 10_000 }));
        assert_eq!(read("--points 50 --kills 7"), Ok(Asked { points: 50, kills: 7 }));
        for wrong in ["--points", "--points x", "--points 0", "50", "--cuts 3"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
