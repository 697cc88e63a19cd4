//! Tests of the annual report over a drawn lake.

mod beside;
mod drawn;

use super::*;
use beffroi_document::{Block, Table};
use beffroi_model::Pap;
use beffroi_ports::doubles::{MemoryFacts, answered};
use drawn::lake;
use std::fmt::Write as _;

fn ready<T>(future: impl Future<Output = T> + Send) -> T {
    answered(Box::pin(future)).unwrap()
}

fn signals() -> Vec<SignalLine> {
    let signal = |title: &str, tlp, pap| SignalLine {
        date: "2025-03-17".parse().unwrap(),
        title: title.into(),
        territory: "France".into(),
        observed: 1240.0,
        threshold: Some(811.4),
        state: "nouveau".into(),
        marking: Marking { tlp, pap },
    };
    vec![signal("Faux sites de vente", Tlp::Green, Pap::Green), signal("Enquête en cours", Tlp::Red, Pap::Green)]
}

fn alerts() -> Vec<AlertLine> {
    vec![AlertLine {
        date: "2025-03-20".parse().unwrap(),
        reference: "FLASH-2025-001".into(),
        title: "Faux sites de vente de billets".into(),
        state: "diffusé".into(),
        marking: Marking { tlp: Tlp::Green, pap: Pap::Green },
    }]
}

fn report(facts: &MemoryFacts, year: i16, lang: Lang) -> Result<AnnualReport, ReportError> {
    with_chapters(facts, year, lang, &[], &[])
}

fn with_chapters(
    facts: &MemoryFacts,
    year: i16,
    lang: Lang,
    chapters: &[ChapterText],
    cited: &[CitedFigures],
) -> Result<AnnualReport, ReportError> {
    let (signals, alerts) = (signals(), alerts());
    let sources = [SourceLine {
        id: "ssmsi-departements".into(),
        title: "SSMSI : base départementale".into(),
        licence: "Licence Ouverte 2.0".into(),
    }];
    let options = Options {
        snapshot: None,
        now: "2026-01-14T08:00:00Z".parse().unwrap(),
        lang,
        program_version: "0.1.0",
        lists: beffroi_codes::Lists::house(),
        marking: Marking { tlp: Tlp::Green, pap: Pap::Green },
        sources: &sources,
        signals: &signals,
        alerts: &alerts,
        chapters,
        cited,
    };
    ready(build(facts, year, &options))
}

fn tables(blocks: &[Block]) -> Vec<&Table> {
    blocks
        .iter()
        .flat_map(|block| match block {
            Block::Table(table) => vec![table],
            Block::Frame { blocks, .. } => tables(blocks),
            _ => Vec::new(),
        })
        .collect()
}

fn table<'a>(report: &'a AnnualReport, id: &str) -> &'a Table {
    tables(&report.document.blocks).into_iter().find(|t| t.id == id).unwrap()
}

fn number(text: &str) -> f64 {
    text.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

#[test]
fn every_number_has_its_certificate_in_each_language() {
    for lang in Lang::ALL {
        let report = report(&lake(), 2025, lang).unwrap();
        assert_eq!(every_number_is_certified(&report), Ok(()));
        let text = serde_json::to_string(&report.document).unwrap();
        assert!(!text.contains("[report-") && !text.contains("[indicator-"), "a message is missing");
        assert!(report.document.banner.is_some(), "drawn rows are synthetic");
    }
}

#[test]
fn a_number_without_certificate_is_found() {
    let sound = report(&lake(), 2025, Lang::Fr).unwrap();
    let mut forged = sound.clone();
    for block in &mut forged.document.blocks {
        match block {
            Block::Table(table) if table.id == "tbl-fraud-by-department" => table.rows[0][1] = "999".into(),
            Block::KeyFigures(figures) => figures[0].note = "+42 % par rapport à 2024".into(),
            _ => {}
        }
    }
    let faults = every_number_is_certified(&forged).unwrap_err();
    assert!(faults.iter().any(|f| f.contains("999")) && faults.iter().any(|f| f.contains("42")), "{faults:?}");
    for i in 0..sound.certificates.len() {
        let mut lacking = sound.clone();
        let lost = lacking.certificates.remove(i);
        assert!(every_number_is_certified(&lacking).is_err(), "{} is not missed", lost.id);
    }
}

#[test]
fn every_cited_number_stands_in_the_json() {
    let report = report(&lake(), 2025, Lang::Fr).unwrap();
    let json = birth_certificates_json(&report).to_string();
    for table in tables(&report.document.blocks) {
        for row in &table.rows {
            for (cell, _) in row.iter().zip(&table.columns).filter(|(_, c)| c.numeric) {
                assert!(json.contains(cell.as_str()), "{cell} of {}", table.id);
            }
        }
    }
}

#[test]
fn no_number_is_typed_by_hand() {
    for text in [include_str!("../../../../pure/wording/fr.ftl"), include_str!("../../../../pure/wording/en.ftl")] {
        for line in text.lines().filter(|l| l.starts_with("report-")) {
            let message = line.split_once('=').unwrap().1;
            assert!(!message.contains(|c: char| c.is_ascii_digit()), "{line}");
        }
    }
}

#[test]
fn the_same_snapshot_gives_the_same_bytes() {
    let facts = lake();
    let (a, b) = (report(&facts, 2025, Lang::Fr).unwrap(), report(&facts, 2025, Lang::Fr).unwrap());
    assert_eq!(a, b);
    assert_eq!(birth_certificates_json(&a).to_string(), birth_certificates_json(&b).to_string());
    assert_eq!(serde_json::to_string(&a.document).unwrap(), serde_json::to_string(&b.document).unwrap());
}

#[test]
fn small_cells_are_printed_nowhere() {
    let report = report(&lake(), 2025, Lang::Fr).unwrap();
    let by_month = table(&report, "tbl-offences-by-month");
    let legi = by_month.columns.iter().position(|c| c.label.contains("législations")).unwrap();
    let june = by_month.rows.iter().find(|r| r[0] == "juin 2025").unwrap();
    assert_eq!(june[legi], "s", "three offences were drawn");
    assert!(june.iter().filter(|c| *c == "s").count() >= 2, "and not alone: {june:?}");
    // The year's total of that category is printed: the months hidden must be two at least.
    let hidden = by_month.rows.iter().filter(|r| r[0].ends_with("2025") && r[legi] == "s").count();
    assert!(hidden >= 2);
    let (_, csv) = report.tables.iter().find(|(name, _)| name == "tbl-offences-by-month.csv").unwrap();
    let line = csv.lines().find(|l| l.starts_with("juin 2025")).unwrap();
    assert!(line.contains(",s"), "{line}");
    let chart = report.certificates.iter().find(|c| c.id == "fig-offences-by-month").unwrap();
    let value = chart.values.iter().find(|v| v.keys == ["AN-LEGI", "2025-06"]).unwrap();
    assert_eq!((value.value, value.shown.as_str()), (None, "s"));
}

#[test]
fn the_departments_and_the_not_located_make_the_country() {
    let report = report(&lake(), 2025, Lang::Fr).unwrap();
    let table = table(&report, "tbl-fraud-by-department");
    let (country, parts) = table.rows.split_last().unwrap();
    let sum: f64 = parts.iter().filter(|r| r[1] != "n.d.").map(|r| number(&r[1])).sum();
    assert_eq!(sum, number(&country[1]));
    assert_eq!(parts.len(), 102, "every department, and those not located");
    assert_eq!(parts.last().unwrap()[0], "Non localisé");
    assert!(table.caption.ends_with("2023"), "the last year for which the country is known");
    let map = report.document.blocks.iter().find_map(|b| match b {
        Block::Figure(figure) if figure.id == "fig-fraud-map" => Some(figure),
        _ => None,
    });
    let map = map.unwrap();
    assert!(map.title.contains("2024"), "the last year of the departments: {}", map.title);
    assert!(map.svg.contains("Non localisé (2023)"), "beside the map");
}

#[test]
fn growth_is_refused_across_a_break_and_on_an_incomplete_year() {
    let key = |year: i16| {
        let report = report(&lake(), year, Lang::Fr).unwrap();
        report
            .document
            .blocks
            .into_iter()
            .find_map(|b| if let Block::KeyFigures(f) = b { Some(f) } else { None })
            .unwrap()
    };
    let note = |year: i16, id: &str| key(year).into_iter().find(|f| f.certificate == id).map(|f| f.note).unwrap();
    assert!(note(2025, "kf-offences").starts_with('+'), "{}", note(2025, "kf-offences"));
    assert!(note(2023, "kf-offences").contains("rupture de série en mars 2022"));
    assert!(note(2025, "kf-claims").contains("complète"), "claims stop in March");
}

#[test]
fn layers_stand_side_by_side_without_a_total() {
    let report = report(&lake(), 2025, Lang::Fr).unwrap();
    for id in ["tbl-layer-survey", "tbl-layer-platform", "tbl-layer-recorded"] {
        let table = table(&report, id);
        assert!(!table.total && !table.rows.iter().any(|r| r[0] == "Ensemble"));
    }
    let platforms = table(&report, "tbl-layer-platform");
    let units: Vec<&str> = platforms.rows.iter().map(|r| r[1].as_str()).collect();
    assert_eq!(units, ["Parcours d'assistance", "Signalements"]);
    for certificate in &report.certificates {
        assert!(!certificate.indicator.is_empty() && certificate.snapshot == report.snapshot);
    }
}

#[test]
fn what_is_marked_more_narrowly_is_left_out() {
    let report = report(&lake(), 2025, Lang::Fr).unwrap();
    let text = serde_json::to_string(&report.document).unwrap();
    assert!(text.contains("Faux sites de vente de billets") && text.contains("FLASH-2025-001"));
    assert!(!text.contains("Enquête en cours") && text.contains("Un signal ou flash n’est pas montré"));
}

#[test]
fn a_year_without_data_is_a_report_that_says_so() {
    let report = report(&lake(), 1990, Lang::En).unwrap();
    assert_eq!(every_number_is_certified(&report), Ok(()));
    assert!(matches!(super::tests::report(&MemoryFacts::new(), 2025, Lang::Fr), Err(ReportError::Empty)));
    let error = super::tests::report(&lake(), 0, Lang::Fr).unwrap_err();
    assert!(error.is_user_fault() && error.to_string().contains("1900"));
}

/// The document as text: headings, key figures, titles, readings, tables cut to their ends.
fn outline(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        let _ = match block {
            Block::Heading { level, text, id } => writeln!(out, "\n{} {text} <{id}>", "#".repeat(usize::from(*level))),
            Block::Paragraph(spans) => writeln!(out, "{}", plain(spans)),
            Block::List { items, .. } => items.iter().try_for_each(|i| writeln!(out, "- {}", plain(i))),
            Block::KeyFigures(figures) => figures
                .iter()
                .try_for_each(|f| writeln!(out, "* {} {} ({}) <{}>", f.value, f.label, f.note, f.certificate)),
            Block::Figure(f) => {
                let notes: Vec<String> = f.notes.iter().map(|n| format!("  {}: {}", n.term, n.text)).collect();
                writeln!(out, "[figure {}] {}\n{}", f.id, f.title, notes.join("\n"))
            }
            Block::Table(t) => {
                let head: Vec<&str> = t.columns.iter().map(|c| c.label.as_str()).collect();
                let _ = writeln!(out, "[table {}] {}\n  {}", t.id, t.caption, head.join(" | "));
                for (i, row) in t.rows.iter().enumerate() {
                    if i < 4 || i + 3 > t.rows.len() {
                        let _ = writeln!(out, "  {}", row.join(" | "));
                    }
                }
                t.notes.iter().try_for_each(|n| writeln!(out, "  {}: {}", n.term, n.text))
            }
            Block::Terms(terms) => terms.iter().try_for_each(|t| writeln!(out, "= {}: {}", t.term, t.text)),
            Block::Frame { title, blocks, .. } => writeln!(out, "[frame] {title}\n{}", outline(blocks)),
            Block::PageBreak => writeln!(out, "\n----"),
        };
    }
    out
}

fn plain(spans: &[beffroi_document::Span]) -> String {
    use beffroi_document::Span;
    let text = |span: &Span| match span {
        Span::Text(t) | Span::Strong(t) => t.clone(),
        Span::Code(t) => format!("`{t}`"),
        Span::Reference { text, id } => format!("{text}[{id}]"),
    };
    spans.iter().map(text).collect()
}

#[test]
fn the_report_as_text() {
    let report = report(&lake(), 2025, Lang::Fr).unwrap();
    let cover = report.document.cover.as_ref().unwrap();
    let head = format!("{}\n{}\n{}\n", report.document.title, report.document.date, cover.lines.join("\n"));
    insta::assert_snapshot!(format!("{head}{}", outline(&report.document.blocks)));
}
