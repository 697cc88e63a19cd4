//! A tree as it is declared.

use serde::Deserialize;

/// The tree for victims in France.
const ORIENTATION: &str = include_str!("../orientation.toml");

/// A decision tree.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// Its name: keys of its words begin with it.
    pub name: String,
    /// Its edition, in the addresses of walks: it changes when a question or an answer does.
    pub edition: u16,
    /// Code of the first question.
    pub start: String,
    /// Its questions.
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
    /// Where paths end.
    #[serde(rename = "outcome")]
    pub outcomes: Vec<Outcome>,
    /// Whom outcomes send to.
    #[serde(rename = "channel")]
    pub channels: Vec<Channel>,
    /// What sheets say besides: what to do, to keep, and by when.
    pub advice: Vec<Advice>,
}

/// A question, one a page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its code: `NAME-q-CODE` is the key of its text, `NAME-q-CODE-help` of what helps to answer.
    pub code: String,
    /// What may be answered.
    #[serde(rename = "answer")]
    pub answers: Vec<Answer>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Its code: `NAME-a-QUESTION-CODE` is the key of its text.
    pub code: String,
    /// The question or outcome that it leads to.
    pub to: String,
    /// Advice that it adds to the sheet.
    #[serde(default)]
    pub adds: Vec<String>,
}

/// Where a path ends.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Its code: `NAME-o-CODE` is the key of its heading.
    pub code: String,
    /// Channels, the right one first.
    pub channels: Vec<String>,
    /// Advice.
    #[serde(default)]
    pub advice: Vec<String>,
}

/// Whom a sheet sends to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Its code: `NAME-c-CODE` is the key of its name, `NAME-c-CODE-how` of how to reach it and for what.
    pub code: String,
    /// Number to call; empty when there is none.
    #[serde(default)]
    pub call: String,
    /// Address of the web; empty when there is none.
    #[serde(default)]
    pub web: String,
    /// Text that it rests on; empty when none is told.
    #[serde(default)]
    pub basis: String,
    /// Where the facts of this row were read.
    pub source: String,
    /// Were they confirmed? If not, whoever shows it says so.
    pub confirmed: bool,
}

/// A line of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// Its code: `NAME-d-CODE` is the key of its text.
    pub code: String,
    /// Is it something to keep? Otherwise it is something to do.
    #[serde(default)]
    pub keep: bool,
    /// Code of the legal deadline that it tells; empty when it tells none.
    #[serde(default)]
    pub deadline: String,
}

/// A tree that cannot stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// It is not of the form of a tree.
    #[error("the declaration of the tree is not of its form: {0}")]
    Form(String),
    /// A code is no code.
    #[error("`{0}` is no code: small letters, digits and hyphens, 40 at most")]
    Code(String),
    /// A code stands twice where codes are told apart.
    #[error("`{0}` stands twice")]
    Twice(String),
    /// Something is named that is not there.
    #[error("`{at}` names `{to}`, which is not declared")]
    Missing {
        /// Where.
        at: String,
        /// What.
        to: String,
    },
    /// Too few or too many answers.
    #[error("question `{0}` has {1} answers: from 2 to 12")]
    Answers(String, usize),
    /// A path comes back to a question.
    #[error("a path comes back to question `{0}` and need not end")]
    Loop(String),
    /// A path is too long.
    #[error("a path asks more than {0} questions: a victim gives up")]
    Long(usize),
    /// No path comes here.
    #[error("no path comes to `{0}`: lead to it or remove it")]
    Unreachable(String),
    /// An outcome without a channel.
    #[error("outcome `{0}` sends to nobody")]
    Nowhere(String),
    /// A channel that cannot be reached or does not say where its facts come from.
    #[error("channel `{0}` has no source, or an address that is none")]
    Channel(String),
}

impl Tree {
    /// Reads and checks a tree.
    ///
    /// # Errors
    /// [`TreeError`] for the first thing that would leave somebody on the way.
    pub fn from_toml(text: &str) -> Result<Self, TreeError> {
        // The library repeats the text at fault: its first line is enough.
        let tree: Self = toml::from_str(text).map_err(|error| {
            TreeError::Form(error.message().lines().next().unwrap_or_default().chars().take(200).collect())
        })?;
        tree.check()?;
        Ok(tree)
    }

    /// The question of a code.
    pub fn question(&self, code: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.code == code)
    }

    /// The outcome of a code.
    pub fn outcome(&self, code: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.code == code)
    }

    /// Key of the text of a question; with `-help` behind it, of what helps to answer.
    pub fn question_key(&self, question: &Question) -> String {
        format!("{}-q-{}", self.name, question.code)
    }

    /// Key of the text of an answer.
    pub fn answer_key(&self, question: &Question, answer: &Answer) -> String {
        format!("{}-a-{}-{}", self.name, question.code, answer.code)
    }

    /// Key of the heading of an outcome.
    pub fn outcome_key(&self, outcome: &Outcome) -> String {
        format!("{}-o-{}", self.name, outcome.code)
    }

    /// Key of the name of a channel; with `-how` behind it, of how to reach it.
    pub fn channel_key(&self, channel: &Channel) -> String {
        format!("{}-c-{}", self.name, channel.code)
    }

    /// Key of a piece of advice.
    pub fn advice_key(&self, advice: &Advice) -> String {
        format!("{}-d-{}", self.name, advice.code)
    }

    /// Every key that its pages say.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        for question in &self.questions {
            let key = self.question_key(question);
            keys.extend([format!("{key}-help"), key]);
            keys.extend(question.answers.iter().map(|answer| self.answer_key(question, answer)));
        }
        keys.extend(self.outcomes.iter().map(|outcome| self.outcome_key(outcome)));
        for channel in &self.channels {
            let key = self.channel_key(channel);
            keys.extend([format!("{key}-how"), key]);
        }
        keys.extend(self.advice.iter().map(|advice| self.advice_key(advice)));
        keys
    }
}

/// The tree that leads a victim in France to the right channel.
///
/// # Errors
/// [`TreeError`] when the declaration of the house is at fault; a test reads it.
pub fn orientation() -> Result<Tree, TreeError> {
    Tree::from_toml(ORIENTATION)
}
