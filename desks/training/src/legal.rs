//! What a module cites of the law: an article and the day of its version, `CP 323-1 al.1@2023-01-26`.

use beffroi_codes::{Article, Code, CodeList};
use beffroi_register::Record;
use jiff::civil::Date;

/// What a citation is worth on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cited {
    /// The wording of that day is still in force, as far as the list of versions tells.
    InForce {
        /// Whether the version was checked at its source by somebody entitled to.
        verified: bool,
    },
    /// Another wording took its place: these versions, or none when it was repealed.
    Ended {
        /// Codes of the versions in force, `CP 323-1 al.1@2023-01-26`.
        now: Vec<String>,
    },
    /// The list holds no version of that article on that day: a person must say that it was read in force.
    Unknown,
    /// It is no article with a date.
    Malformed,
}

/// What a citation is worth on `on`, by the list `article_versions`. The date cited is a day on which the wording was in
/// force: usually that from which it is.
pub fn cited(text: &str, on: Date) -> Cited {
    match beffroi_codes::list("article_versions") {
        Some(versions) => cited_in(versions, text, on),
        None => Cited::Unknown,
    }
}

fn cited_in(versions: &CodeList, text: &str, on: Date) -> Cited {
    let read = text.split_once('@').and_then(|(article, day)| {
        let article: Article = article.trim().parse().ok()?;
        Some((article.to_string(), day.trim().parse::<Date>().ok().filter(|_| day.trim().len() == 10)?))
    });
    let Some((article, day)) = read else { return Cited::Malformed };
    // A whole article is its parts.
    let part = format!("{article} ");
    let of = |code: &&Code| code.parent.as_deref().is_some_and(|parent| parent == article || parent.starts_with(&part));
    let on_day = |day: Date| -> Vec<&Code> {
        versions.every_code().iter().filter(of).filter(|code| code.in_force_on(day)).collect()
    };
    let then = on_day(day);
    let now = on_day(on);
    if then.is_empty() || on < day {
        return Cited::Unknown;
    }
    // A part that was added since does not end the others.
    if then.iter().all(|version| now.contains(version)) {
        return Cited::InForce { verified: then.iter().all(|version| version.verified) };
    }
    Cited::Ended { now: now.iter().map(|version| version.code.clone()).collect() }
}

/// Whether an imported version (register `article_version`) has ended by `on`: a version holds until the day before
/// `until`.
pub(crate) fn has_ended(version: &Record, on: Date) -> bool {
    version.value("until").parse::<Date>().is_ok_and(|until| until <= on)
}

/// Whether an imported version is the wording that `text` cites: the number of the article, and a day on which it held.
pub(crate) fn is_cited_by(version: &Record, text: &str) -> bool {
    let Some((article, day)) = text.split_once('@') else { return false };
    let (Ok(article), Ok(day)) = (article.trim().parse::<Article>(), day.trim().parse::<Date>()) else { return false };
    let began = version.value("from").parse::<Date>().is_ok_and(|from| from <= day);
    version.value("number") == article.number && began && !has_ended(version, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_wording_is_followed_to_the_day() {
        let on = date(2026, 1, 1);
        assert_eq!(cited("CP 323-1 al.1@2023-01-26", on), Cited::InForce { verified: true });
        // A day within the version is the version.
        assert_eq!(cited("CP 323-1 al.1@2024-05-02", on), Cited::InForce { verified: true });
        assert_eq!(cited("CP 323-1@2023-01-26", on), Cited::InForce { verified: true });
        let now = vec!["CP 323-1 al.1@2023-01-26".to_owned()];
        assert_eq!(cited("CP 323-1 al.1@2015-07-27", on), Cited::Ended { now: now.clone() });
        assert_eq!(cited("CP 323-1 al.1@2015-07-27", date(2020, 1, 1)), Cited::InForce { verified: false });
        assert!(matches!(cited("CP 323-1@2015-07-27", on), Cited::Ended { now } if now.len() == 3));
    }

    #[test]
    fn an_imported_version_tells_what_the_list_does_not() {
        let values = [("number", "60-1"), ("from", "2022-03-01"), ("until", "2026-01-01")];
        let version = crate::trial::foreign("article_version", &values);
        assert!(is_cited_by(&version, "CPP 60-1@2024-05-02"));
        assert!(!is_cited_by(&version, "CPP 60-1@2020-05-02"), "before it began");
        assert!(!is_cited_by(&version, "CPP 60-1@2026-01-01"), "after it ended");
        assert!(!is_cited_by(&version, "CPP 60-2@2024-05-02"));
        assert!(has_ended(&version, date(2026, 1, 1)) && !has_ended(&version, date(2025, 12, 31)));
    }

    #[test]
    fn what_the_list_cannot_tell_is_unknown_and_what_is_no_citation_is_told() {
        let on = date(2026, 1, 1);
        for text in ["CP 323-1 al.1@1980-01-01", "CP 999-9@2024-01-01", "CP 323-1 al.1@2027-01-01"] {
            assert_eq!(cited(text, on), Cited::Unknown, "{text}");
        }
        for text in ["323-1@2023-01-26", "CP 323-1", "CP 323-1@hier", "@", "CP 323-1@2023-1-26"] {
            assert_eq!(cited(text, on), Cited::Malformed, "{text}");
        }
    }
}
