//! What a person sees of rights, accounts and entries: the scopes of the three worlds, asked over facts made here.

use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_rights::{Act, Kind, Object, Scope, ServiceId, Subject, Territories, Whose, World, scope_of};
use jiff::civil::Date;

/// Rights and accounts: for the house.
pub(crate) const OF_RIGHTS: Marking = Marking { tlp: Tlp::Green, pap: Pap::Green };
/// Entries of the journal: for those who control.
pub(crate) const OF_ENTRIES: Marking = Marking { tlp: Tlp::Amber, pap: Pap::Green };

/// To what of one kind a person may do one act, in whatever world.
pub(crate) struct Sight(Vec<Scope>);

impl Sight {
    pub(crate) fn of(subject: &Subject, act: Act, kind: Kind, on: Date) -> Self {
        Self(World::ALL.iter().map(|world| scope_of(subject, act, *world, kind, on)).collect())
    }

    pub(crate) fn admits(&self, object: &Object) -> bool {
        self.0.iter().any(|scope| scope.admits(object))
    }

    /// Whether all of `parts` are seen: the parts of something that lies in several territories. Nothing has no parts.
    pub(crate) fn admits_all(&self, parts: &[Object]) -> bool {
        !parts.is_empty() && parts.iter().all(|part| self.admits(part))
    }

    /// Whether there is anything at all.
    pub(crate) fn is_open(&self) -> bool {
        self.0.iter().any(|scope| scope.branches().len() > 0)
    }

    /// Whether it goes beyond what is about the person.
    pub(crate) fn reaches_others(&self) -> bool {
        self.0.iter().any(|scope| scope.branches().any(|branch| !matches!(branch.about, Whose::Is(_))))
    }

    /// Whether `object` would be seen in each of the worlds.
    pub(crate) fn admits_everywhere(&self, object: &Object) -> bool {
        self.0.iter().all(|scope| scope.admits(&Object { world: scope.world(), ..object.clone() }))
    }
}

/// The facts of something, marked.
pub(crate) fn facts(
    kind: Kind,
    id: &str,
    world: World,
    owner: ServiceId,
    territory: Territory,
    marking: Marking,
) -> Option<Object> {
    let mut object = Object::new(id.parse().ok()?, kind, world, owner, territory);
    object.marking = marking;
    Some(object)
}

/// The territories of a right, one by one; those of a right over none are no place at all.
pub(crate) fn places(territories: &Territories) -> Vec<Territory> {
    match territories {
        Territories::Everywhere => vec![Territory::france()],
        Territories::Of(codes) if codes.is_empty() => vec![Territory::not_located()],
        Territories::Of(codes) => codes.iter().cloned().collect(),
    }
}
