//! Several requests at once.

use crate::model::{Expert, Request, Urgency, Weights};
use crate::rank::{Candidate, Ranking, rank};
use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;
use std::collections::{BTreeMap, BTreeSet};

/// Most seats, and most experts, of one round.
const MOST: usize = 400;

/// An expert for a seat of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// The request.
    pub request: String,
    /// Who, with the terms.
    pub candidate: Candidate,
    /// Place in the ranking of the request, from 1.
    pub rank: usize,
    /// Those ranked above who are sent elsewhere, with the request: why this one and not they.
    pub above: Vec<(String, String)>,
}

/// Seats of a request that nobody fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The request.
    pub request: String,
    /// How many seats.
    pub seats: usize,
    /// Those who could have been sent and are sent elsewhere, with the request. None: nobody may be sent at all, and the
    /// ranking says why for each.
    pub elsewhere: Vec<(String, String)>,
}

/// A proposal for several requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Who goes where, by request, then by rank.
    pub assigned: Vec<Assigned>,
    /// What nobody fills: a gap of capability when it stands without anybody elsewhere.
    pub unmet: Vec<Unmet>,
    /// The ranking of each request.
    pub rankings: BTreeMap<String, Ranking>,
}

/// Why no proposal is made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssignmentError {
    /// Too many at once.
    #[error("a round has {0} seats and {1} experts; {MOST} of each at most: assign the most urgent requests first")]
    Many(usize, usize),
    /// A reference stands twice.
    #[error("`{0}` stands twice among the requests or the experts")]
    Twice(String),
}

/// Fills as many seats as can be, those of more urgent requests first; among the ways to do so, one with the highest sum of
/// scores. Each expert goes to one request at most in a round. The same input gives the same proposal, in any order.
///
/// # Errors
/// [`AssignmentError`] when there are too many at once, or a reference stands twice.
pub fn assign(requests: &[Request], experts: &[Expert], weights: Weights) -> Result<Assignment, AssignmentError> {
    let mut sorted: Vec<&Request> = requests.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    let mut people: Vec<Expert> = experts.to_vec();
    people.sort_by(|a, b| a.id.cmp(&b.id));
    let once = |names: Vec<&String>| {
        let mut seen = BTreeSet::new();
        names
            .into_iter()
            .find(|name| !seen.insert(*name))
            .map_or(Ok(()), |name| Err(AssignmentError::Twice(name.clone())))
    };
    once(requests.iter().map(|request| &request.id).collect())?;
    once(people.iter().map(|expert| &expert.id).collect())?;
    let seats: Vec<&Request> = sorted.iter().flat_map(|r| std::iter::repeat_n(*r, usize::from(r.seats))).collect();
    if seats.len() > MOST || people.len() > MOST {
        return Err(AssignmentError::Many(seats.len(), people.len()));
    }
    let rankings: BTreeMap<String, Ranking> =
        sorted.iter().map(|r| (r.id.clone(), rank(r, &people, weights))).collect();
    let places = solve(&seats, &people, &rankings, weights);
    let mut sent: BTreeMap<&str, &str> = BTreeMap::new();
    for (seat, place) in seats.iter().zip(&places) {
        if let Some(expert) = place.and_then(|place| people.get(place)) {
            sent.insert(&expert.id, &seat.id);
        }
    }
    Ok(told(&sorted, &sent, rankings))
}

/// For each seat, the place of an expert in the list; nothing for a seat that stays empty.
fn solve(
    seats: &[&Request],
    people: &[Expert],
    rankings: &BTreeMap<String, Ranking>,
    weights: Weights,
) -> Vec<Option<usize>> {
    if seats.is_empty() || people.is_empty() {
        return vec![None; seats.len()];
    }
    // A seat filled is worth more than all points together; a seat of a higher urgency more than all seats below it.
    let points = i64::from(weights.skill) + i64::from(weights.distance) + i64::from(weights.fairness);
    let count = i64::try_from(seats.len()).unwrap_or(i64::MAX);
    let planned = count * points + 1;
    let soon = count * (planned + points) + 1;
    let immediate = count * (soon + points) + 1;
    let base = |urgency| match urgency {
        Urgency::Planned => planned,
        Urgency::Soon => soon,
        Urgency::Immediate => immediate,
    };
    let scores: BTreeMap<(&str, &str), i64> = rankings
        .iter()
        .flat_map(|(request, ranking)| {
            ranking.candidates.iter().map(move |c| ((request.as_str(), c.expert.as_str()), i64::from(c.score)))
        })
        .collect();
    let score = |seat: &Request, expert: &Expert| scores.get(&(seat.id.as_str(), expert.id.as_str())).copied();
    // One more column for each seat, worth nothing: to stay empty. Whoever may not be sent is worth less than that.
    let columns = people.len() + seats.len();
    let matrix = Matrix::from_fn(seats.len(), columns, |(row, column)| match (seats.get(row), people.get(column)) {
        (Some(seat), Some(expert)) => score(seat, expert).map_or(-1, |score| base(seat.urgency) + score),
        _ => 0,
    });
    let (_, places) = kuhn_munkres(&matrix);
    seats
        .iter()
        .zip(places)
        .map(|(seat, place)| people.get(place).and_then(|expert| score(seat, expert)).map(|_| place))
        .collect()
}

fn told(sorted: &[&Request], sent: &BTreeMap<&str, &str>, rankings: BTreeMap<String, Ranking>) -> Assignment {
    let mut assigned = Vec::new();
    let mut unmet = Vec::new();
    for request in sorted {
        let Some(ranking) = rankings.get(&request.id) else { continue };
        let mut above: Vec<(String, String)> = Vec::new();
        let mut filled = 0;
        for (place, candidate) in ranking.candidates.iter().enumerate() {
            match sent.get(candidate.expert.as_str()) {
                Some(there) if *there == request.id => {
                    filled += 1;
                    assigned.push(Assigned {
                        request: request.id.clone(),
                        candidate: candidate.clone(),
                        rank: place + 1,
                        above: above.clone(),
                    });
                }
                Some(there) => above.push((candidate.expert.clone(), (*there).to_owned())),
                None => {}
            }
        }
        let empty = usize::from(request.seats).saturating_sub(filled);
        if empty > 0 {
            unmet.push(Unmet { request: request.id.clone(), seats: empty, elsewhere: above });
        }
    }
    Assignment { assigned, unmet, rankings }
}
