//! A record, and what differs between two versions of it.

use crate::{FieldKind, Register};
use beffroi_model::{Marking, Territory};
use beffroi_rights::{PersonId, ServiceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Canonical texts by the name of their field; what is empty is absent.
pub type Values = BTreeMap<String, String>;

/// A step of a record: it entered a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// By which move; `add` for the first.
    pub by: String,
    /// Which state.
    pub state: String,
}

/// A record of a register.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its reference: `NEED-2026-0012`.
    pub reference: String,
    /// Name of its register.
    pub register: String,
    /// Its state.
    pub state: String,
    /// 1 when it was added, one more at each write.
    pub version: u32,
    /// What its fields hold.
    pub values: Values,
    /// The states it went through.
    pub path: Vec<Step>,
    /// To whom it may go.
    pub marking: Marking,
    /// The service that owns it.
    pub owner: ServiceId,
    /// Where it lies.
    pub territory: Territory,
    /// Who added it.
    pub author: Option<PersonId>,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// Made up, for demonstration or exercise.
    pub synthetic: bool,
}

impl Record {
    /// Puts the record where its values say: the first territory of the form is where it lies, the service that the register
    /// names owns it. What no value says stays as it is.
    pub fn take_place(&mut self, register: &Register) {
        let place = register.fields.iter().find(|field| field.kind == FieldKind::Territory);
        if let Some(territory) = place.and_then(|field| self.value(field.name).parse().ok()) {
            self.territory = territory;
        }
        if let Some(owner) = register.owned_by.and_then(|field| self.value(field).parse().ok()) {
            self.owner = owner;
        }
    }

    /// The value of a field; empty when it is not filled.
    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// When it was added.
    pub fn added_at(&self) -> Timestamp {
        self.path.first().map_or(self.updated_at, |step| step.at)
    }
}

/// A field that differs; a side that has nothing is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field.
    pub field: String,
    /// What it held.
    pub from: String,
    /// What it holds.
    pub to: String,
}

/// What changed from `before` to `after`, by field name.
pub fn changes(before: &Values, after: &Values) -> Vec<Change> {
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let of = |values: &Values, name: &String| values.get(name).cloned().unwrap_or_default();
    names
        .into_iter()
        .map(|name| Change { field: name.clone(), from: of(before, name), to: of(after, name) })
        .filter(|change| change.from != change.to)
        .collect()
}
