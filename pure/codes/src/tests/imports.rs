//! Official files come in as lists, with findings for what does not read.

use crate::*;
use jiff::civil::date;
use proptest::prelude::*;

fn april() -> Edition {
    Edition { version: "2026-04".into(), date: date(2026, 4, 1) }
}

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

const NATINF: &str = "Liste des infractions en vigueur de la nomenclature NATINF\r\n\
    Numéro NATINF;Nature de l'infraction;Qualification de l'infraction;Définie par;Réprimée par\r\n\
    7875;Délit;ESCROQUERIE;ART.313-1 AL.1 C.PENAL.;ART.313-1 AL.2, ART.313-7 C.PENAL.\r\n\
    22000;Contravention de classe 4;VEHICULE SANS CONTROLE;ART.R.323-1 §I C.ROUTE.;ART.R.323-1 §III C.ROUTE.\r\n\
    900;Délit douanier;IMPORTATION;ART.414 C.DOUANES.;ART.414 C.DOUANES.\r\n";

#[test]
fn the_official_file_comes_in_as_it_is_published() {
    let found = read_natinf(&latin(NATINF), april()).unwrap();
    assert!(found.findings.is_empty(), "{:?}", found.findings);
    let list = found.list;
    assert_eq!((list.name.as_str(), list.version.as_str(), list.every_code().len()), ("natinf", "2026-04", 3));
    let fraud = list.code("7875").unwrap();
    assert_eq!((fraud.label("fr"), fraud.label("en")), ("ESCROQUERIE", "ESCROQUERIE"));
    assert_eq!(list.label_language.as_deref(), Some("fr"));
    assert_eq!([fraud.extra("class"), fraud.extra("articles")], [Some("D"), Some("CP 313-1 al.1")]);
    assert_eq!(fraud.extra("punished_by"), Some("ART.313-1 AL.2, ART.313-7 C.PENAL."));
    assert_eq!(list.code("22000").unwrap().extra("articles"), Some("CR R323-1 §I"));
    assert_eq!(list.code("22000").unwrap().extra("class"), Some("C4"));
    let customs = list.code("900").unwrap();
    assert_eq!((customs.extra("nature"), customs.extra("class")), (Some("Délit douanier"), None));
    // The same in UTF-8, with a mark, and without the line before the columns.
    let short: String = NATINF.lines().skip(1).map(|line| format!("{line}\n")).collect();
    assert_eq!(read_natinf(format!("\u{feff}{short}").as_bytes(), april()).unwrap().list, list);
}

#[test]
fn a_row_that_does_not_read_is_set_aside_with_its_line() {
    let text = format!("{NATINF}7875;Délit;AUTRE;;\r\nx12;Délit;AUTRE;;\r\n12;Délit;;;\r\n\r\n13;Délit;BON;;\r\n");
    let found = read_natinf(&latin(&text), april()).unwrap();
    let findings: Vec<(u64, &str)> = found.findings.iter().map(|finding| (finding.line, finding.column)).collect();
    assert_eq!(findings, [(6, "code"), (7, "code"), (8, "label")]);
    assert_eq!((found.set_aside, found.list.every_code().len()), (3, 4));
    assert_eq!(found.list.label("7875", "fr"), "ESCROQUERIE", "the first one stands");
    // The same lines whatever ends them, a cell over two lines included.
    let text = text.replace("IMPORTATION", "\"IMPORTATION\nDEUX\"").replace("\r\n", "\n");
    let lines = read_natinf(&latin(&text), april()).unwrap().findings.iter().map(|f| f.line).collect::<Vec<_>>();
    assert_eq!(lines, [7, 8, 9]);
}

#[test]
fn a_cell_without_end_is_one_finding() {
    let long = |n: usize| format!("{NATINF}12;Délit;{};;\r\n", "A".repeat(n));
    let found = read_natinf(&latin(&long(20_001)), april()).unwrap();
    assert_eq!((found.list.every_code().len(), found.set_aside), (3, 1));
    assert_eq!(read_natinf(&latin(&long(20_000)), april()).unwrap().set_aside, 0);
    // A quote that nobody closed takes the rest of the file with it, and is told.
    let rest: String = (1..5_000).map(|n| format!("{n};Délit;A;;\r\n")).collect();
    let found = read_natinf(&latin(&format!("{NATINF}12;Délit;\"OUVERT;;\r\n{rest}")), april()).unwrap();
    assert_eq!((found.findings[0].line, found.list.every_code().len()), (6, 3));
}

#[test]
fn another_file_is_refused() {
    let refused = |text: &str| read_natinf(&latin(text), april()).unwrap_err();
    assert_eq!(refused(&NATINF.replace("Définie par", "Autre")), ImportError::Column("defined_by"));
    assert_eq!(refused(""), ImportError::Column("code"));
    let header = NATINF.lines().nth(1).unwrap();
    assert!(matches!(refused(&format!("{header}\nx;y;z;;\n")), ImportError::Nothing(2, "code", _)));
    let many: String = (1..=100_001).map(|n| format!("{n};Délit;A;;\n")).collect();
    assert_eq!(refused(&format!("{header}\n{many}")), ImportError::TooLong);
}

#[test]
fn a_quarter_later_a_dropped_number_has_ended() {
    let before = read_natinf(&latin(NATINF), april()).unwrap().list;
    let dropped: String =
        NATINF.lines().filter(|line| !line.starts_with("900;")).map(|line| format!("{line}\n")).collect();
    let july = Edition { version: "2026-07".into(), date: date(2026, 7, 1) };
    let after = read_natinf(&latin(&dropped), july).unwrap().list;
    assert!(matches!(diff(&before, &after), Err(DiffError::Lost { count: 1, .. })));
    let after = after.with_past_of(&before).unwrap();
    assert!(matches!(diff(&before, &after).unwrap().changes.as_slice(), [Change::Ended { .. }]));
    assert!(after.on("900", date(2026, 6, 30)).is_some() && after.on("900", date(2026, 7, 1)).is_none());
}

#[test]
fn communes_come_from_any_of_the_layouts() {
    let cog = Edition { version: "COG-2024".into(), date: date(2024, 1, 1) };
    let read = |text: &str| read_communes(text.as_bytes(), cog.clone()).unwrap();
    let ours = read("com,dep,reg,libelle,pmun\n53130,53,52,Laval,49733\n2A004,2A,94,Ajaccio,\n");
    assert_eq!(ours.list.code("53130").unwrap().parent.as_deref(), Some("53"));
    assert_eq!(ours.list.code("53130").unwrap().extra("population"), Some("49733"));
    let insee = read(
        "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n\
        COMD,01015,,,,,1,ARBIGNIEU,Arbignieu,Arbignieu,,01015\n\
        COM,01015,84,01,01D,011,1,ARBOYS EN BUGEY,Arboys en Bugey,Arboys en Bugey,0104,\n\
        COMD,01015,,,,,1,ARBIGNIEU,Arbignieu,Arbignieu,,01015\n\
        COMD,01340,,,,,0,SAINT BOIS,Saint-Bois,Saint-Bois,,01015\n\
        COM,75056,11,75,75C,751,0,PARIS,Paris,Paris,,\n\
        ARM,75101,,,,,0,PARIS 01,Paris 1er Arrondissement,Paris 1er Arrondissement,,75056\n",
    );
    assert!(insee.findings.is_empty(), "{:?}", insee.findings);
    let codes: Vec<&str> = insee.list.codes().map(|code| code.code.as_str()).collect();
    assert_eq!(codes, ["01015", "75056"], "parts of a commune are not communes");
    assert_eq!(insee.list.code("75101").unwrap().extra("of"), Some("75056"));
    assert_eq!(insee.list.code("01340").unwrap().parent.as_deref(), Some("01"));
    let wrong = read("com;libelle\n53130;Laval\n99999;Ailleurs\n5313;Court\n53131;\n");
    assert_eq!(wrong.findings.iter().map(|f| f.column).collect::<Vec<_>>(), ["department", "code", "label"]);
}

/// The public files, where they are: the folder is named by `BEFFROI_SHARED`.
fn shared(path: &str) -> Option<Vec<u8>> {
    let Some(root) = std::env::var_os("BEFFROI_SHARED") else {
        eprintln!("BEFFROI_SHARED names no folder: {path} was not read");
        return None;
    };
    Some(std::fs::read(std::path::Path::new(&root).join(path)).unwrap())
}

#[test]
fn the_real_communes_come_in() {
    let cog = |year: i16| Edition { version: format!("COG-{year}"), date: date(year, 1, 1) };
    let (Some(of_2024), Some(of_2026), Some(overseas)) = (
        shared("domain/cog_communes_2024.csv"),
        shared("data/territories/etalab/communes_compact.csv"),
        shared("domain/cog_collectivites_outremer.csv"),
    ) else {
        return;
    };
    let before = read_communes(&of_2024, cog(2024)).unwrap();
    assert_eq!((before.list.codes().count(), before.set_aside), (34_935, 0));
    let after = read_communes(&of_2026, cog(2026)).unwrap();
    assert_eq!((after.list.codes().count(), after.set_aside), (34_963, 6));
    let seas = read_communes(&overseas, cog(2024)).unwrap();
    assert_eq!(
        (seas.list.codes().count(), seas.set_aside),
        (88, 6),
        "984 and 989 have no inhabitants and no code here"
    );
    let after = after.list.with_past_of(&before.list).unwrap();
    let changes = diff(&before.list, &after).unwrap();
    let ended = changes.changes.iter().filter(|change| matches!(change, Change::Ended { .. })).count();
    assert_eq!(changes.apply(&before.list).unwrap(), after);
    assert!(ended < 1_000, "{ended}");
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), rows in "([0-9]{0,6};[A-Za-z\"é ]{0,5};?[\"a]{0,3};\n){0,6}") {
        let _ = read_natinf(&bytes, april());
        let _ = read_communes(&bytes, april());
        let header = NATINF.lines().nth(1).unwrap();
        let _ = read_natinf(format!("{header}\n{rows}").as_bytes(), april());
        let _ = read_communes(format!("code;nom\n{rows}").as_bytes(), april());
        let mut broken = latin(NATINF);
        broken.extend(bytes);
        let _ = read_natinf(&broken, april());
    }
}
