//! `beffroi exercise create`: a data folder of its own, filled with made-up reports into which a plan is injected; and
//! what keeps exercises and everything else apart.
//!
//! The mark stands in three places, put there one after the other: the registers, the lake, the folder. A folder of which
//! they do not agree is not opened, so that what was interrupted, copied together or stripped of a mark is never used.

use crate::{io_fault, wiring};
use beffroi_cli::args::{Common, ExerciseArgs};
use beffroi_cli::fault::{Fault, Outcome, ours};
use beffroi_cli::output::{print, print_json};
use beffroi_cli::{Context, DataFolder, exercise as commands, ingest, progress};
use beffroi_desk_observatory::quality::Given;
use beffroi_desk_observatory::sources;
use beffroi_desk_threat::exercise::{Marks, Planted, Shelf, marked};
use beffroi_document::Document;
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_ports::{Typesetter, TypesettingError};
use beffroi_rights::{Assignment, PersonId, Role, ServiceId, Territories, World};
use beffroi_testkit::{Config, File, Truth};
use beffroi_wording::Lang;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

/// The persons of an exercise, marked as made up: who directs, who watches, who validates.
const DIRECTION: &str = "exercice-direction";
const WATCH: &str = "exercice-veille";
const VALIDATION: &str = "exercice-validation";

/// Up to where they are cleared: all that there is is made up.
const CLEARANCE: Marking = Marking { tlp: Tlp::Red, pap: Pap::Red };

/// Refuses a folder of which a part only is of an exercise.
pub(crate) fn refuse_mixed(context: &Context) -> Outcome {
    let marks = Marks {
        folder: Shelf::of(context.folder.root()).is_there(),
        registers: context.store.is_exercise(),
        lake: context.folder.lake_mark().exists(),
    };
    if marks.agree() {
        return Ok(());
    }
    let lang = context.lang;
    let folder = context.folder.root().display().to_string();
    let told = |mark: bool| lang.say(if mark { "exercise-mark-yes" } else { "exercise-mark-no" });
    let (own, registers, lake) = (told(marks.folder), told(marks.registers), told(marks.lake));
    let values = [
        ("folder", (&folder).into()),
        ("own", (&own).into()),
        ("registers", (&registers).into()),
        ("lake", (&lake).into()),
    ];
    Err(Fault::user(lang.say_with("cli-exercise-mixed", &values)).with_help(lang.say("cli-exercise-mixed-help")))
}

/// A typesetter that marks each document of an exercise; the same one outside.
pub(crate) fn typesetter(is_exercise: bool, inner: Arc<dyn Typesetter>) -> Arc<dyn Typesetter> {
    if is_exercise { Arc::new(Marker(inner)) } else { inner }
}

/// Marks what it sets.
struct Marker(Arc<dyn Typesetter>);

impl Typesetter for Marker {
    fn pdf(&self, document: &Document, at: Timestamp) -> Result<Vec<u8>, TypesettingError> {
        self.0.pdf(&marked(document), at)
    }

    fn picture(&self, svg: &str) -> Result<Vec<u8>, TypesettingError> {
        self.0.picture(svg)
    }
}

/// Makes an exercise.
pub(crate) async fn create(args: &ExerciseArgs, folder: DataFolder, common: &Common, lang: Lang) -> Outcome {
    let shown = folder.root().display().to_string();
    let at = |error: &dyn std::fmt::Display| Fault::user(format!("{}: {error}", args.waves.display()));
    let text = fs::read_to_string(&args.waves).map_err(|error| at(&error))?;
    let plan = beffroi_exercise::read_plan(&text).map_err(|error| at(&error))?;
    if commands::is_taken(folder.root()) {
        return Err(Fault::user(lang.say_with("cli-exercise-taken", &[("folder", (&shown).into())]))
            .with_help(lang.say("cli-exercise-taken-help")));
    }
    wiring::create(&folder)?;
    let context = wiring::unmarked(folder, common, lang).await?;
    context.store.exercise_mark(&plan.name, &context.by()).await.map_err(ours)?;
    let mark = context.folder.lake_mark();
    fs::create_dir_all(context.folder.lake()).map_err(|error| io_fault("create", &context.folder.lake(), &error))?;
    fs::write(&mark, format!("{}\n", plan.name)).map_err(|error| io_fault("write", &mark, &error))?;
    let config = Config { reports: args.reports, seed: args.seed, plan: Some(plan.clone()), ..Config::default() };
    let set = context.folder.exercise();
    let bar = progress::bar(config.reports, lang.say("cli-progress-generate"), context.quiet);
    let truth = beffroi_testkit::generate(&config, &set, &|done| bar.set_position(done)).map_err(|e| at(&e))?;
    bar.finish_and_clear();
    let end = Date::new(config.to_year, 12, 31).ok();
    let mut rows = 0;
    let by_week: BTreeSet<&str> = truth.deliveries.iter().map(|delivery| delivery.source.as_str()).collect();
    let whole = File::ALL.into_iter().filter(|file| !by_week.contains(file.source()));
    let whole = whole.map(|file| (file.source(), file.name(), end));
    // What comes week by week lands in the order of its weeks: each snapshot is what was known by then.
    let later = truth.deliveries.iter().map(|of| (of.source.as_str(), of.file.as_str(), Some(of.vintage)));
    for (id, name, vintage) in whole.chain(later) {
        let source = sources::source(id).ok_or_else(|| Fault::ours(format!("the source `{id}` is not built in")))?;
        rows += ingest::file(source, &set.join(name), vintage, false, &Given::new(), &context).await?.rows_accepted;
    }
    let people = people(&context).await?;
    let shelf = Shelf::of(context.folder.root());
    shelf.keep_planted(&planted(&truth)).map_err(ours)?;
    // Last: it says that all the rest is there.
    shelf.keep_plan(&text).map_err(ours)?;
    refuse_mixed(&context)?;
    if common.json {
        let people: Vec<_> = people.iter().map(|(login, word)| json!({ "login": login, "password": word })).collect();
        return print_json(&json!({
            "folder": shown, "name": plan.name, "reports": rows, "waves": plan.waves.len(), "traps": plan.traps.len(),
            "accounts": people,
        }));
    }
    let (n, waves, traps) = (lang.integer(rows as f64), plan.waves.len().to_string(), plan.traps.len().to_string());
    let values = [
        ("folder", (&shown).into()),
        ("name", (&plan.name).into()),
        ("reports", (&n).into()),
        ("waves", (&waves).into()),
        ("traps", (&traps).into()),
    ];
    let mut lines = vec![lang.say("flash-banner-exercise"), lang.say_with("cli-exercise-made", &values)];
    lines.extend(
        people.iter().map(|(login, word)| {
            lang.say_with("cli-demo-account", &[("login", login.into()), ("password", word.into())])
        }),
    );
    print(&(lines.join("\n") + "\n"))
}

fn planted(truth: &Truth) -> Planted {
    let domains = truth.waves.iter().filter_map(|wave| Some((wave.id.as_str(), wave.domain.as_deref()?)));
    let shared = truth.series.iter().flat_map(|series| &series.keys).map(|key| (key.kind.as_str(), key.value.as_str()));
    let hubs = truth.hubs.iter().map(|hub| (hub.kind.as_str(), hub.value.as_str()));
    Planted::of(domains, shared.chain(hubs))
}

/// The accounts of an exercise, with passwords made for this folder, and their rights for a year.
async fn people(context: &Context) -> Outcome<Vec<(String, String)>> {
    use Role::{Analyst, Coordinator, DutyOfficer, Manager, Statistician, Validator};
    use World::{Coordination, Statistics};
    let lang = context.lang;
    let (from, mut given, mut made) = (context.today(), Vec::new(), Vec::new());
    let until = from.saturating_add(365.days());
    for (login, roles) in [
        (DIRECTION, &[(Coordinator, Coordination), (Manager, Coordination)][..]),
        (WATCH, &[(Analyst, Coordination), (DutyOfficer, Coordination), (Statistician, Statistics)]),
        (VALIDATION, &[(Validator, Coordination), (DutyOfficer, Coordination)]),
    ] {
        let word = crate::demo::password(context)?;
        let name = lang.say("cli-exercise-person");
        context.store.account_create(login, &name, Some(&word), true, &context.by()).await.map_err(ours)?;
        let person: PersonId = login.parse().map_err(ours)?;
        for (role, world) in roles {
            let (service, territories) = (ServiceId::house(), Territories::Everywhere);
            let assignment =
                Assignment { role: *role, world: *world, service, territories, clearance: CLEARANCE, from, until };
            given.push((person.clone(), assignment));
        }
        made.push((login.to_owned(), word));
    }
    context.store.grant_first(given, &context.by()).await.map_err(ours)?;
    Ok(made)
}
