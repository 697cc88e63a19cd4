//! The main job once: tables and reports come in, then series, signals, a flash, and the annual report.

use super::record::{Product, Record};
use crate::io_fault;
use beffroi_cli::args::AlertFormat;
use beffroi_cli::fault::{Fault, Outcome, ours};
use beffroi_cli::{Context, alert, ingest, progress, report, watch};
use beffroi_desk_observatory::quality::Given;
use beffroi_desk_observatory::sources;
use beffroi_desk_series::RunOptions;
use beffroi_desk_threat::signals::{self, Decision};
use beffroi_model::SeriesId;
use beffroi_testkit::{Config, File};
use jiff::civil::Date;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

macro_rules! table {
    ($source:literal, $file:literal, $year:literal - $month:literal - $day:literal) => {
        Table {
            source: $source,
            file: $file,
            bytes: include_bytes!(concat!("../../../demo/", $file)),
            vintage: Date::constant($year, $month, $day),
        }
    };
}

/// A table of real public figures.
struct Table {
    source: &'static str,
    file: &'static str,
    bytes: &'static [u8],
    /// The day at which its publisher's data stood; `demo/README.md` says how each is known.
    vintage: Date,
}

/// The tables of `demo/`, by the source that reads them.
const TABLES: [Table; 7] = [
    table!("demo-departements", "official_departments.csv", 2025 - 12 - 17),
    table!("demo-fraud-series", "official_fraud_series.csv", 2024 - 3 - 4),
    table!("demo-phishing", "phishing_domains.csv", 2025 - 12 - 31),
    table!("demo-published-platforms", "published_platforms.csv", 2025 - 12 - 31),
    table!("demo-published-survey", "published_survey.csv", 2024 - 3 - 4),
    table!("demo-published-totals", "published_totals.csv", 2025 - 10 - 14),
    table!("demo-ransomware", "ransomware_claims.csv", 2025 - 3 - 22),
];

/// The demo accounts: one drafts, another validates, a third controls and reads no content, a fourth habilitates, a fifth
/// operates.
pub(super) const LOGIN: &str = "demo";
pub(super) const SECOND_LOGIN: &str = "demo-validation";
pub(super) const THIRD_LOGIN: &str = "demo-controle";
pub(super) const FOURTH_LOGIN: &str = "demo-magistrat";
pub(super) const FIFTH_LOGIN: &str = "demo-exploitation";

/// Fills the folder of `context` and tells what it made.
pub(super) async fn fill(reports: u64, context: &Context) -> Outcome<Record> {
    let config = Config { reports, ..Config::default() };
    let mut record = Record { reports, seed: config.seed, year: config.to_year, ..Record::default() };
    let mut clock = Stopwatch::start();

    let folder = context.folder.root().join("demo");
    generate(&config, &folder, context)?;
    clock.lap("generate", &mut record);

    let (rows, rejects) = bring_in(&folder, config.to_year, context).await?;
    clock.lap("ingest", &mut record);
    let lang = context.lang;
    let n = |value: u64| lang.integer(value as f64);
    add(&mut record, "facts", n(rows), &context.facts.location());
    if let Some(rejects) = rejects {
        add(&mut record, "rejects", n(rejects.0), &rejects.1);
    }

    let options = RunOptions::new(context.by());
    let series = beffroi_desk_series::run(context.facts.as_ref(), &context.store, options).await.map_err(ours)?;
    clock.lap("series", &mut record);
    add(&mut record, "series", n(series.series), Path::new("/series"));

    if series.reports_scanned > 0 || rows > 0 {
        let seen = watch::look(None, None, context).await?;
        clock.lap("watch", &mut record);
        add(&mut record, "signals", n(seen.signals), Path::new("/signaux"));
        if let Some(strongest) = strongest(context).await? {
            let linked = evidence_for(&strongest, context).await?;
            let reason = context.lang.say("cli-demo-decision");
            signals::decide(&context.store, &strongest.id, Decision::New, &reason, &context.by())
                .await
                .map_err(ours)?;
            let flash = alert::draft(&strongest.id, linked, context).await?;
            let path = context.folder.alerts().join(format!("{}.pdf", flash.reference));
            alert::export(&flash, AlertFormat::Pdf, &path, context)?;
            add(&mut record, "alert", flash.reference.to_string(), &path);
        }
        clock.lap("alert", &mut record);
    }

    accounts(&mut record, context).await?;
    clock.lap("accounts", &mut record);
    let records = super::registers::fill(record.year, context).await?;
    clock.lap("registers", &mut record);
    add(&mut record, "registers", n(records), Path::new("/registres"));

    // Last: the chapters that were written in the registers are laid into it.
    let out = context.folder.report(record.year);
    let built = report::build(record.year, None, &out, context).await?;
    clock.lap("report", &mut record);
    let year = record.year.to_string();
    add(&mut record, "report", year.clone(), &out.join("report.pdf"));
    add(&mut record, "report-html", year, &out.join("report.html"));
    let certificates = n(u64::try_from(built.certificates.len()).unwrap_or(u64::MAX));
    add(&mut record, "certificates", certificates, &out.join("birth-certificates.json"));
    record.snapshot = built.snapshot;
    Ok(record)
}

fn add(record: &mut Record, name: &str, what: String, place: &Path) {
    record.products.push(Product { name: name.to_owned(), what, place: place.display().to_string() });
}

/// Writes the real tables and the synthetic files of the services.
fn generate(config: &Config, folder: &Path, context: &Context) -> Outcome {
    fs::create_dir_all(folder).map_err(|e| io_fault("create", folder, &e))?;
    for table in TABLES {
        let path = folder.join(table.file);
        fs::write(&path, table.bytes).map_err(|e| io_fault("write", &path, &e))?;
    }
    let bar = progress::bar(config.reports, context.lang.say("cli-progress-generate"), context.quiet);
    beffroi_testkit::generate(config, folder, &|done| bar.set_position(done)).map_err(ours)?;
    bar.finish_and_clear();
    Ok(())
}

/// Brings every file in through its declaration; gives back the rows that landed and the first file of rejects.
async fn bring_in(folder: &Path, to_year: i16, context: &Context) -> Outcome<(u64, Option<(u64, PathBuf)>)> {
    // The services' files stand at the end of their last year.
    let end = Date::new(to_year, 12, 31).ok();
    let tables = TABLES.iter().map(|table| (table.source, table.file, Some(table.vintage)));
    let services = File::ALL.iter().map(|file| (file.source(), file.name(), end));
    let mut rows = 0;
    let mut rejects = None;
    for (id, name, vintage) in tables.chain(services) {
        let source = sources::source(id).ok_or_else(|| Fault::ours(format!("the source `{id}` is not built in")))?;
        let summary = ingest::file(source, &folder.join(name), vintage, false, &Given::new(), context).await?;
        rows += summary.rows_accepted;
        if let Some(path) = summary.rejects {
            rejects = rejects.or(Some((summary.rows_rejected, path)));
        }
    }
    Ok((rows, rejects))
}

/// The strongest signal that has a phenomenon: a flash is about one.
async fn strongest(context: &Context) -> Outcome<Option<signals::Signal>> {
    let signals = signals::list(&context.store).await.map_err(ours)?;
    Ok(signals.into_iter().find(|signal| signal.phenomenon.is_some() && signal.content.news.is_none()))
}

/// The largest series on the signal's phenomenon whose reports come in the signal's weeks: its evidence goes into the
/// technical block of the flash.
async fn evidence_for(signal: &signals::Signal, context: &Context) -> Outcome<Vec<SeriesId>> {
    let series = beffroi_desk_series::list(&context.store, 10_000, 0).await.map_err(ours)?;
    let of_signal = series.into_iter().find(|line| {
        line.phenomenon == signal.phenomenon
            && line.first_on >= signal.first_week.start().saturating_sub(jiff::Span::new().weeks(2))
    });
    Ok(of_signal.map(|line| line.id).into_iter().collect())
}

/// The accounts, marked as demo ones, with passwords made for this folder.
async fn accounts(record: &mut Record, context: &Context) -> Outcome {
    let lang = context.lang;
    record.login = LOGIN.to_owned();
    record.password = password(context)?;
    record.second_login = SECOND_LOGIN.to_owned();
    record.second_password = password(context)?;
    record.third_login = THIRD_LOGIN.to_owned();
    record.third_password = password(context)?;
    record.fourth_login = FOURTH_LOGIN.to_owned();
    record.fourth_password = password(context)?;
    record.fifth_login = FIFTH_LOGIN.to_owned();
    record.fifth_password = password(context)?;
    let people = [
        (&record.login, &record.password, lang.say("cli-demo-person")),
        (&record.second_login, &record.second_password, lang.say("cli-demo-second-person")),
        (&record.third_login, &record.third_password, lang.say("cli-demo-third-person")),
        (&record.fourth_login, &record.fourth_password, lang.say("cli-demo-fourth-person")),
        (&record.fifth_login, &record.fifth_password, lang.say("cli-demo-fifth-person")),
    ];
    for (login, password, name) in people {
        context.store.account_create(login, &name, Some(password), true, &context.by()).await.map_err(ours)?;
    }
    super::rights::give(context).await
}

/// Sixteen hexadecimal digits of chance.
pub(crate) fn password(context: &Context) -> Outcome<String> {
    let mut bytes = [0_u8; 8];
    context.store.keys().random(&mut bytes).map_err(ours)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Times each step.
struct Stopwatch(Instant);

impl Stopwatch {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn lap(&mut self, step: &str, record: &mut Record) {
        record.steps.push((step.to_owned(), self.0.elapsed().as_secs_f64()));
        self.0 = Instant::now();
    }
}
