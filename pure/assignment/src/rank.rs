//! Who may be sent for one request, in which order, and why.

use crate::model::{Expert, Request, Skill, Weights};
use jiff::ToSpan;
use jiff::civil::Date;

/// Highest level of a skill.
const HIGHEST: u32 = 5;

/// Why somebody is not proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A habilitation that was never given.
    NoGrant(String),
    /// A habilitation that does not cover the whole mission: the nearest span that is held.
    GrantNotValid {
        /// Its code.
        code: String,
        /// First day.
        from: Date,
        /// Last day.
        until: Date,
    },
    /// A skill that the person does not have.
    NoSkill(String),
    /// A skill below the level asked for.
    SkillTooLow {
        /// Its code.
        code: String,
        /// The level held.
        held: u8,
        /// The level asked for.
        asked: u8,
    },
    /// A skill that ends before the mission does.
    SkillExpired {
        /// Its code.
        code: String,
        /// Its last day.
        until: Date,
    },
    /// Taken on days of the mission.
    Taken {
        /// First of those days.
        from: Date,
        /// Last of them.
        to: Date,
    },
    /// Resting after the last mission, until this day included.
    Resting(Date),
    /// Had a part in the case.
    Barred,
}

/// What a term measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermKind {
    /// Levels of the skills asked for.
    Skill,
    /// Nearness.
    Distance,
    /// Few days on mission.
    Fairness,
}

/// The fact that a term rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// Sum of the levels held, of so many at most.
    Levels {
        /// Levels held.
        held: u32,
        /// Most there could be.
        most: u32,
    },
    /// Kilometres.
    Kilometres(u32),
    /// A place is not known: no point is given, since none can be explained.
    PlaceUnknown,
    /// Days on mission, of so many for the busiest candidate.
    Days {
        /// Of the person.
        own: u32,
        /// Of the busiest candidate.
        most: u32,
    },
}

/// One term of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// What it measures.
    pub kind: TermKind,
    /// What was found.
    pub fact: Fact,
    /// Points given.
    pub points: u32,
    /// Points there could be.
    pub most: u32,
}

/// Somebody who may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Reference of the person.
    pub expert: String,
    /// Sum of the terms.
    pub score: u32,
    /// The terms, always the same ones in the same order.
    pub terms: Vec<Term>,
}

/// Somebody who may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// Reference of the person.
    pub expert: String,
    /// Every reason, not only the first.
    pub reasons: Vec<Reason>,
}

/// Everybody, for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    /// Those who may be sent, the best first; at equal scores the fewest days on mission, then the reference.
    pub candidates: Vec<Candidate>,
    /// Those who may not, by reference.
    pub excluded: Vec<Excluded>,
}

/// Everybody, for one request: nobody is left out without a word.
pub fn rank(request: &Request, experts: &[Expert], weights: Weights) -> Ranking {
    let mut excluded = Vec::new();
    let mut able: Vec<&Expert> = Vec::new();
    for expert in experts {
        let reasons = reasons(request, expert, weights);
        if reasons.is_empty() {
            able.push(expert);
        } else {
            excluded.push(Excluded { expert: expert.id.clone(), reasons });
        }
    }
    let busiest = able.iter().map(|expert| expert.load).max().unwrap_or(0);
    let mut candidates: Vec<(u32, Candidate)> = able
        .into_iter()
        .map(|expert| {
            let terms = terms(request, expert, weights, busiest);
            let score = terms.iter().map(|term| term.points).sum();
            (expert.load, Candidate { expert: expert.id.clone(), score, terms })
        })
        .collect();
    candidates.sort_by(|(load_a, a), (load_b, b)| {
        b.score.cmp(&a.score).then(load_a.cmp(load_b)).then(a.expert.cmp(&b.expert))
    });
    excluded.sort_by(|a, b| a.expert.cmp(&b.expert));
    Ranking { candidates: candidates.into_iter().map(|(_, candidate)| candidate).collect(), excluded }
}

/// Every reason for which somebody may not be sent.
fn reasons(request: &Request, expert: &Expert, weights: Weights) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for code in &request.grants {
        let held: Vec<_> = expert.grants.iter().filter(|grant| grant.code == *code).collect();
        if held.iter().any(|grant| grant.from <= request.days.from && request.days.to <= grant.until) {
            continue;
        }
        reasons.push(match held.iter().max_by_key(|grant| grant.until) {
            None => Reason::NoGrant(code.clone()),
            Some(grant) => Reason::GrantNotValid { code: code.clone(), from: grant.from, until: grant.until },
        });
    }
    for need in &request.skills {
        let code = need.code.clone();
        let Some(best) = best(expert, &need.code, request.days.to) else {
            reasons.push(Reason::NoSkill(code));
            continue;
        };
        if let Some(until) = best.until.filter(|until| *until < request.days.to) {
            reasons.push(Reason::SkillExpired { code, until });
        } else if best.level < need.level {
            reasons.push(Reason::SkillTooLow { code, held: best.level, asked: need.level });
        }
    }
    if let Some(taken) = expert.taken.iter().find(|taken| taken.meets(request.days)) {
        reasons.push(Reason::Taken { from: taken.from.max(request.days.from), to: taken.to.min(request.days.to) });
    }
    let rested = expert.back.and_then(|back| back.checked_add(i64::from(weights.rest).days()).ok());
    if let Some(until) = rested.filter(|until| *until >= request.days.from && weights.rest > 0) {
        reasons.push(Reason::Resting(until));
    }
    if request.barred.contains(&expert.id) {
        reasons.push(Reason::Barred);
    }
    reasons
}

/// The entry of a skill that serves best: one still held on the last day before one that is not, then the highest level.
fn best<'a>(expert: &'a Expert, code: &str, day: Date) -> Option<&'a Skill> {
    let entries = expert.skills.iter().filter(|skill| skill.code == code);
    entries.max_by_key(|skill| (skill.until.is_none_or(|until| until >= day), skill.level))
}

/// `weight × part ÷ whole`, rounded down.
fn share(weight: u16, part: u32, whole: u32) -> u32 {
    let points = u64::from(weight) * u64::from(part.min(whole));
    points.checked_div(u64::from(whole)).and_then(|points| u32::try_from(points).ok()).unwrap_or(0)
}

fn terms(request: &Request, expert: &Expert, weights: Weights, busiest: u32) -> Vec<Term> {
    let levels = request.skills.iter().filter_map(|need| best(expert, &need.code, request.days.to));
    let held: u32 = levels.map(|skill| u32::from(skill.level).min(HIGHEST)).sum();
    let most = u32::try_from(request.skills.len()).unwrap_or(u32::MAX).saturating_mul(HIGHEST);
    let kilometres = expert.place.zip(request.place).and_then(|(a, b)| a.kilometres(b));
    let far = u32::from(weights.far);
    vec![
        Term {
            kind: TermKind::Skill,
            fact: Fact::Levels { held, most },
            points: share(weights.skill, held, most),
            most: u32::from(weights.skill),
        },
        Term {
            kind: TermKind::Distance,
            fact: kilometres.map_or(Fact::PlaceUnknown, Fact::Kilometres),
            points: kilometres.map_or(0, |kilometres| share(weights.distance, far.saturating_sub(kilometres), far)),
            most: u32::from(weights.distance),
        },
        Term {
            kind: TermKind::Fairness,
            fact: Fact::Days { own: expert.load, most: busiest },
            // Nobody was away: all alike, and all the points.
            points: if busiest == 0 {
                u32::from(weights.fairness)
            } else {
                share(weights.fairness, busiest - expert.load.min(busiest), busiest)
            },
            most: u32::from(weights.fairness),
        },
    ]
}
