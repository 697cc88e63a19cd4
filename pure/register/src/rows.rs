//! Many records at once: rows of a CSV file or of a JSON document read into values, with what is wrong with each; and
//! records written as CSV and JSON.

use crate::own::{Around, Own};
use crate::table::Aside;
use crate::value::items;
use crate::{Field, FieldKind, Record, Refusal, Register, Values, canonical, words};
use beffroi_wording::Lang;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Most rows of one file.
pub(crate) const MOST_ROWS: usize = 10_000;
/// Longest file, in bytes.
const MOST_BYTES: usize = 8 << 20;
/// Most findings told.
const MOST_FINDINGS: usize = 500;

/// What is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFinding {
    /// The row: 1 for the first after the headings, in a workbook its number there; 0 for the file itself.
    pub row: usize,
    /// What.
    pub refusal: Refusal,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowRead {
    /// The rows that read, with their number.
    pub rows: Vec<(usize, Values)>,
    /// What is wrong; a row with a finding is not among `rows`.
    pub findings: Vec<RowFinding>,
    /// What rows say around their values, by their number; those that say nothing are not there.
    pub around: BTreeMap<usize, Around>,
    /// Columns that are not brought in.
    pub aside: Vec<Aside>,
}

impl RowRead {
    /// A file in which one thing is wrong as a whole.
    pub fn of_file(refusal: Refusal) -> Self {
        Self { findings: vec![RowFinding { row: 0, refusal }], ..Self::default() }
    }

    /// The rows as a JSON array that reads back alike, what they say around their values included.
    pub fn to_json(&self) -> String {
        let row = |(number, values): &(usize, Values)| {
            let mut object: Map<String, Value> =
                values.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect();
            let around = self.around.get(number).cloned().unwrap_or_default();
            let mut put = |own: Own, text: String| object.insert(own.name().to_owned(), Value::String(text));
            if !around.reference.is_empty() {
                put(Own::Reference, around.reference);
            }
            if let Some(marking) = around.marking {
                put(Own::Marking, marking.to_string());
            }
            if around.synthetic {
                put(Own::Synthetic, "yes".to_owned());
            }
            Value::Object(object).to_string()
        };
        format!("[{}]", self.rows.iter().map(row).collect::<Vec<_>>().join(",\n"))
    }
}

/// The columns of a register's files: the fields that a form writes, by name.
pub fn columns(register: &Register) -> impl Iterator<Item = &'static Field> {
    register.fields.iter().filter(|field| !field.by_move)
}

/// Reads rows of a file: CSV (comma or semicolon, headings are names of fields or their labels in either language), or a
/// JSON array of objects by field name.
pub fn read_rows(register: &Register, text: &str) -> RowRead {
    if text.len() > MOST_BYTES {
        return of_file(Refusal::common("file-long").with("most", MOST_BYTES >> 20));
    }
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['[', '{']) { read_json(register, text) } else { read_csv(register, text) }
}

pub(crate) fn of_file(refusal: Refusal) -> RowRead {
    RowRead::of_file(refusal)
}

fn read_csv(register: &Register, text: &str) -> RowRead {
    let first = text.lines().next().unwrap_or_default();
    let semicolons = first.matches(';').count() > first.matches(',').count();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if semicolons { b';' } else { b',' })
        .flexible(true)
        .from_reader(text.as_bytes());
    let Ok(headings) = reader.headers().cloned() else { return of_file(Refusal::common("file-unread")) };
    let mut fields = Vec::new();
    for heading in &headings {
        match heading_of(register, heading) {
            Some(field) => fields.push(field),
            None => {
                let name: String = heading.chars().take(60).collect();
                return of_file(Refusal::common("file-column").with("name", name));
            }
        }
    }
    let mut read = RowRead::default();
    for (n, row) in reader.records().enumerate() {
        let number = n + 1;
        if n >= MOST_ROWS {
            return of_file(Refusal::common("file-rows").with("most", MOST_ROWS));
        }
        match row {
            Ok(row) if row.len() <= fields.len() => {
                let pairs = fields.iter().zip(row.iter()).map(|(field, cell)| (*field, cell.to_owned()));
                take(&mut read, number, pairs, Vec::new());
            }
            Ok(_) => find(&mut read, number, Refusal::common("row-cells")),
            Err(_) => find(&mut read, number, Refusal::common("row-unread")),
        }
    }
    read
}

fn heading_of(register: &Register, heading: &str) -> Option<&'static Field> {
    let heading = heading.trim();
    let is_label = |field: &Field| Lang::ALL.iter().any(|t| words::field(register, field, *t) == heading);
    columns(register).find(|field| field.name == heading || is_label(field))
}

fn read_json(register: &Register, text: &str) -> RowRead {
    let rows = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(rows)) => rows,
        Ok(one @ Value::Object(_)) => vec![one],
        _ => return of_file(Refusal::common("file-unread")),
    };
    if rows.len() > MOST_ROWS {
        return of_file(Refusal::common("file-rows").with("most", MOST_ROWS));
    }
    let mut read = RowRead::default();
    for (n, row) in rows.iter().enumerate() {
        match typed(register, row) {
            Ok((pairs, own)) => take(&mut read, n + 1, pairs.into_iter(), own),
            Err(refusal) => find(&mut read, n + 1, refusal),
        }
    }
    read
}

/// Texts by field, and those around them.
type Typed = (Vec<(&'static Field, String)>, Vec<(Own, String)>);

/// The texts of a JSON object, by field: texts, numbers, booleans, and arrays of them.
fn typed(register: &Register, row: &Value) -> Result<Typed, Refusal> {
    let Value::Object(row) = row else { return Err(Refusal::common("row-unread")) };
    let (mut pairs, mut around) = (Vec::new(), Vec::new());
    for (name, value) in row {
        let shown = || name.chars().take(60).collect::<String>();
        if let Some(own) = Own::ALL.into_iter().find(|own| own.is_read() && own.name() == name) {
            around.push((own, scalar(value).ok_or_else(|| Refusal::common("row-unread"))?));
            continue;
        }
        let Some(field) = columns(register).find(|field| field.name == name) else {
            return Err(Refusal::common("unknown").with("name", shown()));
        };
        let text = match value {
            Value::Array(all) => all.iter().map(scalar).collect::<Option<Vec<_>>>().map(|all| all.join("\n")),
            one => scalar(one),
        };
        pairs.push((field, text.ok_or_else(|| Refusal::shape(field, "form"))?));
    }
    Ok((pairs, around))
}

/// The text of a JSON value that is neither list nor object.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(is) => Some(if *is { "yes" } else { "no" }.to_owned()),
        Value::Number(n) => Some(n.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

pub(crate) fn take(
    read: &mut RowRead,
    number: usize,
    pairs: impl Iterator<Item = (&'static Field, String)>,
    own: Vec<(Own, String)>,
) {
    let mut values = Values::new();
    let before = read.findings.len();
    let mut around = Around::default();
    for (own, text) in own {
        if let Err(refusal) = own.read(&text, &mut around) {
            find(read, number, refusal);
        }
    }
    for (field, typed) in pairs {
        match canonical(field, &typed) {
            Ok(text) if text.is_empty() => {}
            Ok(text) => {
                values.insert(field.name.to_owned(), text);
            }
            Err(refusal) => find(read, number, refusal),
        }
    }
    if read.findings.len() == before && !values.is_empty() {
        read.rows.push((number, values));
        if around != Around::default() {
            read.around.insert(number, around);
        }
    }
}

pub(crate) fn find(read: &mut RowRead, row: usize, refusal: Refusal) {
    if read.findings.len() < MOST_FINDINGS {
        read.findings.push(RowFinding { row, refusal });
    }
}

/// Records as CSV, one column a field, with reference, state, service, territory and marking before. A cell that a
/// spreadsheet would run begins with an apostrophe.
pub fn write_csv(register: &Register, records: &[Record]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let before = ["reference", "state", "unit", "territory", "marking", "updated_at"];
    let head = before.into_iter().chain(register.fields.iter().map(|field| field.name));
    // Writing to memory does not fail.
    let _ = writer.write_record(head);
    for record in records {
        let own = [
            record.reference.clone(),
            record.state.clone(),
            record.owner.to_string(),
            record.territory.to_string(),
            record.marking.to_string(),
            record.updated_at.to_string(),
        ];
        let values = register.fields.iter().map(|field| inert(record.value(field.name)));
        let _ = writer.write_record(own.into_iter().chain(values));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Without what makes a spreadsheet run a cell; a number stays one.
fn inert(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '@', '\t']) || (text.starts_with('-') && text.parse::<f64>().is_err());
    if runs { format!("'{text}") } else { text.to_owned() }
}

impl Record {
    /// The record as JSON: what stands around its values, and each value in the type of its kind.
    pub fn to_json(&self, register: &Register) -> Value {
        let values: Map<String, Value> = register
            .fields
            .iter()
            .filter(|field| !self.value(field.name).is_empty())
            .map(|field| (field.name.to_owned(), value_json(field, self.value(field.name))))
            .collect();
        json!({
            "reference": self.reference,
            "register": self.register,
            "state": self.state,
            "version": self.version,
            "unit": self.owner.as_str(),
            "territory": self.territory.code(),
            "marking": { "tlp": self.marking.tlp.label(), "pap": self.marking.pap.label() },
            "author": self.author.as_ref().map(|author| author.as_str()),
            "added_at": self.added_at().to_string(),
            "updated_at": self.updated_at.to_string(),
            "synthetic": self.synthetic,
            "values": values,
            "path": self.path,
        })
    }
}

fn value_json(field: &Field, text: &str) -> Value {
    let one = |item: &str| match field.kind {
        FieldKind::Flag => Value::Bool(item == "yes"),
        FieldKind::Number { .. } => item.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map_or_else(
            || Value::String(item.to_owned()),
            |n| item.parse::<i64>().map_or(Value::Number(n), Value::from),
        ),
        _ => Value::String(item.to_owned()),
    };
    if field.many { items(text).map(one).collect() } else { one(text) }
}
