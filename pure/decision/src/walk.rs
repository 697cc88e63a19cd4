//! A walk through a tree: the answers so far, in the address of the page.

use crate::tree::{Advice, Channel, Outcome, Question, Tree};

/// Where a walk stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<'a> {
    /// At a question. The answers so far are the walk that led here; that of an answer is [`Tree::after`].
    Ask(&'a Question),
    /// At its end.
    End(Sheet<'a>),
}

/// What somebody takes away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet<'a> {
    /// The outcome.
    pub outcome: &'a Outcome,
    /// Whom to turn to, the right one first.
    pub channels: Vec<&'a Channel>,
    /// What to do, in the order of the walk; what a deadline binds stands first.
    pub todo: Vec<&'a Advice>,
    /// What to keep.
    pub keep: Vec<&'a Advice>,
}

/// An address that is no walk through this tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WalkError {
    /// It is of another edition: its letters may mean something else now.
    #[error("these answers were given to another edition of the questions: begin again")]
    Edition,
    /// It is no walk.
    #[error("these answers lead nowhere: begin again")]
    Answers,
}

impl Tree {
    /// The walk before any answer.
    pub fn begin(&self) -> String {
        format!("{}.", self.edition)
    }

    /// The walk after one more answer, by its place in the list; nothing past the twelfth.
    pub fn after(&self, walk: &str, place: usize) -> Option<String> {
        let letter = u8::try_from(place).ok().filter(|place| *place < 12).map(|place| char::from(b'a' + place))?;
        Some(format!("{walk}{letter}"))
    }

    /// The walk without its last answer; nothing before any.
    pub fn back<'w>(&self, walk: &'w str) -> Option<&'w str> {
        let (_, letters) = walk.split_once('.')?;
        (!letters.is_empty()).then(|| walk.get(..walk.len() - 1)).flatten()
    }

    /// Where a walk stands. An empty text is the beginning.
    ///
    /// # Errors
    /// [`WalkError`] when it is none through this tree: whoever is shown it begins again.
    pub fn walk(&self, walk: &str) -> Result<Step<'_>, WalkError> {
        let letters = match walk {
            "" => "",
            walk => {
                let (edition, letters) = walk.split_once('.').ok_or(WalkError::Answers)?;
                if edition.is_empty() || !edition.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(WalkError::Answers);
                }
                if edition != self.edition.to_string() {
                    return Err(WalkError::Edition);
                }
                letters
            }
        };
        let mut at = self.start.as_str();
        let mut told: Vec<&str> = Vec::new();
        for letter in letters.bytes() {
            let question = self.question(at).ok_or(WalkError::Answers)?;
            let place = usize::from(letter.checked_sub(b'a').ok_or(WalkError::Answers)?);
            let answer = question.answers.get(place).ok_or(WalkError::Answers)?;
            told.extend(answer.adds.iter().map(String::as_str));
            at = &answer.to;
        }
        if let Some(question) = self.question(at) {
            return Ok(Step::Ask(question));
        }
        let outcome = self.outcome(at).ok_or(WalkError::Answers)?;
        Ok(Step::End(self.sheet(outcome, told)))
    }

    fn sheet<'a>(&'a self, outcome: &'a Outcome, mut told: Vec<&'a str>) -> Sheet<'a> {
        told.extend(outcome.advice.iter().map(String::as_str));
        let mut all: Vec<&Advice> = Vec::new();
        for code in told {
            if let Some(advice) = self.advice.iter().find(|advice| advice.code == code)
                && !all.contains(&advice)
            {
                all.push(advice);
            }
        }
        let (keep, mut todo): (Vec<&Advice>, Vec<&Advice>) = all.into_iter().partition(|advice| advice.keep);
        todo.sort_by_key(|advice| advice.deadline.is_empty());
        let channels =
            outcome.channels.iter().filter_map(|code| self.channels.iter().find(|c| c.code == *code)).collect();
        Sheet { outcome, channels, todo, keep }
    }
}
