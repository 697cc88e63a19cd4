//! The way from one total to another that leaves least unexplained.

use super::{Amount, Cause, Declared, Evidence, Step, Total};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The steps of a way, and what stays mixed.
#[derive(Default)]
pub(super) struct Way {
    pub(super) steps: Vec<Step>,
    pub(super) mixed: Vec<Cause>,
}

/// More totals than this are not searched: the first ones, and the two that are compared.
const MOST: usize = 40;
/// Declared steps that are tried.
const MOST_DECLARED: usize = 4;

/// Where a way has come to: the total, what is mixed so far, and which declared steps it used. Whatever is mixed once is
/// mixed for the whole way.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    at: usize,
    mixed: BTreeSet<Cause>,
    used: BTreeSet<usize>,
}

/// The steps on the way from `from` to `to`, through totals of the same series and period. Of all ways, those are
/// preferred that leave the fewest respects mixed, then those that a publication tells more of, then the shortest; totals
/// given first win a tie, so that the same totals give the same way.
pub(super) fn between(totals: &[Total], declared: &[Declared], from: usize, to: usize) -> Way {
    let Some(start) = totals.get(from) else { return Way::default() };
    let about = |t: &Total| (t.layer, &t.series, t.period) == (start.layer, &start.series, start.period);
    let others = (0..totals.len()).filter(|i| totals.get(*i).is_some_and(about));
    let nodes: BTreeSet<usize> = others.take(MOST).chain([from, to]).collect();
    let told: Vec<&Declared> = declared
        .iter()
        .filter(|d| (d.layer, &d.series, d.period) == (start.layer, &start.series, start.period))
        .take(MOST_DECLARED)
        .collect();

    let first = State { at: from, mixed: BTreeSet::new(), used: BTreeSet::new() };
    let mut before: BTreeMap<State, Option<State>> = BTreeMap::from([(first.clone(), None)]);
    let mut open = VecDeque::from([first]);
    let mut arrived: Vec<State> = Vec::new();
    while let Some(here) = open.pop_front() {
        if here.at == to {
            arrived.push(here);
            continue;
        }
        for there in nodes.iter().copied().filter(|there| *there != here.at && *there != from) {
            let (Some(a), Some(b)) = (totals.get(here.at), totals.get(there)) else { continue };
            let stretch = Stretch::of(a, b, &told);
            if stretch.used.iter().any(|i| here.used.contains(i)) {
                continue;
            }
            let state = State {
                at: there,
                mixed: here.mixed.iter().copied().chain(stretch.mixed).collect(),
                used: here.used.iter().copied().chain(stretch.used).collect(),
            };
            if !before.contains_key(&state) {
                before.insert(state.clone(), Some(here.clone()));
                open.push_back(state);
            }
        }
    }
    // States arrive in the order of their lengths, and the first of the best is taken.
    let Some(last) = arrived.into_iter().min_by_key(|s| (s.mixed.len(), Reverse(s.used.len()))) else {
        return Way::default();
    };
    let mixed = last.mixed.iter().copied().collect();
    let mut way = vec![last.at];
    let mut state = last;
    while let Some(Some(earlier)) = before.get(&state) {
        way.push(earlier.at);
        state = earlier.clone();
    }
    way.reverse();
    let pairs = way.windows(2).filter_map(|pair| match *pair {
        [a, b] => Some(Stretch::of(totals.get(a)?, totals.get(b)?, &told)),
        _ => None,
    });
    Way { steps: pairs.flat_map(|stretch| stretch.steps).collect(), mixed }
}

/// What is known between two totals, without a third.
struct Stretch {
    steps: Vec<Step>,
    mixed: Vec<Cause>,
    /// Which declared steps tell of it.
    used: Vec<usize>,
}

impl Stretch {
    fn of(a: &Total, b: &Total, told: &[&Declared]) -> Self {
        let differs = a.differs(b);
        if let [cause] = differs[..] {
            let evidence = Evidence::Measured(Box::new(a.clone()), Box::new(b.clone()));
            let step = Step { cause, amount: b.value.minus(a.value), evidence };
            return Self { steps: vec![step], mixed: Vec::new(), used: Vec::new() };
        }
        let here: Vec<(usize, &Declared, Amount)> = told
            .iter()
            .enumerate()
            .filter(|(_, d)| differs.contains(&d.cause))
            .filter_map(|(i, d)| Some((i, *d, d.amount_between(a, b)?)))
            .collect();
        let mixed = differs.iter().copied().filter(|cause| !here.iter().any(|(_, d, _)| d.cause == *cause)).collect();
        let steps = here.iter().map(|(_, d, amount)| {
            let evidence = Evidence::Declared { label: d.label.clone(), source: d.source.clone() };
            Step { cause: d.cause, amount: *amount, evidence }
        });
        Self { steps: steps.collect(), mixed, used: here.iter().map(|(i, _, _)| *i).collect() }
    }
}
