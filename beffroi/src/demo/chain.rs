//! A chain of the demonstration: records added and moved by two persons, one after the other.

use super::fill::SECOND_LOGIN;
use beffroi_cli::Context;
use beffroi_cli::fault::{Fault, Outcome};
use beffroi_desk_registers::{Actor, Adding, RegisterError, Setting, operator};
use beffroi_register::{Entry, Values};
use beffroi_rights::Subject;
use beffroi_store::By;
use jiff::civil::Date;

/// Fields and what is typed into them.
pub(super) type Typed<'a> = &'a [(&'a str, &'a str)];

/// Who adds, who validates, and how many records there are so far.
pub(super) struct Chain<'a> {
    context: &'a Context,
    first: &'a Subject,
    second: Subject,
    /// How many records were added, those that loops opened among them.
    pub(super) added: u64,
}

impl<'a> Chain<'a> {
    /// A chain of the demo operator, validated by the second demo person.
    pub(super) fn new(context: &'a Context, first: &'a Subject) -> Outcome<Self> {
        let second = operator(SECOND_LOGIN, context.today()).ok_or_else(|| Fault::ours("no operator"))?;
        Ok(Self { context, first, second, added: 0 })
    }

    pub(super) fn today(&self) -> Date {
        self.context.today()
    }

    /// The day so many days from today.
    pub(super) fn day(&self, days: i64) -> String {
        self.today().saturating_add(jiff::Span::new().days(days)).to_string()
    }

    /// From one of these days to the other.
    pub(super) fn days(&self, from: i64, to: i64) -> String {
        format!("{}/{}", self.day(from), self.day(to))
    }

    /// Adds a record; gives its reference.
    pub(super) async fn add(&mut self, register: &str, typed: Typed<'_>) -> Outcome<String> {
        self.put(register, of(typed)).await
    }

    /// The same from the worked example of the register, with other values; an empty one leaves the field out.
    pub(super) async fn example(&mut self, register: &str, other: Typed<'_>) -> Outcome<String> {
        let known = self.context.registry.get(register).ok_or_else(|| gone(register))?;
        let mut typed = known.example_values();
        typed.extend(of(other));
        typed.retain(|_, text| !text.is_empty());
        self.put(register, typed).await
    }

    async fn put(&mut self, register: &str, typed: Values) -> Outcome<String> {
        let known = self.context.registry.get(register).ok_or_else(|| gone(register))?;
        let adding = Adding { typed, synthetic: true };
        let added = desk(self.context, self.first).add(known, adding).await;
        self.added += 1;
        added.map_err(|error| refused(register, "add", &error))
    }

    /// Writes values of a record.
    pub(super) async fn set(&self, reference: &str, typed: Typed<'_>) -> Outcome {
        let setting = Setting { typed: of(typed), ..Setting::default() };
        let set = desk(self.context, self.first).set(reference, setting).await;
        set.map_err(|error| refused(reference, "set", &error))
    }

    /// Moves a record.
    pub(super) async fn go(&self, reference: &str, by: &str, typed: Typed<'_>) -> Outcome {
        self.moved(self.first, reference, by, typed, None).await
    }

    /// The same by the second person.
    pub(super) async fn validate(&self, reference: &str, by: &str, typed: Typed<'_>) -> Outcome {
        self.moved(&self.second, reference, by, typed, None).await
    }

    /// Moves a record, with the reason why.
    pub(super) async fn because(&self, reference: &str, by: &str, why: &str) -> Outcome {
        self.moved(self.first, reference, by, &[], Some(why.to_owned())).await
    }

    async fn moved(&self, who: &Subject, on: &str, by: &str, typed: Typed<'_>, reason: Option<String>) -> Outcome {
        let setting = Setting { typed: of(typed), reason, ..Setting::default() };
        desk(self.context, who).go(on, by, setting).await.map_err(|error| refused(on, by, &error))
    }

    /// The record that a loop opened and whose `field` names `reference`; it counts as added.
    pub(super) async fn opened(&mut self, register: &str, field: &str, reference: &str) -> Outcome<String> {
        let all = self.all_opened(register, field, reference).await?;
        all.into_iter().next().ok_or_else(|| Fault::ours(format!("demo: {reference} opened no {register}")))
    }

    /// All of them, the first first.
    pub(super) async fn all_opened(&mut self, register: &str, field: &str, reference: &str) -> Outcome<Vec<String>> {
        let desk = desk(self.context, self.first);
        let known = desk.register(register).map_err(|error| refused(register, "list", &error))?;
        let filter = Entry { field: field.to_owned(), value: reference.to_owned() };
        let listed = desk.store.record_list(&desk.seen(known), &[filter], None, 50).await;
        let listed = listed.map_err(|error| refused(register, "list", &error.into()))?;
        let mut all: Vec<String> = listed.rows.into_iter().map(|row| row.record.reference).collect();
        all.sort();
        self.added += u64::try_from(all.len()).unwrap_or(0);
        Ok(all)
    }
}

fn of(typed: Typed<'_>) -> Values {
    typed.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn desk<'a>(context: &'a Context, subject: &'a Subject) -> Actor<'a> {
    let by = By::new(subject.person().as_str(), context.now());
    Actor { registry: &context.registry, store: &context.store, subject, by }
}

fn gone(register: &str) -> Fault {
    Fault::ours(format!("demo: no register {register}"))
}

/// Says at which step the demonstration stopped, and why.
fn refused(on: &str, step: &str, error: &RegisterError) -> Fault {
    Fault::ours(format!("demo: {on}, {step}: {error}"))
}
