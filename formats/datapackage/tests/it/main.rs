//! The crate seen from outside.

#[cfg(test)]
mod packages;
