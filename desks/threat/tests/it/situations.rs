//! Situation points: numbered, frozen, facts apart from rumours, nobody found by subtraction.

use crate::made_up::{self, at, complaint, quiet};
use beffroi_desk_threat::alerts::{Note, SMALL};
use beffroi_desk_threat::situation::{
    self, Difference, DraftSituation, STEP, SituationError, SituationInput, document, read_input,
};
use beffroi_document::html::{Words, page};
use beffroi_store::{By, Store, StoreError};
use beffroi_wording::Lang;
use jiff::civil::date;

const NOW: &str = "2025-12-21T09:00:00Z";

fn by(who: &str) -> By {
    By::new(who, at(NOW))
}

fn input(text: &str) -> SituationInput {
    read_input(text.as_bytes()).unwrap()
}

const FIRST: &str = r#"{"statements": [
    {"fr": "Des boutiques fausses sont annoncées par messagerie.", "en": "False shops are announced by message.", "grade": "B2"},
    {"fr": "Un groupe unique serait derrière.", "en": "One group would be behind it.", "grade": "F6"}],
  "actions": [{"fr": "Signalement aux hébergeurs.", "en": "Hosts are told."}],
  "unknowns": [{"fr": "Le point de collecte des fonds.", "en": "Where the money goes."}]}"#;

fn asked(text: &str) -> DraftSituation {
    DraftSituation {
        crisis: "boutiques-2025".to_owned(),
        name: Some(Note { fr: "Fausses boutiques".to_owned(), en: "False shops".to_owned() }),
        phenomenon: Some("fake_shop".to_owned()),
        territory: None,
        since: Some(date(2025, 12, 1)),
        next_at: None,
        input: input(text),
        by: by("duty"),
    }
}

fn next(text: &str) -> DraftSituation {
    DraftSituation { name: None, phenomenon: None, since: None, ..asked(text) }
}

async fn store() -> Store {
    made_up::store().await
}

fn html(point: &situation::Situation) -> String {
    page(&document(point, Lang::Fr), &Words::new(|key| Lang::Fr.say(key)))
}

#[tokio::test]
async fn a_point_is_numbered_frozen_and_followed_by_its_differences() {
    let (world, store) = (quiet(2), store().await);
    let first = situation::draft(&world.facts(), &store, asked(FIRST)).await.unwrap();
    assert_eq!((first.reference.as_str(), first.number, first.content.since_point), ("SIT-2025-001", 1, None));
    let refused = situation::draft(&world.facts(), &store, next("{}")).await;
    assert!(matches!(refused, Err(SituationError::OpenDraft { .. })));
    let frozen = situation::freeze(&store, first, &by("duty")).await.unwrap();
    let refused = situation::freeze(&store, frozen.clone(), &by("duty")).await;
    assert!(matches!(refused, Err(SituationError::Frozen { .. })));
    let refused = situation::edit(&store, frozen.clone(), input(FIRST), None, &by("duty")).await;
    assert!(matches!(refused, Err(SituationError::Frozen { .. })));
    // Nor does the store write over it, whoever asks.
    let row = store.situation_fetch(&frozen.reference).await.unwrap().unwrap();
    let guard = store.object(beffroi_rights::Kind::Situation, "SIT-2025-001").await.unwrap().unwrap();
    let forced =
        store.situation_put(row.clone(), guard, Some(row.version), beffroi_journal::Act::Alter, &by("x")).await;
    assert!(matches!(forced, Err(StoreError::Refused { .. })), "{forced:?}");

    let mut world = world;
    world.rise(&complaint("fake_shop", "75"), 0, 40);
    let changed = r#"{"statements": [
        {"fr": "Des boutiques fausses sont annoncées par messagerie.", "en": "False shops are announced by message.", "grade": "A1"},
        {"fr": "Les paiements passent par un intermédiaire.", "en": "Payments go through a middleman.", "grade": "B3"}],
        "unknowns": []}"#;
    let second = situation::draft(&world.facts(), &store, next(changed)).await.unwrap();
    assert_eq!((second.reference.as_str(), second.number, second.content.since_point), ("SIT-2025-002", 2, Some(1)));
    assert_eq!(second.content.actions.len(), 1, "what still holds is carried over");
    let kinds: Vec<&str> = second
        .content
        .differences
        .iter()
        .map(|difference| match difference {
            Difference::Total { .. } => "total",
            Difference::Added { .. } => "added",
            Difference::Regraded { .. } => "regraded",
            Difference::Dropped { .. } => "dropped",
            Difference::Action { .. } => "action",
            Difference::Unknown { .. } => "unknown",
            Difference::Answered { .. } => "answered",
        })
        .collect();
    assert_eq!(kinds, ["total", "regraded", "added", "dropped", "answered"]);
    let text = html(&second);
    assert!(text.contains("Ce qui a changé depuis le point n° 1") && text.contains("NOUVEAU"), "{text}");
    assert!(text.contains("PROJET DE POINT"));
    let frozen = situation::freeze(&store, second, &by("duty")).await.unwrap();
    assert!(!html(&frozen).contains("PROJET DE POINT"));
}

#[tokio::test]
async fn facts_stand_apart_from_what_is_not_verified() {
    let (world, store) = (quiet(2), store().await);
    let point = situation::draft(&world.facts(), &store, asked(FIRST)).await.unwrap();
    let text = html(&point);
    let (facts, apart) = text.split_once("Non vérifié").unwrap();
    assert!(facts.contains("annoncées par messagerie") && !facts.contains("Un groupe unique"));
    assert!(apart.contains("Un groupe unique") && !apart.contains("annoncées par messagerie"));
    for (grade, fact) in [("A1", true), ("C3", true), ("F1", false), ("A6", false), ("D2", false), ("B4", false)] {
        let statement = situation::Statement { fr: String::new(), en: String::new(), grade: grade.parse().unwrap() };
        assert_eq!(statement.is_fact(), fact, "{grade}");
    }
}

#[tokio::test]
async fn no_cell_is_small_and_no_two_points_tell_of_one_person() {
    let store = store().await;
    let mut world = quiet(2);
    let first = situation::draft(&world.facts(), &store, asked("{}")).await.unwrap();
    let first = situation::freeze(&store, first, &by("duty")).await.unwrap();
    world.rise(&complaint("fake_shop", "13"), 0, 1);
    let second = situation::draft(&world.facts(), &store, next("{}")).await.unwrap();
    for point in [&first, &second] {
        let picture = &point.content.picture;
        let cells = picture.spread.shown.iter().map(|p| p.count).chain(picture.sectors.iter().map(|c| c.count));
        let cells: Vec<f64> = cells.chain(picture.total).chain(picture.days.iter().filter_map(|d| d.count)).collect();
        assert!(cells.iter().all(|count| *count >= SMALL && count % STEP == 0.0), "{cells:?}");
        assert!(!picture.spread.shown.iter().any(|place| place.territory == "33"), "a department with too few");
    }
    for before in &first.content.picture.spread.shown {
        let after = second.content.picture.spread.shown.iter().find(|place| place.territory == before.territory);
        let moved = after.map_or(STEP, |after| (after.count - before.count).abs());
        assert!(moved == 0.0 || moved >= STEP, "{before:?}");
    }
}

#[tokio::test]
async fn what_a_point_may_not_say_is_refused() {
    let (world, store) = (quiet(2), store().await);
    let tried = async |text: &str| situation::draft(&world.facts(), &store, asked(text)).await.unwrap_err();
    let with = |fr: &str| format!(r#"{{"actions": [{{"fr": {fr:?}, "en": "x"}}]}}"#);
    assert!(matches!(tried(&with("appeler Mme Durand")).await, SituationError::PersonalData { .. }));
    assert!(matches!(tried(&with("bloquer faux[.]example")).await, SituationError::RawIndicator { .. }));
    assert!(matches!(tried(&with("")).await, SituationError::OneLanguage { .. }));
    assert!(matches!(tried(&with(&"x".repeat(121))).await, SituationError::TooLong { .. }));
    let many = format!(r#"{{"unknowns": [{}]}}"#, [r#"{"fr": "a", "en": "a"}"#; 6].join(","));
    assert!(matches!(tried(&many).await, SituationError::TooLong { what: "unknowns", length: 6, most: 5 }));
    let late = DraftSituation { next_at: Some(at("2025-12-21T08:00:00Z")), ..asked("{}") };
    let refused = situation::draft(&world.facts(), &store, late).await;
    assert!(matches!(refused, Err(SituationError::NextTooEarly)));
    for lacking in [
        DraftSituation { name: None, ..asked("{}") },
        DraftSituation { phenomenon: Some("none".to_owned()), ..asked("{}") },
        DraftSituation { since: Some(date(2026, 1, 1)), ..asked("{}") },
        DraftSituation { crisis: "a b".to_owned(), ..asked("{}") },
    ] {
        let refused = situation::draft(&world.facts(), &store, lacking).await;
        assert!(matches!(refused, Err(SituationError::NoCrisis)));
    }
    for text in ["[]", "{\"statments\": []}", "{\"actions\": 1}", "{\"actions\": [], \"actions\": []}"] {
        assert!(matches!(read_input(text.as_bytes()), Err(SituationError::Input { .. })), "{text}");
    }
    assert!(situation::list(&store).await.unwrap().is_empty());
}
