//! A source in words, for `source show` and its page.

use super::Source;
use beffroi_tabular::{Bound, Condition, Encoding, Field, Format, Sheet};
use beffroi_wording::{Lang, Value};
use serde::Serialize;

/// A source in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The source's identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What is to be known about it, as label and value.
    pub lines: Vec<(String, String)>,
    /// What its columns become.
    pub fields: Vec<FieldLine>,
}

/// What becomes one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldLine {
    /// The field, as declarations name it.
    pub field: String,
    /// The columns it is read from; nothing for a fixed value.
    pub from: String,
    /// How it is read.
    pub reading: String,
}

/// Says a source in words.
pub fn explain(source: &Source, lang: Lang) -> Explanation {
    let declaration = &source.declaration;
    let shape = &declaration.file;
    let label = |list: &str, code: &str| match beffroi_codes::list(list) {
        Some(list) => list.label(code, lang.code()).to_owned(),
        None => code.to_owned(),
    };
    let mut lines = Vec::new();
    let mut line = |key: &str, value: String| lines.push((lang.say(&format!("source-sheet-{key}")), value));
    line("publisher", declaration.origin.publisher.clone());
    line("licence", declaration.origin.licence.clone());
    if let Some(address) = &declaration.origin.address {
        line("address", address.clone());
    }
    line("layer", label("layers", declaration.layer.code()));
    if !declaration.unit.is_empty() {
        line("unit", label("units_of_count", &declaration.unit));
    }
    if let Some(report) = &declaration.report {
        line("kind", label("report_kinds", report.kind.code()));
    }
    line("legal-basis", declaration.legal_basis.clone());
    line("marking", declaration.marking.to_string());
    line("synthetic", lang.say(if declaration.synthetic { "source-synthetic-yes" } else { "source-synthetic-no" }));
    line("format", lang.say(&format!("source-format-{}", shape.format.name())));
    if shape.format.is_workbook() {
        line("sheet", sheet(shape.sheet.as_ref()));
        line("header-row", shape.header_row.to_string());
    } else if shape.format != Format::Parquet {
        line("encoding", encoding_name(shape.encoding, lang));
    }
    if shape.format == Format::Csv {
        line("separator", written(shape.separator));
    }
    if let Some(member) = &shape.member {
        line("member", member.clone());
    }
    if let Some(unpivot) = &shape.unpivot {
        let chosen = match &unpivot.pattern {
            Some(pattern) => pattern.as_str().to_owned(),
            None if unpivot.columns.is_empty() => format!("≠ {}", unpivot.except.join(" | ")),
            None => unpivot.columns.join(" | "),
        };
        line("unpivot", format!("{chosen} → {}, {}", unpivot.header, unpivot.value));
    }
    for split in &shape.splits {
        line("split", format!("{} → {}", split.column, split.made().collect::<Vec<_>>().join(", ")));
    }
    if !declaration.totals.is_empty() {
        line("totals", conditions(&declaration.totals));
    }
    if !declaration.conditions.is_empty() {
        line("where", conditions(&declaration.conditions));
    }
    line("version", source.mapping_version());
    let title = match lang {
        Lang::Fr => &declaration.title.fr,
        Lang::En => &declaration.title.en,
    };
    Explanation { id: source.id().to_owned(), title: title.clone(), lines, fields: fields(source, lang) }
}

fn fields(source: &Source, lang: Lang) -> Vec<FieldLine> {
    let mut all = Vec::new();
    if let Some(report) = &source.declaration.report {
        all.extend(report.fields().map(|(name, field)| told(name, field, lang)));
        for observable in &report.observables {
            let kind = ("kind", Value::Text(observable.kind.code()));
            let role = ("role", Value::Text(observable.role.code()));
            all.push(FieldLine {
                field: "observables".to_owned(),
                from: observable.from.clone(),
                reading: lang.say_with("source-how-observable", &[kind, role]),
            });
        }
    }
    for count in &source.declaration.counts {
        if !count.conditions.is_empty() {
            let reading = lang.say("source-how-where");
            all.push(FieldLine { field: "count".to_owned(), from: conditions(&count.conditions), reading });
        }
        all.extend(count.fields().map(|(name, field)| told(name, field, lang)));
    }
    all
}

fn told(name: &str, field: &Field, lang: Lang) -> FieldLine {
    let mut how = Vec::new();
    let mut say = |key: &str, name: &str, value: &str| how.push(lang.say_with(key, &[(name, Value::Text(value))]));
    if let Some(constant) = &field.constant {
        say("source-how-const", "value", constant);
    }
    if !field.digest.is_empty() {
        say("source-how-digest", "columns", &field.digest.join(", "));
    }
    for format in &field.format {
        say("source-how-format", "format", format);
    }
    if let Some(list) = &field.list {
        say("source-how-list", "list", list);
    }
    if let Some(default) = &field.default {
        say("source-how-default", "value", default);
    }
    if let Some(otherwise) = &field.otherwise {
        say("source-how-otherwise", "value", otherwise);
    }
    if let Some(day) = field.not_before {
        say("source-how-not-before", "day", &day.to_string());
    }
    if !field.map.is_empty() {
        let n = i64::try_from(field.map.len()).unwrap_or(i64::MAX);
        how.push(lang.say_with("source-how-map", &[("n", Value::Count(n))]));
    }
    FieldLine { field: name.to_owned(), from: field.from.join(" + "), reading: how.join(" ; ") }
}

fn conditions(all: &[Condition]) -> String {
    all.iter().map(condition).collect::<Vec<_>>().join(" ; ")
}

fn condition(condition: &Condition) -> String {
    let column = &condition.column;
    if !condition.any.is_empty() {
        return format!("({})", condition.any.iter().map(self::condition).collect::<Vec<_>>().join(" ∨ "));
    }
    if let Some(pattern) = &condition.matches {
        return format!("{column} ~ {}", pattern.as_str());
    }
    if let Some(empty) = condition.empty {
        return format!("{column} {} ∅", if empty { "=" } else { "≠" });
    }
    let bound = |sign: &str, bound: Option<Bound>| match bound {
        None => String::new(),
        Some(Bound::Number(number)) => format!(" {sign} {number}"),
        Some(Bound::Day(day)) => format!(" {sign} {day}"),
    };
    match (condition.is.as_slice(), condition.is_not.as_slice()) {
        ([], []) => format!("{column}{}{}", bound("≥", condition.at_least), bound("≤", condition.at_most)),
        ([], values) => format!("{column} ≠ {}", values.join(" | ")),
        (values, _) => format!("{column} = {}", values.join(" | ")),
    }
}

fn sheet(sheet: Option<&Sheet>) -> String {
    match sheet {
        None => "1".to_owned(),
        Some(Sheet::Number(number)) => number.to_string(),
        Some(Sheet::Name(name)) => name.clone(),
    }
}

fn encoding_name(encoding: Encoding, lang: Lang) -> String {
    match encoding {
        Encoding::Utf8 => "UTF-8".to_owned(),
        Encoding::Windows1252 => "Windows-1252".to_owned(),
        Encoding::Latin1 => "ISO 8859-1".to_owned(),
        Encoding::Auto => lang.say("source-encoding-auto"),
    }
}

fn written(separator: u8) -> String {
    match separator {
        b'\t' => "\\t".to_owned(),
        sign => char::from(sign).to_string(),
    }
}
