//! Observables: one written form for each domain, address, number and account, and a form that nobody can click.
//!
//! Two reports link when they carry the same observable, so "the same" must not depend on how it was typed:
//! [`canonical`] gives the one form that is stored. What is shown is [`defang`]ed, and [`mask`]ed where it leads to one
//! person; what analysts paste back is [`refang`]ed.

mod account;
mod address;
mod canonical;
mod domain;
mod fang;
mod mask;
mod personal;
mod phone;
mod procedure;
mod warning;
mod web;

pub use canonical::{ObservableError, canonical};
pub use domain::{has_listed_suffix, registrable_domain};
pub use fang::{defang, refang};
pub use mask::{is_personal, mask};
pub use personal::{Personal, holds_indicator, personal_data, personal_found};
pub use procedure::holds_procedure_number;
pub use warning::{Entry, WarningList, house_lists};
