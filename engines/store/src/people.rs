//! Services, and what persons were given: roles, habilitations, proposals that wait for a second person, openings in an
//! emergency. A right is written only from what `beffroi-rights` let through ([`Granted`], [`BreakGlass`]).

mod glass;
mod habilitations;
mod rows;

pub use glass::{GlassReview, Opening};
pub use habilitations::GivenHabilitation;

use crate::columns::{Place, instant};
use crate::write::{By, Done};
use crate::{Store, StoreError, notices};
use beffroi_journal::Act;
use beffroi_rights::{
    Assignment, Grant, Granted, Habilitation, Kind, PersonId, Policy, Proposal, Right, Service, ServiceTree, Subject,
    approve_grant,
};
use jiff::Timestamp;
use rows::{assignment, habilitation, opening, proposal, service};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
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

/// A person's rights with what they rest on.
#[derive(Debug, Clone)]
pub struct PersonRights {
    /// Ready to be asked about.
    pub subject: Subject,
    /// The tree of services, as it stands.
    pub tree: ServiceTree,
    /// What is open to the person in an emergency.
    pub open: Vec<Opening>,
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
        let opened: Result<Vec<Habilitation>, _> =
            opened.into_iter().map(|row| rows::habilitated(row).map(|given| given.habilitation)).collect();
        let glasses = opening::Entity::find()
            .filter(opening::Column::Person.eq(person.as_str()))
            .filter(opening::Column::UntilAt.gt(instant(at)))
            .all(db)
            .await
            .map_err(StoreError::engine(doing))?;
        let glasses: Result<Vec<Opening>, _> = glasses.into_iter().map(rows::opened).collect();
        let mut open = glasses?;
        open.retain(|opening| opening.glass.is_open(at));
        let tree = self.service_tree().await?;
        let wrong = |_| StoreError::Inconsistent { table: "assignments", column: "service", row: "…".to_owned() };
        let subject = Subject::new(person.clone(), given?, opened?, &tree).map_err(wrong)?;
        let subject = subject.with_glass(open.iter().map(|opening| &opening.glass), at);
        Ok(PersonRights { subject, tree, open })
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
                    Right::Habilitation(habilitation, seizure) => {
                        rows::habilitate(tx, habilitation, seizure, given_by, second, at).await?;
                    }
                }
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// Keeps a proposal until a second person agrees, and tells those who may; gives its number.
    ///
    /// # Errors
    /// The engine's.
    pub async fn grant_propose(&self, proposal: Proposal<Grant>, by: &By) -> Result<String, StoreError> {
        let told = self.seconds(&proposal, by.at).await?;
        let id = by.key.to_string();
        let entry = by.entry(Act::Decide, "proposal", &id);
        let (content, at) = (format!("{proposal:?}"), by.at);
        let answer = self
            .write(by, "grant-propose", content, move |tx| {
                Box::pin(async move {
                    rows::propose(tx, &id, &proposal).await?;
                    let outgoing = notices::tell(tx, "proposal", &id, &told, at).await?;
                    Ok(Done { outgoing, ..Done::with(entry) }.telling(id))
                })
            })
            .await?;
        Ok(answer.as_str().unwrap_or_default().to_owned())
    }

    /// Who may be the second person of a proposal, by the rights as they stand at `at`.
    async fn seconds(&self, proposal: &Proposal<Grant>, at: Timestamp) -> Result<BTreeSet<PersonId>, StoreError> {
        let proposer = self.rights(proposal.by(), at).await?.subject;
        let grantee = self.rights(&proposal.what().to, at).await?.subject;
        let approves = |given: &GivenRole| {
            let cell = Policy::embedded().cell(given.assignment.role, Kind::Grant, beffroi_rights::Act::Approve);
            given.revoked_at.is_none() && cell.is_some_and(|cell| !cell.rules.is_empty())
        };
        let holders: BTreeSet<PersonId> =
            self.grants().await?.into_iter().filter(approves).map(|given| given.person).collect();
        let mut seconds = BTreeSet::new();
        for person in holders {
            let second = self.rights(&person, at).await?.subject;
            let agrees = approve_grant(proposal.clone(), &proposer, &second, &grantee, proposal.on()).is_ok();
            if agrees && self.account_fetch(person.as_str()).await?.is_none_or(|account| !account.disabled) {
                seconds.insert(person);
            }
        }
        Ok(seconds)
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
