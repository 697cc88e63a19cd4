//! The mark of an exercise: registers that bear it are of an exercise for good. Nothing here takes it out, the journal
//! says who wrote it, and it is read when registers are opened, so that nobody has to ask for it later.

use crate::columns::{Place, instant};
use crate::store::Core;
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::Act;
use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "exercise")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub name: String,
        pub made_at: String,
        pub made_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The exercise that registers are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExerciseMark {
    /// Its name.
    pub name: String,
    /// When they were marked.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
}

/// Registers that hold any of these are somebody's: they are not made an exercise any more.
const USED: [&str; 9] =
    ["signals", "alerts", "series", "situations", "recipients", "report_builds", "records", "tasks", "digest_wishes"];

/// The mark, when there is one.
pub(crate) async fn read(core: &Core) -> Result<Option<ExerciseMark>, StoreError> {
    let row = entity::Entity::find_by_id(1).one(&core.db).await;
    let read = |row: entity::Model| {
        let place = Place { table: "exercise", row: "1" };
        Ok(ExerciseMark { made_at: place.read("made_at", &row.made_at)?, name: row.name, made_by: row.made_by })
    };
    row.map_err(StoreError::engine("read the mark of an exercise"))?.map(read).transpose()
}

impl Store {
    /// The exercise that these registers are of; none for those of the real world.
    pub fn exercise(&self) -> Option<&ExerciseMark> {
        self.core.exercise.get()
    }

    /// Whether these registers are of an exercise.
    pub fn is_exercise(&self) -> bool {
        self.exercise().is_some()
    }

    /// Marks registers that hold nothing yet as those of an exercise, for good.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when they hold something, or are marked already; the engine's.
    pub async fn exercise_mark(&self, name: &str, by: &By) -> Result<(), StoreError> {
        let mark = ExerciseMark { name: name.to_owned(), made_at: by.at, made_by: by.who.clone() };
        let entry = by.entry(Act::Configure, "exercise", "registers");
        let row = mark.clone();
        self.write(by, "exercise-mark", format!("{mark:?}"), move |tx| {
            Box::pin(async move {
                refuse_used(tx).await?;
                let model = entity::ActiveModel {
                    id: Set(1),
                    name: Set(row.name),
                    made_at: Set(instant(row.made_at)),
                    made_by: Set(row.made_by),
                };
                let kept = entity::Entity::insert(model).exec_without_returning(tx).await;
                kept.map_err(StoreError::engine("mark an exercise"))?;
                Ok(Done::with(entry))
            })
        })
        .await?;
        // Whoever came first has set it: there is one mark.
        let _ = self.core.exercise.set(mark);
        Ok(())
    }
}

async fn refuse_used(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    for table in USED.iter().chain(&["exercise"]) {
        let ask = Statement::from_string(tx.get_database_backend(), format!("SELECT 1 AS found FROM {table} LIMIT 1"));
        let found = tx.query_one_raw(ask).await.map_err(StoreError::engine("look whether registers are used"))?;
        if found.is_some() {
            let reason = format!("these registers hold {table} already: an exercise starts from a folder of its own");
            return Err(StoreError::Refused { what: "exercise", reason });
        }
    }
    Ok(())
}
