//! What is due on a day, what a hold keeps, and what cannot be told.

use crate::basis::{Bases, Basis, Clause, Start, Status};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A group of things kept on one ground, erased together: a month of the journal, a file of rejects, a closed series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Reference of the group: `journal/2023-11`, `rejects/2026-10-01.csv`. Never a person's data.
    pub what: String,
    /// Code of its basis.
    pub basis: String,
    /// How many things it is.
    pub count: u64,
    /// The day it was collected; for a group, the last of them.
    pub collected: Date,
    /// The day its file was closed, if it is.
    pub closed: Option<Date>,
    /// The day of the last act on it, if one is known.
    pub last_act: Option<Date>,
}

/// What a hold is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldScope {
    /// One group.
    Holding(String),
    /// All that is kept on one basis.
    Basis(String),
}

/// An order that something be kept longer: of a magistrate for data of a procedure (such as article 230-22 of the
/// code of criminal procedure, second paragraph: two years at a time), of the controller for the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// On what.
    pub scope: HoldScope,
    /// Why: the reference of the decision.
    pub reason: String,
    /// Who ordered it.
    pub by: String,
    /// Its last day. A hold without an end is not a hold.
    pub until: Date,
}

/// Something to erase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub holding: Holding,
    /// The last day of its term: it could be kept until then, and is erased after.
    pub last_day: Date,
    /// Days since then, at least 1.
    pub days_past: i32,
    /// False when its text was not read: the controller confirms before anything is erased.
    pub verified: bool,
}

/// Something that a hold keeps beyond its term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What.
    pub due: Due,
    /// The hold that keeps it longest.
    pub hold: Hold,
}

/// Why a holding could not be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// No basis has its code: nothing allows keeping it, and nothing says how long.
    UnknownBasis,
    /// The term of its basis is in an act and was not set.
    NoTerm,
    /// It was collected, closed or touched after today, or before the beginning of its own story.
    Dates,
}

/// A holding that could not be planned. It is neither erased nor forgotten: somebody must decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub holding: Holding,
    /// Why.
    pub kind: FaultKind,
}

/// What is to be done on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The day.
    pub today: Date,
    /// What is to be erased, the longest overdue first.
    pub due: Vec<Due>,
    /// What holds keep.
    pub held: Vec<Held>,
    /// How many holdings become due after today, by the last day of their term.
    pub coming: BTreeMap<Date, u64>,
    /// What could not be planned.
    pub faults: Vec<Fault>,
}

/// The plan of a day, for the time zone in which `today` is that day.
pub fn plan(holdings: &[Holding], bases: &Bases, holds: &[Hold], today: Date) -> Plan {
    let mut plan = Plan { today, due: Vec::new(), held: Vec::new(), coming: BTreeMap::new(), faults: Vec::new() };
    for holding in holdings {
        match last_day(holding, bases.get(&holding.basis), today) {
            Err(kind) => plan.faults.push(Fault { holding: holding.clone(), kind }),
            Ok(None) => {}
            Ok(Some((last_day, _))) if last_day >= today => *plan.coming.entry(last_day).or_default() += 1,
            Ok(Some((last_day, verified))) => {
                let days_past = (today - last_day).get_days();
                let due = Due { holding: holding.clone(), last_day, days_past, verified };
                match holds.iter().filter(|hold| keeps(hold, holding, today)).max_by_key(|hold| hold.until) {
                    Some(hold) => plan.held.push(Held { due, hold: hold.clone() }),
                    None => plan.due.push(due),
                }
            }
        }
    }
    plan.due.sort_by(|a, b| (a.last_day, &a.holding.what).cmp(&(b.last_day, &b.holding.what)));
    plan.held.sort_by(|a, b| (a.hold.until, &a.due.holding.what).cmp(&(b.hold.until, &b.due.holding.what)));
    plan.faults.sort_by(|a, b| (a.kind, &a.holding.what).cmp(&(b.kind, &b.holding.what)));
    plan
}

fn keeps(hold: &Hold, holding: &Holding, today: Date) -> bool {
    let scope = match &hold.scope {
        HoldScope::Holding(what) => *what == holding.what,
        HoldScope::Basis(code) => *code == holding.basis,
    };
    scope && hold.until >= today && !hold.reason.trim().is_empty()
}

/// The last day of a holding's term, if it has one that runs, and whether its text was read.
fn last_day(holding: &Holding, basis: Option<&Basis>, today: Date) -> Result<Option<(Date, bool)>, FaultKind> {
    let basis = basis.ok_or(FaultKind::UnknownBasis)?;
    let later = [holding.closed, holding.last_act];
    if holding.collected > today || later.iter().flatten().any(|day| *day > today) {
        return Err(FaultKind::Dates);
    }
    let mut first: Option<Date> = None;
    for Clause { term, start, .. } in &basis.clauses {
        let start = match start {
            Start::Kept => continue,
            Start::Act => return Err(FaultKind::NoTerm),
            Start::Collected => holding.collected,
            Start::Closed => match holding.closed {
                Some(day) => day,
                None => continue,
            },
            // Without a known act, the day it was collected is the last one that is known.
            Start::LastAct => holding.last_act.unwrap_or(holding.collected),
        };
        let last = term.ok_or(FaultKind::NoTerm)?.last_day(start);
        // A term past the year 9999 does not run out.
        first = [first, last].into_iter().flatten().min();
    }
    Ok(first.map(|day| (day, basis.status == Status::Verified)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Term;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn holding(what: &str, basis: &str, collected: &str) -> Holding {
        Holding {
            what: what.to_owned(),
            basis: basis.to_owned(),
            count: 1,
            collected: day(collected),
            closed: None,
            last_act: None,
        }
    }

    fn due_on(holding: &Holding, today: &str) -> bool {
        !plan(std::slice::from_ref(holding), &Bases::house().unwrap(), &[], day(today)).due.is_empty()
    }

    #[test]
    fn what_is_due_is_due_the_day_after_its_term_and_not_before() {
        for (basis, collected, last) in [
            ("journal-csi-r236-59", "2023-11-30", "2026-11-30"),
            ("journal-csi-r236-59", "2024-02-29", "2027-02-28"),
            ("journal-cpp-r249-16", "2024-02-29", "2030-02-28"),
            ("journal-order-2021-12-28", "2025-12-31", "2026-12-31"),
            ("rejects", "2025-12-15", "2026-01-14"),
            ("sign-in-attempts", "2025-08-31", "2026-02-28"),
        ] {
            let holding = holding("a", basis, collected);
            let last = day(last);
            assert!(!due_on(&holding, &last.yesterday().unwrap().to_string()), "{basis} {collected}");
            assert!(!due_on(&holding, &last.to_string()), "{basis} {collected}: the last day is whole");
            assert!(due_on(&holding, &last.tomorrow().unwrap().to_string()), "{basis} {collected}");
        }
    }

    #[test]
    fn linkage_is_erased_at_closing_and_in_any_case_after_three_years() {
        let open = holding("series/1", "linkage-cpp-230-22", "2024-03-01");
        assert!(!due_on(&open, "2027-03-01") && due_on(&open, "2027-03-02"));
        let closed = Holding { closed: Some(day("2025-05-10")), ..open.clone() };
        assert!(!due_on(&closed, "2025-05-10") && due_on(&closed, "2025-05-11"));
        // Closed after its three years: those count.
        let late = Holding { closed: Some(day("2027-06-01")), ..open };
        let plan = plan(&[late], &Bases::house().unwrap(), &[], day("2027-06-02"));
        assert_eq!((plan.due[0].last_day, plan.due[0].days_past), (day("2027-03-01"), 93));
    }

    #[test]
    fn what_is_kept_or_open_is_not_due() {
        for basis in ["statistics", "alerts", "synthetic", "accounts"] {
            assert!(!due_on(&holding("a", basis, "1990-01-01"), "2026-11-22"), "{basis}");
        }
        let session = Holding { last_act: Some(day("2026-11-20")), ..holding("s", "sessions", "2026-11-01") };
        assert!(!due_on(&session, "2026-11-21") && due_on(&session, "2026-11-22"));
        assert!(due_on(&holding("s", "sessions", "2026-11-01"), "2026-11-22"));
    }

    #[test]
    fn a_hold_stops_erasure_until_its_last_day() {
        let holdings = [
            holding("series/1", "linkage-cpp-230-22", "2023-01-10"),
            holding("series/2", "linkage-cpp-230-22", "2023-01-10"),
        ];
        let bases = Bases::house().unwrap();
        let hold = |scope, until: &str| Hold {
            scope,
            reason: "order 2026/12".to_owned(),
            by: "account:magistrate".to_owned(),
            until: day(until),
        };
        let one = hold(HoldScope::Holding("series/1".to_owned()), "2028-01-10");
        let due = |holds: &[Hold], today| {
            let plan = plan(&holdings, &bases, holds, day(today));
            (plan.due.iter().map(|due| due.holding.what.clone()).collect::<Vec<_>>(), plan.held.len())
        };
        assert_eq!(due(std::slice::from_ref(&one), "2026-11-22"), (vec!["series/2".to_owned()], 1));
        assert_eq!(due(std::slice::from_ref(&one), "2028-01-10").1, 1);
        // It ends with its last day.
        assert_eq!(due(std::slice::from_ref(&one), "2028-01-11").1, 0);
        let all = hold(HoldScope::Basis("linkage-cpp-230-22".to_owned()), "2027-01-01");
        assert_eq!(due(&[all.clone(), one.clone()], "2026-11-22"), (vec![], 2));
        // The longest is told.
        let plan = plan(&holdings, &bases, &[all.clone(), one], day("2026-11-22"));
        assert_eq!(plan.held[1].hold.until, day("2028-01-10"));
        // The twins: without a hold, on another basis, or without a reason, it is due.
        assert_eq!(due(&[], "2026-11-22").1, 0);
        let other = Hold { scope: HoldScope::Basis("rejects".to_owned()), ..all.clone() };
        let mute = Hold { reason: " ".to_owned(), ..all };
        assert_eq!(due(&[other, mute], "2026-11-22").1, 0);
    }

    #[test]
    fn a_changed_term_moves_the_day_of_what_is_already_held() {
        let holdings = [holding("rejects/1", "rejects", "2026-11-01")];
        let mut bases = Bases::house().unwrap();
        assert!(plan(&holdings, &bases, &[], day("2026-11-22")).due.is_empty());
        bases.set("rejects", Term::Days(7)).unwrap();
        assert_eq!(plan(&holdings, &bases, &[], day("2026-11-22")).due[0].last_day, day("2026-11-08"));
        bases.set("rejects", Term::Months(3)).unwrap();
        let plan = plan(&holdings, &bases, &[], day("2026-11-22"));
        assert!(plan.due.is_empty());
        assert_eq!(plan.coming, BTreeMap::from([(day("2027-02-01"), 1)]));
    }

    #[test]
    fn what_cannot_be_told_is_said_and_never_dropped() {
        let bases = Bases::house().unwrap();
        let future = Holding { closed: Some(day("2027-01-01")), ..holding("c", "accounts", "2020-01-01") };
        let holdings = [
            holding("a", "no such basis", "2020-01-01"),
            holding("b", "reports-thesee", "2020-07-01"),
            future,
            holding("d", "rejects", "2026-11-23"),
        ];
        let plan = plan(&holdings, &bases, &[], day("2026-11-22"));
        let faults: Vec<_> = plan.faults.iter().map(|fault| (fault.holding.what.as_str(), fault.kind)).collect();
        assert_eq!(
            faults,
            [
                ("a", FaultKind::UnknownBasis),
                ("b", FaultKind::NoTerm),
                ("c", FaultKind::Dates),
                ("d", FaultKind::Dates)
            ]
        );
        assert!(plan.due.is_empty());
        // Unread texts are marked: nothing is erased on their ground unseen.
        let rejects = super::plan(&[holding("e", "rejects", "2026-01-01")], &bases, &[], day("2026-11-22"));
        assert!(!rejects.due[0].verified);
        let journal = super::plan(&[holding("f", "journal-csi-r236-59", "2020-01-31")], &bases, &[], day("2026-11-22"));
        assert!(journal.due[0].verified);
    }
}
