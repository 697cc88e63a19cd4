//! Small workbooks (`.xlsx`), written part by part so that any part may be replaced by a hostile one.

use crate::archive::{Part, archive};
use std::fmt::Write as _;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// A workbook under construction.
#[derive(Debug, Clone)]
pub struct Book {
    parts: Vec<Part>,
}

impl Book {
    /// A workbook of one sheet, named `Feuille`, whose XML is given.
    pub fn of_sheet(sheet: &str) -> Self {
        let content = format!(
            "{XML}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
        );
        let package = relations(&[("officeDocument", "xl/workbook.xml")]);
        let parts =
            [("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")];
        let styles = format!(
            "{XML}<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        );
        let strings = format!("{XML}<sst xmlns=\"{MAIN}\" count=\"0\" uniqueCount=\"0\"></sst>");
        Self {
            parts: vec![
                Part::new("[Content_Types].xml", content.as_bytes()),
                Part::new("_rels/.rels", package.as_bytes()),
                Part::new("xl/workbook.xml", workbook(&["Feuille"]).as_bytes()),
                Part::new("xl/_rels/workbook.xml.rels", relations(&parts).as_bytes()),
                Part::new("xl/styles.xml", styles.as_bytes()),
                Part::new("xl/sharedStrings.xml", strings.as_bytes()),
                Part::new("xl/worksheets/sheet1.xml", sheet.as_bytes()),
            ],
        }
    }

    /// A workbook of one sheet of texts: its header, then its rows.
    pub fn of_rows(rows: &[&[&str]]) -> Self {
        let mut data = String::new();
        for (index, row) in (1..).zip(rows) {
            data.push_str(&row_of(index, row));
        }
        Self::of_sheet(&sheet(&data))
    }

    /// Puts `bytes` in the place of the part of that name, or beside the others.
    #[must_use]
    pub fn with(self, name: &str, bytes: &[u8]) -> Self {
        self.with_part(Part::new(name, bytes))
    }

    /// Puts a part in the place of that of the same name, or beside the others.
    #[must_use]
    pub fn with_part(mut self, part: Part) -> Self {
        match self.parts.iter_mut().find(|known| known.name == part.name) {
            Some(known) => *known = part,
            None => self.parts.push(part),
        }
        self
    }

    /// Changes a part, for the worse.
    #[must_use]
    pub fn altered(mut self, name: &str, alter: impl FnOnce(&mut Part)) -> Self {
        if let Some(part) = self.parts.iter_mut().find(|part| part.name == name) {
            alter(part);
        }
        self
    }

    /// Its parts.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        archive(&self.parts)
    }
}

/// The XML of a sheet with those rows.
pub fn sheet(rows: &str) -> String {
    format!("{XML}<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")
}

/// The XML of one row of texts, from column A.
pub fn row_of(index: u32, texts: &[&str]) -> String {
    let mut row = format!("<row r=\"{index}\">");
    for (column, text) in ('A'..='Z').zip(texts) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let _ = write!(row, "<c r=\"{column}{index}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    }
    row + "</row>"
}

/// The XML of a workbook with sheets of those names.
pub fn workbook(sheets: &[&str]) -> String {
    let mut list = String::new();
    for (index, name) in (1..).zip(sheets) {
        let _ = write!(list, "<sheet name=\"{name}\" sheetId=\"{index}\" r:id=\"rId1\"/>");
    }
    format!("{XML}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>{list}</sheets></workbook>")
}

/// The XML of relations: the last word of their type, and their target.
pub fn relations(all: &[(&str, &str)]) -> String {
    let mut list = String::new();
    for (index, (kind, target)) in (1..).zip(all) {
        let _ = write!(list, "<Relationship Id=\"rId{index}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>");
    }
    format!("{XML}<Relationships xmlns=\"{PACKAGE}/relationships\">{list}</Relationships>")
}
