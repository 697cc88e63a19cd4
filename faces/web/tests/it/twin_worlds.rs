//! Twin worlds: what a reader receives is the same, byte for byte, whether or not there is something that he or she may
//! not see; and none of the canaries planted in what may not be seen comes out of any channel.
//!
//! A world is a person with a role of his or her own choosing, in one service, place and clearance, before registers
//! that hold things of every service, place, marking and state. All channels are read; things that this person may not
//! read are added; all channels are read again. `BEFFROI_WORLDS` sets how many worlds are drawn, 1 000 by default.

use super::client::{Answer, Client, between};
use super::machines::widest_token;
use super::made::{self, Facts, Models};
use super::people::{TODAY, assignment, give, narrowed};
use super::sample::now;
use beffroi_model::{AlertRef, Marking, Pap, Tlp};
use beffroi_rights::{Act, Kind, Role, Service, ServiceLevel, State, Subject, World, may};
use beffroi_store::{AlertRow, By, SeriesRow, SignalRow};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};

/// Worlds drawn before the same registers.
const WORLDS_OF_A_STORE: usize = 25;
/// Stores filled at the same time.
const LANES: usize = 4;

const SERVICES: [(&str, &str); 4] = [("unit-35", "35"), ("unit-22", "22"), ("unit-13", "13"), ("unit-75", "75")];
const PLACES: [&str; 5] = ["35", "R53", "13", "75", "FR"];
const ROLES: [Role; 5] =
    [Role::Analyst, Role::DutyOfficer, Role::Validator, Role::PreventionOfficer, Role::Coordinator];

/// The ways by which something leaves the web face. A channel that is added has to be read below, or this does not
/// compile; a route that belongs to none fails the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Channel {
    Page,
    Download,
    Asset,
}

/// The channel of each route that is read.
fn channel(route: &str) -> Channel {
    match route {
        "/static/{name}" => Channel::Asset,
        "/alertes/{reference}/fichiers/{format}" | "/situations/{reference}/fichiers/{format}" => Channel::Download,
        "/registres/{register}/export/{format}" | "/echeances/calendrier" => Channel::Download,
        "/registres/{register}/{reference}/pieces/{id}" => Channel::Download,
        "/alertes/{reference}/pdf" | "/livraisons/{id}/pdf" | "/rapport/{year}/{file}" => Channel::Download,
        _ => Channel::Page,
    }
}

/// The registers of a lane of worlds.
struct Registers {
    models: Models,
    alerts: Vec<(String, Facts)>,
    signals: Vec<(String, Facts)>,
    series: Vec<(String, Facts)>,
    reports: Vec<(i16, Facts)>,
    records: Vec<(String, Facts, usize)>,
    n: usize,
    n_canaries: usize,
}

fn drawn(draw: &mut StdRng) -> Facts {
    let (owner, territory) = SERVICES.choose(draw).unwrap();
    let territory = if draw.random_bool(0.2) { "FR" } else { territory };
    Facts {
        owner: owner.parse().unwrap(),
        territory: territory.parse().unwrap(),
        marking: Marking { tlp: *Tlp::ALL.choose(draw).unwrap(), pap: *Pap::ALL.choose(draw).unwrap() },
        state: *State::ALL.choose(draw).unwrap(),
        author: Some(format!("author-{}", draw.random_range(0..5)).parse().unwrap()),
    }
}

/// A word that stands nowhere else.
fn canary(n: usize) -> String {
    format!("canari{n:06}z")
}

/// Those that stand in a text.
fn seen(text: &str) -> impl Iterator<Item = &str> {
    let length = canary(0).len();
    text.match_indices("canari").filter_map(move |(at, _)| text.get(at..at + length))
}

/// Ten of them, for one text.
fn canaries(n: usize) -> String {
    (0..10).map(|k| format!("{}{k} ", canary(n))).collect()
}

impl Registers {
    /// Adds one thing of some kind, with canaries in each of its texts, of which `allowed` holds; says how many.
    async fn add(&mut self, client: &Client, draw: &mut StdRng, allowed: &(dyn Fn(Kind, &Facts, &str) -> bool + Sync)) {
        let store = &client.app.store;
        for _ in 0..200 {
            let facts = drawn(draw);
            let kind =
                *[Kind::Alert, Kind::Signal, Kind::Series, Kind::AnnualReport, Kind::Record].choose(draw).unwrap();
            let n = self.n + 1;
            let (reference, signal, series) =
                (format!("FLASH-2026-{}", 1000 + n), format!("SIG-twin-{n}"), format!("SER-twin-{n}"));
            let year = i16::try_from(1100 + self.reports.len()).unwrap();
            let id = match kind {
                Kind::Alert => reference.clone(),
                Kind::Signal => signal.clone(),
                Kind::Series => series.clone(),
                Kind::Record => format!("NEED-2026-{n:04}"),
                _ => year.to_string(),
            };
            if !allowed(kind, &facts, &id) {
                continue;
            }
            self.n = n;
            self.n_canaries += 10;
            match kind {
                Kind::Alert => {
                    let model = AlertRow {
                        signal: Some(format!("SIG-{}", canary(n)).parse().unwrap()),
                        title_fr: canaries(n),
                        title_en: canaries(n),
                        phenomenon: Some(canary(n)),
                        ..self.models.alert.clone()
                    };
                    made::alert(store, &model, &reference, &facts).await;
                    self.alerts.push((reference, facts));
                }
                Kind::Signal => {
                    let model = SignalRow {
                        state: "known".into(),
                        reason: Some(canaries(n)),
                        decided_by: Some(canary(n)),
                        decided_at: Some(now()),
                        method: canary(n),
                        phenomenon: Some(canary(n)),
                        ..self.models.signal.clone()
                    };
                    made::signal(store, &model, &signal, &facts).await;
                    self.signals.push((signal, facts));
                }
                Kind::Series => {
                    self.series.push((series, facts));
                    let model = SeriesRow { phenomenon: Some(canaries(n)), ..self.models.series.clone() };
                    made::series(store, &model, &self.series).await;
                }
                Kind::Record => {
                    let reference = made::record(store, &canaries(n), &facts).await;
                    self.records.push((reference, facts, n));
                }
                _ => {
                    made::report(store, year, &facts).await;
                    let folder = client.app.data.join("reports").join(year.to_string());
                    std::fs::create_dir_all(&folder).unwrap();
                    std::fs::write(folder.join("report.pdf"), canaries(n)).unwrap();
                    self.reports.push((year, facts));
                }
            }
            return;
        }
    }
}

/// Everything that leaves by a reading, for whoever is behind the browser.
async fn everything(client: &mut Client, registers: &Registers, token: &str) -> BTreeMap<String, Vec<u8>> {
    let mut paths: Vec<String> = Vec::new();
    for route in beffroi_web::routes().into_iter().filter(|route| route.method == axum::http::Method::GET) {
        match channel(route.path) {
            Channel::Asset => continue,
            Channel::Page | Channel::Download => {}
        }
        let path = route
            .path
            .replace("{format}", "json")
            .replace("{file}", "report.pdf")
            .replace("{list}", "attack")
            .replace("{register}", "need")
            .replace("{code}", "T1656");
        let path = path.replace("{tlp}", "amber");
        let observatory = [
            "/indicateurs",
            "/nomenclatures",
            "/comparer",
            "/rapprochements",
            "/sources",
            "/livraisons",
            "/api/v1/openapi.json",
            "/api/v1/indicators",
            "/api/v1/codes",
            "/api/v1/sources",
            "/api/v1/snapshots",
            "/api/v1/deliveries",
        ];
        let figures = observatory.iter().any(|prefix| path.starts_with(prefix));
        // Figures have a world of their own, and the pages of oversight a test of their own.
        if figures
            || ["/compte", "/personnes", "/consultations", "/journal", "/conservation"]
                .iter()
                .any(|p| path.starts_with(p))
        {
            continue;
        }
        let of_record = ["/registres/", "/api/v1/records/"].iter().any(|prefix| path.starts_with(prefix));
        let ids: Vec<String> = match path.as_str() {
            p if of_record && p.contains("{reference}") => {
                registers.records.iter().rev().take(4).map(|(id, ..)| id.clone()).collect()
            }
            p if p.contains("{reference}") => registers.alerts.iter().rev().take(6).map(|(id, _)| id.clone()).collect(),
            p if p.starts_with("/signaux/") => {
                registers.signals.iter().rev().take(4).map(|(id, _)| id.clone()).collect()
            }
            p if p.starts_with("/series/") => registers.series.iter().rev().take(4).map(|(id, _)| id.clone()).collect(),
            p if p.contains("{year}") => {
                registers.reports.iter().rev().take(4).map(|(year, _)| year.to_string()).collect()
            }
            _ => vec![String::new()],
        };
        for id in ids {
            paths.push(path.replace("{reference}", &id).replace("{id}", &id).replace("{year}", &id));
        }
    }
    let mut all = BTreeMap::new();
    for path in paths {
        client.headers.clear();
        if path.starts_with("/api/") {
            client.headers.push(("authorization", format!("Bearer {token}")));
        }
        let answer = client.get(&path).await;
        all.insert(path, plain(&answer));
    }
    all
}

/// The answer without what is drawn anew for each: the key of the forms, the reference of a problem, and the length that
/// both leave alone.
fn plain(answer: &Answer) -> Vec<u8> {
    let mut text = format!("{}\n", answer.status);
    for (name, value) in &answer.headers {
        if name != "set-cookie" {
            text.push_str(&format!("{name}: {}\n", value.to_str().unwrap_or("?")));
        }
    }
    let mut body = String::from_utf8_lossy(&answer.bytes).into_owned();
    while body.contains("name=\"cle\" value=\"") {
        let key = between(&body, "name=\"cle\" value=\"", "\"").to_owned();
        body = body.replace(&format!("name=\"cle\" value=\"{key}\""), "name=\"cle\"");
    }
    if body.contains("<code>") && answer.status.is_client_error() {
        let reference = between(&body, "<code>", "<").to_owned();
        body = body.replace(&reference, "");
    }
    for name in ["reference", "instance"] {
        let mark = format!("\"{name}\":\"");
        if answer.status.is_client_error() && body.contains(&mark) {
            let drawn = between(&body, &mark, "\"").to_owned();
            body = body.replace(&drawn, "");
        }
    }
    text.push_str(&body);
    text.into_bytes()
}

async fn lane(seed: u64, n_worlds: usize) -> usize {
    let mut draw = StdRng::seed_from_u64(seed);
    let mut n_canaries = 0;
    let mut done = 0;
    while done < n_worlds {
        let mut client = Client::stranger().await;
        let by = || By::new("cli", now());
        for (id, _) in SERVICES {
            let service = Service {
                id: id.parse().unwrap(),
                level: ServiceLevel::Departmental,
                parent: Some("command".parse().unwrap()),
            };
            client.app.store.service_put(service, &by()).await.unwrap();
        }
        let models = Models::of(&client.app.store).await;
        let mut registers = Registers {
            models,
            alerts: Vec::new(),
            signals: Vec::new(),
            series: Vec::new(),
            reports: Vec::new(),
            records: Vec::new(),
            n: 0,
            n_canaries: 0,
        };
        for _ in 0..16 {
            registers.add(&client, &mut draw, &|_, _, _| true).await;
        }
        for n in 0..WORLDS_OF_A_STORE.min(n_worlds - done) {
            done += 1;
            let subject = somebody(&client, &mut draw, n).await;
            client.become_of(subject.person().as_str()).await;
            let hidden = |kind: Kind, facts: &Facts, id: &str| {
                !may(&subject, Act::Read, &facts.of(kind, id), TODAY).is_allowed()
            };
            // Their own addresses are asked before they exist, too: absent and forbidden look the same.
            let token = widest_token(&client, subject.person().as_str()).await;
            let before = everything(&mut client, &registers, &token).await;
            let seen_before = registers.n_canaries;
            for _ in 0..10 {
                registers.add(&client, &mut draw, &hidden).await;
            }
            n_canaries += registers.n_canaries - seen_before;
            let after = everything(&mut client, &registers, &token).await;
            for (path, bytes) in &before {
                if let Some(other) = after.get(path) {
                    assert!(bytes == other, "seed {seed}, world {done}: {path} tells whether hidden things exist");
                }
            }
            let kept = texts(&registers, &hidden);
            for (path, bytes) in &after {
                let text = String::from_utf8_lossy(bytes);
                let gone = seen(&text).find(|canary| kept.contains(*canary));
                assert!(gone.is_none(), "seed {seed}, world {done}: {path} gives {gone:?} away");
                if path.starts_with("/alertes/")
                    && text.starts_with("404")
                    && !path.ends_with("/pdf")
                    && !path.contains("/flux/")
                {
                    let reference = path.split('/').nth(2).unwrap();
                    let absent = plain(&client.get(&path.replace(reference, "FLASH-2026-9999")).await);
                    let own = text.replace(reference, "FLASH-2026-9999");
                    assert!(own.as_bytes() == absent, "{path}: forbidden and absent can be told apart");
                }
            }
        }
    }
    n_canaries
}

/// What may not come out: the identifiers and canaries of the last things that this person may not read.
fn texts(registers: &Registers, hidden: &(dyn Fn(Kind, &Facts, &str) -> bool + Sync)) -> BTreeSet<String> {
    let mut kept = BTreeSet::new();
    for (kind, list) in
        [(Kind::Alert, &registers.alerts), (Kind::Signal, &registers.signals), (Kind::Series, &registers.series)]
    {
        for (id, facts) in list.iter().rev().take(60) {
            if hidden(kind, facts, id) {
                let n = id.rsplit('-').next().unwrap().parse::<usize>().unwrap();
                kept.insert(canary(if kind == Kind::Alert { n - 1000 } else { n }));
            }
        }
    }
    for (id, facts, n) in registers.records.iter().rev().take(60) {
        if hidden(Kind::Record, facts, id) {
            kept.insert(canary(*n));
        }
    }
    kept
}

/// A new person with one role, in one service, place and clearance.
async fn somebody(client: &Client, draw: &mut StdRng, n: usize) -> Subject {
    let login = format!("twin-{n}");
    let store = &client.app.store;
    store.account_create(&login, "Personne d’essai", None, false, &By::new("cli", now())).await.unwrap();
    let (service, _) = SERVICES.choose(draw).unwrap();
    let place = PLACES.choose(draw).unwrap();
    let mut given =
        narrowed(assignment(*ROLES.choose(draw).unwrap(), World::Coordination), service.parse().unwrap(), place);
    given.clearance = Marking { tlp: *Tlp::ALL.choose(draw).unwrap(), pap: *Pap::ALL.choose(draw).unwrap() };
    give(store, &login, given).await;
    let mut client_of = client.app.store.rights(&login.parse().unwrap(), now()).await.unwrap().subject;
    client_of = client_of.with_glass([], now());
    client_of
}

fn n_worlds() -> usize {
    std::env::var("BEFFROI_WORLDS").ok().and_then(|n| n.parse().ok()).unwrap_or(1000)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_reader_receives_does_not_depend_on_what_is_hidden() {
    let lanes: Vec<_> =
        (0..LANES).map(|n| tokio::spawn(lane(20_261_122 + n as u64, n_worlds().div_ceil(LANES)))).collect();
    let mut n_canaries = 0;
    for lane in lanes {
        n_canaries += lane.await.unwrap();
    }
    println!("{} worlds, {n_canaries} canaries, none outside its audience", n_worlds());
    assert!(n_canaries >= n_worlds() * 90, "{n_canaries} canaries only");
    assert!("FLASH-2026-1001".parse::<AlertRef>().is_ok());
}
