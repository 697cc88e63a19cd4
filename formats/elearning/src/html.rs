//! A lesson as a page.

use crate::course::{Block, Course, Lesson, Module, Question, Words};
use crate::xml::escaped;
use std::fmt::Write as _;

/// The page of a lesson. Words that the script shows stand in `data-` attributes.
pub(crate) fn page(course: &Course, module: &Module, lesson: &Lesson, words: &Words) -> String {
    let mut out = String::new();
    let e = escaped;
    // Writing to a text does not fail.
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{} – {}</title>\n\
         <link rel=\"stylesheet\" href=\"style.css\">\n<script src=\"platform.js\" defer></script>\n\
         <script src=\"lesson.js\" defer></script>\n</head>\n<body>\n<main data-mastery=\"{}\">\n<p>{}</p>\n<h1>{}</h1>\n",
        e(&course.language),
        e(&lesson.title),
        e(&course.title),
        lesson.mastery,
        e(&module.title),
        e(&lesson.title),
    );
    for block in &lesson.body {
        match block {
            Block::Heading(text) => {
                let _ = writeln!(out, "<h2>{}</h2>", e(text));
            }
            Block::Paragraph(text) => {
                let _ = writeln!(out, "<p>{}</p>", e(text));
            }
            Block::List(items) => {
                out.push_str("<ul>\n");
                for item in items {
                    let _ = writeln!(out, "<li>{}</li>", e(item));
                }
                out.push_str("</ul>\n");
            }
        }
    }
    let _ = writeln!(
        out,
        "<form id=\"lesson\" data-result=\"{}\" data-passed=\"{}\" data-failed=\"{}\" data-right=\"{}\" data-wrong=\"{}\" data-alone=\"{}\">",
        e(&words.result),
        e(&words.passed),
        e(&words.failed),
        e(&words.right),
        e(&words.wrong),
        e(&words.alone)
    );
    if !lesson.questions.is_empty() {
        let _ = writeln!(out, "<h2>{}</h2>", e(&words.questions));
    }
    for (number, question) in lesson.questions.iter().enumerate() {
        asked(&mut out, number + 1, question);
    }
    let button = if lesson.questions.is_empty() { &words.done } else { &words.check };
    let _ = write!(
        out,
        "<p><button type=\"submit\">{}</button></p>\n<p id=\"result\" role=\"status\"></p>\n</form>\n</main>\n<footer><p>{} – {}</p>",
        e(button),
        e(&course.title),
        e(&course.version)
    );
    if !course.footer.is_empty() {
        let _ = write!(out, "<p>{}</p>", e(&course.footer));
    }
    out.push_str("</footer>\n</body>\n</html>\n");
    out
}

fn asked(out: &mut String, number: usize, question: &Question) {
    let e = escaped;
    let several = question.answers.iter().filter(|answer| answer.right).count() > 1;
    let kind = if several { "checkbox" } else { "radio" };
    let _ = writeln!(out, "<fieldset>\n<legend>{number}. {}</legend>", e(&question.text));
    for (place, answer) in question.answers.iter().enumerate() {
        let mark = if answer.right { " data-ok=\"1\"" } else { "" };
        let _ = writeln!(
            out,
            "<p><input type=\"{kind}\" id=\"q{number}-{place}\" name=\"q{number}\" value=\"{place}\"{mark}> \
             <label for=\"q{number}-{place}\">{}</label></p>",
            e(&answer.text)
        );
    }
    let _ = writeln!(out, "<p class=\"why\" hidden>{}</p>\n</fieldset>", e(&question.why));
}
