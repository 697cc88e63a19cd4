//! A request that comes in: what a person must look at, and the decision of that person.

use crate::table::{Status, TableError, rows};
use std::collections::{BTreeMap, BTreeSet};

const TABLE: &str = include_str!("../safeguards.csv");
const NAME: &str = "safeguards.csv";

/// What a safeguard does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Somebody must see it.
    Flag,
    /// A decision needs a written reason that speaks of it.
    Reason,
    /// More is to be asked of the requester.
    Ask,
    /// Nothing is carried out until it is lifted.
    Block,
    /// Not by this way.
    Refuse,
}

/// One row of `safeguards.csv`; `cooperation-safeguard-CODE` is the key of its question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Safeguard {
    /// Its code.
    pub code: String,
    /// What it does.
    pub effect: Effect,
    /// The texts.
    pub basis: String,
    /// Were they read?
    pub confirmed: bool,
}

/// The safeguards, in the order of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Safeguards(Vec<Safeguard>);

#[derive(serde::Deserialize)]
struct Row {
    code: String,
    effect: Effect,
    basis: String,
    status: Status,
}

impl Safeguards {
    /// The table of the house.
    ///
    /// # Errors
    /// [`TableError`] when the table is at fault; a test reads it.
    pub fn house() -> Result<Self, TableError> {
        Self::from_csv(TABLE)
    }

    /// A table in the form of `safeguards.csv`.
    ///
    /// # Errors
    /// [`TableError`] for the first row at fault.
    pub fn from_csv(text: &str) -> Result<Self, TableError> {
        let mut all: Vec<Safeguard> = Vec::new();
        for (line, row) in rows::<Row>(NAME, text)? {
            let wrong = |why: &str| TableError { table: NAME, line, why: why.to_owned() };
            if row.code.is_empty() || row.basis.is_empty() {
                return Err(wrong("code and basis are not empty"));
            }
            if all.iter().any(|known| known.code == row.code) {
                return Err(wrong("this code stands twice"));
            }
            let confirmed = row.status == Status::Confirmed;
            all.push(Safeguard { code: row.code, effect: row.effect, basis: row.basis, confirmed });
        }
        Ok(Self(all))
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Safeguard> {
        self.0.iter()
    }
}

/// What is known of one safeguard, for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The risk is there.
    Yes,
    /// It is not.
    No,
    /// Nobody knows yet: treated as there.
    Unknown,
}

/// What is known of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Incoming {
    /// Answers by code of safeguard; one that is missing is not known.
    pub answers: BTreeMap<String, Answer>,
    /// Is the offence one of speech: insult, defamation, blasphemy, false news? Nothing when it is not known.
    pub speech: Option<bool>,
    /// Maximum penalty in months in the requesting State; nothing when it is not known.
    pub months: Option<u16>,
    /// Does it rest on the United Nations convention for a crime that the convention does not itself define?
    pub serious_crime_only: bool,
    /// Was the requester found in the directory of contact points?
    pub requester_verified: bool,
    /// Was the basis of the transfer of personal data chosen?
    pub transfer_basis: bool,
}

/// Something that a person must see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag<'a> {
    /// The safeguard.
    pub safeguard: &'a Safeguard,
    /// What is known of it: `Yes` or `Unknown`.
    pub answer: Answer,
}

/// What was found of a request. It decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination<'a> {
    /// Everything that must be seen.
    pub flags: Vec<Flag<'a>>,
}

/// What a person decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// To carry it out, with the reason where one is due.
    Execute {
        /// Why it may be, in spite of what was flagged; empty when nothing calls for a reason.
        reason: String,
    },
    /// To ask for more.
    AskMore {
        /// What for.
        question: String,
    },
    /// To refuse it.
    Refuse {
        /// The ground: code of a safeguard.
        ground: String,
        /// In words, for the requester.
        reason: String,
    },
}

/// A decision of a person that may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Reference of the person.
    pub by: String,
    /// What was decided.
    pub outcome: Outcome,
    /// The flags that the person has seen, by code.
    pub seen: Vec<String>,
}

/// Why a decision cannot stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecisionError {
    /// Nobody decided.
    #[error("a decision is a person's: nobody is named")]
    Nobody,
    /// Flags were not seen.
    #[error("these flags were not seen: {}; read them first", .0.join(", "))]
    Unseen(Vec<String>),
    /// It cannot be carried out yet.
    #[error("`{0}` stops it from being carried out: lift it, ask for more or refuse")]
    Stopped(String),
    /// A reason is due.
    #[error("a written reason is due, because of `{0}`")]
    Reason(String),
    /// A question without words.
    #[error("say what is asked of the requester")]
    Question,
    /// A refusal without a ground, or on one that is none.
    #[error("a refusal is answered with a ground of the table and words for the requester; `{0}` is not enough")]
    Ground(String),
}

impl Safeguards {
    /// Everything of a request that a person must see: what is known to be there, and what is not known. Some answers
    /// follow from what is known of the request; they never take back one that was given.
    pub fn examine(&self, incoming: &Incoming) -> Examination<'_> {
        let flags = self.0.iter().filter_map(|safeguard| {
            let given = incoming.answers.get(&safeguard.code).copied().unwrap_or(Answer::Unknown);
            let found = incoming.implies(&safeguard.code);
            let answer = match (given, found) {
                (Answer::Yes, _) | (_, Some(Answer::Yes)) => Answer::Yes,
                (Answer::Unknown, Some(found)) => found,
                (given, _) => given,
            };
            (answer != Answer::No).then_some(Flag { safeguard, answer })
        });
        Examination { flags: flags.collect() }
    }
}

impl Incoming {
    /// What follows of a safeguard from the rest of the request.
    fn implies(&self, code: &str) -> Option<Answer> {
        let yes = |there: bool| if there { Answer::Yes } else { Answer::No };
        match code {
            "requester" => Some(yes(!self.requester_verified)),
            "data-transfer" => Some(yes(!self.transfer_basis)),
            // Speech is flagged; an offence of another family may still hide one, and a person answers.
            "expression" => (self.speech == Some(true)).then_some(Answer::Yes),
            "outside-instrument" if self.serious_crime_only => {
                // « Serious »: four years at least (art. 2(h)).
                Some(self.months.map_or(Answer::Unknown, |months| yes(months < 48)))
            }
            "outside-instrument" => Some(Answer::No),
            _ => None,
        }
    }
}

impl Examination<'_> {
    /// Takes a person's decision, when it may stand: every flag was seen; nothing is carried out that a safeguard stops;
    /// a reason is written where one is due; a refusal names its ground.
    ///
    /// # Errors
    /// [`DecisionError`]: what is missing.
    pub fn decide(&self, by: &str, seen: &BTreeSet<String>, outcome: Outcome) -> Result<Decision, DecisionError> {
        if by.trim().is_empty() {
            return Err(DecisionError::Nobody);
        }
        let unseen: Vec<String> =
            self.flags.iter().map(|flag| &flag.safeguard.code).filter(|code| !seen.contains(*code)).cloned().collect();
        if !unseen.is_empty() {
            return Err(DecisionError::Unseen(unseen));
        }
        match &outcome {
            Outcome::Execute { reason } => {
                let stops =
                    |flag: &&Flag<'_>| matches!(flag.safeguard.effect, Effect::Block | Effect::Refuse | Effect::Ask);
                if let Some(flag) = self.flags.iter().find(stops) {
                    return Err(DecisionError::Stopped(flag.safeguard.code.clone()));
                }
                if let Some(flag) = self.flags.first().filter(|_| reason.trim().is_empty()) {
                    return Err(DecisionError::Reason(flag.safeguard.code.clone()));
                }
            }
            Outcome::AskMore { question } if question.trim().is_empty() => return Err(DecisionError::Question),
            Outcome::AskMore { .. } => {}
            Outcome::Refuse { ground, reason } => {
                let known = self.flags.iter().any(|flag| flag.safeguard.code == *ground);
                if !known || reason.trim().is_empty() {
                    return Err(DecisionError::Ground(ground.chars().take(60).collect()));
                }
            }
        }
        let seen = self.flags.iter().map(|flag| flag.safeguard.code.clone()).collect();
        Ok(Decision { by: by.to_owned(), outcome, seen })
    }
}
