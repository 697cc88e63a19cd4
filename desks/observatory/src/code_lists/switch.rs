//! Switching a list to another version, forwards and back.

use super::book::{no_version, version};
use super::{Effect, ListError, Proposal, effect};
use beffroi_codes::{CodeList, Lists};
use beffroi_ports::Facts;
use beffroi_store::{By, CodeListText, Store};

/// Most codes that a refusal names.
const NAMED: usize = 10;

/// What a switch did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switched {
    /// The version is in use from now on.
    Done,
    /// It was in use before: nothing was written.
    Already,
}

/// Switches to the version of a proposal: it is kept, and in use, in one write. The version that was in use is kept too,
/// so that figures computed under it can be computed again.
///
/// # Errors
/// [`ListError::Store`] when somebody else switched in between, or the registers fail; nothing has changed then.
pub async fn switch(store: &Store, proposal: &Proposal, by: &By) -> Result<Switched, ListError> {
    if proposal.is_in_use() {
        return Ok(Switched::Already);
    }
    let after = &proposal.after;
    let mut kept = base(store, proposal.before.as_ref()).await?;
    kept.push(CodeListText {
        file: proposal.file.clone(),
        file_sha256: proposal.file_sha256.clone(),
        ..text_of(after)
    });
    let before = in_use(store, &after.name, proposal.before.as_ref()).await?;
    store.code_list_switch(&after.name, &after.version, before.as_deref(), kept, by).await?;
    Ok(Switched::Done)
}

/// Switches `list` back, or on, to a version that is kept or the house's own; tells what it does to figures.
///
/// # Errors
/// [`ListError::NoVersion`]; [`ListError::Carried`] when the version lacks codes that rows of the lake carry; the
/// store's. Nothing has changed then.
pub async fn go_back(
    store: &Store,
    facts: &dyn Facts,
    lists: &Lists,
    list: &str,
    wanted: &str,
    by: Option<&By>,
) -> Result<(CodeList, Effect, Switched), ListError> {
    let Some(after) = version(store, list, wanted).await? else {
        return Err(no_version(store, list, wanted).await?);
    };
    let effect = effect(facts, lists, &after).await?;
    let unknown: Vec<_> = effect.rows.iter().filter(|carried| !carried.is_known).collect();
    if !unknown.is_empty() {
        return Err(ListError::Carried {
            list: list.to_owned(),
            version: after.version,
            rows: unknown.iter().map(|carried| carried.rows).sum(),
            codes: unknown.iter().take(NAMED).map(|carried| carried.code.clone()).collect(),
        });
    }
    let current = lists.list(list);
    if current.is_some_and(|current| current.version == after.version) {
        return Ok((after, effect, Switched::Already));
    }
    if let Some(by) = by {
        let mut kept = base(store, current).await?;
        if store.code_list_text(list, wanted).await?.is_none() {
            kept.push(text_of(&after));
        }
        let before = in_use(store, list, current).await?;
        store.code_list_switch(list, wanted, before.as_deref(), kept, by).await?;
    }
    Ok((after, effect, Switched::Done))
}

/// The version in use, to be kept when it is not yet: one of the house.
async fn base(store: &Store, before: Option<&CodeList>) -> Result<Vec<CodeListText>, ListError> {
    let Some(before) = before else { return Ok(Vec::new()) };
    let is_kept = store.code_list_text(&before.name, &before.version).await?.is_some();
    Ok(if is_kept { Vec::new() } else { vec![text_of(before)] })
}

/// What the register is to say of the version in use: nothing while the list was never switched.
async fn in_use(store: &Store, list: &str, before: Option<&CodeList>) -> Result<Option<String>, ListError> {
    let switched = store.code_lists_in_use().await?.contains_key(list);
    Ok(before.filter(|_| switched).map(|before| before.version.clone()))
}

fn text_of(list: &CodeList) -> CodeListText {
    CodeListText {
        list: list.name.clone(),
        version: list.version.clone(),
        stands_on: list.date,
        source: list.source.clone(),
        licence: list.licence.clone(),
        n_codes: list.every_code().len() as u64,
        file: String::new(),
        file_sha256: String::new(),
        text: list.to_text(),
    }
}
