//! Doubles for tests: a lake in memory and a typesetter that sets nothing.
//!
//! Their futures are ready at the first poll, so a test needs no runtime: [`answered`] reads them.

mod grouping;
mod memory;
#[cfg(test)]
mod tests;
mod typesetter;

pub use memory::MemoryFacts;
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
