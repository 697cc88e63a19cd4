//! Control from outside: one's account, persons and rights, consultations, the journal, retention.

use super::client::{Answer, Client, between};
use super::pages::check_html;
use super::people::{TODAY, login_of};
use super::sample::{LOGIN, now};
use axum::http::StatusCode;
use beffroi_journal::{Act as Done, Purpose};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::{Act, Assignment, Because, Consultation, FileRef, Kind, PersonId, Role, ServiceId, World};
use beffroi_store::{By, JournalQuery, Store};
use beffroi_wording::Lang;
use std::collections::BTreeSet;

/// Holds the cookie of `login`'s new session, whoever was signed in before.
pub(crate) async fn session_of(client: &mut Client, login: &str) -> String {
    client.headers.clear();
    client.become_of(login).await;
    client.session().unwrap().to_owned()
}

/// Goes on in a session opened before.
pub(crate) fn go_on(client: &mut Client, session: &str) {
    client.forget();
    client.headers = vec![("cookie", format!("beffroi-session={session}"))];
}

pub(crate) async fn send(client: &mut Client, path: &str, fields: &[(&str, &str)]) -> Answer {
    let token = client.get("/aide").await.token();
    let mut all = vec![("jeton", token.as_str())];
    all.extend_from_slice(fields);
    client.post(path, &all).await
}

/// A right as the form sends it, with some fields otherwise.
fn right<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let plain = [
        ("action", "propose"),
        ("droit", "coordination/analyst"),
        ("service", "command"),
        ("territoires", "FR"),
        ("tlp", "AMBER"),
        ("pap", "GREEN"),
        ("du", "2026-01-14"),
        ("au", "2026-12-31"),
    ];
    plain
        .into_iter()
        .map(|(name, value)| (name, other.iter().find(|(n, _)| *n == name).map_or(value, |(_, value)| *value)))
        .collect()
}

async fn held(store: &Store, login: &str) -> usize {
    store.rights(&login.parse().unwrap(), now()).await.unwrap().subject.assignments().count()
}

#[tokio::test]
async fn the_pages_of_control_render_in_both_languages() {
    let mut client = Client::stranger().await;
    client.app.store.journal_checkpoint(&By::new("cli", now())).await.unwrap();
    client.become_of(&login_of(Role::DataProtectionOfficer)).await;
    for path in [
        "/compte",
        "/compte/cles",
        "/compte/jetons",
        "/compte/rappels",
        "/personnes",
        "/personnes/chef",
        "/consultations",
        "/consultations?mois=2025-12",
        "/consultations/inhabituelles",
        "/consultations/inhabituelles?semaine=2026-01-01",
        "/consultations/urgences",
        "/habilitations",
        "/devoilements",
        "/notifications",
        "/journal",
        "/journal?qui=chef",
        "/journal?qui=a%20b",
        "/journal?genre=account",
        "/journal?genre=account&id=chef&du=2026-01-14&au=2026-01-14",
        "/journal/0",
        "/conservation",
    ] {
        for lang in ["fr", "en"] {
            let asked = format!("{path}{}lang={lang}", if path.contains('?') { '&' } else { '?' });
            let page = client.get(&asked).await;
            assert_eq!(page.status, StatusCode::OK, "{asked}: {}", page.text());
            check_html(path, lang, &page);
        }
    }
    assert_eq!(client.get("/personnes?page=0").await.status, StatusCode::BAD_REQUEST);
    for path in ["/personnes?page=2", "/journal/x", "/journal/00", "/journal/99999999", "/personnes/personne2"] {
        assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for act in Done::ALL {
        for lang in Lang::ALL {
            assert!(lang.knows(&format!("oversight-act-{act}")), "{act} in {lang}");
        }
    }
}

/// What each role is answered, beside 404: the roles for which the status is the one given.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)], u16, &'static [Role]);

#[tokio::test]
async fn each_page_of_control_is_for_whom_the_table_says() {
    use Role::{
        DataProtectionOfficer as Dpo, Inspector, Manager, Prosecutor, SupervisingMagistrate as Magistrate,
        SystemAdministrator as Administrator,
    };
    let mut client = Client::stranger().await;
    client.become_of(LOGIN).await;
    assert_eq!(send(&mut client, "/personnes/personne", &right(&[])).await.status, StatusCode::SEE_OTHER);
    let waits = client.app.store.grants_pending().await.unwrap()[0].id.clone();
    let proposal: &'static str = Box::leak(format!("/personnes/propositions/{waits}").into_boxed_str());
    let control: &[Role] = &[Prosecutor, Magistrate, Dpo, Inspector];
    let everybody = Role::ALL;
    let rows: &[Row] = &[
        ("GET", "/compte", &[], 200, everybody),
        ("POST", "/compte/sessions", &[], 400, everybody),
        ("GET", "/compte/cles", &[], 200, everybody),
        ("POST", "/compte/cles", &[], 400, everybody),
        ("GET", "/compte/jetons", &[], 200, everybody),
        ("POST", "/compte/jetons", &[], 400, everybody),
        ("GET", "/compte/rappels", &[], 200, everybody),
        ("POST", "/compte/rappels", &[], 400, everybody),
        ("GET", "/consultations", &[], 200, everybody),
        // Each role sees at least its own account there.
        ("GET", "/personnes", &[], 200, everybody),
        ("GET", "/personnes/chef", &[], 200, &[Manager, Dpo, Inspector, Administrator]),
        ("POST", "/personnes/chef", &[("action", "propose")], 422, &[Manager]),
        ("POST", "/personnes/chef/acces", &[], 400, &[Administrator]),
        // A manager who does not hold the role proposed is told so.
        ("POST", proposal, &[("action", "approve")], 422, &[Manager]),
        ("GET", "/consultations/inhabituelles", &[], 200, control),
        // Managers answer for openings of their service; the twin of each act stands in `glass.rs`.
        ("GET", "/consultations/urgences", &[], 200, &[Prosecutor, Magistrate, Manager, Dpo, Inspector]),
        ("POST", "/consultations/urgences/none", &[], 400, &[Prosecutor, Magistrate, Manager, Dpo, Inspector]),
        ("POST", "/consultations/urgences/none", &[("action", "justified")], 404, &[]),
        ("GET", "/journal", &[], 200, control),
        ("GET", "/journal/0", &[], 200, control),
        ("GET", "/conservation", &[], 200, &[Prosecutor, Magistrate, Dpo, Inspector, Administrator]),
    ];
    // A route that no row asks for fails the test.
    let asked: BTreeSet<(&str, String)> = rows
        .iter()
        .map(|(method, path, ..)| {
            let path = path.replace(&waits, "{id}").replace("/none", "/{id}").replace("/chef", "/{login}");
            let path = path.replace("/journal/0", "/journal/{index}");
            (*method, path)
        })
        .collect();
    for route in beffroi_web::routes() {
        let ours = ["/compte", "/personnes", "/consultations", "/journal", "/conservation"];
        if ours.iter().any(|prefix| route.path.starts_with(prefix)) {
            assert!(asked.contains(&(route.method.as_str(), route.path.to_owned())), "{} {}", route.method, route.path);
        }
    }
    let before = client.app.store.grants().await.unwrap();
    for role in Role::ALL {
        client.become_of(&login_of(*role)).await;
        for (method, path, fields, status, roles) in rows {
            let expected = if roles.contains(role) { *status } else { 404 };
            let answer = if *method == "GET" { client.get(path).await } else { send(&mut client, path, fields).await };
            assert_eq!(answer.status.as_u16(), expected, "{role}: {method} {path}");
        }
    }
    assert_eq!(client.app.store.grants().await.unwrap(), before, "nothing was changed");
    // Somebody without any right has an account and consultations, and nothing else.
    client.become_of("personne").await;
    for (method, path, fields, status, _) in rows {
        let own = path.starts_with("/compte") || *path == "/consultations";
        let answer = if *method == "GET" { client.get(path).await } else { send(&mut client, path, fields).await };
        assert_eq!(answer.status.as_u16(), if own { *status } else { 404 }, "nobody: {method} {path}");
    }
}

#[tokio::test]
async fn a_national_right_takes_two_persons_and_works_and_ends_at_once() {
    let mut client = Client::stranger().await;
    let person = session_of(&mut client, "personne").await;
    let manager = session_of(&mut client, LOGIN).await;
    let second = session_of(&mut client, "chef").await;
    let store = client.app.store.clone();
    let opens = async |client: &mut Client| {
        go_on(client, &person);
        client.get("/signaux").await.status == StatusCode::OK
    };
    go_on(&mut client, &manager);
    let form = client.get("/personnes/personne?lang=en").await.text();
    assert!(form.contains("value=\"coordination/analyst\""), "the form offers what the manager holds");
    assert!(!form.contains("value=\"statistics/statistician\""), "and not what is held where one does not manage");
    assert_eq!(send(&mut client, "/personnes/personne", &right(&[])).await.status, StatusCode::SEE_OTHER);
    assert!(!opens(&mut client).await, "a proposal is no right");
    let proposal = format!("/personnes/propositions/{}", store.grants_pending().await.unwrap()[0].id);

    go_on(&mut client, &manager);
    let people = client.get("/personnes").await.text();
    assert!(!people.contains("value=\"approve\"") && people.contains("value=\"decline\""), "no button for one’s own");
    let own = send(&mut client, &proposal, &[("action", "approve")]).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(own.text().contains(&Lang::Fr.say("web-people-refused-same")), "{}", own.text());
    go_on(&mut client, &person);
    assert_eq!(send(&mut client, &proposal, &[("action", "approve")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(held(&store, "personne").await, 0);

    go_on(&mut client, &second);
    assert!(client.get("/personnes").await.text().contains("value=\"approve\""));
    assert_eq!(send(&mut client, &proposal, &[("action", "approve")]).await.status, StatusCode::SEE_OTHER);
    assert!(opens(&mut client).await, "the right works at once, in a session opened before");
    go_on(&mut client, &second);
    assert_eq!(send(&mut client, &proposal, &[("action", "approve")]).await.status, StatusCode::NOT_FOUND, "once");

    let given = store.grants().await.unwrap().into_iter().find(|given| given.person.as_str() == "personne").unwrap();
    assert_eq!((given.given_by.as_str(), given.second_by.as_deref()), (LOGIN, Some("chef")));
    let page = client.get("/personnes/personne").await.text();
    assert!(page.contains(&given.id), "it can be taken back there");
    // Under another person's name the number is none.
    let revoke = [("action", "revoke"), ("droit", given.id.as_str())];
    assert_eq!(send(&mut client, "/personnes/analyste", &revoke).await.status, StatusCode::NOT_FOUND);
    assert!(opens(&mut client).await);
    go_on(&mut client, &second);
    assert_eq!(send(&mut client, "/personnes/personne", &revoke).await.status, StatusCode::SEE_OTHER);
    assert!(!opens(&mut client).await, "and is gone at once");
}

#[tokio::test]
async fn a_right_of_one_department_takes_one_person_and_a_declined_proposal_gives_nothing() {
    let mut client = Client::stranger().await;
    client.become_of(LOGIN).await;
    let store = client.app.store.clone();
    assert_eq!(
        send(&mut client, "/personnes/personne", &right(&[("territoires", "53 72")])).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(held(&store, "personne").await, 1);
    send(&mut client, "/personnes/personne", &right(&[("droit", "coordination/coordinator")])).await;
    let proposal = format!("/personnes/propositions/{}", store.grants_pending().await.unwrap()[0].id);
    assert_eq!(send(&mut client, &proposal, &[("action", "decline")]).await.status, StatusCode::SEE_OTHER);
    assert!(store.grants_pending().await.unwrap().is_empty());
    assert_eq!(held(&store, "personne").await, 1);
    // The same form sent twice gives once.
    let key = beffroi_store::WriteKey::draw().to_string();
    for _ in 0..2 {
        let mut twice = right(&[("territoires", "75")]);
        twice.push(("cle", &key));
        assert_eq!(send(&mut client, "/personnes/personne", &twice).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(held(&store, "personne").await, 2);
}

#[tokio::test]
async fn nobody_gives_what_is_not_held() {
    let mut client = Client::stranger().await;
    client.become_of(LOGIN).await;
    let store = client.app.store.clone();
    let said = |key: &str| Lang::Fr.say(key);
    for (other, field, why) in [
        (("droit", "coordination/duty-officer"), "droit", said("web-people-refused-not-held")),
        (("droit", "statistics/statistician"), "droit", said("web-people-refused-no-granter")),
        (("droit", "coordination/inspector"), "droit", said("web-people-refused-not-held")),
        (("droit", "coordination/statistician"), "droit", said("web-people-refused-world")),
        (("droit", "chief"), "droit", said("web-people-wrong-right")),
        (("service", "elsewhere"), "service", said("web-people-refused-service")),
        (("territoires", "Laval"), "territoires", said("web-people-wrong-territories")),
        (("du", "2025-12-31"), "du", said("web-people-refused-start")),
        (("au", "2027-01-01"), "au", said("web-people-refused-end")),
        (("au", "2026-01-13"), "au", said("web-people-refused-dates")),
        (("au", "x"), "au", said("web-people-wrong-day")),
    ] {
        let answer = send(&mut client, "/personnes/personne", &right(&[other])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{other:?}");
        let text = answer.text();
        let error = between(&text, &format!("role=\"alert\" id=\"{field}-erreur\"><p>"), "</p>").to_owned();
        assert_eq!(error, why, "{other:?}");
        assert!(
            text.contains(&format!("{field}-erreur\" aria-invalid=\"true\"")),
            "{other:?}: the field is tied to it"
        );
    }
    // A manager of one region, cleared for less.
    let by = By::new("cli", now());
    store.account_create("bornee", "Personne bornée", None, false, &by).await.unwrap();
    for role in [Role::Manager, Role::Analyst] {
        let whole = super::people::assignment(role, World::Coordination);
        let low = Assignment { clearance: Marking { tlp: Tlp::Amber, pap: Pap::Green }, ..whole };
        let given = super::people::narrowed(low, ServiceId::house(), "R53");
        super::people::give(&store, "bornee", given).await;
    }
    client.become_of("bornee").await;
    for (other, field, why) in [
        (("tlp", "AMBER+STRICT"), "tlp", said("web-people-refused-clearance")),
        (("pap", "AMBER"), "tlp", said("web-people-refused-clearance")),
        (("territoires", "FR"), "territoires", said("web-people-refused-territory")),
        (("territoires", "35 75"), "territoires", said("web-people-refused-territory")),
        (("territoires", "NL"), "territoires", said("web-people-refused-territory")),
    ] {
        let fields = right(&[other, ("territoires", "35")]);
        let answer = send(&mut client, "/personnes/personne", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{other:?}");
        assert!(answer.text().contains(&format!("id=\"{field}-erreur\"><p>{why}")), "{other:?}");
    }
    client.become_of(LOGIN).await;
    let to_oneself = send(&mut client, &format!("/personnes/{LOGIN}"), &right(&[])).await;
    assert_eq!(to_oneself.status, StatusCode::UNPROCESSABLE_ENTITY);
    let operator = login_of(Role::SystemAdministrator);
    let both = send(&mut client, &format!("/personnes/{operator}"), &right(&[])).await;
    assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY, "who operates does not read");
    assert_eq!(send(&mut client, "/personnes/nobody", &right(&[])).await.status, StatusCode::NOT_FOUND);
    assert_eq!(held(&store, "personne").await, 0);
    assert!(store.grants_pending().await.unwrap().is_empty());
    // The twin: the same form unbent is taken.
    assert_eq!(send(&mut client, "/personnes/personne", &right(&[])).await.status, StatusCode::SEE_OTHER);
    assert_eq!(store.grants_pending().await.unwrap().len(), 1);
}

/// A page without its own address and without the number of its incident.
pub(crate) fn bare(answer: &Answer, path: &str) -> String {
    let text = answer.text();
    let reference = between(&text, "<code>", "</code>").to_owned();
    assert_eq!(reference.len(), 9, "{reference}");
    text.replace(&reference, "").replace(path, "")
}

#[tokio::test]
async fn who_does_not_control_sees_no_journal_and_who_controls_no_content() {
    let mut client = Client::stranger().await;
    client.become_of(&login_of(Role::Analyst)).await;
    let unknown = client.get("/inconnue").await;
    for path in [
        "/journal",
        "/journal/0",
        "/conservation",
        "/consultations/inhabituelles",
        "/consultations/urgences",
        "/habilitations",
        "/personnes/chef",
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(bare(&answer, path), bare(&unknown, "/inconnue"), "{path}");
    }
    let home = client.get("/aide").await.text();
    for path in ["/journal", "/conservation", "/personnes", "/consultations"] {
        assert!(!home.contains(&format!("href=\"{path}")), "{path} is in the menu of an analyst");
    }
    client.become_of(&login_of(Role::DataProtectionOfficer)).await;
    let home = client.get("/aide").await.text();
    for path in ["/journal", "/conservation", "/personnes", "/consultations/inhabituelles"] {
        assert!(home.contains(&format!("href=\"{path}\"")), "{path} is not in the menu of who controls");
    }
    let journal = client.get("/journal").await;
    assert_eq!(journal.status, StatusCode::OK);
    assert!(journal.text().contains("href=\"/journal/"));
    let series = client.app.store.series_list(1, 0).await.unwrap()[0].id.to_string();
    for path in ["/signaux", "/alertes", "/series", "/rapport", &format!("/series/{series}")] {
        assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_controller_of_one_world_sees_the_entries_of_that_world() {
    let mut client = Client::stranger().await;
    let store = client.app.store.clone();
    let series = store.series_list(1, 0).await.unwrap()[0].id.to_string();
    client.become_of(LOGIN).await;
    assert_eq!(client.get(&format!("/series/{series}")).await.status, StatusCode::OK);
    let last = store.journal_search(&JournalQuery::default(), 1).await.unwrap().remove(0);
    let told = last.entry.unwrap();
    assert_eq!((told.act, told.object.id.as_str()), (Done::Consult, series.as_str()));
    let path = format!("/journal/{}", last.index);
    // The prosecutor controls the judicial world; the series is one of coordination.
    client.become_of(&login_of(Role::Prosecutor)).await;
    assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND);
    assert!(!client.get("/journal").await.text().contains(&format!("{path}\"")));
    client.become_of(&login_of(Role::Inspector)).await;
    assert_eq!(client.get(&path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_consultation_just_made_is_among_ones_own() {
    let mut client = Client::stranger().await;
    client.become_of(LOGIN).await;
    let series = client.app.store.series_list(1, 0).await.unwrap()[0].id.to_string();
    assert!(!client.get("/consultations").await.text().contains(&series));
    assert_eq!(client.get(&format!("/series/{series}")).await.status, StatusCode::OK);
    let page = client.get("/consultations").await.text();
    for shown in [series.as_str(), "rapprochement pour l’enquête en cours", "PV 2026/12"] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!client.get("/consultations?mois=2025-12").await.text().contains(&series), "in its month");
    assert_eq!(client.get("/consultations?mois=x").await.status, StatusCode::BAD_REQUEST);
    client.become_of("chef").await;
    assert!(!client.get("/consultations").await.text().contains(&series), "another person’s are not there");
}

#[tokio::test]
async fn a_session_of_ones_own_is_ended_and_never_another_persons() {
    let mut client = Client::stranger().await;
    let store = client.app.store.clone();
    let others = session_of(&mut client, "chef").await;
    let old = session_of(&mut client, LOGIN).await;
    let third = session_of(&mut client, LOGIN).await;
    let this = session_of(&mut client, LOGIN).await;
    let handle = async |session: &str| {
        store.session_fetch(&session.parse().unwrap(), now()).await.unwrap().map(|session| session.handle)
    };
    go_on(&mut client, &this);
    let foreign = handle(&others).await.unwrap();
    assert!(!client.get("/compte").await.text().contains(&foreign));
    for wrong in [foreign.as_str(), "%", "", "0000000000000000"] {
        let fields = [("action", "one"), ("session", wrong)];
        assert_eq!(send(&mut client, "/compte/sessions", &fields).await.status, StatusCode::SEE_OTHER);
    }
    for session in [&others, &old, &third, &this] {
        assert!(handle(session).await.is_some(), "a handle of another ends nothing");
    }
    let own = handle(&old).await.unwrap();
    assert!(client.get("/compte").await.text().contains(&own));
    send(&mut client, "/compte/sessions", &[("action", "one"), ("session", &own)]).await;
    assert!(handle(&old).await.is_none() && handle(&third).await.is_some() && handle(&this).await.is_some());
    send(&mut client, "/compte/sessions", &[("action", "others")]).await;
    assert!(handle(&third).await.is_none() && handle(&this).await.is_some() && handle(&others).await.is_some());
}

/// Plants `n` consultations of different files by `who`, a minute apart.
async fn plant(store: &Store, who: &str, n: i64) {
    let person: PersonId = who.parse().unwrap();
    for i in 0..n {
        let object = format!("SER-{who}-{i}").parse().unwrap();
        let consultation = Consultation {
            person: person.clone(),
            act: Act::Read,
            object,
            file: FileRef::Object(format!("SER-{who}-{i}").parse().unwrap()),
            because: Because {
                role: Role::Analyst,
                service: ServiceId::house(),
                line: 1,
                basis: "test".into(),
                by_glass: false,
            },
            purpose: None,
            on: TODAY,
        };
        let at = now() - jiff::SignedDuration::from_mins(60 - i);
        let purpose = Purpose { why: "vérification".to_owned(), reference: Some("PV 2026/7".to_owned()) };
        store.consulted(Kind::Series, &consultation, &By::new(who, at).for_purpose(purpose)).await.unwrap();
    }
}

#[tokio::test]
async fn a_burst_is_listed_and_a_quiet_person_is_not() {
    let mut client = Client::stranger().await;
    let store = client.app.store.clone();
    plant(&store, "chef", 45).await;
    plant(&store, "personne", 3).await;
    client.become_of(&login_of(Role::Inspector)).await;
    // Control is not listed as what it controls, however much there is of it.
    for who in ["chef", "personne", LOGIN, "role-analyst", "role-coordinator", "role-manager", "role-publisher"] {
        assert_eq!(client.get(&format!("/journal?qui={who}")).await.status, StatusCode::OK);
    }
    let page = client.get("/consultations/inhabituelles?lang=fr").await.text();
    let line = |who: &str| format!("/journal?qui={who}&amp;du=2026-01-14");
    assert!(page.contains(&line("chef")), "{page}");
    assert!(page.contains("45 dossiers consultés en moins d’une heure"), "{page}");
    assert!(!page.contains(&line("personne")) && !page.contains(&line("role-inspector")), "{page}");
    let before = client.get("/consultations/inhabituelles?semaine=2026-01-07").await.text();
    assert!(!before.contains(&line("chef")), "in its week");
}

#[tokio::test]
async fn a_search_that_names_another_is_itself_in_the_journal() {
    let mut client = Client::stranger().await;
    let store = client.app.store.clone();
    let inspector = login_of(Role::Inspector);
    client.become_of(&inspector).await;
    let made = async || {
        let query = JournalQuery { who: Some(inspector.clone()), ..JournalQuery::default() };
        let all = store.journal_search(&query, 50).await.unwrap().into_iter().filter_map(|found| found.entry);
        all.filter(|entry| entry.act == Done::Consult).collect::<Vec<_>>()
    };
    for quiet in ["/journal".to_owned(), format!("/journal?qui={inspector}"), "/journal?du=2026-01-01".to_owned()] {
        client.get(&quiet).await;
    }
    assert!(made().await.is_empty());
    client.get("/journal?qui=chef").await;
    client.get("/journal?genre=account&id=personne").await;
    let told = made().await;
    let named: BTreeSet<&str> = told.iter().map(|entry| entry.object.id.as_str()).collect();
    assert_eq!(named, BTreeSet::from(["chef", "personne"]));
    assert!(told.iter().all(|entry| entry.object.kind == "journal-entry"));
    assert!(told.iter().all(|entry| entry.purpose.as_ref().unwrap().why == Lang::Fr.say("web-journal-motive")));
    // And whoever controls finds it again among his or her own consultations.
    assert!(client.get("/consultations").await.text().contains("chef"));
}

#[tokio::test]
async fn the_journal_is_searched_and_an_entry_is_proven() {
    let mut client = Client::stranger().await;
    let store = client.app.store.clone();
    client.become_of(&login_of(Role::DataProtectionOfficer)).await;
    let found = client.get("/journal?lang=en&genre=account&id=chef").await.text();
    let rows: Vec<&str> = found.split("<tr>").filter(|row| row.contains("href=\"/journal/")).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.contains(">chef<")), "{rows:?}");
    assert!(client.get("/journal?lang=en&qui=inconnu").await.text().contains(&Lang::En.say("web-journal-none")));
    let open = client.get("/journal/1?lang=en").await.text();
    assert!(open.contains(&Lang::En.say("web-journal-not-covered")));
    store.journal_checkpoint(&By::new("cli", now())).await.unwrap();
    let proven = client.get("/journal/1?lang=en").await.text();
    assert!(proven.contains("Proven under the checkpoint of 14 January 2026 at 10:30."), "{proven}");
    // Page by page to the first entry.
    let mut next = Some("/journal?lang=fr".to_owned());
    let mut seen = BTreeSet::new();
    while let Some(path) = next {
        let text = client.get(&path).await.text();
        let numbers = text.split("href=\"/journal/").skip(1).filter_map(|t| t.split('"').next()?.parse::<u64>().ok());
        let n = seen.len();
        seen.extend(numbers);
        assert!(seen.len() > n, "{path} brings nothing new");
        let older = text.split("<a href=\"?avant=").nth(1).and_then(|rest| rest.split('"').next());
        next = older.map(|before| format!("/journal?avant={before}"));
    }
    assert_eq!(seen.first(), Some(&0));
    assert!(seen.len() as u64 >= store.journal_size().await.unwrap() - 1, "none is skipped");
}

#[tokio::test]
async fn the_board_says_what_is_kept_and_until_when() {
    let mut client = Client::stranger().await;
    client.become_of(&login_of(Role::SystemAdministrator)).await;
    let folder = client.app.data.join("rejects");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("essai.csv"), b"x").unwrap();
    let page = client.get("/conservation?lang=en").await.text();
    let row = |what: &str| between(&page, &format!(">{what}</th>"), "</tr>").to_owned();
    assert!(row("journal/2026-01").contains("until 14 January 2029"), "{}", row("journal/2026-01"));
    assert!(row("sessions/2026-01-14").contains("until 15 January 2026"));
    assert!(row("annual-reports/2025").contains("without a term"));
    assert!(row("sealed/synthetic/2026-01-14").contains("without a term"), "made-up series have none");
    assert!(page.contains(">rejects/essai.csv</th>"), "files of rejects are listed");
    let order =
        r#"[{"what":"journal-csi-r236-59","basis":true,"reason":"ordonnance 3","by":"cli","until":"2026-02-01"}]"#;
    std::fs::write(client.app.data.join("holds.json"), order).unwrap();
    assert_eq!(client.get("/conservation").await.status, StatusCode::OK);
    std::fs::write(client.app.data.join("holds.json"), "[").unwrap();
    let broken = client.get("/conservation").await.status;
    assert_eq!(broken, StatusCode::INTERNAL_SERVER_ERROR, "orders that cannot be read are not «none»");
}

#[tokio::test]
async fn an_administrator_shuts_and_opens_accounts_but_not_his_or_her_own() {
    let mut client = Client::stranger().await;
    let chief = session_of(&mut client, "chef").await;
    let own = login_of(Role::SystemAdministrator);
    let administrator = session_of(&mut client, &own).await;
    let page = client.get("/personnes/chef").await.text();
    assert!(
        page.contains("value=\"shut\"") && !page.contains("value=\"propose\"") && !page.contains("value=\"revoke\"")
    );
    assert_eq!(send(&mut client, "/personnes/chef/acces", &[("action", "shut")]).await.status, StatusCode::SEE_OTHER);
    go_on(&mut client, &chief);
    assert_eq!(client.get("/aide").await.status, StatusCode::SEE_OTHER, "the session is over");
    go_on(&mut client, &administrator);
    assert!(client.get("/personnes/chef").await.text().contains("value=\"open\""));
    assert_eq!(send(&mut client, "/personnes/chef/acces", &[("action", "open")]).await.status, StatusCode::SEE_OTHER);
    assert!(!client.app.store.account_fetch("chef").await.unwrap().unwrap().disabled);
    let path = format!("/personnes/{own}/acces");
    assert_eq!(send(&mut client, &path, &[("action", "shut")]).await.status, StatusCode::BAD_REQUEST);
    assert!(!client.app.store.account_fetch(&own).await.unwrap().unwrap().disabled);
    // A manager shuts nobody out.
    client.headers.clear();
    client.become_of(LOGIN).await;
    assert_eq!(send(&mut client, "/personnes/chef/acces", &[("action", "shut")]).await.status, StatusCode::NOT_FOUND);
}
