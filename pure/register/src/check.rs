//! Whether a record may stand as it is about to be written.

use crate::record::{Record, changes};
use crate::value::items;
use crate::{Field, FieldKind, Move, Register, Stage, When, canonical, words};
use beffroi_clocks::Zone;
use beffroi_observables::personal_data;
use beffroi_rights::PersonId;
use beffroi_wording::{Lang, Value};
use jiff::Timestamp;
use jiff::civil::Date;

/// Why a record is not taken: says what, where and what to do, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Key of the sentence.
    pub key: String,
    /// The field beside which it stands.
    pub field: Option<&'static str>,
    /// What the sentence names.
    pub args: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A guard's: its key is made from the guard's name.
    pub fn new() -> Self {
        Self { key: String::new(), field: None, args: Vec::new() }
    }

    /// The same beside a field.
    #[must_use]
    pub fn at(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// The same naming something.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// What is wrong with the shape of a value: `register-fault-WHAT`.
    pub(crate) fn shape(field: &Field, what: &str) -> Self {
        Self { key: format!("register-fault-{what}"), field: Some(field.name), args: Vec::new() }
    }

    /// One of the refusals common to all registers, for whoever reads and writes their files.
    pub fn of(what: &str) -> Self {
        Self::common(what)
    }

    /// One of the refusals common to all registers.
    pub(crate) fn common(what: &str) -> Self {
        Self { key: format!("register-fault-{what}"), field: None, args: Vec::new() }
    }

    /// The sentence.
    pub fn say(&self, register: &Register, t: Lang) -> String {
        let inputs = || register.sheets.iter().flat_map(|sheet| sheet.inputs);
        let known = |name: &str| register.field(name).or_else(|| inputs().find(|input| input.name == name));
        let label = self.field.and_then(known).map(|field| words::field(register, field, t));
        let mut args: Vec<(&str, Value<'_>)> =
            self.args.iter().map(|(name, value)| (*name, Value::from(value.as_str()))).collect();
        if let Some(label) = &label {
            args.push(("field", Value::from(label)));
        }
        t.say_with(&self.key, &args)
    }
}

impl Default for Refusal {
    fn default() -> Self {
        Self::new()
    }
}

/// What must not be: one rule of the trade, with its name.
#[derive(Debug, Clone, Copy)]
pub struct Guard {
    /// Its name: `register-REGISTER-refusal-NAME` is the sentence it refuses with.
    pub name: &'static str,
    /// Looks at what is about to be written.
    pub check: fn(&Context<'_>) -> Result<(), Refusal>,
}

/// What is about to be written, and what a guard may look at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The register.
    pub register: &'static Register,
    /// The record as it stands; nothing for a new one.
    pub before: Option<&'a Record>,
    /// The record as it would stand.
    pub after: &'a Record,
    /// The move by which it is written, if it moves.
    pub by: Option<&'static Move>,
    /// Who writes.
    pub who: Option<&'a PersonId>,
    /// The records that it refers to, as they stand.
    pub linked: &'a [Record],
    /// The records that refer to it, as they stand: all of them, open to who writes or not. None for a new one.
    pub back: &'a [Record],
    /// How many tasks of it are not done.
    pub open_tasks: usize,
    /// The instant.
    pub now: Timestamp,
}

impl Context<'_> {
    /// The value of a field as it would stand.
    pub fn value(&self, field: &str) -> &str {
        self.after.value(field)
    }

    /// Whether a field holds anything.
    pub fn has(&self, field: &str) -> bool {
        !self.value(field).is_empty()
    }

    /// The day that a field holds.
    pub fn date(&self, field: &str) -> Option<Date> {
        self.value(field).parse().ok()
    }

    /// The number that a field holds.
    pub fn number(&self, field: &str) -> Option<f64> {
        self.value(field).parse().ok()
    }

    /// Whether a flag is set.
    pub fn flag(&self, field: &str) -> bool {
        self.value(field) == "yes"
    }

    /// Today, in Paris.
    pub fn today(&self) -> Date {
        Zone::Paris.day(self.now)
    }

    /// Whether the record is about to enter that state.
    pub fn enters(&self, state: &str) -> bool {
        self.after.state == state && self.before.is_none_or(|before| before.state != state)
    }

    /// The record that a field refers to.
    pub fn linked(&self, field: &str) -> Option<&Record> {
        let reference = self.value(field);
        self.linked.iter().find(|record| record.reference == reference)
    }
}

impl<'a> Context<'a> {
    /// The records of a register that refer to it.
    pub fn back(&self, register: &'a str) -> impl Iterator<Item = &'a Record> + use<'a> {
        self.back.iter().filter(move |record| record.register == register)
    }
}

impl When {
    /// Whether a record is so.
    pub fn holds(&self, record: &Record) -> bool {
        items(record.value(self.field)).any(|item| self.is.contains(&item))
    }
}

/// Everything for which a record is not taken; nothing when it may stand.
pub fn check(context: &Context<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let register = context.register;
    let Some(state) = register.state(&context.after.state) else {
        return vec![Refusal::common("state")];
    };
    for name in context.after.values.keys() {
        if register.field(name).is_none() {
            refusals.push(Refusal::common("unknown").with("name", name.chars().take(60).collect::<String>()));
        }
    }
    let asked = context.by.map(|by| by.asks).unwrap_or_default();
    for field in register.fields {
        let value = context.value(field.name);
        let is_draft = state.stage == Stage::Draft;
        let needed = (field.required && !field.by_move)
            || state.needs.contains(&field.name)
            || asked.contains(&field.name)
            || (!is_draft && field.required_when.is_some_and(|when| when.holds(context.after)));
        if value.is_empty() {
            if needed {
                refusals.push(Refusal::shape(field, "required"));
            }
            continue;
        }
        // What begins with @ is made in the same write; nobody types it, since `canonical` refuses it.
        let made_with = matches!(field.kind, FieldKind::Reference(_)) && value.starts_with('@');
        match canonical(field, value) {
            _ if made_with => {}
            Ok(same) if same == value => {}
            Ok(_) => refusals.push(Refusal::shape(field, "form")),
            Err(refusal) => refusals.push(refusal),
        }
        if field.is_text()
            && !field.personal
            && let Some(kind) = personal_data(value)
        {
            refusals.push(Refusal::shape(field, "personal").with("kind", kind));
        }
        if let FieldKind::Reference(to) = field.kind {
            for item in items(value).filter(|item| !item.starts_with('@')) {
                if !context.linked.iter().any(|record| record.reference == item && record.register == to) {
                    refusals.push(Refusal::shape(field, "missing").with("reference", item).with("register", to));
                }
            }
        }
    }
    refusals.extend(kept(context));
    // A guard reads values whose shape is right.
    if refusals.is_empty() {
        for guard in register.guards {
            if let Err(refusal) = (guard.check)(context) {
                let key = words::refusal_key(register, guard.name);
                refusals.push(Refusal { key, ..refusal });
            }
        }
    }
    refusals
}

/// What may not be written where the record stands.
fn kept(context: &Context<'_>) -> Vec<Refusal> {
    let Some(before) = context.before else { return Vec::new() };
    let frozen = context.register.state(&before.state).is_some_and(|state| state.frozen);
    let mut refusals = Vec::new();
    for change in changes(&before.values, &context.after.values) {
        let Some(field) = context.register.field(&change.field) else { continue };
        let by_move = context.by.is_some_and(|by| by.asks.contains(&field.name) || by.takes.contains(&field.name));
        if frozen && !by_move {
            refusals.push(Refusal::shape(field, "frozen").with("state", &before.state));
        } else if field.by_move && !by_move {
            refusals.push(Refusal::shape(field, "by-move"));
        }
    }
    refusals
}
