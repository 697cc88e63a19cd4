//! `beffroi exercise run | score`. Making one is the executable's, which has the generator.

use crate::Context;
use crate::args::ExerciseCommand;
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{TextTable, print, print_json};
use crate::progress;
use beffroi_desk_threat::exercise::{self, ExerciseError, Play, Scores, Shelf, curve_csv};
use beffroi_exercise::TeamScore;
use beffroi_model::Period;
use serde_json::json;
use std::path::Path;

pub(super) async fn run(command: ExerciseCommand, context: &Context) -> Outcome {
    match command {
        ExerciseCommand::Run { last_week } => {
            let played = play(last_week, context).await?;
            if context.json {
                let looks: Vec<_> =
                    played.looks.iter().map(|look| json!({ "week": look.week, "new": look.new })).collect();
                return print_json(&json!({ "snapshot": played.snapshot, "budget": played.budget, "looks": looks }));
            }
            let mut table =
                TextTable::new(["week", "signals-new"].map(|c| context.lang.say(&format!("cli-column-{c}"))));
            for look in &played.looks {
                table.row([look.week.to_string(), look.new.join(", ")]);
            }
            print(&table.text())
        }
        ExerciseCommand::Score { curve } => {
            let scores = scores(context).await?;
            if let Some(path) = curve {
                super::report::write(&path, curve_csv(&scores).as_bytes())?;
            }
            if context.json { print_json(&scores) } else { print(&told(&scores, context)) }
        }
        ExerciseCommand::Create(_) => Err(Fault::ours("this command is carried out by the executable itself")),
    }
}

fn fault(error: ExerciseError) -> Fault {
    if error.is_user_fault() { users(error) } else { ours(error) }
}

async fn play(until: Option<String>, context: &Context) -> Outcome<exercise::Played> {
    let shelf = Shelf::of(context.folder.root());
    let plan = shelf.plan().map_err(fault)?;
    let until: Option<Period> = until.map(|text| text.parse().map_err(users)).transpose()?;
    let before = shelf.played().map_err(fault)?;
    let bar = progress::bar(plan.weeks().len() as u64, context.lang.say("cli-progress-watch"), context.quiet);
    let play = Play { plan, before, until, budget: context.false_alarms_a_month };
    let played = exercise::run(context.facts.as_ref(), &context.store, play, || context.by(), |_| bar.inc(1)).await;
    bar.finish_and_clear();
    let played = played.map_err(fault)?;
    shelf.keep_played(&played).map_err(fault)?;
    Ok(played)
}

/// The scores of the exercise of this data folder.
async fn scores(context: &Context) -> Outcome<Scores> {
    let shelf = Shelf::of(context.folder.root());
    let (plan, planted) = (shelf.plan().map_err(fault)?, shelf.planted().map_err(fault)?);
    let played = shelf.played().map_err(fault)?.ok_or_else(|| fault(ExerciseError::NotPlayed))?;
    exercise::scores(&context.store, &plan, &planted, &played).await.map_err(fault)
}

fn told(scores: &Scores, context: &Context) -> String {
    let lang = context.lang;
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let (first, last) = (scores.first.to_string(), scores.last.to_string());
    let values = [("name", (&scores.name).into()), ("first", (&first).into()), ("last", (&last).into())];
    let mut table = TextTable::new(
        [
            "method",
            "budget",
            "waves-found",
            "sensitivity",
            "weekly",
            "delay-weeks",
            "delay-days",
            "false-week",
            "false-month",
        ]
        .map(say),
    )
    .numeric(1..9);
    for score in [&scores.watch].into_iter().chain(&scores.detectors) {
        table.row(exercise::cells(score.method.clone(), score, lang));
    }
    // After how many weeks each method found each wave.
    let methods: Vec<String> = scores.side_by_side().into_iter().map(|score| score.method.clone()).collect();
    let n_methods = methods.len();
    let head: Vec<String> = std::iter::once(say("wave")).chain(methods).collect();
    let mut waves = TextTable::new(head).numeric(1..=n_methods);
    for (wave, weeks) in scores.by_wave() {
        let weeks = weeks.into_iter().map(|of| of.map_or_else(|| "–".to_owned(), |n| n.to_string()));
        waves.row(std::iter::once(wave).chain(weeks));
    }
    let mut nowcast = String::new();
    if !scores.nowcast.is_empty() {
        let columns = ["weeks-after", "forecasts", "to-come", "error-before", "error-after", "bias", "coverage"];
        let mut table = TextTable::new(columns.map(say)).numeric(0..7);
        for score in &scores.nowcast {
            table.row(exercise::nowcast_cells(score, lang));
        }
        nowcast = format!("{}\n{}", lang.say("cli-exercise-nowcast"), table.text());
    }
    let traps: Vec<String> = scores.watch.traps.iter().map(|(trap, n)| format!("{trap} ({n})")).collect();
    let traps = if traps.is_empty() { lang.say("exercise-no-trap") } else { traps.join(", ") };
    [
        lang.say("flash-banner-exercise"),
        lang.say_with("cli-exercise-score", &values),
        String::new(),
        table.text(),
        lang.say("cli-exercise-by-wave"),
        waves.text(),
        nowcast,
        lang.say_with("cli-exercise-traps", &[("traps", (&traps).into())]),
        team(&scores.team, context),
        String::new(),
    ]
    .join("\n")
}

fn team(team: &TeamScore, context: &Context) -> String {
    let lang = context.lang;
    let n = |value: u64| lang.integer(value as f64);
    let hours = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |hours| lang.decimal(hours, 1));
    lang.say_with(
        "cli-exercise-team",
        &[
            ("signals", (&n(team.n_signals)).into()),
            ("decided", (&n(team.n_decided)).into()),
            ("right", (&n(team.n_right)).into()),
            ("hours", (&hours(team.hours_to_decide)).into()),
            ("due", (&n(team.n_flashes_due)).into()),
            ("flashes", (&n(team.n_flashes)).into()),
            ("flash", (&hours(team.hours_to_flash)).into()),
            ("sent", (&n(team.n_sent)).into()),
            ("read", (&n(team.n_read_in_24_h)).into()),
        ],
    )
}

/// Tells, before anything else, that this is an exercise.
pub(super) fn say_so(context: &Context) {
    if let Some(mark) = context.store.exercise() {
        context.tell(&context.lang.say_with("cli-exercise-mark", &[("name", (&mark.name).into())]));
    }
}

/// Whether a path is taken by anything already.
pub fn is_taken(folder: &Path) -> bool {
    std::fs::read_dir(folder)
        .map_or_else(|error| error.kind() != std::io::ErrorKind::NotFound, |mut entries| entries.next().is_some())
}
