//! A course as data.

use crate::error::CourseError;
use std::collections::BTreeSet;

/// A course in one version and one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// An address that names it and no other (IRI), the same in all versions, without a slash at its end.
    pub id: String,
    /// Its version, as shown.
    pub version: String,
    /// Language of its texts: `fr`, `en-GB`… (BCP 47).
    pub language: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Its marking and legal references, shown at the foot of each page; empty to say nothing.
    pub footer: String,
    /// Its modules, in order.
    pub modules: Vec<Module>,
}

/// A part of a course.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    /// Its name in addresses: small letters, digits and hyphens.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its lessons, in order.
    pub lessons: Vec<Lesson>,
}

/// What a platform launches: one page.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// Its name in addresses; one in the whole course has it.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// What is read.
    pub body: Vec<Block>,
    /// What is asked at the end; empty for a lesson that is only read.
    pub questions: Vec<Question>,
    /// Share of right answers, from 0 to 1, at which it is passed. Counts when there are questions.
    pub mastery: f64,
}

/// A piece of a lesson.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading within the lesson.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A list.
    List(Vec<String>),
}

/// A question with one or several right answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// What may be answered.
    pub answers: Vec<Answer>,
    /// Why, shown with the result.
    pub why: String,
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What it says.
    pub text: String,
    /// Is it right?
    pub right: bool,
}

/// The words of the pages that are not of the course, in its language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Heading above the questions.
    pub questions: String,
    /// Button that gives the result.
    pub check: String,
    /// Button of a lesson that is only read.
    pub done: String,
    /// Before a right answer.
    pub right: String,
    /// Before a wrong one.
    pub wrong: String,
    /// Before the result.
    pub result: String,
    /// When it is passed.
    pub passed: String,
    /// When it is not.
    pub failed: String,
    /// When no platform answers.
    pub alone: String,
}

impl Course {
    /// Every lesson, with the module that it stands in.
    pub fn lessons(&self) -> impl Iterator<Item = (&Module, &Lesson)> {
        self.modules.iter().flat_map(|module| module.lessons.iter().map(move |lesson| (module, lesson)))
    }

    /// Can it be written?
    ///
    /// # Errors
    /// [`CourseError`] for the first thing that a platform would refuse, or a learner could not finish.
    pub fn check(&self) -> Result<(), CourseError> {
        if !iri(&self.id) {
            return Err(CourseError::Address(self.id.clone()));
        }
        let language = self
            .language
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !language || !self.language.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(CourseError::Language(self.language.clone()));
        }
        if self.title.trim().is_empty() || self.version.trim().is_empty() {
            return Err(CourseError::Empty("course"));
        }
        if self.lessons().next().is_none() {
            return Err(CourseError::NoLesson);
        }
        let mut seen = BTreeSet::new();
        for name in self.modules.iter().map(|module| &module.slug).chain(self.lessons().map(|(_, lesson)| &lesson.slug))
        {
            if !slug(name) {
                return Err(CourseError::Slug(name.clone()));
            }
            if !seen.insert(name) {
                return Err(CourseError::Twice(name.clone()));
            }
        }
        for (module, lesson) in self.lessons() {
            if module.title.trim().is_empty() || lesson.title.trim().is_empty() {
                return Err(CourseError::Empty("module or lesson"));
            }
            if !(0.0..=1.0).contains(&lesson.mastery) {
                return Err(CourseError::Mastery(lesson.slug.clone()));
            }
            for question in &lesson.questions {
                let right = question.answers.iter().filter(|answer| answer.right).count();
                if right == 0 || question.answers.len() < 2 || question.text.trim().is_empty() {
                    return Err(CourseError::Question(lesson.slug.clone()));
                }
            }
        }
        Ok(())
    }
}

/// An absolute address with nothing in it that an attribute or a URL would trip on.
fn iri(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        rest.len() > 3
            && !rest.ends_with('/')
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte))
    })
}

fn slug(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
