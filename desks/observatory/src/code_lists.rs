//! Code lists: which versions are in use, those that somebody brings, and what a switch would do to figures.
//!
//! A file is a stranger's: it is read behind a [`beffroi_ports::Sandbox`] and taken as text. What it changes is shown
//! first ([`Proposal`], [`Effect`]); nothing is kept before [`switch`], which is one write.

mod book;
mod effect;
mod error;
mod proposal;
mod switch;

pub use beffroi_codes::{
    Aspect, Change, Code, CodeList, Compared, Confidence, Edition, Link, Lists, Mapping, MappingError, Match, Standing,
    Way, compare,
};
pub use book::{CodeBook, codes_at};
pub use effect::{BrokenLink, CarriedCode, Effect, effect};
pub use error::ListError;
pub use proposal::{Asked, Proposal, propose};
pub use switch::{Switched, go_back, switch};

use beffroi_ports::Parser;

/// What runs behind the [`beffroi_ports::Sandbox`], and its name: for the executable's list of parsers, and for tests.
pub const PARSER: (&str, Parser) = (beffroi_codes::PARSER, beffroi_codes::parse_list);

#[cfg(test)]
mod tests;
