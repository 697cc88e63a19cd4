//! Breaking the glass and habilitations from outside: who may, what others are told, how it ends, who judges it.

use super::client::{Client, between};
use super::made::{self, Facts, Models};
use super::oversight::{bare, go_on, send, session_of};
use super::pages::check_html;
use super::people::{assignment, give, narrowed};
use super::sample::now;
use axum::http::StatusCode;
use beffroi_journal::Act as Done;
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::{DataNature, GLASS_HOURS, Role, Service, ServiceLevel, State, World};
use beffroi_store::{By, JournalQuery, Store};
use beffroi_wording::Lang;
use jiff::{SignedDuration, Timestamp};

const REASON: &str = "attaque en cours chez le voisin, personne d’autre joignable cette nuit";
/// An alert of another service and region, one beyond any clearance given here, and one that there is not.
const FAR: &str = "FLASH-2026-901";
const FAR_SIGNAL: &str = "SIG-far-901";
const RED: &str = "FLASH-2026-902";
const ABSENT: &str = "FLASH-2026-909";

async fn unit(store: &Store, id: &str) {
    let parent = Some("command".parse().unwrap());
    let service = Service { id: id.parse().unwrap(), level: ServiceLevel::Departmental, parent };
    store.service_put(service, &By::new("cli", now())).await.unwrap();
}

/// Somebody with `role` in a unit and its place, cleared up to AMBER, and no other right.
async fn hire(store: &Store, login: &str, role: Role, world: World, service: &str, place: &str) {
    if store.account_fetch(login).await.unwrap().is_none() {
        store.account_create(login, "Personne d’essai", None, false, &By::new("cli", now())).await.unwrap();
    }
    let mut given = narrowed(assignment(role, world), service.parse().unwrap(), place);
    given.clearance = Marking { tlp: Tlp::Amber, pap: Pap::Amber };
    give(store, login, given).await;
}

async fn world(client: &Client) {
    let store = &client.app.store;
    for id in ["unit-35", "unit-13", "unit-75"] {
        unit(store, id).await;
    }
    let models = Models::of(store).await;
    for (reference, tlp) in [(FAR, Tlp::Amber), (RED, Tlp::Red)] {
        let facts = Facts {
            owner: "unit-13".parse().unwrap(),
            territory: "13".parse().unwrap(),
            marking: Marking { tlp, pap: Pap::Amber },
            state: State::Submitted,
            author: Some("somebody".parse().unwrap()),
        };
        made::alert(store, &models.alert, reference, &facts).await;
        if tlp == Tlp::Amber {
            made::signal(store, &models.signal, FAR_SIGNAL, &facts).await;
        }
    }
    let coordination = World::Coordination;
    hire(store, "opener", Role::Analyst, coordination, "unit-35", "35").await;
    hire(store, "watcher", Role::DutyOfficer, coordination, "unit-35", "35").await;
    for (login, service, place) in
        [("head-35", "unit-35", "35"), ("head-13", "unit-13", "13"), ("head-75", "unit-75", "75")]
    {
        hire(store, login, Role::Manager, coordination, service, place).await;
    }
    hire(store, "controller", Role::Inspector, coordination, "unit-75", "75").await;
}

async fn break_it(client: &mut Client, reference: &str, reason: &str) -> super::client::Answer {
    send(client, "/urgence", &[("objet", reference), ("motif", reason)]).await
}

/// The number of the one opening there is.
async fn number(store: &Store) -> String {
    let all = store.glasses().await.unwrap();
    assert_eq!(all.len(), 1);
    all[0].id.clone()
}

#[tokio::test]
async fn a_glass_opens_one_alert_at_once_and_others_are_told() {
    let mut client = Client::stranger().await;
    world(&client).await;
    let store = client.app.store.clone();
    client.become_of("opener").await;
    let path = format!("/alertes/{FAR}");
    assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND);
    assert!(!client.get("/aide").await.text().contains("class=\"emergency\""), "no banner before");
    let opened = break_it(&mut client, FAR, REASON).await;
    assert_eq!((opened.status, opened.header("location")), (StatusCode::SEE_OTHER, path.as_str()), "{}", opened.text());
    assert_eq!(client.get(&path).await.status, StatusCode::OK);
    assert!(client.get("/alertes").await.text().contains(FAR), "it is in the list, too");
    // Reading, nothing else; that one, no other; and nobody else.
    for action in ["validate", "issue", "close"] {
        let act = send(&mut client, &path, &[("action", action), ("version", "1")]).await;
        assert_eq!(act.status, StatusCode::NOT_FOUND, "{action}");
    }
    assert_eq!(client.get(&format!("/alertes/{RED}")).await.status, StatusCode::NOT_FOUND);
    for page in ["/", "/aide", "/alertes", "/compte", "/notifications", "/inconnue", "/urgence"] {
        for lang in ["fr", "en"] {
            let answer = client.get(&format!("{page}?lang={lang}")).await;
            let text = answer.text();
            let banner = between(&text, "class=\"emergency\"", "</aside>");
            assert!(banner.contains(FAR) && banner.contains("href=\"/urgence\""), "{page}: {banner}");
            check_html(page, lang, &answer);
        }
    }
    client.become_of("watcher").await;
    assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND);

    // The journal says so with the reason; the control and both heads of service are told, by a line and by the outbox.
    let query = JournalQuery { who: Some("opener".to_owned()), ..JournalQuery::default() };
    let entries = store.journal_search(&query, 50).await.unwrap().into_iter().filter_map(|found| found.entry);
    let entry = entries.into_iter().find(|entry| entry.act == Done::BreakGlass).unwrap();
    assert_eq!((entry.object.kind.as_str(), entry.object.id.as_str()), ("alert", FAR));
    assert_eq!(entry.purpose.unwrap().why, REASON);
    let id = number(&store).await;
    let sent: Vec<String> =
        store.outbox_list(100).await.unwrap().into_iter().map(|w| w.what.payload.to_string()).collect();
    for (login, told) in [
        ("head-35", true),
        ("head-13", true),
        ("head-75", false),
        ("role-inspector", true),
        ("role-data-protection-officer", true),
        ("role-prosecutor", false),
        ("role-system-administrator", false),
        ("opener", false),
        ("watcher", false),
    ] {
        let outbox = sent.iter().any(|line| line.contains(&id) && line.contains(&format!("\"{login}\"")));
        assert_eq!(outbox, told, "{login}: the outbox");
        client.become_of(login).await;
        let line = client.get("/notifications").await.text().contains(&Lang::Fr.say("web-notices-break-glass"));
        assert_eq!(line, told, "{login}: a line on the page");
        let seen = client.get("/consultations/urgences").await.text().contains(&format!("{id}\""));
        assert_eq!(seen, told, "{login}: the list to review");
    }
}

#[tokio::test]
async fn absent_and_forbidden_look_the_same_and_are_journalled() {
    let mut client = Client::stranger().await;
    world(&client).await;
    client.become_of("opener").await;
    let body = |reference: &str, answer: super::client::Answer| {
        let text = answer.text();
        let key = between(&text, "name=\"cle\" value=\"", "\"").to_owned();
        (answer.status, text.replace(&key, "").replace(reference, ""))
    };
    let absent = break_it(&mut client, ABSENT, REASON).await;
    assert_eq!(absent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(absent.text().contains(&Lang::Fr.say("web-emergency-nothing")));
    let absent = body(ABSENT, absent);
    let forbidden = break_it(&mut client, RED, REASON).await;
    assert_eq!(body(RED, forbidden), absent, "a glass lifts no marking, and does not say that there is one");
    // A poor reason is said before anything is looked for: the same whether or not there is something.
    let mut poor = Vec::new();
    for reference in [FAR, RED, ABSENT] {
        let answer = break_it(&mut client, reference, "urgent").await;
        assert!(answer.text().contains(&Lang::Fr.say("web-emergency-reason-wrong")));
        poor.push(body(reference, answer));
    }
    assert!(poor.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(client.app.store.glasses().await.unwrap().is_empty());
    let query = JournalQuery { who: Some("opener".to_owned()), ..JournalQuery::default() };
    let entries = client.app.store.journal_search(&query, 50).await.unwrap().into_iter().filter_map(|f| f.entry);
    let refused: Vec<String> = entries.filter(|e| e.act == Done::Refuse).map(|e| e.object.id).collect();
    assert_eq!(refused, [RED, ABSENT]);
    // What may be read already is not opened.
    let facts = Facts {
        owner: "unit-35".parse().unwrap(),
        territory: "35".parse().unwrap(),
        marking: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        state: State::Submitted,
        author: Some("somebody".parse().unwrap()),
    };
    let models = Models::of(&client.app.store).await;
    made::alert(&client.app.store, &models.alert, "FLASH-2026-903", &facts).await;
    assert_eq!(break_it(&mut client, "FLASH-2026-903", REASON).await.status, StatusCode::SEE_OTHER);
    assert!(client.app.store.glasses().await.unwrap().is_empty(), "nothing was opened");
    // The twin: the reason and reference that are fine open.
    assert_eq!(break_it(&mut client, FAR, REASON).await.status, StatusCode::SEE_OTHER);
    assert_eq!(client.app.store.glasses().await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_who_the_table_lets_breaks_the_glass_and_never_where_nobody_is_told() {
    let mut client = Client::stranger().await;
    world(&client).await;
    for role in Role::ALL {
        client.become_of(&super::people::login_of(*role)).await;
        let may = matches!(role, Role::Analyst | Role::DutyOfficer);
        let page = client.get("/urgence").await;
        assert_eq!(page.status == StatusCode::OK, may, "{role}");
        if !may {
            assert_eq!(break_it(&mut client, FAR, REASON).await.status, StatusCode::NOT_FOUND, "{role}");
        }
    }
    client.become_of("personne").await;
    let (page, unknown) = (client.get("/urgence").await, client.get("/inconnue").await);
    assert_eq!(bare(&page, "/urgence"), bare(&unknown, "/inconnue"));
    assert!(client.app.store.glasses().await.unwrap().is_empty());
    // The twin: a duty officer opens a signal.
    client.become_of("watcher").await;
    let path = format!("/signaux/{FAR_SIGNAL}");
    assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(break_it(&mut client, FAR_SIGNAL, REASON).await.header("location"), path);
    assert_eq!(client.get(&path).await.status, StatusCode::OK);
    // Nobody answers for anything any more: nothing opens, whatever the reference.
    let by = || By::new("cli", now());
    for given in client.app.store.grants().await.unwrap() {
        let role = given.assignment.role;
        if given.revoked_at.is_none() && (role == Role::Manager || role.is_control_or_operation()) {
            client.app.store.grant_revoke(&given.id, &by()).await.unwrap();
        }
    }
    client.become_of("opener").await;
    for reference in [FAR, ABSENT] {
        let answer = break_it(&mut client, reference, REASON).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains(&Lang::Fr.say("web-emergency-nobody-told")), "{reference}");
    }
    assert_eq!(client.app.store.glasses().await.unwrap().len(), 1, "that of the signal");
}

fn hours_later() -> Timestamp {
    now() + SignedDuration::from_hours(GLASS_HOURS)
}

fn almost() -> Timestamp {
    hours_later() - SignedDuration::from_secs(1)
}

#[tokio::test]
async fn a_glass_ends_by_itself_and_early_by_its_own_person() {
    let mut client = Client::stranger().await;
    world(&client).await;
    let path = format!("/alertes/{FAR}");
    client.become_of("opener").await;
    break_it(&mut client, FAR, REASON).await;
    for (clock, open) in [(almost as fn() -> Timestamp, true), (hours_later, false)] {
        client.app.clock = clock;
        client.restart();
        client.become_of("opener").await;
        assert_eq!(client.get(&path).await.status == StatusCode::OK, open);
        assert_eq!(client.get("/aide").await.text().contains("class=\"emergency\""), open);
    }
    client.app.clock = now;
    client.restart();
    let id = number(&client.app.store).await;
    // Somebody else’s is not found; nor is one that has ended.
    let end = format!("/urgence/{id}");
    for other in ["watcher", "head-75", "role-inspector"] {
        client.become_of(other).await;
        assert_eq!(send(&mut client, &end, &[]).await.status, StatusCode::NOT_FOUND, "{other}");
    }
    client.become_of("opener").await;
    assert_eq!(client.get(&path).await.status, StatusCode::OK);
    assert_eq!(send(&mut client, &end, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND);
    assert!(!client.get("/aide").await.text().contains("class=\"emergency\""));
    assert_eq!(send(&mut client, &end, &[]).await.status, StatusCode::NOT_FOUND, "once");
    // It still waits for its review.
    client.become_of("head-13").await;
    assert!(client.get("/consultations/urgences").await.text().contains(&format!("{id}\"")));
}

#[tokio::test]
async fn another_person_reviews_once_and_the_verdict_is_in_the_journal() {
    let mut client = Client::stranger().await;
    world(&client).await;
    let store = client.app.store.clone();
    // The opener manages, too: four eyes all the same.
    hire(&store, "opener", Role::Manager, World::Coordination, "unit-35", "35").await;
    let opener = session_of(&mut client, "opener").await;
    break_it(&mut client, FAR, REASON).await;
    let id = number(&store).await;
    let review = format!("/consultations/urgences/{id}");
    let fine = [("action", "unjustified"), ("remarque", "le service voisin était joignable")];
    assert_eq!(send(&mut client, &review, &fine).await.status, StatusCode::NOT_FOUND, "not one’s own");
    assert!(!client.get("/consultations/urgences").await.text().contains("value=\"justified\""));
    for other in ["head-75", "role-prosecutor", "role-supervising-magistrate", "watcher", "personne"] {
        client.headers.clear();
        client.become_of(other).await;
        assert_eq!(send(&mut client, &review, &fine).await.status, StatusCode::NOT_FOUND, "{other}");
    }
    client.become_of("head-35").await;
    let short = send(&mut client, &review, &[("action", "justified"), ("remarque", "ok")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.text().contains(&format!("id=\"erreur-{id}\"")), "{}", short.text());
    check_html("/consultations/urgences", "fr", &short);
    assert!(store.glasses().await.unwrap()[0].review.is_none());
    assert_eq!(send(&mut client, &review, &fine).await.status, StatusCode::SEE_OTHER);
    let again = send(&mut client, &review, &[("action", "justified"), ("remarque", "tout bien réfléchi, oui")]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "a verdict stands");
    let page = client.get("/consultations/urgences?lang=fr").await;
    check_html("/consultations/urgences", "fr", &page);
    assert!(page.text().contains(&Lang::Fr.say("web-emergencies-none")) && page.text().contains("joignable"));
    let query = JournalQuery { object: Some(("opening".to_owned(), id)), ..JournalQuery::default() };
    let told = store.journal_search(&query, 5).await.unwrap().remove(0).entry.unwrap();
    assert_eq!((told.who.as_str(), told.act), ("head-35", Done::Decide));
    assert_eq!(told.purpose.unwrap().why, "unjustified: le service voisin était joignable");
    // What was not justified is closed, and its person is told.
    go_on(&mut client, &opener);
    assert_eq!(client.get(&format!("/alertes/{FAR}")).await.status, StatusCode::NOT_FOUND);
    let notices = client.get("/notifications?lang=fr").await.text();
    assert!(notices.contains(&Lang::Fr.say("web-notices-break-glass-reviewed")));
    assert!(client.get("/urgence?lang=fr").await.text().contains(&Lang::Fr.say("web-emergencies-unjustified")));
}

#[tokio::test]
async fn a_notice_is_read_by_its_own_person() {
    let mut client = Client::stranger().await;
    world(&client).await;
    client.become_of("opener").await;
    break_it(&mut client, FAR, REASON).await;
    let head = session_of(&mut client, "head-35").await;
    let page = client.get("/notifications?lang=en").await;
    check_html("/notifications", "en", &page);
    let text = page.text();
    assert!(text.contains("<b>(1<span"), "the head of the page says how many");
    let id = between(&text, "name=\"notification\" value=\"", "\"").to_owned();
    let one = [("action", "one"), ("notification", id.as_str())];
    client.become_of("head-75").await;
    assert_eq!(send(&mut client, "/notifications", &one).await.status, StatusCode::NOT_FOUND);
    assert_eq!(send(&mut client, "/notifications", &[("action", "all")]).await.status, StatusCode::SEE_OTHER);
    go_on(&mut client, &head);
    assert!(client.get("/aide").await.text().contains("<b>(1<span"), "nobody else marks it");
    assert_eq!(send(&mut client, "/notifications", &one).await.status, StatusCode::SEE_OTHER);
    assert!(!client.get("/aide").await.text().contains("<b>(1<span"));
}

/// The form of a habilitation, with some fields otherwise.
fn habilitation<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let plain = [
        ("personne", "enqueteur"),
        ("enquete", "PV-2026/17"),
        ("nature-technical-traces", "1"),
        ("service", "unit-35"),
        ("territoire", "35"),
        ("au", "2026-06-30"),
    ];
    plain
        .into_iter()
        .map(|(name, value)| (name, other.iter().find(|(n, _)| *n == name).map_or(value, |(_, value)| *value)))
        .collect()
}

#[tokio::test]
async fn a_prosecutor_habilitates_for_an_inquiry_of_the_jurisdiction_and_takes_it_back() {
    let mut client = Client::stranger().await;
    world(&client).await;
    let store = client.app.store.clone();
    hire(&store, "enqueteur", Role::Investigator, World::Judicial, "unit-35", "35").await;
    hire(&store, "autre", Role::Investigator, World::Judicial, "unit-13", "13").await;
    hire(&store, "procureur", Role::Prosecutor, World::Judicial, "command", "R53").await;
    hire(&store, "chef-judiciaire", Role::Manager, World::Judicial, "unit-35", "35").await;
    let held = async || -> usize {
        let rights = store.rights(&"enqueteur".parse().unwrap(), now()).await.unwrap();
        rights.subject.habilitations().len()
    };
    client.become_of("procureur").await;
    for lang in ["fr", "en"] {
        let page = client.get(&format!("/habilitations?lang={lang}")).await;
        assert_eq!(page.status, StatusCode::OK);
        check_html("/habilitations", lang, &page);
    }
    for (other, field) in [
        (("personne", "inconnu"), "personne"),
        (("enquete", "deux mots"), "enquete"),
        (("nature-technical-traces", ""), "natures"),
        (("service", ""), "service"),
        (("territoire", "Laval"), "territoire"),
        (("territoire", "75"), "territoire"),
        (("au", "x"), "au"),
        (("au", "2026-01-13"), "au"),
        (("au", "2027-06-30"), "au"),
        (("personne", "autre"), "enquete"),
        (("personne", "opener"), "enquete"),
    ] {
        let answer = send(&mut client, "/habilitations", &habilitation(&[other])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{other:?}");
        assert!(answer.text().contains(&format!("id=\"{field}-erreur\"")), "{other:?}: {}", answer.text());
    }
    assert_eq!(held().await, 0);
    // A manager who is not habilitated passes nothing on; who gives nothing finds no form.
    client.become_of("chef-judiciaire").await;
    let answer = send(&mut client, "/habilitations", &habilitation(&[])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for other in ["role-inspector", "role-data-protection-officer", "enqueteur", "opener", "personne"] {
        client.become_of(other).await;
        let answer = send(&mut client, "/habilitations", &habilitation(&[])).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other}");
    }
    assert_eq!(held().await, 0);
    // The twin: the same form by who may.
    client.become_of("procureur").await;
    assert_eq!(send(&mut client, "/habilitations", &habilitation(&[])).await.status, StatusCode::SEE_OTHER);
    assert_eq!(held().await, 1);
    let given = store.habilitation_list().await.unwrap().remove(0);
    assert_eq!((given.given_by.as_str(), given.seizure.service.as_str()), ("procureur", "unit-35"));
    assert_eq!(given.habilitation.natures, [DataNature::TechnicalTraces].into());
    for (login, sees) in [
        ("procureur", true),
        ("chef-judiciaire", true),
        ("role-inspector", true),
        ("role-supervising-magistrate", true),
        ("head-35", false),
        ("enqueteur", false),
        ("autre", false),
    ] {
        client.become_of(login).await;
        assert_eq!(client.get("/habilitations").await.text().contains("PV-2026/17"), sees, "{login}");
    }
    client.become_of("enqueteur").await;
    assert!(client.get("/compte").await.text().contains("PV-2026/17"), "one’s own stands with one’s account");
    let revoke = format!("/habilitations/{}", given.id);
    for other in ["head-35", "enqueteur", "role-inspector"] {
        client.become_of(other).await;
        assert_eq!(send(&mut client, &revoke, &[]).await.status, StatusCode::NOT_FOUND, "{other}");
    }
    assert_eq!(held().await, 1);
    client.become_of("procureur").await;
    assert_eq!(send(&mut client, &revoke, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(held().await, 0);
    assert_eq!(send(&mut client, &revoke, &[]).await.status, StatusCode::NOT_FOUND, "once");
}
