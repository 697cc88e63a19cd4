//! Whether what is added is there already.

use crate::{Actor, RegisterError};
use beffroi_register::{Entry, Record, Register, items};
use beffroi_store::RecordBatch;

/// Records looked at, the last written first: those that share what lists filter by.
const MOST: u64 = 500;

impl Actor<'_> {
    /// Refuses a record that is like another in all that tells records of its register apart, unless it says that it is not
    /// the same. Looked at are all of the register, and those of the same batch; of one that is not open to who acts no more
    /// is told than that it is there.
    pub(crate) async fn not_alike(
        &self,
        register: &'static Register,
        record: &Record,
        batch: &RecordBatch,
    ) -> Result<(), RegisterError> {
        if register.alike.is_empty() || record.value("distinct") == "yes" {
            return Ok(());
        }
        let same = |other: &Record| {
            other.register == register.name
                && register.alike.iter().all(|field| other.value(field) == record.value(field))
        };
        let mut found = batch.puts.iter().map(|put| &put.record).find(|other| same(other)).cloned();
        if found.is_none() {
            let filtered =
                register.fields.iter().filter(|field| field.filtered && register.alike.contains(&field.name));
            let filters: Vec<Entry> = filtered
                .flat_map(|field| items(record.value(field.name)).map(|value| (field.name, value)))
                .map(|(field, value)| Entry { field: field.to_owned(), value: value.to_owned() })
                .collect();
            let rows = self.store.records_having(register.name, &filters, MOST).await?;
            found = rows.into_iter().map(|row| row.record).find(|other| same(other));
        }
        let scope = register.visible(self.subject, self.today());
        let is_open = |other: &Record| other.object(register).is_some_and(|object| scope.admits(&object));
        match found {
            None => Ok(()),
            // In a batch the other has no reference yet, and is its writer's own.
            Some(other) if !other.reference.starts_with('@') && !is_open(&other) => {
                Err(RegisterError::refused(register, "alike-elsewhere", Vec::new()))
            }
            Some(other) => Err(RegisterError::refused(register, "alike", vec![("reference", other.reference)])),
        }
    }
}
