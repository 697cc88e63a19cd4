//! Tests from outside.

mod accumulating;
mod reference;
