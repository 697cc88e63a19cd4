//! The one executable: reads the configuration, wires the engines, and hands over to a face.

mod checkpoints;
mod config;
mod demo;
mod exercise;
mod identity;
mod jobs;
mod post;
mod registers;
mod serve;
mod upkeep;
mod wiring;

use beffroi_cli::args::{AuditCommand, Cli, Command, ExerciseCommand, VerifyArgs};
use beffroi_cli::fault::{Fault, Outcome};
use beffroi_cli::{Context, DataFolder, help};
use beffroi_desk_observatory::{code_lists, intake};
use beffroi_wording::Lang;
use clap::FromArgMatches;
use std::process::ExitCode;

/// The version shown, and written in each birth certificate.
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn main() -> ExitCode {
    // A child that reads a stranger's file does nothing else, and ties its hands before any thread or file.
    if let Some(status) = beffroi_sandbox::child(&[
        intake::PARSER,
        code_lists::PARSER,
        beffroi_desk_registers::PARSER,
        beffroi_desk_law::PARSER,
        beffroi_desk_training::PARSER,
        beffroi_desk_threat::diffusion::PARSER,
    ]) {
        return status;
    }
    let lang = language();
    let cli = match help::command(lang).try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody listens any more: there is nobody to tell.
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()));
        }
    };
    log();
    match run(cli, lang) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            let code = if fault.is_ours() { 2 } else { 1 };
            eprintln!("{:?}", miette::Report::new(fault));
            ExitCode::from(code)
        }
    }
}

fn run(cli: Cli, lang: Lang) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(beffroi_cli::fault::ours)?;
    let common = cli.common;
    let lang = common.lang.unwrap_or(lang);
    let folder = DataFolder::new(&common.data);
    runtime.block_on(async {
        match cli.command {
            Command::Demo(args) => demo::run(&args, folder, &common, lang).await,
            Command::Init => wiring::init(&folder, lang),
            Command::Serve(args) => serve::run(&args, &folder, &common, lang).await,
            Command::Exercise(ExerciseCommand::Create(args)) => exercise::create(&args, folder, &common, lang).await,
            Command::Restore(args) => upkeep::restore(&args, folder, &common, lang).await,
            Command::Backup(args) if args.new_identity.is_some() => upkeep::new_identity(&args, &common, lang),
            Command::Doctor => upkeep::doctor(folder, &common, lang).await,
            Command::Audit(AuditCommand::Verify(ref args @ VerifyArgs { exported: Some(ref export), .. })) => {
                beffroi_cli::verify_export(args, export, lang, common.json)
            }
            // A journal that is not what it should be is what an auditor looks at: its registers open, to be read only.
            Command::Audit(command) => {
                let context = wiring::examined(folder, &common, lang).await?;
                to_the_end(Command::Audit(command), &context).await
            }
            command => {
                let context = wiring::context(folder, &common, lang).await?;
                to_the_end(command, &context).await
            }
        }
    })
}

/// Carries out a command, and closes the registers before the program ends, whatever came of it.
async fn to_the_end(command: Command, context: &Context) -> Outcome {
    let outcome = beffroi_cli::execute(command, context).await;
    context.store.close().await;
    outcome
}

/// The language to parse under, before anything is parsed: `--lang`, then the locale, then French.
fn language() -> Lang {
    let mut args = std::env::args().skip_while(|arg| arg != "--lang" && !arg.starts_with("--lang="));
    let asked = args.next().and_then(|arg| match arg.split_once('=') {
        Some((_, value)) => Some(value.to_owned()),
        None => args.next(),
    });
    let locale = || {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()))
    };
    asked.or_else(locale).and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Messages of the program, on stderr; `BEFFROI_LOG` chooses how much.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BEFFROI_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
}

/// A file of the data folder that could not be read or written.
fn io_fault(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Fault {
    Fault::ours(format!("cannot {doing} {}: {error}", path.display()))
}
