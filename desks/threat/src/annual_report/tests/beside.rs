//! Tests of the chapters, and of what stands beside the report.

use super::{drawn::lake, report, table, with_chapters};
use crate::annual_report::*;
use beffroi_document::{Block, KeyFigure, Span};
use beffroi_model::Pap;

const TABLE: &str = "tbl-cited-RA-2025.T1";

/// A chapter that cites one frozen figure, and the figure.
fn chapter(tlp: Tlp) -> (ChapterText, CitedFigures) {
    let certificate = report(&lake(), 2025, Lang::Fr).unwrap().certificates[0].clone();
    let sentence = vec![
        Span::Text("En 2024, ".into()),
        Span::Reference { text: "348\u{202f}000".into(), id: TABLE.into() },
        Span::Text(" atteintes.".into()),
    ];
    let chapter = ChapterText {
        reference: "CHAP-2025-0001".into(),
        title: "Ce que l’on sait".into(),
        blocks: vec![Block::Paragraph(sentence)],
        handed_in: "2026-05-02".parse().unwrap(),
        validated: "2026-06-03".parse().unwrap(),
        marking: Marking { tlp, pap: Pap::Green },
        synthetic: false,
    };
    let cited = CitedFigures {
        reference: "RA-2025.T1".into(),
        id: TABLE.into(),
        heads: vec!["Année".into()],
        unit: "infractions".into(),
        rows: vec![(vec!["2024".into()], 348_000.0, "348\u{202f}000".into())],
        certificate,
    };
    (chapter, cited)
}

#[test]
fn a_chapter_stands_in_the_report_with_the_certificate_of_what_it_cites() {
    let (chapter, cited) = chapter(Tlp::Green);
    let report = with_chapters(&lake(), 2025, Lang::Fr, &[chapter], std::slice::from_ref(&cited)).unwrap();
    assert_eq!(every_number_is_certified(&report), Ok(()));
    assert!(report.withheld.is_empty());
    let blocks = &report.document.blocks;
    let at = |wanted: &str| blocks.iter().position(|b| matches!(b, Block::Heading { id, .. } if id == wanted)).unwrap();
    assert!(at("key-figures") < at("CHAP-2025-0001") && at("CHAP-2025-0001") < at("offences"));
    assert!(at("method") < at("colophon") && at("colophon") < at("tables"));
    let colophon = table(&report, "tbl-chapters");
    assert_eq!(colophon.rows, [["Ce que l’on sait", "CHAP-2025-0001", "2 mai 2026", "3 juin 2026"]]);
    assert_eq!(table(&report, TABLE).rows, [["2024", "348\u{202f}000"]]);
    let (_, csv) = report.tables.iter().find(|(name, _)| *name == format!("{TABLE}.csv")).unwrap();
    assert_eq!(csv, "Année,infractions\r\n2024,348000\r\n");
    let held = report.certificates.iter().find(|certificate| certificate.id == TABLE).unwrap();
    assert_eq!((held.snapshot, &held.indicator), (cited.certificate.snapshot, &cited.certificate.indicator));
    assert_eq!(held.values[0].shown, "348\u{202f}000");
}

#[test]
fn a_figure_of_a_chapter_that_nothing_certifies_is_found() {
    let (chapter, cited) = chapter(Tlp::Green);
    let bare = with_chapters(&lake(), 2025, Lang::Fr, std::slice::from_ref(&chapter), &[]).unwrap();
    let faults = every_number_is_certified(&bare).unwrap_err();
    assert!(faults.iter().any(|fault| fault.contains(TABLE)), "{faults:?}");
    let mut other = cited;
    other.rows[0].2 = "348\u{202f}001".into();
    let faults = with_chapters(&lake(), 2025, Lang::Fr, &[chapter], &[other]).unwrap();
    assert!(every_number_is_certified(&faults).is_err());
}

#[test]
fn a_chapter_marked_more_narrowly_is_withheld_and_named() {
    let (chapter, cited) = chapter(Tlp::Red);
    let report = with_chapters(&lake(), 2025, Lang::Fr, &[chapter], &[cited]).unwrap();
    assert_eq!(report.withheld, ["CHAP-2025-0001"]);
    let all = serde_json::to_string(&[&report.document, &report.press_sheet, &report.summary]).unwrap();
    assert!(!all.contains("Ce que l’on sait") && !all.contains("Colophon"), "{all}");
    assert!(report.certificates.iter().all(|certificate| certificate.id != TABLE));
}

fn key(document: &Document) -> Vec<KeyFigure> {
    let of = |block: &Block| if let Block::KeyFigures(figures) = block { figures.clone() } else { Vec::new() };
    document.blocks.iter().flat_map(of).collect()
}

#[test]
fn the_press_has_the_declared_figures_as_the_report_prints_them() {
    for lang in Lang::ALL {
        let report = report(&lake(), 2025, lang).unwrap();
        let (own, whole) = (key(&report.press_sheet), key(&report.document));
        let ids: Vec<&str> = own.iter().map(|figure| figure.certificate.as_str()).collect();
        assert_eq!(ids, ["kf-offences", "kf-fraud", "kf-claims", "kf-losses"]);
        assert!(own.iter().all(|figure| whole.contains(figure)), "{own:?}");
        assert_eq!(report.press_sheet.banner, report.document.banner);
        let Some(Block::Terms(traced)) = report.press_sheet.blocks.iter().find(|b| matches!(b, Block::Terms(_))) else {
            panic!("where they come from");
        };
        for (term, id) in traced.iter().zip(ids) {
            let certificate = report.certificates.iter().find(|certificate| certificate.id == id).unwrap();
            assert!(term.term == id && term.text.contains(&certificate.digest[..12]), "{term:?}");
        }
        assert_eq!(traced.len(), 4);
    }
}

#[test]
fn the_summary_is_in_english_with_certificates_of_its_own() {
    let report = report(&lake(), 2025, Lang::Fr).unwrap();
    assert_eq!((report.document.lang.as_str(), report.summary.lang.as_str()), ("fr", "en"));
    assert_eq!(report.summary.banner.as_deref(), Some(Lang::En.say("report-synthetic-banner").as_str()));
    let (own, whole) = (key(&report.summary), key(&report.document));
    assert_eq!(own.len(), whole.len());
    for (english, french) in own.iter().zip(&whole) {
        assert_eq!(english.certificate, format!("summary-{}", french.certificate));
        let value = |id: &str| report.certificates.iter().find(|c| c.id == id).unwrap().values[0].value;
        assert_eq!(value(&english.certificate), value(&french.certificate), "the same figure in both");
    }
    let text = serde_json::to_string(&report.summary.blocks).unwrap();
    assert!(text.contains("recorded") && !text.contains("enregistrées"), "no French is left in it: {text}");
}

#[test]
fn a_year_without_data_has_its_sheets_too() {
    let report = report(&lake(), 1990, Lang::Fr).unwrap();
    assert_eq!(every_number_is_certified(&report), Ok(()));
    assert!(!report.press_sheet.title.is_empty() && !report.summary.blocks.is_empty());
}
