//! Sheets: what a desk makes of the records that are open to a reader, as a document.

use crate::{Actor, RegisterError};
use beffroi_document::{Block, Document, html};
use beffroi_model::Marking;
use beffroi_register::{Of, Record, Refusal, Register, Sheet, SheetContext, Values, canonical, words};
use beffroi_rights::Act;
use beffroi_store::{Attaching, Seen};
use beffroi_wording::Lang;
use serde_json::{Value, json};

/// Most records of a register that a sheet is made of.
const MOST: usize = 20_000;
/// Records read at once.
const PART: u64 = 1000;

/// A sheet, made.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its register.
    pub register: &'static Register,
    /// Its declaration.
    pub sheet: &'static Sheet,
    /// The record, of a sheet of one.
    pub record: Option<Record>,
    /// What was asked, in canonical texts.
    pub asked: Values,
    /// What it says.
    pub blocks: Vec<Block>,
    /// The highest of the markings of what it was made of, and of its register's.
    pub marking: Marking,
    /// Whether any of it is made up.
    pub synthetic: bool,
}

impl Made {
    /// Its title: what it is, and of which record.
    pub fn title(&self, t: Lang) -> String {
        let name = words::sheet(self.register, self.sheet.name, t);
        match &self.record {
            Some(record) => format!("{name} – {}", record.reference),
            None => name,
        }
    }

    /// As JSON: what it is, of what, and its blocks as a document serialises them.
    pub fn to_json(&self, t: Lang) -> Value {
        json!({
            "register": self.register.name,
            "sheet": self.sheet.name,
            "record": self.record.as_ref().map(|record| &record.reference),
            "asked": self.asked,
            "title": self.title(t),
            "purpose": words::sheet_purpose(self.register, self.sheet.name, t),
            "marking": self.marking.to_string(),
            "synthetic": self.synthetic,
            "blocks": self.blocks,
        })
    }

    /// As a document to be printed; `author` is the name of the house.
    pub fn document(&self, t: Lang, author: &str, date: String) -> Document {
        Document {
            lang: t.code().to_owned(),
            title: self.title(t),
            author: author.to_owned(),
            date,
            marking: self.marking.to_string(),
            banner: self.synthetic.then(|| t.say("register-sheet-synthetic")),
            cover: None,
            blocks: self.blocks.clone(),
        }
    }
}

impl Actor<'_> {
    /// Makes a sheet of a register or of a record (`of` is a name or a reference), of what is open to who acts for `act`:
    /// to be read, or to be taken out.
    ///
    /// # Errors
    /// [`RegisterError::NotFound`] when there is no such sheet or nothing of it is open to who acts;
    /// [`RegisterError::Refused`] with why it cannot be made; the store's.
    pub async fn sheet(&self, of: &str, name: &str, typed: &Values, act: Act, t: Lang) -> Result<Made, RegisterError> {
        let (register, record) = match self.register(of) {
            Ok(register) => (register, None),
            Err(_) => {
                let (register, row) = self.fetch(of).await?;
                let scope = register.scope(self.subject, act, register.audience.read, self.today());
                if !row.record.object(register).is_some_and(|object| scope.admits(&object)) {
                    return Err(RegisterError::NotFound);
                }
                (register, Some(row.record))
            }
        };
        let sheet = register.sheet(name).filter(|sheet| (sheet.of == Of::Record) == record.is_some());
        let sheet = sheet.ok_or(RegisterError::NotFound)?;
        self.made_of(register, record, sheet, typed, act, t).await
    }

    async fn made_of(
        &self,
        register: &'static Register,
        record: Option<Record>,
        sheet: &'static Sheet,
        typed: &Values,
        act: Act,
        t: Lang,
    ) -> Result<Made, RegisterError> {
        let asked = asked(register, sheet, typed)?;
        let mut records = Vec::new();
        let own = (sheet.of == Of::Register).then_some(register.name);
        for name in own.into_iter().chain(sheet.reads.iter().copied()) {
            let Some(read) = self.registry.get(name) else { continue };
            let scope = read.scope(self.subject, act, read.audience.read, self.today());
            records.extend(self.all(&Seen { register: read.name, scope }).await?);
        }
        records.sort_by(|a, b| (&a.register, &a.reference).cmp(&(&b.register, &b.reference)));
        let context = SheetContext {
            register,
            record: record.as_ref(),
            records: &records,
            asked: &asked,
            now: self.by.at,
            lang: t,
        };
        let refused = |refusal: Refusal| {
            let own = || format!("register-{}-sheet-{}-refusal", register.name, sheet.name);
            let key = if refusal.key.is_empty() { own() } else { refusal.key };
            RegisterError::Refused { register, refusals: vec![Refusal { key, ..refusal }] }
        };
        let blocks = (sheet.make)(&context).map_err(refused)?;
        let all = || records.iter().chain(record.as_ref());
        let marking = all().fold(register.marking, |marking, record| marking.merge(record.marking));
        let synthetic = all().any(|record| record.synthetic);
        Ok(Made { register, sheet, asked, blocks, marking, synthetic, record })
    }

    /// All records of what is seen, or the refusal of a sheet that would count some of them only.
    async fn all(&self, seen: &Seen) -> Result<Vec<Record>, RegisterError> {
        let (mut records, mut after) = (Vec::new(), None);
        if seen.scope.branches().len() == 0 {
            return Ok(records);
        }
        loop {
            let part = self.store.record_list(seen, &[], after.as_ref(), PART).await?;
            records.extend(part.rows.into_iter().map(|row| row.record));
            after = part.next;
            if records.len() > MOST {
                let register = self.registry.get(seen.register).ok_or(RegisterError::NotFound)?;
                return Err(RegisterError::refused(register, "sheet-many", vec![("most", MOST.to_string())]));
            }
            if after.is_none() {
                return Ok(records);
            }
        }
    }

    /// The sheet that a move keeps, of the record as it then stands: a page of its own, in French, the language of record.
    pub(crate) async fn kept(
        &self,
        register: &'static Register,
        record: &Record,
        name: &str,
    ) -> Result<Attaching, RegisterError> {
        let t = Lang::Fr;
        let sheet = register.sheet(name).ok_or(RegisterError::NotFound)?;
        let made = self.made_of(register, Some(record.clone()), sheet, &Values::default(), Act::Read, t).await?;
        let date = t.date(self.today());
        let document = made.document(t, &t.say("flash-service"), date);
        let words = html::Words::new(|key| t.say(key));
        Ok(Attaching {
            reference: record.reference.clone(),
            name: format!("{name}-{}-v{}.html", record.reference, record.version.saturating_add(1)),
            media: "text/html",
            bytes: html::page(&document, &words).into_bytes(),
            most: u16::MAX,
        })
    }
}

/// What was asked, in canonical texts.
fn asked(register: &'static Register, sheet: &'static Sheet, typed: &Values) -> Result<Values, RegisterError> {
    let mut asked = Values::default();
    let mut refusals = Vec::new();
    for (name, text) in typed {
        let Some(input) = sheet.inputs.iter().find(|input| input.name == name) else {
            return Err(RegisterError::refused(register, "unknown", vec![("name", name.chars().take(60).collect())]));
        };
        match canonical(input, text) {
            Ok(text) if text.is_empty() => {}
            Ok(text) => drop(asked.insert(name.clone(), text)),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() { Ok(asked) } else { Err(RegisterError::Refused { register, refusals }) }
}
