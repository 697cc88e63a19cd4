//! The crate seen from outside.

#[cfg(test)]
mod properties;
#[cfg(test)]
mod reference;
