//! Proposals for small files of every kind: they parse, and read what they were made for.

use super::*;
use crate::codes::{AnyCode, InForce};
use crate::declaration::Declaration;
use crate::map::{Context, Facts, Plan};
use crate::read::read_rows;
use crate::wire::parse;
use std::ops::ControlFlow;

const TODAY: Date = Date::constant(2026, 11, 30);

/// The departments, and nothing else: what a column looks like depends on what the lists hold.
struct Departments;

impl Codes for Departments {
    fn has_list(&self, _: &str) -> bool {
        true
    }

    fn in_force(&self, list: &str, code: &str, _: Date) -> Option<InForce> {
        let known = match list {
            "departments" => ["01", "02", "2A", "974"].contains(&code),
            "phenomena" => ["phishing", "card_fraud"].contains(&code),
            _ => false,
        };
        known.then_some(InForce::ALWAYS)
    }
}

fn looked(bytes: &[u8]) -> Look {
    let mut frames = Vec::new();
    parse(&Look::request(None), &mut &*bytes, &mut |frame| {
        frames.push(frame.to_vec());
        Ok(())
    })
    .unwrap();
    Look::read(&frames[0]).unwrap()
}

fn proposed(bytes: &[u8]) -> (Proposal, Facts) {
    let proposal = guess(&looked(bytes), "essai-devine", &Departments, TODAY);
    let toml = proposal.toml();
    let declaration = Declaration::parse(&toml).unwrap_or_else(|error| panic!("{error}\n{toml}"));
    let plan = Plan::new(&declaration, &AnyCode).unwrap();
    let context = Context { today: TODAY, vintage: TODAY, codes: &AnyCode };
    let (mut facts, mut findings) = (plan.no_facts(0), Vec::new());
    read_rows(&declaration.file, plan.columns(), bytes, &mut |step| {
        match step {
            Ok(row) => {
                plan.map(row, &context, &mut facts, &mut findings);
            }
            Err(finding) => findings.push(finding),
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(findings, [], "{toml}");
    (proposal, facts)
}

#[test]
fn a_long_table_of_figures() {
    let (proposal, facts) = proposed(
        b"Code_departement;annee;indicateur;unite_de_compte;nombre;taux_pour_mille\n\
          01;2016;Homicides;Victime;1 005;0,0078\n2A;2017;Vols;Victime;nd;0,01\n01;2017;Vols;Victime;12;0,5\n",
    );
    let toml = proposal.toml();
    for line in [
        "separator = \";\"",
        "decimal = \",\"",
        "thousands = \" \"",
        "empty = [\"\", \"nd\"]",
        "value = \"nombre\"",
        "period = \"annee\"",
    ] {
        assert!(toml.contains(line), "{line}\n{toml}");
    }
    let Facts::Counts(counts) = facts else { panic!("counts") };
    assert_eq!((counts.len(), counts[0].value, counts[0].territory.code()), (2, 1005.0, "01"));
}

#[test]
fn a_wide_table_under_a_title() {
    let (proposal, facts) = proposed(
        "Source : essai\n\nIndicateur,janv. 2024,f\u{e9}vr. 2024,mars 2024\nVols,1,2,3\nFraudes,4,,6\n".as_bytes(),
    );
    assert!(proposal.toml().contains("preamble = 2"), "{}", proposal.toml());
    let Facts::Counts(counts) = facts else { panic!("counts") };
    assert_eq!(
        counts.iter().map(|c| c.period.to_string()).collect::<Vec<_>>(),
        ["2024-01", "2024-02", "2024-03", "2024-01", "2024-03"]
    );
}

#[test]
fn events_without_what_identifies_a_person() {
    let (proposal, facts) = proposed(
        b"id,date_plainte,Nom,Pr\xe9nom,date_naissance,departement,phenomene,site\n\
          P1,05/01/2025,Martin,L\xe9a,01/02/1980,01,phishing,evil.example\nP2,06/01/2025,Durand,Zo\xe9,03/04/1990,2A,card_fraud,worse.example\n",
    );
    let toml = proposal.toml();
    assert!(!toml.contains("Nom\"") && !toml.contains("naissance") && toml.contains("iso-8859-1"), "{toml}");
    let told: Vec<&str> = proposal
        .lines
        .iter()
        .filter_map(|line| line.note.as_ref())
        .filter(|(key, _)| *key == "guess-identifier")
        .map(|(_, about)| about.as_str())
        .collect();
    assert_eq!(told, ["Nom", "Prénom", "date_naissance"]);
    let Facts::Reports(reports) = facts else { panic!("reports") };
    assert_eq!(reports.len(), 2);
    assert_eq!(reports[0].observables.len(), 1);
}

#[test]
fn a_header_parted_otherwise_than_the_rows() {
    let (proposal, facts) =
        proposed(b"nom,nbInfractions,nbResolutions\n\"Phishing\";\"2236\";\"141\"\n\"DDoS\";\"16\";\"2\"\n");
    assert!(proposal.toml().contains("columns = [\"nom\", \"nbInfractions\", \"nbResolutions\"]"));
    assert_eq!(facts.len(), 2);
}

#[test]
fn a_sheet_under_a_title() {
    use beffroi_testkit::workbook::Book;
    let book =
        Book::of_rows(&[&["Un titre"], &[""], &["classe", "2020", "2021", "2022"], &["Vols", "1", "2", "3"]]).bytes();
    let (proposal, facts) = proposed(&book);
    assert!(proposal.toml().contains("header_row = 3"), "{}", proposal.toml());
    assert_eq!(facts.len(), 3);
}

#[test]
fn documents_and_lines() {
    let (_, facts) =
        proposed(br#"{"data":[{"name":"a","value":1,"year":"2020"},{"name":"b","value":2,"year":"2020"}],"n":2}"#);
    assert_eq!(facts.len(), 2);
    let (_, facts) =
        proposed(b"{\"name\":\"a\",\"value\":1,\"year\":\"2020\"}\n{\"name\":\"b\",\"value\":2,\"year\":\"2020\"}\n");
    assert_eq!(facts.len(), 2);
}

#[test]
fn a_list_without_figures_still_gives_a_declaration() {
    let (proposal, facts) = proposed(b"code,label_fr\nAN-BIENS,Biens\nAN-PERS,Personnes\n");
    assert!(proposal.lines.iter().any(|line| line.note.as_ref().is_some_and(|(key, _)| *key == "guess-no-value")));
    assert_eq!(facts.len(), 2);
}
