//! The reading of one field, compiled: columns are places, and each type says its own fault.

use super::dates::{DayForm, period, period_by};
use super::numbers::NumberForm;
use super::personal;
use super::plan::{Columns, Context};
use super::recall::Recall;
use crate::codes::InForce;
use crate::declaration::{Declaration, Field, Unmapped};
use crate::finding::Rule;
use crate::read::Row;
use beffroi_model::{Grain, Period, Territory, Text};
use jiff::civil::Date;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

/// Longest text kept for a code or a name, in characters.
const TEXT: usize = 256;

/// No date of any source is earlier, unless it says so itself.
const EARLIEST: Date = Date::constant(1900, 1, 1);

/// What is wrong with a value.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(crate) rule: Rule,
    pub(crate) message: Cow<'static, str>,
}

impl Misfit {
    pub(crate) fn new(rule: Rule, message: impl Into<Cow<'static, str>>) -> Self {
        Self { rule, message: message.into() }
    }
}

/// A text and where it comes from.
pub(crate) struct Value<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Written in the declaration, and so not to be looked up in a list.
    declared: bool,
}

/// Meanings found by going through them, which is faster than a digest of the text.
const FEW: usize = 12;

/// What the texts of a source mean.
#[derive(Debug)]
enum Meanings {
    Few(Vec<(String, String)>),
    Many(HashMap<String, String>),
}

impl Meanings {
    fn new(field: &Field) -> Self {
        let all = field.map.iter().map(|(from, to)| (from.clone(), to.clone()));
        if field.map.len() <= FEW { Self::Few(all.collect()) } else { Self::Many(all.collect()) }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Few(few) if few.is_empty())
    }

    fn of(&self, text: &str) -> Option<&String> {
        match self {
            Self::Few(few) => few.iter().find(|(from, _)| from == text).map(|(_, to)| to),
            Self::Many(many) => many.get(text),
        }
    }
}

/// How one field is read.
#[derive(Debug)]
pub(crate) struct Reading {
    /// What a finding calls the column.
    pub(crate) column: String,
    sources: Vec<usize>,
    join: String,
    constant: Option<String>,
    default: Option<String>,
    map: Meanings,
    otherwise: Option<String>,
    unmapped: Unmapped,
    list: Option<String>,
    before: Option<String>,
    required: bool,
    forms: Vec<DayForm>,
    grain: Option<Grain>,
    not_before: Date,
    /// Texts that mean "no value", beside the empty one.
    empty: Vec<String>,
    numbers: NumberForm,
    notes: Vec<String>,
    /// Names and territories read lately, under the lists of the plan.
    names: RefCell<Recall<Text>>,
    territories: RefCell<Recall<Territory>>,
}

impl Reading {
    pub(crate) fn new(field: &Field, declaration: &Declaration, columns: &mut Columns) -> Self {
        let shape = &declaration.file;
        let forms = if field.format.is_empty() {
            vec![DayForm::YearMonthDay]
        } else {
            field.format.iter().map(|format| DayForm::new(format)).collect()
        };
        Self {
            column: field.from.join("+"),
            sources: field.from.iter().map(|column| columns.index(column)).collect(),
            join: field.join.clone(),
            constant: field.constant.clone(),
            default: field.default.clone(),
            map: Meanings::new(field),
            otherwise: field.otherwise.clone(),
            unmapped: field.unmapped,
            list: field.list.clone(),
            before: field.before.clone(),
            required: field.required,
            forms,
            grain: field.grain,
            not_before: field.not_before.unwrap_or(EARLIEST),
            empty: shape.empty.iter().filter(|text| !text.is_empty()).cloned().collect(),
            numbers: NumberForm { decimal: shape.decimal, thousands: shape.thousands },
            notes: shape.notes.clone(),
            names: RefCell::default(),
            territories: RefCell::default(),
        }
    }

    /// The list it checks against, if any.
    pub(crate) fn list(&self) -> Option<&str> {
        self.list.as_deref()
    }

    /// The text as the file has it, for a finding.
    pub(crate) fn raw<'r>(&self, row: &'r Row) -> &'r str {
        self.sources.first().and_then(|&column| row.values(column).next()).unwrap_or_default()
    }

    /// The texts of all its columns, for whoever explains a row.
    pub(crate) fn shown(&self, row: &Row) -> String {
        let texts = self.sources.iter().flat_map(|&column| row.values(column)).filter(|text| !text.is_empty());
        texts.collect::<Vec<_>>().join(" + ")
    }

    fn no_value(&self, text: &str) -> bool {
        text.is_empty() || self.empty.iter().any(|empty| empty == text)
    }

    fn source<'r>(&self, row: &'r Row) -> Result<Cow<'r, str>, Misfit> {
        let one = |column: usize| {
            row.single(column).map_err(|_| Misfit::new(Rule::NotSingle, "several values stand where one was expected"))
        };
        if let [column] = self.sources.as_slice() {
            return one(*column).map(Cow::Borrowed);
        }
        let mut joined = String::new();
        for &column in &self.sources {
            let text = one(column)?;
            if !self.no_value(text) {
                if !joined.is_empty() {
                    joined.push_str(&self.join);
                }
                joined.push_str(text);
            }
        }
        Ok(Cow::Owned(joined))
    }

    /// The text of the field, if it has one.
    pub(crate) fn text<'a>(&'a self, row: &'a Row) -> Result<Option<Value<'a>>, Misfit> {
        let declared =
            |text: &'a str| Ok((!text.is_empty()).then_some(Value { text: Cow::Borrowed(text), declared: true }));
        if let Some(constant) = &self.constant {
            return declared(constant);
        }
        let mut text = self.source(row)?;
        if let Some(sign) = &self.before
            && let Some((head, _)) = text.split_once(sign.as_str())
        {
            text = Cow::Owned(head.trim().to_owned());
        }
        if let Some(mapped) = self.map.of(text.as_ref()) {
            return declared(mapped);
        }
        if self.no_value(&text) {
            return match &self.default {
                Some(default) => declared(default),
                None if self.required => Err(Misfit::new(Rule::MissingValue, "the value is missing")),
                None => Ok(None),
            };
        }
        if !self.map.is_empty() {
            if let Some(otherwise) = &self.otherwise {
                return declared(otherwise);
            }
            match self.unmapped {
                Unmapped::Keep => {}
                Unmapped::Empty => return Ok(None),
                Unmapped::Reject => {
                    return Err(Misfit::new(
                        Rule::UnknownCode,
                        "the declaration gives this code no meaning; add it to `map`",
                    ));
                }
            }
        }
        Ok(Some(Value { text, declared: false }))
    }

    /// A code or a short name, checked against its list when it has one.
    pub(crate) fn name(&self, row: &Row, on: Date, context: &Context<'_>) -> Result<Option<Text>, Misfit> {
        self.recalled(&self.names, row, on, || {
            let Some(value) = self.text(row)? else { return Ok(None) };
            if value.text.len() > TEXT && value.text.chars().count() > TEXT {
                return Err(Misfit::new(Rule::TextTooLong, "a code or name has at most 256 characters"));
            }
            if value.text.chars().any(char::is_control) {
                return Err(Misfit::new(Rule::ControlCharacter, "the value holds a control character"));
            }
            let days = self.listed(&value, on, context, Rule::UnknownCode)?;
            // What a list or the declaration names is no person's; any other text may hide one.
            if self.list.is_none()
                && !value.declared
                && let Some(what) = personal::found(&value.text, context.today)
            {
                let message = format!("the text holds {what}; a row comes in without what identifies a person");
                return Err(Misfit::new(Rule::DirectIdentifier, message));
            }
            Ok(Some((value.text.as_ref().into(), days)))
        })
    }

    /// The days over which the list says so.
    fn listed(&self, value: &Value<'_>, on: Date, context: &Context<'_>, rule: Rule) -> Result<InForce, Misfit> {
        match &self.list {
            Some(list) if !value.declared => context
                .codes
                .in_force(list, &value.text, on)
                .ok_or_else(|| Misfit::new(rule, format!("not in the list `{list}` on {on}"))),
            _ => Ok(InForce::ALWAYS),
        }
    }

    /// What `read` gives, unless the same text was read lately and nothing else decides than it and the day.
    fn recalled<T: Clone>(
        &self,
        recall: &RefCell<Recall<T>>,
        row: &Row,
        on: Date,
        read: impl FnOnce() -> Result<Option<(T, InForce)>, Misfit>,
    ) -> Result<Option<T>, Misfit> {
        let text = match self.sources.as_slice() {
            [column] => row.single(*column).ok(),
            _ => None,
        };
        if let Some(known) = text.and_then(|text| recall.borrow().get(text, on).cloned()) {
            return Ok(Some(known));
        }
        let Some((value, days)) = read()? else { return Ok(None) };
        if let Some(text) = text {
            recall.borrow_mut().put(text, days, value.clone());
        }
        Ok(Some(value))
    }

    pub(crate) fn territory(&self, row: &Row, on: Date, context: &Context<'_>) -> Result<Option<Territory>, Misfit> {
        self.recalled(&self.territories, row, on, || {
            let Some(value) = self.text(row)? else { return Ok(None) };
            let territory = value.text.parse::<Territory>().map_err(|_| {
                Misfit::new(
                    Rule::UnknownTerritory,
                    "no territory has this code; expected one such as 01, 2A, 974, FR or NL",
                )
            })?;
            let days = self.listed(&value, on, context, Rule::UnknownTerritory)?;
            Ok(Some((territory, days)))
        })
    }

    pub(crate) fn day(&self, row: &Row, context: &Context<'_>) -> Result<Option<Date>, Misfit> {
        let Some(value) = self.text(row)? else { return Ok(None) };
        let day = self
            .forms
            .iter()
            .find_map(|form| form.read(&value.text))
            .ok_or_else(|| Misfit::new(Rule::NotADate, "no day of the declared form"))?;
        self.plausible(day, context)?;
        Ok(Some(day))
    }

    pub(crate) fn period(&self, row: &Row, context: &Context<'_>) -> Result<Option<Period>, Misfit> {
        let Some(value) = self.text(row)? else { return Ok(None) };
        let read = match self.grain {
            Some(grain) => period_by(&self.forms, grain, &value.text),
            None => period(&value.text),
        };
        let period = read.ok_or_else(|| {
            Misfit::new(Rule::NotAPeriod, "no period; expected one such as 2024, 2024-Q1, 2024-02, 2024-W07 or 2016M01")
        })?;
        self.plausible(period.start(), context)?;
        Ok(Some(period))
    }

    fn plausible(&self, day: Date, context: &Context<'_>) -> Result<(), Misfit> {
        if day > context.today {
            return Err(Misfit::new(
                Rule::ImplausibleDate,
                format!("after the day of the delivery, {}", context.today),
            ));
        }
        if day < self.not_before {
            return Err(Misfit::new(
                Rule::ImplausibleDate,
                format!("before {}, the earliest day expected", self.not_before),
            ));
        }
        Ok(())
    }

    pub(crate) fn float(&self, row: &Row) -> Result<Option<f64>, Misfit> {
        self.number(row, |form, text| form.float(text), "no number of the declared form")
    }

    pub(crate) fn integer(&self, row: &Row) -> Result<Option<i64>, Misfit> {
        self.number(row, |form, text| form.integer(text), "no whole number of the declared form")
    }

    pub(crate) fn cents(&self, row: &Row) -> Result<Option<i64>, Misfit> {
        self.number(row, |form, text| form.cents(text), "no amount of zero or more in the declared form")
    }

    fn number<T>(
        &self,
        row: &Row,
        read: impl Fn(NumberForm, &str) -> Option<T>,
        message: &'static str,
    ) -> Result<Option<T>, Misfit> {
        let Some(value) = self.text(row)? else { return Ok(None) };
        let mut text = value.text.as_ref();
        if !self.notes.is_empty() {
            while let Some(head) = self.notes.iter().find_map(|note| text.strip_suffix(note.as_str())) {
                text = head.trim_end();
            }
            if self.no_value(text) {
                return Ok(None);
            }
        }
        read(self.numbers, text).map(Some).ok_or_else(|| Misfit::new(Rule::NotANumber, message))
    }

    pub(crate) fn boolean(&self, row: &Row) -> Result<Option<bool>, Misfit> {
        let Some(value) = self.text(row)? else { return Ok(None) };
        match value.text.as_ref() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => Err(Misfit::new(Rule::NotABoolean, "neither true nor false; add a `map`")),
        }
    }

    pub(crate) fn parsed<T: std::str::FromStr>(
        &self,
        row: &Row,
        rule: Rule,
        message: &'static str,
    ) -> Result<Option<T>, Misfit> {
        let Some(value) = self.text(row)? else { return Ok(None) };
        value.text.parse().map(Some).map_err(|_| Misfit::new(rule, message))
    }
}

/// What a field that every fact must have says when it has no value.
pub(crate) fn needed<T>(value: Result<Option<T>, Misfit>) -> Result<T, Misfit> {
    value?.ok_or_else(|| Misfit::new(Rule::MissingValue, "the value is missing"))
}
