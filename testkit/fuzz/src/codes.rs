//! Targets of articles of law, crosswalks and the official files that become code lists.

use crate::readers::{round, seeds, text};
use beffroi_codes::{
    Article, Edition, ImportError, Imported, ListFrames, articles_in, list_request, parse, parse_crosswalk, parse_list,
    read_list,
};
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

/// A file brought as each kind of list, over the wall and back.
pub(crate) fn list_file(bytes: &[u8]) {
    let edition = edition();
    for (name, edition) in [("essai", None), ("natinf", Some(&edition)), ("communes", Some(&edition))] {
        let mut taken = ListFrames::new(name);
        let told = parse_list(&list_request(name, edition), &mut &*bytes, &mut |frame| {
            taken.put(frame).map_err(|error| std::io::Error::other(error.to_string()))
        });
        match (told, read_list(name, bytes, edition.cloned())) {
            (Ok(()), Ok(read)) => assert_eq!(taken.end().map(|brought| brought.list), Ok(read.list)),
            (told, read) => assert!(told.is_err() && read.is_err(), "{name}: {told:?}, {read:?}"),
        }
    }
    let _ = parse_list(bytes, &mut b"# name: essai".as_slice(), &mut |_| Ok(()));
}

pub(crate) fn list_file_seeds() -> Vec<Vec<u8>> {
    let house = include_bytes!("../../../pure/codes/lists/layers.csv").to_vec();
    [natinf_seeds(), communes_seeds(), vec![house]].concat()
}

/// The bytes as frames of a child that was taken over, one a line.
pub(crate) fn list_frames(bytes: &[u8]) {
    let mut taken = ListFrames::new("essai");
    if bytes.split(|byte| *byte == b'\x1e').all(|frame| taken.put(frame).is_ok())
        && let Ok(brought) = taken.end()
    {
        assert_eq!(brought.list.name, "essai");
    }
}

pub(crate) fn list_frames_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "T# version: 1\n# date: 2024-01-01\n# source: s\n# licence: l\n\u{1e}Tcode,label_fr,label_en,parent,valid_from,valid_to,\
         replaced_by,verified,nested\na,A,A,,,,,true,false\n\u{1e}S3\tcode\tis empty\u{1e}N1\u{1e}E",
        "Fno such file",
        "N0\u{1e}E\u{1e}E",
    ])
}
