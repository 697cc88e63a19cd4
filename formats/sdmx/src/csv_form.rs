//! SDMX-CSV 2.0: one observation a line, columns in the order of the structure (SDMX-CSV 2.0.0 field guide, "Columns",
//! "Column headers", "Column content"; lines by RFC 4180).
//!
//! `STRUCTURE,STRUCTURE_ID,ACTION`, the dimensions, `TIME_PERIOD`, `OBS_VALUE`, the attributes, and with vintages the
//! custom columns `VALID_FROM,VALID_TO`. Identifiers only (`labels=id`), comma and point. An attribute of the data set
//! stands on each of its lines, as the guide has it.

use crate::data::{Action, DataSet, Observation, Value, check_vintages, instant};
use crate::error::clip;
use crate::index::Index;
use crate::structure::{Attachment, Structures};
use crate::{MOST_BYTES, MOST_OBSERVATIONS, OBS_VALUE, SdmxError, TIME_PERIOD};
use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Media type of a message (same guide, "Localisation").
pub const CSV_MEDIA_TYPE: &str = "application/vnd.sdmx.data+csv; version=2.0.0";

const HEAD: [&str; 3] = ["STRUCTURE", "STRUCTURE_ID", "ACTION"];
const VINTAGE: [&str; 2] = ["VALID_FROM", "VALID_TO"];

fn letter(action: Action) -> &'static str {
    match action {
        Action::Information => "I",
        Action::Append => "A",
        Action::Replace => "R",
    }
}

fn header(index: &Index<'_>, dated: bool) -> Vec<String> {
    let structure = &index.structures.structure;
    let dimensions = structure.dimensions.iter().map(|dimension| dimension.id.as_str());
    let attributes = index.attributes.iter().map(|(attribute, _)| attribute.id.as_str());
    let vintage = VINTAGE.into_iter().filter(|_| dated);
    let all = HEAD.into_iter().chain(dimensions).chain([TIME_PERIOD, OBS_VALUE]).chain(attributes).chain(vintage);
    all.map(str::to_owned).collect()
}

/// Writes data sets of one dataflow, oldest vintage first.
///
/// # Errors
/// [`SdmxError`] when something does not fit the structure, tells what is protected, or would run as a formula.
pub fn write_csv(sets: &[DataSet], structures: &Structures) -> Result<String, SdmxError> {
    let index = Index::new(structures)?;
    check_vintages(sets)?;
    let dated = sets.iter().any(|set| set.vintage.is_some());
    let columns = header(&index, dated);
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let fault = |error: csv::Error| SdmxError::Csv { line: 0, why: clip(&error.to_string()) };
    writer.write_record(&columns).map_err(fault)?;
    let dataflow = structures.dataflow.artefact.to_string();
    for (at, set) in sets.iter().enumerate() {
        set.fits(&index)?;
        let until = sets.get(at + 1).and_then(|next| next.vintage);
        for observation in &set.observations {
            let mut cells = vec!["dataflow".to_owned(), dataflow.clone(), letter(set.action).to_owned()];
            cells.extend(observation.key.iter().cloned());
            cells.push(observation.period.to_string());
            cells.push(observation.value.map(|value| value.to_string()).unwrap_or_default());
            for (attribute, _) in &index.attributes {
                let from = match attribute.attachment {
                    Attachment::DataSet => &set.attributes,
                    Attachment::Observation => &observation.attributes,
                };
                cells.push(from.get(&attribute.id).cloned().unwrap_or_default());
            }
            if dated {
                cells.extend([set.vintage, until].map(|at| at.map(|at| at.to_string()).unwrap_or_default()));
            }
            if let Some((column, text)) = columns.iter().zip(&cells).find(|(_, text)| runs(text)) {
                return Err(SdmxError::Formula { column: column.clone(), text: clip(text) });
            }
            writer.write_record(&cells).map_err(fault)?;
        }
    }
    let bytes = writer.into_inner().map_err(|_| SdmxError::Rule("memory did not take the message"))?;
    String::from_utf8(bytes).map_err(|_| SdmxError::Rule("the message is no text"))
}

/// Whether a spreadsheet would take a text for a formula; a number is none.
fn runs(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) && Value::read(text).is_none()
}

/// Reads what [`write_csv`] writes of that structure; quotes and line ends may differ.
///
/// # Errors
/// [`SdmxError`] with its line where a line can be told.
pub fn read_csv(bytes: &[u8], structures: &Structures) -> Result<Vec<DataSet>, SdmxError> {
    if bytes.len() > MOST_BYTES {
        return Err(SdmxError::TooLong { limit: MOST_BYTES, unit: "bytes" });
    }
    let index = Index::new(structures)?;
    let mut reader = ReaderBuilder::new().from_reader(bytes);
    let line_of = |error: &csv::Error| error.position().map_or(1, csv::Position::line);
    let fault = |error: csv::Error| SdmxError::Csv { line: line_of(&error), why: clip(&error.to_string()) };
    let found = reader.headers().map_err(fault)?.clone();
    let dated = found.iter().next_back() == VINTAGE.last().copied();
    if found.iter().ne(header(&index, dated).iter().map(String::as_str)) {
        let why = "the columns are not those of the structure, in its order".to_owned();
        return Err(SdmxError::Csv { line: 1, why });
    }
    let mut reading = Reading {
        index: &index,
        dated,
        dataflow: structures.dataflow.artefact.to_string(),
        sets: Vec::new(),
        ends: Vec::new(),
    };
    let mut record = StringRecord::new();
    let mut rows = 0;
    while reader.read_record(&mut record).map_err(fault)? {
        rows += 1;
        if rows > MOST_OBSERVATIONS {
            return Err(SdmxError::TooLong { limit: MOST_OBSERVATIONS, unit: "observations" });
        }
        let line = record.position().map_or(0, csv::Position::line);
        reading.row(&record).map_err(|why| SdmxError::Csv { line, why })?;
    }
    reading.finish()
}

struct Reading<'a> {
    index: &'a Index<'a>,
    dated: bool,
    dataflow: String,
    sets: Vec<DataSet>,
    /// `VALID_TO` of each set.
    ends: Vec<Option<Timestamp>>,
}

impl Reading<'_> {
    fn row(&mut self, record: &StringRecord) -> Result<(), String> {
        let mut cells = record.iter();
        let mut next = || cells.next().unwrap_or_default();
        if next() != "dataflow" || next() != self.dataflow {
            return Err("it belongs to another dataflow".to_owned());
        }
        let letter_read = next();
        let all = [Action::Information, Action::Append, Action::Replace];
        let action =
            all.into_iter().find(|action| letter(*action) == letter_read).ok_or("the action is none of I, A, R")?;
        let key = self.index.dimensions.iter().map(|_| next().to_owned()).collect();
        let period = next().parse().map_err(|error: SdmxError| error.to_string())?;
        let text = next();
        let value = match text {
            "" => None,
            _ => Some(Value::read(text).ok_or("the value is no number")?),
        };
        let (mut of_set, mut own) = (BTreeMap::new(), BTreeMap::new());
        for (attribute, _) in &self.index.attributes {
            let text = next();
            let into = match attribute.attachment {
                Attachment::DataSet => &mut of_set,
                Attachment::Observation => &mut own,
            };
            if !text.is_empty() {
                into.insert(attribute.id.clone(), text.to_owned());
            }
        }
        let mut at = || -> Result<Option<Timestamp>, String> {
            let text = if self.dated { next() } else { "" };
            if text.is_empty() { Ok(None) } else { instant(text).map(Some).map_err(|error| error.to_string()) }
        };
        let (vintage, until) = (at()?, at()?);
        if self.dated && vintage.is_none() {
            return Err("VALID_FROM is empty".to_owned());
        }
        let observation = Observation { key, period, value, attributes: own };
        let same =
            self.sets.last().zip(self.ends.last()).is_some_and(|(set, end)| set.vintage == vintage && *end == until);
        match self.sets.last_mut().filter(|_| same) {
            Some(set) if set.action == action && set.attributes == of_set => set.observations.push(observation),
            Some(_) => return Err("the action or an attribute changes inside one data set".to_owned()),
            None => {
                self.sets.push(DataSet { action, vintage, attributes: of_set, observations: vec![observation] });
                self.ends.push(until);
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<DataSet>, SdmxError> {
        check_vintages(&self.sets)?;
        let starts = self.sets.iter().skip(1).map(|set| set.vintage).chain([None]);
        if starts.ne(self.ends.iter().copied()) {
            return Err(SdmxError::Form("VALID_TO"));
        }
        self.sets.iter().try_for_each(|set| set.fits(self.index))?;
        Ok(self.sets)
    }
}
