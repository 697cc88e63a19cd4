//! An article is a code of law and a number; what it punishes with depends on the day.

use crate::*;
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn article(text: &str) -> Article {
    text.parse().unwrap_or_else(|e| panic!("{e}"))
}

fn names(text: &str) -> Vec<String> {
    articles_in(text).iter().map(ToString::to_string).collect()
}

#[test]
fn r_323_1_of_the_highway_code_is_not_323_1_of_the_penal_code() {
    let road = articles_in("ART.R.323-1 §I AL.1 C.ROUTE.").remove(0).whole();
    let penal = articles_in("ART.323-1 AL.1 C.PENAL.").remove(0).whole();
    assert_eq!((road.to_string().as_str(), penal.to_string().as_str()), ("CR R323-1", "CP 323-1"));
    assert_ne!(road, penal);
    let labels = |article: &Article| list("articles").unwrap().code(&article.to_string()).unwrap().label("en");
    assert_eq!(labels(&road), "Vehicle inspection");
    assert!(labels(&penal).starts_with("Unlawful access"));
    let indexes = crosswalk("articles", "etat4001").unwrap();
    let day = date(2024, 1, 1);
    assert_eq!(indexes.links_of(&penal.to_string(), day).count(), 1);
    assert_eq!(indexes.links_of(&road.to_string(), day).count(), 0);
    // A number of the road without its letter is not that of the penal code either.
    assert_ne!(articles_in("ART.323-1 C.ROUTE.").remove(0), penal);
    assert!(offence(&road, day).is_none());
}

#[test]
fn a_number_without_its_law_is_no_article() {
    for text in ["323-1", "al.1", "", "XX 323-1", "CP", "CP ", "CP x", "CP 323-1 ", "CP 323-", "CP RR323-1", "cp 323-1"]
    {
        assert!(text.parse::<Article>().is_err(), "{text}");
    }
    assert!(names("ART.323-1").is_empty());
    assert!(names("323-1 C.PENAL.").is_empty());
    assert!(names("ART.RR.323-1 C.ROUTE. ART.-1 C.PENAL. ART.X C.PENAL.").is_empty());
    assert_eq!(article("CP 323-1 al.1").whole(), article("CP 323-1"));
}

#[test]
fn the_texts_of_the_natinf_file_give_their_articles() {
    assert_eq!(names("ART.313-2 5°, ART.313-1 AL.1 C.PENAL."), ["CP 313-2 5°", "CP 313-1 al.1"]);
    assert_eq!(
        names("ART.R.2353-2, ART.R.2352-81 AL.3,AL.4, ART.R.2352-21 C.DEFENSE. ART.4 ARR.MINIST DU 03/03/1982."),
        ["CDEF R2353-2", "CDEF R2352-81 al.3 al.4", "CDEF R2352-21", "ARR.MINIST DU 03/03/1982 4"],
    );
    assert_eq!(
        names("ART.L.2339-2 §I AL.1, ART.R.2332-5 1° C) C.DEFENSE. ART.R.311-2 §I, §II C.S.I."),
        ["CDEF L2339-2 §I al.1", "CDEF R2332-5 1° C)", "CSI R311-2 §I §II"],
    );
    assert_eq!(names("ART.2, ART.3, ANX.I REGLE-15, REGLE-2 CONV.INTER DU 02/11/1973.").len(), 2);
    assert_eq!(names("ART.5 ET ART.6 C.PENAL."), ["CP 5", "CP 6"]);
}

#[test]
fn the_wording_is_that_of_the_day_of_the_facts() {
    let access = article("CP 323-1 al.1");
    let on = |day: Date| offence(&access, day).map(|offence| (offence.months, offence.fine_euros, offence.verified));
    assert_eq!(on(date(2021, 5, 1)), Some((24, 60_000, false)));
    assert_eq!(on(date(2023, 1, 25)), Some((24, 60_000, false)));
    assert_eq!(on(date(2023, 1, 26)), Some((36, 100_000, true)));
    assert_eq!(on(date(2015, 7, 1)), Some((24, 30_000, false)));
    assert_eq!(on(date(1994, 2, 28)), None, "before the penal code");
    // What nobody has read is not guessed.
    assert!(offence(&article("CP 323-1 al.2"), date(2021, 5, 1)).is_none());
    assert!(offence(&article("CP 323-1 al.2"), date(2024, 5, 1)).is_some());
    assert!(offence(&article("CP 323-7"), date(2024, 5, 1)).is_none());
}

#[test]
fn the_wordings_of_an_article_follow_each_other_without_overlap() {
    let versions = list("article_versions").unwrap().every_code();
    for a in versions {
        assert!(offence(&article(a.parent.as_deref().unwrap()), a.valid_from.unwrap()).is_some(), "{}", a.code);
        for b in versions.iter().filter(|b| b.code != a.code && b.parent == a.parent) {
            let apart = a.valid_to.is_some_and(|to| to < b.valid_from.unwrap())
                || b.valid_to.is_some_and(|to| to < a.valid_from.unwrap());
            assert!(apart, "{} and {}", a.code, b.code);
        }
    }
}

proptest! {
    #[test]
    fn what_is_read_is_written_alike(text in "(CP|CR|CMF) [LRDA]?[0-9]{1,3}(-[0-9]{1,2}){0,2}( al\\.[1-9])?( [1-9]°)?") {
        prop_assert_eq!(article(&text).to_string(), text);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,80}", refs in "((ART\\.|AL\\.|C\\.PENAL\\.|323-1|§I|°|,| ){0,12})") {
        let _ = text.parse::<Article>();
        articles_in(&text);
        for article in articles_in(&refs) {
            prop_assert!(!article.law.is_empty());
        }
    }
}
