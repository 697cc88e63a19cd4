//! A flash stays on one page, and a situation point on two, whatever their authors write within the bounds.

use beffroi_desk_threat::alerts::{
    self, ADVICE_MOST, ASKED_MOST, Advice, Alert, AlertContent, AlertFigures, AlertMeasures, AlertState, CONTACT_MOST,
    CONTEXT_MOST, Change, ClassCount, Confidence, Note, PlaceCount, Probability, Recipient, Spread, TITLE_MOST,
    TechnicalElement, Written,
};
use beffroi_desk_threat::signals::YearFigure;
use beffroi_desk_threat::situation::{
    self, ACTIONS_MOST, DayCount, Difference, FACTS_MOST, LINE_MOST, Picture, STATEMENT_MOST, Said, Situation,
    SituationContent, Statement, UNKNOWNS_MOST,
};
use beffroi_document::{Document, text};
use beffroi_model::{Layer, Marking, ObservableKind, Pap, Tlp};
use beffroi_ports::Typesetter;
use beffroi_typeset::TypstTypesetter;
use beffroi_wording::Lang;
use jiff::civil::date;

/// Words read in two minutes: 238 a minute, silent reading of non-fiction (Brysbaert 2019, *Journal of Memory and
/// Language* 109).
const TWO_MINUTES: usize = 476;

/// A text of exactly `most` characters, of words of ordinary length.
fn long(most: usize) -> Note {
    let text: String = "les auteurs annoncent un remboursement ".chars().cycle().take(most - 1).chain(['.']).collect();
    Note { fr: text.clone(), en: text }
}

fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

/// A flash whose every block is as long as it may be.
fn longest(phenomenon: &str, recipients: &[Recipient]) -> Alert {
    let places = ["93", "13", "974", "NL", "2A"].map(|code| PlaceCount { territory: code.to_owned(), count: 12_345.0 });
    let classes = ["individual", "company"].map(|class| ClassCount { class: class.to_owned(), count: 12_345.0 });
    let element = |n: u8| TechnicalElement {
        kind: ObservableKind::Url,
        value: format!("https://remboursement-amende-{n}.service-public.example/suivi/dossier/carte?numero={n}"),
        degree: 0,
        context: Some(long(CONTEXT_MOST)),
        until: Some(date(2026, 1, 21)),
    };
    let figures = AlertFigures {
        territory: "FR".to_owned(),
        layer: Layer::Recorded,
        claims: false,
        subject: None,
        first_week: "2025-W40".parse().unwrap(),
        last_week: "2025-W51".parse().unwrap(),
        observed: 12_345.0,
        expected: 2_345.6,
        threshold: 3_456.7,
        ratio: Some(12.3),
        run_observed: 123_456.0,
        same_weeks: (2020..2025).map(|year| YearFigure { year, observed: 12_345.0 }).collect(),
        first_seen: Some("2025-W39".to_owned()),
        method: "farrington-flexible".to_owned(),
        baseline_years: 5,
        snapshot: 123,
        sources: vec!["synth-unites".to_owned()],
        why_else: ["awareness", "coding"].map(|key| format!("signal-else-{key}")).to_vec(),
    };
    let change = |what: &str| Change {
        at: at("2025-12-22T09:00:00Z"),
        who: "x".to_owned(),
        what: what.to_owned(),
        reason: None,
    };
    let content = AlertContent {
        revision: 12,
        spread: Spread { shown: places.to_vec(), n_hidden: 7 },
        victims: classes.to_vec(),
        loss_cents: Some(12_345_678_900),
        loss_known: 12_345,
        probability: Probability::Even,
        confidence: Confidence::Moderate,
        grade: "F6".parse().unwrap(),
        mention: alerts::Mention::Restricted,
        least: Marking { tlp: Tlp::Green, pap: Pap::Green },
        novelty: None,
        agreement: None,
        writers: vec![],
        issues: vec![],
        written: Written {
            asked: Some(long(ASKED_MOST)),
            contact: Some(long(CONTACT_MOST)),
            judicial: true,
            exercise: true,
        },
        left_out: 3,
        steps: (1..=3).map(|n| format!("flash-how-contact-{n}")).collect(),
        advice: recipients
            .iter()
            .map(|recipient| Advice { recipient: *recipient, key: String::new(), own: Some(long(ADVICE_MOST)) })
            .collect(),
        technical: (0..9).map(element).collect(),
        note: Some(long(alerts::NOTE_MOST)),
        feedback_until: date(2026, 9, 21),
        changes: ["drafted", "edited", "agreed", "validated", "issued"]
            .map(|w| change(&format!("flash-change-{w}")))
            .to_vec(),
        measures: AlertMeasures {
            signal_at: at("2025-12-22T06:00:00Z"),
            signal_to_draft_hours: 3.0,
            signal_to_issue_hours: None,
        },
        figures,
    };
    let title = long(TITLE_MOST);
    Alert {
        reference: "FLASH-2025-1234".parse().unwrap(),
        version: 12,
        state: AlertState::Draft,
        title_fr: title.fr,
        title_en: title.en,
        phenomenon: Some(phenomenon.to_owned()),
        signal: Some("SIG-2025w49-fake-bank-adviser-FR".parse().unwrap()),
        author: "un-identifiant-assez-long".to_owned(),
        validator: Some("un-autre-identifiant-long".to_owned()),
        marking: Marking { tlp: Tlp::AmberStrict, pap: Pap::Amber },
        drafted_at: at("2025-12-22T09:00:00Z"),
        issued_at: None,
        expires_on: date(2026, 9, 21),
        review_on: date(2026, 9, 21),
        synthetic: true,
        content,
    }
}

fn pages(document: &Document) -> usize {
    let bytes = TypstTypesetter::new().pdf(document, at("2025-12-22T09:00:00Z")).unwrap();
    let pdf = lopdf::Document::load_mem(&bytes).unwrap();
    let catalogue = pdf.catalog().unwrap();
    assert!(catalogue.has(b"MarkInfo") && catalogue.has(b"StructTreeRoot"), "the PDF is not tagged");
    pdf.get_pages().len()
}

fn words(document: &Document) -> usize {
    text(document).split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

#[test]
fn the_longest_flash_is_one_tagged_page() {
    let phenomena = one_of_each();
    for phenomenon in phenomena {
        let alert = longest(&phenomenon, &Recipient::ALL);
        for lang in Lang::ALL {
            let document = alerts::document(&alert, lang);
            assert_eq!(pages(&document), 1, "{phenomenon} {lang}: {} words", words(&document));
        }
    }
}

/// One phenomenon of each family is enough: what differs are the steps and the techniques.
fn one_of_each() -> Vec<String> {
    ["fake_bank_adviser", "ransomware", "csam"].map(str::to_owned).to_vec()
}

#[test]
fn a_flash_as_it_is_drafted_is_read_in_two_minutes() {
    let mut alert = longest("fake_bank_adviser", &Recipient::ALL);
    let content = &mut alert.content;
    content.advice.iter_mut().for_each(|advice| {
        advice.own = None;
        advice.key = format!("flash-do-shop-{}", advice.recipient.code());
    });
    (content.written, content.note) = (Written::default(), None);
    content.technical.iter_mut().for_each(|element| (element.context, element.degree) = (None, 12));
    content.grade = "B2".parse().unwrap();
    for lang in Lang::ALL {
        let n = words(&alerts::document(&alert, lang));
        assert!(n <= TWO_MINUTES, "{lang}: {n} words");
    }
}

#[test]
fn the_longest_situation_point_is_two_tagged_pages() {
    let statement = |n: usize, grade: &str| {
        let text = long(STATEMENT_MOST - 4);
        Statement {
            fr: format!("{n:03} {}", text.fr),
            en: format!("{n:03} {}", text.en),
            grade: grade.parse().unwrap(),
        }
    };
    let said = || {
        let text = long(LINE_MOST);
        Said { fr: text.fr, en: text.en }
    };
    let statements: Vec<Statement> =
        (0..FACTS_MOST).map(|n| statement(n, if n % 2 == 0 { "A1" } else { "F6" })).collect();
    let territories = ["93", "13", "974", "NL", "2A", "75", "69", "33"];
    let sectors = sectors_named();
    let content = SituationContent {
        name: long(LINE_MOST),
        phenomenon: "fake_bank_adviser".to_owned(),
        territory: "FR".to_owned(),
        since: date(2025, 9, 21),
        picture: Picture {
            snapshot: 123,
            total: Some(123_455.0),
            sectors: sectors.into_iter().map(|class| ClassCount { class, count: 12_345.0 }).collect(),
            spread: Spread {
                shown: territories.map(|code| PlaceCount { territory: code.to_owned(), count: 12_345.0 }).to_vec(),
                n_hidden: 40,
            },
            days: (15..22).map(|day| DayCount { day: date(2025, 9, day), count: Some(12_345.0) }).collect(),
            trend: Some(12.3),
        },
        flashes: vec![
            situation::FlashLine {
                reference: "FLASH-2025-1234".parse().unwrap(),
                revision: 12,
                state: AlertState::Issued,
            };
            4
        ],
        actions: (0..ACTIONS_MOST).map(|_| said()).collect(),
        unknowns: (0..UNKNOWNS_MOST).map(|_| said()).collect(),
        exercise: true,
        next_at: at("2025-12-22T09:00:00Z"),
        since_point: Some(122),
        differences: statements.iter().map(|s| Difference::Added { statement: s.clone() }).collect(),
        statements,
    };
    let point = Situation {
        reference: "SIT-2025-1234".parse().unwrap(),
        version: 3,
        crisis: "essai".to_owned(),
        number: 123,
        author: "un-identifiant-assez-long".to_owned(),
        marking: Marking { tlp: Tlp::AmberStrict, pap: Pap::Amber },
        drafted_at: at("2025-12-22T03:00:00Z"),
        frozen_at: None,
        synthetic: true,
        content,
    };
    for lang in Lang::ALL {
        assert!(pages(&situation::document(&point, lang)) <= 2, "{lang}");
    }
}

/// Sectors of the house, as many as a point shows.
fn sectors_named() -> Vec<String> {
    ["health", "energy", "transport", "finance", "education", "public", "industry", "retail"]
        .map(str::to_owned)
        .to_vec()
}
