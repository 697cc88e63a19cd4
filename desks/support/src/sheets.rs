//! The sheets of this desk: rankings with their reasons, orders, delays, lessons, bookings.

pub(crate) mod bookings;
pub(crate) mod candidates;
pub(crate) mod delays;
pub(crate) mod lessons;
pub(crate) mod order;

#[cfg(test)]
mod tests;

use beffroi_register::{Record, SheetContext};

/// The stored state of the record, when it is about to leave it: at the move that keeps the sheet.
pub(crate) fn is_moving(context: &SheetContext<'_>, record: &Record) -> bool {
    context.find(&record.reference).is_none_or(|stored| stored.state != record.state)
}
