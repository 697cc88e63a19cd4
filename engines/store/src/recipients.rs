//! The register of those who receive flash alerts: a closed list, by direction and service. Nobody is taken off it; who
//! left it has a last day.

use crate::columns::Place;
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::Act;
use beffroi_model::{Marking, Pap, Tlp};
use jiff::civil::Date;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recipients")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub name: String,
        pub direction: String,
        pub service: String,
        pub kind: String,
        pub mail: Option<String>,
        pub webhook: Option<String>,
        pub channels: String,
        pub account: Option<String>,
        pub tlp: String,
        pub pap: String,
        pub vocabulary: String,
        pub lang: String,
        pub since: String,
        pub until_day: Option<String>,
        pub exercise: bool,
        pub forms: String,
        pub unreachable: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
use entity::Column;

/// One recipient. What the texts may be is the desk's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientRow {
    /// Its short name in the register.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The direction it belongs to.
    pub direction: String,
    /// The service.
    pub service: String,
    /// A person or a mailbox of a function.
    pub kind: String,
    /// Its address of mail.
    pub mail: Option<String>,
    /// Where its machine listens.
    pub webhook: Option<String>,
    /// The channels it takes, as words with blanks between.
    pub channels: String,
    /// The account that reads on its behalf.
    pub account: Option<String>,
    /// The highest marking it may receive.
    pub ceiling: Marking,
    /// The words for markings that its systems know.
    pub vocabulary: String,
    /// Its language.
    pub lang: String,
    /// Its first day on the list.
    pub since: Date,
    /// Its last day.
    pub until: Option<Date>,
    /// It takes part in exercises and receives nothing else.
    pub exercise: bool,
    /// Forms that it wants attached, with blanks between them; none but the page when empty.
    pub forms: String,
    /// Why mail no longer reaches it.
    pub unreachable: Option<String>,
}

impl RecipientRow {
    fn write(&self) -> entity::ActiveModel {
        entity::ActiveModel {
            id: Set(self.id.clone()),
            name: Set(self.name.clone()),
            direction: Set(self.direction.clone()),
            service: Set(self.service.clone()),
            kind: Set(self.kind.clone()),
            mail: Set(self.mail.clone()),
            webhook: Set(self.webhook.clone()),
            channels: Set(self.channels.clone()),
            account: Set(self.account.clone()),
            tlp: Set(self.ceiling.tlp.label().to_owned()),
            pap: Set(self.ceiling.pap.label().to_owned()),
            vocabulary: Set(self.vocabulary.clone()),
            lang: Set(self.lang.clone()),
            since: Set(self.since.to_string()),
            until_day: Set(self.until.map(|day| day.to_string())),
            exercise: Set(self.exercise),
            forms: Set(self.forms.clone()),
            unreachable: Set(self.unreachable.clone()),
        }
    }

    fn read(row: entity::Model) -> Result<Self, StoreError> {
        let place = Place { table: "recipients", row: &row.id };
        let (tlp, pap): (Tlp, Pap) = (place.read("tlp", &row.tlp)?, place.read("pap", &row.pap)?);
        let (since, until) =
            (place.read("since", &row.since)?, place.read_option("until_day", row.until_day.as_deref())?);
        Ok(Self {
            ceiling: Marking { tlp, pap },
            since,
            until,
            id: row.id,
            name: row.name,
            direction: row.direction,
            service: row.service,
            kind: row.kind,
            mail: row.mail,
            webhook: row.webhook,
            channels: row.channels,
            account: row.account,
            vocabulary: row.vocabulary,
            lang: row.lang,
            exercise: row.exercise,
            forms: row.forms,
            unreachable: row.unreachable,
        })
    }
}

/// Notes within a write that mail no longer reaches a recipient.
pub(crate) async fn flag(tx: &DatabaseTransaction, id: &str, why: &str) -> Result<(), StoreError> {
    entity::Entity::update_many()
        .col_expr(Column::Unreachable, Expr::value(why))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await
        .map(drop)
        .map_err(StoreError::engine("flag a recipient"))
}

impl Store {
    /// Writes recipients over those of the same names. The registers of an exercise take nobody real: whoever is on
    /// their list takes part in exercises and receives nothing else.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for somebody real in an exercise; the engine's: then none is written.
    pub async fn recipients_put(&self, rows: Vec<RecipientRow>, by: &By) -> Result<(), StoreError> {
        if let Some(real) = rows.iter().find(|row| self.is_exercise() && !row.exercise) {
            let reason = format!("{} is not marked `exercise`, and these registers are of an exercise", real.id);
            return Err(StoreError::Refused { what: "recipient", reason });
        }
        let entries = rows.iter().map(|row| by.entry(Act::Configure, "recipient", &row.id)).collect();
        let content = format!("{rows:?}");
        self.write(by, "recipients-put", content, move |tx| {
            Box::pin(async move {
                let columns = [
                    Column::Name,
                    Column::Direction,
                    Column::Service,
                    Column::Kind,
                    Column::Mail,
                    Column::Webhook,
                    Column::Channels,
                    Column::Account,
                    Column::Tlp,
                    Column::Pap,
                    Column::Vocabulary,
                    Column::Lang,
                    Column::Since,
                    Column::UntilDay,
                    Column::Exercise,
                    Column::Forms,
                    Column::Unreachable,
                ];
                // Eighteen columns each, under the parameter limit of either database.
                for chunk in rows.chunks(400) {
                    entity::Entity::insert_many(chunk.iter().map(RecipientRow::write))
                        .on_conflict(OnConflict::column(Column::Id).update_columns(columns).to_owned())
                        .exec_without_returning(tx)
                        .await
                        .map_err(StoreError::engine("write recipients"))?;
                }
                Ok(Done { entries, ..Done::default() })
            })
        })
        .await
        .map(|_| ())
    }

    /// Every recipient there ever was, in the order of their names in the register.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn recipients(&self) -> Result<Vec<RecipientRow>, StoreError> {
        let rows = entity::Entity::find().order_by_asc(Column::Id).all(&self.core.db).await;
        rows.map_err(StoreError::engine("list recipients"))?.into_iter().map(RecipientRow::read).collect()
    }

    /// Those of these names.
    ///
    /// # Errors
    /// As [`Store::recipients`].
    pub async fn recipients_named(&self, ids: Vec<String>) -> Result<Vec<RecipientRow>, StoreError> {
        let rows = entity::Entity::find().filter(Column::Id.is_in(ids)).all(&self.core.db).await;
        rows.map_err(StoreError::engine("read recipients"))?.into_iter().map(RecipientRow::read).collect()
    }

    /// One recipient.
    ///
    /// # Errors
    /// As [`Store::recipients`].
    pub async fn recipient(&self, id: &str) -> Result<Option<RecipientRow>, StoreError> {
        let row = entity::Entity::find_by_id(id.to_owned()).one(&self.core.db).await;
        row.map_err(StoreError::engine("read a recipient"))?.map(RecipientRow::read).transpose()
    }
}
