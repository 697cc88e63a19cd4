//! Workbooks (`.xlsx`, ECMA-376) written from plain tables: a heading that stays in sight, typed cells, lists to choose
//! from, and nothing that a spreadsheet would run.
//!
//! Every text is a text, whatever it begins with: no formula is ever written but the ranges of lists. The same [`Book`]
//! gives the same bytes: the day of the document is the caller's, and its author is nobody.

mod book;
mod write;

pub use book::{Book, BookError, Cell, Choices, Column, Sheet, sheet_name};
pub use write::write;

#[cfg(test)]
mod tests;
