//! Tests from outside.

#[cfg(test)]
mod accumulating;
#[cfg(test)]
mod reference;
