//! Everything a person may see, as the description of a filter: what a store compiles into each of its queries.

use crate::api_token::TokenScope;
use crate::decision::barred_to_administrator;
use crate::holding::Held;
use crate::ids::{ObjectId, PersonId, ServiceId};
use crate::object::{InquiryPart, Object, Standing};
use crate::policy::{Policy, Reach, Rule, Way};
use crate::subject::Subject;
use crate::territories::Territories;
use crate::words::{Act, Kind, World};
use beffroi_model::{Marking, Pap, Territory, Tlp};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A condition on one column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Among<T: Ord> {
    /// No condition.
    Any,
    /// One of these (`IN`). An absent value is none of them.
    Of(BTreeSet<T>),
}

impl<T: Ord> Among<T> {
    /// Whether `value` meets it.
    pub fn holds(&self, value: Option<&T>) -> bool {
        match self {
            Self::Any => true,
            Self::Of(set) => value.is_some_and(|value| set.contains(value)),
        }
    }
}

/// A condition on a column that names a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whose {
    /// No condition.
    Anybody,
    /// This person (`= ?`).
    Is(PersonId),
    /// Somebody, and not this person (`IS NOT NULL AND <> ?`).
    Another(PersonId),
    /// Not this person, perhaps nobody (`IS NULL OR <> ?`).
    NotOf(PersonId),
}

impl Whose {
    /// Whether `person` meets it.
    pub fn holds(&self, person: Option<&PersonId>) -> bool {
        match self {
            Self::Anybody => true,
            Self::Is(wanted) => person == Some(wanted),
            Self::Another(unwanted) => person.is_some_and(|person| person != unwanted),
            Self::NotOf(unwanted) => person != Some(unwanted),
        }
    }
}

/// One way of seeing: all conditions together (`AND`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Branch {
    /// Services that own the object.
    pub owners: Among<ServiceId>,
    /// Where it lies: the exact codes, regions being spelled out already.
    pub territories: Among<Territory>,
    /// TLP at most this.
    pub max_tlp: Tlp,
    /// PAP at most this.
    pub max_pap: Pap,
    /// Inquiry and nature of data.
    pub inquiries: Among<InquiryPart>,
    /// Standings on [`Scope::on`]: a stored `published` counts as `embargoed` while its embargo date is later than that
    /// day, and as `published` otherwise.
    pub standings: Among<Standing>,
    /// Who wrote or proposed it.
    pub author: Whose,
    /// Whom it is about.
    pub about: Whose,
    /// The other person who agreed.
    pub second: Whose,
    /// The very objects: those opened by a break-glass.
    pub ids: Among<ObjectId>,
}

impl Branch {
    fn admits(&self, object: &Object, on: Date) -> bool {
        self.owners.holds(Some(&object.owner))
            && self.territories.holds(Some(&object.territory))
            && object.marking.may_reach(Marking { tlp: self.max_tlp, pap: self.max_pap })
            && self.inquiries.holds(object.inquiry.as_ref())
            && self.standings.holds(Some(&object.standing(on)))
            && self.author.holds(object.author.as_ref())
            && self.about.holds(object.about.as_ref())
            && self.second.holds(object.second.as_ref())
            && self.ids.holds(Some(&object.id))
    }
}

/// All the objects of one world and kind to which a person may do one act on one day: branches, any of which suffices
/// (`OR`). Without branches it admits nothing. It is a value: equal scopes see the same, so an answer may be kept only
/// under its scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    world: World,
    kind: Kind,
    act: Act,
    on: Date,
    branches: BTreeSet<Branch>,
}

/// Something that rights are asked about.
pub trait Guarded {
    /// The facts on which rights depend.
    fn object(&self) -> &Object;
}

impl Guarded for Object {
    fn object(&self) -> &Object {
        self
    }
}

/// Something fetched through a scope. A store's `get(scope, id)` gives back `Option<Scoped<T>>`, nothing both when the
/// object is absent and when the scope does not admit it; a page or a desk that takes a `Scoped<T>` cannot be handed
/// anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoped<T> {
    item: T,
    act: Act,
}

impl<T> Scoped<T> {
    /// The thing.
    pub fn get(&self) -> &T {
        &self.item
    }

    /// The thing, out of its guard.
    pub fn into_inner(self) -> T {
        self.item
    }

    /// The act for which it was fetched: what was fetched to be read was not fetched to be changed.
    pub fn act(&self) -> Act {
        self.act
    }
}

impl Scope {
    /// The world of its objects.
    pub fn world(&self) -> World {
        self.world
    }

    /// Their kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What may be done to them.
    pub fn act(&self) -> Act {
        self.act
    }

    /// The day.
    pub fn on(&self) -> Date {
        self.on
    }

    /// The ways of seeing, any of which suffices; none admits nothing.
    pub fn branches(&self) -> impl ExactSizeIterator<Item = &Branch> {
        self.branches.iter()
    }

    /// Whether one of the ways reaches every object of its kind and world, whatever its service, place and marking: only
    /// then may a figure over all of them be shown.
    pub fn is_unbounded(&self) -> bool {
        let any = |branch: &Branch| {
            branch.owners == Among::Any
                && branch.territories == Among::Any
                && branch.inquiries == Among::Any
                && branch.standings == Among::Any
                && branch.ids == Among::Any
                && branch.max_tlp == Tlp::Red
                && branch.max_pap == Pap::Red
        };
        self.branches.iter().any(any)
    }

    /// Whether `object` is one of them.
    pub fn admits(&self, object: &Object) -> bool {
        object.world == self.world
            && object.kind == self.kind
            && self.branches.iter().any(|branch| branch.admits(object, self.on))
    }

    /// `item`, if it is one of them.
    pub fn admit<T: Guarded>(&self, item: T) -> Option<Scoped<T>> {
        self.admits(item.object()).then_some(Scoped { item, act: self.act })
    }

    /// Those of `items` that are.
    pub fn filter<T: Guarded>(&self, items: impl IntoIterator<Item = T>) -> impl Iterator<Item = Scoped<T>> {
        items.into_iter().filter_map(|item| self.admit(item))
    }
}

/// All that `subject` may read of `kind` in `world` on `on` (a day of Paris), by the table of the house.
pub fn visible(subject: &Subject, world: World, kind: Kind, on: Date) -> Scope {
    scope_of(subject, Act::Read, world, kind, on)
}

/// All to which `subject` may do `act`: through it, an object is fetched to be changed, validated, exported…
pub fn scope_of(subject: &Subject, act: Act, world: World, kind: Kind, on: Date) -> Scope {
    Policy::embedded().scope_of(subject, act, world, kind, on)
}

impl Policy {
    /// [`scope_of`], by this table.
    pub fn scope_of(&self, subject: &Subject, act: Act, world: World, kind: Kind, on: Date) -> Scope {
        let mut branches = BTreeSet::new();
        let open = kind.worlds().contains(&world)
            && !barred_to_administrator(subject, world, kind, act, on)
            && subject.limits().iter().all(|limit| limit.opens(world, kind, act, on));
        let roles =
            subject.held().iter().filter(|held| held.assignment.world == world && held.assignment.is_active(on));
        for held in roles.filter(|_| open) {
            branches.extend(self.ways(held.assignment.role, kind, act).map(|way| branch(subject, held, way, on)));
        }
        Scope { world, kind, act, on, branches }
    }
}

fn branch(subject: &Subject, held: &Held, way: Way<'_>, on: Date) -> Branch {
    let Rule { reach, standings, four_eyes, two_persons } = way.rule;
    let person = || subject.person().clone();
    let given = &held.assignment;
    let ceilings = || subject.limits().iter().map(TokenScope::ceiling);
    Branch {
        owners: if *reach == Reach::Own { Among::Of(held.services.clone()) } else { Among::Any },
        territories: match (&given.territories, reach) {
            (Territories::Of(codes), Reach::Own | Reach::Scope) => Among::Of(codes.clone()),
            _ => Among::Any,
        },
        max_tlp: ceilings().fold(given.clearance.tlp, |lowest, ceiling| lowest.min(ceiling.tlp)),
        max_pap: ceilings().fold(given.clearance.pap, |lowest, ceiling| lowest.min(ceiling.pap)),
        inquiries: if *reach == Reach::Case { Among::Of(inquiries(subject, on)) } else { Among::Any },
        standings: standings.clone().map_or(Among::Any, Among::Of),
        author: if *four_eyes { Whose::Another(person()) } else { Whose::Anybody },
        about: match (reach, four_eyes) {
            // The table refuses four eyes on what is about oneself.
            (Reach::Itself, _) => Whose::Is(person()),
            (_, true) => Whose::NotOf(person()),
            (_, false) => Whose::Anybody,
        },
        second: if *two_persons { Whose::Another(person()) } else { Whose::Anybody },
        ids: if way.by_glass { Among::Of(subject.glass().clone()) } else { Among::Any },
    }
}

fn inquiries(subject: &Subject, on: Date) -> BTreeSet<InquiryPart> {
    let standing = subject.habilitations().iter().filter(|habilitation| on <= habilitation.ends_on);
    standing
        .flat_map(|habilitation| {
            let part = |nature: &_| InquiryPart { inquiry: habilitation.inquiry.clone(), nature: *nature };
            habilitation.natures.iter().map(part)
        })
        .collect()
}
