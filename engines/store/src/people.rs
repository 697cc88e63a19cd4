//! Services, and what persons were given: roles, habilitations, proposals that wait for a second person, openings in an
//! emergency. A right is written only from what `beffroi-rights` let through ([`Granted`], [`BreakGlass`]).

mod rows;

use crate::columns::{Place, instant};
use crate::write::{By, Done, Outgoing};
use crate::{Store, StoreError};
use beffroi_journal::Act;
use beffroi_rights::{
    Assignment, BreakGlass, FileRef, Grant, Granted, Habilitation, PersonId, Proposal, Right, Service, ServiceTree,
    Subject,
};
use jiff::Timestamp;
use rows::{assignment, habilitation, opening, proposal, service};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};
use std::collections::BTreeSet;

/// A right as it stands in the register.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenRole {
    /// Its number.
    pub id: String,
    /// Whose.
    pub person: PersonId,
    /// What.
    pub assignment: Assignment,
    /// Who gave it.
    pub given_by: String,
    /// Who agreed, when it took two.
    pub second_by: Option<String>,
    /// When.
    pub given_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// A right proposed, waiting for a second person.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingGrant {
    /// Its number.
    pub id: String,
    /// What, by whom, on which day.
    pub proposal: Proposal<Grant>,
}

/// An opening in an emergency.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// Its number.
    pub id: String,
    /// The opening.
    pub glass: BreakGlass,
    /// Who looked at it afterwards.
    pub reviewed_by: Option<String>,
}

/// A person's rights with what they rest on.
#[derive(Debug, Clone)]
pub struct PersonRights {
    /// Ready to be asked about.
    pub subject: Subject,
    /// The tree of services, as it stands.
    pub tree: ServiceTree,
}

impl Store {
    /// Puts a service in the tree, or changes what it belongs to.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the tree would be none; the engine's.
    pub async fn service_put(&self, new: Service, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Configure, "service", new.id.as_str());
        self.write(by, "service-put", format!("{new:?}"), move |tx| {
            Box::pin(async move {
                let mut services = rows::services(tx).await?;
                services.retain(|known| known.id != new.id);
                services.push(new.clone());
                ServiceTree::new(services)
                    .map_err(|error| StoreError::Refused { what: "service", reason: error.to_string() })?;
                service::put(tx, &new).await?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// The tree of services.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] when the rows make no tree.
    pub async fn service_tree(&self) -> Result<ServiceTree, StoreError> {
        let wrong = |_| StoreError::Inconsistent { table: "services", column: "parent", row: "…".to_owned() };
        ServiceTree::new(rows::services(&self.core.db).await?).map_err(wrong)
    }

    /// A person with all that was given and not taken back, and what is open to him or her at `at`: read anew for each
    /// request, so that a right taken back is gone at once.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for what cannot be read back.
    pub async fn rights(&self, person: &PersonId, at: Timestamp) -> Result<PersonRights, StoreError> {
        let doing = "read what a person was given";
        let db = &self.core.db;
        let given = assignment::Entity::find()
            .filter(assignment::Column::Person.eq(person.as_str()))
            .filter(assignment::Column::RevokedAt.is_null())
            .all(db)
            .await
            .map_err(StoreError::engine(doing))?;
        let given: Result<Vec<_>, _> = given.into_iter().map(|row| rows::given(row).map(|g| g.assignment)).collect();
        let opened = habilitation::Entity::find()
            .filter(habilitation::Column::Person.eq(person.as_str()))
            .filter(habilitation::Column::RevokedAt.is_null())
            .all(db)
            .await
            .map_err(StoreError::engine(doing))?;
        let opened: Result<Vec<Habilitation>, _> = opened.into_iter().map(rows::habilitated).collect();
        let glasses = opening::Entity::find()
            .filter(opening::Column::Person.eq(person.as_str()))
            .filter(opening::Column::UntilAt.gt(instant(at)))
            .all(db)
            .await
            .map_err(StoreError::engine(doing))?;
        let glasses: Result<Vec<Opening>, _> = glasses.into_iter().map(rows::opened).collect();
        let glasses: Vec<BreakGlass> = glasses?.into_iter().map(|opening| opening.glass).collect();
        let tree = self.service_tree().await?;
        let wrong = |_| StoreError::Inconsistent { table: "assignments", column: "service", row: "…".to_owned() };
        let subject = Subject::new(person.clone(), given?, opened?, &tree).map_err(wrong)?.with_glass(&glasses, at);
        Ok(PersonRights { subject, tree })
    }

    /// The rights of the first persons, given by whoever holds the machine: only while nobody was ever given any.
    /// Afterwards rights come from those who hold them.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when somebody was given a right before, or one cannot stand; the engine's.
    pub async fn grant_first(&self, rights: Vec<(PersonId, Assignment)>, by: &By) -> Result<(), StoreError> {
        let entries = rights.iter().map(|(person, _)| by.entry(Act::Grant, "account", person.as_str())).collect();
        self.write(by, "grant-first", format!("{rights:?}"), {
            let by = by.clone();
            move |tx| {
                Box::pin(async move {
                    let doing = "give the first rights";
                    let known = assignment::Entity::find().one(tx).await.map_err(StoreError::engine(doing))?;
                    if known.is_some() {
                        let reason = "rights were given before: ask somebody who holds them".to_owned();
                        return Err(StoreError::Refused { what: "first rights", reason });
                    }
                    for (person, assignment) in &rights {
                        assignment
                            .check()
                            .map_err(|error| StoreError::Refused { what: "first rights", reason: error.to_string() })?;
                        rows::give(tx, person, assignment, &by.who, None, by.at).await?;
                    }
                    Ok(Done { entries, ..Done::default() })
                })
            }
        })
        .await
        .map(|_| ())
    }

    /// Writes a right in force; `proposal`: the number of the proposal that it ends, when it took two persons.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when that proposal does not wait any more; the engine's.
    pub async fn grant_write(&self, granted: Granted, proposal: Option<String>, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Grant, "account", granted.grant().to.as_str());
        let content = format!("{granted:?} {proposal:?}");
        let (who, at) = (by.who.clone(), by.at);
        self.write(by, "grant-write", content, move |tx| {
            Box::pin(async move {
                if let Some(id) = &proposal {
                    rows::end_proposal(tx, id, "approved", &who, at).await?;
                }
                let (given_by, second) = (granted.by().as_str(), granted.second().map(PersonId::as_str));
                match &granted.grant().right {
                    Right::Role(assignment) => {
                        rows::give(tx, &granted.grant().to, assignment, given_by, second, at).await?;
                    }
                    Right::Habilitation(habilitation, _) => rows::habilitate(tx, habilitation, given_by, at).await?,
                }
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// Keeps a proposal until a second person agrees; gives its number.
    ///
    /// # Errors
    /// The engine's.
    pub async fn grant_propose(&self, proposal: Proposal<Grant>, by: &By) -> Result<String, StoreError> {
        let id = by.key.to_string();
        let entry = by.entry(Act::Decide, "proposal", &id);
        let content = format!("{proposal:?}");
        let told = self
            .write(by, "grant-propose", content, move |tx| {
                Box::pin(async move {
                    rows::propose(tx, &id, &proposal).await?;
                    let outgoing = vec![Outgoing {
                        topic: "notify".to_owned(),
                        payload: serde_json::json!({ "what": "proposal", "id": id }),
                    }];
                    Ok(Done { outgoing, ..Done::with(entry) }.telling(id))
                })
            })
            .await?;
        Ok(told.as_str().unwrap_or_default().to_owned())
    }

    /// Proposals that wait, the oldest first. Those that lapsed are among them: they say so.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn grants_pending(&self) -> Result<Vec<PendingGrant>, StoreError> {
        let rows = proposal::Entity::find()
            .filter(proposal::Column::State.eq("waiting"))
            .order_by_asc(proposal::Column::ProposedOn)
            .order_by_asc(proposal::Column::Id)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list proposals"))?;
        rows.into_iter().map(rows::pending).collect()
    }

    /// Ends a proposal without giving anything.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it does not wait any more; the engine's.
    pub async fn grant_decline(&self, id: &str, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Refuse, "proposal", id);
        let (id, who, at) = (id.to_owned(), by.who.clone(), by.at);
        self.write(by, "grant-decline", id.clone(), move |tx| {
            Box::pin(async move {
                rows::end_proposal(tx, &id, "declined", &who, at).await?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// Takes a role back. Nothing happens when it was taken back before.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none of that number; the engine's.
    pub async fn grant_revoke(&self, id: &str, by: &By) -> Result<(), StoreError> {
        let doing = "take a role back";
        let row = assignment::Entity::find_by_id(id).one(&self.core.db).await.map_err(StoreError::engine(doing))?;
        let row = row.ok_or_else(|| StoreError::Missing { what: "right", id: id.to_owned() })?;
        let entry = by.entry(Act::Revoke, "account", &row.person);
        let (id, at) = (id.to_owned(), by.at);
        self.write(by, "grant-revoke", id.clone(), move |tx| {
            Box::pin(async move {
                assignment::Entity::update_many()
                    .col_expr(assignment::Column::RevokedAt, Expr::value(instant(at)))
                    .filter(assignment::Column::Id.eq(id))
                    .filter(assignment::Column::RevokedAt.is_null())
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine(doing))?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// Every role given, those that stand and those taken back, by person.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn grants(&self) -> Result<Vec<GivenRole>, StoreError> {
        let rows = assignment::Entity::find()
            .order_by_asc(assignment::Column::Person)
            .order_by_asc(assignment::Column::GivenAt)
            .order_by_asc(assignment::Column::Id)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list rights"))?;
        rows.into_iter().map(rows::given).collect()
    }

    /// Keeps an opening and tells those who are to be told, in the same transaction.
    ///
    /// # Errors
    /// The engine's.
    pub async fn glass_open(&self, glass: BreakGlass, by: &By) -> Result<(), StoreError> {
        let purpose = beffroi_journal::Purpose {
            why: beffroi_journal_text(&glass.reason),
            reference: match &glass.file {
                FileRef::Inquiry(inquiry) => Some(inquiry.as_str().to_owned()),
                FileRef::Object(_) => None,
            },
        };
        let told: BTreeSet<String> = glass.notified.iter().map(ToString::to_string).collect();
        let entry = by.clone().for_purpose(purpose).entry(Act::BreakGlass, "object", glass.object.as_str());
        let id = by.key.to_string();
        self.write(by, "glass-open", format!("{glass:?}"), move |tx| {
            Box::pin(async move {
                rows::open(tx, &id, &glass).await?;
                let tell = |person| Outgoing {
                    topic: "notify".to_owned(),
                    payload: serde_json::json!({ "what": "break-glass", "id": id, "to": person }),
                };
                let outgoing = told.into_iter().map(tell).collect();
                Ok(Done { outgoing, ..Done::with(entry) })
            })
        })
        .await
        .map(|_| ())
    }

    /// Openings, the latest first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn glasses(&self) -> Result<Vec<Opening>, StoreError> {
        let rows = opening::Entity::find().order_by_desc(opening::Column::OpenedAt).all(&self.core.db).await;
        rows.map_err(StoreError::engine("list openings"))?.into_iter().map(rows::opened).collect()
    }

    /// Notes that somebody else looked at an opening.
    ///
    /// # Errors
    /// [`StoreError::Missing`]; [`StoreError::Refused`] when it is the opener's own; the engine's.
    pub async fn glass_review(&self, id: &str, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Decide, "opening", id);
        let (id, who, at) = (id.to_owned(), by.who.clone(), by.at);
        self.write(by, "glass-review", id.clone(), move |tx| {
            Box::pin(async move {
                review(tx, &id, &who, at).await?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }
}

async fn review(tx: &DatabaseTransaction, id: &str, who: &str, at: Timestamp) -> Result<(), StoreError> {
    let doing = "review an opening";
    let row = opening::Entity::find_by_id(id).one(tx).await.map_err(StoreError::engine(doing))?;
    let row = row.ok_or_else(|| StoreError::Missing { what: "opening", id: id.to_owned() })?;
    if row.person == who {
        let reason = "somebody else reviews an opening".to_owned();
        return Err(StoreError::Refused { what: "review", reason });
    }
    let mut row: opening::ActiveModel = row.into();
    row.reviewed_by = Set(Some(who.to_owned()));
    row.reviewed_at = Set(Some(instant(at)));
    opening::Entity::update(row).exec(tx).await.map_err(StoreError::engine(doing))?;
    Ok(())
}

/// A text as the journal takes it: one line, no control characters, at most 1 000 bytes.
pub(crate) fn beffroi_journal_text(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut end = line.len().min(1000);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line.get(..end).unwrap_or_default().trim().to_owned()
}

/// Reads a set of texts written as JSON.
pub(crate) fn texts(place: Place<'_>, column: &'static str, text: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(text).map_err(|_| place.wrong(column))
}
