//! Figures on their way out, over a lake in memory: drawn rows, every card, every form.

// The validator of the room that writes the messages: the schemas are the same.
#[path = "../../../../formats/sdmx/tests/it/validator.rs"]
mod validator;

use super::*;
use crate::indicators::{Catalogue, computed, published};
use beffroi_model::{Layer, PublishedCount, Report, ReportKind};
use beffroi_ports::doubles::{MemoryFacts, answered};
use beffroi_ports::{Dimension, Filter};
use beffroi_sdmx::{Observation, read_csv, read_data, read_structure};
use beffroi_wording::Lang;
use jiff::Timestamp;
use std::path::{Path, PathBuf};

const SMALL: usize = 3;

fn now() -> Timestamp {
    "2026-01-14T08:00:00Z".parse().unwrap()
}

fn ready<T>(future: impl Future<Output = T> + Send) -> T {
    answered(Box::pin(future)).unwrap()
}

fn report(n: usize, day: &str, category: &str, subject: Option<&str>) -> Report {
    let claim = subject.is_some();
    Report {
        id: format!("r{n}").parse().unwrap(),
        source: "drawn".parse().unwrap(),
        layer: if claim { Layer::Platform } else { Layer::Recorded },
        kind: if claim { ReportKind::Claim } else { ReportKind::Complaint },
        unit_of_count: if claim { "revendication" } else { "infraction" }.into(),
        occurred_on: None,
        reported_on: day.parse().unwrap(),
        territory: "2A".parse().unwrap(),
        category: Some(category.into()),
        phenomenon: None,
        astad: false,
        victim_kind: None,
        sex: None,
        age_band: None,
        size: None,
        sector: None,
        subject: subject.map(Into::into),
        loss_cents: None,
        observables: Vec::new(),
        marking: MARKING,
        legal_basis: "drawn".into(),
        synthetic: true,
    }
}

fn facts() -> MemoryFacts {
    let mut reports = Vec::new();
    for (n, day, category) in [
        (40, "2022-05-05", "AN-PERS"),
        (41, "2024-01-05", "AN-PERS"),
        (SMALL, "2024-01-05", "AN-LEGI"),
        (9, "2024-01-05", "AN-INST"),
        (77, "2024-02-05", "AN-PERS"),
        (30, "2024-02-05", "AN-LEGI"),
        (31, "2024-02-05", "AN-INST"),
    ] {
        (0..n).for_each(|_| reports.push(report(reports.len(), day, category, None)));
    }
    for subject in ["=cmd()", "groupe é", "<script>", "groupe-a", "groupe-a"] {
        reports.push(report(reports.len(), "2024-03-01", "AN-BIENS", Some(subject)));
    }
    let count = |series: &str, territory: &str, value: f64, population: Option<i64>| PublishedCount {
        source: if series == "fraud" { "demo-departements" } else { "demo-fraud-series" }.parse().unwrap(),
        layer: Layer::Recorded,
        series: series.into(),
        period: "2023".parse().unwrap(),
        territory: territory.parse().unwrap(),
        category: None,
        unit_of_count: "victime".into(),
        definition_version: "drawn".into(),
        vintage: "2024-03-04".parse().unwrap(),
        value,
        population,
        tlp: Tlp::Clear,
        synthetic: false,
    };
    let counts = vec![
        count("fraud", "01", 5000.0, Some(671_289)),
        count("escroqueries", "01", 5500.0, None),
        count("escroqueries", "FR", 6500.0, None),
    ];
    MemoryFacts::holding(reports, counts)
}

/// A publication that owns what it is made of.
struct Made {
    card: Card,
    request: Request,
    figures: Figures,
}

impl Made {
    fn of(code: &str, by: &[Dimension]) -> Self {
        Self::asked(code, Request { by: by.to_vec(), ..Request::default() })
    }

    fn asked(code: &str, request: Request) -> Self {
        let card = Catalogue::builtin().card(code).unwrap().clone();
        let figures = ready(published(&facts(), code, &request, now(), "1")).unwrap();
        Self { card, request, figures }
    }

    fn publication(&self) -> Publication<'_> {
        Publication { card: &self.card, request: &self.request, figures: &self.figures, marking: MARKING }
    }

    fn leaving(&self) -> Leaving<'_> {
        self.publication().leave(Channel::Download, MARKING).unwrap()
    }
}

fn all() -> Vec<Made> {
    use Dimension::{Category, Department, Month, Quarter, Source, Subject, Synthetic, Week, Year};
    vec![
        Made::of("digital-offences", &[Category, Month]),
        Made::of("digital-offences", &[Week]),
        Made::of("digital-offences", &[Source, Synthetic, Year]),
        Made::of("digital-offences", &[Quarter, Department]),
        Made::of("fraud-rate", &[Department, Year]),
        Made::of("fraud-victims", &[Year]),
        Made::of("ransomware-claims", &[Subject, Year]),
    ]
}

fn schema(inside: &str) -> Option<Value> {
    let shared = std::env::var_os("BEFFROI_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = shared.join("sdmx/sdmx-json").join(inside);
    if !path.is_file() {
        println!("skipped: {} absent", path.display());
        return None;
    }
    Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

fn valid(schema: Option<&Value>, message: &str) {
    if let Some(schema) = schema {
        let message: Value = serde_json::from_str(message).unwrap();
        assert_eq!(validator::Validator::new(schema).faults(&message), Vec::<String>::new());
    }
}

#[test]
fn every_card_has_a_structure_that_reads_back_and_holds_to_the_official_schema() {
    let schema = schema("structure-message/tools/schemas/sdmx-json-structure-schema.json");
    for card in Catalogue::builtin().cards() {
        let written = structure_message(card, &[], now()).unwrap();
        let (_, read) = read_structure(written.as_bytes()).unwrap();
        assert_eq!(read, structure::of(card, &Met { figures: &[], filters: &[] }).unwrap(), "{}", card.code);
        valid(schema.as_ref(), &written);
        let of = |id: &str| read.structure.attributes.iter().any(|attribute| attribute.id == id);
        for id in ["UNIT_MEASURE", "UNIT_COUNT", "DEFINITION_VERSION", "LAYER", "CONF_STATUS", "OBS_STATUS", "VINTAGE"]
        {
            assert!(of(id), "{}: {id}", card.code);
        }
        assert!(of("SNAPSHOT") && of("CERTIFICATE") && of("NUMERATOR") != card.additive, "{}", card.code);
        for list in &read.codelists {
            assert!(["BEFFROI", "SDMX"].contains(&list.artefact.agency.as_str()), "{}", list.artefact);
        }
    }
}

#[test]
fn messages_read_back_and_hold_to_the_official_schema() {
    let data = schema("data-message/tools/schemas/sdmx-json-data-schema.json");
    let structure = schema("structure-message/tools/schemas/sdmx-json-structure-schema.json");
    for made in all() {
        let leaving = made.leaving();
        let structures = leaving.structures().unwrap();
        let expected = observations::of(&made.publication()).unwrap();
        assert_eq!(expected.observations.len(), made.figures.rows.len());
        let csv = leaving.sdmx_csv().unwrap();
        assert_eq!(read_csv(csv.as_bytes(), &structures).unwrap(), std::slice::from_ref(&expected));
        let json = leaving.sdmx_json().unwrap();
        let message = read_data(json.as_bytes(), &structures).unwrap();
        assert_eq!(message.data_sets, [expected]);
        assert_eq!(message.header.test, made.figures.certificate.synthetic);
        valid(data.as_ref(), &json);
        valid(structure.as_ref(), &leaving.structure().unwrap());
    }
}

#[test]
fn a_protected_cell_has_no_value_in_any_form() {
    let made = Made::of("digital-offences", &[Dimension::Category, Dimension::Month]);
    let hidden: Vec<_> = made.figures.rows.iter().filter(|row| row.status.is_hidden()).collect();
    assert!(hidden.len() >= 2, "the small one has company");
    let set = observations::of(&made.publication()).unwrap();
    let of = |o: &Observation, id: &str| o.attributes.get(id).cloned().unwrap_or_default();
    for (row, o) in made.figures.rows.iter().zip(&set.observations) {
        let (status, conf) = (of(o, "OBS_STATUS"), of(o, "CONF_STATUS"));
        match row.status.is_hidden() {
            true => assert_eq!((o.value, status.as_str(), conf.as_str()), (None, "Q", "C")),
            false => assert!(o.value.is_some() && conf == "F", "{row:?}"),
        }
    }
    let package = package::of(&made.publication()).unwrap();
    let at = |name: &str| package.fields.iter().position(|field| field.name == name).unwrap();
    for (row, cells) in made.figures.rows.iter().zip(&package.rows) {
        let empty = cells[at("value")] == beffroi_datapackage::Cell::Empty;
        assert_eq!(empty, row.status.is_hidden());
        assert_eq!(cells[at("status")].to_string(), if empty { "C" } else { "F" });
    }
}

#[test]
fn every_form_gives_the_same_figures() {
    for made in all() {
        let set = observations::of(&made.publication()).unwrap();
        let package = package::of(&made.publication()).unwrap();
        let at = package.fields.iter().position(|field| field.name == "value").unwrap();
        let json = made.leaving().json();
        for (n, row) in made.figures.rows.iter().enumerate() {
            let sdmx = set.observations[n].value.map(|value| value.to_string().parse::<f64>().unwrap());
            assert_eq!(sdmx, row.value);
            assert_eq!(package.rows[n][at].to_string().parse::<f64>().ok(), row.value);
            assert_eq!(json["figures"][n]["value"].as_f64(), row.value);
        }
    }
}

#[test]
fn an_export_has_its_files_and_reads_back() {
    for made in all() {
        let files = made.leaving().files().unwrap();
        let file = |name: &str| files.iter().find(|(n, _)| n == name).map(|(_, text)| text.clone()).unwrap();
        let code = &made.card.code;
        let descriptor = file("datapackage.json");
        let package =
            beffroi_datapackage::read(descriptor.as_bytes(), file(&format!("{code}.csv")).as_bytes()).unwrap();
        assert_eq!(package, package::of(&made.publication()).unwrap());
        assert!(package.description.fr.contains("TLP:GREEN"), "the marking goes with the figures");
        assert!(file(&format!("{code}-dictionary.csv")).lines().count() > package.fields.len());
        let certificate: Value = serde_json::from_str(&file("certificate.json")).unwrap();
        assert_eq!(certificate["digest"], made.figures.certificate.digest);
        assert!(read_structure(file("structure.json").as_bytes()).is_ok());
        assert_eq!(made.leaving().zip().unwrap(), made.leaving().zip().unwrap());
    }
}

#[test]
fn names_of_groups_become_codes_and_run_nothing() {
    let made = Made::of("ransomware-claims", &[Dimension::Subject, Dimension::Year]);
    let csv = made.leaving().sdmx_csv().unwrap();
    for code in ["$3Dcmd$28$29", "groupe$20$C3$A9", "$3Cscript$3E", "groupe-a"] {
        assert!(csv.contains(&format!(",{code},")), "{code}: {csv}");
    }
    let structure = made.leaving().structure().unwrap();
    assert!(structure.contains("groupe é"), "the label keeps the name");
    assert!(made.leaving().package().unwrap().csv.contains("'=cmd()"));
    assert_eq!(open_dimensions(&made.card), [Dimension::Subject, Dimension::Source]);
}

#[test]
fn a_break_is_said_where_it_lies() {
    let made = Made::of("digital-offences", &[Dimension::Year]);
    let set = observations::of(&made.publication()).unwrap();
    let status = |period: &str| {
        let one = set.observations.iter().find(|o| o.period.to_string() == period).unwrap();
        one.attributes["OBS_STATUS"].clone()
    };
    assert_eq!((status("2022").as_str(), status("2024").as_str()), ("B", "A"));
}

#[test]
fn a_filter_stands_in_the_key_and_a_sum_over_several_codes_is_refused() {
    let filter = |values: &[&str]| Request {
        by: vec![Dimension::Month],
        filters: vec![Filter {
            dimension: Dimension::Category,
            values: values.iter().map(|v| (*v).to_owned()).collect(),
        }],
        ..Request::default()
    };
    let made = Made::asked("digital-offences", filter(&["AN-PERS"]));
    let set = observations::of(&made.publication()).unwrap();
    assert!(set.observations.iter().all(|o| o.key[..2] == ["M", "AN-PERS"] && o.key[2] == "_T"), "{set:?}");
    let both = Made::asked("digital-offences", filter(&["AN-PERS", "AN-INST"]));
    let error = both.leaving().sdmx_csv().unwrap_err();
    assert!(matches!(error, PublicationError::Codes { dimension: "category" }) && error.is_user_fault());
    assert!(both.leaving().package().is_ok(), "a package names its filters in the certificate");
}

#[test]
fn what_nothing_dates_is_refused_unless_one_period_was_asked() {
    let error = Made::of("digital-offences", &[Dimension::Category]).leaving().sdmx_json().unwrap_err();
    assert!(matches!(error, PublicationError::NoPeriod { .. }), "{error}");
    let twice = Made::of("digital-offences", &[Dimension::Month, Dimension::Year]).leaving().sdmx_json().unwrap_err();
    assert!(matches!(twice, PublicationError::Periods { .. }), "{twice}");
    let year = || "2024".parse().ok();
    let one = Request { by: vec![Dimension::Category], from: year(), to: year(), ..Request::default() };
    assert!(Made::asked("digital-offences", one).leaving().sdmx_csv().unwrap().contains(",2024,"));
    let none =
        Request { by: vec![Dimension::Year], from: "1990".parse().ok(), to: "1990".parse().ok(), ..Request::default() };
    let made = Made::asked("digital-offences", none);
    for error in [made.leaving().sdmx_csv().unwrap_err(), made.leaving().package().unwrap_err()] {
        assert!(matches!(error, PublicationError::Empty { .. }), "{error}");
    }
}

/// Both fences with their honest twins: the policy of diffusion, and that nobody forgot to protect.
#[test]
fn nothing_leaves_against_the_policy_or_unprotected() {
    let made = Made::of("digital-offences", &[Dimension::Category, Dimension::Month]);
    for channel in Channel::ALL {
        for tlp in Tlp::ALL {
            for pap in Pap::ALL {
                let ceiling = Marking { tlp, pap };
                let left = made.publication().leave(*channel, ceiling);
                assert_eq!(left.is_ok(), MARKING.may_leave(*channel, ceiling), "{channel} {ceiling}");
            }
        }
    }
    let figures = ready(computed(&facts(), "digital-offences", &made.request, now(), "1")).unwrap();
    let raw = Publication { figures: &figures, ..made.publication() };
    let error = raw.leave(Channel::Download, MARKING).unwrap_err();
    assert!(matches!(error, PublicationError::Raw { .. }) && !error.is_user_fault());
}

#[test]
fn every_word_is_known_in_both_languages() {
    for made in all() {
        let structures = made.leaving().structures().unwrap();
        let concepts = structures.concepts.concepts.iter().map(|concept| &concept.name);
        let lists = structures.codelists.iter().map(|list| &list.name);
        for name in concepts.chain(lists) {
            assert!(!name.fr.contains('[') && !name.en.contains('['), "{name:?}");
        }
        let package = package::of(&made.publication()).unwrap();
        for field in &package.fields {
            for label in [&field.title, &field.description] {
                assert!(!label.fr.contains('[') && !label.en.contains('['), "{label:?}");
            }
        }
    }
    assert!(Lang::ALL.iter().all(|lang| lang.knows("package-note")));
}
