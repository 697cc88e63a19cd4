//! Tags, metadata, bytes and texts of a report.

use crate::reading::Pdf;
use crate::sample::{French, HOSTILE, filled_with, line_svg, paragraph, report, table};
use beffroi_document::{Block, Document, Figure, Span};
use beffroi_ports::{Typesetter, TypesettingError};
use beffroi_typeset::TypstTypesetter;

fn at() -> jiff::Timestamp {
    "2025-01-14T08:30:00Z".parse().expect("an instant")
}

fn set(document: &Document) -> Result<Vec<u8>, TypesettingError> {
    TypstTypesetter::new().pdf(document, at())
}

fn read(document: &Document) -> Pdf {
    Pdf::read(set(document).expect("a PDF"))
}

fn plain(blocks: Vec<Block>) -> Document {
    Document { cover: None, blocks, ..report(French(true)) }
}

fn figure(title: &str, svg: &str, alt: &str) -> Block {
    Block::Figure(Figure {
        id: String::new(),
        title: title.to_owned(),
        svg: svg.to_owned(),
        alt: alt.to_owned(),
        notes: vec![],
        table: None,
    })
}

#[test]
fn a_report_in_each_language_is_tagged_and_says_what_it_is() {
    for (french, lang) in [(true, "fr"), (false, "en")] {
        let document = report(French(french));
        let pdf = read(&document);
        pdf.keep(&format!("report-{lang}"));
        assert_eq!(pdf.lang().as_deref(), Some(lang));
        assert_eq!(pdf.info("Title").as_deref(), Some(document.title.as_str()));
        assert_eq!(pdf.info("Author").as_deref(), Some(document.author.as_str()));
        assert_eq!(pdf.info("CreationDate").as_deref(), Some("D:20250114083000Z"));
        assert!(pdf.is_marked());
        let metadata = pdf.metadata();
        assert!(metadata.contains("pdfuaid:part>1<") || metadata.contains("pdfuaid:part=\"1\""), "{metadata}");
        // Cover, contents, two pages of body at least, and one after the page break.
        assert!(pdf.pages() >= 4, "{}", pdf.pages());
        for (kind, n) in [("H1", 4), ("H2", 2), ("H3", 0), ("Figure", 1), ("Table", 1), ("Link", 6)] {
            let found = pdf.count(kind);
            assert!(found == n || (kind == "H2" && found == 3) || (kind == "Link" && found > n), "{kind}: {found}");
        }
    }
}

#[test]
fn a_figure_carries_its_alternative_text_and_its_caption() {
    let document = report(French(true));
    let alt = document
        .blocks
        .iter()
        .find_map(|block| if let Block::Figure(figure) = block { Some(figure.alt.clone()) } else { None });
    let pdf = read(&document);
    let figures: Vec<_> = pdf.tags().into_iter().filter(|tag| tag.kind == "Figure").map(|tag| tag.alt).collect();
    assert_eq!(figures, [alt]);
    assert_eq!(pdf.count("Caption"), 2);
}

#[test]
fn a_figure_without_alternative_text_is_told_by_its_title() {
    let pdf = read(&plain(vec![figure("Titre de la figure", &line_svg(), " ")]));
    assert!(pdf.tags().iter().any(|tag| tag.kind == "Figure" && tag.alt.as_deref() == Some("Titre de la figure")));
}

#[test]
fn a_table_heads_its_columns_and_its_rows() {
    let pdf = read(&report(French(true)));
    let heads: Vec<_> = pdf.tags().into_iter().filter(|tag| tag.kind == "TH").filter_map(|tag| tag.scope).collect();
    assert_eq!(heads.iter().filter(|scope| *scope == "Column").count(), 4, "{heads:?}");
    assert_eq!(heads.iter().filter(|scope| *scope == "Row").count(), 3, "{heads:?}");
    assert_eq!(pdf.count("TR"), 4);
    assert_eq!(pdf.count("TD"), 9);
}

#[test]
fn a_long_table_repeats_its_header_for_the_eye_and_says_it_once() {
    let rows: Vec<Vec<String>> = (1..=150).map(|i| vec![format!("Territoire {i}"), format!("{}", i * 37)]).collect();
    let mut long = table("t", "Une longue table", &["Territoire", "Signalements"], &[], false, vec![]);
    long.rows = rows;
    let pdf = read(&plain(vec![Block::Table(long)]));
    assert!(pdf.pages() > 1);
    assert_eq!(pdf.count("TH"), 2 + 150);
    if let Some(text) = pdf.text("long-table") {
        assert_eq!(text.matches("Territoire Signalements").count(), pdf.pages());
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = report(French(true));
    let first = set(&document).expect("a PDF");
    assert!(first == set(&document).expect("a PDF"), "the bytes differ");
    let later =
        TypstTypesetter::new().pdf(&document, "2025-01-15T08:30:00Z".parse().expect("an instant")).expect("a PDF");
    assert!(first != later, "the instant does not reach the metadata");
}

#[test]
fn a_bad_drawing_is_an_error_that_names_its_figure() {
    for svg in ["", "no drawing", "<svg", "<html/>"] {
        let document = plain(vec![figure("Bonne figure", &line_svg(), "a"), figure("Mauvaise figure", svg, "b")]);
        let error = set(&document).expect_err("an error");
        assert_eq!(error.title, document.title);
        assert!(
            error.reason.contains("`Mauvaise figure`") && !error.reason.contains("Bonne"),
            "{svg}: {}",
            error.reason
        );
    }
}

#[test]
fn a_drawing_reaches_no_file_and_no_network() {
    for href in ["https://exemple.invalid/a.png", "file:///etc/passwd", "/document.json", "figure-0.svg"] {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><image href=\"{href}\" width=\"9\" height=\"9\"/></svg>"
        );
        assert!(set(&plain(vec![figure("Figure", &svg, "a")])).is_err(), "{href}");
    }
}

#[test]
fn hostile_text_is_printed_as_it_is_and_never_run() {
    let pdf = read(&filled_with(HOSTILE));
    assert_eq!(pdf.info("Title").as_deref(), Some(HOSTILE));
    assert!(pdf.tags().iter().any(|tag| tag.kind == "Figure" && tag.alt.as_deref() == Some(HOSTILE)));
    let Some(text) = pdf.text("hostile") else { return };
    // The tool reads `c` as a letter with an accent, and keeps hyphens at line ends.
    let squeeze = |text: &str| text.replace([' ', '`', '\u{300}', '\u{AD}'], "");
    let (squeezed, expected) = (squeeze(&text), squeeze(HOSTILE));
    assert!(squeezed.matches(&expected).count() > 15, "{text}");
    assert!(squeezed.contains("#panic(\"x\")"));
}

#[test]
fn a_document_without_a_title_is_refused() {
    let error = set(&Document { title: " ".to_owned(), ..report(French(true)) }).expect_err("an error");
    assert!(error.reason.contains("no title"), "{error}");
}

#[test]
fn empty_texts_are_no_error() {
    let mut document = Document { title: "Titre".to_owned(), ..filled_with("") };
    document.blocks.retain(|block| !matches!(block, Block::Figure(_)));
    assert_eq!(read(&document).info("Title").as_deref(), Some("Titre"));
    let bare = Document { lang: String::new(), cover: None, banner: None, blocks: vec![], ..document };
    assert_eq!(read(&bare).pages(), 1);
}

#[test]
fn a_figure_of_which_nothing_is_said_is_refused() {
    let error = set(&plain(vec![figure("", &line_svg(), "")])).expect_err("an error");
    assert!(error.reason.contains("missing alt text"), "{error}");
}

#[test]
fn any_script_any_sign_can_be_set() {
    let everything: String =
        (1..0x3_0000_u32).step_by(331).chain(0xE_0000..0xE_0004).filter_map(char::from_u32).collect();
    let hard = "e\u{301}\u{302}\u{489} 👨\u{200D}👩\u{200D}👧 🇫🇷 1\u{FE0F}\u{20E3} שלום مرحبا ﷽ 漢字 \u{5D0}\u{301} \u{1F3FD} क्षि ก็ \u{0} \u{202E}abc\u{FFFF}";
    for text in [everything.as_str(), hard] {
        let document = plain(vec![
            paragraph(text),
            Block::Paragraph(vec![Span::Strong(text.to_owned()), Span::Code(text.to_owned())]),
            figure(text, &line_svg().replace("janv.", "😀 漢 \u{5E9}"), text),
        ]);
        assert!(read(&document).pages() >= 1);
    }
}

#[test]
fn what_no_font_draws_and_what_deceives_is_spelled_out() {
    let pdf = read(&plain(vec![paragraph("nom 漢 facture\u{202E}fdp.exe é ☎")]));
    if let Some(text) = pdf.text("spelled-out") {
        assert!(text.contains("nom ‹U+6F22› facture‹U+202E›fdp.exe é ☎"), "{text}");
    }
}
