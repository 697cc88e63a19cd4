//! The file of rows set aside, for whoever corrects them.

use crate::finding::Finding;
use std::io::{self, Write};

/// Writes findings as CSV: `line,column,rule,reason,value`, UTF-8.
pub struct RejectsWriter<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> RejectsWriter<W> {
    /// Begins the file with its header.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn new(out: W) -> io::Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record(["line", "column", "rule", "reason", "value"])?;
        Ok(Self { out })
    }

    /// Adds a finding. A text that a spreadsheet would run as a formula is preceded by an apostrophe (OWASP, *CSV
    /// injection*).
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write(&mut self, finding: &Finding) -> io::Result<()> {
        let line = finding.line.to_string();
        let column = inert(finding.column.as_deref().unwrap_or_default());
        let value = inert(&finding.value);
        self.out.write_record([line.as_str(), &column, finding.rule.code(), &finding.message, &value])?;
        Ok(())
    }

    /// Ends the file and gives back what it was written to.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.out.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }
}

fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Rule;

    #[test]
    fn no_value_runs_in_a_spreadsheet() {
        let mut out = RejectsWriter::new(Vec::new()).unwrap();
        out.write(&Finding::new(3, Some("DEPT"), Rule::UnknownTerritory, "no such code", "=1+1")).unwrap();
        let text = String::from_utf8(out.finish().unwrap()).unwrap();
        assert_eq!(text, "line,column,rule,reason,value\n3,DEPT,unknown-territory,no such code,'=1+1\n");
    }
}
