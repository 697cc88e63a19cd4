//! What the mapping asks of code lists, so that this room knows none of them.

use jiff::civil::Date;

/// Code lists, as the mapping sees them.
pub trait Codes: Send + Sync {
    /// Whether there is a list of that name.
    fn has_list(&self, list: &str) -> bool;

    /// Whether `code` is in force in `list` on that day.
    fn contains(&self, list: &str, code: &str, on: Date) -> bool;
}

/// Lists that hold every code: for tests, and for a reading that wants no check.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnyCode;

impl Codes for AnyCode {
    fn has_list(&self, _: &str) -> bool {
        true
    }

    fn contains(&self, _: &str, _: &str, _: Date) -> bool {
        true
    }
}
