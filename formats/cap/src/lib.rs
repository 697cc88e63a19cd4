//! Alerts in the Common Alerting Protocol 1.2, the XML that warning systems exchange. Written only.
//!
//! Source: OASIS, *Common Alerting Protocol Version 1.2* (1 July 2010; ITU-T X.1303 bis), sections 3.2 (elements) and
//! 3.3.2 (instants: a numeric offset, never `Z`). Messages hold to its XML schema.
//!
//! What the standard says in words and the schema cannot, holds here by construction: a restricted message has its
//! restriction, a private one its addresses, an update or a cancellation the messages it refers to.

mod message;
mod xml;

pub use message::{
    Area, CapError, Category, Certainty, Info, Message, Named, Reference, ResponseType, Scope, Severity, Status,
    Urgency, What,
};
pub use xml::write;

/// The media type of a CAP message.
pub const MEDIA_TYPE: &str = "application/cap+xml";
/// The XML namespace of version 1.2.
pub const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";
