//! Signed checkpoints, proofs, and the whole for those who verify.

use super::damage::miscounted;
use super::reading::record;
use super::{entries, nodes};
use crate::columns::{Place, count, instant};
use crate::store::Core;
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::{
    Frontier, Hash, Node, NodeId, Proof, ProofPlan, Record, SignedCheckpoint, StoredRecord, checkpoint_after,
};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use std::ops::Range;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal_checkpoints")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub size: i64,
        pub at: String,
        pub note: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An entry with the proof that it stands under a checkpoint.
#[derive(Debug, Clone)]
pub struct Proven {
    /// The sealed entry and its leaf.
    pub record: StoredRecord,
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
    /// The path from the one to the other.
    pub proof: Proof,
}

/// Rows read at a time.
pub(super) const PAGE: u64 = 5_000;

impl Store {
    /// Signs a checkpoint over everything there is, after reading back what was stored since the last one. Gives the
    /// last one again when nothing was written since.
    ///
    /// # Errors
    /// [`StoreError::Journal`] when what is stored is not what was appended: then nothing is signed; the engine's.
    pub async fn journal_checkpoint(&self, by: &By) -> Result<SignedCheckpoint, StoreError> {
        let (core, at) = (self.core.clone(), by.at);
        let told = self
            .write(by, "journal-checkpoint", String::new(), move |tx| {
                Box::pin(async move {
                    let last = last(tx).await?;
                    let journal = super::resume(&core, tx).await?;
                    let size = journal.frontier().size();
                    if let Some(last) = &last
                        && last.checkpoint().size == size
                    {
                        return Ok(Done::default().telling(last.to_string()));
                    }
                    let from = last.as_ref().map_or(0, |last| last.checkpoint().size);
                    let frontier = frontier_at(tx, from).await?;
                    let known = last.as_ref().map(|last| (last.checkpoint(), &frontier));
                    let stored = records(tx, from..size).await?;
                    let checkpoint = checkpoint_after(&journal, known, stored, at).map_err(StoreError::journal)?;
                    let signed = checkpoint.sign(&core.keys.log_key()?).map_err(StoreError::journal)?;
                    let row = entity::ActiveModel {
                        size: Set(count("size of a checkpoint", size)?),
                        at: Set(instant(at)),
                        note: Set(signed.to_string()),
                    };
                    entity::Entity::insert(row)
                        .exec_without_returning(tx)
                        .await
                        .map_err(StoreError::engine("keep a checkpoint"))?;
                    Ok(Done::default().telling(signed.to_string()))
                })
            })
            .await?;
        told.as_str().unwrap_or_default().parse().map_err(StoreError::journal)
    }

    /// Every checkpoint, the oldest first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Journal`] for one that cannot be read back.
    pub async fn journal_checkpoints(&self) -> Result<Vec<SignedCheckpoint>, StoreError> {
        let rows = entity::Entity::find().order_by_asc(entity::Column::Size).all(&self.core.db).await;
        let rows = rows.map_err(StoreError::engine("list checkpoints"))?;
        rows.into_iter().map(|row| row.note.parse().map_err(StoreError::journal)).collect()
    }

    /// Puts a checkpoint that witnesses have cosigned in the place of the same one without.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none of that size and root; the engine's.
    pub async fn journal_cosigned(&self, by: &By, cosigned: &SignedCheckpoint) -> Result<(), StoreError> {
        let cosigned = cosigned.clone();
        let log = self.core.keys.log_key()?.verifier();
        cosigned.check(&log).map_err(StoreError::journal)?;
        let what = cosigned.to_string();
        self.write(by, "journal-cosigned", what, move |tx| {
            Box::pin(async move {
                let size = count("size of a checkpoint", cosigned.checkpoint().size)?;
                let missing = || StoreError::Missing { what: "checkpoint", id: size.to_string() };
                let row =
                    entity::Entity::find_by_id(size).one(tx).await.map_err(StoreError::engine("read a checkpoint"))?;
                let stored: SignedCheckpoint = row.ok_or_else(missing)?.note.parse().map_err(StoreError::journal)?;
                if stored.checkpoint() != cosigned.checkpoint() {
                    return Err(missing());
                }
                entity::Entity::update_many()
                    .col_expr(entity::Column::Note, Expr::value(cosigned.to_string()))
                    .filter(entity::Column::Size.eq(size))
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine("keep a cosigned checkpoint"))?;
                Ok(Done::default())
            })
        })
        .await
        .map(|_| ())
    }

    /// The entry `index` with its proof under the newest checkpoint that covers it; nothing when none does.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Journal`] when a hash is missing.
    pub async fn journal_prove(&self, index: u64) -> Result<Option<Proven>, StoreError> {
        let db = &self.core.db;
        let Some(checkpoint) = last(db).await?.filter(|last| index < last.checkpoint().size) else { return Ok(None) };
        let plan = ProofPlan::inclusion(index, checkpoint.checkpoint().size).map_err(StoreError::journal)?;
        let proof = assemble(db, &plan).await?;
        let row = records(db, index..index.saturating_add(1)).await?;
        Ok(row.into_iter().next().map(|record| Proven { record: StoredRecord::new(record), checkpoint, proof }))
    }

    /// The proof that the journal of `new` entries continues the one of `old` entries.
    ///
    /// # Errors
    /// [`StoreError::Journal`] when `old` is the larger, or a hash is missing; the engine's.
    pub async fn journal_consistency(&self, old: u64, new: u64) -> Result<Proof, StoreError> {
        let plan = ProofPlan::consistency(old, new).map_err(StoreError::journal)?;
        assemble(&self.core.db, &plan).await
    }

    /// Entries by number, with the hash that stands in the tree for each (not computed anew: a verifier compares).
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn journal_export(&self, from: u64, limit: u64) -> Result<Vec<StoredRecord>, StoreError> {
        let db = &self.core.db;
        let to = from.saturating_add(limit.min(PAGE));
        let records = records(db, from..to).await?;
        let leaves = leaves(db, from..to).await?;
        let with_leaf = |record: Record| {
            let index = record.header.index;
            let gone = StoreError::Inconsistent { table: "journal_nodes", column: "hash", row: index.to_string() };
            leaves.get(&index).map(|leaf| StoredRecord { leaf: *leaf, record }).ok_or(gone)
        };
        records.into_iter().map(with_leaf).collect()
    }
}

/// The newest checkpoint.
async fn last(db: &impl ConnectionTrait) -> Result<Option<SignedCheckpoint>, StoreError> {
    let row = entity::Entity::find().order_by_desc(entity::Column::Size).one(db).await;
    let row = row.map_err(StoreError::engine("read the last checkpoint"))?;
    row.map(|row| row.note.parse().map_err(StoreError::journal)).transpose()
}

/// The right edge of the tree when it had `size` leaves.
async fn frontier_at(db: &impl ConnectionTrait, size: u64) -> Result<Frontier, StoreError> {
    let ids = Frontier::nodes_of_size(size);
    let mut hashes = fetch(db, ids.iter().copied()).await?;
    let gone =
        |id: &NodeId| StoreError::journal(format!("the hash of subtree {} at level {} is missing", id.index, id.level));
    let peaks: Result<Vec<Hash>, _> = ids.iter().map(|id| hashes.remove(id).ok_or_else(|| gone(id))).collect();
    Frontier::from_peaks(size, peaks?).map_err(StoreError::journal)
}

async fn assemble(db: &impl ConnectionTrait, plan: &ProofPlan) -> Result<Proof, StoreError> {
    let hashes = fetch(db, plan.nodes()).await?;
    plan.assemble(|id| hashes.get(&id).copied()).map_err(StoreError::journal)
}

async fn fetch(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = NodeId>,
) -> Result<BTreeMap<NodeId, Hash>, StoreError> {
    let mut found = BTreeMap::new();
    for id in ids {
        let key = (i32::from(id.level), count("number of a subtree", id.index)?);
        let row =
            nodes::Entity::find_by_id(key).one(db).await.map_err(StoreError::engine("read a hash of the journal"))?;
        if let Some(row) = row {
            let Node { id, hash } = node(&row)?;
            found.insert(id, hash);
        }
    }
    Ok(found)
}

pub(super) fn node(row: &nodes::Model) -> Result<Node, StoreError> {
    let key = format!("{}/{}", row.level, row.idx);
    let place = Place { table: "journal_nodes", row: &key };
    let level = u8::try_from(row.level).map_err(|_| place.wrong("level"))?;
    let hash = Hash::from_base64(&row.hash).ok_or_else(|| place.wrong("hash"))?;
    Ok(Node { id: NodeId { level, index: place.count("idx", row.idx)? }, hash })
}

async fn records(db: &impl ConnectionTrait, range: Range<u64>) -> Result<Vec<Record>, StoreError> {
    let rows = entries::Entity::find()
        .filter(entries::Column::Idx.gte(count("number of an entry", range.start)?))
        .filter(entries::Column::Idx.lt(count("number of an entry", range.end)?))
        .order_by_asc(entries::Column::Idx)
        .all(db)
        .await
        .map_err(StoreError::engine("read the journal"))?;
    rows.iter().map(record).collect()
}

async fn leaves(db: &impl ConnectionTrait, range: Range<u64>) -> Result<BTreeMap<u64, Hash>, StoreError> {
    let rows = nodes::Entity::find()
        .filter(nodes::Column::Level.eq(0))
        .filter(nodes::Column::Idx.gte(count("number of an entry", range.start)?))
        .filter(nodes::Column::Idx.lt(count("number of an entry", range.end)?))
        .limit(PAGE)
        .all(db)
        .await
        .map_err(StoreError::engine("read the hashes of the journal"))?;
    rows.iter().map(|row| node(row).map(|node| (node.id.index, node.hash))).collect()
}

impl Core {
    /// Looks once, at the start, whether the newest entries still lead to the root that was kept, and are as many.
    pub(crate) async fn check_journal(&self) -> Result<(), StoreError> {
        let wrong = |reason: &str| StoreError::journal(format!("{reason}: run `beffroi audit verify`"));
        let before = self.journal_stored().await?;
        let journal = super::resume(self, &self.db).await?;
        let size = journal.frontier().size();
        if let Some(reason) = miscounted(before, size, self.journal_stored().await?) {
            return Err(wrong(&reason));
        }
        if frontier_at(&self.db, size).await? == *journal.frontier() {
            Ok(())
        } else {
            Err(wrong("its hashes do not lead to the root that was kept"))
        }
    }
}
