//! `watch detect`: series that somebody brings, outside the lake.

use beffroi_surveillance::{
    Method, NamedSeries, Point, RowFault, SeriesTable, SurveillanceError, TableError, detect, read_table,
};
use serde::Serialize;
use std::io::{Read, Write};
use std::num::NonZero;

/// How to look at the series of a file.
#[derive(Debug, Clone)]
pub struct FileOptions {
    /// The method, with its parameters.
    pub method: Method,
    /// Periods a year, where it is not that of the calendar.
    pub frequency: Option<usize>,
    /// The first period looked at; the first of each series by default, or, for a method that remembers, the one a year
    /// after it, so that there is a past to compare with.
    pub from: Option<String>,
    /// The last period looked at; the last of each series by default.
    pub to: Option<String>,
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileSummary {
    /// Series.
    pub series: u64,
    /// Rows read.
    pub rows_read: u64,
    /// Rows left out.
    pub rows_rejected: u64,
    /// Periods looked at.
    pub points: u64,
    /// Those with a threshold.
    pub thresholds: u64,
    /// Alarms.
    pub alarms: u64,
    /// Why rows were left out, of the first hundred.
    pub findings: Vec<RowFinding>,
}

/// Why a row was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowFinding {
    /// The line, from 1, the heading being the first; none for a period given twice.
    pub line: Option<u64>,
    /// The column.
    pub column: &'static str,
    /// What stands there, cut.
    pub value: String,
    /// What was expected.
    pub expected: &'static str,
}

impl From<RowFault> for RowFinding {
    fn from(fault: RowFault) -> Self {
        let RowFault { line, column, value, expected } = fault;
        Self { line: (line > 0).then_some(line), column, value, expected }
    }
}

/// Why the series of a file could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The table does not read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A first or last period of another kind than those of the table.
    #[error("--{name} {value}: expected a period as the table writes them, such as {example}")]
    Bound {
        /// `from` or `to`.
        name: &'static str,
        /// What was given, cut.
        value: String,
        /// The first period of the table.
        example: String,
    },
    /// A series that makes no sense.
    #[error("series `{series}`: {error}")]
    Series {
        /// Its name, cut.
        series: String,
        /// Why.
        error: SurveillanceError,
    },
    /// The result could not be written.
    #[error("the result could not be written: {0}")]
    Write(#[from] std::io::Error),
    /// A thread stopped.
    #[error("a part of the work stopped before its end")]
    Stopped,
}

impl FileError {
    /// Whether the request is at fault (exit status 1) rather than the house (2).
    pub fn is_user_fault(&self) -> bool {
        !matches!(self, Self::Stopped)
    }
}

/// The method of a name with the parameters of a text `K=V,…`; none for a name that is none.
///
/// # Errors
/// [`SurveillanceError`] for a parameter that the method does not take, or a value that does not read.
pub fn method_of(name: &str, parameters: &str) -> Result<Option<Method>, SurveillanceError> {
    Method::from_code(name).map(|method| method.with_parameters(parameters)).transpose()
}

/// Looks at every series of `input` and writes `series, period, observed, expected, threshold, alarm, p_value, method`, one
/// line a period looked at, series in the order in which they first appear. Numbers are written with all their digits;
/// what cannot be computed is empty. `progress` is told how many series of how many are done.
///
/// # Errors
/// [`FileError`].
pub fn detect_file(
    input: impl Read,
    options: &FileOptions,
    mut out: impl Write,
    mut progress: impl FnMut(usize, usize),
) -> Result<FileSummary, FileError> {
    let table = read_table(input, options.frequency)?;
    let range = Range::of(&table, options)?;
    let mut summary = FileSummary {
        series: table.series.len() as u64,
        rows_read: table.rows,
        rows_rejected: table.rejected,
        points: 0,
        thresholds: 0,
        alarms: 0,
        findings: table.faults.iter().cloned().map(RowFinding::from).collect(),
    };
    out.write_all(b"series,period,observed,expected,threshold,alarm,p_value,method\n")?;
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    // A few series a thread at a time: what is found is written and dropped before the next ones.
    const AT_ONCE: usize = 64;
    for (nth, part) in table.series.chunks(AT_ONCE * threads).enumerate() {
        for found in look(part, &options.method, &range, threads)? {
            summary.points += found.points;
            summary.thresholds += found.thresholds;
            summary.alarms += found.alarms;
            out.write_all(found.lines.as_bytes())?;
        }
        progress((nth * AT_ONCE * threads + part.len()).min(table.series.len()), table.series.len());
    }
    out.flush()?;
    Ok(summary)
}

/// Which periods are looked at.
struct Range {
    from: Option<i64>,
    to: Option<i64>,
    unit: beffroi_surveillance::PeriodUnit,
}

impl Range {
    fn of(table: &SeriesTable, options: &FileOptions) -> Result<Self, FileError> {
        let place = |name: &'static str, text: &Option<String>| {
            let Some(text) = text else { return Ok(None) };
            table.unit.place(text).map(Some).ok_or_else(|| FileError::Bound {
                name,
                value: text.chars().take(40).collect(),
                example: table.series.first().map(|series| table.unit.name(series.first, 0)).unwrap_or_default(),
            })
        };
        Ok(Self { from: place("from", &options.from)?, to: place("to", &options.to)?, unit: table.unit })
    }

    /// Positions of a series.
    fn within(&self, series: &NamedSeries, method: &Method) -> std::ops::Range<usize> {
        let len = series.series.counts.len();
        let start = match self.from {
            Some(from) => self.unit.steps(series.first, from),
            None if method.remembers() => i64::try_from(series.series.calendar.frequency()).unwrap_or(i64::MAX),
            None => 0,
        };
        let end = self.to.map_or(i64::MAX, |to| self.unit.steps(series.first, to).saturating_add(1));
        let bound = |at: i64| usize::try_from(at.max(0)).map_or(len, |at| at.min(len));
        let (start, end) = (bound(start), bound(end));
        start..end.max(start)
    }
}

/// The lines of a series, and what they hold.
struct Lines {
    lines: String,
    points: u64,
    thresholds: u64,
    alarms: u64,
}

fn look(part: &[NamedSeries], method: &Method, range: &Range, threads: usize) -> Result<Vec<Lines>, FileError> {
    let share = part.len().div_ceil(threads).max(1);
    let parts: Vec<Result<Vec<Lines>, FileError>> = std::thread::scope(|scope| {
        let running: Vec<_> = part
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(|series| lines(series, method, range)).collect()))
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap_or(Err(FileError::Stopped))).collect()
    });
    let mut all = Vec::with_capacity(part.len());
    for part in parts {
        all.extend(part?);
    }
    Ok(all)
}

fn lines(named: &NamedSeries, method: &Method, range: &Range) -> Result<Lines, FileError> {
    let within = range.within(named, method);
    let points = detect(method, &named.series, within)
        .map_err(|error| FileError::Series { series: named.name.chars().take(40).collect(), error })?;
    let name = quoted(&named.name);
    let mut found = Lines { lines: String::with_capacity(points.len() * 64), points: 0, thresholds: 0, alarms: 0 };
    for point in points {
        let Point { index, observed, expected, threshold, p_value, alarm } = point;
        let number = |value: Option<f64>| value.filter(|v| v.is_finite()).map(|v| v.to_string()).unwrap_or_default();
        found.points += 1;
        found.thresholds += u64::from(threshold.is_some());
        found.alarms += u64::from(alarm);
        found.lines.push_str(&format!(
            "{name},{},{},{},{},{},{},{}\n",
            range.unit.name(named.first, index),
            number(Some(observed)),
            number(expected),
            number(threshold),
            u8::from(alarm),
            number(p_value),
            method.code(),
        ));
    }
    Ok(found)
}

/// A name as a cell of a CSV.
fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, code: &str, from: Option<&str>) -> Result<(FileSummary, String), FileError> {
        let method = Method::from_code(code).unwrap();
        let options = FileOptions { method, frequency: None, from: from.map(str::to_owned), to: None };
        let mut out = Vec::new();
        let summary = detect_file(text.as_bytes(), &options, &mut out, |_, _| {})?;
        Ok((summary, String::from_utf8(out).unwrap()))
    }

    /// Ten weeks of 1 to 7 and so on, by hand as in the room of EARS: mean 4, deviation √(28/6).
    #[test]
    fn a_file_becomes_lines() {
        let counts = [1, 2, 3, 4, 5, 6, 7, 11];
        let rows: String =
            counts.iter().enumerate().map(|(n, count)| format!("\"a,b\",2024-W{:02},{count}\n", n + 1)).collect();
        let (summary, out) = run(&format!("series,period,count\n{rows}"), "ears-c1", None).unwrap();
        assert_eq!((summary.series, summary.points, summary.thresholds, summary.alarms), (1, 8, 1, 1));
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[0], "series,period,observed,expected,threshold,alarm,p_value,method");
        assert_eq!(lines[1], "\"a,b\",2024-W01,1,,,0,,ears-c1");
        assert!(lines[8].starts_with("\"a,b\",2024-W08,11,4,10.67"), "{}", lines[8]);
        assert!(lines[8].contains(",1,") && lines[8].ends_with(",ears-c1"));
        let (summary, _) = run(&format!("series,period,count\n{rows}"), "ears-c1", Some("2024-W08")).unwrap();
        assert_eq!(summary.points, 1);
    }

    /// Many more series than are held at once, in order; and a method that remembers leaves a year for its past.
    #[test]
    fn many_series_keep_their_order() {
        let mut text = "series,period,count\n".to_owned();
        for period in 1..=60 {
            for series in 0..300 {
                text.push_str(&format!("s{series},{period},{}\n", (series + period) % 9));
            }
        }
        let (summary, out) = run(&text, "cusum", None).unwrap();
        assert_eq!((summary.series, summary.points), (300, 300 * 8));
        let names: Vec<&str> = out.lines().skip(1).step_by(8).map(|line| line.split(',').next().unwrap()).collect();
        assert_eq!(names, (0..300).map(|n| format!("s{n}")).collect::<Vec<_>>());
        assert!(out.lines().nth(1).unwrap().starts_with("s0,53,"));
    }

    #[test]
    fn a_wrong_bound_and_a_bad_row_are_told() {
        let text = "series,period,count\na,2024-01,1\na,2024-02,x\n";
        let error = run(text, "ears-c1", Some("17")).unwrap_err();
        assert!(error.to_string().contains("--from 17") && error.to_string().contains("2024-01"), "{error}");
        let (summary, _) = run(text, "ears-c1", None).unwrap();
        assert_eq!((summary.rows_read, summary.rows_rejected), (2, 1));
        assert_eq!((summary.findings[0].line, summary.findings[0].column), (Some(3), "count"));
    }
}
