//! Writes a code list as [`crate::parse`] reads it.

use crate::parse::COLUMNS;
use crate::{Code, CodeList};
use std::collections::BTreeSet;
use std::fmt::Write as _;

impl CodeList {
    /// The list as text: its head, then a CSV table with the columns of its own in alphabetical order.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let parent_list = self.parent_list.as_deref().map(|list| ("parent-list", list));
        let language = self.label_language.as_deref().map(|language| ("label-language", language));
        let date = self.date.to_string();
        let head = [
            ("name", self.name.as_str()),
            ("version", &self.version),
            ("date", &date),
            ("source", &self.source),
            ("licence", &self.licence),
        ];
        for (key, value) in head.into_iter().chain(parent_list).chain(language) {
            let line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            // Writing to a text cannot fail.
            let _ = writeln!(text, "# {key}: {line}");
        }
        let own: BTreeSet<&str> = self.codes.iter().flat_map(|code| code.extra.keys()).map(String::as_str).collect();
        let mut table = csv::WriterBuilder::new().comment(Some(b'#')).from_writer(Vec::new());
        let _ = table.write_record(COLUMNS.iter().chain(&own));
        for code in &self.codes {
            let _ = table.write_record(
                cells(code)
                    .iter()
                    .map(String::as_str)
                    .chain(own.iter().map(|column| code.extra(column).unwrap_or_default())),
            );
        }
        text.push_str(&String::from_utf8(table.into_inner().unwrap_or_default()).unwrap_or_default());
        text
    }
}

fn cells(code: &Code) -> [String; 9] {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    [
        code.code.clone(),
        code.label_fr.clone(),
        code.label_en.clone(),
        code.parent.clone().unwrap_or_default(),
        day(code.valid_from),
        day(code.valid_to),
        code.replaced_by.join("|"),
        code.verified.to_string(),
        code.nested.to_string(),
    ]
}
