//! Experts and requests.

use jiff::civil::Date;

/// Days from one to another, both counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Span {
    /// Is there a day in both?
    pub fn meets(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// A point on the map, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// From −90 to 90.
    pub latitude: f64,
    /// From −180 to 180.
    pub longitude: f64,
}

impl Place {
    /// Great-circle distance in whole kilometres; nothing when a coordinate is no number.
    pub fn kilometres(self, other: Self) -> Option<u32> {
        let (a, b) = (self.latitude.to_radians(), other.latitude.to_radians());
        let (high, wide) = ((b - a) / 2.0, (other.longitude - self.longitude).to_radians() / 2.0);
        let h = high.sin().powi(2) + a.cos() * b.cos() * wide.sin().powi(2);
        let kilometres = 2.0 * 6371.0 * h.clamp(0.0, 1.0).sqrt().asin();
        // From 0 to 20 016: half the Earth around at most.
        h.is_finite().then(|| kilometres.round() as u32)
    }
}

/// A skill of an expert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skill {
    /// Its code.
    pub code: String,
    /// From 1 to 5.
    pub level: u8,
    /// Last day on which it is held; nothing when it does not end.
    pub until: Option<Date>,
}

/// A habilitation of an expert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its code.
    pub code: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
}

/// Somebody who can be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Expert {
    /// Reference of the person.
    pub id: String,
    /// What the person can do.
    pub skills: Vec<Skill>,
    /// What the person may do.
    pub grants: Vec<Grant>,
    /// Days on which the person is taken: leave, missions, on call.
    pub taken: Vec<Span>,
    /// Last day of the last mission.
    pub back: Option<Date>,
    /// Where the person starts from.
    pub place: Option<Place>,
    /// Days on mission in the last twelve months.
    pub load: u32,
}

/// A skill that is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillNeed {
    /// Its code.
    pub code: String,
    /// The least level, from 1 to 5.
    pub level: u8,
}

/// How urgent a request is, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Can be planned.
    Planned,
    /// Within days.
    Soon,
    /// At once: evidence or a person is at risk.
    Immediate,
}

/// A request for experts.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Its reference.
    pub id: String,
    /// How many experts.
    pub seats: u8,
    /// How urgent.
    pub urgency: Urgency,
    /// The days of the mission.
    pub days: Span,
    /// Skills that each expert sent must have.
    pub skills: Vec<SkillNeed>,
    /// Habilitations that each expert sent must hold for the whole mission.
    pub grants: Vec<String>,
    /// Where.
    pub place: Option<Place>,
    /// Persons who may not be sent: they had a part in the case.
    pub barred: Vec<String>,
}

/// What each term is worth at most, in points, and the rest that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    /// Levels of the skills asked for.
    pub skill: u16,
    /// Nearness.
    pub distance: u16,
    /// Few days on mission, compared with the other candidates.
    pub fairness: u16,
    /// The distance from which nearness is worth nothing, in kilometres.
    pub far: u16,
    /// Days of rest between two missions.
    pub rest: u8,
}

impl Default for Weights {
    /// Skills before fairness, fairness before distance; a proposal of the house, shown with every ranking.
    fn default() -> Self {
        Self { skill: 400, distance: 250, fairness: 350, far: 800, rest: 2 }
    }
}
