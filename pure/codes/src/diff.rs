//! What changed between two versions of a list.

use crate::assemble::assemble;
use crate::code_list::Head;
use crate::{Code, CodeList, Edition};
use std::collections::{BTreeMap, BTreeSet};

/// Most missing codes that an error names.
const NAMED: usize = 10;

/// What happened to one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The code is new.
    Added(Code),
    /// It got a successor, or other ones.
    Replaced {
        /// The row in the older version.
        before: Code,
        /// The row in the newer version.
        after: Code,
    },
    /// It got a last day, or another one, and no successor.
    Ended {
        /// The row in the older version.
        before: Code,
        /// The row in the newer version.
        after: Code,
    },
    /// Anything else: a label, a parent, a first day, a mark, a column of its own.
    Changed {
        /// The row in the older version.
        before: Code,
        /// The row in the newer version.
        after: Code,
    },
}

impl Change {
    /// The row as the newer version has it.
    pub fn after(&self) -> &Code {
        match self {
            Self::Added(after)
            | Self::Replaced { after, .. }
            | Self::Ended { after, .. }
            | Self::Changed { after, .. } => after,
        }
    }

    /// The row as the older version had it; nothing when it had none.
    pub fn before(&self) -> Option<&Code> {
        match self {
            Self::Added(_) => None,
            Self::Replaced { before, .. } | Self::Ended { before, .. } | Self::Changed { before, .. } => Some(before),
        }
    }

    /// The most telling thing: a successor before a last day before the rest.
    fn between(before: &Code, after: &Code) -> Option<Self> {
        let both = || (before.clone(), after.clone());
        if before == after {
            return None;
        }
        Some(if after.replaced_by != before.replaced_by && !after.replaced_by.is_empty() {
            let (before, after) = both();
            Self::Replaced { before, after }
        } else if after.valid_to != before.valid_to && after.valid_to.is_some() && after.replaced_by.is_empty() {
            let (before, after) = both();
            Self::Ended { before, after }
        } else {
            let (before, after) = both();
            Self::Changed { before, after }
        })
    }
}

/// The way from one version of a list to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// The list's name.
    pub list: String,
    /// The older version.
    pub from: Edition,
    /// The newer version.
    pub to: Edition,
    /// What happened to each code that is not the same, in the order of the newer version.
    pub changes: Vec<Change>,
    head: Head,
    // The codes in the order of the newer version, unless that is the older order with the new codes at its end.
    order: Option<Vec<String>>,
}

/// Why one version does not follow another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiffError {
    /// They are versions of two lists.
    #[error("`{new}` is no version of the list `{old}`")]
    OtherList {
        /// Name of the older list.
        old: String,
        /// Name of the newer one.
        new: String,
    },
    /// The newer version bears an earlier date.
    #[error("list `{list}`: version {} of {} is older than version {} of {}", new.version, new.date, old.version, old.date)]
    Backwards {
        /// The list.
        list: String,
        /// What was taken for the older version.
        old: Edition,
        /// What was taken for the newer one.
        new: Edition,
    },
    /// Two contents bear one version.
    #[error("list `{list}`: version {version} is already another content; give the new content a version of its own")]
    SameVersion {
        /// The list.
        list: String,
        /// The version that stands twice.
        version: String,
    },
    /// The newer version lacks codes.
    #[error(
        "list `{list}`: the new version lacks {count} codes of the old one ({}); a code is never deleted, it ends or is replaced",
        codes.join(", ")
    )]
    Lost {
        /// The list.
        list: String,
        /// How many are missing.
        count: usize,
        /// The first of them.
        codes: Vec<String>,
    },
    /// The difference was not made from this version.
    #[error("list `{list}`: the difference starts from another content than that of version {version}")]
    OtherBase {
        /// The list.
        list: String,
        /// The version it was to be applied to.
        version: String,
    },
}

/// What changed from `old` to `new`. Two versions of one name, the newer not earlier, and no code of the older one
/// missing: a code is never deleted, it ends or is replaced.
///
/// # Errors
/// [`DiffError`] when `new` does not follow `old`.
pub fn diff(old: &CodeList, new: &CodeList) -> Result<Diff, DiffError> {
    let list = old.name.clone();
    if old.name != new.name {
        return Err(DiffError::OtherList { old: list, new: new.name.clone() });
    }
    if new.date < old.date {
        return Err(DiffError::Backwards { list, old: old.edition(), new: new.edition() });
    }
    if new.version == old.version && new != old {
        return Err(DiffError::SameVersion { list, version: old.version.clone() });
    }
    let lost: Vec<&Code> = old.codes.iter().filter(|code| new.code(&code.code).is_none()).collect();
    if !lost.is_empty() {
        let codes = lost.iter().take(NAMED).map(|code| code.code.clone()).collect();
        return Err(DiffError::Lost { list, count: lost.len(), codes });
    }
    let changes: Vec<Change> = new
        .codes
        .iter()
        .filter_map(|after| match old.code(&after.code) {
            None => Some(Change::Added(after.clone())),
            Some(before) => Change::between(before, after),
        })
        .collect();
    let added = changes.iter().filter(|change| change.before().is_none()).map(|change| &change.after().code);
    let kept = old.codes.iter().map(|code| &code.code).chain(added).eq(new.codes.iter().map(|code| &code.code));
    let order = (!kept).then(|| new.codes.iter().map(|code| code.code.clone()).collect());
    Ok(Diff { list, from: old.edition(), to: new.edition(), changes, head: new.head(), order })
}

/// What differs from one version of a list to another, in whatever order they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// What happened to each code of the second that is not the same, in its order.
    pub changes: Vec<Change>,
    /// The codes that the second lacks, in the order of the first: none from a version to one that followed it.
    pub lost: Vec<Code>,
}

/// Compares two versions of a list, to be looked at: unlike [`diff`], it refuses nothing.
pub fn compare(old: &CodeList, new: &CodeList) -> Compared {
    let change = |after: &Code| match old.code(&after.code) {
        None => Some(Change::Added(after.clone())),
        Some(before) => Change::between(before, after),
    };
    Compared {
        changes: new.codes.iter().filter_map(change).collect(),
        lost: old.codes.iter().filter(|code| new.code(&code.code).is_none()).cloned().collect(),
    }
}

impl Diff {
    /// The newer version, made of the older one.
    ///
    /// # Errors
    /// [`DiffError::OtherBase`] when `old` is not what the difference was made from.
    pub fn apply(&self, old: &CodeList) -> Result<CodeList, DiffError> {
        let other = || DiffError::OtherBase { list: self.list.clone(), version: old.version.clone() };
        let same = |change: &Change| change.before() == old.code(&change.after().code);
        if old.name != self.list || old.edition() != self.from || !self.changes.iter().all(same) {
            return Err(other());
        }
        let mut after: BTreeMap<&str, &Code> =
            self.changes.iter().map(|change| (change.after().code.as_str(), change.after())).collect();
        let mut codes: Vec<Code> = old
            .codes
            .iter()
            .map(|code| after.remove(code.code.as_str()).cloned().unwrap_or_else(|| code.clone()))
            .collect();
        codes.extend(self.changes.iter().filter(|change| change.before().is_none()).map(|c| c.after().clone()));
        if let Some(order) = &self.order {
            let places: BTreeMap<&str, usize> =
                order.iter().enumerate().map(|(at, code)| (code.as_str(), at)).collect();
            codes.sort_by_key(|code| places.get(code.code.as_str()).copied());
        }
        assemble(self.head.clone(), codes).map_err(|_| other())
    }
}

impl CodeList {
    /// The same version, with the codes of `older` that its publisher left out: each ends on the day before this
    /// version, unless it had ended before. An official file holds what is in force and no more; facts keep their codes.
    ///
    /// # Errors
    /// [`DiffError`] when the two are no versions of one list, in that order, or would not hold together.
    pub fn with_past_of(&self, older: &CodeList) -> Result<CodeList, DiffError> {
        let list = self.name.clone();
        if older.name != list {
            return Err(DiffError::OtherList { old: older.name.clone(), new: list });
        }
        if self.date <= older.date {
            return Err(DiffError::Backwards { list, old: older.edition(), new: self.edition() });
        }
        let here: BTreeSet<&str> = self.codes.iter().map(|code| code.code.as_str()).collect();
        let eve = self.date.yesterday().ok();
        let past = older.codes.iter().filter(|code| !here.contains(code.code.as_str())).map(|code| {
            let ended = code.valid_to.is_some() || !code.replaced_by.is_empty();
            // A code announced for a day that never came ends on that day.
            let last = eve.map(|eve| code.valid_from.map_or(eve, |from| from.max(eve)));
            Code { valid_to: if ended { code.valid_to } else { last }, ..code.clone() }
        });
        let codes = self.codes.iter().cloned().chain(past).collect();
        let other = |_| DiffError::OtherBase { list: self.name.clone(), version: older.version.clone() };
        assemble(self.head(), codes).map_err(other)
    }
}
