//! Many records at once: rows of a CSV file or of a JSON document read into values, with what is wrong with each; and
//! records written as CSV and JSON.

use crate::value::items;
use crate::{Field, FieldKind, Record, Refusal, Register, Values, canonical, words};
use beffroi_wording::Lang;
use serde_json::{Map, Value, json};

/// Most rows of one file.
const MOST_ROWS: usize = 10_000;
/// Longest file, in bytes.
const MOST_BYTES: usize = 8 << 20;
/// Most findings told.
const MOST_FINDINGS: usize = 500;

/// What is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFinding {
    /// The row: 1 for the first after the headings; 0 for the file itself.
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
}

/// The columns of a register's files: the fields that a form writes, by name.
pub fn columns(register: &Register) -> impl Iterator<Item = &'static Field> {
    register.fields.iter().filter(|field| !field.by_move)
}

/// Reads rows of a file: CSV (comma or semicolon, headings are names of fields or their labels in either language), or a
/// JSON array of objects by field name.
pub fn read_rows(register: &Register, text: &str) -> RowRead {
    if text.len() > MOST_BYTES {
        return of_file("file-long", &[("most", (MOST_BYTES >> 20).to_string())]);
    }
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['[', '{']) { read_json(register, text) } else { read_csv(register, text) }
}

fn of_file(what: &str, args: &[(&'static str, String)]) -> RowRead {
    let refusal = Refusal { args: args.to_vec(), ..Refusal::common(what) };
    RowRead { findings: vec![RowFinding { row: 0, refusal }], ..RowRead::default() }
}

fn read_csv(register: &Register, text: &str) -> RowRead {
    let first = text.lines().next().unwrap_or_default();
    let semicolons = first.matches(';').count() > first.matches(',').count();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if semicolons { b';' } else { b',' })
        .flexible(true)
        .from_reader(text.as_bytes());
    let Ok(headings) = reader.headers().cloned() else { return of_file("file-unread", &[]) };
    let mut fields = Vec::new();
    for heading in &headings {
        match heading_of(register, heading) {
            Some(field) => fields.push(field),
            None => return of_file("file-column", &[("name", heading.chars().take(60).collect())]),
        }
    }
    let mut read = RowRead::default();
    for (n, row) in reader.records().enumerate() {
        let number = n + 1;
        if n >= MOST_ROWS {
            return of_file("file-rows", &[("most", MOST_ROWS.to_string())]);
        }
        match row {
            Ok(row) if row.len() <= fields.len() => {
                let pairs = fields.iter().zip(row.iter()).map(|(field, cell)| (*field, cell.to_owned()));
                take(&mut read, number, pairs);
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
        _ => return of_file("file-unread", &[]),
    };
    if rows.len() > MOST_ROWS {
        return of_file("file-rows", &[("most", MOST_ROWS.to_string())]);
    }
    let mut read = RowRead::default();
    for (n, row) in rows.iter().enumerate() {
        match typed(register, row) {
            Ok(pairs) => take(&mut read, n + 1, pairs.into_iter()),
            Err(refusal) => find(&mut read, n + 1, refusal),
        }
    }
    read
}

/// The texts of a JSON object, by field: texts, numbers, booleans, and arrays of them.
fn typed(register: &Register, row: &Value) -> Result<Vec<(&'static Field, String)>, Refusal> {
    let Value::Object(row) = row else { return Err(Refusal::common("row-unread")) };
    let mut pairs = Vec::new();
    for (name, value) in row {
        let shown = || name.chars().take(60).collect::<String>();
        let Some(field) = columns(register).find(|field| field.name == name) else {
            return Err(Refusal::common("unknown").with("name", shown()));
        };
        let text = match value {
            Value::Array(all) => all.iter().map(scalar).collect::<Option<Vec<_>>>().map(|all| all.join("\n")),
            one => scalar(one),
        };
        pairs.push((field, text.ok_or_else(|| Refusal::shape(field, "form"))?));
    }
    Ok(pairs)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(is) => Some(if *is { "yes" } else { "no" }.to_owned()),
        Value::Number(n) => Some(n.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

fn take(read: &mut RowRead, number: usize, pairs: impl Iterator<Item = (&'static Field, String)>) {
    let mut values = Values::new();
    let before = read.findings.len();
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
    }
}

fn find(read: &mut RowRead, row: usize, refusal: Refusal) {
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
