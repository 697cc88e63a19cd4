//! A provider of identities for tests and trials. It knows one synthetic person, approves every request in that
//! person's name and asks nobody anything: whoever reaches it can sign in. Its keys are drawn when it starts.
//!
//! [`TrialProvider`] is the provider; it implements [`beffroi_ports::Fetch`], so that a test needs no socket.
//! [`serve`] puts it on a port of this machine. A test bends its answers with [`Bends`].

mod answers;
mod bends;
mod keys;
mod server;

pub use answers::{TrialAnswer, TrialOptions, TrialPerson, TrialProvider};
pub use bends::{Bend, Bends, MembersBend, Signing};
pub use server::{TrialServer, serve};
