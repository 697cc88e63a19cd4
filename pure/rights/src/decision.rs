//! May this person do this to this object on this day? One answer, with its reason for the journal.

use crate::assignment::Habilitation;
use crate::holding::Held;
use crate::ids::{PersonId, ServiceId};
use crate::object::{Object, Standing};
use crate::policy::{Policy, Reach, Rule, Way};
use crate::subject::Subject;
use crate::words::{Act, Kind, Role, World};
use jiff::civil::Date;
use std::sync::Arc;

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Allowed {
        /// By which right.
        because: Because,
    },
    /// No.
    Refused {
        /// What was lacking: for the journal and the operator, never for the person.
        why: Why,
    },
}

/// The right by which an act was allowed: goes into the journal with the act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The role that served.
    pub role: Role,
    /// The service for which it is held.
    pub service: ServiceId,
    /// Line of the table of rights.
    pub line: u64,
    /// The text on which it rests.
    pub basis: Arc<str>,
    /// Whether it took a break-glass.
    pub by_glass: bool,
}

/// What was lacking. When several rights were tried, the one that came nearest; the order is that of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Why {
    /// No role in that world, or a kind that has no place in it.
    #[error("no role in this world")]
    World,
    /// A role that has not started or has ended.
    #[error("the role does not stand on this day")]
    EndDate,
    /// The table says never.
    #[error("the table of rights does not allow this act to the role")]
    NeverForRole,
    /// An administrator and judicial content.
    #[error("a system administrator never reads judicial content")]
    Administrator,
    /// Only opened by a break-glass that is not open.
    #[error("no break-glass is open on this object")]
    NotOpened,
    /// Another service's.
    #[error("the object belongs to another service")]
    Service,
    /// Another territory's.
    #[error("the object lies in another territory")]
    Territory,
    /// Not about the person.
    #[error("the object is about somebody else")]
    NotAboutSelf,
    /// No habilitation for the inquiry.
    #[error("no habilitation for this inquiry")]
    Habilitation,
    /// A habilitation that does not open this nature of data.
    #[error("the habilitation does not open this nature of data")]
    Nature,
    /// A habilitation that has ended.
    #[error("the habilitation for this inquiry has ended")]
    HabilitationEnd,
    /// Marked beyond the clearance, for diffusion.
    #[error("the TLP marking is beyond the clearance")]
    Tlp,
    /// Marked beyond the clearance, for use.
    #[error("the PAP marking is beyond the clearance")]
    Pap,
    /// Published, but its date has not come.
    #[error("the object is under embargo")]
    Embargo,
    /// Not far enough, or too far.
    #[error("the object does not stand where this act is allowed")]
    Standing,
    /// The person's own work or own right.
    #[error("nobody validates or approves what is his or her own")]
    FourEyes,
    /// Nobody else agreed.
    #[error("a second person has to agree first")]
    TwoPersons,
    /// Not what the machine's token was made for.
    #[error("the token was not made for this")]
    Token,
}

/// What the person is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// What was asked for.
    Given,
    /// "There is no such thing": the same for what is absent and for what is forbidden.
    NoSuchThing,
}

impl Shown {
    /// What to show for something looked up and not found.
    pub const ABSENT: Self = Self::NoSuchThing;

    /// Key of the text, when there is one.
    pub fn wording_key(self) -> Option<&'static str> {
        match self {
            Self::Given => None,
            Self::NoSuchThing => Some("rights-no-such-thing"),
        }
    }
}

impl Verdict {
    /// Whether it is yes.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// What the person is shown: never why.
    pub fn shown(&self) -> Shown {
        if self.is_allowed() { Shown::Given } else { Shown::NoSuchThing }
    }

    /// What was lacking, if anything was.
    pub fn why(&self) -> Option<Why> {
        match self {
            Self::Allowed { .. } => None,
            Self::Refused { why } => Some(*why),
        }
    }
}

/// May `subject` do `act` to `object` on `on` (a day of Paris), by the table of the house?
pub fn may(subject: &Subject, act: Act, object: &Object, on: Date) -> Verdict {
    Policy::embedded().may(subject, act, object, on)
}

impl Policy {
    /// [`may`], by this table.
    pub fn may(&self, subject: &Subject, act: Act, object: &Object, on: Date) -> Verdict {
        if !subject.limits().iter().all(|limit| limit.admits(act, object, on)) {
            return Verdict::Refused { why: Why::Token };
        }
        let mut nearest = Why::World;
        for held in subject.held() {
            match self.by_role(subject, held, act, object, on) {
                Ok(because) => return Verdict::Allowed { because },
                Err(why) => nearest = nearest.max(why),
            }
        }
        Verdict::Refused { why: nearest }
    }

    fn by_role(&self, subject: &Subject, held: &Held, act: Act, object: &Object, on: Date) -> Result<Because, Why> {
        let given = &held.assignment;
        if given.world != object.world || !object.kind.worlds().contains(&object.world) {
            return Err(Why::World);
        }
        if !given.is_active(on) {
            return Err(Why::EndDate);
        }
        if barred_to_administrator(subject, object.world, object.kind, act, on) {
            return Err(Why::Administrator);
        }
        let mut nearest = Why::NeverForRole;
        for way in self.ways(given.role, object.kind, act) {
            match passes(subject, held, way, object, on) {
                Ok(()) => {
                    return Ok(Because {
                        role: given.role,
                        service: given.service.clone(),
                        line: way.cell.line,
                        basis: Arc::clone(&way.cell.basis),
                        by_glass: way.by_glass,
                    });
                }
                Err(why) => nearest = nearest.max(why),
            }
        }
        Err(nearest)
    }
}

/// Whether the person operates the system and the thing is judicial content: whatever the table or a break-glass says.
pub(crate) fn barred_to_administrator(subject: &Subject, world: World, kind: Kind, act: Act, on: Date) -> bool {
    world == World::Judicial && kind.is_content() && act != Act::Operate && subject.is_administrator(on)
}

/// The checks of one way, in the order of [`Why`].
fn passes(subject: &Subject, held: &Held, way: Way<'_>, object: &Object, on: Date) -> Result<(), Why> {
    if way.by_glass && !subject.glass().contains(&object.id) {
        return Err(Why::NotOpened);
    }
    within_reach(subject, held, way.rule.reach, object, on)?;
    within_clearance(held, object)?;
    in_standing(way.rule, object, on)?;
    by_others(subject.person(), way.rule, object)
}

fn within_reach(subject: &Subject, held: &Held, reach: Reach, object: &Object, on: Date) -> Result<(), Why> {
    if reach == Reach::Own && !held.services.contains(&object.owner) {
        return Err(Why::Service);
    }
    if matches!(reach, Reach::Own | Reach::Scope) && !held.assignment.territories.contains(&object.territory) {
        return Err(Why::Territory);
    }
    if reach == Reach::Itself && object.about.as_ref() != Some(subject.person()) {
        return Err(Why::NotAboutSelf);
    }
    if reach == Reach::Case {
        return habilitated(subject.habilitations(), object, on);
    }
    Ok(())
}

/// CPP 230-25: for that inquiry, for that nature of data, until that day.
fn habilitated(habilitations: &[Habilitation], object: &Object, on: Date) -> Result<(), Why> {
    let part = object.inquiry.as_ref().ok_or(Why::Habilitation)?;
    let mut nearest = Why::Habilitation;
    for habilitation in habilitations.iter().filter(|habilitation| habilitation.inquiry == part.inquiry) {
        if !habilitation.natures.contains(&part.nature) {
            nearest = nearest.max(Why::Nature);
        } else if habilitation.ends_on < on {
            nearest = nearest.max(Why::HabilitationEnd);
        } else {
            return Ok(());
        }
    }
    Err(nearest)
}

fn within_clearance(held: &Held, object: &Object) -> Result<(), Why> {
    let ceiling = held.assignment.clearance;
    if object.marking.may_reach(ceiling) {
        Ok(())
    } else if object.marking.tlp > ceiling.tlp {
        Err(Why::Tlp)
    } else {
        Err(Why::Pap)
    }
}

fn in_standing(rule: &Rule, object: &Object, on: Date) -> Result<(), Why> {
    let standing = object.standing(on);
    match &rule.standings {
        Some(standings) if !standings.contains(&standing) => {
            Err(if standing == Standing::Embargoed { Why::Embargo } else { Why::Standing })
        }
        _ => Ok(()),
    }
}

fn by_others(person: &PersonId, rule: &Rule, object: &Object) -> Result<(), Why> {
    // An unknown author might be the person: four eyes need two known ones.
    let others_work = object.author.as_ref().is_some_and(|author| author != person);
    let others_right = object.about.as_ref() != Some(person);
    if rule.four_eyes && !(others_work && others_right) {
        return Err(Why::FourEyes);
    }
    let seconded = object.second.as_ref().is_some_and(|second| second != person);
    if rule.two_persons && !seconded {
        return Err(Why::TwoPersons);
    }
    Ok(())
}
