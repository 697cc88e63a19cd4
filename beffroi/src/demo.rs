//! `beffroi demo`: the main job, once, on demonstration data, and then the web application.
//!
//! The folder is filled under a mark that says "unfinished"; the mark goes when everything is there. So a demo that was
//! interrupted is made anew, one that is complete is kept, and a folder that is no demo is never touched.

mod assets;
mod chain;
mod comparison;
mod contributions;
mod cooperation;
mod fill;
mod folder;
mod law;
mod means;
mod observatory;
mod prevention;
mod record;
mod registers;
mod research;
mod rights;
mod strategy;
mod support;
mod training;

use crate::{serve, wiring};
use beffroi_cli::DataFolder;
use beffroi_cli::args::{Common, DemoArgs};
use beffroi_cli::fault::{Fault, Outcome};
use beffroi_cli::output::{print, print_json};
use beffroi_wording::Lang;
pub(crate) use fill::password;
use folder::State;

/// Fills the folder unless it is a complete demo already, says what lies where, and serves.
pub(crate) async fn run(args: &DemoArgs, folder: DataFolder, common: &Common, lang: Lang) -> Outcome {
    let shown = folder.root().display().to_string();
    let state = folder::state(&folder)?;
    let kept = match state {
        State::Complete(record) if !args.fresh => Some(*record),
        State::Foreign => {
            return Err(Fault::user(lang.say_with("cli-demo-foreign", &[("folder", (&shown).into())]))
                .with_help(lang.say("cli-demo-foreign-help")));
        }
        State::Complete(_) | State::Unfinished => {
            folder::empty(&folder)?;
            None
        }
        State::Absent => None,
    };
    let (context, record) = match kept {
        Some(record) => {
            if record.reports != args.reports {
                let n = lang.integer(record.reports as f64);
                eprintln!("{}", lang.say_with("cli-demo-kept", &[("reports", (&n).into())]));
            }
            (wiring::context(folder, common, lang).await?, record)
        }
        None => {
            folder::begin(&folder)?;
            let context = wiring::context(folder, common, lang).await?;
            let record = fill::fill(args.reports, &context).await?;
            folder::finish(&context.folder, &record)?;
            (context, record)
        }
    };
    if common.json {
        print_json(&record)?;
    } else {
        print(&record.text(lang))?;
    }
    if args.no_serve {
        context.store.close().await;
        return Ok(());
    }
    let login = (record.login.clone(), record.password.clone());
    serve::foreground(context, args.port, Some(login)).await
}
