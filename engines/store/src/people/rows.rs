//! The rows of the register of persons, and how they are read back.

use super::{GivenHabilitation, GivenRole, GlassReview, Opening, PendingGrant, texts};
use crate::StoreError;
use crate::columns::{Place, instant};
use beffroi_model::{Marking, Territory};
use beffroi_rights::{
    Assignment, BreakGlass, DataNature, FileRef, Grant, Habilitation, Kind, PersonId, Proposal, Right, Seizure,
    Service, Territories,
};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

pub(super) mod service {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use super::{OnConflict, Service, Set, StoreError};
    use sea_orm::DatabaseTransaction;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "services")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub level: String,
        pub parent: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Puts a service in its row.
    pub(crate) async fn put(tx: &DatabaseTransaction, service: &Service) -> Result<(), StoreError> {
        let row = ActiveModel {
            id: Set(service.id.as_str().to_owned()),
            level: Set(service.level.code().to_owned()),
            parent: Set(service.parent.as_ref().map(|parent| parent.as_str().to_owned())),
        };
        let replace = OnConflict::column(Column::Id).update_columns([Column::Level, Column::Parent]).to_owned();
        Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(tx)
            .await
            .map_err(StoreError::engine("write a service"))?;
        Ok(())
    }
}

pub(super) mod assignment {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "assignments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub person: String,
        pub role: String,
        pub world: String,
        pub service: String,
        pub territories: String,
        pub tlp: String,
        pub pap: String,
        pub from_on: String,
        pub until_on: String,
        pub given_by: String,
        pub second_by: Option<String>,
        pub given_at: String,
        pub revoked_at: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod habilitation {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "habilitations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub person: String,
        pub inquiry: String,
        pub natures: String,
        pub ends_on: String,
        pub given_by: String,
        pub given_at: String,
        pub revoked_at: Option<String>,
        pub service: String,
        pub territory: String,
        pub second_by: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod proposal {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "proposals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub for_person: String,
        pub content: String,
        pub proposed_by: String,
        pub proposed_on: String,
        pub state: String,
        pub ended_by: Option<String>,
        pub ended_at: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod opening {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "openings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub person: String,
        pub object: String,
        pub inquiry: Option<String>,
        pub reason: String,
        pub opened_at: String,
        pub until_at: String,
        pub notified: String,
        pub review_by: String,
        pub reviewed_by: Option<String>,
        pub reviewed_at: Option<String>,
        pub kind: String,
        pub verdict: Option<String>,
        pub remark: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The verdicts of a review, in the register and in the journal.
pub(super) const JUSTIFIED: &str = "justified";
pub(super) const UNJUSTIFIED: &str = "unjustified";

/// The whole country, as it stands in a row.
const EVERYWHERE: &str = "FR";

/// Every service.
pub(super) async fn services(db: &impl ConnectionTrait) -> Result<Vec<Service>, StoreError> {
    let rows = service::Entity::find().all(db).await.map_err(StoreError::engine("list services"))?;
    let read = |row: service::Model| {
        let place = Place { table: "services", row: &row.id };
        Ok(Service {
            id: place.read("id", &row.id)?,
            level: place.read("level", &row.level)?,
            parent: place.read_option("parent", row.parent.as_deref())?,
        })
    };
    rows.into_iter().map(read).collect()
}

fn codes(territories: &Territories) -> String {
    let codes: Vec<&str> = match territories {
        Territories::Everywhere => vec![EVERYWHERE],
        Territories::Of(codes) => codes.iter().map(Territory::code).collect(),
    };
    json!(codes).to_string()
}

fn territories(place: Place<'_>, text: &str) -> Result<Territories, StoreError> {
    let codes = texts(place, "territories", text)?;
    let codes: Result<Vec<Territory>, _> = codes.iter().map(|code| place.read("territories", code)).collect();
    Ok(Territories::of(codes?))
}

/// Writes a role.
pub(super) async fn give(
    tx: &DatabaseTransaction,
    person: &PersonId,
    given: &Assignment,
    given_by: &str,
    second_by: Option<&str>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = assignment::ActiveModel {
        id: Set(Uuid::now_v7().to_string()),
        person: Set(person.as_str().to_owned()),
        role: Set(given.role.code().to_owned()),
        world: Set(given.world.code().to_owned()),
        service: Set(given.service.as_str().to_owned()),
        territories: Set(codes(&given.territories)),
        tlp: Set(given.clearance.tlp.label().to_owned()),
        pap: Set(given.clearance.pap.label().to_owned()),
        from_on: Set(given.from.to_string()),
        until_on: Set(given.until.to_string()),
        given_by: Set(given_by.to_owned()),
        second_by: Set(second_by.map(str::to_owned)),
        given_at: Set(instant(at)),
        revoked_at: Set(None),
    };
    assignment::Entity::insert(row).exec_without_returning(tx).await.map_err(StoreError::engine("write a role"))?;
    Ok(())
}

/// Reads a role back.
pub(super) fn given(row: assignment::Model) -> Result<GivenRole, StoreError> {
    let place = Place { table: "assignments", row: &row.id };
    Ok(GivenRole {
        person: place.read("person", &row.person)?,
        assignment: Assignment {
            role: place.read("role", &row.role)?,
            world: place.read("world", &row.world)?,
            service: place.read("service", &row.service)?,
            territories: territories(place, &row.territories)?,
            clearance: Marking { tlp: place.read("tlp", &row.tlp)?, pap: place.read("pap", &row.pap)? },
            from: place.read("from_on", &row.from_on)?,
            until: place.read("until_on", &row.until_on)?,
        },
        given_at: place.read("given_at", &row.given_at)?,
        revoked_at: place.read_option("revoked_at", row.revoked_at.as_deref())?,
        given_by: row.given_by,
        second_by: row.second_by,
        id: row.id,
    })
}

/// Writes a habilitation.
pub(super) async fn habilitate(
    tx: &DatabaseTransaction,
    given: &Habilitation,
    seizure: &Seizure,
    given_by: &str,
    second_by: Option<&str>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = habilitation::ActiveModel {
        id: Set(Uuid::now_v7().to_string()),
        person: Set(given.person.as_str().to_owned()),
        inquiry: Set(given.inquiry.as_str().to_owned()),
        natures: Set(natures_text(&given.natures)),
        ends_on: Set(given.ends_on.to_string()),
        given_by: Set(given_by.to_owned()),
        given_at: Set(instant(at)),
        revoked_at: Set(None),
        service: Set(seizure.service.as_str().to_owned()),
        territory: Set(seizure.territory.code().to_owned()),
        second_by: Set(second_by.map(str::to_owned)),
    };
    let doing = "write a habilitation";
    habilitation::Entity::insert(row).exec_without_returning(tx).await.map_err(StoreError::engine(doing))?;
    Ok(())
}

fn natures_text(natures: &BTreeSet<DataNature>) -> String {
    json!(natures.iter().map(|nature| nature.code()).collect::<Vec<_>>()).to_string()
}

fn natures(place: Place<'_>, text: &str) -> Result<BTreeSet<DataNature>, StoreError> {
    texts(place, "natures", text)?.iter().map(|code| place.read("natures", code)).collect()
}

/// Reads a habilitation back.
pub(super) fn habilitated(row: habilitation::Model) -> Result<GivenHabilitation, StoreError> {
    let place = Place { table: "habilitations", row: &row.id };
    let inquiry: beffroi_rights::InquiryRef = place.read("inquiry", &row.inquiry)?;
    Ok(GivenHabilitation {
        seizure: Seizure {
            inquiry: inquiry.clone(),
            service: place.read("service", &row.service)?,
            territory: place.read("territory", &row.territory)?,
        },
        habilitation: Habilitation {
            person: place.read("person", &row.person)?,
            inquiry,
            natures: natures(place, &row.natures)?,
            ends_on: place.read("ends_on", &row.ends_on)?,
        },
        given_at: place.read("given_at", &row.given_at)?,
        revoked_at: place.read_option("revoked_at", row.revoked_at.as_deref())?,
        given_by: row.given_by,
        second_by: row.second_by,
        id: row.id,
    })
}

/// Keeps a proposal.
pub(super) async fn propose(tx: &DatabaseTransaction, id: &str, new: &Proposal<Grant>) -> Result<(), StoreError> {
    let row = proposal::ActiveModel {
        id: Set(id.to_owned()),
        for_person: Set(new.what().to.as_str().to_owned()),
        content: Set(right_text(&new.what().right).to_string()),
        proposed_by: Set(new.by().as_str().to_owned()),
        proposed_on: Set(new.on().to_string()),
        state: Set("waiting".to_owned()),
        ended_by: Set(None),
        ended_at: Set(None),
    };
    proposal::Entity::insert(row).exec_without_returning(tx).await.map_err(StoreError::engine("keep a proposal"))?;
    Ok(())
}

/// Ends a proposal that waits.
pub(super) async fn end_proposal(
    tx: &DatabaseTransaction,
    id: &str,
    state: &str,
    who: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let done = proposal::Entity::update_many()
        .col_expr(proposal::Column::State, Expr::value(state))
        .col_expr(proposal::Column::EndedBy, Expr::value(who))
        .col_expr(proposal::Column::EndedAt, Expr::value(instant(at)))
        .filter(proposal::Column::Id.eq(id))
        .filter(proposal::Column::State.eq("waiting"))
        .exec(tx)
        .await
        .map_err(StoreError::engine("end a proposal"))?;
    match done.rows_affected {
        0 => Err(StoreError::Missing { what: "proposal", id: id.to_owned() }),
        _ => Ok(()),
    }
}

/// Reads a proposal back.
pub(super) fn pending(row: proposal::Model) -> Result<PendingGrant, StoreError> {
    let place = Place { table: "proposals", row: &row.id };
    let content = place.json("content", &row.content)?;
    let to: PersonId = place.read("for_person", &row.for_person)?;
    let grant = Grant { right: right(place, &to, &content)?, to };
    let by = place.read("proposed_by", &row.proposed_by)?;
    let on = place.read("proposed_on", &row.proposed_on)?;
    Ok(PendingGrant { proposal: Proposal::new(grant, by, on), id: row.id })
}

fn right_text(right: &Right) -> Value {
    match right {
        Right::Role(given) => json!({
            "role": given.role.code(),
            "world": given.world.code(),
            "service": given.service.as_str(),
            "territories": codes(&given.territories),
            "tlp": given.clearance.tlp.label(),
            "pap": given.clearance.pap.label(),
            "from": given.from.to_string(),
            "until": given.until.to_string(),
        }),
        Right::Habilitation(given, seizure) => json!({
            "inquiry": given.inquiry.as_str(),
            "natures": natures_text(&given.natures),
            "until": given.ends_on.to_string(),
            "service": seizure.service.as_str(),
            "territory": seizure.territory.code(),
        }),
    }
}

fn right(place: Place<'_>, to: &PersonId, content: &Value) -> Result<Right, StoreError> {
    let text = |field: &str| content.get(field).and_then(Value::as_str).ok_or_else(|| place.wrong("content"));
    if content.get("role").is_some() {
        return Ok(Right::Role(Assignment {
            role: place.read("content", text("role")?)?,
            world: place.read("content", text("world")?)?,
            service: place.read("content", text("service")?)?,
            territories: territories(place, text("territories")?)?,
            clearance: Marking { tlp: place.read("content", text("tlp")?)?, pap: place.read("content", text("pap")?)? },
            from: place.read("content", text("from")?)?,
            until: place.read("content", text("until")?)?,
        }));
    }
    let inquiry: beffroi_rights::InquiryRef = place.read("content", text("inquiry")?)?;
    let habilitation = Habilitation {
        person: to.clone(),
        inquiry: inquiry.clone(),
        natures: natures(place, text("natures")?)?,
        ends_on: place.read("content", text("until")?)?,
    };
    let seizure = Seizure {
        inquiry,
        service: place.read("content", text("service")?)?,
        territory: place.read("content", text("territory")?)?,
    };
    Ok(Right::Habilitation(habilitation, seizure))
}

/// Keeps an opening.
pub(super) async fn open(tx: &DatabaseTransaction, id: &str, kind: Kind, glass: &BreakGlass) -> Result<(), StoreError> {
    let row = opening::ActiveModel {
        id: Set(id.to_owned()),
        person: Set(glass.person.as_str().to_owned()),
        object: Set(glass.object.as_str().to_owned()),
        inquiry: Set(match &glass.file {
            FileRef::Inquiry(inquiry) => Some(inquiry.as_str().to_owned()),
            FileRef::Object(_) => None,
        }),
        reason: Set(glass.reason.clone()),
        opened_at: Set(instant(glass.opened_at)),
        until_at: Set(instant(glass.until)),
        notified: Set(json!(glass.notified.iter().map(PersonId::as_str).collect::<Vec<_>>()).to_string()),
        review_by: Set(glass.review_by.to_string()),
        reviewed_by: Set(None),
        reviewed_at: Set(None),
        kind: Set(kind.code().to_owned()),
        verdict: Set(None),
        remark: Set(None),
    };
    opening::Entity::insert(row).exec_without_returning(tx).await.map_err(StoreError::engine("keep an opening"))?;
    Ok(())
}

/// Reads an opening back.
pub(super) fn opened(row: opening::Model) -> Result<Opening, StoreError> {
    let place = Place { table: "openings", row: &row.id };
    let object: beffroi_rights::ObjectId = place.read("object", &row.object)?;
    let notified = texts(place, "notified", &row.notified)?;
    let notified: Result<BTreeSet<PersonId>, _> = notified.iter().map(|told| place.read("notified", told)).collect();
    let glass = BreakGlass {
        person: place.read("person", &row.person)?,
        file: match &row.inquiry {
            Some(inquiry) => FileRef::Inquiry(place.read("inquiry", inquiry)?),
            None => FileRef::Object(object.clone()),
        },
        object,
        opened_at: place.read("opened_at", &row.opened_at)?,
        until: place.read("until_at", &row.until_at)?,
        notified: notified?,
        review_by: place.read("review_by", &row.review_by)?,
        reason: row.reason,
    };
    let review = match (row.reviewed_by, row.reviewed_at) {
        (Some(by), Some(at)) => Some(GlassReview {
            by,
            at: place.read("reviewed_at", &at)?,
            justified: row.verdict.as_deref() == Some(JUSTIFIED),
            remark: row.remark.unwrap_or_default(),
        }),
        (None, None) => None,
        _ => return Err(place.wrong("reviewed_at")),
    };
    Ok(Opening { kind: place.read("kind", &row.kind)?, id: row.id, glass, review })
}
