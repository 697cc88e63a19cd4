//! Values as cells of a workbook: typed where a program counts with them, codes by the words that people read, and each
//! read back to the very same canonical text.

use crate::value::items;
use crate::{Field, FieldKind, Register, canonical, words};
use beffroi_clocks::Zone;
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use std::collections::BTreeMap;

/// Longest list of codes that are read by their words too.
const WORDS: usize = 2_000;
/// Digits that every program keeps of a number.
const DIGITS: usize = 15;
/// Years in which all programs count days alike.
const YEARS: std::ops::RangeInclusive<i16> = 1901..=9999;

/// A value as a cell holds it.
#[derive(Debug, Clone, PartialEq)]
pub enum CellValue {
    /// Nothing.
    Empty,
    /// A text: several items stand on a line each.
    Text(String),
    /// A number, and its decimals where they are always shown.
    Number(f64, Option<u8>),
    /// A day.
    Day(Date),
    /// A day and a time on the clocks of Paris.
    Moment(DateTime),
}

/// Turns the values of one register into cells and back, in one language; labels are read in both.
#[derive(Debug)]
pub struct Cells {
    register: &'static Register,
    lang: Lang,
    /// For each field with codes: words without capitals, and the code that they mean; nothing when several have them.
    codes: BTreeMap<&'static str, BTreeMap<String, Option<String>>>,
}

impl Cells {
    /// For a register.
    pub fn new(register: &'static Register, lang: Lang) -> Self {
        let of = |field: &'static Field| Some((field.name, words_of(register, field)?));
        Self { register, lang, codes: register.fields.iter().filter_map(of).collect() }
    }

    /// The cell of a canonical text. What another kind of cell would not give back to the letter is a text.
    pub fn cell(&self, field: &Field, text: &str) -> CellValue {
        if text.is_empty() {
            return CellValue::Empty;
        }
        let back = |shown: &str| canonical(field, &self.typed(field, shown)).is_ok_and(|again| again == text);
        let as_text = || {
            let shown = self.shown(field, text);
            CellValue::Text(if back(&shown) { shown } else { text.to_owned() })
        };
        if field.many {
            return as_text();
        }
        match field.kind {
            FieldKind::Number { .. } | FieldKind::Money => match text.parse::<f64>() {
                Ok(number)
                    if text.bytes().filter(u8::is_ascii_digit).count() <= DIGITS && back(&number.to_string()) =>
                {
                    let decimals = match field.kind {
                        FieldKind::Money => Some(2),
                        FieldKind::Number { decimals: 0 } => Some(0),
                        _ => None,
                    };
                    CellValue::Number(number, decimals)
                }
                _ => as_text(),
            },
            FieldKind::Date => match text.parse::<Date>() {
                Ok(day) if YEARS.contains(&day.year()) => CellValue::Day(day),
                _ => as_text(),
            },
            FieldKind::Instant => match wall(text) {
                // An hour that comes twice a year, in October, stands as an instant in full.
                Some(at) if YEARS.contains(&at.year()) && back(&wall_text(at)) => CellValue::Moment(at),
                _ => as_text(),
            },
            _ => as_text(),
        }
    }

    /// What was typed in a cell, with codes in the place of the words that mean them.
    pub fn typed(&self, field: &Field, text: &str) -> String {
        let Some(known) = self.codes.get(field.name) else { return text.to_owned() };
        let one = |line: &str| known.get(&plain(line)).cloned().flatten().unwrap_or_else(|| line.to_owned());
        if field.many { text.split('\n').map(one).collect::<Vec<_>>().join("\n") } else { one(text) }
    }

    /// The codes of a field that are offered, with the words that a cell shows for each: nothing for a field without
    /// codes, or with too many.
    pub fn offered(&self, field: &Field) -> Vec<(String, String)> {
        if !self.codes.contains_key(field.name) {
            return Vec::new();
        }
        let shown = |code: String| {
            let words = self.shown(field, &code);
            let means = self.typed(field, &words) == code;
            (if means { words } else { code.clone() }, code)
        };
        codes_of(field, true).into_iter().map(shown).map(|(words, code)| (code, words)).collect()
    }

    fn shown(&self, field: &Field, text: &str) -> String {
        match field.kind {
            FieldKind::Choice(_) | FieldKind::Flag | FieldKind::Code(_) => {
                let one = |code: &str| word(self.register, field, code, self.lang);
                items(text).map(one).collect::<Vec<_>>().join("\n")
            }
            _ => text.to_owned(),
        }
    }
}

/// An instant on the clocks of Paris.
fn wall(text: &str) -> Option<DateTime> {
    Some(text.parse::<Timestamp>().ok()?.to_zoned(Zone::Paris.zone()).datetime())
}

/// What reading such a cell gives: the day alone at midnight.
fn wall_text(at: DateTime) -> String {
    if at.time() == Time::midnight() { at.date().to_string() } else { at.strftime("%Y-%m-%dT%H:%M:%S").to_string() }
}

fn word(register: &Register, field: &Field, code: &str, t: Lang) -> String {
    match field.kind {
        FieldKind::Choice(_) => words::choice(register, field, code, t),
        FieldKind::Flag => t.say(if code == "yes" { "register-yes" } else { "register-no" }),
        FieldKind::Code(list) => {
            beffroi_codes::list(list).map_or_else(|| code.to_owned(), |list| list.label(code, t.code()).to_owned())
        }
        _ => code.to_owned(),
    }
}

/// The codes that a field takes: those that a form offers, or every one.
fn codes_of(field: &Field, offered: bool) -> Vec<String> {
    match field.kind {
        FieldKind::Choice(codes) => codes.iter().map(|code| (*code).to_owned()).collect(),
        FieldKind::Flag => vec!["yes".to_owned(), "no".to_owned()],
        FieldKind::Code(list) => match beffroi_codes::list(list) {
            Some(list) if offered => list.codes().map(|code| code.code.clone()).collect(),
            Some(list) => list.every_code().iter().map(|code| code.code.clone()).collect(),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The words of a field's codes in both languages. A code's own text means that code, whatever else it is a word of.
fn words_of(register: &'static Register, field: &'static Field) -> Option<BTreeMap<String, Option<String>>> {
    let codes = codes_of(field, false);
    if codes.is_empty() || codes.len() > WORDS {
        return None;
    }
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    for code in &codes {
        for t in Lang::ALL {
            known
                .entry(plain(&word(register, field, code, t)))
                .and_modify(|meant| {
                    if meant.as_ref() != Some(code) {
                        *meant = None;
                    }
                })
                .or_insert_with(|| Some(code.clone()));
        }
    }
    let mut own: BTreeMap<String, Option<String>> = BTreeMap::new();
    for code in codes {
        // Two codes that differ in capitals alone are told apart as they are typed.
        own.entry(plain(&code)).and_modify(|meant| *meant = None).or_insert(Some(code));
    }
    known.extend(own);
    Some(known)
}

/// A text as it is looked up: one blank between words, no capitals, one kind of apostrophe.
pub(crate) fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase().replace('’', "'")
}
