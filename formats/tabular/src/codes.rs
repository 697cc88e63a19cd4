//! What the mapping asks of code lists, so that this room knows none of them.

use jiff::civil::Date;

/// Code lists, as the mapping sees them.
pub trait Codes: Send + Sync {
    /// Whether there is a list of that name.
    fn has_list(&self, list: &str) -> bool;

    /// The days around `on` over which `code` is in force in `list`; nothing when it is not on that day.
    fn in_force(&self, list: &str, code: &str, on: Date) -> Option<InForce>;

    /// Whether `code` is in force in `list` on that day.
    fn contains(&self, list: &str, code: &str, on: Date) -> bool {
        self.in_force(list, code, on).is_some()
    }
}

/// First and last day on which a code is in force; a side that is nothing is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce {
    /// The first.
    pub from: Option<Date>,
    /// The last.
    pub to: Option<Date>,
}

impl InForce {
    /// Every day.
    pub const ALWAYS: Self = Self { from: None, to: None };

    /// Whether `day` is one of them.
    pub fn holds(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// Lists that hold every code: for tests, and for a reading that wants no check.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnyCode;

impl Codes for AnyCode {
    fn has_list(&self, _: &str) -> bool {
        true
    }

    fn in_force(&self, _: &str, _: &str, _: Date) -> Option<InForce> {
        Some(InForce::ALWAYS)
    }
}
