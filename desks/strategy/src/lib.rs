//! The desk of the strategy: its editions and their consultation, its coherence with other frameworks, its actions and how
//! they go, the committee and its decisions (decree 1°, 2°).

mod blocks;
mod counts;
mod coverage;
mod editions;
mod registers;
mod sheets;
#[cfg(test)]
mod tests;

pub use registers::REGISTERS;
