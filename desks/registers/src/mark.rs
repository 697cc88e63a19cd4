//! The marking of a record that stands. Whoever may write or decide on a record raises it, at once and alone: what turns out
//! to be sensitive waits for nobody. It is lowered, as that of a flash is, by somebody who attests (four eyes), with a
//! reason: neither who added the record nor who marked it last.
//!
//! Rights go by the marking that stands in the row, so that lists, the search, attachments, sheets and the API follow in the
//! same instant; the versions of the record keep the markings it had.

use crate::act::why;
use crate::writing::described;
use crate::{Actor, RegisterError};
use beffroi_model::Marking;
use beffroi_register::{Record, Register};
use beffroi_rights::{Act, Object, PersonId};
use beffroi_store::{RecordBatch, RecordRow, Version};

/// How a record is to be marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The marking that it gets.
    pub to: Marking,
    /// Why; a marking is not lowered without.
    pub reason: Option<String>,
    /// The version that was read; nothing to mark whatever stands.
    pub version: Option<u32>,
}

/// Whether something of `from` is lowered by `to`.
fn lowers(from: Marking, to: Marking) -> bool {
    from.merge(to) != to
}

impl Actor<'_> {
    /// Changes the marking of a record. A marking that is the same already is no change.
    ///
    /// # Errors
    /// [`RegisterError::NotFound`] when who acts may not; [`RegisterError::Refused`] for a marking that they may not lower, or
    /// without a reason; [`RegisterError::Changed`]; the store's.
    pub async fn mark(&self, reference: &str, marked: &Marked) -> Result<(), RegisterError> {
        let request = format!("mark {reference} {marked:?}");
        // Who raised a marking beyond their own clearance no longer finds the record: their form is answered all the same.
        if self.store.records_written(&request, &self.by).await? {
            return Ok(());
        }
        let (register, row) = self.fetch(reference).await?;
        let before = row.record;
        let lower = lowers(before.marking, marked.to);
        let object = before.object(register).ok_or(RegisterError::NotFound)?;
        if lower {
            let versions = self.store.record_versions(reference).await?;
            self.may_lower(register, &object, &versions)?;
        } else if !self.may_raise(register, &object) {
            return Err(RegisterError::NotFound);
        }
        self.is_current(&before, marked.version).await?;
        if before.marking == marked.to {
            return Ok(());
        }
        let reason = why(register, marked.reason.as_deref(), lower)?;
        let read = before.version;
        let after = Record { marking: marked.to, ..before.clone() };
        // Its values stay as they are: no guard of the register holds a marking up.
        let put = described(register, Some(&before), after, "mark", reason, self.by.at);
        let batch = RecordBatch { puts: vec![put], ..RecordBatch::default() };
        self.written(&request, batch, reference, read).await
    }

    /// What who acts may do to the marking of a record: raise it, and lower it too.
    pub(crate) fn may_mark(&self, register: &'static Register, row: &RecordRow, versions: &[Version]) -> (bool, bool) {
        let Some(object) = row.record.object(register) else { return (false, false) };
        (self.may_raise(register, &object), self.may_lower(register, &object, versions).is_ok())
    }

    /// Who writes the values of a record; once those are kept as they are, who decides on it.
    fn may_raise(&self, register: &'static Register, object: &Object) -> bool {
        [Act::Change, Act::Decide]
            .into_iter()
            .any(|act| register.scope(self.subject, act, register.audience.change, self.today()).admits(object))
    }

    /// Whoever reads the register and attests records in the table of rights, which asks for four eyes.
    fn may_lower(
        &self,
        register: &'static Register,
        object: &Object,
        versions: &[Version],
    ) -> Result<(), RegisterError> {
        let scope = register.scope(self.subject, Act::Validate, register.audience.read, self.today());
        if self.subject.is_machine() {
            return Err(RegisterError::refused(register, "machine", Vec::new()));
        }
        let me = self.subject.person();
        let marks = |version: &&Version| version.changes.iter().any(|change| change.field == ".marking");
        let marked_it = versions.iter().find(marks).is_some_and(|version| version.who == me.as_str());
        if scope.admits(object) && !marked_it {
            return Ok(());
        }
        let mut others = ["another", "somebody-else"].into_iter().filter_map(|login| login.parse::<PersonId>().ok());
        let by_another = Object { author: others.find(|login| login != me), ..object.clone() };
        Err(match scope.admits(&by_another) {
            true => RegisterError::refused(register, "marking-four-eyes", Vec::new()),
            false if self.may_raise(register, object) => RegisterError::refused(register, "marking-lower", Vec::new()),
            false => RegisterError::NotFound,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::lowers;
    use beffroi_model::{Marking, Pap, Tlp};

    #[test]
    fn to_lower_one_of_two_is_to_lower() {
        let marking = |tlp, pap| Marking { tlp, pap };
        let amber = marking(Tlp::Amber, Pap::Amber);
        for lower in [marking(Tlp::Green, Pap::Amber), marking(Tlp::Amber, Pap::Green), marking(Tlp::Red, Pap::Green)] {
            assert!(lowers(amber, lower), "{lower}");
        }
        for not in [amber, marking(Tlp::AmberStrict, Pap::Amber), marking(Tlp::Red, Pap::Red)] {
            assert!(!lowers(amber, not), "{not}");
        }
    }
}
