//! A document as data: what a report, a flash alert or a quality sheet says, before it becomes PDF or HTML.
//!
//! A desk composes a [`Document`]; [`html::page`] writes it as one self-contained page, and the typesetting engine
//! writes the same blocks as a tagged PDF. Words arrive already in the reader's language, figures already formatted
//! and already protected: a document decides nothing, it lays out.

mod anchors;
mod block;
pub mod html;
pub mod make;
mod text;
mod visible;

pub use anchors::Anchors;
pub use block::{Block, Column, Cover, Document, Figure, KeyFigure, Span, Table, Term};
pub use text::text;
pub use visible::{shown, visible};
