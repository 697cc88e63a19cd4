//! The jobs of the command, each done from its beginning to its end through the command line or the web: what is done well
//! holds, and what must not be is refused with a sentence.
//!
//! A test is named after its job (`j4_2_…`); its comment says in one line what is done. `docs/jobs.md` is made of both.

mod capabilities;
mod contributions;
mod cooperation;
mod hand;
mod kept;
mod law;
mod observatory;
mod oversight;
mod prevention;
mod publishing;
mod research;
mod strategy;
mod support;
mod training;
mod victims;
mod watch;
