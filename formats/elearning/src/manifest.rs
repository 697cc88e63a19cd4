//! The manifest of each form, and the files of a package.

use crate::course::{Course, Lesson, Words};
use crate::error::CourseError;
use crate::html::page;
use crate::xml::escaped;
use std::fmt::Write as _;

/// What platforms take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// SCORM 1.2 (ADL, 2001).
    Scorm12,
    /// SCORM 2004, 4th edition (ADL, 2009).
    Scorm2004,
    /// cmi5, quartz edition (AICC, 2016): a profile of xAPI.
    Cmi5,
}

/// A file of a package: a plain name and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, without a folder.
    pub name: String,
    /// Its text, UTF-8.
    pub text: String,
}

/// The files of a package, the manifest first. The same course gives the same files.
///
/// # Errors
/// [`CourseError`] when the course cannot be written: see [`Course::check`].
pub fn package(course: &Course, form: Form, words: &Words) -> Result<Vec<File>, CourseError> {
    course.check()?;
    let file = |name: &str, text: String| File { name: name.to_owned(), text };
    let manifest = match form {
        Form::Scorm12 => file("imsmanifest.xml", scorm12(course)),
        Form::Scorm2004 => file("imsmanifest.xml", scorm2004(course)),
        Form::Cmi5 => file("cmi5.xml", cmi5(course)),
    };
    let platform = match form {
        Form::Scorm12 => include_str!("../assets/scorm12.js"),
        Form::Scorm2004 => include_str!("../assets/scorm2004.js"),
        Form::Cmi5 => include_str!("../assets/cmi5.js"),
    };
    let mut files = vec![manifest];
    files.extend(course.lessons().map(|(module, lesson)| file(&name(lesson), page(course, module, lesson, words))));
    files.push(file("lesson.js", include_str!("../assets/lesson.js").to_owned()));
    files.push(file("platform.js", platform.to_owned()));
    files.push(file("style.css", include_str!("../assets/style.css").to_owned()));
    Ok(files)
}

fn name(lesson: &Lesson) -> String {
    format!("{}.html", lesson.slug)
}

/// A name of XML made of the address of a course (`xs:ID`).
fn key(course: &Course) -> String {
    let rest: String = course.id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("c_{rest}")
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// What SCORM takes for the shared files of all lessons.
fn shared(out: &mut String, kind: &str) {
    let _ = writeln!(
        out,
        "    <resource identifier=\"r_shared\" type=\"webcontent\" adlcp:{kind}=\"asset\">\n      <file href=\"lesson.js\"/>\n      \
         <file href=\"platform.js\"/>\n      <file href=\"style.css\"/>\n    </resource>"
    );
}

fn resources(course: &Course, kind: &str) -> String {
    let mut out = String::from("  <resources>\n");
    for (_, lesson) in course.lessons() {
        let (slug, href) = (&lesson.slug, name(lesson));
        let _ = writeln!(
            out,
            "    <resource identifier=\"r_{slug}\" type=\"webcontent\" adlcp:{kind}=\"sco\" href=\"{href}\">\n      \
             <file href=\"{href}\"/>\n      <dependency identifierref=\"r_shared\"/>\n    </resource>"
        );
    }
    shared(&mut out, kind);
    out.push_str("  </resources>\n");
    out
}

/// The tree of modules and lessons; `inner` gives what an item of a lesson holds after its title.
fn organization(course: &Course, inner: impl Fn(&Lesson) -> String, tail: &str) -> String {
    let mut out = format!(
        "  <organizations default=\"o_course\">\n    <organization identifier=\"o_course\">\n      <title>{}</title>\n",
        escaped(&course.title)
    );
    for module in &course.modules {
        let _ = writeln!(
            out,
            "      <item identifier=\"m_{}\">\n        <title>{}</title>",
            module.slug,
            escaped(&module.title)
        );
        for lesson in &module.lessons {
            let _ = writeln!(
                out,
                "        <item identifier=\"i_{0}\" identifierref=\"r_{0}\">\n          <title>{1}</title>{2}\n        </item>",
                lesson.slug,
                escaped(&lesson.title),
                inner(lesson)
            );
        }
        let _ = writeln!(out, "{tail}      </item>");
    }
    let _ = writeln!(out, "{tail}    </organization>\n  </organizations>");
    out
}

fn scorm12(course: &Course) -> String {
    let mastery = |lesson: &Lesson| match lesson.questions.len() {
        0 => String::new(),
        _ => format!("\n          <adlcp:masteryscore>{:.0}</adlcp:masteryscore>", lesson.mastery * 100.0),
    };
    format!(
        "{HEAD}<manifest identifier=\"{}\" version=\"{}\" xmlns=\"http://www.imsproject.org/xsd/imscp_rootv1p1p2\" \
         xmlns:adlcp=\"http://www.adlnet.org/xsd/adlcp_rootv1p2\">\n  <metadata>\n    <schema>ADL SCORM</schema>\n    \
         <schemaversion>1.2</schemaversion>\n  </metadata>\n{}{}</manifest>\n",
        key(course),
        escaped(&course.version.chars().take(20).collect::<String>()),
        organization(course, mastery, ""),
        resources(course, "scormtype"),
    )
}

fn scorm2004(course: &Course) -> String {
    let sequencing = |lesson: &Lesson| {
        if lesson.questions.is_empty() {
            return "\n          <imsss:sequencing>\n            <imsss:deliveryControls completionSetByContent=\"true\"/>\n          \
                    </imsss:sequencing>"
                .to_owned();
        }
        format!(
            "\n          <imsss:sequencing>\n            <imsss:objectives>\n              \
             <imsss:primaryObjective objectiveID=\"p_{}\" satisfiedByMeasure=\"true\">\n                \
             <imsss:minNormalizedMeasure>{}</imsss:minNormalizedMeasure>\n              </imsss:primaryObjective>\n            \
             </imsss:objectives>\n            <imsss:deliveryControls completionSetByContent=\"true\" objectiveSetByContent=\"true\"/>\n          \
             </imsss:sequencing>",
            lesson.slug, lesson.mastery
        )
    };
    let flow = "        <imsss:sequencing>\n          <imsss:controlMode choice=\"true\" flow=\"true\"/>\n        </imsss:sequencing>\n";
    format!(
        "{HEAD}<manifest identifier=\"{}\" version=\"{}\" xmlns=\"http://www.imsglobal.org/xsd/imscp_v1p1\" \
         xmlns:adlcp=\"http://www.adlnet.org/xsd/adlcp_v1p3\" xmlns:imsss=\"http://www.imsglobal.org/xsd/imsss\">\n  <metadata>\n    \
         <schema>ADL SCORM</schema>\n    <schemaversion>2004 4th Edition</schemaversion>\n  </metadata>\n{}{}</manifest>\n",
        key(course),
        escaped(&course.version.chars().take(20).collect::<String>()),
        organization(course, sequencing, flow),
        resources(course, "scormType"),
    )
}

fn cmi5(course: &Course) -> String {
    let text = |tag: &str, text: &str, indent: &str| {
        // A description may not be empty: the title stands for one that is.
        format!(
            "{indent}<{tag}>\n{indent}  <langstring lang=\"{}\">{}</langstring>\n{indent}</{tag}>\n",
            escaped(&course.language),
            escaped(text)
        )
    };
    let or = |description: &str, title: &str| {
        if description.trim().is_empty() { title.to_owned() } else { description.to_owned() }
    };
    let mut out = format!(
        "{HEAD}<courseStructure xmlns=\"https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd\">\n  <course id=\"{}\">\n{}{}  </course>\n",
        escaped(&course.id),
        text("title", &course.title, "    "),
        text("description", &or(&course.description, &course.title), "    "),
    );
    for module in &course.modules {
        let _ = write!(
            out,
            "  <block id=\"{}/{}\">\n{}{}",
            escaped(&course.id),
            module.slug,
            text("title", &module.title, "    "),
            text("description", &module.title, "    ")
        );
        for lesson in &module.lessons {
            let (on, mastery) = match lesson.questions.len() {
                0 => ("Completed", String::new()),
                _ => ("CompletedAndPassed", format!(" masteryScore=\"{}\"", lesson.mastery)),
            };
            let _ = write!(
                out,
                "    <au id=\"{}/{}\" moveOn=\"{on}\"{mastery}>\n{}{}      <url>{}</url>\n    </au>\n",
                escaped(&course.id),
                lesson.slug,
                text("title", &lesson.title, "      "),
                text("description", &or(&lesson.description, &lesson.title), "      "),
                name(lesson)
            );
        }
        out.push_str("  </block>\n");
    }
    out.push_str("</courseStructure>\n");
    out
}
