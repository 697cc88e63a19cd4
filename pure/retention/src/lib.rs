//! How long what is kept, and why: legal bases and their terms, what is due, what a hold keeps, and the certificate of
//! what was erased.
//!
//! Nothing here erases: [`plan`] says what is due on a day, the desks do it, a [`Certificate`] says that it was done.

mod basis;
mod certificate;
mod grounds;
mod plan;
mod term;

pub use basis::{Bases, BasesError, Basis, Bound, Clause, Start, Status};
pub use certificate::{Certificate, CertificateError, Method, digest_of};
pub use grounds::Grounds;
pub use plan::{Due, Fault, FaultKind, Held, Hold, HoldScope, Holding, Plan, plan};
pub use term::Term;
