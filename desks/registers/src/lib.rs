//! The desk of the registers: adds, writes, moves, says, attaches, brings in and gives out records of whatever register,
//! and carries out what a declaration starts. What a register is stands in its declaration (`beffroi-register`), which the
//! other desks write; the executable gathers them in a [`Registry`].
//!
//! Each function goes by the rights of who acts and shows nothing that they do not let see; absent and forbidden look
//! the same.

mod act;
mod actor;
mod agenda;
mod alike;
mod around;
mod board;
pub mod digest;
mod error;
mod export;
mod files;
mod mark;
mod reading;
mod registry;
mod reminders;
mod sheets;
mod workbook;
mod writing;

pub use act::{Adding, Setting};
pub use actor::{Actor, operator};
pub use agenda::{Agenda, CalendarFrame, Doing, Item, agenda_calendar};
pub use around::Page;
pub use board::{Board, Day, Due};
pub use error::RegisterError;
pub use export::{calendar, csv, deadline, json};
pub use files::{Import, MOST_ATTACHED};
pub use mark::Marked;
pub use reading::{PARSER, read_file};
pub use registry::Registry;
pub use reminders::{Reminded, remind};
pub use sheets::Made;
pub use workbook::{set_aside, workbook};
