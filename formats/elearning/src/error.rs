//! What cannot be written, and what cannot be read.

/// Why a course cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CourseError {
    /// Its identifier is no address.
    #[error("`{0}` is no address of a course: write https://, a domain and a path without a slash at the end")]
    Address(String),
    /// Its language is none.
    #[error("`{0}` is no code of a language: write `fr` or `en-GB`")]
    Language(String),
    /// A title or the version is missing.
    #[error("a {0} has no title, or the course no version")]
    Empty(&'static str),
    /// It has no lesson.
    #[error("the course has no lesson: a platform would have nothing to launch")]
    NoLesson,
    /// A name in addresses is none.
    #[error("`{0}` is no name of a module or lesson: small letters, digits and hyphens, 60 at most, a letter first")]
    Slug(String),
    /// Two modules or lessons have one name.
    #[error("two modules or lessons are named `{0}`: results could not be told apart")]
    Twice(String),
    /// The share to pass is none.
    #[error("the share of right answers to pass lesson `{0}` is not from 0 to 1")]
    Mastery(String),
    /// A question cannot be answered.
    #[error("a question of lesson `{0}` has no text, fewer than two answers or no right one: nobody could pass")]
    Question(String),
}

/// Why a file of statements is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementsError {
    /// Too long.
    #[error("the file has {bytes} bytes; {most} at most are read: export a shorter span")]
    Long {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
    /// No JSON.
    #[error("the file is no JSON: line {line}, column {column}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON, but no statements.
    #[error("the file holds no statements: a statement, a list of them or an object with `statements` is expected")]
    Form,
    /// Too many.
    #[error("the file holds more than {0} statements: export a shorter span")]
    Many(usize),
}

/// Something of one statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("statement {place}: {why}")]
pub struct Finding {
    /// Which statement, from 1.
    pub place: usize,
    /// What.
    pub why: Why,
}

/// Why a statement is set aside, or what of it was left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// It is not of the form of a statement. Set aside.
    #[error("it is not of the form of a statement ({0})")]
    Form(&'static str),
    /// Nobody can be told from the actor: no account, no mailbox, no hash of one. Set aside.
    #[error("its actor has neither an account nor a mailbox nor the hash of one")]
    Actor,
    /// Its verb is no address. Set aside.
    #[error("its verb is no address")]
    Verb,
    /// Its object is no activity. Set aside.
    #[error("its object is no activity")]
    Object,
    /// Its instant is missing or none. Set aside.
    #[error("its instant is missing, or has no offset from UTC")]
    When,
    /// Its score is out of bounds. The statement is kept without a score.
    #[error("its score is outside its bounds, and is left out")]
    Score,
    /// Its duration is none. The statement is kept without it.
    #[error("its duration is none, and is left out")]
    Duration,
    /// It voids another one: both are set aside.
    #[error("it voids another statement; both are set aside")]
    Voids,
    /// A statement of the same identifier stands before it. Set aside.
    #[error("a statement of the same identifier stands before it")]
    Twice,
}
