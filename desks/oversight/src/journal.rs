//! Reading the journal, for those who control: by who, by what, by days; and the proof that an entry stands in it.
//!
//! An entry lies where the object lies of which it tells: its world, service and territory, as the registers hold them
//! today; what they do not hold lies in the house, in every world. It is about whoever acted.

use crate::OversightError;
use crate::sight::{OF_ENTRIES, Sight, facts};
use beffroi_journal::{Checkpoint, Hash, VerifierKey, verify_inclusion};
use beffroi_model::Territory;
use beffroi_rights::{
    Act, Because, Consultation, FileRef, Kind, Object, ObjectId, PersonId, ServiceId, State, Subject, Verdict, World,
    may,
};
use beffroi_store::{By, JournalEntry, JournalQuery, Proven, Store};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Entries on one page.
pub const PAGE: u64 = 50;

/// What a person sees of the journal beyond his or her own acts.
pub(crate) struct Watch {
    sight: Sight,
    /// Whether every entry is seen, whatever its object.
    all: bool,
    /// Objects looked up already.
    known: BTreeMap<(Kind, String), Option<Object>>,
}

impl Watch {
    /// Nothing when the person sees only his or her own entries.
    pub(crate) fn of(subject: &Subject, on: Date) -> Option<Self> {
        let sight = Sight::of(subject, Act::Read, Kind::JournalEntry, on);
        // Of no service and of no place in France: what is seen of it is seen of all.
        let nowhere = facts(
            Kind::JournalEntry,
            "0",
            World::Coordination,
            "-".parse().ok()?,
            Territory::ABROAD.parse().ok()?,
            OF_ENTRIES,
        )?;
        let all = sight.admits_everywhere(&nowhere);
        sight.reaches_others().then(|| Self { sight, all, known: BTreeMap::new() })
    }

    /// Whether the entry is seen.
    pub(crate) async fn admits(&mut self, store: &Store, entry: &JournalEntry) -> Result<bool, OversightError> {
        if self.all {
            return Ok(true);
        }
        let told = match &entry.entry {
            Some(told) => self.look_up(store, &told.object.kind, &told.object.id).await?,
            None => None,
        };
        let about: Option<PersonId> = entry.entry.as_ref().and_then(|told| told.who.parse().ok());
        let single = entry.entry.as_ref().and_then(|told| told.object.kind.parse::<Kind>().ok());
        let worlds = match (&told, single) {
            (Some(told), _) => vec![told.world],
            (None, Some(kind)) => kind.worlds().to_vec(),
            (None, None) => World::ALL.to_vec(),
        };
        let owner = told.as_ref().map_or_else(ServiceId::house, |told| told.owner.clone());
        let place = told.as_ref().map_or_else(Territory::france, |told| told.territory.clone());
        let seen = worlds.into_iter().any(|world| {
            let object =
                facts(Kind::JournalEntry, &entry.index.to_string(), world, owner.clone(), place.clone(), OF_ENTRIES);
            object.is_some_and(|object| {
                self.sight.admits(&Object { about: about.clone(), state: State::Approved, ..object })
            })
        });
        Ok(seen)
    }

    async fn look_up(&mut self, store: &Store, kind: &str, id: &str) -> Result<Option<Object>, OversightError> {
        let Ok(kind) = kind.parse::<Kind>() else { return Ok(None) };
        // Some references name a version: `FLASH-2026-001@2`.
        let id = id.split('@').next().unwrap_or(id);
        let key = (kind, id.to_owned());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let found = store.object(kind, id).await?;
        if self.known.len() < MOST_KNOWN {
            self.known.insert(key, found.clone());
        }
        Ok(found)
    }
}

/// Objects kept in mind during one search.
const MOST_KNOWN: usize = 10_000;

/// Whether `subject` may search the journal: whoever sees entries of others.
pub fn searches(subject: &Subject, on: Date) -> bool {
    Watch::of(subject, on).is_some()
}

/// What is looked for. All conditions together; none of them finds everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// Who acted.
    pub who: Option<PersonId>,
    /// On what: kind and identifier.
    pub object: Option<(String, ObjectId)>,
    /// First day (UTC).
    pub from: Option<Date>,
    /// Last day, included.
    pub to: Option<Date>,
    /// Only entries before this number.
    pub before: Option<u64>,
}

impl Search {
    /// The other person whom it names, if it does: as who acted, or as the account acted upon.
    fn names(&self, searcher: &PersonId) -> Option<ObjectId> {
        let actor = self.who.as_ref().and_then(|who| who.as_str().parse::<ObjectId>().ok());
        let account = self.object.as_ref().filter(|(kind, _)| kind == Kind::Account.code()).map(|(_, id)| id.clone());
        [actor, account].into_iter().flatten().find(|named| named.as_str() != searcher.as_str())
    }
}

/// Entries found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// They, the newest first; fewer than a page when some of it is not for this person.
    pub entries: Vec<JournalEntry>,
    /// Where to go on, when there are older ones.
    pub before: Option<u64>,
}

/// Searches. A search that names another person is itself written to the journal first, under the motive `why`.
///
/// # Errors
/// [`OversightError::Missing`] when this person may not search; the store's.
pub async fn search(
    store: &Store,
    subject: &Subject,
    on: Date,
    search: &Search,
    why: &str,
    by: &By,
) -> Result<Found, OversightError> {
    let missing = || OversightError::Missing { what: "journal" };
    let mut watch = Watch::of(subject, on).ok_or_else(missing)?;
    if let Some(named) = search.names(subject.person()) {
        let because = because(subject, on).ok_or_else(missing)?;
        let consultation = Consultation {
            person: subject.person().clone(),
            act: Act::Read,
            object: named.clone(),
            file: FileRef::Object(named),
            because,
            purpose: None,
            on,
        };
        let by = by.clone().for_purpose(beffroi_journal::Purpose { why: why.to_owned(), reference: None });
        store.consulted(Kind::JournalEntry, &consultation, &by).await?;
    }
    let query = JournalQuery {
        who: search.who.as_ref().map(ToString::to_string),
        object: search.object.as_ref().map(|(kind, id)| (kind.clone(), id.to_string())),
        from: search.from,
        to: search.to,
        before: search.before,
    };
    let read = store.journal_search(&query, PAGE + 1).await?;
    let full = read.len() as u64 > PAGE;
    let mut entries = Vec::new();
    let mut last = None;
    for entry in read.into_iter().take(usize::try_from(PAGE).unwrap_or(usize::MAX)) {
        last = Some(entry.index);
        if watch.admits(store, &entry).await? {
            entries.push(entry);
        }
    }
    Ok(Found { entries, before: last.filter(|_| full) })
}

/// By which right the person searches.
fn because(subject: &Subject, on: Date) -> Option<Because> {
    World::ALL.iter().find_map(|world| {
        let places = subject.assignments().filter(|given| given.world == *world && given.is_active(on));
        let mut probes = places.flat_map(|given| {
            crate::sight::places(&given.territories)
                .into_iter()
                .filter_map(|place| facts(Kind::JournalEntry, "0", *world, given.service.clone(), place, OF_ENTRIES))
        });
        probes.find_map(|probe| match may(subject, Act::Read, &probe, on) {
            Verdict::Allowed { because } => Some(because),
            Verdict::Refused { .. } => None,
        })
    })
}

/// Whether an entry stands in the journal as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// It does, under the checkpoint of that instant, size and root.
    Proven {
        /// When the checkpoint was signed.
        at: Timestamp,
        /// How many entries it covers.
        size: u64,
        /// The root of their tree.
        root: Hash,
    },
    /// No checkpoint covers it yet.
    NotCovered,
    /// What is stored is not what was signed.
    Broken,
}

/// One entry with its proof; nothing when there is none for this person.
///
/// # Errors
/// The store's.
pub async fn entry(
    store: &Store,
    subject: &Subject,
    on: Date,
    index: u64,
) -> Result<Option<(JournalEntry, Proof)>, OversightError> {
    let Some(mut watch) = Watch::of(subject, on) else { return Ok(None) };
    let query = JournalQuery { before: Some(index.saturating_add(1)), ..JournalQuery::default() };
    let Some(entry) = store.journal_search(&query, 1).await?.into_iter().next().filter(|found| found.index == index)
    else {
        return Ok(None);
    };
    if !watch.admits(store, &entry).await? {
        return Ok(None);
    }
    let proof = prove(store, index).await?;
    Ok(Some((entry, proof)))
}

/// The proof of the entry `index` under the newest checkpoint, verified.
///
/// # Errors
/// The store's.
pub async fn prove(store: &Store, index: u64) -> Result<Proof, OversightError> {
    let Some(proven) = store.journal_prove(index).await? else { return Ok(Proof::NotCovered) };
    let key = store.keys().log_key().map_err(beffroi_store::StoreError::from)?.verifier();
    Ok(verified(&proven, index, &key))
}

/// The checkpoint is signed by the journal's key, and the path leads from this very entry to its root.
fn verified(proven: &Proven, index: u64, key: &VerifierKey) -> Proof {
    let Checkpoint { size, root, at, .. } = proven.checkpoint.checkpoint();
    let leaf = proven.record.record.leaf();
    let signed = proven.checkpoint.check(key).is_ok();
    let stands = proven.record.record.header.index == index
        && verify_inclusion(&leaf, index, *size, root, &proven.proof).is_ok();
    if signed && stands { Proof::Proven { at: *at, size: *size, root: *root } } else { Proof::Broken }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_journal::LogKey;
    use beffroi_ports::doubles::KeysInMemory;
    use std::sync::Arc;

    #[tokio::test]
    async fn a_proof_holds_for_its_entry_and_its_key_and_for_nothing_else() {
        let store = Store::memory(Arc::new(KeysInMemory::new(7))).await.unwrap();
        let at: Timestamp = "2026-01-14T09:30:00Z".parse().unwrap();
        for login in ["a", "b", "c", "d", "e"] {
            store.account_create(login, login, None, false, &By::new("cli", at)).await.unwrap();
        }
        assert_eq!(prove(&store, 2).await.unwrap(), Proof::NotCovered);
        store.journal_checkpoint(&By::new("cli", at)).await.unwrap();
        let Proof::Proven { size, .. } = prove(&store, 2).await.unwrap() else { panic!("not proven") };
        assert_eq!(size, 5);
        store.account_create("f", "f", None, false, &By::new("cli", at)).await.unwrap();
        assert_eq!(prove(&store, 5).await.unwrap(), Proof::NotCovered);
        // The twins: another entry under this number, another's path, another's signature.
        let key = store.keys().log_key().unwrap();
        let (second, third) =
            (store.journal_prove(2).await.unwrap().unwrap(), store.journal_prove(3).await.unwrap().unwrap());
        assert!(matches!(verified(&second, 2, &key.verifier()), Proof::Proven { .. }));
        assert_eq!(verified(&third, 2, &key.verifier()), Proof::Broken);
        let swapped = Proven { record: third.record.clone(), ..second.clone() };
        assert_eq!(verified(&swapped, 3, &key.verifier()), Proof::Broken);
        let thief = LogKey::new(key.origin(), &[9; 32]).unwrap();
        assert_eq!(verified(&second, 2, &thief.verifier()), Proof::Broken);
    }
}
