//! What the tests share: drawn lists, and the folders of the crate.

mod articles;
mod brought;
mod crosswalks;
mod diffs;
mod imports;
mod lists;
mod mapping;
mod standing;

use crate::{Code, CodeList, parse};
use proptest::prelude::*;

const HEAD: &str = "# version: 1\n# date: 2024-01-01\n# source: drawn\n# licence: EUPL-1.2\n\
    code,label_fr,label_en,parent,valid_from,valid_to,replaced_by,verified,nested\n";

fn drawn(rows: &str) -> CodeList {
    parse("drawn", &format!("{HEAD}{rows}")).unwrap_or_else(|e| panic!("{e}"))
}

/// The same list in another version.
fn edition(version: &str, date: &str, rows: &str) -> CodeList {
    let head = HEAD.replace("version: 1", &format!("version: {version}")).replace("2024-01-01", date);
    parse("drawn", &format!("{head}{rows}")).unwrap_or_else(|e| panic!("{e}"))
}

fn refused(rows: &str) -> String {
    parse("drawn", &format!("{HEAD}{rows}")).expect_err("a wrong list").to_string()
}

/// The names of the files of a folder of the crate, without their endings.
fn names_in(folder: &str) -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    found.sort();
    found
}

fn a_day() -> impl Strategy<Value = Option<jiff::civil::Date>> {
    prop::option::of((1990_i16..2030, 1_i8..13, 1_i8..29).prop_map(|(y, m, d)| jiff::civil::date(y, m, d)))
}

/// Codes `c0`, `c1`… without circle: each is replaced by later ones only.
fn some_codes(most: usize) -> impl Strategy<Value = Vec<Code>> {
    let one =
        ("[a-zé#\",;| ]{1,8}", a_day(), a_day(), prop::collection::vec(1_usize..6, 0..3), any::<bool>(), "[a-z]{0,2}");
    prop::collection::vec(one, 0..most).prop_map(|drawn| {
        let n = drawn.len();
        let codes = drawn.into_iter().enumerate().map(|(at, (label, from, to, steps, verified, own))| {
            let (from, to) = if from.zip(to).is_some_and(|(from, to)| to < from) { (to, from) } else { (from, to) };
            let mut next: Vec<usize> = steps.iter().map(|step| at + step).filter(|next| *next < n).collect();
            next.dedup();
            Code {
                code: format!("c{at}"),
                label_fr: format!("x{label}"),
                label_en: format!("{label}x"),
                parent: verified.then(|| "c0".to_owned()),
                valid_from: from,
                valid_to: to,
                replaced_by: next.into_iter().map(|next| format!("c{next}")).collect(),
                verified,
                nested: !verified,
                extra: (!own.is_empty()).then(|| ("own".to_owned(), own)).into_iter().collect(),
            }
        });
        codes.collect()
    })
}

fn list_of(version: &str, date: jiff::civil::Date, codes: Vec<Code>) -> CodeList {
    let head = crate::code_list::Head {
        name: "drawn".to_owned(),
        edition: crate::Edition { version: version.to_owned(), date },
        source: "drawn".to_owned(),
        licence: "EUPL-1.2".to_owned(),
        parent_list: None,
        label_language: None,
    };
    crate::assemble::assemble(head, codes).ok().unwrap()
}
