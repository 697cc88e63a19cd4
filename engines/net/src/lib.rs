//! The only HTTP client: it implements [`beffroi_ports::Fetch`] and reaches nothing but the origins it was given.
//!
//! An origin is a scheme, a host and a port. Its name is resolved once a connection, by our own resolver, which gives
//! back only addresses that may be reached; the connection goes to one of those and to no other. No redirection is
//! followed, no proxy is read from the environment, no cookie is kept, no answer is decompressed, nothing is sent twice.

mod addresses;
mod client;
mod origins;
mod resolver;
#[cfg(test)]
mod tests;

pub use client::{Net, NetError};
pub use origins::{AllowedOrigin, OriginError};
