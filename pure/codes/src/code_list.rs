//! What a code list and a code are.

use crate::Standing;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// Which edition of a nomenclature a list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Version of the nomenclature: `COG-2024`.
    pub version: String,
    /// Day at which that version stands.
    pub date: Date,
}

/// What stands before the codes of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) name: String,
    pub(crate) edition: Edition,
    pub(crate) source: String,
    pub(crate) licence: String,
    pub(crate) parent_list: Option<String>,
    pub(crate) label_language: Option<String>,
}

/// A nomenclature in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeList {
    /// Its name: `departments`.
    pub name: String,
    /// Version of the nomenclature: `COG-2024`.
    pub version: String,
    /// Day at which that version stands.
    pub date: Date,
    /// Who publishes the facts, and what is ours.
    pub source: String,
    /// Licence of the facts.
    pub licence: String,
    /// List in which the `parent` of a code is to be looked up.
    pub parent_list: Option<String>,
    /// The one language (`fr` or `en`) in which the publisher words the labels, where nobody translated them: a page
    /// marks it, so that a screen reader reads them aloud in the right language.
    pub label_language: Option<String>,
    pub(crate) codes: Vec<Code>,
    pub(crate) places: HashMap<String, usize>,
}

impl CodeList {
    /// The codes a page offers: in force on the list's date, without nested subsets (ASTAD is none of the categories),
    /// in the order of the file.
    pub fn codes(&self) -> impl Iterator<Item = &Code> {
        self.codes.iter().filter(|code| !code.nested && code.in_force_on(self.date))
    }

    /// Every code, with those that are past and the nested subsets, in the order of the file.
    pub fn every_code(&self) -> &[Code] {
        &self.codes
    }

    /// The code written `code`, whether in force or past.
    pub fn code(&self, code: &str) -> Option<&Code> {
        self.codes.get(*self.places.get(code)?)
    }

    /// The label of `code` in language `lang` (`fr` or `en`), or the code itself when the list does not know it.
    pub fn label<'a>(&'a self, code: &'a str, lang: &str) -> &'a str {
        self.code(code).map_or(code, |known| known.label(lang))
    }

    /// The one code under which `code` counts on `day`: itself when in force, else what took its place, followed as far
    /// as needed. Nothing when the list knows no such code or no successor in force, and when it was split: use
    /// [`CodeList::standing`] to tell these apart.
    pub fn on(&self, code: &str, day: Date) -> Option<&Code> {
        match self.standing(code, day) {
            Standing::Current(known) => Some(known),
            _ => None,
        }
    }

    /// Which edition this is.
    pub fn edition(&self) -> Edition {
        Edition { version: self.version.clone(), date: self.date }
    }

    pub(crate) fn head(&self) -> Head {
        Head {
            name: self.name.clone(),
            edition: self.edition(),
            source: self.source.clone(),
            licence: self.licence.clone(),
            parent_list: self.parent_list.clone(),
            label_language: self.label_language.clone(),
        }
    }
}

/// One code of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The code as tables and files write it.
    pub code: String,
    /// French label; the English one in a list whose [`CodeList::label_language`] is `en`.
    pub label_fr: String,
    /// English label; the French one in a list whose [`CodeList::label_language`] is `fr`.
    pub label_en: String,
    /// Code above it, in this list or in [`CodeList::parent_list`].
    pub parent: Option<String>,
    /// First day on which it is in force, when known.
    pub valid_from: Option<Date>,
    /// Last day on which it is in force, when it is past and the day is known.
    pub valid_to: Option<Date>,
    /// Codes of the same list that took its place: several when it was split. A code that has some is past, even where
    /// nobody told its last day.
    pub replaced_by: Vec<String>,
    /// Whether the facts of the row were checked at their source; pages show those that were not.
    pub verified: bool,
    /// Whether it is a subset cutting across the other codes: never shown as one more of them, never added to them.
    pub nested: bool,
    /// The columns of this list alone, by name; an empty cell is absent.
    pub extra: BTreeMap<String, String>,
}

impl Code {
    /// The label in language `lang`: English for `en`, French for anything else.
    pub fn label(&self, lang: &str) -> &str {
        if lang == "en" { &self.label_en } else { &self.label_fr }
    }

    /// Whether the code is in force on `day`. An unknown first day counts as always; a code that was replaced on an
    /// unknown day counts on no day.
    pub fn in_force_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day)
            && self.valid_to.map_or(self.replaced_by.is_empty(), |to| day <= to)
    }

    /// The cell of column `column` of this list alone, when there is one and it is filled.
    pub fn extra(&self, column: &str) -> Option<&str> {
        self.extra.get(column).map(String::as_str)
    }

    /// Whether the cell of column `column` says `true`.
    pub fn flag(&self, column: &str) -> bool {
        self.extra(column) == Some("true")
    }
}
