//! What a declaration must say to mean something.

use super::error::Fault;
use super::{Condition, Declaration, Field, FileShape, Format, Sheet, Unmapped};
use jiff::civil::Date;
use jiff::fmt::strtime;

/// The last row that may be a sheet's header.
const HEADER_ROWS: u32 = 1000;

/// What a field is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reads {
    Text,
    Identifier,
    Day,
    Period,
    Number,
}

struct Place(Vec<String>);

impl Place {
    fn of(keys: &[&str]) -> Self {
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
    conditions(&declaration.conditions, &Place::of(&["where"]))?;
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
    if file.format != Format::Csv && !file.columns.is_empty() {
        return Err(place.fault(
            "columns",
            "a JSON row names its own columns, and a sheet has a header row",
            Some("remove `columns`"),
        ));
    }
    if file.format != Format::Xlsx && (file.sheet.is_some() || file.header_row != 1) {
        return Err(place.fault(
            "sheet",
            "only a workbook has sheets and a header row",
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
    Ok(())
}

fn conditions(all: &[Condition], place: &Place) -> Result<(), Fault> {
    for (index, condition) in all.iter().enumerate() {
        if condition.is.is_empty() == condition.is_not.is_empty() {
            return Err(place.fault(&index.to_string(), "a condition has either `is` or `is_not`", None));
        }
    }
    Ok(())
}

fn report(declaration: &Declaration) -> Result<(), Fault> {
    let Some(report) = &declaration.report else { return Ok(()) };
    let named: [(&str, Option<&Field>, Reads); 14] = [
        ("id", report.id.as_ref(), Reads::Identifier),
        ("reported_on", Some(&report.reported_on), Reads::Day),
        ("occurred_on", report.occurred_on.as_ref(), Reads::Day),
        ("territory", report.territory.as_ref(), Reads::Text),
        ("category", report.category.as_ref(), Reads::Text),
        ("phenomenon", report.phenomenon.as_ref(), Reads::Text),
        ("astad", report.astad.as_ref(), Reads::Text),
        ("victim_kind", report.victim_kind.as_ref(), Reads::Text),
        ("sex", report.sex.as_ref(), Reads::Text),
        ("age_band", report.age_band.as_ref(), Reads::Text),
        ("sector", report.sector.as_ref(), Reads::Text),
        ("size", report.size.as_ref(), Reads::Text),
        ("subject", report.subject.as_ref(), Reads::Text),
        ("loss_eur", report.loss_eur.as_ref(), Reads::Number),
    ];
    for (name, field, reads) in named {
        if let Some(field) = field {
            check_field(field, reads, &Place::of(&["report", name]))?;
        }
    }
    for (index, observable) in report.observables.iter().enumerate() {
        let place = Place::of(&["report", "observables", &index.to_string()]);
        if observable.from.is_empty() {
            return Err(place.fault("from", "the column is not named", None));
        }
        if observable.split.as_deref() == Some("") {
            return Err(place.fault("split", "the sign between observables is empty", None));
        }
        conditions(&observable.conditions, &place)?;
    }
    Ok(())
}

fn counts(declaration: &Declaration, has_unit: bool) -> Result<(), Fault> {
    for (index, count) in declaration.counts.iter().enumerate() {
        let index = index.to_string();
        let place = Place::of(&["count", &index]);
        conditions(&count.conditions, &Place::of(&["count", &index, "where"]))?;
        if count.unit.is_none() && !has_unit {
            return Err(place.fault(
                "series",
                "the unit of count is named nowhere",
                Some("add `unit` to the source or to this count"),
            ));
        }
        let named: [(&str, Option<&Field>, Reads); 9] = [
            ("series", Some(&count.series), Reads::Text),
            ("period", Some(&count.period), Reads::Period),
            ("territory", Some(&count.territory), Reads::Text),
            ("category", count.category.as_ref(), Reads::Text),
            ("unit", count.unit.as_ref(), Reads::Text),
            ("value", Some(&count.value), Reads::Number),
            ("population", count.population.as_ref(), Reads::Number),
            ("definition_version", Some(&count.definition_version), Reads::Text),
            ("vintage", count.vintage.as_ref(), Reads::Day),
        ];
        for (name, field, reads) in named {
            if let Some(field) = field {
                check_field(field, reads, &Place::of(&["count", &index, name]))?;
            }
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
