//! The room of rights, tested from outside: the table, the law between one answer and all answers, each guard, the lattice
//! of grants, purpose and break-glass, the list of unusual consultations. All data is synthetic.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at what it does not expect"
)]

mod canaries;
mod documented;
mod glass;
mod grants;
mod guards;
mod lattice;
mod law;
mod purpose;
mod table;
mod tokens;
mod watch;
mod worlds;
