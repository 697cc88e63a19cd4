//! Rankings that can be added up by hand, and proposals against every way there is.

use crate::*;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const LAVAL: Place = Place { latitude: 48.07, longitude: -0.77 };
const PARIS: Place = Place { latitude: 48.86, longitude: 2.35 };
const NICE: Place = Place { latitude: 43.70, longitude: 7.27 };

fn day(day: i8) -> Date {
    date(2026, 3, day)
}

fn expert(id: &str) -> Expert {
    Expert {
        id: id.to_owned(),
        skills: vec![Skill { code: "crypto".to_owned(), level: 3, until: None }],
        grants: vec![Grant { code: "opj".to_owned(), from: date(2020, 1, 1), until: date(2027, 1, 1) }],
        taken: vec![],
        back: None,
        place: Some(PARIS),
        load: 0,
    }
}

fn request(id: &str) -> Request {
    Request {
        id: id.to_owned(),
        seats: 1,
        urgency: Urgency::Planned,
        days: Span { from: day(10), to: day(12) },
        skills: vec![SkillNeed { code: "crypto".to_owned(), level: 2 }],
        grants: vec!["opj".to_owned()],
        place: Some(LAVAL),
        barred: vec![],
    }
}

fn reasons_of(change: impl FnOnce(&mut Expert)) -> Vec<Reason> {
    let mut one = expert("a");
    change(&mut one);
    let ranking = rank(&request("r"), &[one], Weights::default());
    assert_eq!(ranking.candidates.len() + ranking.excluded.len(), 1, "nobody is left out without a word");
    ranking.excluded.into_iter().next().map(|excluded| excluded.reasons).unwrap_or_default()
}

#[test]
fn whoever_lacks_a_condition_is_not_proposed_and_is_told_why() {
    assert_eq!(reasons_of(|_| {}), []);
    assert_eq!(reasons_of(|e| e.grants.clear()), [Reason::NoGrant("opj".to_owned())]);
    let not_valid = |from, until| Reason::GrantNotValid { code: "opj".to_owned(), from, until };
    // Until the last day of the mission, to the day.
    assert_eq!(reasons_of(|e| e.grants[0].until = day(11)), [not_valid(date(2020, 1, 1), day(11))]);
    assert_eq!(reasons_of(|e| e.grants[0].until = day(12)), []);
    assert_eq!(reasons_of(|e| e.grants[0].from = day(11)), [not_valid(day(11), date(2027, 1, 1))]);
    // Two that follow one another are not one.
    assert_eq!(
        reasons_of(|e| e.grants = vec![
            Grant { code: "opj".to_owned(), from: day(1), until: day(10) },
            Grant { code: "opj".to_owned(), from: day(11), until: day(30) }
        ]),
        [not_valid(day(11), day(30))]
    );
    assert_eq!(reasons_of(|e| e.skills.clear()), [Reason::NoSkill("crypto".to_owned())]);
    assert_eq!(
        reasons_of(|e| e.skills[0].level = 1),
        [Reason::SkillTooLow { code: "crypto".to_owned(), held: 1, asked: 2 }]
    );
    assert_eq!(
        reasons_of(|e| e.skills[0].until = Some(day(11))),
        [Reason::SkillExpired { code: "crypto".to_owned(), until: day(11) }]
    );
    let week = Span { from: day(12), to: day(20) };
    assert_eq!(reasons_of(|e| e.taken = vec![week]), [Reason::Taken { from: day(12), to: day(12) }]);
    assert_eq!(reasons_of(|e| e.taken = vec![Span { from: day(13), to: day(20) }]), []);
    assert_eq!(reasons_of(|e| e.back = Some(day(8))), [Reason::Resting(day(10))]);
    assert_eq!(reasons_of(|e| e.back = Some(day(7))), []);
    let mut all = request("r");
    all.barred = vec!["a".to_owned()];
    assert_eq!(rank(&all, &[expert("a")], Weights::default()).excluded[0].reasons, [Reason::Barred]);
    assert_eq!(
        reasons_of(|e| {
            e.grants.clear();
            e.skills.clear();
        })
        .len(),
        2,
        "every reason, not only the first"
    );
}

#[test]
fn a_score_is_the_sum_of_its_terms_and_each_names_its_fact() {
    let far = Expert { place: Some(NICE), load: 0, ..expert("far") };
    let near = Expert { load: 20, ..expert("near") };
    let lost = Expert {
        place: None,
        load: 40,
        skills: vec![Skill { code: "crypto".to_owned(), level: 5, until: None }],
        ..expert("lost")
    };
    let ranking = rank(&request("r"), &[lost, near, far], Weights::default());
    let told: Vec<_> = ranking.candidates.iter().map(|c| (c.expert.as_str(), c.score)).collect();
    // near: 400×3/5 + 250×(800−246)/800 + 350×20/40; far: 240 + 250×(800−789)/800 + 350; lost: 400.
    assert_eq!(told, [("far", 593), ("near", 588), ("lost", 400)]);
    for candidate in &ranking.candidates {
        assert_eq!(candidate.score, candidate.terms.iter().map(|term| term.points).sum::<u32>());
        assert!(candidate.terms.iter().all(|term| term.points <= term.most));
    }
    assert_eq!(ranking.candidates[2].terms[1].fact, Fact::PlaceUnknown, "what is not known earns nothing, and says so");
    assert_eq!(ranking.candidates[1].terms[2].fact, Fact::Days { own: 20, most: 40 });
    assert!(
        matches!(ranking.candidates[1].terms[1].fact, Fact::Kilometres(240..=250)),
        "Laval to Paris: {:?}",
        ranking.candidates[1].terms
    );
}

#[test]
fn the_best_total_is_not_the_best_of_each() {
    // Two requests want `both`; only `both` can do the second.
    let mut second = request("second");
    second.skills = vec![SkillNeed { code: "drones".to_owned(), level: 1 }];
    let mut both = expert("both");
    both.skills = vec![
        Skill { code: "crypto".to_owned(), level: 5, until: None },
        Skill { code: "drones".to_owned(), level: 1, until: None },
    ];
    let proposal = assign(&[request("first"), second], &[both, expert("other")], Weights::default()).unwrap();
    let pairs: Vec<_> =
        proposal.assigned.iter().map(|a| (a.request.as_str(), a.candidate.expert.as_str(), a.rank)).collect();
    assert_eq!(pairs, [("first", "other", 2), ("second", "both", 1)]);
    assert_eq!(proposal.assigned[0].above, [("both".to_owned(), "second".to_owned())]);
    assert!(proposal.unmet.is_empty());
}

#[test]
fn the_urgent_request_is_served_first_and_the_other_says_who_is_elsewhere() {
    let urgent = Request { urgency: Urgency::Immediate, place: Some(NICE), ..request("urgent") };
    let near = Request { place: Some(PARIS), ..request("near") };
    let proposal = assign(&[near.clone(), urgent], &[expert("a")], Weights::default()).unwrap();
    assert_eq!(proposal.assigned[0].request, "urgent");
    assert_eq!(
        proposal.unmet,
        [Unmet { request: "near".to_owned(), seats: 1, elsewhere: vec![("a".to_owned(), "urgent".to_owned())] }]
    );
    let nobody = Request { grants: vec!["secret".to_owned()], ..near };
    let proposal = assign(&[nobody], &[expert("a")], Weights::default()).unwrap();
    assert_eq!(proposal.unmet[0].elsewhere, [], "a gap, not a clash");
    assert_eq!(proposal.rankings["near"].excluded[0].reasons, [Reason::NoGrant("secret".to_owned())]);
}

#[test]
fn too_many_and_twice_are_refused() {
    let many: Vec<Expert> = (0..401).map(|n| expert(&format!("e{n}"))).collect();
    assert_eq!(assign(&[request("r")], &many, Weights::default()), Err(AssignmentError::Many(1, 401)));
    assert_eq!(
        assign(&[request("r")], &[expert("a"), expert("a")], Weights::default()),
        Err(AssignmentError::Twice("a".to_owned()))
    );
    assert_eq!(assign(&[], &[], Weights::default()).unwrap().assigned, []);
}

#[test]
fn a_full_round_is_solved() {
    let people: Vec<Expert> = (0..120).map(|n| Expert { load: n % 17, ..expert(&format!("e{n:03}")) }).collect();
    let asked: Vec<Request> = (0..30).map(|n| Request { seats: 3, ..request(&format!("r{n:02}")) }).collect();
    let proposal = assign(&asked, &people, Weights::default()).unwrap();
    assert_eq!((proposal.assigned.len(), proposal.unmet.len()), (90, 0));
}

fn people() -> impl Strategy<Value = Vec<Expert>> {
    prop::collection::vec((1_u8..6, 0_u32..100, any::<bool>(), any::<bool>(), -5.0..5.0_f64), 0..6).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(n, (level, load, granted, drones, shift))| {
                let mut one = expert(&format!("e{n}"));
                one.skills[0].level = level;
                one.load = load;
                one.place = Some(Place { latitude: 46.0 + shift, longitude: 2.0 });
                if !granted {
                    one.grants.clear();
                }
                if drones {
                    one.skills.push(Skill { code: "drones".to_owned(), level, until: None });
                }
                one
            })
            .collect()
    })
}

fn asked() -> impl Strategy<Value = Vec<Request>> {
    let urgency = prop::sample::select(vec![Urgency::Planned, Urgency::Soon, Urgency::Immediate]);
    prop::collection::vec((urgency, 1_u8..3, any::<bool>(), 1_u8..6), 0..4).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(n, (urgency, seats, drones, level))| Request {
                urgency,
                seats,
                skills: vec![SkillNeed { code: if drones { "drones" } else { "crypto" }.to_owned(), level }],
                ..request(&format!("r{n}"))
            })
            .collect()
    })
}

/// What a way of filling seats is worth: seats by urgency, the highest first, then points.
type Worth = (usize, usize, usize, u32);

/// The worth of the best way there is, by trying every one.
fn best(seats: &[(Urgency, &Ranking)], used: &mut Vec<String>, so_far: Worth) -> Worth {
    let Some(((urgency, ranking), rest)) = seats.split_first() else { return so_far };
    let mut most = best(rest, used, so_far);
    for candidate in &ranking.candidates {
        if used.contains(&candidate.expert) {
            continue;
        }
        used.push(candidate.expert.clone());
        let (a, b, c, points) = so_far;
        let more = match urgency {
            Urgency::Immediate => (a + 1, b, c, points + candidate.score),
            Urgency::Soon => (a, b + 1, c, points + candidate.score),
            Urgency::Planned => (a, b, c + 1, points + candidate.score),
        };
        most = most.max(best(rest, used, more));
        used.pop();
    }
    most
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The proposal is as good as the best of all ways, sends nobody twice and nobody without a valid habilitation, and
    /// does not depend on the order of the lists.
    #[test]
    fn the_proposal_is_the_best_there_is(people in people(), asked in asked()) {
        let weights = Weights::default();
        let proposal = assign(&asked, &people, weights).unwrap();
        let seats: Vec<(Urgency, &Ranking)> = asked.iter()
            .flat_map(|r| std::iter::repeat_n((r.urgency, &proposal.rankings[&r.id]), usize::from(r.seats)))
            .collect();
        let count = |urgency| proposal.assigned.iter()
            .filter(|a| asked.iter().any(|r| r.id == a.request && r.urgency == urgency)).count();
        let points = proposal.assigned.iter().map(|a| a.candidate.score).sum();
        let worth = (count(Urgency::Immediate), count(Urgency::Soon), count(Urgency::Planned), points);
        prop_assert_eq!(worth, best(&seats, &mut Vec::new(), (0, 0, 0, 0)));
        let mut sent: Vec<&str> = proposal.assigned.iter().map(|a| a.candidate.expert.as_str()).collect();
        sent.sort_unstable();
        let number = sent.len();
        sent.dedup();
        prop_assert_eq!(sent.len(), number);
        for a in &proposal.assigned {
            let expert = people.iter().find(|e| e.id == a.candidate.expert).unwrap();
            let request = asked.iter().find(|r| r.id == a.request).unwrap();
            for code in &request.grants {
                prop_assert!(expert.grants.iter().any(|g| g.code == *code && g.from <= request.days.from && g.until >= request.days.to));
            }
        }
        let unmet: usize = proposal.unmet.iter().map(|u| u.seats).sum();
        prop_assert_eq!(unmet + proposal.assigned.len(), asked.iter().map(|r| usize::from(r.seats)).sum::<usize>());
        let (mut people, mut asked) = (people, asked);
        people.reverse();
        asked.reverse();
        prop_assert_eq!(assign(&asked, &people, weights).unwrap(), proposal);
    }
}
