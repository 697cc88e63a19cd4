//! Targets of articles of law, crosswalks and the official files that become code lists.

use crate::readers::{round, seeds, text};
use beffroi_codes::{Article, Edition, ImportError, Imported, articles_in, parse, parse_crosswalk};
use jiff::civil::Date;

pub(crate) fn article(bytes: &[u8]) {
    round::<Article>(bytes);
    for article in articles_in(text(bytes)) {
        assert!(!article.law.is_empty() && !article.number.is_empty(), "an article is a law and a number");
    }
}

pub(crate) fn article_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "CP 323-1 al.1",
        "ART.313-2 5°, ART.313-1 AL.1 C.PENAL. ART.R.323-1 §I C.ROUTE.",
        "ART.4 LOI DU 29/07/1881.",
    ])
}

pub(crate) fn communes(bytes: &[u8]) {
    reads_back(beffroi_codes::read_communes(bytes, edition()));
}

pub(crate) fn communes_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "com,dep,reg,libelle,pmun\n53130,53,52,Laval,49733\n",
        "TYPECOM;COM;DEP;LIBELLE;COMPARENT\nARM;75101;;Paris 1;75056\n",
    ])
}

pub(crate) fn crosswalk(bytes: &[u8]) {
    if let Ok(crosswalk) = parse_crosswalk("essai", text(bytes)) {
        assert_eq!(crosswalk.inverse().inverse().links(), crosswalk.links());
    }
}

pub(crate) fn crosswalk_seeds() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../../../pure/codes/crosswalks/budapest_iccs.csv").to_vec(),
        include_bytes!("../../../pure/codes/crosswalks/rsit_attack.csv").to_vec(),
    ]
}

pub(crate) fn natinf(bytes: &[u8]) {
    reads_back(beffroi_codes::read_natinf(bytes, edition()));
}

pub(crate) fn natinf_seeds() -> Vec<Vec<u8>> {
    seeds(&["Liste\nNuméro NATINF;Nature de l'infraction;Qualification de l'infraction;Définie par;Réprimée par\n\
         7875;Délit;ESCROQUERIE;ART.313-1 AL.1 C.PENAL.;ART.313-1 AL.2 C.PENAL.\n"])
}

/// What comes in is a list that is read as it was written.
fn reads_back(found: Result<Imported, ImportError>) {
    if let Ok(Imported { list, .. }) = found {
        assert_eq!(parse(&list.name, &list.to_text()).as_ref(), Ok(&list));
    }
}

fn edition() -> Edition {
    Edition { version: "essai".to_owned(), date: Date::constant(2026, 4, 1) }
}
