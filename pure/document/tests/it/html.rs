//! What the page and the fragment say, and that no text can break out of its place.

use crate::sample::{French, HOSTILE, filled_with, heading, paragraph, report};
use beffroi_document::html::{Words, fragment, page};
use beffroi_document::{Block, Document};

fn words() -> Words {
    Words::new(|key| format!("[{key}]"))
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn the_fragment_of_every_block() {
    insta::assert_snapshot!("fragment-fr", fragment(&report(French(true)), &words()));
}

#[test]
fn the_page_without_its_style() {
    let html = page(&report(French(false)), &words());
    let (before, rest) = html.split_once("<style>").expect("a style sheet");
    let (_, after) = rest.split_once("</style>").expect("its end");
    insta::assert_snapshot!("page-en", format!("{before}{after}"));
}

#[test]
fn the_page_is_self_contained_and_runs_nothing() {
    let html = page(&report(French(true)), &words());
    for forbidden in ["<script", "<link", "<iframe", " src=", "@import", "url(", "style=", "onload", "http-equiv"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    // The one address is the name of the SVG's vocabulary, which no browser fetches.
    assert_eq!(count(&html, "http"), count(&html, "xmlns=\"http://www.w3.org/2000/svg\""));
}

#[test]
fn the_fragment_carries_no_style_at_all() {
    let html = fragment(&filled_with(HOSTILE), &words());
    assert!(!html.contains("<style") && !html.contains(" style="));
}

#[test]
fn hostile_text_stays_text_everywhere() {
    let (plain, hostile) = (filled_with("x"), filled_with(HOSTILE));
    for write in [page, fragment] {
        let (plain, hostile) = (write(&plain, &words()), write(&hostile, &words()));
        assert!(!hostile.contains("<script") && !hostile.contains("<img"));
        // As many elements and attributes as the same document filled with an `x`.
        assert_eq!(count(&hostile, "<"), count(&plain, "<"));
        assert_eq!(count(&hostile, "=\""), count(&plain, "=\""));
        assert_eq!(count(&hostile, "alert("), 2 * count(&hostile, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
    }
}

#[test]
fn an_override_of_direction_is_spelled_out() {
    let html = fragment(&filled_with("facture\u{202E}fdp.exe"), &words());
    assert!(html.contains("facture‹U+202E›fdp.exe") && !html.contains('\u{202E}'));
}

#[test]
fn every_link_leads_to_one_anchor() {
    for document in [report(French(true)), filled_with(HOSTILE)] {
        let html = page(&document, &words());
        for target in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert_eq!(count(&html, &format!(" id=\"{target}\"")), 1, "{target}");
        }
    }
    // A reference to nothing is text.
    let html = page(&report(French(true)), &words());
    assert!(html.contains("une annexe absente") && !html.contains(">une annexe absente</a>"));
}

#[test]
fn an_identifier_inside_a_drawing_is_not_given_twice() {
    let mut document = report(French(true));
    for block in &mut document.blocks {
        if let Block::Figure(figure) = block {
            figure.svg = "<svg id=\"fig-mois\"><style>.a{fill:red}</style></svg>".to_owned();
        }
    }
    let html = page(&document, &words());
    assert_eq!(count(&html, " id=\"fig-mois\""), 1);
    assert!(html.contains("<figure id=\"fig-mois-2\">") && html.contains("href=\"#fig-mois-2\""));
    // A drawing keeps its style in the page, and leaves it out of the fragment.
    assert!(html.contains("<svg id=\"fig-mois\"><style>.a{fill:red}</style></svg>"));
    assert!(fragment(&document, &words()).contains("<svg id=\"fig-mois\"></svg>"));
}

#[test]
fn no_rank_of_heading_is_skipped() {
    let blocks =
        vec![heading(3, "a", "a"), heading(1, "b", "b"), heading(3, "c", "c"), heading(0, "d", "d"), paragraph("e")];
    let html = fragment(&Document { blocks, ..report(French(true)) }, &words());
    assert!(
        html.contains("<h2 id=\"a\">a</h2>\n<h2 id=\"b\">b</h2>\n<h3 id=\"c\">c</h3>\n<h2 id=\"d\">d</h2>"),
        "{html}"
    );
}

#[test]
fn a_row_of_the_wrong_length_is_filled_or_cut() {
    let html = fragment(&filled_with("x"), &words());
    let table = html.split("<tbody>").nth(1).and_then(|rest| rest.split("</tbody>").next()).expect("a table");
    assert_eq!(count(table, "<th"), 3);
    assert_eq!(count(table, "<td"), 3);
    assert_eq!(count(table, "class=\"total\""), 1);
}

#[test]
fn a_short_document_has_no_table_of_contents() {
    let document = Document { blocks: vec![heading(1, "a", "a"), Block::PageBreak], ..report(French(true)) };
    assert!(!page(&document, &words()).contains("<nav"));
}

#[test]
fn the_wording_has_the_words_of_the_page() {
    for text in [include_str!("../../../wording/fr.ftl"), include_str!("../../../wording/en.ftl")] {
        for key in Words::KEYS {
            assert!(text.lines().any(|line| line.starts_with(&format!("{key} = "))), "{key}");
        }
    }
}
