//! Random small worlds of services, persons and objects, the same on every machine for a seed.

use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_rights::*;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::sync::LazyLock;

/// The day on which everything is asked.
pub(crate) const TODAY: Date = date(2026, 11, 23);

pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from((u128::from(self.0.next_u64()) * n as u128) >> 64).unwrap()
    }

    /// Yes `n` times in a thousand.
    pub(crate) fn chance(&mut self, n: usize) -> bool {
        self.below(1000) < n
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    pub(crate) fn some<T: Clone>(&mut self, of: &[T], per_mille: usize) -> Vec<T> {
        of.iter().filter(|_| self.chance(per_mille)).cloned().collect()
    }
}

pub(crate) fn service(id: &str) -> ServiceId {
    id.parse().unwrap()
}

pub(crate) fn person(n: usize) -> PersonId {
    format!("p-{n}").parse().unwrap()
}

pub(crate) fn territory(code: &str) -> Territory {
    code.parse().unwrap()
}

pub(crate) const SERVICES: [&str; 8] = ["ministry", "gn", "pn", "gn-r53", "gn-r52", "pn-r53", "gn-35", "gn-53"];
pub(crate) const PLACES: [&str; 7] = ["FR", "R53", "35", "22", "53", "NL", "974"];

pub(crate) static TREE: LazyLock<ServiceTree> = LazyLock::new(|| {
    use ServiceLevel::{Departmental, Direction, Ministry, Regional};
    let rows = [
        ("ministry", Ministry, None),
        ("gn", Direction, Some("ministry")),
        ("pn", Direction, Some("ministry")),
        ("gn-r53", Regional, Some("gn")),
        ("gn-r52", Regional, Some("gn")),
        ("pn-r53", Regional, Some("pn")),
        ("gn-35", Departmental, Some("gn-r53")),
        ("gn-53", Departmental, Some("gn-r52")),
    ];
    ServiceTree::new(rows.map(|(id, level, parent)| Service { id: service(id), level, parent: parent.map(service) }))
        .unwrap()
});

pub(crate) fn a_service(draw: &mut Draw) -> ServiceId {
    let id: &&str = draw.one(&SERVICES);
    service(id)
}

pub(crate) fn a_place(draw: &mut Draw) -> Territory {
    let code: &&str = draw.one(&PLACES);
    territory(code)
}

pub(crate) fn marking(draw: &mut Draw) -> Marking {
    Marking { tlp: *draw.one(&Tlp::ALL), pap: *draw.one(&Pap::ALL) }
}

pub(crate) fn territories(draw: &mut Draw) -> Territories {
    let picked = draw.some(&PLACES, 250);
    Territories::of(picked.into_iter().map(territory))
}

/// A day around today.
pub(crate) fn day(draw: &mut Draw, from: i32, to: i32) -> Date {
    let width = usize::try_from(to - from + 1).unwrap();
    TODAY.saturating_add(jiff::Span::new().days(from + i32::try_from(draw.below(width)).unwrap()))
}

pub(crate) fn assignment(draw: &mut Draw, role: Role) -> Assignment {
    let high = draw.chance(500);
    let clearance = if high || role == Role::SupervisingMagistrate { Marking::UNKNOWN } else { marking(draw) };
    Assignment {
        role,
        world: *draw.one(role.worlds()),
        service: a_service(draw),
        territories: if draw.chance(300) { Territories::Everywhere } else { territories(draw) },
        clearance,
        from: day(draw, -9, 1),
        until: day(draw, -1, 9).max(TODAY.yesterday().unwrap()),
    }
    .sound()
}

trait Sound {
    fn sound(self) -> Self;
}

impl Sound for Assignment {
    fn sound(mut self) -> Self {
        self.until = self.until.max(self.from);
        self
    }
}

pub(crate) fn inquiry(draw: &mut Draw) -> InquiryRef {
    format!("inq-{}", draw.below(3)).parse().unwrap()
}

pub(crate) fn habilitation(draw: &mut Draw, who: &PersonId) -> Habilitation {
    Habilitation {
        person: who.clone(),
        inquiry: inquiry(draw),
        natures: draw.some(DataNature::ALL, 600).into_iter().collect(),
        ends_on: day(draw, -2, 6),
    }
}

pub(crate) fn now() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

/// Person 0 with one to four roles, some habilitations and sometimes an open glass on object 0 or 1.
pub(crate) fn subject(draw: &mut Draw) -> Subject {
    let me = person(0);
    let roles: Vec<Role> = (0..=draw.below(4)).map(|_| *draw.one(Role::ALL)).collect();
    let assignments: Vec<Assignment> = roles.into_iter().map(|role| assignment(draw, role)).collect();
    let habilitations: Vec<Habilitation> = (0..draw.below(4)).map(|_| habilitation(draw, &me)).collect();
    let subject = Subject::new(me.clone(), assignments, habilitations, &TREE).unwrap();
    let glass: Vec<BreakGlass> = (0..draw.below(3)).map(|n| opening(&me, n)).collect();
    subject.with_glass(&glass, now())
}

pub(crate) fn opening(who: &PersonId, n_object: usize) -> BreakGlass {
    let object: ObjectId = format!("o-{n_object}").parse().unwrap();
    BreakGlass {
        person: who.clone(),
        file: FileRef::Object(object.clone()),
        object,
        reason: "synthetic emergency: the same fraud is running in the next department".to_owned(),
        opened_at: now(),
        until: now() + jiff::SignedDuration::from_hours(2),
        notified: [person(99)].into(),
        review_by: TODAY,
    }
}

pub(crate) fn object(draw: &mut Draw, n: usize) -> Object {
    let kind = *draw.one(Kind::ALL);
    // Now and then a kind in a world where it has no place.
    let world = if draw.chance(30) { *draw.one(World::ALL) } else { *draw.one(kind.worlds()) };
    object_of(draw, n, kind, world)
}

pub(crate) fn object_of(draw: &mut Draw, n: usize, kind: Kind, world: World) -> Object {
    let id = format!("o-{n}").parse().unwrap();
    let mut object = Object::new(id, kind, world, a_service(draw), a_place(draw));
    let low = draw.chance(500);
    object.marking = if low { Marking { tlp: Tlp::Clear, pap: Pap::Clear } } else { marking(draw) };
    if world == World::Judicial && draw.chance(800) {
        object.inquiry = Some(InquiryPart { inquiry: inquiry(draw), nature: *draw.one(DataNature::ALL) });
    }
    object.state = *draw.one(State::ALL);
    object.embargo = draw.chance(500).then(|| day(draw, -2, 2));
    let nobody_or = |draw: &mut Draw| draw.chance(700).then(|| person(draw.below(3)));
    object.author = nobody_or(draw);
    object.about = nobody_or(draw);
    object.second = nobody_or(draw);
    object
}
