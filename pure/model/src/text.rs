//! A text that costs next to nothing to copy.

/// A code or a name that stands in millions of rows: up to 15 bytes lie in the value itself, longer ones are shared, so
/// that a copy asks the allocator for nothing.
pub type Text = ecow::EcoString;
