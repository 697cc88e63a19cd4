//! A document as HTML: one self-contained page, or a fragment for the web face.
//!
//! Neither holds a script nor asks anything of another server. The page carries its own style sheet; the fragment
//! carries classes only and no style attribute, so that it stands under a strict content-security policy.
//! Every text of the document is escaped, and characters that hide are spelled out ([`crate::visible`]).
//! A drawing is trusted: its SVG, made by our charts, is written as it is.

mod blocks;
mod escape;
mod words;

pub use words::Words;

use crate::anchors::Anchors;
use crate::block::{Block, Document};
use blocks::Writer;
use escape::escaped;

const STYLE: &str = include_str!("html/style.css");
/// Anchors that the page itself uses.
const RESERVED: [&str; 2] = ["document-content", "document-contents"];

/// The document as one self-contained HTML page: skip link, marking and banner, title, table of contents, content.
///
/// The title is the page's only `h1`; headings of level 1 to 3 become `h2` to `h4`.
pub fn page(document: &Document, words: &Words) -> String {
    let mut writer = Writer::new(anchors(document), words, true);
    writer.blocks(&document.blocks);
    let body = writer.finish();
    let lang = escaped(&document.lang);
    let title = escaped(&document.title);
    let mut out = String::with_capacity(body.len() + STYLE.len() + 2048);
    out.push_str(&format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    ));
    out.push_str(&format!(
        "<meta name=\"author\" content=\"{}\">\n<title>{title}</title>\n",
        escaped(&document.author)
    ));
    out.push_str(&format!("<style>\n{STYLE}</style>\n</head>\n<body>\n"));
    out.push_str(&format!("<a class=\"skip\" href=\"#document-content\">{}</a>\n", escaped(&words.skip)));
    out.push_str(&head(document, words));
    out.push_str(&contents(document, words));
    out.push_str("<main id=\"document-content\" tabindex=\"-1\">\n<article class=\"document\">\n");
    out.push_str(&body);
    out.push_str("</article>\n</main>\n");
    out.push_str(&foot(document));
    out.push_str("</body>\n</html>\n");
    out
}

/// The blocks of the document as an HTML fragment, without head, style sheet or style attribute.
///
/// Headings of level 1 to 3 become `h2` to `h4`, as the page around it holds the `h1`. Drawings lose their `<style>`
/// element, which a strict policy refuses: the page around serves the charts' style sheet, which names the same classes.
pub fn fragment(document: &Document, words: &Words) -> String {
    let mut writer = Writer::new(anchors(document), words, false);
    writer.blocks(&document.blocks);
    format!("<div class=\"document\" lang=\"{}\">\n{}</div>\n", escaped(&document.lang), writer.finish())
}

/// The anchors of the document, none of which is an identifier of the page or inside a drawing.
fn anchors(document: &Document) -> Anchors {
    let mut taken = RESERVED.to_vec();
    drawn_ids(&document.blocks, &mut taken);
    Anchors::of(document, &taken)
}

fn drawn_ids<'a>(blocks: &'a [Block], into: &mut Vec<&'a str>) {
    for block in blocks {
        match block {
            Block::Figure(figure) => {
                into.extend(figure.svg.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()))
            }
            Block::Frame { blocks, .. } => drawn_ids(blocks, into),
            _ => {}
        }
    }
}

fn head(document: &Document, words: &Words) -> String {
    let mut out = String::from("<header class=\"document-head\">\n");
    if !document.marking.is_empty() {
        out.push_str(&format!(
            "<p class=\"marking\"><span class=\"unseen\">{} </span>{}</p>\n",
            escaped(&words.marking),
            escaped(&document.marking)
        ));
    }
    if let Some(banner) = &document.banner {
        out.push_str(&format!("<p class=\"banner\" role=\"note\">{}</p>\n", escaped(banner)));
    }
    out.push_str("<div class=\"title-block\">\n");
    if let Some(cover) = &document.cover {
        out.push_str(&format!("<p class=\"kicker\">{}</p>\n", escaped(&cover.kicker)));
    }
    out.push_str(&format!("<h1>{}</h1>\n", escaped(&document.title)));
    if let Some(cover) = &document.cover {
        out.push_str(&format!("<p class=\"subtitle\">{}</p>\n", escaped(&cover.subtitle)));
    }
    out.push_str(&format!("<p class=\"imprint\">{}</p>\n", imprint(document)));
    if let Some(cover) = document.cover.as_ref().filter(|cover| !cover.lines.is_empty()) {
        out.push_str("<ul class=\"cover-lines\">\n");
        for line in &cover.lines {
            out.push_str(&format!("<li>{}</li>\n", escaped(line)));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</div>\n</header>\n");
    out
}

/// Author and date.
fn imprint(document: &Document) -> String {
    let parts: Vec<String> =
        [&document.author, &document.date].iter().filter(|t| !t.is_empty()).map(|t| escaped(t)).collect();
    parts.join(" · ")
}

fn foot(document: &Document) -> String {
    format!(
        "<footer class=\"document-foot\">\n<p>{} · {}</p>\n<p class=\"marking\">{}</p>\n</footer>\n",
        escaped(&document.title),
        imprint(document),
        escaped(&document.marking)
    )
}

/// The table of contents: headings of level 1 and 2, when there are at least two.
fn contents(document: &Document, words: &Words) -> String {
    let anchors = anchors(document);
    let mut entries = Vec::new();
    headings(&document.blocks, &mut entries);
    let entries: Vec<(u8, &str, &str)> =
        entries.into_iter().filter_map(|(level, text, id)| Some((level, text, anchors.resolve(id)?))).collect();
    if entries.len() < 2 {
        return String::new();
    }
    let mut out = format!(
        "<nav class=\"contents\" aria-labelledby=\"document-contents\">\n<p id=\"document-contents\">{}</p>\n<ul>\n",
        escaped(&words.contents)
    );
    for (level, text, anchor) in entries {
        let class = if level > 1 { " class=\"deeper\"" } else { "" };
        out.push_str(&format!("<li{class}><a href=\"#{anchor}\">{}</a></li>\n", escaped(text)));
    }
    out.push_str("</ul>\n</nav>\n");
    out
}

fn headings<'a>(blocks: &'a [Block], into: &mut Vec<(u8, &'a str, &'a str)>) {
    for block in blocks {
        match block {
            Block::Heading { level, text, id } if *level <= 2 => into.push((*level, text, id)),
            Block::Frame { blocks, .. } => headings(blocks, into),
            _ => {}
        }
    }
}
