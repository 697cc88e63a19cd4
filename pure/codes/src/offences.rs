//! What an article punishes with, on the day of the facts.

use crate::{Article, Code, list};
use jiff::civil::Date;

/// The wording of an article that stood on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offence {
    /// The article, of the list `articles`.
    pub article: &'static Code,
    /// Its wording, of the list `article_versions`.
    pub version: &'static Code,
    /// Longest imprisonment, in months, without aggravation.
    pub months: u32,
    /// Highest fine, in euros, without aggravation.
    pub fine_euros: u32,
    /// Whether both rows were checked in the text: what is not checked decides nothing.
    pub verified: bool,
}

/// What `article` said on `day`: the version in force then, not the one of today. Nothing where the lists know no such
/// article or no wording of that day; then the text is to be read, never guessed.
pub fn offence(article: &Article, day: Date) -> Option<Offence> {
    let code = article.to_string();
    let article = list("articles")?.code(&code)?;
    let versions = list("article_versions")?.every_code();
    let version =
        versions.iter().find(|version| version.parent.as_ref() == Some(&article.code) && version.in_force_on(day))?;
    let number = |column| version.extra(column)?.parse().ok();
    Some(Offence {
        article,
        version,
        months: number("months")?,
        fine_euros: number("fine_eur")?,
        verified: article.verified && version.verified,
    })
}
