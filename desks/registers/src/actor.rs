//! Who acts, on what.

use crate::{RegisterError, Registry};
use beffroi_model::{Marking, Territory, TerritoryKind};
use beffroi_register::Register;
use beffroi_rights::{
    Assignment, PersonId, Role, Service, ServiceId, ServiceLevel, ServiceTree, Subject, Territories, World,
};
use beffroi_store::{By, RecordRow, Seen, Store};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Who acts, with what rights, on which registers.
#[derive(Debug, Clone)]
pub struct Actor<'a> {
    /// The registers there are.
    pub registry: &'a Registry,
    /// Where they are kept.
    pub store: &'a Store,
    /// The rights.
    pub subject: &'a Subject,
    /// Under whose name, when, under which key.
    pub by: By,
}

impl Actor<'_> {
    /// Today, in Paris.
    pub fn today(&self) -> Date {
        self.by.at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)).date()
    }

    /// The register of that name, if anything of it is open to who acts.
    pub fn register(&self, name: &str) -> Result<&'static Register, RegisterError> {
        self.registry.get(name).filter(|register| self.is_open(register)).ok_or(RegisterError::NotFound)
    }

    /// The registers that are open to who acts.
    pub fn registers(&self) -> Vec<&'static Register> {
        self.registry.all().filter(|register| self.is_open(register)).collect()
    }

    fn is_open(&self, register: &Register) -> bool {
        register.visible(self.subject, self.today()).branches().len() > 0
    }

    /// What of a register is open to who acts.
    pub fn seen(&self, register: &'static Register) -> Seen {
        Seen { register: register.name, scope: register.visible(self.subject, self.today()) }
    }

    /// What of all registers is open to who acts.
    pub fn seen_everywhere(&self) -> Vec<Seen> {
        self.registers().into_iter().map(|register| self.seen(register)).collect()
    }

    /// A record by its reference, with its register.
    ///
    /// # Errors
    /// [`RegisterError::NotFound`] when there is none or it is not open to who acts; the store's.
    pub async fn fetch(&self, reference: &str) -> Result<(&'static Register, RecordRow), RegisterError> {
        let register = self.registry.of_reference(reference).ok_or(RegisterError::NotFound)?;
        let found = self.store.record_get(&self.seen(register), reference).await?;
        found.map(|row| (register, row.into_inner())).ok_or(RegisterError::NotFound)
    }

    /// Whether who acts may add to a register: the form is not shown to others.
    pub fn may_add(&self, register: &Register) -> bool {
        register.scope(self.subject, beffroi_rights::Act::Create, register.audience.add, self.today()).branches().len()
            > 0
    }

    /// Whether who acts may write the values of a record.
    pub fn may_set(&self, register: &Register, row: &RecordRow) -> bool {
        let frozen = register.state(&row.record.state).is_none_or(|state| state.frozen);
        let scope = register.scope(self.subject, beffroi_rights::Act::Change, register.audience.change, self.today());
        !frozen && row.record.object(register).is_some_and(|object| scope.admits(&object))
    }

    /// The service for which, and the place where, who acts adds to a register: of the first role that lets.
    pub(crate) fn home(&self, register: &Register) -> (ServiceId, Territory) {
        let today = self.today();
        let given = self.subject.assignments().find(|given| {
            given.world == register.audience.world
                && given.is_active(today)
                && register.audience.add.contains(&given.role)
        });
        given.map_or_else(
            || (ServiceId::house(), Territory::france()),
            |given| (given.service.clone(), widest(&given.territories)),
        )
    }
}

/// The widest of a right's territories.
fn widest(territories: &Territories) -> Territory {
    let rank = |territory: &Territory| match territory.kind() {
        TerritoryKind::Country => 0,
        TerritoryKind::Metropolitan => 1,
        TerritoryKind::Region => 2,
        _ => 3,
    };
    match territories {
        Territories::Everywhere => Territory::france(),
        Territories::Of(codes) => {
            codes.iter().min_by_key(|code| rank(code)).cloned().unwrap_or_else(Territory::not_located)
        }
    }
}

/// The operator of the machine, who works without the rights of a person; each write is journalled under that name.
/// Nothing for a name that is none.
pub fn operator(login: &str, on: Date) -> Option<Subject> {
    let person: PersonId = login.parse().ok()?;
    let tree =
        ServiceTree::new([Service { id: ServiceId::house(), level: ServiceLevel::Direction, parent: None }]).ok()?;
    let roles = Role::ALL.iter().filter(|role| role.worlds() == [World::Coordination]);
    let given = roles.map(|role| Assignment {
        role: *role,
        world: World::Coordination,
        service: ServiceId::house(),
        territories: Territories::Everywhere,
        clearance: Marking::UNKNOWN,
        from: on,
        until: on,
    });
    Subject::new(person, given, [], &tree).ok()
}
