//! What a change is about: one code may end, be worded anew and move at once.

use crate::Change;

/// One thing that happened to a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// The code is new.
    Added,
    /// Others took its place, or other ones than before.
    Replaced,
    /// It got a last day, or another one.
    Ended,
    /// It was past, and is in force again.
    Returned,
    /// It is worded otherwise, in whatever language.
    Relabelled,
    /// It stands under another code.
    Moved,
    /// Anything else: a first day, a mark, a column of the list's own.
    Other,
}

impl Aspect {
    /// Every aspect, the most telling first.
    pub const ALL: [Self; 7] =
        [Self::Added, Self::Replaced, Self::Ended, Self::Returned, Self::Relabelled, Self::Moved, Self::Other];

    /// Its code in files and keys.
    pub fn code(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Replaced => "replaced",
            Self::Ended => "ended",
            Self::Returned => "returned",
            Self::Relabelled => "relabelled",
            Self::Moved => "moved",
            Self::Other => "other",
        }
    }
}

impl Change {
    /// What the change is about, at least one thing, the most telling first.
    pub fn aspects(&self) -> Vec<Aspect> {
        let after = self.after();
        let Some(before) = self.before() else { return vec![Aspect::Added] };
        let was_past = before.valid_to.is_some() || !before.replaced_by.is_empty();
        let is_past = after.valid_to.is_some() || !after.replaced_by.is_empty();
        let labels = |code: &crate::Code| (code.label_fr.clone(), code.label_en.clone());
        let found = [
            (Aspect::Replaced, after.replaced_by != before.replaced_by && !after.replaced_by.is_empty()),
            (Aspect::Ended, after.valid_to != before.valid_to && after.valid_to.is_some()),
            (Aspect::Returned, was_past && !is_past),
            (Aspect::Relabelled, labels(before) != labels(after)),
            (Aspect::Moved, after.parent != before.parent),
        ];
        let met: Vec<Aspect> = found.into_iter().filter(|(_, met)| *met).map(|(aspect, _)| aspect).collect();
        if met.is_empty() { vec![Aspect::Other] } else { met }
    }
}
