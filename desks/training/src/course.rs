//! A module in service as the course that platforms take, and as the sheet that is read before it is approved.

use crate::blocks::paragraph;
use crate::content::{Unreadable, lessons_of};
use crate::legal::{Cited, cited, has_ended};
use beffroi_document::{Block, Span};
use beffroi_elearning::{Block as Piece, Course, Lesson};
use beffroi_register::{Record, Refusal, SheetContext, items};
use jiff::civil::Date;

/// Why a module makes no package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotPackaged {
    /// It is not in service: a draft, or a version that was withdrawn.
    State(String),
    /// It cites a wording of the law that has ended.
    Law(String),
    /// Its content does not read.
    Content(Unreadable),
}

/// The course of a version that is in service. `law` holds the imported versions of articles that it names; `address` is where this house is reached: each version is a course of its
/// own, `ADDRESS/modules/REFERENCE`, so that results say which version was taken.
///
/// # Errors
/// [`NotPackaged`] for a version that must not be taught, and for a content that cannot be.
pub fn course_of(module: &Record, law: &[Record], address: &str, on: Date) -> Result<Course, NotPackaged> {
    if module.state != "in_service" {
        return Err(NotPackaged::State(module.state.clone()));
    }
    let by_list = items(module.value("legal_basis")).find(|text| matches!(cited(text, on), Cited::Ended { .. }));
    let imported = law.iter().find(|version| has_ended(version, on)).map(|version| version.reference.as_str());
    if let Some(ended) = by_list.or(imported) {
        return Err(NotPackaged::Law(ended.to_owned()));
    }
    let modules = lessons_of(module.value("content")).map_err(NotPackaged::Content)?;
    let legal = items(module.value("legal_basis")).collect::<Vec<_>>().join(" · ");
    Ok(Course {
        id: format!("{}/modules/{}", address.trim_end_matches('/'), module.reference.to_lowercase()),
        version: module.value("version").to_owned(),
        language: module.value("language").to_owned(),
        title: module.value("title").to_owned(),
        description: module.value("description").to_owned(),
        footer: format!("{} · {} · {legal}", module.reference, module.marking),
        modules,
    })
}

/// Sheet of a module: what the learner reads, with the answers, for whoever approves it.
pub(crate) fn sheet(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(module) = context.record else { return Ok(Vec::new()) };
    let modules = lessons_of(module.value("content")).map_err(unreadable)?;
    let heading = |level, text: &str, id: &str| Block::Heading { level, text: text.to_owned(), id: id.to_owned() };
    let mut blocks = Vec::new();
    for part in &modules {
        blocks.push(heading(1, &part.title, &part.slug));
        for lesson in &part.lessons {
            blocks.push(heading(2, &lesson.title, &lesson.slug));
            blocks.extend(lesson.body.iter().enumerate().map(|(n, piece)| match piece {
                Piece::Heading(text) => heading(3, text, &format!("{}-h{n}", lesson.slug)),
                Piece::Paragraph(text) => paragraph(text.clone()),
                Piece::List(items) => list(items.iter().map(|item| Span::Text(item.clone()))),
            }));
            blocks.extend(questions(context, lesson));
        }
    }
    Ok(blocks)
}

/// Why a content is not read, for a guard or a sheet.
pub(crate) fn unreadable(fault: Unreadable) -> Refusal {
    Refusal {
        key: "register-module-refusal-content".to_owned(),
        ..Refusal::new().at("content").with("line", fault.line).with("why", fault.why)
    }
}

fn list(items: impl Iterator<Item = Span>) -> Block {
    Block::List { ordered: false, items: items.map(|item| vec![item]).collect() }
}

fn questions(context: &SheetContext<'_>, lesson: &Lesson) -> Vec<Block> {
    let mut blocks = Vec::new();
    for question in &lesson.questions {
        let answers = question.answers.iter().map(|answer| match answer.right {
            true => Span::Strong(format!("{} – {}", answer.text, context.say("course-right"))),
            false => Span::Text(answer.text.clone()),
        });
        let mut inside = vec![list(answers)];
        if !question.why.is_empty() {
            inside.push(paragraph(question.why.clone()));
        }
        blocks.push(Block::Frame { title: question.text.clone(), warning: false, blocks: inside });
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{foreign, record};
    use jiff::civil::date;

    const CONTENT: &str = "# P\n## L\nTexte.";

    fn of(state: &str, legal: &str, content: &str) -> Record {
        let values =
            [("title", "T"), ("version", "1"), ("language", "fr"), ("legal_basis", legal), ("content", content)];
        record("module", state, &values)
    }

    /// J6.1: a law that has ended is not taught, even by a version that was approved before.
    #[test]
    fn only_a_version_in_service_under_law_in_force_leaves() {
        let on = date(2026, 5, 4);
        let course = |module: &Record, law: &[Record]| course_of(module, law, "https://house.example/", on);
        let fine = of("in_service", "CP 323-1 al.1@2023-01-26", CONTENT);
        let made = course(&fine, &[]).unwrap();
        assert_eq!(made.id, "https://house.example/modules/modu-2026-0001");
        assert_eq!(made.check(), Ok(()));
        assert!(made.footer.contains("TLP:GREEN") && made.footer.contains("CP 323-1 al.1@2023-01-26"));
        for state in ["draft", "submitted", "withdrawn"] {
            let other = of(state, "CP 323-1 al.1@2023-01-26", CONTENT);
            assert_eq!(course(&other, &[]), Err(NotPackaged::State(state.to_owned())));
        }
        let old = of("in_service", "CP 323-1 al.1@2015-07-27", CONTENT);
        assert_eq!(course(&old, &[]), Err(NotPackaged::Law("CP 323-1 al.1@2015-07-27".to_owned())));
        let ended = foreign("article_version", &[("number", "60-1"), ("until", "2026-05-04")]);
        assert_eq!(course(&fine, &[ended]), Err(NotPackaged::Law("OTHER-2026-0001".to_owned())));
        let empty = of("in_service", "CP 323-1 al.1@2023-01-26", "");
        assert!(matches!(course(&empty, &[]), Err(NotPackaged::Content(_))));
    }
}
