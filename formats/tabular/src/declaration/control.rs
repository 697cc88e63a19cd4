//! What a delivery is held to before it is accepted: `[[control]]` tables, and the `[delivery]` table on rhythm and vintages.

use super::condition::Condition;
use super::error::Fault;
use super::field::one_or_many;
use beffroi_model::{Grain, Period};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

/// What becomes of a delivery that a control does not hold for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing of it lands.
    #[default]
    Refuse,
    /// It lands, and its quality sheet says so.
    Warn,
}

impl Severity {
    /// The code kept in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Warn => "warn",
        }
    }
}

/// What is compared with what. The first five look at the rows as they are written, rejected and skipped ones too; the others at
/// the published counts that rows became, or, for `complete`, at either kind of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControlKind {
    /// The sum of `column`, or the number of rows without one, is the `expected` that the service gives.
    Total,
    /// In each row of totals, `column` is what the other rows have in it, added up `by` some columns.
    RowsOfTotals,
    /// In each row, `column` is the sum of `columns`.
    RowSum,
    /// Each value of `column` is between `min` and `max`.
    Range,
    /// `column` grows from row to row: numbers by value, other texts by their order.
    Increasing,
    /// The whole is the sum of its parts `along` territories, categories, months or quarters.
    Parts,
    /// The unit of count is one of `units`.
    Unit,
    /// Every month or department of the span is there.
    Complete,
    /// No figure is `factor` times off its neighbours.
    Neighbours,
    /// No figure differs from the previous vintage by more than `relative` and `absolute`.
    Revision,
}

impl ControlKind {
    /// The code kept in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::RowsOfTotals => "rows-of-totals",
            Self::RowSum => "row-sum",
            Self::Range => "range",
            Self::Increasing => "increasing",
            Self::Parts => "parts",
            Self::Unit => "unit",
            Self::Complete => "complete",
            Self::Neighbours => "neighbours",
            Self::Revision => "revision",
        }
    }

    /// Whether it looks at rows as they are written.
    pub fn is_of_rows(self) -> bool {
        matches!(self, Self::Total | Self::RowsOfTotals | Self::RowSum | Self::Range | Self::Increasing)
    }
}

/// Along what parts make a whole, or a span is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Along {
    /// Departments, collectivities, abroad and not located, within a country.
    Territory,
    /// Categories, within the count that has none.
    Category,
    /// Months, within their year or quarter.
    Month,
    /// Quarters, within their year.
    Quarter,
}

/// One control.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Its name, unique in the source: `--control NAME=VALUE` gives what is expected.
    pub name: String,
    /// What is compared with what.
    pub kind: ControlKind,
    /// What becomes of the delivery when it does not hold.
    #[serde(default)]
    pub severity: Severity,
    /// Only rows where these hold.
    #[serde(default, rename = "where")]
    pub conditions: Vec<Condition>,
    /// The column, for what looks at rows.
    pub column: Option<String>,
    /// The columns that are the parts of `column`.
    #[serde(default, deserialize_with = "one_or_many")]
    pub columns: Vec<String>,
    /// The columns that tell what a total is of: a year, a region; none for one total of all.
    #[serde(default, deserialize_with = "one_or_many")]
    pub by: Vec<String>,
    /// The total that the service gives.
    pub expected: Option<f64>,
    /// The least value.
    pub min: Option<f64>,
    /// The greatest value.
    pub max: Option<f64>,
    /// How far two figures may be apart and still pass for equal: half the rounding of each, added up.
    #[serde(default)]
    pub tolerance: f64,
    /// Along what.
    pub along: Option<Along>,
    /// Only these series; all when empty.
    #[serde(default, deserialize_with = "one_or_many")]
    pub series: Vec<String>,
    /// The code of the whole; `FR` along territories, no category along categories.
    pub whole: Option<String>,
    /// The codes of the parts, when not all that there are.
    #[serde(default, deserialize_with = "one_or_many")]
    pub parts: Vec<String>,
    /// Along territories: what the parts lack is not located. It is told, and no fault.
    #[serde(default)]
    pub gap_is_not_located: bool,
    /// Whole and parts may stand under different definitions.
    #[serde(default)]
    pub across_definitions: bool,
    /// The units of count that may be.
    #[serde(default, deserialize_with = "one_or_many")]
    pub units: Vec<String>,
    /// First month of the span; the first that is there when nothing is said.
    #[serde(default, deserialize_with = "period")]
    pub from: Option<Period>,
    /// Last month of the span; the last that is there when nothing is said.
    #[serde(default, deserialize_with = "period")]
    pub to: Option<Period>,
    /// How many times off its neighbours is too much; 5 when nothing is said.
    pub factor: Option<f64>,
    /// Share of the previous figure by which the next may differ.
    pub relative: Option<f64>,
    /// Units by which the next may differ whatever the share.
    pub absolute: Option<f64>,
}

/// What a file of the source holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// All that the service knows: what was there before and is not any more has vanished.
    Whole,
    /// What came in addition.
    Additions,
}

/// When deliveries are due and how they compare with the one before.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rhythm {
    /// One delivery is due for each of these.
    pub every: Option<Grain>,
    /// Days after the end of the period by which it is due.
    #[serde(default)]
    pub within_days: u16,
    /// What a file holds; counts are `whole` and reports `additions` when nothing is said.
    pub holds: Option<Holds>,
    /// Share of the previous figure from which a difference is listed.
    #[serde(default = "two_in_a_hundred")]
    pub relative: f64,
    /// Units under which no difference is listed.
    #[serde(default = "five")]
    pub absolute: f64,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self { every: None, within_days: 0, holds: None, relative: two_in_a_hundred(), absolute: five() }
    }
}

fn two_in_a_hundred() -> f64 {
    0.02
}

fn five() -> f64 {
    5.0
}

fn period<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Period>, D::Error> {
    String::deserialize(deserializer)?.parse().map(Some).map_err(D::Error::custom)
}

/// Checks that each control says what its kind needs, and nothing that its kind does not read.
pub(super) fn check(controls: &[Control], rhythm: &Rhythm, of_counts: bool, has_totals: bool) -> Result<(), Fault> {
    for (index, control) in controls.iter().enumerate() {
        let fault = |key: &str, message: String, help: Option<&str>| Fault {
            path: ["control", &index.to_string(), key]
                .into_iter()
                .filter(|k| !k.is_empty())
                .map(str::to_owned)
                .collect(),
            message,
            help: help.map(str::to_owned),
        };
        let name = &control.name;
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
            let help = Some("use lower-case letters, digits and hyphens, at most 64");
            return Err(fault("name", "this is no name of a control".to_owned(), help));
        }
        if controls.iter().take(index).any(|before| before.name == *name) {
            return Err(fault("name", format!("there are two controls `{name}`"), Some("rename one of them")));
        }
        super::check::conditions(
            &control.conditions,
            &super::check::Place::of(&["control", &index.to_string(), "where"]),
            0,
        )?;
        let code = control.kind.code();
        for (key, said, needed, read) in control.keys() {
            if needed && !said {
                return Err(fault("", format!("control `{name}`: kind `{code}` needs `{key}`"), None));
            }
            if said && !read {
                return Err(fault(
                    key,
                    format!("control `{name}`: kind `{code}` does not read `{key}`"),
                    Some("remove it"),
                ));
            }
        }
        if !control.kind.is_of_rows() && control.kind != ControlKind::Complete && !of_counts {
            let help =
                "of reports, `total`, `rows-of-totals`, `row-sum`, `range`, `increasing` and `complete` can be checked";
            return Err(fault("kind", format!("kind `{code}` speaks of published counts"), Some(help)));
        }
        if control.kind == ControlKind::RowsOfTotals && !has_totals {
            let help = "say with `totals = […]` which rows hold them";
            return Err(fault("kind", "the source declares no rows of totals".to_owned(), Some(help)));
        }
        if control.kind == ControlKind::Complete && !matches!(control.along, Some(Along::Month | Along::Territory)) {
            return Err(fault("along", "a span is complete along `month` or `territory`".to_owned(), None));
        }
        let spans = [control.from, control.to].into_iter().flatten();
        if spans.into_iter().any(|period| period.grain() != Grain::Month) {
            return Err(fault("from", "a span goes from a month to a month".to_owned(), None));
        }
        if control.gap_is_not_located && control.along != Some(Along::Territory) {
            return Err(fault("gap_is_not_located", "only territories leave something not located".to_owned(), None));
        }
        if control.factor.is_some_and(|factor| !(factor > 1.0 && factor.is_finite())) {
            return Err(fault("factor", "a factor is above 1".to_owned(), None));
        }
        let sizes = [control.relative, control.absolute, Some(control.tolerance)];
        if sizes.into_iter().flatten().any(|size| !(size >= 0.0 && size.is_finite())) {
            return Err(fault("tolerance", "a tolerance or threshold is zero or more".to_owned(), None));
        }
    }
    if [rhythm.relative, rhythm.absolute].into_iter().any(|size| !(size >= 0.0 && size.is_finite())) {
        let path = vec!["delivery".to_owned()];
        return Err(Fault { path, message: "a threshold is zero or more".to_owned(), help: None });
    }
    Ok(())
}

impl Control {
    /// Each key: whether it is said, whether the kind needs it, whether the kind reads it.
    fn keys(&self) -> [(&'static str, bool, bool, bool); 18] {
        use ControlKind as K;
        let is = |kinds: &[K]| kinds.contains(&self.kind);
        let of_counts = is(&[K::Parts, K::Unit, K::Complete, K::Neighbours, K::Revision]);
        [
            ("where", !self.conditions.is_empty(), false, self.kind.is_of_rows()),
            (
                "column",
                self.column.is_some(),
                is(&[K::RowsOfTotals, K::RowSum, K::Range, K::Increasing]),
                self.kind.is_of_rows(),
            ),
            ("by", !self.by.is_empty(), false, is(&[K::RowsOfTotals])),
            ("columns", !self.columns.is_empty(), is(&[K::RowSum]), is(&[K::RowSum])),
            ("expected", self.expected.is_some(), false, is(&[K::Total])),
            ("min", self.min.is_some(), is(&[K::Range]) && self.max.is_none(), is(&[K::Range])),
            ("max", self.max.is_some(), false, is(&[K::Range])),
            ("tolerance", self.tolerance != 0.0, false, is(&[K::Total, K::RowsOfTotals, K::RowSum, K::Parts])),
            ("along", self.along.is_some(), is(&[K::Parts, K::Complete]), is(&[K::Parts, K::Complete])),
            ("series", !self.series.is_empty(), false, of_counts),
            ("whole", self.whole.is_some(), false, is(&[K::Parts])),
            ("parts", !self.parts.is_empty(), false, is(&[K::Parts])),
            ("gap_is_not_located", self.gap_is_not_located, false, is(&[K::Parts])),
            ("across_definitions", self.across_definitions, false, is(&[K::Parts])),
            ("units", !self.units.is_empty(), is(&[K::Unit]), is(&[K::Unit])),
            ("from", self.from.is_some() || self.to.is_some(), false, is(&[K::Complete])),
            ("factor", self.factor.is_some(), false, is(&[K::Neighbours])),
            ("relative", self.relative.is_some() || self.absolute.is_some(), is(&[K::Revision]), is(&[K::Revision])),
        ]
    }
}

#[cfg(test)]
mod tests {
    use crate::{Along, ControlKind, Declaration, Holds, Severity};

    fn declared(tables: &str) -> Result<Declaration, String> {
        let text = format!(
            r#"id = "essai"
version = 1
title = {{ fr = "Essai", en = "Trial" }}
origin = {{ publisher = "x", licence = "x" }}
layer = "recorded"
unit = "victime"
legal_basis = "x"
file = {{ format = "csv" }}
[[count]]
series = "serie"
period = "annee"
territory = "dept"
value = "n"
definition_version = {{ const = "1" }}
{tables}"#
        );
        Declaration::parse(&text).map_err(|error| error.to_string())
    }

    #[test]
    fn controls_are_read() {
        let declaration = declared(
            r#"[[control]]
name = "total"
kind = "total"
column = "n"
where = [{ column = "dept", is = "FR" }]
expected = 4386
[[control]]
name = "departements"
kind = "parts"
along = "territory"
gap_is_not_located = true
severity = "warn"
[delivery]
every = "month"
within_days = 20
holds = "whole"
"#,
        )
        .unwrap();
        let [total, parts] = &declaration.controls[..] else { panic!() };
        assert_eq!((total.kind, total.severity, total.expected), (ControlKind::Total, Severity::Refuse, Some(4386.0)));
        assert_eq!((parts.along, parts.severity), (Some(Along::Territory), Severity::Warn));
        assert_eq!(declaration.rhythm.holds, Some(Holds::Whole));
        assert!((declaration.rhythm.relative - 0.02).abs() < 1e-12);
    }

    #[test]
    fn what_means_nothing_is_said_with_its_line() {
        for (table, said) in [
            ("name = \"A b\"\nkind = \"total\"", "line 16: this is no name of a control"),
            ("name = \"a\"\nkind = \"row-sum\"\ncolumn = \"n\"", "needs `columns`"),
            (
                "name = \"a\"\nkind = \"total\"\nunits = \"x\"",
                "line 18: control `a`: kind `total` does not read `units`",
            ),
            ("name = \"a\"\nkind = \"complete\"\nalong = \"category\"", "along `month` or `territory`"),
            ("name = \"a\"\nkind = \"complete\"\nalong = \"month\"\nfrom = \"2024\"", "from a month to a month"),
            ("name = \"a\"\nkind = \"rows-of-totals\"\ncolumn = \"n\"", "declares no rows of totals"),
            ("name = \"a\"\nkind = \"total\"\nby = \"dept\"", "does not read `by`"),
            ("name = \"a\"\nkind = \"neighbours\"\nfactor = 1", "above 1"),
            ("name = \"a\"\nkind = \"total\"\ntolerance = -1.0", "zero or more"),
            ("name = \"a\"\nkind = \"total\"\nwhere = [{ column = \"x\" }]", "either `is` or `is_not`"),
            ("name = \"a\"\nkind = \"total\"\n[[control]]\nname = \"a\"\nkind = \"total\"", "two controls `a`"),
        ] {
            let error = declared(&format!("[[control]]\n{table}")).unwrap_err();
            assert!(error.contains(said), "{table}: {error}");
        }
    }
}
