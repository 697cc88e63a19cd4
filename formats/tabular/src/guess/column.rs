//! What a column of a file looks like, from its name and its first values.

use crate::codes::Codes;
use crate::declaration::{Named, identifier};
use crate::fold::words;
use crate::map::{DayForm, NumberForm, found, period};
use beffroi_model::ObservableKind;
use beffroi_observables::canonical;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What publishers write where there is no value.
const MISSING: &[&str] = &[
    "NA",
    "N/A",
    "n/a",
    "NaN",
    "nan",
    "nd",
    "n.d.",
    "ND",
    "s",
    "c",
    "-",
    "–",
    "—",
    "..",
    "…",
    ":",
    "null",
    "NULL",
    "None",
    "Non Renseigné",
    "NonRenseigne",
    "Non renseigné",
    "non renseigné",
    "#N/A",
    "secret",
];

/// Of these, those that are no value in a column of texts either.
const NEVER: &[&str] = &["NA", "N/A", "NaN", "null", "NULL", "Non Renseigné", "NonRenseigne", "Non renseigné", "#N/A"];

/// Signs that follow a number and say nothing of it.
const NOTES: &[&str] = &["(p)", "(r)", "(e)", "(sd)", "%", "*", "p", "r"];

/// Forms of a day, the likeliest first.
pub(super) const DAYS: &[&str] = &[
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%:z",
    "%d/%m/%Y %H:%M",
    "%Y%m%d",
];

/// Kinds of observables, the strictest first: an address is a domain too, but not the other way round.
const KINDS: &[ObservableKind] = &[
    ObservableKind::Iban,
    ObservableKind::EmailAddr,
    ObservableKind::Ipv4Addr,
    ObservableKind::Url,
    ObservableKind::EthAddress,
    ObservableKind::BtcAddress,
    ObservableKind::PhoneNumber,
    ObservableKind::DomainName,
];

#[derive(Debug, Default)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) words: Vec<String>,
    /// Values that are there.
    pub(super) filled: usize,
    pub(super) distinct: usize,
    pub(super) longest: usize,
    pub(super) numbers: bool,
    pub(super) comma: bool,
    pub(super) grouped: bool,
    pub(super) missing: BTreeSet<String>,
    pub(super) notes: BTreeSet<String>,
    pub(super) day: Option<&'static str>,
    pub(super) periods: bool,
    pub(super) short_years: bool,
    pub(super) departments: bool,
    /// Departments with their name behind: `01-Ain`, or the name of the country.
    pub(super) places: bool,
    pub(super) observable: Option<ObservableKind>,
    pub(super) identifier: Option<Named>,
    pub(super) personal: Option<&'static str>,
    pub(super) values: BTreeSet<String>,
}

impl Column {
    pub(super) fn of<'a>(name: &str, texts: impl Iterator<Item = &'a str>, codes: &dyn Codes, today: Date) -> Self {
        let all: Vec<&str> = texts.map(str::trim).filter(|text| !text.is_empty()).collect();
        let number = |text: &str| {
            let bare = NOTES.iter().find_map(|note| text.strip_suffix(note)).map_or(text, str::trim_end);
            let form = |decimal, thousands| NumberForm { decimal, thousands };
            [form('.', None), form(',', None), form('.', Some(' ')), form(',', Some(' '))]
                .iter()
                .any(|form| form.float(bare).is_some())
        };
        let absent: BTreeSet<&str> = MISSING.iter().copied().collect();
        let present: Vec<&str> = all.iter().copied().filter(|text| !absent.contains(text)).collect();
        let numbers =
            !present.is_empty() && present.iter().filter(|text| number(text)).count() * 20 >= present.len() * 19;
        let missing = all.iter().filter(|text| if numbers { absent.contains(*text) } else { NEVER.contains(text) });
        let missing: BTreeSet<String> = missing.map(|text| (*text).to_owned()).collect();
        let values: Vec<&str> = all.iter().copied().filter(|text| !missing.contains(*text)).collect();
        let every = |holds: &dyn Fn(&str) -> bool| !values.is_empty() && values.iter().all(|text| holds(text));
        let department = |text: &str| codes.contains("departments", text, today);
        let country = |text: &str| matches!(text, "France" | "France métropolitaine" | "France entière");
        let place = |text: &str| text.split_once('-').is_some_and(|(code, _)| department(code.trim())) || country(text);
        let form = |text: &str, form: &str| DayForm::new(form).read(text).is_some();
        let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        let words = words(name);
        let distinct: BTreeSet<&str> = values.iter().copied().collect();
        Self {
            filled: values.len(),
            distinct: distinct.len(),
            // A look repeats the beginning of a text: what is cut may be of any length.
            longest: values
                .iter()
                .map(|text| if text.ends_with('…') { usize::MAX } else { text.chars().count() })
                .max()
                .unwrap_or_default(),
            comma: numbers && values.iter().any(|text| text.contains(',')),
            grouped: numbers
                && values.iter().any(|text| {
                    text.trim_end_matches(['%', '*', ')', 'p', 'r', '('])
                        .trim_end()
                        .contains([' ', '\u{a0}', '\u{202f}'])
                }),
            notes: if numbers { notes(&values) } else { BTreeSet::new() },
            day: DAYS.iter().copied().find(|one| every(&|text| form(text, one))),
            periods: every(&|text| period(text).is_some()),
            short_years: every(&|text| digits(text, 2))
                && words.iter().any(|word| matches!(word.as_str(), "annee" | "an" | "year")),
            departments: every(&department),
            places: !every(&department) && every(&place),
            observable: if numbers && !every(&|text| digits(text, 10)) {
                None
            } else {
                KINDS.iter().copied().find(|kind| {
                    let telling = *kind != ObservableKind::DomainName || every(&|text| text.contains('.'));
                    telling && every(&|text| canonical(*kind, text).is_ok())
                })
            },
            identifier: identifier(name, true),
            personal: values.iter().find_map(|text| found(text, today)),
            values: distinct.iter().take(200).map(|text| (*text).to_owned()).collect(),
            numbers,
            missing,
            words,
            name: name.to_owned(),
        }
    }

    /// Whether one of the words of its name is among these.
    pub(super) fn says(&self, list: &[&str]) -> bool {
        self.words.iter().any(|word| list.contains(&word.as_str()))
    }

    /// Whether every value is in force in a list today.
    pub(super) fn in_list(&self, list: &str, codes: &dyn Codes, today: Date) -> bool {
        codes.has_list(list)
            && !self.values.is_empty()
            && self.values.iter().all(|code| codes.contains(list, code, today))
    }
}

fn notes(values: &[&str]) -> BTreeSet<String> {
    let found = values.iter().filter_map(|text| NOTES.iter().find(|note| text.ends_with(**note)));
    found.map(|note| (*note).to_owned()).collect()
}
