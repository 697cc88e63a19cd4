//! The content of a module as a record holds it, read into lessons. One kind of line each:
//!
//! | line | is |
//! | --- | --- |
//! | `# title` | a part |
//! | `## title` | a lesson of the part |
//! | `### title` | a heading in the lesson |
//! | `- text` | an item of a list; below a question, a wrong answer |
//! | `? text` | a question at the end of the lesson |
//! | `+ text` | a right answer |
//! | `! text` | why, shown with the result |
//! | `= 80` | share of right answers, in percent, at which the lesson is passed (80 when not said) |
//! | anything else | a paragraph, until an empty line |

use beffroi_elearning::{Answer, Block, Lesson, Module, Question};

/// Share of right answers at which a lesson is passed, when it does not say.
const MASTERY: f64 = 0.8;

/// Where a content cannot be read, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable {
    /// Line, from 1; that after the last for what is missing at the end.
    pub line: usize,
    /// `outside`: text before the first lesson; `title`: a heading without text; `question`: fewer than two answers, none
    /// right, or an answer without a question; `after`: text between answers; `mastery`: no share from 0 to 100;
    /// `nothing`: no lesson.
    pub why: &'static str,
}

/// The parts and lessons of a content.
///
/// # Errors
/// [`Unreadable`] for the first line that is not as above.
pub fn lessons_of(content: &str) -> Result<Vec<Module>, Unreadable> {
    let mut reader = Reader::default();
    let mut last = 0;
    for (at, line) in content.lines().enumerate() {
        last = at + 1;
        reader.line(line.trim()).map_err(|why| Unreadable { line: last, why })?;
    }
    reader.end_question().map_err(|why| Unreadable { line: last, why })?;
    let modules = reader.modules;
    let empty = modules.iter().any(|module| module.lessons.is_empty());
    if modules.is_empty() || empty { Err(Unreadable { line: last + 1, why: "nothing" }) } else { Ok(modules) }
}

#[derive(Default)]
struct Reader {
    modules: Vec<Module>,
    question: Option<Question>,
    /// Whether the next line of text goes on with the last paragraph.
    goes_on: bool,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        let goes_on = std::mem::take(&mut self.goes_on);
        let titled = |rest: &str| if rest.trim().is_empty() { Err("title") } else { Ok(rest.trim().to_owned()) };
        if line.is_empty() {
            return Ok(());
        }
        if let Some(rest) = line.strip_prefix("### ") {
            self.end_question()?;
            let title = titled(rest)?;
            self.lesson()?.body.push(Block::Heading(title));
        } else if let Some(rest) = line.strip_prefix("## ") {
            self.end_question()?;
            let title = titled(rest)?;
            let number = self.modules.len();
            let module = self.modules.last_mut().ok_or("outside")?;
            module.lessons.push(Lesson {
                slug: format!("m{number}-l{}", module.lessons.len() + 1),
                title,
                description: String::new(),
                body: Vec::new(),
                questions: Vec::new(),
                mastery: MASTERY,
            });
        } else if let Some(rest) = line.strip_prefix("# ") {
            self.end_question()?;
            let slug = format!("m{}", self.modules.len() + 1);
            self.modules.push(Module { slug, title: titled(rest)?, lessons: Vec::new() });
        } else if let Some(rest) = line.strip_prefix("? ") {
            self.end_question()?;
            self.lesson()?;
            self.question = Some(Question { text: titled(rest)?, answers: Vec::new(), why: String::new() });
        } else if let Some(rest) = line.strip_prefix("+ ") {
            self.answer(rest, true)?;
        } else if let Some(rest) = line.strip_prefix("- ") {
            if self.question.is_some() {
                return self.answer(rest, false);
            }
            let item = titled(rest)?;
            match self.lesson()?.body.last_mut() {
                Some(Block::List(items)) => items.push(item),
                _ => self.lesson()?.body.push(Block::List(vec![item])),
            }
        } else if let Some(rest) = line.strip_prefix("! ") {
            self.question.as_mut().ok_or("question")?.why = titled(rest)?;
        } else if let Some(rest) = line.strip_prefix("= ") {
            self.end_question()?;
            let share = rest.trim().trim_end_matches('%').trim().parse::<u8>().ok().filter(|share| *share <= 100);
            self.lesson()?.mastery = f64::from(share.ok_or("mastery")?) / 100.0;
        } else if line.chars().all(|c| c == '#') {
            return Err("title");
        } else if self.question.is_some() {
            return Err("after");
        } else {
            let lesson = self.lesson()?;
            match lesson.body.last_mut() {
                Some(Block::Paragraph(text)) if goes_on => {
                    text.push(' ');
                    text.push_str(line);
                }
                _ => lesson.body.push(Block::Paragraph(line.to_owned())),
            }
            self.goes_on = true;
        }
        Ok(())
    }

    fn lesson(&mut self) -> Result<&mut Lesson, &'static str> {
        self.modules.last_mut().and_then(|module| module.lessons.last_mut()).ok_or("outside")
    }

    fn answer(&mut self, text: &str, right: bool) -> Result<(), &'static str> {
        let question = self.question.as_mut().ok_or("question")?;
        question.answers.push(Answer { text: text.trim().to_owned(), right });
        Ok(())
    }

    /// Puts the question into its lesson, when it can be answered.
    fn end_question(&mut self) -> Result<(), &'static str> {
        let Some(question) = self.question.take() else { return Ok(()) };
        let right = question.answers.iter().filter(|answer| answer.right).count();
        if question.answers.len() < 2 || right == 0 || question.answers.iter().any(|answer| answer.text.is_empty()) {
            return Err("question");
        }
        self.lesson()?.questions.push(question);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CONTENT: &str = "# Constater\n## Ce que dit la loi\nUn paragraphe\nsur deux lignes.\n\nUn autre.\n### Peines\n\
                           - la première\n- la seconde\n\n? L’accès suffit-il ?\n+ oui\n- non\n! L’accès est puni seul.\n= 100\n## À retenir\nRien.";

    #[test]
    fn each_kind_of_line_is_what_it_is() {
        let modules = lessons_of(CONTENT).unwrap();
        assert_eq!(modules.len(), 1);
        let lessons = &modules[0].lessons;
        assert_eq!(lessons.iter().map(|lesson| lesson.slug.as_str()).collect::<Vec<_>>(), ["m1-l1", "m1-l2"]);
        let text = |text: &str| text.to_owned();
        assert_eq!(
            lessons[0].body,
            [
                Block::Paragraph(text("Un paragraphe sur deux lignes.")),
                Block::Paragraph(text("Un autre.")),
                Block::Heading(text("Peines")),
                Block::List(vec![text("la première"), text("la seconde")]),
            ]
        );
        let question = &lessons[0].questions[0];
        assert_eq!(question.answers.iter().map(|answer| answer.right).collect::<Vec<_>>(), [true, false]);
        assert_eq!((question.why.as_str(), lessons[0].mastery), ("L’accès est puni seul.", 1.0));
        assert_eq!((lessons[1].questions.len(), lessons[1].mastery), (0, 0.8));
    }

    #[test]
    fn what_cannot_be_taught_is_told_with_its_line() {
        for (content, line, why) in [
            ("", 1, "nothing"),
            ("# Partie", 2, "nothing"),
            ("Texte", 1, "outside"),
            ("## Leçon", 1, "outside"),
            ("# Partie\n##", 2, "title"),
            ("# P\n## L\n? Une question ?\n+ oui\n## M", 5, "question"),
            ("# P\n## L\n? Une question ?\n- oui\n- non", 5, "question"),
            ("# P\n## L\n+ oui", 3, "question"),
            ("# P\n## L\n? Une question ?\n+ oui\net puis", 5, "after"),
            ("# P\n## L\n= 101", 3, "mastery"),
        ] {
            assert_eq!(lessons_of(content), Err(Unreadable { line, why }), "{content}");
        }
    }

    proptest! {
        #[test]
        fn any_text_reads_or_is_told(lines in prop::collection::vec("[#?+!= a-]{0,8}", 0..20)) {
            let _ = lessons_of(&lines.join("\n"));
        }
    }
}
