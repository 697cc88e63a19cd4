//! How far each territory is from what it is to have: who holds a valid certificate, who must renew it, who is missing.

use beffroi_register::{Record, items};
use jiff::Span;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Days ahead in which a certificate that ends is to be renewed.
const AHEAD: i64 = 90;
/// Least learners of whom a share of passes is told: under it a share tells the mark of one of them.
const LEAST: usize = 5;

/// Fields of an expert of the deployable list that hold skills.
const SKILLS: [&str; 3] = ["initial_in", "confirmed_in", "expert_in"];

/// Learners by competence and territory: whether it was passed, and until when; a certificate without an end has none.
pub(crate) type Held<'a> = BTreeMap<(String, String), BTreeMap<&'a str, Option<Option<Date>>>>;

/// Where a competence stands in a territory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// How many there are to be.
    pub(crate) target: Option<usize>,
    /// Learners whose certificate is valid.
    pub(crate) valid: usize,
    /// Those among them whose certificate ends within [`AHEAD`] days.
    pub(crate) ending: usize,
    /// Learners whose certificate has ended and was not renewed.
    pub(crate) lapsed: usize,
    /// Learners who took it.
    pub(crate) taken: usize,
    /// Those among them who passed.
    pub(crate) passed: usize,
    /// Experts of the deployable list there, whose skill in the capability of the competence is valid.
    pub(crate) deployable: usize,
}

impl Line {
    /// How many are missing.
    pub(crate) fn gap(&self) -> Option<usize> {
        self.target.map(|target| target.saturating_sub(self.valid))
    }

    /// Share of learners who passed, where it says nothing of one of them.
    pub(crate) fn share(&self) -> Option<f64> {
        let number = |n: usize| u32::try_from(n).map_or(f64::MAX, f64::from);
        (self.taken >= LEAST).then(|| number(self.passed) / number(self.taken))
    }
}

/// Each competence in each territory: those that have a target or a result. A learner counts once, by the best of his
/// certificates; results that were rectified do not count.
pub(crate) fn lines(records: &[Record], today: Date) -> BTreeMap<(String, String), Line> {
    let of = |register: &'static str| records.iter().filter(move |record| record.register == register);
    let mut lines: BTreeMap<(String, String), Line> = BTreeMap::new();
    for target in of("training_target").filter(|target| target.state == "current") {
        let line =
            lines.entry((target.value("competence").to_owned(), target.value("territory").to_owned())).or_default();
        // Of two targets the later one counts: records come in the order of their references.
        line.target = target.value("people").parse().ok();
    }
    certified(&mut lines, held(records, "territory"), today);
    let capability: BTreeMap<&str, &str> =
        of("competence").map(|known| (known.reference.as_str(), known.value("capability"))).collect();
    for ((competence, territory), line) in &mut lines {
        let Some(capability) = capability.get(competence.as_str()).filter(|known| !known.is_empty()) else { continue };
        let can = |expert: &&Record| {
            let skilled = SKILLS.iter().any(|field| items(expert.value(field)).any(|skill| skill == *capability));
            let valid = expert.value("skills_until").parse::<Date>().is_ok_and(|until| until >= today);
            expert.state == "deployable" && expert.value("territory") == territory && skilled && valid
        };
        line.deployable = of("expert").filter(can).count();
    }
    lines
}

/// The learners of each competence by what `place` says of them: their territory, their service. Results that were
/// rectified do not count.
pub(crate) fn held<'a>(records: &'a [Record], place: &str) -> Held<'a> {
    let of = |register: &'static str| records.iter().filter(move |record| record.register == register);
    let competence: BTreeMap<&str, &str> =
        of("module").map(|module| (module.reference.as_str(), module.value("competence"))).collect();
    let mut held = Held::new();
    for result in of("result").filter(|result| result.state != "rectified") {
        let Some(competence) = competence.get(result.value("module")).filter(|known| !known.is_empty()) else {
            continue;
        };
        let learners = held.entry(((*competence).to_owned(), result.value(place).to_owned())).or_default();
        let until = learners.entry(result.value("learner")).or_default();
        if result.value("ending") != "failed" {
            let this = result.value("valid_until").parse::<Date>().ok();
            *until = Some(match *until {
                Some(other) => this.zip(other).map(|(this, other)| this.max(other)),
                None => this,
            });
        }
    }
    held
}

/// What results make of the lines: who holds a valid certificate, who must renew it.
pub(crate) fn certified(lines: &mut BTreeMap<(String, String), Line>, held: Held<'_>, today: Date) {
    let soon = today.saturating_add(Span::new().days(AHEAD));
    for (key, learners) in held {
        let line = lines.entry(key).or_default();
        line.taken = learners.len();
        for until in learners.values().flatten() {
            line.passed += 1;
            match until {
                Some(until) if *until < today => line.lapsed += 1,
                Some(until) if *until <= soon => {
                    line.valid += 1;
                    line.ending += 1;
                }
                _ => line.valid += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{foreign, numbered};
    use jiff::civil::date;

    fn result(number: u32, learner: &str, ending: &str, until: &str) -> Record {
        let mut values =
            vec![("module", "MODU-2026-0001"), ("territory", "35"), ("learner", learner), ("ending", ending)];
        if !until.is_empty() {
            values.push(("valid_until", until));
        }
        numbered("result", number, "recorded", &values)
    }

    fn house() -> Vec<Record> {
        vec![
            numbered("module", 1, "in_service", &[("competence", "COMP-2026-0001")]),
            numbered(
                "training_target",
                1,
                "current",
                &[("competence", "COMP-2026-0001"), ("territory", "35"), ("people", "4")],
            ),
            result(1, "A", "passed", "2027-01-01"),
            // The same again, earlier: the best counts.
            result(2, "A", "passed", "2025-01-01"),
            result(3, "B", "passed", "2026-06-01"),
            result(4, "C", "passed", "2026-01-01"),
            result(5, "D", "failed", ""),
            of_unit(result(6, "E", "waived", "")),
        ]
    }

    fn of_unit(mut result: Record) -> Record {
        result.values.insert("unit".to_owned(), "command".to_owned());
        result
    }

    #[test]
    fn a_learner_counts_once_by_the_best_certificate() {
        let (house, on) = (house(), date(2026, 5, 4));
        let lines = lines(&house, on);
        let line = lines.values().next().unwrap();
        let expected = Line { target: Some(4), valid: 3, ending: 1, lapsed: 1, taken: 5, passed: 4, deployable: 0 };
        assert_eq!((lines.len(), line), (1, &expected));
        assert_eq!((line.gap(), line.share()), (Some(1), Some(0.8)));
        // The same by service, of those whose service is told.
        let mut units = BTreeMap::new();
        certified(&mut units, held(&house, "unit"), on);
        let valid: Vec<(&str, usize)> = units.iter().map(|((_, unit), line)| (unit.as_str(), line.valid)).collect();
        assert_eq!(valid, [("", 2), ("command", 1)]);
    }

    #[test]
    fn a_share_that_would_tell_the_mark_of_one_person_is_not_told() {
        let mut house = house();
        house.pop();
        let lines = lines(&house, date(2026, 5, 4));
        assert_eq!(lines.values().next().unwrap().share(), None);
    }

    #[test]
    fn experts_of_the_deployable_list_are_counted_where_their_skill_is_valid() {
        let mut house = house();
        house.push(numbered("competence", 1, "in_force", &[("capability", "incident_response")]));
        for (territory, skills, until) in [
            ("35", "cloud_forensics\nincident_response", "2026-05-04"),
            ("35", "incident_response", "2026-05-03"),
            ("35", "cloud_forensics", "2027-01-01"),
            ("29", "incident_response", "2027-01-01"),
        ] {
            let mut expert =
                foreign("expert", &[("territory", territory), ("confirmed_in", skills), ("skills_until", until)]);
            expert.state = "deployable".to_owned();
            house.push(expert);
        }
        let lines = lines(&house, date(2026, 5, 4));
        assert_eq!(lines.values().map(|line| line.deployable).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn what_was_rectified_does_not_count_and_a_draft_is_no_target() {
        let mut house = house();
        for record in &mut house {
            match record.register.as_str() {
                "result" => record.state = "rectified".to_owned(),
                "training_target" => record.state = "draft".to_owned(),
                _ => {}
            }
        }
        assert_eq!(lines(&house, date(2026, 5, 4)), BTreeMap::new());
    }
}
