//! What a desk makes of records: a page such as a matrix of coverage or a list of gaps, a paper such as a mission order.
//!
//! A sheet is declared beside the fields of its register: a function from records to the blocks of a document. From that
//! one function come the page, the PDF, the JSON and the command. It is given the records that are open to the reader, and
//! no others: what it counts, it counts for that reader.

use crate::{Field, Record, Refusal, Register, Values};
use beffroi_document::Block;
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::civil::Date;

/// Of what a sheet is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Of all records of its register.
    Register,
    /// Of one record: a paper that goes with it.
    Record,
}

/// What a desk makes of records.
#[derive(Debug, Clone, Copy)]
pub struct Sheet {
    /// Its name, in addresses, commands and keys.
    pub name: &'static str,
    /// Of what it is made.
    pub of: Of,
    /// Other registers that it reads.
    pub reads: &'static [&'static str],
    /// What the reader may ask: a form above the page.
    pub inputs: &'static [Field],
    /// What it says, from what it is given; or why it cannot be made: a refusal without a key says
    /// `register-REGISTER-sheet-SHEET-refusal`.
    pub make: fn(&SheetContext<'_>) -> Result<Vec<Block>, Refusal>,
}

/// What a sheet is made of.
#[derive(Debug, Clone, Copy)]
pub struct SheetContext<'a> {
    /// Its register.
    pub register: &'static Register,
    /// The record, of a sheet of one record.
    pub record: Option<&'a Record>,
    /// Records that are open to the reader: of its register, for a sheet of the whole, and of those that it reads.
    pub records: &'a [Record],
    /// What was asked, in canonical texts.
    pub asked: &'a Values,
    /// The instant.
    pub now: Timestamp,
    /// The reader's language.
    pub lang: Lang,
}

impl<'a> SheetContext<'a> {
    /// The records of a register, in the order of their references.
    pub fn of(&self, register: &'a str) -> impl Iterator<Item = &'a Record> + use<'a> {
        self.records.iter().filter(move |record| record.register == register)
    }

    /// What was asked in a field; nothing is empty.
    pub fn asked(&self, field: &str) -> &'a str {
        self.asked.get(field).map_or("", String::as_str)
    }

    /// The record of a reference, if it is open to the reader.
    pub fn find(&self, reference: &str) -> Option<&'a Record> {
        self.records.iter().find(|record| record.reference == reference)
    }

    /// Today, in Paris.
    pub fn today(&self) -> Date {
        beffroi_clocks::Zone::Paris.day(self.now)
    }

    /// A sentence of the sheet: `register-REGISTER-sheet-WHAT`.
    pub fn say(&self, what: &str) -> String {
        self.lang.say(&format!("register-{}-sheet-{what}", self.register.name))
    }

    /// The same with what it names.
    pub fn say_with(&self, what: &str, args: &[(&str, beffroi_wording::Value<'_>)]) -> String {
        self.lang.say_with(&format!("register-{}-sheet-{what}", self.register.name), args)
    }
}

impl Register {
    /// The sheet of that name.
    pub fn sheet(&self, name: &str) -> Option<&'static Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }
}
