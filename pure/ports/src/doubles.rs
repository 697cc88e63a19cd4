//! Doubles for tests: a lake and keys in memory, a typesetter that sets nothing.
//!
//! Their futures are ready at the first poll, so a test needs no runtime: [`answered`] reads them.

mod fetch;
mod grouping;
mod identity;
mod keys;
mod memory;
mod passkeys;
mod post;
mod sandbox;
#[cfg(test)]
mod tests;
mod typesetter;

pub use fetch::WrittenFetch;
pub use identity::OnePerson;
pub use keys::KeysInMemory;
pub use memory::MemoryFacts;
pub use passkeys::{PlainPasskeys, challenge_of};
pub use post::PostOffice;
pub use sandbox::InProcess;
pub use typesetter::NullTypesetter;

use crate::Answer;
use std::task::{Context, Poll, Waker};

/// What a double answered; `None` for an answer that is not ready at its first poll, which no double gives.
pub fn answered<T>(mut answer: Answer<'_, T>) -> Option<T> {
    match answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
