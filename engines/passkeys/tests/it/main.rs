//! Passkeys against an authenticator written here: what is honest comes through, and each attack is the honest message
//! with one thing bent. All keys and names are synthetic.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at what it does not expect")]

mod authenticator;
mod cbor;
mod honest;
mod hostile_json;
mod registration_attacks;
mod script;
mod sign_in_attacks;
mod state_attacks;
mod world;
