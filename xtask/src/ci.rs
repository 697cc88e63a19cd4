//! `cargo xtask ci`: what `make test` and continuous integration run, cheapest first.

mod postgres;

use std::error::Error;
use std::ffi::OsString;
use std::process::Command;
use std::time::Instant;

/// One step: its name and the arguments of cargo.
struct Step {
    name: &'static str,
    args: &'static [&'static str],
    /// A component that a minimal toolchain may lack, with the words that bring it.
    component: Option<(&'static str, &'static str)>,
}

const STEPS: &[Step] = &[
    Step {
        name: "format",
        args: &["fmt", "--all", "--check"],
        component: Some(("fmt", "rustup component add rustfmt")),
    },
    Step { name: "tests", args: &["test", "--workspace", "--quiet", "--no-fail-fast"], component: None },
    Step {
        name: "clippy",
        args: &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
        component: Some(("clippy", "rustup component add clippy")),
    },
];

/// Runs every step and stops at the first that fails.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    // Floors, owners and forgotten marks first: they take a second.
    crate::tidy::run()?;
    let server = postgres::start()?;
    crate::crash::tracer();
    for step in STEPS {
        if let Some((component, remedy)) = step.component
            && !has(component)
        {
            println!("ci: {} skipped: this toolchain has no `cargo {component}` ({remedy})", step.name);
            continue;
        }
        let start = Instant::now();
        println!("ci: {}", step.name);
        let mut command = Command::new(cargo());
        command.args(step.args).current_dir(crate::tidy::root());
        if let Some(server) = &server {
            command.env("BEFFROI_TEST_POSTGRES", server.url());
        }
        if !command.status()?.success() {
            return Err(format!("{} failed: cargo {}", step.name, step.args.join(" ")).into());
        }
        println!("ci: {} done in {} s", step.name, start.elapsed().as_secs());
    }
    Ok(())
}

fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn has(component: &str) -> bool {
    Command::new(cargo()).args([component, "--version"]).output().is_ok_and(|o| o.status.success())
}
