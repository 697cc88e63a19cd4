//! The sheets of this desk: what each says, made of the records that are open to the reader.

mod actions;
mod committee;
mod coverage;
mod edition;

pub(crate) use actions::{collection, history, view};
pub(crate) use committee::{dashboard, follow_up, minutes};
pub(crate) use coverage::matrix;
pub(crate) use edition::{edition, missing};

use beffroi_register::{Record, SheetContext};

/// The record of a sheet of one.
fn own<'a>(context: &SheetContext<'a>) -> Result<&'a Record, beffroi_register::Refusal> {
    context.record.ok_or_else(beffroi_register::Refusal::new)
}

/// The records of a register that name `reference` in `field`.
fn naming<'a>(context: &SheetContext<'a>, register: &'static str, field: &str, reference: &str) -> Vec<&'a Record> {
    context.of(register).filter(|record| record.value(field) == reference).collect()
}
