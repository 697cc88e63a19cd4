//! Reveals from outside: what leads to one person is masked, two persons show it whole, once, and the journal knows.

use super::client::{Answer, Client};
use super::made::{Facts, Models};
use super::oversight::{bare, go_on, send, session_of};
use super::pages::check_html;
use super::people::{assignment, give, login_of, narrowed};
use super::sample::now;
use axum::http::StatusCode;
use beffroi_desk_series::{EvidenceLine, SeriesContent};
use beffroi_journal::{Act as Done, Purpose};
use beffroi_model::{Marking, ObservableKind, Pap, Tlp};
use beffroi_rights::{Kind, Role, ServiceId, State, World};
use beffroi_store::{By, JournalQuery, SeriesRow, SeriesRun, Store};
use beffroi_wording::Lang;
use jiff::{SignedDuration, Timestamp};

const SERIES: &str = "SER-essai-1";
/// What is masked, and how it is shown to whom two persons show it.
const WHOLE: [&str; 2] = ["jeanne[@]example[.]org", "+33199001234"];
const MASKED: [&str; 2] = ["j•••[@]example[.]org", "+33•••34"];

/// One series of the command, in `place`, with a mailbox and a line among what links it.
async fn one_series(store: &Store, place: &str) {
    let model = Models::of(store).await.series;
    let mut content: SeriesContent = serde_json::from_value(model.content.clone()).unwrap();
    content.marking = Marking { tlp: Tlp::Amber, pap: Pap::Amber };
    for (kind, value) in
        [(ObservableKind::EmailAddr, "jeanne@example.org"), (ObservableKind::PhoneNumber, "+33199001234")]
    {
        content.evidence.insert(0, EvidenceLine { kind, value: value.to_owned(), degree: 3 });
    }
    let facts = Facts {
        owner: ServiceId::house(),
        territory: place.parse().unwrap(),
        marking: content.marking,
        state: State::Submitted,
        author: None,
    };
    let content = serde_json::to_value(content).unwrap();
    let row = (SeriesRow { id: SERIES.parse().unwrap(), content, ..model }, facts.of(Kind::Series, SERIES));
    let summary = serde_json::json!({ "reports_scanned": 1 });
    let run = SeriesRun { run_at: now(), who: "cli".into(), snapshot: 1, max_degree: 10, summary };
    let by = By::new("cli", now()).for_purpose(Purpose { why: "essai".into(), reference: None });
    store.series_replace(run, vec![row], &by).await.unwrap();
}

async fn hire(store: &Store, login: &str, role: Role, place: &str) {
    store.account_create(login, "Personne d’essai", None, false, &By::new("cli", now())).await.unwrap();
    give(store, login, narrowed(assignment(role, World::Coordination), ServiceId::house(), place)).await;
}

const WORDS: [(&str, &str); 2] = [("motif", "identifier le titulaire de la ligne"), ("reference", "PV 2026/44")];

async fn ask(client: &mut Client, reference: &str) -> Answer {
    send(client, "/devoilements", &[("objet", reference), WORDS[0], WORDS[1]]).await
}

async fn act(client: &mut Client, id: &str, action: &str) -> Answer {
    send(client, &format!("/devoilements/{id}"), &[("action", action)]).await
}

async fn latest(store: &Store) -> String {
    store.reveals(1).await.unwrap().remove(0).id
}

/// How often the journal says that the series was looked at by a reveal.
async fn shown(store: &Store, who: &str) -> Vec<Purpose> {
    let query = JournalQuery { who: Some(who.to_owned()), ..JournalQuery::default() };
    let entries = store.journal_search(&query, 100).await.unwrap().into_iter().filter_map(|found| found.entry);
    let of_series = entries.filter(|entry| entry.act == Done::Consult && entry.object.id == SERIES);
    of_series.filter_map(|entry| entry.purpose).filter(|purpose| purpose.why == WORDS[0].1).collect()
}

fn has_whole(answer: &Answer) -> bool {
    WHOLE.iter().any(|value| answer.text().contains(value))
}

#[tokio::test]
async fn what_is_masked_is_shown_whole_once_after_another_person_agreed() {
    let mut client = Client::stranger().await;
    let store = client.app.store.clone();
    one_series(&store, "35").await;
    for (login, role) in [("demande", Role::Analyst), ("accepte", Role::Validator)] {
        hire(&store, login, role, "35").await;
    }
    let second = session_of(&mut client, "accepte").await;
    let asker = session_of(&mut client, "demande").await;
    let path = format!("/series/{SERIES}");
    let why = [("motif", "rapprochement de deux affaires"), ("reference", "PV 2026/1")];
    assert_eq!(send(&mut client, &path, &why).await.status, StatusCode::SEE_OTHER);
    let sheet = client.get(&path).await;
    assert!(MASKED.iter().all(|value| sheet.text().contains(value)) && !has_whole(&sheet), "{}", sheet.text());
    assert!(sheet.text().contains(&format!("/devoilements?objet={SERIES}")));
    for lang in ["en", "fr"] {
        check_html("/devoilements", lang, &client.get(&format!("/devoilements?lang={lang}&objet={SERIES}")).await);
    }
    assert_eq!(ask(&mut client, SERIES).await.status, StatusCode::SEE_OTHER);
    let id = latest(&store).await;
    // The form sent again with other words neither asks twice nor changes what the second person reads.
    let other = [("objet", SERIES), ("motif", "curiosité toute personnelle"), WORDS[1], ("cle", id.as_str())];
    assert_eq!(send(&mut client, "/devoilements", &other).await.status, StatusCode::SEE_OTHER);
    assert_eq!(store.reveals(10).await.unwrap().len(), 1);
    // Nobody looks before, nobody agrees alone.
    assert_eq!(act(&mut client, &id, "look").await.status, StatusCode::NOT_FOUND);
    let own = act(&mut client, &id, "agree").await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(own.text().contains(&Lang::Fr.say("web-reveals-own")));
    assert!(shown(&store, "demande").await.is_empty());

    go_on(&mut client, &second);
    assert!(client.get("/notifications").await.text().contains(&Lang::Fr.say("web-notices-reveal")));
    let page = client.get("/devoilements?lang=fr").await;
    check_html("/devoilements", "fr", &page);
    assert!(page.text().contains(WORDS[0].1) && page.text().contains("value=\"agree\""), "{}", page.text());
    assert_eq!(act(&mut client, &id, "agree").await.status, StatusCode::SEE_OTHER);
    assert_eq!(act(&mut client, &id, "agree").await.status, StatusCode::NOT_FOUND, "once");
    let by_second = act(&mut client, &id, "look").await;
    assert!(by_second.status == StatusCode::NOT_FOUND && !has_whole(&by_second), "to who asked only");

    go_on(&mut client, &asker);
    assert!(client.get("/notifications").await.text().contains(&Lang::Fr.say("web-notices-reveal-approved")));
    assert!(client.get("/devoilements").await.text().contains("value=\"look\""));
    let key = beffroi_store::WriteKey::draw().to_string();
    let look = [("action", "look"), ("cle", key.as_str())];
    let whole = send(&mut client, &format!("/devoilements/{id}"), &look).await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.text());
    assert!(WHOLE.iter().all(|value| whole.text().contains(value)), "{}", whole.text());
    check_html("/devoilements", "fr", &whole);
    let told = shown(&store, "demande").await;
    assert_eq!((told.len(), told[0].reference.as_deref()), (1, Some(WORDS[1].1)));
    // Not again: by a new form, nor by the very same one sent twice.
    assert_eq!(act(&mut client, &id, "look").await.status, StatusCode::NOT_FOUND);
    let twice = send(&mut client, &format!("/devoilements/{id}"), &look).await;
    assert!(twice.status == StatusCode::NOT_FOUND && !has_whole(&twice));
    assert_eq!(shown(&store, "demande").await.len(), 1);
    // Whoever controls sees that it was, why and by whom, and no content.
    client.headers.clear();
    client.become_of(&login_of(Role::Inspector)).await;
    let control = client.get("/devoilements?lang=fr").await;
    assert!(control.text().contains(SERIES) && control.text().contains(WORDS[0].1));
    assert!(!has_whole(&control) && !control.text().contains("name=\"action\""));
}

#[tokio::test]
async fn each_role_asks_and_agrees_as_the_table_says_and_absent_looks_like_forbidden() {
    let mut client = Client::stranger().await;
    let store = client.app.store.clone();
    one_series(&store, "35").await;
    hire(&store, "ailleurs", Role::Analyst, "13").await;
    hire(&store, "demande", Role::Analyst, "35").await;
    client.become_of("personne").await;
    let unknown = client.get("/inconnue").await;
    let none = client.get("/devoilements").await;
    assert_eq!(bare(&none, "/devoilements"), bare(&unknown, "/inconnue"));
    client.become_of("demande").await;
    ask(&mut client, SERIES).await;
    let id = latest(&store).await;
    for role in Role::ALL {
        client.become_of(&login_of(*role)).await;
        let asks = matches!(role, Role::Analyst | Role::Validator);
        let judicial = matches!(role, Role::Investigator | Role::Prosecutor);
        let controls = matches!(role, Role::DataProtectionOfficer | Role::Inspector | Role::SupervisingMagistrate);
        let sees = asks || judicial || controls;
        assert_eq!(client.get("/devoilements").await.status == StatusCode::OK, sees, "{role}");
        let expected = match (asks, judicial) {
            (true, _) => StatusCode::SEE_OTHER,
            (_, true) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::NOT_FOUND,
        };
        assert_eq!(ask(&mut client, SERIES).await.status, expected, "{role}");
        if !asks {
            for action in ["agree", "refuse", "close", "look"] {
                assert_eq!(act(&mut client, &id, action).await.status, StatusCode::NOT_FOUND, "{role} {action}");
            }
        }
    }
    // Another region: no request there, none seen, none decided; the answer is that of a series there is not.
    client.become_of("ailleurs").await;
    let body = |reference: &str, answer: &Answer| {
        let text = answer.text();
        let key = super::client::between(&text, "name=\"cle\" value=\"", "\"").to_owned();
        text.replace(&key, "").replace(reference, "")
    };
    let (forbidden, absent) = (ask(&mut client, SERIES).await, ask(&mut client, "SER-essai-2").await);
    assert_eq!(forbidden.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(body(SERIES, &forbidden), body("SER-essai-2", &absent));
    assert!(!client.get("/devoilements").await.text().contains(SERIES));
    for action in ["agree", "refuse", "look"] {
        assert_eq!(act(&mut client, &id, action).await.status, StatusCode::NOT_FOUND, "{action}");
    }
    assert_eq!(store.reveal(&id).await.unwrap().unwrap().state, beffroi_store::RevealState::Waiting);
    // A purpose is asked, in words and with a number.
    client.become_of("demande").await;
    for (wrong, field) in [(("motif", "oui"), "motif"), (("reference", "sans numéro"), "reference")] {
        let fields: Vec<_> = WORDS.iter().map(|(n, v)| (*n, if *n == wrong.0 { wrong.1 } else { *v })).collect();
        let mut all = vec![("objet", SERIES)];
        all.extend(fields);
        let answer = send(&mut client, "/devoilements", &all).await;
        assert!(answer.text().contains(&format!("id=\"{field}-erreur\"")), "{field}");
    }
}

/// When what was agreed to may not be looked at any more: `docs/rights.md` says four hours.
fn later() -> Timestamp {
    now() + SignedDuration::from_hours(4)
}

#[tokio::test]
async fn a_reveal_ends_is_refused_and_is_given_up() {
    let mut client = Client::stranger().await;
    let store = client.app.store.clone();
    one_series(&store, "35").await;
    for (login, role) in [("demande", Role::Analyst), ("accepte", Role::Analyst)] {
        hire(&store, login, role, "35").await;
    }
    let mut through = async |action: &str, by: &str| {
        client.app.clock = now;
        client.restart();
        client.become_of("demande").await;
        assert_eq!(ask(&mut client, SERIES).await.status, StatusCode::SEE_OTHER);
        let id = latest(&store).await;
        client.become_of(by).await;
        assert_eq!(act(&mut client, &id, action).await.status, StatusCode::SEE_OTHER, "{action}");
        let clock = if action == "agree" { later } else { now };
        client.app.clock = clock;
        client.restart();
        client.become_of("demande").await;
        let look = act(&mut client, &id, "look").await;
        assert!(look.status == StatusCode::NOT_FOUND && !has_whole(&look), "{action}");
    };
    through("refuse", "accepte").await;
    through("close", "demande").await;
    through("agree", "accepte").await;
    assert!(shown(&store, "demande").await.is_empty());
}

#[tokio::test]
async fn a_right_taken_back_after_the_agreement_shows_nothing() {
    let mut client = Client::stranger().await;
    let store = client.app.store.clone();
    one_series(&store, "35").await;
    for (login, role) in [("demande", Role::Analyst), ("accepte", Role::Analyst)] {
        hire(&store, login, role, "35").await;
    }
    client.become_of("demande").await;
    ask(&mut client, SERIES).await;
    let id = latest(&store).await;
    client.become_of("accepte").await;
    act(&mut client, &id, "agree").await;
    let given = store.grants().await.unwrap().into_iter().find(|given| given.person.as_str() == "demande").unwrap();
    store.grant_revoke(&given.id, &By::new("cli", now())).await.unwrap();
    client.become_of("demande").await;
    assert_eq!(act(&mut client, &id, "look").await.status, StatusCode::NOT_FOUND);
    hire_again(&store).await;
    assert_eq!(act(&mut client, &id, "look").await.status, StatusCode::OK, "the twin: with the right, it is shown");
}

async fn hire_again(store: &Store) {
    give(store, "demande", narrowed(assignment(Role::Analyst, World::Coordination), ServiceId::house(), "35")).await;
}
