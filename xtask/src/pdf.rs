//! `cargo xtask pdf FILE`: what a screen reader finds in a PDF, and what it misses.

use lopdf::{Dictionary, Document, Object};
use std::collections::BTreeMap;
use std::error::Error;

/// Prints what the file has; an error when a title, a language, tags, headings or an alternative text are missing.
pub(crate) fn run(path: Option<&str>) -> Result<(), Box<dyn Error>> {
    let path = path.ok_or("usage: cargo xtask pdf FILE")?;
    let found = Found::read(&Document::load(path)?);
    println!("title: {}", found.title);
    println!("language: {}", found.language);
    println!("pages: {}", found.pages);
    for (role, n) in &found.roles {
        println!("tag {role}: {n}");
    }
    println!("figures without alternative text: {}", found.figures_without_text);
    let missing = found.missing();
    if missing.is_empty() { Ok(()) } else { Err(format!("{path} lacks {}", missing.join(", ")).into()) }
}

/// What a PDF says of itself.
#[derive(Debug, Default)]
struct Found {
    title: String,
    language: String,
    pages: usize,
    /// Structure elements by role.
    roles: BTreeMap<String, usize>,
    figures_without_text: usize,
}

impl Found {
    fn read(pdf: &Document) -> Self {
        let mut found = Self { pages: pdf.get_pages().len(), ..Self::default() };
        let info = pdf.trailer.get(b"Info").and_then(|info| pdf.dereference(info)).map(|(_, object)| object);
        found.title = info.and_then(Object::as_dict).map(|info| text(info, b"Title")).unwrap_or_default();
        found.language = pdf.catalog().map(|catalog| text(catalog, b"Lang")).unwrap_or_default();
        for element in pdf.objects.values().filter_map(|object| object.as_dict().ok()) {
            // A structure element has a role and a parent; an action, which has an `S` too, has none.
            let (Ok(role), true) = (element.get(b"S").and_then(Object::as_name), element.has(b"P")) else { continue };
            let role = String::from_utf8_lossy(role).into_owned();
            if role == "Figure" && !element.has(b"Alt") {
                found.figures_without_text += 1;
            }
            *found.roles.entry(role).or_default() += 1;
        }
        found
    }

    fn missing(&self) -> Vec<&'static str> {
        let absent = [
            (self.title.is_empty(), "a title"),
            (self.language.is_empty(), "a language"),
            (self.roles.is_empty(), "tags"),
            (!self.roles.contains_key("H1"), "headings"),
            (self.figures_without_text > 0, "the alternative text of a figure"),
        ];
        absent.into_iter().filter(|(is_absent, _)| *is_absent).map(|(_, what)| what).collect()
    }
}

/// A text of a dictionary, in whichever of the two encodings of PDF.
fn text(dictionary: &Dictionary, key: &[u8]) -> String {
    dictionary.get(key).and_then(lopdf::decode_text_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    fn tagged(alternative: bool) -> Document {
        let mut pdf = Document::with_version("1.7");
        let info = pdf.add_object(dictionary! { "Title" => Object::string_literal("Report") });
        pdf.add_object(dictionary! { "S" => "H1", "P" => Object::Null });
        let mut figure = dictionary! { "S" => "Figure", "P" => Object::Null };
        if alternative {
            figure.set("Alt", Object::string_literal("A map"));
        }
        pdf.add_object(figure);
        let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Lang" => Object::string_literal("fr") });
        pdf.trailer.set("Root", catalog);
        pdf.trailer.set("Info", info);
        pdf
    }

    #[test]
    fn a_figure_without_alternative_text_is_found() {
        assert_eq!(Found::read(&tagged(true)).missing(), Vec::<&str>::new());
        assert_eq!(Found::read(&tagged(false)).missing(), ["the alternative text of a figure"]);
    }

    #[test]
    fn an_untagged_file_lacks_everything() {
        let missing = Found::read(&Document::with_version("1.7")).missing();
        assert_eq!(missing, ["a title", "a language", "tags", "headings"]);
    }
}
