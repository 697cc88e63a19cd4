//! What a declaration must say to mean something.

use super::error::Fault;
use super::identifiers::named;
use super::{Condition, Declaration, Field, FileShape, Format, Sheet, Split, Unmapped, Unpivot};
use jiff::civil::Date;
use jiff::fmt::strtime;

/// The last row that may be a sheet's header.
const HEADER_ROWS: u32 = 1000;

/// Deepest nesting of groups of conditions.
const GROUPS: usize = 4;

/// What a field is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reads {
    Text,
    Identifier,
    Day,
    Period,
    Number,
}

pub(super) struct Place(Vec<String>);

impl Place {
    pub(super) fn of(keys: &[&str]) -> Self {
        Self(keys.iter().map(|key| (*key).to_owned()).collect())
    }

    fn fault(&self, key: &str, message: impl Into<String>, help: Option<&str>) -> Fault {
        let mut path = self.0.clone();
        if !key.is_empty() {
            path.push(key.to_owned());
        }
        Fault { path, message: message.into(), help: help.map(str::to_owned) }
    }
}

pub(super) fn check(declaration: &Declaration) -> Result<(), Fault> {
    meaning(declaration)?;
    match named(declaration) {
        None => Ok(()),
        Some((path, column, named)) => Err(Fault {
            path,
            message: format!(
                "`{column}` reads as {}: it would take the purpose of identifying a person, and no source has that purpose",
                named.told()
            ),
            help: Some(
                "leave the column out; if it holds something else, have it renamed before it comes in".to_owned(),
            ),
        }),
    }
}

/// All but the refusal of what identifies a person.
pub(super) fn meaning(declaration: &Declaration) -> Result<(), Fault> {
    let root = Place::of(&[]);
    for (key, text) in [("title", &declaration.title.fr), ("title", &declaration.title.en)] {
        if text.trim().is_empty() {
            return Err(root.fault(key, "the title is empty", None));
        }
    }
    if declaration.legal_basis.trim().is_empty() {
        return Err(root.fault(
            "legal_basis",
            "the legal basis is empty",
            Some("say on what ground the data are processed"),
        ));
    }
    shape(&declaration.file)?;
    columns(&declaration.file)?;
    conditions(&declaration.conditions, &Place::of(&["where"]), 0)?;
    conditions(&declaration.totals, &Place::of(&["totals"]), 0)?;
    let has_totals = !declaration.totals.is_empty();
    super::control::check(&declaration.controls, &declaration.rhythm, declaration.report.is_none(), has_totals)?;
    let has_unit = !declaration.unit.trim().is_empty();
    match &declaration.report {
        Some(_) if !declaration.counts.is_empty() => Err(root.fault(
            "count",
            "a source is either of reports or of counts, not both",
            Some("split it into two sources"),
        )),
        None if declaration.counts.is_empty() => Err(root.fault(
            "file",
            "the source maps no column",
            Some("add a [report] table, or one [[count]] table a figure"),
        )),
        Some(_) if !has_unit => {
            Err(root.fault("layer", "`unit` is missing", Some("name what one row counts, as `infraction`")))
        }
        Some(_) => report(declaration),
        None => counts(declaration, has_unit),
    }
}

fn shape(file: &FileShape) -> Result<(), Fault> {
    let place = Place::of(&["file"]);
    if file.separator == file.quote {
        return Err(place.fault("separator", "the separator and the quote are the same sign", None));
    }
    if file.thousands == Some(file.decimal) {
        return Err(place.fault("thousands", "the decimal sign cannot group thousands", None));
    }
    if file.decimal.is_ascii_digit()
        || file.decimal == '-'
        || file.thousands.is_some_and(|c| c.is_ascii_digit() || c == '-')
    {
        return Err(place.fault("decimal", "a digit or a minus cannot part a number", None));
    }
    if !(1..=64 << 20).contains(&file.max_row_bytes) || !(1..=file.max_row_bytes).contains(&file.max_field_bytes) {
        return Err(place.fault(
            "max_field_bytes",
            "the bounds do not hold: a field is no longer than a row, a row no longer than 64 MiB",
            None,
        ));
    }
    if file.format != Format::Csv && (!file.columns.is_empty() || file.preamble > 0) {
        return Err(place.fault(
            "columns",
            "only CSV has `columns` and `preamble`: a JSON row and Parquet name their own columns, a sheet has a header row",
            Some("remove them"),
        ));
    }
    if file.preamble > HEADER_ROWS {
        return Err(place.fault("preamble", "a header stands within the first 1000 lines", None));
    }
    if !(1..=2).contains(&file.header_rows)
        || file.header_rows == 2
            && (!(file.format == Format::Csv || file.format.is_workbook()) || !file.columns.is_empty())
    {
        return Err(place.fault("header_rows", "a CSV file or a sheet has a header of one or two rows", None));
    }
    if !file.format.is_workbook() && (file.sheet.is_some() || file.header_row != 1) {
        return Err(place.fault(
            "sheet",
            "only a workbook has sheets and a header row; lines above the header of a CSV file are its `preamble`",
            Some("remove `sheet` and `header_row`"),
        ));
    }
    if file.sheet == Some(Sheet::Number(0)) || !(1..=HEADER_ROWS).contains(&file.header_row) {
        return Err(place.fault(
            "header_row",
            "sheets and rows are counted from 1, a header is among the first 1000",
            None,
        ));
    }
    if file.format != Format::Json && !file.rows.is_empty() {
        return Err(place.fault("rows", "only a JSON document has its rows under a key", Some("remove `rows`")));
    }
    if file.stop.is_some() && file.format.is_json() {
        return Err(place.fault("stop", "a JSON document has no notes below its rows", Some("use `where`")));
    }
    if file.member.is_some() && file.format.is_workbook() {
        return Err(place.fault("member", "a workbook does not come in an archive", Some("send it as it is")));
    }
    if file.notes.iter().any(String::is_empty) {
        return Err(place.fault("notes", "a sign is empty", None));
    }
    Ok(())
}

/// What is made from the file's columns.
fn columns(file: &FileShape) -> Result<(), Fault> {
    if let Some(unpivot) = &file.unpivot {
        let place = Place::of(&["file", "unpivot"]);
        let Unpivot { columns, pattern, except, label, .. } = unpivot;
        let ways = [!columns.is_empty(), pattern.is_some(), !except.is_empty()];
        if ways.iter().filter(|way| **way).count() != 1 {
            return Err(place.fault("", "the columns are chosen by one of `columns`, `pattern` and `except`", None));
        }
        if label.is_some() && file.header_rows != 1 {
            return Err(place.fault("label", "a header of two rows has no third", Some("remove `header_rows`")));
        }
    }
    for (index, split) in file.splits.iter().enumerate() {
        let place = Place::of(&["file", "split", &index.to_string()]);
        let Split { by, into, pattern, .. } = split;
        let by_sign = by.as_deref().is_some_and(|sign| !sign.is_empty()) && into.len() > 1 && pattern.is_none();
        let by_pattern =
            by.is_none() && into.is_empty() && pattern.as_ref().is_some_and(|p| p.pieces().next().is_some());
        if !by_sign && !by_pattern {
            return Err(place.fault(
                "",
                "a field is cut `by` a sign `into` two names or more, or by a `pattern` with named pieces",
                Some("write a piece as (?<name>…)"),
            ));
        }
        if file.made().any(|made| made == split.column) {
            return Err(place.fault("column", "what is made from other columns is not cut again", None));
        }
    }
    let made: Vec<&str> = file.made().collect();
    let twice = made.iter().enumerate().find(|(index, name)| made.iter().skip(index + 1).any(|other| other == *name));
    if let Some((_, name)) = twice {
        let message = format!("two columns would be made under the name `{name}`");
        return Err(Place::of(&["file"]).fault("", message, Some("give each its own name")));
    }
    if made.iter().any(|name| name.is_empty() || file.fill.iter().any(|filled| filled == name)) {
        let message = "a column that is made has a name of its own, and is not filled";
        return Err(Place::of(&["file"]).fault("", message, None));
    }
    Ok(())
}

pub(super) fn conditions(all: &[Condition], place: &Place, depth: usize) -> Result<(), Fault> {
    for (index, condition) in all.iter().enumerate() {
        let index = index.to_string();
        let tests = [
            !condition.is.is_empty(),
            !condition.is_not.is_empty(),
            condition.matches.is_some(),
            condition.at_least.is_some() || condition.at_most.is_some(),
            condition.empty.is_some(),
        ];
        let tests = tests.iter().filter(|test| **test).count();
        if !condition.any.is_empty() {
            if tests > 0 || !condition.column.is_empty() || depth == GROUPS {
                let message = "a group holds conditions under `any` and nothing else, four deep at most";
                return Err(place.fault(&index, message, None));
            }
            let mut keys = place.0.clone();
            keys.extend([index, "any".to_owned()]);
            conditions(&condition.any, &Place(keys), depth + 1)?;
            continue;
        }
        if tests != 1 {
            return Err(place.fault(
                &index,
                "a condition has either `is` or `is_not`, or one of `matches`, `at_least` and `at_most`, `empty`, `any`",
                None,
            ));
        }
    }
    Ok(())
}

fn report(declaration: &Declaration) -> Result<(), Fault> {
    let Some(report) = &declaration.report else { return Ok(()) };
    for (name, field) in report.fields() {
        let reads = match name {
            "id" => Reads::Identifier,
            "reported_on" | "occurred_on" => Reads::Day,
            "loss_eur" => Reads::Number,
            _ => Reads::Text,
        };
        check_field(field, reads, &Place::of(&["report", name]))?;
    }
    for (index, observable) in report.observables.iter().enumerate() {
        let place = Place::of(&["report", "observables", &index.to_string()]);
        if observable.from.is_empty() {
            return Err(place.fault("from", "the column is not named", None));
        }
        if observable.split.as_deref() == Some("") {
            return Err(place.fault("split", "the sign between observables is empty", None));
        }
        conditions(&observable.conditions, &place, 0)?;
    }
    Ok(())
}

fn counts(declaration: &Declaration, has_unit: bool) -> Result<(), Fault> {
    for (index, count) in declaration.counts.iter().enumerate() {
        let index = index.to_string();
        let place = Place::of(&["count", &index]);
        conditions(&count.conditions, &Place::of(&["count", &index, "where"]), 0)?;
        if count.unit.is_none() && !has_unit {
            return Err(place.fault(
                "series",
                "the unit of count is named nowhere",
                Some("add `unit` to the source or to this count"),
            ));
        }
        for (name, field) in count.fields() {
            let reads = match name {
                "period" => Reads::Period,
                "vintage" => Reads::Day,
                "value" | "population" => Reads::Number,
                _ => Reads::Text,
            };
            check_field(field, reads, &Place::of(&["count", &index, name]))?;
        }
    }
    Ok(())
}

fn check_field(field: &Field, reads: Reads, place: &Place) -> Result<(), Fault> {
    let ways = [!field.from.is_empty(), field.constant.is_some(), !field.digest.is_empty()];
    if ways.iter().filter(|way| **way).count() != 1 {
        return Err(place.fault("", "a field has exactly one of `from`, `const` and `digest`", None));
    }
    if !field.digest.is_empty() && reads != Reads::Identifier {
        return Err(place.fault("digest", "only an identifier is a digest", None));
    }
    if field.from.iter().any(String::is_empty) {
        return Err(place.fault("from", "the column is not named", None));
    }
    if !field.format.is_empty() && !matches!(reads, Reads::Day | Reads::Period) {
        return Err(place.fault("format", "only a day or a period has a format", None));
    }
    if field.not_before.is_some() && !matches!(reads, Reads::Day | Reads::Period) {
        return Err(place.fault("not_before", "only a day or a period has an earliest day", None));
    }
    if field.grain.is_some() != (reads == Reads::Period && !field.format.is_empty()) {
        return Err(place.fault("grain", "`grain` goes with the `format` of a period, and only there", None));
    }
    if (field.otherwise.is_some() || field.unmapped != Unmapped::Reject) && field.map.is_empty() {
        return Err(place.fault("map", "`otherwise` and `unmapped` speak of a `map`, and there is none", None));
    }
    if field.otherwise.is_some() && field.unmapped != Unmapped::Reject {
        return Err(place.fault("unmapped", "`otherwise` already says what becomes of other values", None));
    }
    if field.before.as_deref() == Some("") {
        return Err(place.fault("before", "the sign is empty", None));
    }
    for format in &field.format {
        if !holds_a_day(format, field.grain) {
            return Err(place.fault(
                "format",
                format!("`{}` does not read back the day it writes", format.chars().take(40).collect::<String>()),
                Some("use the signs of strftime: %d/%m/%Y, %Y-%m-%d, %Y-%m-%dT%H:%M:%S%:z"),
            ));
        }
    }
    Ok(())
}

/// Whether a day written by the format is read back by it: only then does the format hold what it takes.
fn holds_a_day(format: &str, grain: Option<beffroi_model::Grain>) -> bool {
    use beffroi_model::Grain;
    let day = match grain {
        Some(Grain::Year) => Date::constant(2024, 1, 1),
        Some(Grain::Month | Grain::Quarter) => Date::constant(2024, 10, 1),
        _ => Date::constant(2024, 12, 30),
    };
    let Ok(instant) = day.at(10, 20, 30, 0).to_zoned(jiff::tz::TimeZone::UTC) else { return false };
    strtime::format(format, &instant)
        .is_ok_and(|written| crate::map::dates::DayForm::new(format).read(&written) == Some(day))
}
