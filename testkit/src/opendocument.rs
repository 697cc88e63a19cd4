//! Small OpenDocument workbooks (`.ods`), of which any part may be hostile.

use crate::archive::{Part, archive};
use std::fmt::Write as _;

/// The type of the file, which stands first and stored.
const TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

const SPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
                      xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\"";

/// A workbook whose `content.xml` is given.
pub fn workbook(content: &str) -> Vec<u8> {
    archive(&parts(content))
}

/// The parts of a workbook whose `content.xml` is given.
pub fn parts(content: &str) -> Vec<Part> {
    let manifest = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    vec![
        Part::stored("mimetype", TYPE.as_bytes()),
        Part::new("content.xml", content.as_bytes()),
        Part::new("META-INF/manifest.xml", manifest.as_bytes()),
    ]
}

/// The `content.xml` of sheets: their names and their rows.
pub fn content(sheets: &[(&str, &str)]) -> String {
    let mut tables = String::new();
    for (name, rows) in sheets {
        let _ = write!(tables, "<table:table table:name=\"{name}\">{rows}</table:table>");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content {SPACES}><office:scripts/><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
}

/// A row of texts.
pub fn row(texts: &[&str]) -> String {
    let mut cells = String::new();
    for text in texts {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let _ =
            write!(cells, "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>");
    }
    format!("<table:table-row>{cells}</table:table-row>")
}

/// A workbook of one sheet of texts.
pub fn of_rows(rows: &[&[&str]]) -> Vec<u8> {
    let rows: String = rows.iter().map(|texts| row(texts)).collect();
    workbook(&content(&[("Feuille", &rows)]))
}
