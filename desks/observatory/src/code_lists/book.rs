//! The lists in use, read from the registers and kept at hand.

use super::ListError;
use beffroi_codes::{CodeList, Lists, parse};
use beffroi_indicators::CodeListVersion;
use beffroi_store::{Store, StoreError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How many versions are kept at hand to be compared: the longest list takes some ten megabytes.
const SHELF: usize = 12;

/// Lists that were read lately. A version has one content, so that what was read once is never stale; which version is in
/// use is asked anew each time.
#[derive(Debug, Default)]
pub struct CodeBook {
    last: Mutex<Opened>,
    shelf: Mutex<BTreeMap<(String, String), Arc<CodeList>>>,
}

#[derive(Debug, Default, Clone)]
struct Opened {
    versions: BTreeMap<String, String>,
    lists: Lists,
    read: BTreeMap<(String, String), Arc<CodeList>>,
}

impl CodeBook {
    /// The lists as they are in use now.
    ///
    /// # Errors
    /// The store's, and [`StoreError::Inconsistent`] for a text that is no list any more.
    pub async fn in_use(&self, store: &Store) -> Result<Lists, StoreError> {
        let versions = store.code_lists_in_use().await?;
        let before = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if before.versions == versions {
            return Ok(before.lists);
        }
        let mut lists = Lists::house();
        let mut read = BTreeMap::new();
        for (name, version) in &versions {
            let at = (name.clone(), version.clone());
            let list = match before.read.get(&at) {
                Some(list) => list.clone(),
                None => Arc::new(kept(store, name, version).await?.ok_or_else(|| missing(name, version))?),
            };
            lists = lists.with(list.clone());
            read.insert(at, list);
        }
        let opened = Opened { versions, lists: lists.clone(), read };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = opened;
        Ok(lists)
    }

    /// The versions of a list that there are, the latest first: those that are kept, and the one of the house.
    ///
    /// # Errors
    /// As [`CodeBook::in_use`].
    pub async fn versions_of(&self, store: &Store, name: &str) -> Result<Vec<Arc<CodeList>>, StoreError> {
        let mut found = Vec::new();
        for held in store.code_list_versions(Some(name)).await? {
            let at = (held.list, held.version);
            let before = self.shelf.lock().unwrap_or_else(PoisonError::into_inner).get(&at).cloned();
            let list = match before {
                Some(list) => list,
                None => Arc::new(kept(store, &at.0, &at.1).await?.ok_or_else(|| missing(&at.0, &at.1))?),
            };
            let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
            if shelf.len() >= SHELF {
                shelf.clear();
            }
            shelf.insert(at, list.clone());
            drop(shelf);
            found.push(list);
        }
        let is_found = |house: &&CodeList| found.iter().any(|list| list.version == house.version);
        if let Some(house) = beffroi_codes::list(name).filter(|house| !is_found(house)) {
            found.push(Arc::new(house.clone()));
        }
        found.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| b.version.cmp(&a.version)));
        Ok(found)
    }
}

/// The list `name` in that version: as it is kept, else the one of the house.
///
/// # Errors
/// As [`CodeBook::in_use`].
pub(super) async fn version(store: &Store, name: &str, version: &str) -> Result<Option<CodeList>, StoreError> {
    if let Some(list) = kept(store, name, version).await? {
        return Ok(Some(list));
    }
    Ok(beffroi_codes::list(name).filter(|list| list.version == version).cloned())
}

async fn kept(store: &Store, name: &str, version: &str) -> Result<Option<CodeList>, StoreError> {
    let Some(text) = store.code_list_text(name, version).await? else { return Ok(None) };
    let wrong = || StoreError::Inconsistent {
        table: "code_list_versions",
        column: "content",
        row: format!("{name} {version}"),
    };
    parse(name, &text).map(Some).map_err(|_| wrong())
}

fn missing(name: &str, version: &str) -> StoreError {
    StoreError::Missing { what: "version of a code list", id: format!("{name}@{version}") }
}

/// The lists as the certificate of a figure names them: computed under them, the figure comes out again to its digest.
/// Lists that it does not name are those of the house.
///
/// # Errors
/// [`ListError::NoVersion`] for a version that is neither kept nor the house's own.
pub async fn codes_at(store: &Store, versions: &[CodeListVersion]) -> Result<Lists, ListError> {
    let mut lists = Lists::house();
    for CodeListVersion { name, version: wanted } in versions {
        match version(store, name, wanted).await? {
            Some(list) => lists = lists.with(list),
            None => return Err(no_version(store, name, wanted).await?),
        }
    }
    Ok(lists)
}

/// That there is no such version, and which there are.
pub(super) async fn no_version(store: &Store, list: &str, version: &str) -> Result<ListError, ListError> {
    let held = store.code_list_versions(Some(list)).await?;
    let mut known: Vec<String> = held.into_iter().map(|held| held.version).collect();
    known.extend(beffroi_codes::list(list).map(|house| house.version.clone()).filter(|house| !known.contains(house)));
    let cut = |text: &str| text.chars().take(80).collect::<String>();
    Ok(ListError::NoVersion { list: cut(list), version: cut(version), known })
}
