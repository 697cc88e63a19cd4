//! What the reader may see and do: rights read anew for each request, and the gate of each consultation.

use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use beffroi_desk_observatory::publication;
use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_rights::{
    Act, Barred, FileRef, Kind, Object, PersonId, Scope, ServiceId, State, Subject, TokenScope, WorkingDay, World,
    consult, may, narrow, scope_of,
};
use beffroi_store::{By, Opening, Store, StoreError, WriteKey};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// A reader's rights at one instant.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    subject: Arc<Subject>,
    on: Date,
    at: Timestamp,
    open: Arc<[Opening]>,
    n_unread: u64,
}

/// What a reader is let to do with an object that may hold persons.
pub(crate) enum Gate {
    /// It was journalled and may be shown.
    Open,
    /// It may be shown once its reader has said why: for that file.
    PurposeNeeded,
}

impl Access {
    /// The rights of `login` at `at`.
    pub(crate) async fn read(store: &Store, login: &str, at: Timestamp) -> Result<Self, StoreError> {
        let refused = |_| StoreError::Refused { what: "account", reason: "its name is no identifier".to_owned() };
        let person: PersonId = login.parse().map_err(refused)?;
        let rights = store.rights(&person, at).await?;
        let n_unread = store.notices_unread(&person).await?;
        Ok(Self { subject: Arc::new(rights.subject), on: Self::day(at), at, open: rights.open.into(), n_unread })
    }

    /// The day of an instant, in Paris.
    pub(crate) fn day(at: Timestamp) -> Date {
        at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)).date()
    }

    /// The same as a token made for `scope` stands for: what was opened in an emergency stays behind.
    pub(crate) fn narrowed(self, scope: &TokenScope) -> Self {
        let subject = Arc::new(narrow((*self.subject).clone(), scope));
        Self { subject, open: Vec::new().into(), n_unread: 0, ..self }
    }

    /// Whose.
    pub(crate) fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The day, in Paris.
    pub(crate) fn on(&self) -> Date {
        self.on
    }

    /// The instant at which they were read.
    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// What is open to the reader in an emergency.
    pub(crate) fn open(&self) -> &[Opening] {
        &self.open
    }

    /// What was addressed to the reader and not read.
    pub(crate) fn n_unread(&self) -> u64 {
        self.n_unread
    }

    /// All to which the reader may do `act`.
    pub(crate) fn scope(&self, act: Act, world: World, kind: Kind) -> Scope {
        scope_of(&self.subject, act, world, kind, self.on)
    }

    /// Whether there can be anything of `kind` in `world` to which the reader may do `act`.
    pub(crate) fn reaches(&self, act: Act, world: World, kind: Kind) -> bool {
        self.scope(act, world, kind).branches().len() > 0
    }

    /// Whether the reader may do `act` to `object`.
    pub(crate) fn may(&self, act: Act, object: &Object) -> bool {
        may(&self.subject, act, object, self.on).is_allowed()
    }

    /// The service for which the reader acts in `world`: that of the first role held there.
    pub(crate) fn service(&self, world: World) -> ServiceId {
        let held = self.subject.assignments().find(|given| given.world == world && given.is_active(self.on));
        held.map_or_else(ServiceId::house, |given| given.service.clone())
    }

    /// Asks for the right and the purpose of consulting `object`, and journals the consultation before it is shown.
    pub(crate) async fn consult(&self, store: &Store, object: &Object) -> Result<Gate, Problem> {
        let file = FileRef::of(object);
        let stated = store.purpose_stated(self.subject.person(), &file, WorkingDay::of(self.on)).await?;
        match consult(&self.subject, Act::Read, object, stated.as_slice(), self.on) {
            Ok(consultation) => {
                if consultation.purpose.is_some() {
                    let by = By::new(self.subject.person().to_string(), self.at);
                    store.consulted(object.kind, &consultation, &by).await?;
                }
                Ok(Gate::Open)
            }
            Err(Barred::PurposeNeeded(_)) => Ok(Gate::PurposeNeeded),
            Err(Barred::Rights(_)) => Err(Problem::NotFound),
        }
    }
}

/// A published figure of the observatory: protected, and the same for all who may read statistics.
pub(crate) fn figure() -> Option<Object> {
    house_object("figure", Kind::Figure, World::Statistics, State::Published)
}

/// The declaration of a source.
pub(crate) fn source(world: World) -> Option<Object> {
    house_object("source", Kind::Source, world, State::Approved)
}

/// A delivery of a source.
pub(crate) fn delivery() -> Option<Object> {
    house_object("delivery", Kind::Delivery, World::Statistics, State::Approved)
}

fn house_object(id: &str, kind: Kind, world: World, state: State) -> Option<Object> {
    let mut object = Object::new(id.parse().ok()?, kind, world, ServiceId::house(), Territory::france());
    object.marking = publication::MARKING;
    object.state = state;
    Some(object)
}

impl Reader {
    /// The reader's rights; a page that asks is behind the sign-in.
    pub(crate) fn access(&self) -> Result<&Access, Problem> {
        self.access.as_deref().ok_or(Problem::Forbidden("no session"))
    }

    /// Whether the reader may see the observatory's figures.
    pub(crate) fn sees_figures(&self) -> bool {
        self.access.as_deref().is_some_and(|access| figure().is_some_and(|figure| access.may(Act::Read, &figure)))
    }

    /// How far the reader is cleared for published figures: up to their marking, or not at all.
    pub(crate) fn figures_ceiling(&self) -> Marking {
        if self.sees_figures() { publication::MARKING } else { Marking { tlp: Tlp::Clear, pap: Pap::Clear } }
    }

    /// Whether the reader may see what was delivered.
    pub(crate) fn sees_deliveries(&self) -> bool {
        self.access.as_deref().is_some_and(|access| delivery().is_some_and(|of| access.may(Act::Read, &of)))
    }

    /// Whether the reader may see the declarations of sources.
    pub(crate) fn sees_sources(&self) -> bool {
        let Some(access) = self.access.as_deref() else { return false };
        World::ALL.iter().any(|world| source(*world).is_some_and(|source| access.may(Act::Read, &source)))
    }

    /// Who writes now, for the service held in `world`, under the key that the form brought.
    pub(crate) fn by(&self, house: &House, world: World, key: &str) -> Result<By, Problem> {
        let key: WriteKey = key.parse().map_err(|_| Problem::Unclear("the key of a form"))?;
        let access = self.access()?;
        Ok(By::new(self.who()?, house.now()).with_key(key).for_service(access.service(world)))
    }
}
