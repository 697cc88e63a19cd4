//! Statements of learning platforms made into results: one a learner and version, under a pseudonym.

use beffroi_elearning::{Module, Statement, Verb, Who};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// How a version ended for a learner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All that it asks for is done.
    Passed,
    /// Something of it was failed, and not passed since.
    Failed,
    /// It counts without being done.
    Waived,
}

impl Ending {
    /// Its code in the register of results.
    pub fn code(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Waived => "waived",
        }
    }
}

/// What a learner did with a version.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The learner: see [`pseudonym`].
    pub learner: String,
    /// How it ended.
    pub ending: Ending,
    /// Points of 100, when a score was told: the mean of the lessons'.
    pub score: Option<u8>,
    /// The day of the statement that decided, in Paris.
    pub achieved: Date,
    /// What the result goes by: the identifier of that statement; the same file gives the same.
    pub proof: String,
}

/// What a file says of a version.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcomes {
    /// Those who have come to an end, by learner.
    pub done: Vec<Done>,
    /// How many learners have begun and not ended.
    pub underway: usize,
}

/// A learner as results name them: `A-` and the first 40 digits of the SHA-256 of the account, or `M-` and the hash of the
/// mailbox as platforms write it. It is a pseudonym: who knows the account finds the results.
pub fn pseudonym(who: &Who) -> String {
    match who {
        Who::Mailbox(hash) => format!("M-{}", hash.to_uppercase()),
        Who::Account { home, name } => {
            let digest = Sha256::digest(format!("{home}\n{name}").as_bytes());
            let digits: String = digest.iter().take(20).map(|byte| format!("{byte:02X}")).collect();
            format!("A-{digits}")
        }
    }
}

/// The reference of the version that an activity is of, and the lesson if it is one: what
/// [`course_of`](crate::course_of) writes, `…/modules/MODU-2026-0001/m1-l1`.
pub fn module_of(activity: &str) -> Option<(String, Option<&str>)> {
    let (_, rest) = activity.rsplit_once("/modules/")?;
    match rest.split_once('/') {
        Some((reference, lesson)) => Some((reference.to_uppercase(), Some(lesson))),
        None => Some((rest.to_uppercase(), None)),
    }
}

/// What `statements` say of the version `reference`, whose parts are `modules`. A lesson with questions is to be passed,
/// one without to be completed; a statement on the whole version decides by itself.
pub fn outcomes(statements: &[Statement], reference: &str, modules: &[Module]) -> Outcomes {
    let lessons: BTreeMap<&str, bool> = modules
        .iter()
        .flat_map(|module| module.lessons.iter().map(|lesson| (lesson.slug.as_str(), !lesson.questions.is_empty())))
        .collect();
    let mut learners: BTreeMap<String, Progress<'_>> = BTreeMap::new();
    let mut in_order: Vec<&Statement> = statements.iter().collect();
    in_order.sort_by_key(|statement| statement.at);
    for statement in in_order {
        let Some((of, lesson)) = module_of(&statement.object) else { continue };
        if of != reference || lesson.is_some_and(|lesson| !lessons.contains_key(lesson)) {
            continue;
        }
        let progress = learners.entry(pseudonym(&statement.who)).or_default();
        progress.take(statement, lesson, &lessons);
    }
    let mut outcomes = Outcomes::default();
    for (learner, progress) in learners {
        match progress.ended(&lessons) {
            Some((ending, statement)) => outcomes.done.push(Done {
                achieved: day(statement),
                proof: proof(statement, &learner),
                score: progress.score(),
                learner,
                ending,
            }),
            None => outcomes.underway += 1,
        }
    }
    outcomes
}

#[derive(Default)]
struct Progress<'a> {
    whole: Option<(Ending, &'a Statement)>,
    done: BTreeSet<&'a str>,
    failed: BTreeSet<&'a str>,
    scores: BTreeMap<&'a str, f64>,
    last: Option<&'a Statement>,
}

impl<'a> Progress<'a> {
    fn take(&mut self, statement: &'a Statement, lesson: Option<&'a str>, lessons: &BTreeMap<&str, bool>) {
        let ending = match statement.verb {
            Verb::Passed | Verb::Satisfied => Some(Ending::Passed),
            Verb::Failed => Some(Ending::Failed),
            Verb::Waived => Some(Ending::Waived),
            Verb::Completed if statement.success == Some(false) => Some(Ending::Failed),
            // What asks nothing is done when it is read.
            Verb::Completed if lesson.is_some_and(|lesson| lessons.get(lesson) == Some(&false)) => Some(Ending::Passed),
            Verb::Completed if statement.success == Some(true) => Some(Ending::Passed),
            _ => None,
        };
        let Some(ending) = ending else { return };
        if let Some(scaled) = statement.score.and_then(|score| score.scaled) {
            self.scores.insert(lesson.unwrap_or_default(), scaled);
        }
        let Some(lesson) = lesson else {
            self.whole = Some((ending, statement));
            return;
        };
        self.last = Some(statement);
        if ending == Ending::Failed {
            // What was passed once stays passed.
            if !self.done.contains(lesson) {
                self.failed.insert(lesson);
            }
        } else {
            self.failed.remove(lesson);
            self.done.insert(lesson);
        }
    }

    fn ended(&self, lessons: &BTreeMap<&str, bool>) -> Option<(Ending, &'a Statement)> {
        if self.whole.is_some() {
            return self.whole;
        }
        let last = self.last?;
        if !lessons.is_empty() && lessons.keys().all(|lesson| self.done.contains(lesson)) {
            return Some((Ending::Passed, last));
        }
        (!self.failed.is_empty()).then_some((Ending::Failed, last))
    }

    /// Of the whole when it was told, else the mean of the lessons.
    fn score(&self) -> Option<u8> {
        let mean = match self.scores.get("") {
            Some(whole) => *whole,
            None => {
                let n = u32::try_from(self.scores.len()).ok().filter(|n| *n > 0)?;
                self.scores.values().sum::<f64>() / f64::from(n)
            }
        };
        let points = (mean * 100.0).round().clamp(0.0, 100.0);
        (0..=100).find(|whole| (f64::from(*whole) - points).abs() < 0.5)
    }
}

fn day(statement: &Statement) -> Date {
    let zone = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
    statement.at.to_zoned(zone).date()
}

/// The identifier of a statement; of one that has none, a digest of who, what and when.
fn proof(statement: &Statement, learner: &str) -> String {
    statement.id.as_ref().map_or_else(
        || {
            let digest = Sha256::digest(format!("{learner}\n{}\n{}", statement.object, statement.at).as_bytes());
            digest.iter().take(16).map(|byte| format!("{byte:02X}")).collect()
        },
        |id| id.to_uppercase(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons_of;
    use beffroi_elearning::read_statements;
    use std::fmt::Write as _;

    const CONTENT: &str = "# P\n## Lire\nTexte.\n## Exercice\n? Oui ?\n+ oui\n- non";

    /// Statements: who, verb, lesson (none for the whole), score, minute.
    fn file(told: &[(&str, &str, &str, f64, u32)]) -> Vec<Statement> {
        let mut text = String::from("[");
        for (n, (who, verb, lesson, score, minute)) in told.iter().enumerate() {
            let home = match *verb {
                "satisfied" | "waived" => "https://w3id.org/xapi/adl/verbs",
                _ => "http://adlnet.gov/expapi/verbs",
            };
            let _ = write!(
                text,
                r#"{}{{"actor":{{"account":{{"homePage":"https://mentor.example","name":"{who}"}}}},
                "verb":{{"id":"{home}/{verb}"}},
                "object":{{"id":"http://127.0.0.1:8117/modules/modu-2026-0001{lesson}"}},
                "result":{{"score":{{"scaled":{score}}}}},"timestamp":"2026-03-02T10:{minute:02}:00Z"}}"#,
                if n == 0 { "" } else { "," }
            );
        }
        text.push(']');
        let reading = read_statements(text.as_bytes()).unwrap();
        assert_eq!(reading.aside, 0, "{:?}", reading.findings);
        reading.statements
    }

    fn endings(told: &[(&str, &str, &str, f64, u32)]) -> (Vec<(Ending, Option<u8>)>, usize) {
        let outcomes = outcomes(&file(told), "MODU-2026-0001", &lessons_of(CONTENT).unwrap());
        (outcomes.done.iter().map(|done| (done.ending, done.score)).collect(), outcomes.underway)
    }

    #[test]
    fn a_version_is_passed_when_each_lesson_is() {
        let read = ("u1", "completed", "/m1-l1", 0.0, 1);
        assert_eq!(endings(&[read]), (vec![], 1));
        assert_eq!(endings(&[("u1", "completed", "/m1-l2", 0.5, 2), read]), (vec![], 1), "read is not passed");
        let passed = endings(&[("u1", "passed", "/m1-l2", 1.0, 2), read]);
        assert_eq!(passed, (vec![(Ending::Passed, Some(50))], 0));
        let failed = ("u1", "failed", "/m1-l2", 0.25, 2);
        assert_eq!(endings(&[read, failed]).0, [(Ending::Failed, Some(13))]);
        // In order of time, whatever the order of the file; passed once stays passed.
        let later = ("u1", "passed", "/m1-l2", 0.9, 3);
        assert_eq!(endings(&[later, failed, read]).0[0].0, Ending::Passed);
        assert_eq!(endings(&[("u1", "failed", "/m1-l2", 0.1, 9), later, read]).0[0].0, Ending::Passed);
    }

    #[test]
    fn a_statement_on_the_whole_decides_and_other_versions_do_not_count() {
        assert_eq!(endings(&[("u1", "satisfied", "", 0.8, 1)]).0, [(Ending::Passed, Some(80))]);
        assert_eq!(endings(&[("u1", "waived", "", 0.0, 1)]).0[0].0, Ending::Waived);
        assert_eq!(endings(&[("u1", "passed", "/m9-l9", 0.8, 1)]), (vec![], 0));
        assert_eq!(endings(&[("u1", "passed", "/m1-l2/x", 0.8, 1)]), (vec![], 0));
        let other = outcomes(&file(&[("u1", "passed", "", 0.8, 1)]), "MODU-2026-0002", &[]);
        assert_eq!(other, Outcomes::default());
    }

    #[test]
    fn learners_are_told_apart_and_never_named() {
        let told = file(&[("durand", "passed", "", 0.8, 1), ("u2", "failed", "", 0.1, 2)]);
        let done = outcomes(&told, "MODU-2026-0001", &[]).done;
        assert_eq!(done.len(), 2);
        assert!(done.iter().all(|done| done.learner.len() == 42 && !format!("{done:?}").contains("durand")));
        assert_ne!(done[0].proof, done[1].proof);
        assert_eq!(outcomes(&told, "MODU-2026-0001", &[]).done, done, "the same file, the same proofs");
        let mailbox = Who::Mailbox("4aa3e6c123af0412608b06324ec10aa23ccb3a15".to_owned());
        assert_eq!(pseudonym(&mailbox), "M-4AA3E6C123AF0412608B06324EC10AA23CCB3A15");
    }
}
