//! Texts of law by version: read, dated, compared.
//!
//! A text of law is its articles, each in one or several [`Version`]s; a version is in force from its first day to the day
//! before it no longer is. [`History`] answers which version held on the day of the facts, and says when it cannot tell.
//!
//! Read are the XML of one article in one version, as the DILA publishes the base LEGI; the JSON tree of a code or a law, as
//! the interface of Légifrance and copies of it give it; and the articles of an Akoma Ntoso document (OASIS LegalDocML).
//! Readers take a stranger's bytes: a document type, with the entities it could declare, is refused; what cannot be read
//! of one article is a [`Finding`], not the end. Memory is bounded by the size of the file, which is bounded too.

mod akoma;
mod date;
mod diff;
mod error;
mod history;
mod id;
mod json;
mod legi;
mod prose;
mod state;
mod version;
mod wire;
mod xml;

#[cfg(test)]
mod tests;

pub use akoma::read_akoma_ntoso;
pub use diff::{Piece, diff};
pub use error::{Finding, LegalError, Reading, Why};
pub use history::{At, Change, History};
pub use id::{
    Celex, DilaId, DilaKind, Ecli, EliFrance, EliPart, EliUnion, EliVersion, IdError, Identifier, Nature, Nor, UnionAct,
};
pub use json::read_legi_json;
pub use legi::read_legi_article;
pub use state::State;
pub use version::{Law, Link, Other, Version};
pub use wire::{Brought, LONGEST_FILE, LawFrames, PARSER, parse, read_law, task};
