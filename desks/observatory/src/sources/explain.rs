//! A source in words, for `source show` and its page.

use super::Source;
use beffroi_tabular::{Condition, Encoding, Field, Format, Sheet};
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
    line("format", lang.say(&format!("source-format-{}", format_key(shape.format))));
    if shape.format == Format::Xlsx {
        line("sheet", sheet(shape.sheet.as_ref()));
        line("header-row", shape.header_row.to_string());
    } else {
        line("encoding", encoding_name(shape.encoding, lang));
    }
    if shape.format == Format::Csv {
        line("separator", written(shape.separator));
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
        let named: [(&str, Option<&Field>); 14] = [
            ("id", report.id.as_ref()),
            ("reported_on", Some(&report.reported_on)),
            ("occurred_on", report.occurred_on.as_ref()),
            ("territory", report.territory.as_ref()),
            ("category", report.category.as_ref()),
            ("phenomenon", report.phenomenon.as_ref()),
            ("astad", report.astad.as_ref()),
            ("victim_kind", report.victim_kind.as_ref()),
            ("sex", report.sex.as_ref()),
            ("age_band", report.age_band.as_ref()),
            ("sector", report.sector.as_ref()),
            ("size", report.size.as_ref()),
            ("subject", report.subject.as_ref()),
            ("loss_eur", report.loss_eur.as_ref()),
        ];
        all.extend(named.into_iter().filter_map(|(name, field)| Some(told(name, field?, lang))));
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
        let named: [(&str, Option<&Field>); 9] = [
            ("series", Some(&count.series)),
            ("period", Some(&count.period)),
            ("territory", Some(&count.territory)),
            ("category", count.category.as_ref()),
            ("unit", count.unit.as_ref()),
            ("value", Some(&count.value)),
            ("population", count.population.as_ref()),
            ("definition_version", Some(&count.definition_version)),
            ("vintage", count.vintage.as_ref()),
        ];
        all.extend(named.into_iter().filter_map(|(name, field)| Some(told(name, field?, lang))));
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
    let one = |condition: &Condition| match condition.is.as_slice() {
        [] => format!("{} ≠ {}", condition.column, condition.is_not.join(" | ")),
        values => format!("{} = {}", condition.column, values.join(" | ")),
    };
    all.iter().map(one).collect::<Vec<_>>().join(" ; ")
}

fn format_key(format: Format) -> &'static str {
    match format {
        Format::Csv => "csv",
        Format::Json => "json",
        Format::JsonLines => "json-lines",
        Format::Xlsx => "xlsx",
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
