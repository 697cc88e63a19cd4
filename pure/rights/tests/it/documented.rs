//! What the table names is explained to its readers: in `docs/rights.md` and in both languages of the screens.

use beffroi_rights::*;
use beffroi_wording::Lang;

const PAGE: &str = include_str!("../../../../docs/rights.md");

fn words() -> Vec<(&'static str, &'static str)> {
    let roles = Role::ALL.iter().map(|word| ("role", word.code()));
    let kinds = Kind::ALL.iter().map(|word| ("kind", word.code()));
    let acts = Act::ALL.iter().map(|word| ("act", word.code()));
    let worlds = World::ALL.iter().map(|word| ("world", word.code()));
    let natures = DataNature::ALL.iter().map(|word| ("nature", word.code()));
    roles.chain(kinds).chain(acts).chain(worlds).chain(natures).collect()
}

#[test]
fn every_word_of_the_table_is_explained_in_the_manual() {
    let reach = Reach::ALL.iter().map(|word| ("reach", word.code()));
    let standing = Standing::ALL.iter().map(|word| ("standing", word.code()));
    for (list, word) in words().into_iter().chain(reach).chain(standing) {
        let row = format!("| `{word}` |");
        assert!(PAGE.contains(&row), "docs/rights.md does not explain the {list} `{word}`: a line starting with {row}");
    }
}

#[test]
fn every_word_of_the_table_has_a_label_in_both_languages() {
    for lang in [Lang::Fr, Lang::En] {
        for (list, word) in words() {
            let key = format!("rights-{list}-{word}");
            assert!(lang.knows(&key), "no `{key}` in the wording of {}", lang.code());
        }
        assert!(lang.knows(Shown::NoSuchThing.wording_key().unwrap()));
    }
}
