//! What a register is, and all that can be told from its declaration alone: whether a record may stand, where it may go
//! and by whom, when it is due, what it starts elsewhere, how it is found, told and read in.
//!
//! A register is one `const` of [`Register`] in one file of a desk. Words are not in it: each has a key in the wording
//! files, made by a fixed rule from the register's name ([`words`]); [`Register::faults`] names the missing ones.
//!
//! A value is kept in one canonical text for each kind ([`FieldKind`]): forms, tables, JSON, differences and the index
//! of what can be filtered all take the same. Nothing here reads a clock: the instant is an argument.

mod capabilities;
mod cell;
mod check;
mod clock;
mod declaration;
mod field;
mod loops;
mod manual;
mod moves;
mod own;
mod record;
mod rows;
mod search;
mod sent;
mod sheet;
mod sound;
mod table;
pub mod told;
mod value;
pub mod words;

pub use capabilities::CAPABILITIES;
pub use cell::{CellValue, Cells};
pub use check::{Context, Guard, Refusal, check};
pub use clock::{ClockRule, Deadline, From};
pub use declaration::{AMBER, Audience, Link, Register, Stage, State, When};
pub use field::{Field, FieldKind};
pub use loops::{Assignee, DueBy, Loop, On, Opened, Opening, Starts};
pub use manual::{asked, kind, manual};
pub use moves::{Move, moves_for};
pub use own::{Around, Own};
pub use record::{Change, Record, Step, Values, changes};
pub use rows::{RowFinding, RowRead, columns, read_rows, write_csv};
pub use search::{Entry, entries, search_text};
pub use sent::{sent, sent_new};
pub use sheet::{Of, Sheet, SheetContext};
pub use table::{Aside, Table, TableCell, TableRow, read_table};
pub use value::{canonical, items, shown};

#[cfg(test)]
mod tests;
