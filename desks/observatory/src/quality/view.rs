//! The quality sheet in words: the same sections on the page, in the PDF and on the command line.
//!
//! Figures that count reports of victims are shown rounded to ten, and as secret under five: rounding to more than the threshold
//! leaves nothing to find by subtracting them from a published table.

mod comparison;
mod content;
mod document;
mod duplicates;

pub use document::document;

use super::sheet::{Outcome, Place, QualitySheet, Range};
use beffroi_statistics::round_half_even;
use beffroi_wording::{Lang, Value};
use jiff::tz::TimeZone;

/// Under this, a count of reports is secret.
const SECRET: f64 = 5.0;

/// To this, counts of reports are rounded.
const ROUNDED: f64 = 10.0;

/// A part of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its anchor.
    pub id: &'static str,
    /// Its heading.
    pub title: String,
    /// What is to be known of it.
    pub notes: Vec<String>,
    /// Terms and values.
    pub terms: Vec<(String, String)>,
    /// Tables.
    pub tables: Vec<Table>,
}

/// A table of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its anchor, unique in the sheet.
    pub id: String,
    /// Its caption.
    pub caption: String,
    /// Headings, and whether the column is of figures.
    pub columns: Vec<(String, bool)>,
    /// Rows, each as long as `columns`; never empty.
    pub rows: Vec<Vec<String>>,
    /// How many rows are not shown, in words.
    pub left: Option<String>,
}

/// The sheet in words.
pub fn sections(sheet: &QualitySheet, lang: Lang) -> Vec<Section> {
    let words = Words { lang, of_reports: sheet.of_reports };
    vec![
        content::delivery(sheet, words),
        comparison::controls(sheet, words),
        content::completeness(sheet, words),
        content::validity(sheet, words),
        content::timeliness(sheet, words),
        comparison::differences(sheet, words),
        comparison::suspicions(sheet, words),
        duplicates::section(sheet, words),
    ]
}

/// What became of the delivery, in words.
pub fn outcome(sheet: &QualitySheet, lang: Lang) -> String {
    match sheet.outcome {
        Outcome::Landed { snapshot } => {
            lang.say_with("quality-outcome-landed", &[("snapshot", (&snapshot.to_string()).into())])
        }
        Outcome::NothingNew => lang.say("quality-outcome-nothing-new"),
        Outcome::Refused => lang.say("quality-outcome-refused"),
    }
}

/// How the controls ended, in words.
pub fn verdict(sheet: &QualitySheet, lang: Lang) -> String {
    let n = sheet.controls.iter().filter(|control| control.state == super::ControlState::Failed).count();
    match (sheet.controls.len(), n) {
        (0, _) => lang.say("quality-controls-none"),
        (_, 0) => lang.say("quality-controls-hold"),
        (_, n) => {
            lang.say_with("quality-controls-failed", &[("n", Value::Count(i64::try_from(n).unwrap_or(i64::MAX)))])
        }
    }
}

/// How figures and codes of this sheet are written.
#[derive(Debug, Clone, Copy)]
struct Words {
    lang: Lang,
    of_reports: bool,
}

impl Words {
    fn say(self, key: &str) -> String {
        self.lang.say(key)
    }

    fn n(self, n: u64) -> String {
        self.lang.integer(n as f64)
    }

    /// A figure: as it is when it was published, protected when it counts reports.
    fn figure(self, value: Option<f64>) -> String {
        match value {
            None => self.say("indicator-no-value"),
            Some(value) if self.of_reports && value > 0.0 && value < SECRET => self.say("indicator-secret"),
            Some(value) if self.of_reports => self.lang.integer(round_half_even(value, ROUNDED).max(0.0)),
            Some(value) => self.number(value),
        }
    }

    fn number(self, value: f64) -> String {
        self.lang.decimal(value, if value.fract() == 0.0 { 0 } else { 2 })
    }

    fn range(self, range: Option<Range>) -> String {
        let Some(range) = range else { return self.say("quality-no-estimate") };
        let [number, low, high] = [range.number, range.low, range.high].map(|value| self.lang.integer(value.round()));
        let values = [("number", (&number).into()), ("low", (&low).into()), ("high", (&high).into())];
        self.lang.say_with("quality-range", &values)
    }

    fn place(self, place: &Place) -> String {
        let mut parts = Vec::new();
        if let Some(line) = place.line {
            parts.push(self.lang.say_with("quality-line", &[("line", (&line.to_string()).into())]));
        }
        parts.extend(place.series.clone());
        parts.extend(place.period.as_ref().map(|period| self.period(period)));
        parts.extend(place.territory.as_ref().map(|code| self.territory(code)));
        parts.extend(place.category.as_ref().map(|code| self.label("digital_offences", code)));
        parts.extend(place.unit.clone());
        parts.extend(place.definition.clone());
        if parts.is_empty() { self.say("quality-whole-file") } else { parts.join(" · ") }
    }

    fn period(self, text: &str) -> String {
        text.parse().map_or_else(|_| text.to_owned(), |period| self.lang.period(period))
    }

    fn territory(self, code: &str) -> String {
        match code {
            "FR" => self.say("web-france"),
            code if code.starts_with('R') => self.label("regions", code),
            code => self.label("departments", code),
        }
    }

    fn label(self, list: &str, code: &str) -> String {
        beffroi_codes::list(list).map_or_else(|| code.to_owned(), |list| list.label(code, self.lang.code()).to_owned())
    }

    fn section(self, id: &'static str) -> Section {
        let title = self.say(&format!("quality-{id}"));
        Section { id, title, notes: Vec::new(), terms: Vec::new(), tables: Vec::new() }
    }

    /// A table whose columns are headed by `quality-column-…`; a name with `#` before it is of figures. None without rows.
    fn table(self, id: &str, columns: &[&str], rows: Vec<Vec<String>>, n: u64) -> Option<Table> {
        if rows.is_empty() {
            return None;
        }
        let column = |name: &&str| match name.strip_prefix('#') {
            Some(name) => (self.say(&format!("quality-column-{name}")), true),
            None => (self.say(&format!("quality-column-{name}")), false),
        };
        let left = n.saturating_sub(rows.len() as u64);
        Some(Table {
            id: format!("table-{id}"),
            caption: self.say(&format!("quality-table-{id}")),
            columns: columns.iter().map(column).collect(),
            rows,
            left: (left > 0).then(|| {
                let count = Value::Count(i64::try_from(left).unwrap_or(i64::MAX));
                self.lang.say_with("quality-left", &[("n", count)])
            }),
        })
    }

    fn instant(self, at: jiff::Timestamp) -> String {
        let zoned = at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));
        let (date, time) = (self.lang.date(zoned.date()), format!("{:02}:{:02}", zoned.hour(), zoned.minute()));
        self.lang.say_with("web-instant", &[("date", (&date).into()), ("time", (&time).into())])
    }
}
