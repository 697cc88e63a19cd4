//! The records of the registers, whatever their register: rows, and how they are read through a scope. What a register
//! is, the store does not know: who writes says what is listed, filtered, searched and due.

mod around;
mod erase;
mod find;
mod search;
mod tasks;
mod words;
mod write;

pub use around::{Attached, Attaching, Comment, SavedView, Version};
pub use find::{Cursor, Listed, Seen};
pub use tasks::{Task, TaskDraft, TaskFor};
pub use write::{RecordBatch, RecordPut, Telling};

use crate::StoreError;
use crate::columns::{Place, instant};
use crate::objects::{self, Columns};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_register::{Record, Step, Values};
use beffroi_rights::{Guarded, Kind, Object, World};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "records")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub reference: String,
        pub seq: i64,
        pub register: String,
        pub state: String,
        pub standing: String,
        pub title: String,
        pub owner: String,
        pub territory: String,
        pub tlp: i32,
        pub pap: i32,
        pub author: Option<String>,
        pub due: Option<String>,
        pub clock: Option<String>,
        pub told: i64,
        pub version: i64,
        pub basis: String,
        pub added_at: String,
        pub updated_at: String,
        pub closed_at: Option<String>,
        pub synthetic: bool,
        pub content: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
use entity::Column;

/// Where the facts of a record stand.
const COLUMNS: Columns<Column> = Columns {
    id: Column::Reference,
    owner: Column::Owner,
    territory: Column::Territory,
    tlp: Column::Tlp,
    pap: Column::Pap,
    state: Column::Standing,
    author: Column::Author,
    inquiry: None,
    embargo: None,
    about: None,
    second: None,
};

/// A record as it is kept, with what lists show of it and the facts on which rights depend.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordRow {
    /// The record.
    pub record: Record,
    /// What lists call it.
    pub title: String,
    /// When the first of its clocks ends, and which; nothing where none runs.
    pub due: Option<(Timestamp, String)>,
    /// How far those concerned were told of that clock: 0 not at all, then one more each time.
    pub told: u32,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    object: Object,
}

impl Guarded for RecordRow {
    fn object(&self) -> &Object {
        &self.object
    }
}

/// What stands in the column `content`.
#[derive(Serialize, Deserialize)]
struct Content {
    values: Values,
    path: Vec<Step>,
}

fn content(record: &Record) -> Result<String, StoreError> {
    let content = Content { values: record.values.clone(), path: record.path.clone() };
    serde_json::to_string(&content)
        .map_err(|error| StoreError::Refused { what: "values of a record", reason: error.to_string() })
}

impl RecordRow {
    fn read(row: entity::Model) -> Result<Self, StoreError> {
        let key = row.reference.clone();
        let place = Place { table: "records", row: &key };
        let rank = |rank: i32, column| usize::try_from(rank).map_err(|_| place.wrong(column));
        let Content { values, path } = serde_json::from_str(&row.content).map_err(|_| place.wrong("content"))?;
        let marking = Marking {
            tlp: Tlp::ALL.get(rank(row.tlp, "tlp")?).copied().ok_or_else(|| place.wrong("tlp"))?,
            pap: Pap::ALL.get(rank(row.pap, "pap")?).copied().ok_or_else(|| place.wrong("pap"))?,
        };
        let record = Record {
            register: row.register,
            state: row.state,
            version: place.read("version", &row.version.to_string())?,
            values,
            path,
            marking,
            owner: place.read("owner", &row.owner)?,
            territory: place.read("territory", &row.territory)?,
            author: place.read_option("author", row.author.as_deref())?,
            updated_at: place.read("updated_at", &row.updated_at)?,
            synthetic: row.synthetic,
            reference: row.reference,
        };
        // The registers live in the world of coordination; another would be another column.
        let (owner, territory) = (record.owner.clone(), record.territory.clone());
        let id = place.read("reference", &key)?;
        let mut object = Object::new(id, Kind::Record, World::Coordination, owner, territory);
        object.marking = marking;
        object.state = place.read("standing", &row.standing)?;
        object.author = record.author.clone();
        let due: Option<Timestamp> = place.read_option("due", row.due.as_deref())?;
        Ok(Self {
            due: due.map(|at| (at, row.clock.unwrap_or_default())),
            told: u32::try_from(row.told).map_err(|_| place.wrong("told"))?,
            closed_at: place.read_option("closed_at", row.closed_at.as_deref())?,
            title: row.title,
            record,
            object,
        })
    }
}

/// The row to write of a put, with the number in which it stands among all.
fn row(put: &RecordPut, seq: i64) -> Result<entity::Model, StoreError> {
    let record = &put.record;
    Ok(entity::Model {
        reference: record.reference.clone(),
        seq,
        register: record.register.clone(),
        state: record.state.clone(),
        standing: put.standing.code().to_owned(),
        title: crate::error::cut(&put.title, 300),
        owner: record.owner.as_str().to_owned(),
        territory: record.territory.code().to_owned(),
        tlp: objects::tlp_rank(record.marking.tlp),
        pap: objects::pap_rank(record.marking.pap),
        basis: put.basis.to_owned(),
        author: record.author.as_ref().map(|author| author.as_str().to_owned()),
        due: put.due.as_ref().map(|(at, _)| instant(*at)),
        clock: put.due.as_ref().map(|(_, clock)| clock.clone()),
        told: 0,
        version: i64::from(record.version),
        added_at: instant(record.added_at()),
        updated_at: instant(record.updated_at),
        closed_at: put.closed_at.map(instant),
        synthetic: record.synthetic,
        content: content(record)?,
    })
}
