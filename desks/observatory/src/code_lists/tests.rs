//! A new version shown, switched to, and gone back from.

use super::*;
use crate::indicators::{CodeListVersion, Request, computed};
use crate::intake::HouseCodes;
use beffroi_model::{Layer, Marking, Pap, Report, ReportKind, Tlp};
use beffroi_ports::doubles::{InProcess, KeysInMemory, MemoryFacts};
use beffroi_store::{By, JournalQuery, Store, StoreError};
use beffroi_tabular::Codes;
use jiff::Timestamp;
use jiff::civil::date;
use std::path::PathBuf;
use std::sync::Arc;

const IN_PROCESS: InProcess = InProcess { parser: PARSER.1 };

fn now() -> Timestamp {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

fn by() -> By {
    By::new("statisticien", now())
}

/// Registers, a lake, and a folder for files.
struct Trial {
    folder: tempfile::TempDir,
    store: Store,
    facts: MemoryFacts,
    book: CodeBook,
}

impl Trial {
    async fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            store: Store::memory(Arc::new(KeysInMemory::new(5))).await.unwrap(),
            facts: MemoryFacts::holding(vec![report("a", "53"), report("b", "53"), report("c", "01")], Vec::new()),
            book: CodeBook::default(),
        }
    }

    fn file(&self, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join("brought.csv");
        std::fs::write(&path, text).unwrap();
        path
    }

    async fn lists(&self) -> Lists {
        self.book.in_use(&self.store).await.unwrap()
    }

    async fn proposed(&self, list: &str, text: impl AsRef<[u8]>) -> Result<Proposal, ListError> {
        let file = self.file(text);
        propose(&self.lists().await, Asked { list, file: &file, edition: None }, &IN_PROCESS)
    }

    async fn back(&self, version: &str) -> Result<Switched, ListError> {
        let lists = self.lists().await;
        let by = by();
        let done = go_back(&self.store, &self.facts, &lists, "departments", version, Some(&by)).await;
        done.map(|(_, _, switched)| switched)
    }
}

fn report(id: &str, department: &str) -> Report {
    Report {
        id: id.parse().unwrap(),
        source: "synth-unites".parse().unwrap(),
        layer: Layer::Recorded,
        kind: ReportKind::Complaint,
        unit_of_count: "infraction".into(),
        occurred_on: None,
        reported_on: date(2025, 3, 1),
        territory: department.parse().unwrap(),
        category: Some("AN-BIENS".into()),
        phenomenon: None,
        astad: false,
        victim_kind: None,
        sex: None,
        age_band: None,
        size: None,
        sector: None,
        subject: None,
        loss_cents: None,
        observables: Vec::new(),
        marking: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        legal_basis: "données synthétiques".into(),
        synthetic: true,
    }
}

/// The departments a year later: Mayenne and Sarthe make one, and Ain is written otherwise.
fn departments_of_2027() -> String {
    let text = beffroi_codes::list("departments").unwrap().to_text();
    let text = text.replace("COG-2024", "COG-2027").replace("# date: 2024-01-01", "# date: 2027-01-01");
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with("53,") {
            lines.push(line.replacen(",,,,true", ",,2026-12-31,979,true", 1));
            lines.push("979,Maine,Maine,R52,2027-01-01,,,true,false,department,".to_owned());
        } else if line.starts_with("01,") {
            lines.push(line.replacen("01,Ain,Ain", "01,L’Ain,Ain", 1));
        } else {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n") + "\n"
}

#[tokio::test]
async fn what_changes_and_what_it_does_is_told_before_anything_is_kept() {
    let trial = Trial::new().await;
    let proposal = trial.proposed("departments", departments_of_2027()).await.unwrap();
    assert_eq!(
        proposal.tally(),
        [(Aspect::Added, 1), (Aspect::Replaced, 1), (Aspect::Ended, 1), (Aspect::Relabelled, 1)]
    );
    let told = effect(&trial.facts, &trial.lists().await, &proposal.after).await.unwrap();
    assert!(told.indicators.contains(&"digital-offences".to_owned()));
    let [row] = told.rows.as_slice() else { panic!("{told:?}") };
    assert_eq!((row.source.as_str(), row.code.as_str(), row.rows), ("synth-unites", "53", 2));
    assert_eq!(row.becomes, ["979"]);
    // Nothing was kept: the lists are as before, and the journal is empty.
    assert_eq!(trial.lists().await, Lists::house());
    assert!(trial.store.code_list_versions(None).await.unwrap().is_empty());
    assert!(trial.store.journal_search(&JournalQuery::default(), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_switch_is_seen_at_once_by_all_that_use_the_list() {
    let trial = Trial::new().await;
    let before = HouseCodes::of(trial.lists().await);
    assert!(!before.contains("departments", "979", date(2027, 2, 1)));
    let proposal = trial.proposed("departments", departments_of_2027()).await.unwrap();
    assert_eq!(switch(&trial.store, &proposal, &by()).await.unwrap(), Switched::Done);
    let lists = trial.lists().await;
    assert_eq!(lists.list("departments").unwrap().version, "COG-2027");
    assert_eq!(lists.label("departments", "01", "fr"), "L’Ain");
    let after = HouseCodes::of(lists.clone());
    assert!(after.contains("departments", "979", date(2027, 2, 1)));
    assert!(!after.contains("departments", "53", date(2027, 2, 1)), "it has ended");
    assert!(after.contains("departments", "53", date(2026, 2, 1)), "and facts of before keep it");
    // The journal tells who switched.
    let entries = trial.store.journal_search(&JournalQuery::default(), 10).await.unwrap();
    let entry = entries[0].entry.clone().unwrap();
    assert_eq!((entry.who.as_str(), entry.object.id.as_str()), ("statisticien", "departments@COG-2027"));
    // The same file again changes nothing.
    let again = trial.proposed("departments", departments_of_2027()).await.unwrap();
    assert!(again.is_in_use());
    assert_eq!(switch(&trial.store, &again, &by()).await.unwrap(), Switched::Already);
    assert_eq!(trial.store.code_list_switches("departments").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_figure_comes_out_again_under_the_lists_of_its_certificate() {
    let trial = Trial::new().await;
    let figures = async |lists: Lists| {
        let request = Request { lists, ..Request::default() };
        computed(&trial.facts, "digital-offences", &request, now(), "1").await.unwrap().certificate
    };
    let old = figures(trial.lists().await).await;
    let proposal = trial.proposed("departments", departments_of_2027()).await.unwrap();
    switch(&trial.store, &proposal, &by()).await.unwrap();
    let new = figures(trial.lists().await).await;
    let version = |certificate: &crate::indicators::Certificate| {
        certificate.code_lists.iter().find(|list| list.name == "departments").unwrap().version.clone()
    };
    assert_eq!((version(&old), version(&new)), ("COG-2024".to_owned(), "COG-2027".to_owned()));
    assert_ne!(old.digest, new.digest);
    for certificate in [&old, &new] {
        let lists = codes_at(&trial.store, &certificate.code_lists).await.unwrap();
        assert_eq!(figures(lists).await.digest, certificate.digest);
    }
    let never = [CodeListVersion { name: "departments".into(), version: "COG-1789".into() }];
    let refused = codes_at(&trial.store, &never).await.unwrap_err();
    assert!(refused.is_users_fault() && refused.to_string().contains("COG-2027"), "{refused}");
}

#[tokio::test]
async fn an_earlier_version_is_one_more_switch_unless_facts_would_lose_their_code() {
    let trial = Trial::new().await;
    let proposal = trial.proposed("departments", departments_of_2027()).await.unwrap();
    switch(&trial.store, &proposal, &by()).await.unwrap();
    assert_eq!(trial.back("COG-2024").await.unwrap(), Switched::Done);
    assert_eq!(trial.lists().await.list("departments").unwrap().version, "COG-2024");
    assert_eq!(trial.back("COG-2024").await.unwrap(), Switched::Already);
    assert_eq!(trial.back("COG-2027").await.unwrap(), Switched::Done);
    let versions = trial.book.versions_of(&trial.store, "departments").await.unwrap();
    let versions: Vec<&str> = versions.iter().map(|list| list.version.as_str()).collect();
    assert_eq!(versions, ["COG-2027", "COG-2024"]);
    // Once a row carries the new code, the version that lacks it is refused.
    let with = Trial { facts: MemoryFacts::holding(vec![report("n", "979")], Vec::new()), ..trial };
    let refused = with.back("COG-2024").await.unwrap_err();
    assert!(matches!(&refused, ListError::Carried { rows: 1, codes, .. } if codes == &["979"]), "{refused}");
    assert_eq!(with.lists().await.list("departments").unwrap().version, "COG-2027");
    assert!(matches!(with.back("COG-1789").await, Err(ListError::NoVersion { .. })));
}

#[tokio::test]
async fn a_file_that_lacks_a_code_ends_it_and_never_takes_it_away() {
    let trial = Trial::new().await;
    let without: String =
        departments_of_2027().lines().filter(|line| !line.starts_with("02,")).map(|l| format!("{l}\n")).collect();
    let proposal = trial.proposed("departments", without).await.unwrap();
    let code = proposal.after.code("02").unwrap();
    assert_eq!((code.label("fr"), code.valid_to), ("Aisne", Some(date(2026, 12, 31))));
    switch(&trial.store, &proposal, &by()).await.unwrap();
    let known = trial.lists().await;
    for code in beffroi_codes::list("departments").unwrap().every_code() {
        assert!(known.list("departments").unwrap().code(&code.code).is_some(), "{}", code.code);
    }
}

#[tokio::test]
async fn an_earlier_or_another_content_is_refused_and_changes_nothing() {
    let trial = Trial::new().await;
    let text = departments_of_2027();
    let earlier = trial.proposed("departments", text.replace("# date: 2027-01-01", "# date: 2020-01-01")).await;
    assert!(matches!(earlier, Err(ListError::Versions(_))), "{earlier:?}");
    let house = beffroi_codes::list("departments").unwrap().to_text();
    let same = trial.proposed("departments", house.replace("01,Ain,", "01,Un,")).await;
    assert!(matches!(same, Err(ListError::Versions(_))), "{same:?}");
    assert!(trial.proposed("departments", &house).await.unwrap().is_in_use(), "the twin: the house's own");
    let other = trial.proposed("regions", &text).await;
    assert!(matches!(&other, Err(ListError::File { .. })), "{other:?}");
    let nothing = trial.proposed("../x", &text).await;
    assert!(matches!(&nothing, Err(ListError::Name(_))), "{nothing:?}");
    assert_eq!(trial.lists().await, Lists::house());
}

#[tokio::test]
async fn somebody_who_switched_in_between_is_not_undone() {
    let trial = Trial::new().await;
    let text = departments_of_2027();
    let mine = trial.proposed("departments", &text).await.unwrap();
    let theirs = trial.proposed("departments", text.replace("COG-2027", "COG-2027-bis")).await.unwrap();
    switch(&trial.store, &theirs, &by()).await.unwrap();
    let late = switch(&trial.store, &mine, &by()).await.unwrap_err();
    assert!(matches!(&late, ListError::Store(StoreError::Conflict { .. })) && late.is_users_fault(), "{late}");
    assert_eq!(trial.lists().await.list("departments").unwrap().version, "COG-2027-bis");
}

#[tokio::test]
async fn the_official_file_of_offences_makes_a_list_that_was_not_there() {
    let trial = Trial::new().await;
    let file = trial.file(
        "Liste des infractions en vigueur de la nomenclature NATINF\r\n\
         Numéro NATINF;Nature de l'infraction;Qualification de l'infraction;Définie par;Réprimée par\r\n\
         7875;Délit;ESCROQUERIE;ART.313-1 AL.1 C.PENAL.;ART.313-1 AL.2 C.PENAL.\r\n\
         22000;Contravention de classe 4;VEHICULE SANS CONTROLE;ART.R.323-1 §I C.ROUTE.;ART.R.323-1 §III C.ROUTE.\r\n",
    );
    let edition = |version: &str, month| Edition { version: version.into(), date: date(2026, month, 1) };
    let bring = async |file: &std::path::Path, edition: Edition| {
        let asked = Asked { list: "natinf", file, edition: Some(&edition) };
        let proposal = propose(&trial.lists().await, asked, &IN_PROCESS).unwrap();
        let done = switch(&trial.store, &proposal, &by()).await.unwrap();
        (proposal, done)
    };
    let (first, done) = bring(&file, edition("2026-04", 4)).await;
    assert_eq!((&first.before, first.tally(), done), (&None, vec![(Aspect::Added, 2)], Switched::Done));
    assert_eq!(bring(&file, edition("2026-04", 4)).await.1, Switched::Already, "the same file and edition again");
    let articles = |lists: &Lists, code: &str| {
        let mapping = lists.map("natinf", code, "articles", date(2026, 5, 1)).unwrap();
        mapping.ways.into_iter().map(|way| way.link.to).collect::<Vec<_>>()
    };
    let lists = trial.lists().await;
    assert_eq!(articles(&lists, "22000"), ["CR R323-1"], "R. 323-1 of the highway code is not 323-1 of the penal code");
    // A quarter later an offence is gone from the file, and stays known.
    let text = std::fs::read_to_string(&file).unwrap();
    let fewer: String =
        text.lines().filter(|line| !line.starts_with("22000")).map(|line| format!("{line}\n")).collect();
    let file = trial.file(fewer);
    let (second, _) = bring(&file, edition("2026-07", 7)).await;
    assert_eq!(second.tally(), [(Aspect::Ended, 1)]);
    assert!(trial.lists().await.list("natinf").unwrap().code("22000").is_some());
    assert_eq!(bring(&file, edition("2026-07", 7)).await.1, Switched::Already, "with what the past left in it");
}

#[tokio::test]
async fn a_text_that_was_altered_in_the_register_is_not_read() {
    let trial = Trial::new().await;
    let proposal = trial.proposed("departments", departments_of_2027()).await.unwrap();
    let kept = vec![beffroi_store::CodeListText {
        list: "departments".into(),
        version: "COG-2027".into(),
        stands_on: date(2027, 1, 1),
        source: String::new(),
        licence: String::new(),
        n_codes: 0,
        file: String::new(),
        file_sha256: String::new(),
        text: "no list".into(),
    }];
    trial.store.code_list_switch("departments", "COG-2027", None, kept, &by()).await.unwrap();
    let refused = trial.book.in_use(&trial.store).await.unwrap_err();
    assert!(matches!(refused, StoreError::Inconsistent { .. }), "{refused}");
    assert!(switch(&trial.store, &proposal, &by()).await.is_err());
}
