//! The annual report on the cyber threat, built from one snapshot of the lake.
//!
//! [`build`] computes every figure through the declared indicators, protects it, and lays it out as a
//! [`Document`] with its birth certificates and the data of its figures. Nothing is typed by hand: a number in the
//! prose is the number of a certified figure. The same snapshot, instant and options give the same bytes.
//!
//! Survey, platform and recorded figures stand side by side in one table without a total; nothing here adds them.

mod annex;
mod beside;
mod certified;
mod chapters;
mod claims;
mod data;
mod fraud;
mod front;
mod layers;
mod method;
mod of_the_year;
mod offences;
mod press;
mod watch;

#[cfg(test)]
mod tests;

pub use certified::{birth_certificates_json, every_number_is_certified};
pub use chapters::{ChapterText, CitedFigures};
pub use of_the_year::{alerts_of, signals_of};

use beffroi_codes::Lists;
use beffroi_document::{Cover, Document};
use beffroi_indicators::{Certificate, CertifiedValue, IndicatorError};
use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_ports::Facts;
use beffroi_rights::{Kind, Object, OpaqueIdError, State, World};
use beffroi_store::By;
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use press::Press;
use serde::Serialize;

/// How the report is to be built.
#[derive(Debug, Clone, PartialEq)]
pub struct Options<'a> {
    /// The snapshot to read; the latest when none is given.
    pub snapshot: Option<u64>,
    /// The instant of the building, written in the certificates and (as a day) on the cover.
    pub now: Timestamp,
    /// The language.
    pub lang: Lang,
    /// The program's version.
    pub program_version: &'a str,
    /// The code lists in use, which the certificates name.
    pub lists: Lists,
    /// The marking of the report. Signals and flashes marked more narrowly are left out, and counted.
    pub marking: Marking,
    /// What the sources are called and under which licence; a source that is not named here stands under its identifier.
    pub sources: &'a [SourceLine],
    /// The signals of the year, in the order in which they are to stand.
    pub signals: &'a [SignalLine],
    /// The flash alerts of the year, in the order in which they are to stand.
    pub alerts: &'a [AlertLine],
    /// The chapters that are ready, in the order in which they are to stand.
    pub chapters: &'a [ChapterText],
    /// The frozen figures that they cite.
    pub cited: &'a [CitedFigures],
}

/// The facts on which rights to the report of a year depend, as it is built: a draft of the service that builds it.
///
/// # Errors
/// Never for a year of four digits.
pub fn guard(year: i16, by: &By) -> Result<Object, OpaqueIdError> {
    let id = year.to_string().parse()?;
    let mut object = Object::new(id, Kind::AnnualReport, World::Coordination, by.service.clone(), Territory::france());
    object.marking = Marking { tlp: Tlp::Green, pap: Pap::Green };
    object.author = by.person();
    object.state = State::Draft;
    Ok(object)
}

/// A source as the method page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLine {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The licence of its data.
    pub licence: String,
}

/// A signal of the watch as the report shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalLine {
    /// The day.
    pub date: Date,
    /// What it is about.
    pub title: String,
    /// Where, in words.
    pub territory: String,
    /// What was counted.
    pub observed: f64,
    /// The threshold it passed; none when it could not be computed.
    pub threshold: Option<f64>,
    /// What became of it, in words.
    pub state: String,
    /// To whom it may go, and what may be done with it.
    pub marking: Marking,
}

/// A flash alert as the report shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertLine {
    /// The day.
    pub date: Date,
    /// Its reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Its state, in words.
    pub state: String,
    /// To whom it may go, and what may be done with it.
    pub marking: Marking,
}

/// Figures printed from a register rather than from an indicator: the signals of the watch, the sources.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegisterExtract {
    /// Identifier of the table.
    pub id: String,
    /// The register.
    pub register: String,
    /// The snapshot of the lake beside it.
    pub snapshot: u64,
    /// When it was read.
    pub read_at: Timestamp,
    /// What was printed.
    pub values: Vec<CertifiedValue>,
}

/// A built report.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnualReport {
    /// What it says.
    pub document: Document,
    /// One page for the press.
    pub press_sheet: Document,
    /// Its key figures in English.
    pub summary: Document,
    /// References of the chapters that its marking does not let in.
    pub withheld: Vec<String>,
    /// One birth certificate a key figure, figure and table, in the order of the document; then those of the summary.
    pub certificates: Vec<Certificate>,
    /// What was printed from registers.
    pub registers: Vec<RegisterExtract>,
    /// File name and CSV text of the data of each figure and table.
    pub tables: Vec<(String, String)>,
    /// The snapshot read.
    pub snapshot: u64,
}

/// Why a report cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The lake holds nothing.
    #[error("the lake is empty: bring a source's files in with `beffroi ingest`, then build the report")]
    Empty,
    /// That year cannot be reported on.
    #[error("{year} is no year of the report: expected a year from 1900 to 9998")]
    Year {
        /// What was asked.
        year: i16,
    },
    /// A figure could not be computed.
    #[error(transparent)]
    Indicator(#[from] IndicatorError),
}

impl ReportError {
    /// Whether the request is at fault (exit status 1) rather than the house (2).
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Empty | Self::Year { .. } => true,
            Self::Indicator(error) => error.is_user_fault(),
        }
    }
}

/// Builds the report of `year`.
///
/// # Errors
/// [`ReportError`] when the lake is empty, has no such snapshot or cannot answer. A part for which there are no data is
/// not an error: the report says that they are missing.
pub async fn build(facts: &dyn Facts, year: i16, options: &Options<'_>) -> Result<AnnualReport, ReportError> {
    let data = data::Data::gather(facts, year, options).await?;
    let lang = options.lang;
    let mut press = Press::new(lang, data.snapshot, options.now, options.sources);

    let mut blocks = front::read_this_first(&data, &press);
    let key = front::key_figures(&data, &mut press);
    let press_sheet = beside::press_sheet(&data, &key, options, &press);
    blocks.extend(key);
    blocks.extend(chapters::section(options, &mut press));
    blocks.extend(offences::section(&data, &mut press)?);
    blocks.extend(fraud::section(&data, &mut press));
    blocks.extend(claims::section(&data, &mut press));
    blocks.extend(layers::section(&data, &mut press)?);
    blocks.extend(watch::section(options, &mut press));
    blocks.extend(method::section(&data, options, &mut press));
    blocks.extend(annex::section(&mut press));

    let (summary, in_english) = beside::summary(&data, options);
    let year_text = year.to_string();
    let of_year = [("year", (&year_text).into())];
    let snapshot = data.snapshot.to_string();
    let mut lines = vec![
        lang.say_with("report-cover-snapshot", &[("snapshot", (&snapshot).into())]),
        lang.say_with("report-cover-program", &[("version", options.program_version.into())]),
    ];
    if let Some(vintage) = data.sources.iter().map(|s| s.vintage).max() {
        let vintage = lang.date(vintage);
        lines.push(lang.say_with("report-cover-vintage", &[("date", (&vintage).into())]));
    }
    let document = Document {
        lang: lang.code().to_owned(),
        title: lang.say_with("report-title", &of_year),
        author: lang.say("report-author"),
        date: lang.date(day_of(options.now)),
        marking: options.marking.to_string(),
        banner: banner(&press, options),
        cover: Some(Cover {
            kicker: lang.say("report-kicker"),
            subtitle: lang.say_with("report-subtitle", &of_year),
            lines,
        }),
        blocks,
    };
    let printed: Vec<&str> = chapters::printed(options).iter().map(|chapter| chapter.reference.as_str()).collect();
    let withheld = options.chapters.iter().map(|chapter| chapter.reference.clone());
    Ok(AnnualReport {
        document,
        press_sheet,
        summary,
        withheld: withheld.filter(|reference| !printed.contains(&reference.as_str())).collect(),
        certificates: press.certificates.into_iter().chain(in_english.certificates).collect(),
        registers: press.registers,
        tables: press.files,
        snapshot: data.snapshot,
    })
}

/// The day of an instant, in Paris.
fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)).date()
}

/// What each page carries when any of it is made up.
fn banner(press: &Press, options: &Options<'_>) -> Option<String> {
    let synthetic = press.certificates.iter().any(|certificate| certificate.synthetic)
        || chapters::printed(options).iter().any(|chapter| chapter.synthetic);
    synthetic.then(|| press.lang.say("report-synthetic-banner"))
}
