//! No body of an answer leaves before its entry is on the disk: the real server under the crash lab. Each answer of
//! status 2xx or 303 is a promise; the power is cut at hundreds of moments; the folder is opened again, and every write
//! that was answered and every consultation that was shown must have its entry. Two twins, whose store answers before
//! its commit is synced, must lose.
//!
//! The program is this very test executable, started again with [`FOLDER`] set: it serves a store by
//! [`beffroi_web::serve`] and sends requests to itself over loopback, from several browsers at once. A header of each
//! request names what it asks for; requests without that header promise nothing.

use super::client::Client;
use super::made::{self, Facts, Models};
use super::people::{TODAY, assignment};
use super::sample::now;
use super::socket::{parse, say};
use beffroi_crashlab::{Acknowledgements, Durability, Figures, Plan, Recorder, Recording, available};
use beffroi_journal::Act;
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_ports::Keys;
use beffroi_ports::doubles::{InProcess, KeysInMemory, MemoryFacts, NullTypesetter};
use beffroi_rights::{FileRef, Role, ServiceId, State, WorkingDay, World};
use beffroi_store::{By, JournalQuery, Store, WriteKey};
use beffroi_web::App;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};

const FOLDER: &str = "BEFFROI_HTTP_CRASH_FOLDER";
const UNSYNCED: &str = "BEFFROI_HTTP_CRASH_UNSYNCED";
const ONLY: &str = "BEFFROI_HTTP_CRASH_ONLY";
const FIRST: &str = "BEFFROI_HTTP_CRASH_FIRST";
/// The header that names a promise.
const HEADER: &str = "x-crash-key";
/// Crash points of the test run, unless `BEFFROI_CRASH_POINTS` asks for more.
const POINTS: usize = 400;
const SEED: u64 = 20_261_123;
/// Browsers that ask at once.
const BROWSERS: usize = 4;

fn n_points() -> usize {
    std::env::var("BEFFROI_CRASH_POINTS").ok().and_then(|text| text.parse().ok()).unwrap_or(POINTS)
}

/// Series and signals that each of them opens and decides: enough that many points find a promise of their own.
fn files() -> usize {
    (n_points() / 25).clamp(16, 64)
}

fn login(browser: usize) -> String {
    format!("browser-{browser}")
}

fn series(browser: usize, n: usize) -> String {
    format!("SER-cut-{browser}-{n}")
}

fn signal(browser: usize, n: usize) -> String {
    format!("SIG-cut-{browser}-{n}")
}

/// The same keys in each process: what is drawn first is drawn alike.
fn keys() -> Arc<dyn Keys> {
    let keys = KeysInMemory::new(20_261_123);
    keys.log_key().unwrap();
    keys.month_key("2026-01".parse().unwrap(), true).unwrap();
    Arc::new(keys)
}

fn database(folder: &Path) -> PathBuf {
    folder.join("store.sqlite")
}

/// Persons, series and signals, before the power may be cut.
async fn prepare(folder: &Path) {
    let models = Models::of(&Client::stranger().await.app.store).await;
    let store = Store::open_file(&database(folder), keys()).await.unwrap();
    let by = || By::new("cli", now());
    let facts = Facts {
        owner: ServiceId::house(),
        territory: "FR".parse().unwrap(),
        marking: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        state: State::Submitted,
        author: None,
    };
    let (mut rights, mut all) = (Vec::new(), Vec::new());
    for browser in 0..BROWSERS {
        store.account_create(&login(browser), "Personne d’essai", None, false, &by()).await.unwrap();
        let person = login(browser).parse().unwrap();
        rights.push((person, assignment(Role::Analyst, World::Coordination)));
        for n in 0..files() {
            all.push((series(browser, n), facts.clone()));
            made::signal(&store, &models.signal, &signal(browser, n), &facts).await;
        }
    }
    store.grant_first(rights, &by()).await.unwrap();
    made::series(&store, &models.series, &all).await;
}

/// Not a test when it is started as the program; nothing at all otherwise.
#[test]
fn as_a_server() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    match std::env::var_os(FIRST) {
        Some(_) => runtime.block_on(prepare(Path::new(&folder))),
        None => runtime.block_on(program(Path::new(&folder), std::env::var_os(UNSYNCED).is_some())),
    }
    std::process::exit(0);
}

async fn program(folder: &Path, unsynced: bool) {
    let path = database(folder);
    let store = match unsynced {
        true => Store::open_file_without_sync(&path, keys()).await.unwrap(),
        false => Store::open_file(&path, keys()).await.unwrap(),
    };
    let app = App {
        facts: Arc::new(MemoryFacts::holding(Vec::new(), Vec::new())),
        store,
        registry: Arc::new(super::registers::registry()),
        sandbox: Arc::new(InProcess { parser: beffroi_desk_registers::PARSER.1 }),
        typesetter: Arc::new(NullTypesetter),
        data: folder.to_owned(),
        settings: Arc::default(),
        diffusion: Arc::default(),
        grounds: Arc::new(beffroi_retention::Grounds::house().unwrap()),
        identity: None,
        passkeys: None,
        clock: now,
        demo_login: None,
        version: "0.0-test",
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(beffroi_web::serve(app.clone(), listener, None, std::future::pending()));
    let only = std::env::var(ONLY).unwrap_or_default();
    let browsers: Vec<_> = (0..BROWSERS)
        .map(|n| {
            let (store, address, only) = (app.store.clone(), address.clone(), only.clone());
            tokio::spawn(async move { Browser::open(&store, n, address, only).await.work().await })
        })
        .collect();
    for browser in browsers {
        browser.await.unwrap();
    }
    server.abort();
}

/// A person at work, with a session and the token of its forms.
struct Browser {
    n: usize,
    address: String,
    cookie: String,
    form_token: String,
    /// Only what is named so promises; everything when it is empty.
    only: String,
}

impl Browser {
    async fn open(store: &Store, n: usize, address: String, only: String) -> Self {
        let account = store.account_fetch(&login(n)).await.unwrap().unwrap();
        let token = store.session_open(&account, "password", now()).await.unwrap();
        let session = store.session_fetch(&token, now()).await.unwrap().unwrap();
        let cookie = format!("beffroi-session={}", token.expose());
        Self { n, address, cookie, form_token: session.csrf_token, only }
    }

    /// For each file: asks without a purpose, says why, reads; then decides a signal.
    async fn work(&self) {
        let who = login(self.n);
        for n in 0..files() {
            let (series, signal) = (series(self.n, n), signal(self.n, n));
            let (file, sign) = (format!("/series/{series}"), format!("/signaux/{signal}"));
            self.ask("GET", &file, &format!("consult:{who}:{series}"), "", 403).await;
            let why = [("motif", "rapprochement pour l’enquête en cours"), ("reference", "PV 2026/12")];
            self.ask("POST", &file, &format!("purpose:{who}:{series}"), &self.form(&why), 303).await;
            self.ask("GET", &file, &format!("consult:{who}:{series}"), "", 200).await;
            let decided = [("decision", "known"), ("reason", "déjà vu en 2024")];
            self.ask("POST", &sign, &format!("decide:{who}:{signal}"), &self.form(&decided), 303).await;
        }
    }

    fn form(&self, fields: &[(&str, &str)]) -> String {
        let key = WriteKey::draw().to_string();
        let own = [("jeton", self.form_token.as_str()), ("cle", key.as_str())];
        let pair = |(name, value): &(&str, &str)| {
            let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            format!("{name}={value}")
        };
        own.iter().chain(fields).map(pair).collect::<Vec<_>>().join("&")
    }

    async fn ask(&self, method: &str, path: &str, key: &str, body: &str, status: u16) {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nsec-fetch-site: same-origin\r\nconnection: close\r\n",
            self.address, self.cookie
        );
        if key.starts_with(&self.only) {
            head.push_str(&format!("{HEADER}: {key}\r\n"));
        }
        if !body.is_empty() {
            let length = body.len();
            head.push_str(&format!("content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n"));
        }
        let stream = TcpStream::connect(&self.address).await.unwrap();
        let answer = parse(&say(stream, format!("{head}\r\n{body}").as_bytes()).await);
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        if status == 200 {
            assert!(answer.text().contains("</html>"), "the whole page was shown");
        }
    }
}

/// This very executable as the program.
fn command(folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "power_cut::as_a_server", "--nocapture", "--test-threads=1"]).env(FOLDER, folder);
    command
}

fn record(folder: &Path, unsynced: bool, only: &str) -> Recording {
    let mut command = command(folder);
    command.env(ONLY, only);
    if unsynced {
        command.env(UNSYNCED, "1");
    }
    let acknowledgements = Acknowledgements::Answers { header: HEADER.to_owned() };
    let recording = Recorder { acknowledgements, ..Recorder::new(folder) }.record(&command).unwrap();
    assert_eq!(recording.status, Some(0), "{}\n{}", recording.stdout, recording.stderr);
    recording
}

/// The names of what is in the store of a folder: consultations and decisions as the journal tells them, purposes as
/// their register does. An error says why the folder is not sound.
fn found(folder: &Path) -> Result<Vec<String>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let store =
            Store::open_file(&database(folder), keys()).await.map_err(|error| format!("cannot open: {error}"))?;
        let told =
            store.journal_search(&JournalQuery::default(), 1_000_000).await.map_err(|error| error.to_string())?;
        let mut names = Vec::new();
        let mut decided = BTreeSet::new();
        for entry in told.into_iter().filter_map(|entry| entry.entry) {
            let (who, id) = (&entry.who, &entry.object.id);
            match (entry.act, entry.object.kind.as_str()) {
                (Act::Consult, "series") if entry.purpose.is_none() => return Err(format!("{id} without its purpose")),
                (Act::Consult, "series") => names.push(format!("consult:{who}:{id}")),
                (Act::Decide, "signal") => {
                    decided.insert(id.clone());
                    names.push(format!("decide:{who}:{id}"));
                }
                _ => {}
            }
        }
        for browser in 0..BROWSERS {
            for n in 0..files() {
                let (who, id) = (login(browser), series(browser, n));
                let file = FileRef::Object(id.parse().map_err(|_| "a series")?);
                let person = who.parse().map_err(|_| "a person")?;
                let stated = store.purpose_stated(&person, &file, WorkingDay::of(TODAY)).await;
                if stated.map_err(|error| error.to_string())?.is_some() {
                    names.push(format!("purpose:{who}:{id}"));
                }
            }
        }
        for row in store.signal_list().await.map_err(|error| error.to_string())? {
            if (row.state != "open") != decided.contains(row.id.as_str()) {
                return Err(format!("half done: the register and the journal tell two things of {}", row.id));
            }
        }
        Ok(names)
    })
}

fn cut(recording: &Recording, n_points: usize, durability: Durability) -> Figures {
    recording.check(&Plan { n_points, seed: SEED, durability, lanes: 2 }, found).unwrap()
}

/// A prepared folder; nothing when programs cannot be traced here, said in one line.
fn prepared() -> Option<tempfile::TempDir> {
    if let Err(reason) = available() {
        println!("skipped: {reason}");
        return None;
    }
    let place = tempfile::tempdir().unwrap();
    // In a process of its own: once it has ended, no connection is left that would still change the files.
    let output = command(place.path()).env(FIRST, "1").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(place)
}

#[test]
fn no_answer_leaves_before_its_entry_is_durable() {
    let n_points = n_points();
    for durability in [Durability::WithFile, Durability::FolderOnly] {
        let Some(place) = prepared() else { return };
        let recording = record(place.path(), false, "");
        let promised = recording.acknowledged().unwrap();
        for kind in ["consult:", "purpose:", "decide:"] {
            let n = promised.iter().filter(|key| key.starts_with(kind)).count();
            assert_eq!(n, BROWSERS * files(), "{kind}");
        }
        let figures = cut(&recording, n_points / 2, durability);
        println!("power cut of the web face, {durability:?}: {figures:?}");
        assert_eq!(figures.n_points, n_points / 2);
        assert_eq!(figures.n_wrong(), 0, "{figures:#?}");
        assert!(figures.n_images > figures.n_points / 4, "the points look at the same folder again and again");
    }
}

/// The twins: a store that answers before the sync loses writes, and consultations that were shown.
#[test]
fn a_server_that_answers_before_the_sync_loses_and_is_seen() {
    for only in ["", "consult:", "decide:", "purpose:"] {
        let Some(place) = prepared() else { return };
        let recording = record(place.path(), true, only);
        let figures = cut(&recording, 60, Durability::WithFile);
        println!("power cut of the web face, unsynced, promising {only:?}: {figures:?}");
        assert!(figures.n_losing > figures.n_points / 4, "{only:?}: {figures:#?}");
        assert!(figures.faults.iter().any(|fault| fault.contains(&format!("`{only}"))), "{figures:#?}");
    }
}
