//! `beffroi link exact`.

use crate::Context;
use crate::args::{ExactArgs, LinkCommand};
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{print, print_json};
use beffroi_desk_series::{RunOptions, TableError, TableOptions, link_table, read_hubs};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

pub(super) fn run(command: LinkCommand, context: &Context) -> Outcome {
    let LinkCommand::Exact(args) = command;
    exact(&args, context)
}

fn exact(args: &ExactArgs, context: &Context) -> Outcome {
    let hubs = match &args.hubs {
        Some(path) => read_hubs(BufReader::new(open(path)?)).map_err(|e| at(path, e))?,
        None => Vec::new(),
    };
    let options = TableOptions {
        id: args.id.clone(),
        keys: args.keys.clone(),
        max_degree: args.max_degree.unwrap_or_else(|| RunOptions::new(context.by()).max_degree),
    };
    let input = BufReader::new(open(&args.input)?);
    // The result is complete or absent: it is written beside its place and then put there.
    let partial = args.out.with_extension("partial");
    let output = File::create(&partial).map_err(|e| Fault::user(format!("{}: {e}", partial.display())))?;
    let linked = link_table(input, &options, &hubs, std::io::BufWriter::new(output));
    let summary = match linked {
        Ok(summary) => summary,
        Err(error) => {
            std::fs::remove_file(&partial).map_err(ours)?;
            return Err(at(&args.input, error));
        }
    };
    std::fs::rename(&partial, &args.out).map_err(|e| Fault::user(format!("{}: {e}", args.out.display())))?;
    if context.json {
        return print_json(&summary);
    }
    let lang = context.lang;
    let n = |value: u64| lang.integer(value as f64);
    let text = lang.say_with(
        "cli-link-exact",
        &[
            ("records", (&n(summary.records)).into()),
            ("series", (&n(summary.series)).into()),
            ("linked", (&n(summary.linked)).into()),
            ("suppressed", (&n(summary.suppressed)).into()),
            ("out", (&args.out.display().to_string()).into()),
        ],
    );
    print(&format!("{text}\n"))
}

fn open(path: &Path) -> Outcome<File> {
    File::open(path).map_err(|e| Fault::user(format!("{}: {e}", path.display())))
}

fn at(path: &Path, error: TableError) -> Fault {
    let fault = users(error);
    Fault::user(format!("{}: {fault}", path.display()))
}
