//! Identifiers.

use crate::*;
use jiff::civil::date;
use proptest::prelude::*;

#[test]
fn identifiers_that_exist_read_and_write_alike() {
    for text in [
        "LEGITEXT000006070719",
        "LEGIARTI000048462058",
        "JORFTEXT000048458282",
        "CNILTEXT000000000001",
        "IOMJ2325904D",
        "/eli/decret/2023/11/23/IOMJ2325904D/jo/texte",
        "/eli/loi/2023/1/24/2023-22/lc/20240101/article_3",
        "/eli/arrete/2015/5/7/AFSZ1511210A/jo/article_3",
        "http://data.europa.eu/eli/reg/2023/1543/oj",
        "32023R1543",
        "02016R0679-20160504",
        "32016R0679R(02)",
        "62014CJ0362",
        "52013PC0619",
        "ECLI:FR:CCASS:2018:CR01953",
        "ECLI:EU:C:2015:650",
    ] {
        let read: Identifier = text.parse().unwrap();
        assert_eq!(read.to_string(), text);
    }
    let here: EliFrance = "https://www.legifrance.gouv.fr/eli/decret/2023/11/23/IOMJ2325904D/jo/texte".parse().unwrap();
    assert_eq!((here.signed, here.part), (date(2023, 11, 23), EliPart::Whole));
}

#[test]
fn what_only_looks_like_one_is_refused() {
    for text in [
        "",
        "LEGIARTI00004846205",
        "LEGIARTI0000484620580",
        "LEGIARTI00004846205x",
        "legiarti000048462058",
        "LEGIARTI+00048462058",
        "IOMJ2325904",
        "IOM12325904D",
        "IOMJ232590éD",
        "/eli/decret/2023/13/23/X/jo/texte",
        "/eli/decret/2023/02/03/X/jo/texte",
        "/eli/decret/2023/2/3//jo/texte",
        "/eli/decret/2023/2/3/X/jo/texte/plus",
        "/eli/decret/2023/2/3/X/jo/20240101/texte",
        "http://data.europa.eu/eli/reg/2023/01543/oj",
        "http://data.europa.eu/eli/law/2023/1543/oj",
        "32023R154",
        "72023R1543",
        "32023R1543-20240101",
        "32023ABCD1543",
        "ECLI:FR:CCASS:2018",
        "ECLI:FRA:CCASS:2018:1",
        "ECLI:FR:CCASS:2018:a b",
    ] {
        let error = text.parse::<Identifier>().unwrap_err();
        assert!(error.to_string().contains("LEGIARTI"), "{text}: {error}");
    }
}

#[test]
fn a_nor_tells_who_when_and_what() {
    let nor: Nor = "IOMJ2325904D".parse().unwrap();
    assert_eq!((nor.ministry(), nor.service(), nor.year(), nor.nature()), ("IOM", "J", 2023, Nature::Decree));
    assert_eq!("INTD8700001A".parse::<Nor>().unwrap().year(), 1987);
    assert_eq!("INTD8600001X".parse::<Nor>().unwrap().nature(), Nature::Other('X'));
}

#[test]
fn an_act_of_the_union_has_one_name_in_two_forms() {
    let eli: EliUnion = "http://data.europa.eu/eli/dir/2014/41/oj".parse().unwrap();
    assert_eq!(eli.celex().to_string(), "32014L0041");
    assert_eq!(eli.celex().eli(), Some(eli));
    assert_eq!("62014CJ0362".parse::<Celex>().unwrap().eli(), None);
    assert_eq!("02016R0679-20160504".parse::<Celex>().unwrap().consolidated(), Some(date(2016, 5, 4)));
}

proptest! {
    /// Whatever reads is written as it was read, but for the host of an ELI.
    #[test]
    fn any_text_reads_back_or_is_refused(text in "(LEGIARTI[0-9]{11,13}|[A-Z]{3,5}[0-9]{7}[A-Z]|[0-9CE][0-9]{4}[A-Z]{1,4}[0-9]{3,5}|ECLI:[A-Z]{2}:[A-Z]{1,8}:[0-9]{4}:[A-Z.0-9]{0,30}|.{0,40})") {
        if let Ok(id) = text.parse::<Identifier>() {
            prop_assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn acts_of_the_union_go_there_and_back(year in 1952_u16..2100, number in 1_u32..9999, act in 0..3) {
        let act = [UnionAct::Regulation, UnionAct::Directive, UnionAct::Decision][usize::try_from(act).unwrap()];
        let eli = EliUnion { act, year, number };
        prop_assert_eq!(eli.celex().eli(), Some(eli));
        prop_assert_eq!(eli.to_string().parse::<EliUnion>().unwrap(), eli);
        prop_assert_eq!(eli.celex().to_string().parse::<Celex>().unwrap(), eli.celex());
    }
}
