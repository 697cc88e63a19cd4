//! The lists in use together: those of the house, and in their place the versions that were switched to.

use crate::{CodeList, lists as embedded};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Lists that are used together, one version each. Cloning is cheap.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Lists {
    other: Arc<BTreeMap<String, Arc<CodeList>>>,
}

impl Lists {
    /// The embedded lists, and nothing else.
    pub fn house() -> Self {
        Self::default()
    }

    /// These, with `list` in place of the one of its name.
    #[must_use]
    pub fn with(mut self, list: impl Into<Arc<CodeList>>) -> Self {
        let list: Arc<CodeList> = list.into();
        Arc::make_mut(&mut self.other).insert(list.name.clone(), list);
        self
    }

    /// The list `name`, or nothing when there is none of that name.
    pub fn list(&self, name: &str) -> Option<&CodeList> {
        self.other.get(name).map(Arc::as_ref).or_else(|| crate::list(name))
    }

    /// Every list, in alphabetical order of name.
    pub fn iter(&self) -> impl Iterator<Item = &CodeList> {
        let mut all: BTreeMap<&str, &CodeList> = embedded().map(|list| (list.name.as_str(), list)).collect();
        all.extend(self.other.iter().map(|(name, list)| (name.as_str(), list.as_ref())));
        all.into_values()
    }

    /// The label of `code` of the list `name` in language `lang`; the code itself where no list knows it.
    pub fn label<'a>(&'a self, name: &str, code: &'a str, lang: &str) -> &'a str {
        self.list(name).map_or(code, |list| list.label(code, lang))
    }
}

/// Names and versions of what stands in place of the house's lists: two that are written alike are alike, since a
/// version has one content.
impl fmt::Debug for Lists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.other.values().map(|list| (&list.name, &list.version))).finish()
    }
}
