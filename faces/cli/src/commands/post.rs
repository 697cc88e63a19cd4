//! `beffroi post status | run | remind | bounce | digest | measures`, and the board of a flash.

use crate::Context;
use crate::args::PostCommand;
use crate::context::digest_settings;
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{TextTable, print, print_json};
use crate::strangers::{open, unread};
use beffroi_desk_registers::digest::{self, DigestError, Mailing};
use beffroi_desk_threat::alerts::{self, Alert};
use beffroi_desk_threat::diffusion::{self, DiffusionError, Engines};
use serde_json::json;
use std::path::{Path, PathBuf};

pub(super) async fn run(command: PostCommand, context: &Context) -> Outcome {
    match command {
        PostCommand::Status => status(context).await,
        PostCommand::Run => deliver(context).await,
        PostCommand::Remind => {
            let settings = &context.diffusion.settings;
            let n = diffusion::remind(&context.store, settings, &context.by()).await.map_err(not_sent)?;
            print(&format!("{}\n", context.lang.say_with("cli-post-reminded", &[("n", (&n.to_string()).into())])))
        }
        PostCommand::Bounce { bounces } => bounce(&bounces, context).await,
        PostCommand::Digest { digest_login } => preview(&digest_login, context).await,
        PostCommand::Measures { measured_year } => {
            let year = measured_year.unwrap_or_else(|| context.today().year());
            let all = alerts::list(&context.store).await.map_err(users)?;
            let settings = &context.diffusion.settings;
            let measures = diffusion::measures(&context.store, &all, year, settings).await.map_err(not_sent)?;
            if context.json {
                return print_json(&measures);
            }
            let lang = context.lang;
            let n = |value: usize| lang.integer(value as f64);
            let mut table = TextTable::new([year.to_string(), String::new()]);
            let hours = measures.signal_to_issue_hours.map_or_else(|| "–".to_owned(), |hours| lang.decimal(hours, 1));
            for (key, value) in [
                ("flashes", format!("{} / {}", n(measures.n_flashes), measures.budget)),
                ("hours", hours),
                ("sent", n(measures.n_sent)),
                ("read", n(measures.n_read_in_24_h)),
                ("returns", n(measures.n_returns)),
                ("confirmed", n(measures.n_confirmed)),
            ] {
                table.row([lang.say(&format!("post-measure-{key}")), value]);
            }
            print(&table.text())
        }
    }
}

/// The letter of the day that an account would be sent now, in the language it wishes.
async fn preview(login: &str, context: &Context) -> Outcome {
    let wish = context.store.digest_wish(login).await.map_err(ours)?;
    let lang = wish.and_then(|wish| wish.lang.parse().ok()).unwrap_or(context.lang);
    let settings = digest_settings(&context.diffusion.settings);
    let letter = digest::preview(&context.registry, &context.store, login, lang, &settings, context.now()).await;
    let letter = match letter {
        Ok(letter) => letter,
        Err(DigestError::Refused(why)) => return Err(Fault::user(context.lang.say(why))),
        Err(error) => return Err(not_told(error)),
    };
    if context.json {
        let told = letter.map(
            |letter| json!({ "id": letter.id, "subject": letter.subject, "text": letter.text, "html": letter.html }),
        );
        return print_json(&told);
    }
    match letter {
        Some(letter) => print(&format!("{}\n\n{}", letter.subject, letter.text)),
        None => print(&format!("{}\n", context.lang.say("cli-post-digest-none"))),
    }
}

/// Whose fault an error of the letters of the day is.
fn not_told(error: DigestError) -> Fault {
    if error.is_user_fault() { users(error) } else { ours(error) }
}

/// Whose fault an error of diffusion is.
pub(super) fn not_sent(error: DiffusionError) -> Fault {
    if error.is_user_fault() { users(error) } else { ours(error) }
}

async fn status(context: &Context) -> Outcome {
    let (counts, oldest) = context.store.post_counts().await.map_err(ours)?;
    let jobs = context.store.jobs().await.map_err(ours)?;
    if context.json {
        let counts: serde_json::Map<String, serde_json::Value> =
            counts.iter().map(|(state, n)| (state.code().to_owned(), json!(n))).collect();
        let jobs: Vec<_> = jobs
            .iter()
            .map(|job| json!({ "name": job.name, "due": job.due_at, "done": job.done_at, "fault": job.fault }))
            .collect();
        return print_json(&json!({ "handovers": counts, "oldest_waiting": oldest, "jobs": jobs }));
    }
    let lang = context.lang;
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new([say("state"), say("number")]).numeric([1]);
    for (state, n) in counts {
        table.row([lang.say(&format!("post-state-{}", state.code())), lang.integer(n as f64)]);
    }
    let mut due = TextTable::new(["job", "due", "done", "fault"].map(say));
    for job in jobs {
        due.row([
            lang.say(&format!("job-{}", job.name)),
            job.due_at.to_string(),
            job.done_at.map(|at| at.to_string()).unwrap_or_default(),
            job.fault.unwrap_or_default(),
        ]);
    }
    print(&format!("{}\n{}", table.text(), due.text()))
}

async fn deliver(context: &Context) -> Outcome {
    let ways = (context.diffusion.open)().map_err(Fault::user)?;
    let Some(ways) = ways else {
        return Err(Fault::user(context.lang.say("cli-post-none")).with_help(context.lang.say("cli-post-none-help")));
    };
    let engines = Engines {
        store: &context.store,
        post: ways.post.as_ref(),
        fetch: ways.fetch.as_deref(),
        typesetter: context.typesetter.as_ref(),
        clock: context.clock,
    };
    let settings = digest_settings(&context.diffusion.settings);
    let mailing = Mailing {
        registry: &context.registry,
        store: &context.store,
        post: ways.post.as_ref(),
        settings: &settings,
        clock: context.clock,
    };
    let read = digest::recover(&mailing).await.map_err(not_told)?;
    let pass = diffusion::deliver(&engines, &context.diffusion.settings).await.map_err(not_sent)?;
    let told = digest::deliver(&mailing, read).await.map_err(not_told)?;
    if context.json {
        let mut all = serde_json::to_value(pass).map_err(ours)?;
        if let Some(all) = all.as_object_mut() {
            all.insert("digests".to_owned(), serde_json::to_value(told).map_err(ours)?);
        }
        return print_json(&all);
    }
    let pass = diffusion::Pass {
        recovered: pass.recovered + told.recovered,
        delivered: pass.delivered + told.delivered,
        later: pass.later + told.later,
        bounced: pass.bounced + told.bounced,
        refused: pass.refused + told.refused,
    };
    let n = |value: u64| context.lang.integer(value as f64);
    let text = context.lang.say_with(
        "cli-post-run",
        &[
            ("delivered", (&n(pass.delivered + pass.recovered)).into()),
            ("later", (&n(pass.later)).into()),
            ("bounced", (&n(pass.bounced)).into()),
            ("refused", (&n(pass.refused)).into()),
        ],
    );
    print(&format!("{text}\n"))
}

async fn bounce(paths: &[PathBuf], context: &Context) -> Outcome {
    let mut table = TextTable::new(["file", "became"].map(|key| context.lang.say(&format!("cli-column-{key}"))));
    let mut told = Vec::new();
    for path in paths {
        for file in messages(path)? {
            let became = match one(&file, context).await? {
                Ok(Some(id)) => id,
                Ok(None) => context.lang.say("cli-post-bounce-none"),
                Err(reason) => reason,
            };
            told.push(json!({ "file": file.display().to_string(), "became": became }));
            table.row([file.display().to_string(), became]);
        }
    }
    if context.json { print_json(&told) } else { print(&table.text()) }
}

/// Takes one message up: the number of its handover, or why it has none.
async fn one(path: &Path, context: &Context) -> Outcome<Result<Option<String>, String>> {
    let (input, length) = open(path)?;
    match diffusion::read_bounce(input, length, context.sandbox.as_ref()) {
        Ok(report) => {
            let of_flash = diffusion::bounced(&context.store, &report, &context.by()).await.map_err(not_sent)?;
            let taken = match of_flash {
                Some(id) => Some(id),
                None => digest::bounced(&context.store, &report, &context.by()).await.map_err(not_told)?,
            };
            Ok(Ok(taken))
        }
        Err(error) if error.is_files_fault() => Ok(Err(error.to_string())),
        Err(error) => Err(unread(path, error)),
    }
}

/// A message, or those of a folder (of a maildir: what is new and what was seen).
fn messages(path: &Path) -> Outcome<Vec<PathBuf>> {
    let at = |error: std::io::Error| Fault::user(format!("{}: {error}", path.display()));
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    let maildir: Vec<PathBuf> = ["new", "cur"].iter().map(|name| path.join(name)).filter(|p| p.is_dir()).collect();
    let folders = if maildir.is_empty() { vec![path.to_path_buf()] } else { maildir };
    for folder in folders {
        for entry in std::fs::read_dir(folder).map_err(at)? {
            let file = entry.map_err(at)?.path();
            if file.is_file() {
                found.push(file);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Who has read a flash.
pub(super) async fn board(alert: &Alert, context: &Context) -> Outcome {
    let board = diffusion::board(&context.store, alert).await.map_err(not_sent)?;
    let lang = context.lang;
    if context.json {
        let lines: Vec<_> = board
            .lines
            .iter()
            .map(|line| {
                let handovers: Vec<_> = line
                    .handovers
                    .iter()
                    .map(|(what, channel, state, note)| {
                        json!({ "what": what, "channel": channel, "state": state.code(), "note": note })
                    })
                    .collect();
                json!({
                    "recipient": line.recipient, "version": line.version, "sent": line.sent_at, "read": line.read_at,
                    "reminders": line.n_reminders, "handovers": handovers,
                })
            })
            .collect();
        let returns: Vec<_> = board
            .returns
            .iter()
            .map(|one| {
                json!({ "recipient": one.recipient, "kind": one.kind, "cases": one.n_cases, "said": one.said, "at": one.at })
            })
            .collect();
        return print_json(&json!({ "n": board.n, "read": board.n_read, "lines": lines, "returns": returns }));
    }
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["id", "title", "direction", "version", "state", "read"].map(say));
    for line in &board.lines {
        let states = line.handovers.iter().map(|(_, channel, state, _)| {
            format!(
                "{} : {}",
                lang.say(&format!("post-channel-{channel}")),
                lang.say(&format!("post-state-{}", state.code()))
            )
        });
        table.row([
            line.recipient.clone(),
            line.name.clone(),
            line.direction.clone(),
            line.version.to_string(),
            states.collect::<Vec<_>>().join(", "),
            line.read_at.map(|at| at.to_string()).unwrap_or_default(),
        ]);
    }
    let (read, n) = (board.n_read.to_string(), board.n.to_string());
    let text = lang.say_with("cli-board-read", &[("read", (&read).into()), ("n", (&n).into())]);
    print(&format!("{}{text}\n", table.text()))
}
