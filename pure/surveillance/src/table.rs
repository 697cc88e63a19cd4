//! Series that somebody brings as a table: columns series, period, count and, if need be, population.

use crate::{Calendar, Series};
use beffroi_model::{Grain, Period};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::io::Read;

/// The most periods between the first and the last of a series.
const LONGEST: i64 = 20_000;
/// The most rows read.
const MOST_ROWS: u64 = 50_000_000;
/// The most faults told; all are counted.
const MOST_FAULTS: usize = 100;
/// Longest text repeated in a message, in characters.
const SHOWN: usize = 40;
/// Longest name of a series, in bytes.
const LONGEST_NAME: usize = 400;

/// The series of a table, in the order in which they first appear.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesTable {
    /// The series.
    pub series: Vec<NamedSeries>,
    /// Rows read, the heading apart.
    pub rows: u64,
    /// Rows left out.
    pub rejected: u64,
    /// Why, of the first hundred.
    pub faults: Vec<RowFault>,
    /// What its periods are.
    pub unit: PeriodUnit,
}

/// A series of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedSeries {
    /// Its name.
    pub name: String,
    /// Where it begins, on the scale of [`PeriodUnit`].
    pub first: i64,
    /// Its counts; a period without a row, or with an empty count, is missing.
    pub series: Series,
}

/// What the periods of a table are; all are of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodUnit {
    /// Whole numbers.
    Index,
    /// Days.
    Day,
    /// Weeks from the day after this many days since 1 January 1970, ISO or given by their first day.
    Week {
        /// Whether they are written `2024-W07`.
        iso: bool,
        /// Days after a Thursday, on which 1970 began, at which weeks begin.
        phase: i64,
    },
    /// Months.
    Month,
}

/// Why a row was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The line, from 1, the heading being the first.
    pub line: u64,
    /// The column.
    pub column: &'static str,
    /// What stands there, cut.
    pub value: String,
    /// What was expected.
    pub expected: &'static str,
}

/// Why no series could be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A column that the table has not.
    #[error(
        "the table has no column `{column}`: expected series, period, count and, if need be, population; it has {known}"
    )]
    NoColumn {
        /// The column.
        column: &'static str,
        /// The columns there are, cut.
        known: String,
    },
    /// No row is good.
    #[error("the table has no good row; the first fault: {first}")]
    Nothing {
        /// The first fault.
        first: String,
    },
    /// A series that spans too much.
    #[error(
        "series `{series}` goes from {first} to {last}: more than {LONGEST} periods; look for a period that was mistyped"
    )]
    TooLong {
        /// The series, cut.
        series: String,
        /// Its first period.
        first: String,
        /// Its last period.
        last: String,
    },
    /// Too much to hold.
    #[error("more than {MOST_ROWS} rows: detect in parts of the series")]
    TooMany,
    /// It is no CSV in UTF-8.
    #[error("the table could not be read: {0}")]
    Read(#[from] csv::Error),
}

impl std::fmt::Display for RowFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}: `{}`, expected {}", self.line, self.column, self.value, self.expected)
    }
}

/// A period as written: what it is, and where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Index(i64),
    Day(i64),
    Week(i64),
    Month(i64),
}

const PERIOD: &str = "2024-W07, 2024-02, 2024-02-12 or a whole number, as in the rows before";
const COUNT: &str = "a number ≥ 0, or nothing where it is missing";

impl Written {
    fn read(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse::<i64>()
            && text.len() <= 9
            && !text.starts_with('+')
        {
            return Some(Self::Index(number));
        }
        let period: Period = text.parse().ok()?;
        let start = period.start();
        match period.grain() {
            Grain::Day => Some(Self::Day(days(start))),
            Grain::Week => Some(Self::Week(days(start))),
            Grain::Month => Some(Self::Month(i64::from(start.year()) * 12 + i64::from(start.month()) - 1)),
            Grain::Quarter | Grain::Year => None,
        }
    }

    fn place(self) -> i64 {
        match self {
            Self::Index(place) | Self::Day(place) | Self::Week(place) | Self::Month(place) => place,
        }
    }

    fn same_kind(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// Days since 1 January 1970.
fn days(date: Date) -> i64 {
    Date::constant(1970, 1, 1).until(date).map_or(0, |span| i64::from(span.get_days()))
}

fn date(days: i64) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// The first day of a month, counted from January of year 0.
fn first_of(month: i64) -> Option<Date> {
    Date::new(i16::try_from(month.div_euclid(12)).ok()?, i8::try_from(month.rem_euclid(12) + 1).ok()?, 1).ok()
}

impl PeriodUnit {
    fn of(kind: Written, mut places: impl Iterator<Item = i64>) -> Self {
        match kind {
            Written::Index(_) => Self::Index,
            Written::Month(_) => Self::Month,
            Written::Week(place) => Self::Week { iso: true, phase: place.rem_euclid(7) },
            // Days that all lie whole weeks apart are weeks.
            Written::Day(place) => {
                let phase = place.rem_euclid(7);
                if places.all(|place| place.rem_euclid(7) == phase) {
                    Self::Week { iso: false, phase }
                } else {
                    Self::Day
                }
            }
        }
    }

    fn step(self) -> i64 {
        if matches!(self, Self::Week { .. }) { 7 } else { 1 }
    }

    /// The period `n` periods after a place, as the table writes it.
    pub fn name(self, first: i64, n: usize) -> String {
        let place = first.saturating_add(i64::try_from(n).unwrap_or(i64::MAX).saturating_mul(self.step()));
        let grain = match self {
            Self::Index => return place.to_string(),
            Self::Day | Self::Week { iso: false, .. } => Grain::Day,
            Self::Week { iso: true, .. } => Grain::Week,
            Self::Month => Grain::Month,
        };
        let day = if self == Self::Month { first_of(place) } else { date(place) };
        day.map(|day| Period::containing(day, grain).to_string()).unwrap_or_default()
    }

    /// Where a period lies on the scale of the table, as a user writes it; none when it is of another kind. A day names
    /// the week that begins with it or holds it.
    pub fn place(self, text: &str) -> Option<i64> {
        let written = Written::read(text)?;
        match (self, written) {
            (Self::Index, Written::Index(place))
            | (Self::Day, Written::Day(place))
            | (Self::Month, Written::Month(place)) => Some(place),
            (Self::Week { phase, .. }, Written::Day(place) | Written::Week(place)) => {
                Some(place - (place - phase).rem_euclid(7))
            }
            _ => None,
        }
    }

    /// Periods from one place to another; negative when the other lies before.
    pub fn steps(self, from: i64, to: i64) -> i64 {
        to.saturating_sub(from).div_euclid(self.step())
    }

    fn calendar(self, first: i64, frequency: Option<usize>) -> Calendar {
        match (self, frequency) {
            (_, Some(frequency)) => Calendar::Index { frequency },
            (Self::Week { .. }, None) => match date(first) {
                Some(first) => Calendar::Weekly { first },
                None => Calendar::Index { frequency: 52 },
            },
            (Self::Index, None) => Calendar::Index { frequency: 52 },
            (Self::Day, None) => Calendar::Index { frequency: 365 },
            (Self::Month, None) => Calendar::Index { frequency: 12 },
        }
    }
}

/// A series being read.
#[derive(Default)]
struct Collected {
    rows: Vec<(i64, f64, f64)>,
}

/// Reads the series of a CSV text in UTF-8 with a heading. Rows come in any order. A row that does not read, or gives a
/// period again, is left out and told. `frequency`: periods a year, where it is not that of the calendar (52 for whole
/// numbers).
///
/// # Errors
/// [`TableError`].
pub fn read_table(input: impl Read, frequency: Option<usize>) -> Result<SeriesTable, TableError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(input);
    let heading = reader.headers()?.clone();
    let column = |name: &'static str| {
        heading.iter().position(|title| title.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name)).ok_or_else(
            || {
                let known: String = heading.iter().take(12).collect::<Vec<_>>().join(", ");
                TableError::NoColumn { column: name, known: known.chars().take(200).collect() }
            },
        )
    };
    let (name_at, period_at, count_at) = (column("series")?, column("period")?, column("count")?);
    let population_at = column("population").ok();

    let mut order: Vec<String> = Vec::new();
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    let mut collected: Vec<Collected> = Vec::new();
    let mut kind: Option<Written> = None;
    let (mut rows, mut rejected, mut faults) = (0, 0, Vec::new());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        rows += 1;
        if rows > MOST_ROWS {
            return Err(TableError::TooMany);
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let mut refuse = |column, value: &str, expected| {
            rejected += 1;
            if faults.len() < MOST_FAULTS {
                faults.push(RowFault { line, column, value: value.chars().take(SHOWN).collect(), expected });
            }
        };
        let name = cell(name_at);
        if name.is_empty() || name.len() > LONGEST_NAME {
            refuse("series", name, "the name of a series, at most 400 bytes");
            continue;
        }
        let Some(period) = Written::read(cell(period_at)).filter(|read| kind.is_none_or(|kind| kind.same_kind(*read)))
        else {
            refuse("period", cell(period_at), PERIOD);
            continue;
        };
        let number = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0);
        let count = match cell(count_at) {
            "" | "NA" => f64::NAN,
            text => match number(text) {
                Some(count) => count,
                None => {
                    refuse("count", text, COUNT);
                    continue;
                }
            },
        };
        let population = match population_at.map(cell) {
            None => f64::NAN,
            Some(text) => match number(text).filter(|population| *population > 0.0) {
                Some(population) => population,
                None => {
                    refuse("population", text, "a number > 0");
                    continue;
                }
            },
        };
        kind.get_or_insert(period);
        let at = match by_name.get(name) {
            Some(at) => *at,
            None => {
                order.push(name.to_owned());
                by_name.insert(name.to_owned(), collected.len());
                collected.push(Collected::default());
                collected.len() - 1
            }
        };
        if let Some(series) = collected.get_mut(at) {
            series.rows.push((period.place(), count, population));
        }
    }
    let Some(kind) = kind else {
        let first = faults.first().map_or_else(|| "there is none at all".to_owned(), RowFault::to_string);
        return Err(TableError::Nothing { first });
    };
    let unit = PeriodUnit::of(kind, collected.iter().flat_map(|series| &series.rows).map(|row| row.0));
    let mut series = Vec::with_capacity(order.len());
    for (name, collected) in order.into_iter().zip(collected) {
        let doubled = |place: i64| RowFault {
            line: 0,
            column: "period",
            value: unit.name(place, 0),
            expected: "each period of a series once: the first of its rows counts",
        };
        series.push(collected.finish(name, unit, frequency, population_at.is_some(), |place| {
            rejected += 1;
            if faults.len() < MOST_FAULTS {
                faults.push(doubled(place));
            }
        })?);
    }
    Ok(SeriesTable { series, rows, rejected, faults, unit })
}

impl Collected {
    fn finish(
        mut self,
        name: String,
        unit: PeriodUnit,
        frequency: Option<usize>,
        has_population: bool,
        mut doubled: impl FnMut(i64),
    ) -> Result<NamedSeries, TableError> {
        // Stable: of equal periods, the first row stays first.
        self.rows.sort_by_key(|row| row.0);
        let (first, last) = (self.rows.first().map_or(0, |row| row.0), self.rows.last().map_or(0, |row| row.0));
        let span = (last - first) / unit.step();
        if span >= LONGEST {
            let series = name.chars().take(SHOWN).collect();
            return Err(TableError::TooLong { series, first: unit.name(first, 0), last: unit.name(last, 0) });
        }
        let n = usize::try_from(span + 1).unwrap_or(1);
        let mut counts = vec![f64::NAN; n];
        let mut population = vec![f64::NAN; n];
        let mut before = None;
        for (place, count, people) in self.rows {
            if before == Some(place) {
                doubled(place);
                continue;
            }
            before = Some(place);
            let at = usize::try_from((place - first) / unit.step()).unwrap_or(usize::MAX);
            if let (Some(to), Some(people_to)) = (counts.get_mut(at), population.get_mut(at)) {
                *to = count;
                *people_to = people;
            }
        }
        // The population of a period without a row is that of the one before.
        let mut known = f64::NAN;
        for people in &mut population {
            if people.is_nan() {
                *people = known;
            }
            known = *people;
        }
        let population = has_population.then_some(population);
        let series = Series { counts, population, calendar: unit.calendar(first, frequency) };
        Ok(NamedSeries { name, first, series })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SeriesTable, TableError> {
        read_table(text.as_bytes(), None)
    }

    #[test]
    fn weeks_come_in_any_order_and_holes_are_missing() {
        let table = read("period,series,count\n2020-W53,a,3\n2020-W51,a,1\n2021-W01,b,7\n2021-W01,a,\n").unwrap();
        assert_eq!(table.unit, PeriodUnit::Week { iso: true, phase: 4 });
        let a = &table.series[0];
        assert_eq!((a.name.as_str(), a.series.counts.len()), ("a", 4));
        assert_eq!((a.series.counts[0], a.series.counts[2]), (1.0, 3.0));
        assert!(a.series.counts[1].is_nan() && a.series.counts[3].is_nan());
        assert_eq!(table.unit.name(a.first, 2), "2020-W53");
        assert_eq!(table.unit.name(a.first, 3), "2021-W01");
        assert!(matches!(a.series.calendar, Calendar::Weekly { .. }));
        assert_eq!(table.unit.place("2021-W01"), Some(a.first + 21));
        assert_eq!(table.unit.place("2021-01-06"), Some(a.first + 21));
        assert_eq!(table.unit.place("2021"), None);
    }

    #[test]
    fn each_kind_of_period_is_known() {
        let unit = |periods: &str| {
            let rows: String = periods.split(' ').map(|period| format!("s,{period},1\n")).collect();
            let table = read(&format!("series,period,count\n{rows}")).unwrap();
            let first = table.series[0].first;
            assert_eq!(table.unit.name(first, 0), periods.split(' ').next().unwrap());
            (table.unit, table.series[0].series.calendar.frequency())
        };
        assert_eq!(unit("2024-02-05 2024-02-12"), (PeriodUnit::Week { iso: false, phase: 4 }, 52));
        assert_eq!(unit("2024-02-05 2024-02-06"), (PeriodUnit::Day, 365));
        assert_eq!(unit("2024-02 2024-12"), (PeriodUnit::Month, 12));
        assert_eq!(unit("17 18"), (PeriodUnit::Index, 52));
    }

    #[test]
    fn a_bad_row_is_told_with_its_line_and_the_others_stay() {
        let table = read("series,period,count\na,1,2\na,2,deux\na,2024-02,2\n,3,1\na,4,-1\na,1,9\na,5,1\n").unwrap();
        assert_eq!((table.rows, table.rejected), (7, 5));
        assert_eq!(table.faults[0].to_string(), format!("line 3, column count: `deux`, expected {COUNT}"));
        assert_eq!(table.faults.iter().map(|f| f.line).collect::<Vec<_>>(), [3, 4, 5, 6, 0]);
        assert_eq!(table.series[0].series.counts[0], 2.0);
    }

    #[test]
    fn what_is_no_table_is_refused_with_what_to_do() {
        let said = |text: &str| read(text).unwrap_err().to_string();
        assert!(said("a,b\n1,2\n").contains("no column `series`"));
        assert!(said("series,period,count\n").contains("no good row"));
        assert!(said("series,period,count\na,b,1\n").contains("line 2"));
        assert!(said("series,period,count\na,1,1\na,999999999,1\n").contains("mistyped"));
    }
}
