//! Upkeep of the project: `cargo xtask TASK`.

mod ci;
mod crash;
mod demo_data;
mod jobs;
mod new;
mod outlines;
mod pdf;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask TASK

  ci          what `make test` and continuous integration run, cheapest first
  crash       power cuts and kills, at length: --points N, --kills N
  demo-data   make the tables of demo/ again from the shared data ($BEFFROI_SHARED, else ../shared)
  jobs        docs/jobs.md, of the tests that are named after the jobs
  new         the file and the line of a register: new register NAME DESK
  outlines    draw the departments' outlines that the maps use, from a file of contours
  pdf FILE    what a screen reader finds in a PDF, and what it misses
  tidy        the rules of the house that a compiler does not check";

fn main() -> ExitCode {
    let task = std::env::args().nth(1);
    let done = match task.as_deref() {
        Some("ci") => ci::run(),
        Some("crash") => crash::run(std::env::args().skip(2)),
        Some("demo-data") => demo_data::run(),
        Some("jobs") => jobs::run(),
        Some("new") => new::run(std::env::args().skip(2)),
        Some("outlines") => outlines::run(),
        Some("pdf") => pdf::run(std::env::args().nth(2).as_deref()),
        Some("tidy") => tidy::run(),
        Some("help" | "--help" | "-h") => {
            println!("{USAGE}");
            Ok(())
        }
        Some(other) => Err(format!("unknown task `{}`\n\n{USAGE}", other.chars().take(80).collect::<String>()).into()),
        None => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
