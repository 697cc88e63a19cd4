//! What is checked of a tree before anybody walks it.

use crate::tree::{Tree, TreeError};
use std::collections::{BTreeMap, BTreeSet};

/// Most questions on a path.
const LONGEST: usize = 7;

impl Tree {
    pub(crate) fn check(&self) -> Result<(), TreeError> {
        self.codes()?;
        self.names()?;
        let reached = self.paths()?;
        let all = self.questions.iter().map(|q| &q.code).chain(self.outcomes.iter().map(|o| &o.code));
        if let Some(lost) = all.into_iter().find(|code| !reached.contains(code.as_str())) {
            return Err(TreeError::Unreachable(lost.clone()));
        }
        let sent: BTreeSet<&String> = self.outcomes.iter().flat_map(|outcome| &outcome.channels).collect();
        if let Some(idle) = self.channels.iter().find(|channel| !sent.contains(&channel.code)) {
            return Err(TreeError::Unreachable(idle.code.clone()));
        }
        let answers = self.questions.iter().flat_map(|question| &question.answers);
        let told: BTreeSet<&String> =
            answers.flat_map(|answer| &answer.adds).chain(self.outcomes.iter().flat_map(|o| &o.advice)).collect();
        match self.advice.iter().find(|advice| !told.contains(&advice.code)) {
            Some(idle) => Err(TreeError::Unreachable(idle.code.clone())),
            None => Ok(()),
        }
    }

    fn codes(&self) -> Result<(), TreeError> {
        let pages = self.questions.iter().map(|q| &q.code).chain(self.outcomes.iter().map(|o| &o.code)).collect();
        let mut lists: Vec<Vec<&String>> = vec![pages];
        lists.push(self.channels.iter().map(|channel| &channel.code).collect());
        lists.push(self.advice.iter().map(|advice| &advice.code).collect());
        lists.extend(self.questions.iter().map(|question| question.answers.iter().map(|a| &a.code).collect()));
        lists.push(vec![&self.name]);
        for list in lists {
            let mut seen = BTreeSet::new();
            for code in list {
                let fits = (1..=40).contains(&code.len())
                    && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
                if !fits {
                    return Err(TreeError::Code(code.chars().take(80).collect()));
                }
                if !seen.insert(code) {
                    return Err(TreeError::Twice(code.clone()));
                }
            }
        }
        Ok(())
    }

    /// What is named is there.
    fn names(&self) -> Result<(), TreeError> {
        let missing = |at: &str, to: &str| TreeError::Missing { at: at.to_owned(), to: to.chars().take(80).collect() };
        let advice: BTreeSet<&str> = self.advice.iter().map(|advice| advice.code.as_str()).collect();
        let channels: BTreeSet<&str> = self.channels.iter().map(|channel| channel.code.as_str()).collect();
        if self.question(&self.start).is_none() {
            return Err(missing("start", &self.start));
        }
        for question in &self.questions {
            if !(2..=12).contains(&question.answers.len()) {
                return Err(TreeError::Answers(question.code.clone(), question.answers.len()));
            }
            for answer in &question.answers {
                if self.question(&answer.to).is_none() && self.outcome(&answer.to).is_none() {
                    return Err(missing(&question.code, &answer.to));
                }
                if let Some(to) = answer.adds.iter().find(|code| !advice.contains(code.as_str())) {
                    return Err(missing(&question.code, to));
                }
            }
        }
        for outcome in &self.outcomes {
            if outcome.channels.is_empty() {
                return Err(TreeError::Nowhere(outcome.code.clone()));
            }
            if let Some(to) = outcome.channels.iter().find(|code| !channels.contains(code.as_str())) {
                return Err(missing(&outcome.code, to));
            }
            if let Some(to) = outcome.advice.iter().find(|code| !advice.contains(code.as_str())) {
                return Err(missing(&outcome.code, to));
            }
        }
        for channel in &self.channels {
            let web = channel.web.is_empty()
                || channel.web.strip_prefix("https://").is_some_and(|rest| {
                    !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-./".contains(&b))
                });
            let call = channel.call.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
            if channel.source.is_empty() || !web || !call {
                return Err(TreeError::Channel(channel.code.clone()));
            }
        }
        Ok(())
    }

    /// Every page that a path comes to. No path comes back, and none is too long.
    fn paths(&self) -> Result<BTreeSet<&str>, TreeError> {
        // Pages by the most questions asked before them; a loop makes that number grow for ever.
        let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
        let mut todo: Vec<(&str, usize)> = vec![(&self.start, 0)];
        while let Some((code, before)) = todo.pop() {
            if asked.get(code).is_some_and(|known| *known >= before) {
                continue;
            }
            asked.insert(code, before);
            let Some(question) = self.question(code) else { continue };
            if before >= self.questions.len() {
                return Err(TreeError::Loop(code.to_owned()));
            }
            todo.extend(question.answers.iter().map(|answer| (answer.to.as_str(), before + 1)));
        }
        if asked.values().any(|before| *before > LONGEST) {
            return Err(TreeError::Long(LONGEST));
        }
        Ok(asked.into_keys().collect())
    }
}
