//! A file that somebody brings: read as a list, carried over the wall, compared, and used in place of another.

use super::{HEAD, drawn, edition};
use crate::*;
use jiff::civil::date;

/// The list as it comes over the wall.
fn over(name: &str, edition: Option<&Edition>, bytes: &[u8]) -> Result<Brought, WireError> {
    let mut taken = ListFrames::new(name);
    let mut wrong = None;
    parse_list(&list_request(name, edition), &mut &*bytes, &mut |frame| {
        assert!(frame.len() as u64 <= LONGEST_FRAME);
        wrong = wrong.take().or(taken.put(frame).err());
        Ok(())
    })
    .unwrap();
    wrong.map_or_else(|| taken.end(), Err)
}

fn april() -> Edition {
    Edition { version: "2026-04".into(), date: date(2026, 4, 1) }
}

const NATINF: &str = "Numéro NATINF;Nature de l'infraction;Qualification de l'infraction;Définie par;Réprimée par\n\
    22000;Contravention de classe 4;VEHICULE SANS CONTROLE;ART.R.323-1 §I C.ROUTE.;ART.R.323-1 §III C.ROUTE.\n\
    58;Délit;ACCES A UN SYSTEME;ART.323-1 AL.1 C.PENAL.;ART.323-1 AL.1 C.PENAL.\n\
    x;Délit;AUTRE;;\n";

#[test]
fn every_list_of_the_house_comes_over_the_wall_as_it_is() {
    for list in lists() {
        let brought = over(&list.name, None, list.to_text().as_bytes()).unwrap();
        assert_eq!((&brought.list, brought.set_aside), (list, 0), "{}", list.name);
    }
}

#[test]
fn an_official_file_comes_with_its_edition_and_what_was_set_aside() {
    let brought = over("natinf", Some(&april()), NATINF.as_bytes()).unwrap();
    assert_eq!((brought.list.version.as_str(), brought.list.every_code().len(), brought.set_aside), ("2026-04", 2, 1));
    assert_eq!(brought.findings, [(4, "code".to_owned(), "is no NATINF number".to_owned())]);
    let refused = over("natinf", None, NATINF.as_bytes()).unwrap_err();
    assert!(refused.to_string().contains("--version"), "{refused}");
    // The form of the house needs none, and may be given another.
    let text = format!("{HEAD}A,a,a,,,,,true,false\n");
    assert_eq!(over("drawn", None, text.as_bytes()).unwrap().list.version, "1");
    assert_eq!(over("drawn", Some(&april()), text.as_bytes()).unwrap().list.edition(), april());
}

#[test]
fn a_file_that_is_no_version_of_the_list_is_refused_in_a_sentence() {
    let told = |name: &str, text: &str| over(name, None, text.as_bytes()).unwrap_err().to_string();
    let rows = format!("{HEAD}A,a,a,,,,,true,false\n");
    assert!(told("other", &format!("# name: drawn\n{rows}")).contains("`drawn`"));
    assert!(told("drawn", &rows.replace("version: 1", "version: a b")).contains("version"));
    assert!(told("drawn", &format!("{rows}A,a,a,,,,,true,false\n")).contains("stands twice"));
    assert!(told("Drawn", &rows).contains("lower-case"));
    assert!(told("drawn", "not a list").contains("head"));
    assert!(told("natinf", "a;b\n").contains("--version"));
    let long = vec![b'#'; usize::try_from(LONGEST_FILE).unwrap() + 1];
    assert!(over("drawn", None, &long).unwrap_err().to_string().contains("32 MiB"));
}

#[test]
fn frames_of_a_reader_taken_over_are_nonsense() {
    let list = format!("T{HEAD}A,a,a,,,,,true,false\n");
    let list = list.as_str();
    let taken = |frames: &[&str]| {
        let mut taken = ListFrames::new("drawn");
        frames.iter().try_for_each(|frame| taken.put(frame.as_bytes())).and_then(|()| taken.end())
    };
    assert!(taken(&[list, "N0", "E"]).is_ok());
    for wrong in [
        &[list, "N0"][..],
        &[list, "E"],
        &["N0", "E"],
        &[list, "N0", "E", "E"],
        &[list, "Nmany", "E"],
        &[list, "Sno line", "N0", "E"],
        &[list, "Q", "N0", "E"],
        &["", "N0", "E"],
        &[list, list, "N0", "E"],
    ] {
        assert!(matches!(taken(wrong), Err(WireError::Nonsense { .. })), "{wrong:?}");
    }
    // A list that a reader made up is checked like any other.
    assert!(taken(&[list.replace("A,a,a,,,,,", "A,a,a,,,,B,").as_str(), "N0", "E"]).is_err());
    let told = taken(&["Fa\u{1b}[2Jb"]).unwrap_err().to_string();
    assert!(!told.contains('\u{1b}'), "{told}");
}

#[test]
fn one_code_may_change_in_several_ways_at_once() {
    let old = edition(
        "1",
        "2023-01-01",
        "A,a,a,,,,,true,false\nB,b,b,A,,,,true,false\nC,c,c,A,,,,true,false\nP,p,p,,,2020-01-01,,true,false\n",
    );
    let new = edition(
        "2",
        "2024-01-01",
        "A,a,a,,,,,true,false\nB,x,b,,,2023-12-31,,true,false\nC,c,c,B,,,A,true,false\nD,d,d,,,,,true,false\nP,p,p,,,,,true,false\n",
    );
    let compared = compare(&old, &new);
    let about: Vec<(String, Vec<Aspect>)> =
        compared.changes.iter().map(|change| (change.after().code.clone(), change.aspects())).collect();
    assert_eq!(
        about,
        [
            ("B".to_owned(), vec![Aspect::Ended, Aspect::Relabelled, Aspect::Moved]),
            ("C".to_owned(), vec![Aspect::Replaced, Aspect::Moved]),
            ("D".to_owned(), vec![Aspect::Added]),
            ("P".to_owned(), vec![Aspect::Returned]),
        ]
    );
    assert!(compared.lost.is_empty());
    let back = compare(&new, &old);
    assert_eq!(back.lost.iter().map(|code| code.code.as_str()).collect::<Vec<_>>(), ["D"]);
}

#[test]
fn a_commune_that_merged_is_replaced_by_the_one_it_is_a_part_of() {
    let cog = |year: i16| Edition { version: format!("COG-{year}"), date: date(year, 1, 1) };
    let read = |year, text: &str| over("communes", Some(&cog(year)), text.as_bytes()).unwrap().list;
    let head = "TYPECOM,COM,DEP,LIBELLE,COMPARENT\n";
    let of_2015 =
        read(2015, &format!("{head}COM,01015,01,Arbignieu,\nCOM,01340,01,Saint-Bois,\nCOM,01339,01,Disparue,\n"));
    let merged = format!("{head}COM,01015,01,Arboys en Bugey,\nCOMD,01340,,Saint-Bois,01015\n");
    let of_2016 = read(2016, &merged).with_mergers_since(&of_2015).with_past_of(&of_2015).unwrap();
    assert_eq!(of_2016.on("01340", date(2016, 1, 1)).unwrap().code, "01015");
    assert!(
        matches!(of_2016.standing("01339", date(2016, 1, 1)), Standing::NotInForce(_)),
        "it ended, and stays known"
    );
    assert_eq!(of_2015.on("01340", date(2015, 6, 1)).unwrap().code, "01340");
    let of_2017 = read(2017, &merged).with_mergers_since(&of_2016).with_past_of(&of_2016).unwrap();
    assert_eq!(of_2017.on("01340", date(2017, 1, 1)).unwrap().code, "01015", "a year later it still is");
    // A part that never was a commune of its own here is replaced by nothing.
    let parts = format!("{merged}COMD,01999,,Jamais seule,01015\n");
    assert!(read(2016, &parts).with_mergers_since(&of_2015).code("01999").unwrap().replaced_by.is_empty());
}

#[test]
fn lists_in_use_stand_in_place_of_those_of_the_house() {
    let house = Lists::house();
    assert_eq!(house.iter().count(), lists().count());
    assert!(house.list("drawn").is_none());
    let with = house.clone().with(drawn("A,a,b,,,,,true,false\n"));
    assert_eq!(with.label("drawn", "A", "en"), "b");
    assert_eq!(with.iter().count(), lists().count() + 1);
    assert!(with.iter().map(|list| &list.name).is_sorted());
    assert_ne!(with, house);
    assert_eq!((format!("{with:?}"), format!("{house:?}")), ("{\"drawn\": \"1\"}".to_owned(), "{}".to_owned()));
    let departments = CodeList { version: "other".into(), ..list("departments").unwrap().clone() };
    assert_eq!(with.with(departments).list("departments").unwrap().version, "other");
}

#[test]
fn a_search_finds_words_without_their_accents() {
    let departments = list("departments").unwrap();
    let found = |text: &str| departments.search(text).iter().map(|code| code.code.as_str()).collect::<Vec<_>>();
    assert_eq!(found("PYRENEES orientales"), ["66"]);
    assert_eq!(found("isère"), ["38"]);
    assert_eq!(found("974"), ["974"]);
    assert!(found("nulle part du tout").is_empty());
    assert_eq!(found("").len(), departments.every_code().len());
}

#[test]
fn a_tree_shows_each_code_once_under_its_parent() {
    for list in lists() {
        let mut codes: Vec<&str> = list.tree().iter().map(|(_, code)| code.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), list.every_code().len(), "{}", list.name);
    }
    let attack = list("attack").unwrap();
    assert!(attack.has_levels() && !list("layers").unwrap().has_levels());
    let laid = attack.tree();
    let at = laid.iter().position(|(_, code)| code.code == "T1001.002").unwrap();
    let above = laid[..at].iter().rev().find(|(depth, _)| *depth == 0).unwrap();
    assert_eq!((laid[at].0, above.1.code.as_str()), (1, "T1001"));
    // Parents that lead back to themselves leave nothing out.
    let circle = drawn("A,a,a,B,,,,true,false\nB,b,b,A,,,,true,false\nC,c,c,C,,,,true,false\n");
    assert_eq!(circle.tree().len(), 3);
}
