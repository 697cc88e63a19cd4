//! The crate seen from outside.

#[cfg(test)]
mod example;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod round;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod validator;
