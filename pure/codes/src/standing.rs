//! What a code has become on a day: itself, what replaced it, several, or nothing.

use crate::{Code, CodeList};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What a code is worth on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing<'a> {
    /// One code in force: itself, or the only one that took its place.
    Current(&'a Code),
    /// It was split: these are in force in its place, and the code alone does not tell which of them counts. There may
    /// be but one, when another part ended without a successor.
    Split(Vec<&'a Code>),
    /// The list knows the code, and neither it nor a successor is in force on that day.
    NotInForce(&'a Code),
    /// The list knows no such code.
    Unknown,
}

impl CodeList {
    /// What `code` is worth on `day`. It follows `replaced_by` as far as needed, and ends, since a list with a circle of
    /// replacements does not exist ([`crate::parse`] refuses it).
    pub fn standing(&self, code: &str, day: Date) -> Standing<'_> {
        let Some(first) = self.code(code) else { return Standing::Unknown };
        let mut seen = BTreeSet::new();
        let mut ahead = vec![first];
        let mut found = Vec::new();
        let mut lost = false;
        while let Some(known) = ahead.pop() {
            if !seen.insert(known.code.as_str()) {
                continue;
            }
            if known.in_force_on(day) {
                found.push(known);
                continue;
            }
            let next: Vec<&Code> = known.replaced_by.iter().filter_map(|next| self.code(next)).collect();
            lost |= next.is_empty();
            ahead.extend(next.into_iter().rev());
        }
        match (found.as_slice(), lost) {
            ([], _) => Standing::NotInForce(first),
            ([only], false) => Standing::Current(only),
            _ => Standing::Split(found),
        }
    }
}
