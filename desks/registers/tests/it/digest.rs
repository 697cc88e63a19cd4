//! The letter of one's day: what it names and what it only counts, whose it is, to which address; and what a kill costs.

use super::declared::{Trial, subject, values};
use beffroi_desk_registers::digest::{self, DigestError, DigestSettings, Mailing, Pass, Rhythm, Wish};
use beffroi_desk_registers::{Actor, Adding, CalendarFrame, Registry, agenda_calendar, operator};
use beffroi_journal::Act;
use beffroi_model::{Channel, Marking, Pap, Tlp};
use beffroi_ports::Post;
use beffroi_ports::doubles::PostOffice;
use beffroi_register::*;
use beffroi_rights::{Assignment, Role, ServiceId, Territories, World};
use beffroi_store::{By, DigestRow, HandoverState, JournalQuery, RecipientRow, Store};
use beffroi_wording::Lang;
use icalendar::Component;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

/// A text that must be in no letter and no calendar.
const CANARY: &str = "Perquisition chez Dupont";

/// Seven in the morning in France, on Wednesday 14 January 2026.
fn seven() -> Timestamp {
    "2026-01-14T06:00:00Z".parse().unwrap()
}

fn after_a_minute() -> Timestamp {
    "2026-01-14T06:01:00Z".parse().unwrap()
}

fn tomorrow() -> Timestamp {
    "2026-01-15T06:00:00Z".parse().unwrap()
}

fn green() -> Marking {
    Marking { tlp: Tlp::Green, pap: Pap::Red }
}

fn settings() -> DigestSettings {
    DigestSettings { address: "https://beffroi.example".to_owned(), mail_ceiling: green(), domains: Vec::new() }
}

fn wish(address: &str) -> Wish {
    Wish { rhythm: Rhythm::Workdays, hour: 7, lang: Lang::Fr, address: address.to_owned() }
}

const FIELDS: &[Field] =
    &[Field::text("title").required(), Field::long("note"), Field::person("pilot"), Field::date("due")];
const STATES: &[State] = &[State::open("open"), State::closed("closed")];
const MOVES: &[Move] = &[Move::new("close", &["open"], "closed")];
const CLOCKS: &[ClockRule] = &[ClockRule::on("due", "due")];
const LOOPS: &[Loop] = &[Loop {
    name: "tell",
    on: On::Added,
    when: None,
    each: None,
    starts: Starts::Task { to: Assignee::Field("pilot"), due: DueBy::Field("due") },
}];

/// A register whose records bear that marking.
const fn marked(name: &'static str, prefix: &'static str, tlp: Tlp) -> Register {
    Register {
        name,
        prefix,
        desk: "trial",
        basis: "a text",
        fields: FIELDS,
        states: STATES,
        moves: MOVES,
        clocks: CLOCKS,
        marking: Marking { tlp, pap: Pap::Green },
        ..Register::COORDINATION
    }
}

static CLEAR: Register = marked("clear", "CLE", Tlp::Clear);
static GREEN: Register = marked("green", "GRE", Tlp::Green);
static AMBER: Register = marked("amber", "AMB", Tlp::Amber);
static RED: Register = marked("red", "RED", Tlp::Red);
/// Adding one opens a task for its pilot, and it has no clock.
static CHORE: Register = Register { clocks: &[], loops: LOOPS, ..marked("chore", "CHO", Tlp::Green) };

const REGISTERS: &[&Register] = &[&CLEAR, &GREEN, &AMBER, &RED, &CHORE];

async fn trial() -> Trial {
    Trial { registry: Registry::of(&[REGISTERS]), ..Trial::new().await }
}

fn coordinator() -> Assignment {
    Assignment {
        role: Role::Coordinator,
        world: World::Coordination,
        service: ServiceId::house(),
        territories: Territories::Everywhere,
        clearance: Marking { tlp: Tlp::Red, pap: Pap::Red },
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
    }
}

/// Accounts with the rights of a coordinator, who wish the letter since the day before.
async fn readers(store: &Store, logins: &[&str]) {
    let before = |who: &str| By::new(who, "2026-01-13T09:00:00Z".parse().unwrap());
    let given = logins.iter().map(|login| (login.parse().unwrap(), coordinator())).collect();
    store.grant_first(given, &before("cli")).await.unwrap();
    for login in logins {
        store.account_create(login, login, None, false, &before("cli")).await.unwrap();
        let wish = wish(&format!("{login}@service.example"));
        digest::choose(store, &wish, &settings(), &before(login)).await.unwrap();
    }
}

/// A record that `pilot` answers for, added the day before and due on the sixteenth; its reference.
async fn order(trial: &Trial, register: &'static Register, pilot: &str) -> String {
    order_at(trial, register, pilot, "2026-01-13T09:05:00Z".parse().unwrap()).await
}

/// The same added at an instant: the journal never goes back by a day.
async fn order_at(trial: &Trial, register: &'static Register, pilot: &str, at: Timestamp) -> String {
    let anybody = operator("cli", date(2026, 1, 14)).unwrap();
    let anybody = if at < seven() { operator("cli", date(2026, 1, 13)).unwrap() } else { anybody };
    let desk = Actor { registry: &trial.registry, store: &trial.store, subject: &anybody, by: By::new("cli", at) };
    let typed = values(&[("title", CANARY), ("note", CANARY), ("pilot", pilot), ("due", "2026-01-16")]);
    desk.add(register, Adding { typed, ..Adding::default() }).await.unwrap()
}

fn mailing<'a>(trial: &'a Trial, post: &'a dyn Post, settings: &'a DigestSettings) -> Mailing<'a> {
    Mailing { registry: &trial.registry, store: &trial.store, post, settings, clock: after_a_minute }
}

/// One pass of the worker.
async fn pass(mailing: &Mailing<'_>) -> Pass {
    let read = digest::recover(mailing).await.unwrap();
    digest::deliver(mailing, read).await.unwrap()
}

async fn queue(trial: &Trial, at: Timestamp) -> u64 {
    digest::queue(&trial.store, &By::new("digest", at)).await.unwrap()
}

#[tokio::test]
async fn a_letter_names_references_registers_and_days_and_no_text() {
    let trial = trial().await;
    readers(&trial.store, &["zoe"]).await;
    let reference = order(&trial, &GREEN, "zoe").await;
    assert_eq!(queue(&trial, seven()).await, 1);
    let (office, settings) = (PostOffice::new(), settings());
    assert_eq!(pass(&mailing(&trial, &office, &settings)).await, Pass { delivered: 1, ..Pass::default() });
    let letter = office.taken().remove(0);
    assert_eq!(letter.to, "zoe@service.example");
    let html = letter.html.clone().unwrap();
    for text in [&letter.text, &html] {
        assert!(text.contains(&reference) && text.contains("16 janvier 2026"), "{text}");
        assert!(text.contains("https://beffroi.example/ma-journee"), "{text}");
        assert!(text.contains("https://beffroi.example/compte/rappels"), "{text}");
        assert!(!text.contains("Dupont") && !text.contains("zoe"), "{text}");
    }
    assert!(html.contains(&format!("<a href=\"https://beffroi.example/registres/green/{reference}\">")), "{html}");
    assert!(letter.subject.starts_with("[TLP:GREEN] "), "{}", letter.subject);
    assert!(letter.fields.contains(&("X-TLP".to_owned(), "TLP:GREEN".to_owned())));
    // The journal says to whom, and nothing of the letter is kept.
    let query = JournalQuery { object: Some(("digest".to_owned(), letter.id.clone())), ..JournalQuery::default() };
    let told = trial.store.journal_search(&query, 5).await.unwrap();
    let entry = told[0].entry.as_ref().unwrap();
    assert_eq!((entry.act, entry.recipients.as_slice()), (Act::Disclose, ["zoe".to_owned()].as_slice()));
}

#[tokio::test]
async fn what_may_not_leave_by_mail_is_counted_and_not_named() {
    for (register, is_named) in [(&CLEAR, true), (&GREEN, true), (&AMBER, false), (&RED, false)] {
        let tlp = register.marking.tlp;
        let trial = trial().await;
        readers(&trial.store, &["zoe"]).await;
        let reference = order(&trial, register, "zoe").await;
        queue(&trial, seven()).await;
        let (office, settings) = (PostOffice::new(), settings());
        assert_eq!(pass(&mailing(&trial, &office, &settings)).await.delivered, 1, "{tlp}");
        let letter = office.taken().remove(0);
        let all = format!("{} {} {:?}", letter.subject, letter.text, letter.html);
        assert_eq!(all.contains(&reference), is_named, "{tlp}: {all}");
        assert_eq!(all.contains("ne se lit que sur le site"), !is_named, "{tlp}: {all}");
        // The letter bears the highest marking of what it names, and no more than that.
        let label = if is_named { tlp } else { Tlp::Green };
        assert!(letter.subject.contains(&format!("[{label}]")), "{tlp}: {}", letter.subject);
    }
    // The twin: where mail may carry more, AMBER is named, and RED never.
    for (register, is_named) in [(&AMBER, true), (&RED, false)] {
        let tlp = register.marking.tlp;
        let trial = trial().await;
        readers(&trial.store, &["zoe"]).await;
        let reference = order(&trial, register, "zoe").await;
        queue(&trial, seven()).await;
        let wide = DigestSettings { mail_ceiling: Marking { tlp: Tlp::Red, pap: Pap::Red }, ..settings() };
        let office = PostOffice::new();
        pass(&mailing(&trial, &office, &wide)).await;
        assert_eq!(office.taken()[0].text.contains(&reference), is_named, "{tlp}");
    }
}

#[tokio::test]
async fn nobody_is_told_of_what_is_another_persons_or_not_open_to_them() {
    let trial = trial().await;
    readers(&trial.store, &["zoe", "yann"]).await;
    let (hers, his) = (order(&trial, &GREEN, "zoe").await, order(&trial, &GREEN, "yann").await);
    let (her_task, a_task) = (order(&trial, &CHORE, "zoe").await, order(&trial, &CHORE, "alix").await);
    assert_eq!(queue(&trial, seven()).await, 2);
    let (office, settings) = (PostOffice::new(), settings());
    assert_eq!(pass(&mailing(&trial, &office, &settings)).await.delivered, 2);
    let text = |to: &str| {
        office.taken().into_iter().find(|letter| letter.to.starts_with(to)).map(|letter| letter.text).unwrap()
    };
    let (zoe, yann) = (text("zoe"), text("yann"));
    assert!(zoe.contains(&hers) && zoe.contains(&her_task), "{zoe}");
    assert!(!zoe.contains(&his) && !zoe.contains(&a_task), "{zoe}");
    assert!(yann.contains(&his) && !yann.contains(&hers) && !yann.contains(&her_task), "{yann}");
    // Who has a task and no right is told that there is one, and no more.
    let before = By::new("cli", after_a_minute());
    trial.store.account_create("alix", "Alix", None, false, &before).await.unwrap();
    let letter = digest::preview(&trial.registry, &trial.store, "alix", Lang::En, &settings, seven()).await.unwrap();
    let letter = letter.unwrap();
    assert!(letter.text.contains("One open item") && !letter.text.contains("CHO-"), "{}", letter.text);
    assert!(letter.to.is_empty(), "a preview goes nowhere");
}

#[tokio::test]
async fn nothing_to_say_is_no_letter() {
    let trial = trial().await;
    readers(&trial.store, &["zoe"]).await;
    assert_eq!(queue(&trial, seven()).await, 1);
    let (office, settings) = (PostOffice::new(), settings());
    assert_eq!(pass(&mailing(&trial, &office, &settings)).await, Pass { empty: 1, ..Pass::default() });
    assert!(office.taken().is_empty());
    assert_eq!(
        digest::preview(&trial.registry, &trial.store, "zoe", Lang::Fr, &settings, seven()).await.unwrap(),
        None
    );
    // The twin: with something to do, there is one.
    order_at(&trial, &GREEN, "zoe", after_a_minute()).await;
    assert!(
        digest::preview(&trial.registry, &trial.store, "zoe", Lang::Fr, &settings, seven()).await.unwrap().is_some()
    );
}

#[tokio::test]
async fn the_same_day_comes_once_and_after_a_kill_under_the_same_number() {
    let trial = trial().await;
    readers(&trial.store, &["zoe"]).await;
    order(&trial, &GREEN, "zoe").await;
    assert_eq!((queue(&trial, seven()).await, queue(&trial, after_a_minute()).await), (1, 0));
    let settings = settings();
    // A worker claims it and dies before the letter is handed over whole: it is not lost.
    let claim = async |at: Timestamp| -> DigestRow {
        let until = at.checked_add(SignedDuration::from_hours(1)).unwrap();
        trial.store.digest_claim("double", 10, until, &By::new("post", at)).await.unwrap().remove(0)
    };
    let row = claim(after_a_minute()).await;
    let office = PostOffice::new();
    assert_eq!(pass(&mailing(&trial, &office, &settings)).await, Pass { delivered: 1, ..Pass::default() });
    assert_eq!(office.taken()[0].id, row.id, "the same letter has the same number");
    // Nothing is left to do, and the job that runs again queues nothing of the same day.
    assert_eq!(pass(&mailing(&trial, &office, &settings)).await, Pass::default());
    assert_eq!((queue(&trial, after_a_minute()).await, office.taken().len()), (0, 1));
    // The next day: it goes, the mark says so, and the program dies before it is settled. It does not go twice.
    assert_eq!(queue(&trial, tomorrow()).await, 1);
    let row = claim(tomorrow()).await;
    let next = || "2026-01-15T06:01:00Z".parse().unwrap();
    let marked = PostOffice::after(vec![row.id.clone()]);
    let mailing = Mailing { clock: next, ..mailing(&trial, &marked, &settings) };
    assert_eq!(pass(&mailing).await, Pass { recovered: 1, ..Pass::default() });
    assert!(marked.taken().is_empty());
    assert_eq!(trial.store.digest(&row.id).await.unwrap().unwrap().state, HandoverState::Delivered);
}

#[tokio::test]
async fn a_mark_that_is_lost_repeats_the_letter_under_the_same_number() {
    // The twin of the above: without the mark the letter goes again, and whoever receives both can tell.
    let trial = trial().await;
    readers(&trial.store, &["zoe"]).await;
    order(&trial, &GREEN, "zoe").await;
    queue(&trial, seven()).await;
    let until = tomorrow();
    let row =
        trial.store.digest_claim("double", 10, until, &By::new("post", after_a_minute())).await.unwrap().remove(0);
    let (office, settings) = (PostOffice::after(Vec::new()), settings());
    assert_eq!(pass(&mailing(&trial, &office, &settings)).await.delivered, 1);
    assert_eq!(office.taken()[0].id, row.id);
}

#[tokio::test]
async fn a_letter_waits_for_its_hour_and_its_day_and_not_longer() {
    let trial = trial().await;
    readers(&trial.store, &["zoe"]).await;
    order(&trial, &GREEN, "zoe").await;
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    assert_eq!(queue(&trial, at("2026-01-14T05:59:59Z")).await, 0, "before its hour");
    assert_eq!(queue(&trial, at("2026-01-17T07:00:00Z")).await, 0, "a Saturday");
    assert_eq!(queue(&trial, at("2026-05-01T07:00:00Z")).await, 0, "a holiday");
    // What is wished after the hour begins with the next day.
    let late = By::new("zoe", at("2026-01-14T08:00:00Z"));
    digest::choose(&trial.store, &wish("zoe@service.example"), &settings(), &late).await.unwrap();
    assert_eq!(queue(&trial, at("2026-01-14T09:00:00Z")).await, 0);
    assert_eq!(queue(&trial, tomorrow()).await, 1);
    // A server that comes back the day after does not send yesterday's.
    let (office, settings) = (PostOffice::new(), settings());
    let clock = || "2026-01-16T06:00:00Z".parse().unwrap();
    let mailing = Mailing { clock, ..mailing(&trial, &office, &settings) };
    assert_eq!(pass(&mailing).await, Pass { refused: 1, ..Pass::default() });
    // Later on the same day it does.
    let clock = || "2026-01-16T15:00:00Z".parse().unwrap();
    assert_eq!(queue(&trial, clock()).await, 1);
    assert_eq!(pass(&Mailing { clock, ..mailing }).await, Pass { delivered: 1, ..Pass::default() });
}

#[tokio::test]
async fn who_stopped_whose_account_was_shut_and_whose_address_is_refused_get_none() {
    let trial = trial().await;
    let all = ["stopped", "shut", "wrong", "later", "stays"];
    readers(&trial.store, &all).await;
    for login in all {
        order(&trial, &GREEN, login).await;
    }
    let to = async |login: &str, address: &str| {
        let by = By::new(login, "2026-01-13T10:00:00Z".parse().unwrap());
        digest::choose(&trial.store, &wish(address), &settings(), &by).await.unwrap();
    };
    to("wrong", "x@unknown.example").await;
    to("later", "x@later.example").await;
    assert_eq!(queue(&trial, seven()).await, 5);
    trial.store.digest_wish_end(&By::new("stopped", after_a_minute())).await.unwrap();
    trial.store.account_shut("shut", true, &By::new("cli", after_a_minute())).await.unwrap();
    let (office, settings) = (PostOffice::new(), settings());
    let done = pass(&mailing(&trial, &office, &settings)).await;
    assert_eq!(done, Pass { delivered: 1, later: 1, bounced: 1, refused: 1, ..Pass::default() });
    assert_eq!(office.taken()[0].to, "stays@service.example");
    assert!(trial.store.digest_wish("wrong").await.unwrap().unwrap().unreachable.is_some());
    assert_eq!(queue(&trial, tomorrow()).await, 2, "mail that reached nobody is not tried the next day");
}

#[tokio::test]
async fn a_report_of_non_delivery_flags_the_address() {
    let trial = trial().await;
    readers(&trial.store, &["zoe"]).await;
    order(&trial, &GREEN, "zoe").await;
    queue(&trial, seven()).await;
    let (office, settings) = (PostOffice::new(), settings());
    pass(&mailing(&trial, &office, &settings)).await;
    let id = office.taken()[0].id.clone();
    let report = |action: &str, status: &str, id: &str| {
        let text = format!(
            "To: retours+{id}@beffroi.example\n\nContent-Type: message/delivery-status\n\nAction: {action}\nStatus: {status}\n"
        );
        beffroi_dsn::read(text.as_bytes()).unwrap()
    };
    let by = || By::new("post", after_a_minute());
    let bounced = async |report| digest::bounced(&trial.store, &report, &by()).await.unwrap();
    assert_eq!(bounced(report("failed", "5.1.1", &"f".repeat(32))).await, None);
    assert_eq!(bounced(report("delayed", "4.4.1", &id)).await, None);
    assert!(trial.store.digest_wish("zoe").await.unwrap().unwrap().unreachable.is_none());
    assert_eq!(bounced(report("failed", "5.1.1", &id)).await, Some(id));
    assert!(trial.store.digest_wish("zoe").await.unwrap().unwrap().unreachable.is_some());
}

fn refused(done: Result<(), DigestError>) -> &'static str {
    match done {
        Err(DigestError::Refused(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_address_is_one_that_may_be_given() {
    let trial = trial().await;
    let store = &trial.store;
    let by = |who: &str| By::new(who, seven());
    store.account_create("zoe", "Zoé", None, false, &by("cli")).await.unwrap();
    store.account_create("made-up", "Démonstration", None, true, &by("cli")).await.unwrap();
    let choose = async |who: &str, address: &str, settings: &DigestSettings| {
        digest::choose(store, &wish(address), settings, &by(who)).await
    };
    assert_eq!(refused(choose("zoe", "zoe", &settings()).await), "digest-refused-address");
    assert_eq!(refused(choose("nobody", "a@b.example", &settings()).await), "digest-refused-account");
    let odd = Wish { hour: 3, ..wish("a@b.example") };
    assert_eq!(refused(digest::choose(store, &odd, &settings(), &by("zoe")).await), "digest-refused-hour");
    let bound = DigestSettings { domains: vec!["service.example".to_owned()], ..settings() };
    assert_eq!(refused(choose("zoe", "zoe@elsewhere.example", &bound).await), "digest-refused-domain");
    assert_eq!(refused(choose("zoe", "zoe@x.service.example", &bound).await), "digest-refused-domain");
    choose("zoe", "zoe@Service.Example", &bound).await.unwrap();
    // An account whose password is public writes to nobody real.
    assert_eq!(refused(choose("made-up", "somebody@mail.fr", &settings()).await), "digest-refused-demo");
    choose("made-up", "nom@service.example", &settings()).await.unwrap();
    choose("zoe", "somebody@mail.fr", &settings()).await.unwrap();
}

#[tokio::test]
async fn an_exercise_reaches_those_who_play_and_nobody_else_and_says_so() {
    let trial = trial().await;
    let store = &trial.store;
    let by = |who: &str| By::new(who, "2026-01-13T09:00:00Z".parse().unwrap());
    store.exercise_mark("printemps", &by("direction")).await.unwrap();
    store.account_create("player", "Joueuse", None, true, &by("cli")).await.unwrap();
    let real = digest::choose(store, &wish("real@service.example"), &settings(), &by("player")).await;
    assert_eq!(refused(real), "digest-refused-exercise");
    let list = |until| RecipientRow {
        id: "joueurs".into(),
        name: "Joueurs".into(),
        direction: "DGX".into(),
        service: "bureau".into(),
        kind: "mailbox".into(),
        mail: Some("player@service.example".into()),
        webhook: None,
        channels: "mail".into(),
        account: None,
        ceiling: Marking { tlp: Tlp::Green, pap: Pap::Green },
        vocabulary: "tlp2".into(),
        lang: "fr".into(),
        since: date(2026, 1, 1),
        until,
        exercise: true,
        forms: String::new(),
        unreachable: None,
    };
    store.recipients_put(vec![list(None)], &by("direction")).await.unwrap();
    digest::choose(store, &wish("player@service.example"), &settings(), &by("player")).await.unwrap();
    store.grant_first(vec![("player".parse().unwrap(), coordinator())], &by("cli")).await.unwrap();
    order(&trial, &GREEN, "player").await;
    queue(&trial, seven()).await;
    let (office, settings) = (PostOffice::new(), settings());
    assert_eq!(pass(&mailing(&trial, &office, &settings)).await.delivered, 1);
    let letter = office.taken().remove(0);
    assert!(letter.subject.starts_with("EXERCICE"), "{}", letter.subject);
    assert!(letter.text.contains("EXERCICE") && letter.html.unwrap().contains("EXERCICE"));
    // Whoever left the list gets no more, though the wish stands: it is asked again when a letter goes.
    store.recipients_put(vec![list(Some(date(2026, 1, 14)))], &By::new("direction", after_a_minute())).await.unwrap();
    assert_eq!(queue(&trial, tomorrow()).await, 1);
    let clock = || "2026-01-15T06:01:00Z".parse().unwrap();
    assert_eq!(pass(&Mailing { clock, ..mailing(&trial, &office, &settings) }).await.refused, 1);
}

#[tokio::test]
async fn a_calendar_holds_what_the_letter_may_name() {
    let trial = trial().await;
    let green_one = order(&trial, &GREEN, "zoe").await;
    let amber_one = order(&trial, &AMBER, "zoe").await;
    let zoe = subject("zoe", Role::Coordinator, "command", "FR");
    let desk = trial.actor(&zoe, 0);
    let agenda = desk.agenda(Channel::Feed, green()).await.unwrap();
    let around = |exercise| CalendarFrame {
        base: "https://beffroi.example",
        exercise,
        today: date(2026, 1, 14),
        now: trial.now,
    };
    let text = agenda_calendar(&agenda, around(false), Lang::Fr);
    assert!(text.contains(&green_one) && !text.contains(&amber_one) && !text.contains("Dupont"), "{text}");
    assert!(text.contains("TLP:GREEN") && text.contains("DTSTART;VALUE=DATE:20260114"), "{text}");
    let read: icalendar::Calendar = text.parse().unwrap();
    let events: Vec<_> = read.components.iter().filter_map(|component| component.as_event()).collect();
    assert_eq!(events.len(), 2, "one is named, one is counted: {text}");
    assert_eq!(events[0].property_value("DTSTART"), Some("20260116T225900Z"));
    assert_eq!(events[0].get_url(), Some(&*format!("https://beffroi.example/registres/green/{green_one}")));
    assert!(!text.contains("EXERCICE") && agenda_calendar(&agenda, around(true), Lang::Fr).contains("EXERCICE"));
    // The twins: where the channel may carry it, it is named; whoever else asks has neither.
    let wide = desk.agenda(Channel::Feed, Marking { tlp: Tlp::Amber, pap: Pap::Red }).await.unwrap();
    assert_eq!((wide.items.len(), wide.retained), (2, 0));
    let yann = subject("yann", Role::Coordinator, "command", "FR");
    let his = trial.actor(&yann, 0).agenda(Channel::Feed, green()).await.unwrap();
    assert_eq!((his.items.len(), his.retained), (0, 0));
}
