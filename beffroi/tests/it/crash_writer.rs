//! The program that the crash tests cut short, and the look at what it left: every call to the store is here.
//!
//! The program is this very test executable, started again with [`FOLDER`] set: it opens the store of a folder, makes
//! writes of every kind from several tasks at once, and says `try KEY` before each and `ack KEY` once the store has
//! answered. A key names one write; each write is one change of a register and one entry of the journal.

use beffroi_journal::Act;
use beffroi_model::{Pap, Territory, Tlp};
use beffroi_rights::{Kind, Object, World};
use beffroi_store::{AlertRow, By, JournalQuery, SignalRow, Store, StoreError};
use beffroi_vault::FileKeys;
use jiff::Timestamp;
use jiff::civil::date;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

const FOLDER: &str = "BEFFROI_CRASH_FOLDER";
const RUN: &str = "BEFFROI_CRASH_RUN";
const WRITES: &str = "BEFFROI_CRASH_WRITES";
const UNSYNCED: &str = "BEFFROI_CRASH_UNSYNCED";
/// Tasks that write at once.
const TASKS: usize = 4;

/// One start of the program.
pub(crate) struct Start<'a> {
    /// The folder of the store and its keys.
    pub(crate) folder: &'a Path,
    /// Under 8000; another for each start on one folder, so that no key comes twice.
    pub(crate) run: usize,
    /// Writes of each task.
    pub(crate) n_writes: usize,
    /// Opens the store without the sync of each commit: the twin that must lose.
    pub(crate) unsynced: bool,
}

impl Start<'_> {
    /// The command that starts it.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(std::env::current_exe().expect("the test executable has a path"));
        command.args(["--exact", "crash_writer::as_a_program", "--nocapture", "--test-threads=1"]);
        command.env(FOLDER, self.folder).env(RUN, self.run.to_string()).env(WRITES, self.n_writes.to_string());
        if self.unsynced {
            command.env(UNSYNCED, "1");
        }
        command
    }
}

/// Not a test when it is started as the program; nothing at all otherwise.
#[test]
fn as_a_program() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    // The test harness has begun a line of its own.
    say("");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let unsynced = std::env::var_os(UNSYNCED).is_some();
    let code = runtime.block_on(program(&PathBuf::from(folder), number(RUN), number(WRITES), unsynced));
    std::process::exit(code);
}

async fn program(folder: &Path, run: usize, n_writes: usize, unsynced: bool) -> i32 {
    let store = match open(folder, unsynced).await {
        Ok(store) => store,
        Err(reason) => {
            eprintln!("cannot open: {reason}");
            return 4;
        }
    };
    say("ready");
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut n_failed = 0;
                for n in 0..n_writes {
                    let deed = Deed { run, task, n };
                    say(&format!("try {}", deed.key()));
                    match deed.write(&store).await {
                        Ok(()) => say(&format!("ack {}", deed.key())),
                        Err(error) => {
                            say(&format!("err {} {error}", deed.key()));
                            n_failed += 1;
                        }
                    }
                }
                n_failed
            })
        })
        .collect();
    let mut n_failed = 0;
    for task in tasks {
        n_failed += task.await.unwrap_or(1);
    }
    // Only a program that was not stopped says so.
    say("end");
    if n_failed > 0 { 3 } else { 0 }
}

/// One line, in one call, past any buffer.
fn say(line: &str) {
    let mut stdout = std::io::stdout().lock();
    // Nobody may listen any more.
    let _ = stdout.write_all(format!("{line}\n").as_bytes());
    let _ = stdout.flush();
}

/// The store and its keys, as the program has them: key files beside the database.
async fn open(folder: &Path, unsynced: bool) -> Result<Store, String> {
    let keys = FileKeys::open(&folder.join("keys"), "crash.example/journal").map_err(|error| error.to_string())?;
    let path = folder.join("store.sqlite");
    let keys = Arc::new(keys);
    let store =
        if unsynced { Store::open_file_without_sync(&path, keys).await } else { Store::open_file(&path, keys).await };
    store.map_err(|error| error.to_string())
}

fn at() -> Timestamp {
    Timestamp::from_second(1_768_383_000).expect("14 January 2026")
}

/// One write.
struct Deed {
    run: usize,
    task: usize,
    n: usize,
}

impl Deed {
    /// Which write of its group of five.
    fn kind(&self) -> usize {
        self.n % 5
    }

    fn signal(&self) -> String {
        format!("SIG-{}-{}-{}", self.run, self.task, self.n / 5)
    }

    fn alert(&self) -> String {
        format!("FLASH-{:04}-{}{:05}", 1000 + self.run, self.task + 1, self.n / 5)
    }

    /// Its name in the journal: act, kind of object, object.
    fn key(&self) -> String {
        match self.kind() {
            0 => format!("configure:account:c{}-{}-{}", self.run, self.task, self.n),
            1 => format!("collect:signal:{}", self.signal()),
            2 => format!("decide:signal:{}", self.signal()),
            3 => format!("alter:alert:{}@1", self.alert()),
            _ => format!("alter:alert:{}@2", self.alert()),
        }
    }

    async fn write(&self, store: &Store) -> Result<(), StoreError> {
        let by = By::new("writer", at());
        match self.kind() {
            0 => {
                let login = format!("c{}-{}-{}", self.run, self.task, self.n);
                store.account_create(&login, "Synthetic", None, false, &by).await.map(|_| ())
            }
            1 => store.signals_put(vec![(signal(&self.signal()), object(&self.signal(), Kind::Signal))], &by).await,
            2 => {
                let id = self.signal().parse().expect("a signal's identifier");
                store.signal_decide(&id, "known", "synthetic", &by).await
            }
            kind => {
                let expected = (kind == 4).then_some(1);
                let (row, object) = (alert(&self.alert()), object(&self.alert(), Kind::Alert));
                store.alert_put(row, object, expected, Act::Alter, &by).await.map(|_| ())
            }
        }
    }
}

fn object(id: &str, kind: Kind) -> Object {
    let id = id.parse().expect("an object's identifier");
    let owner = "synthetic".parse().expect("a service's identifier");
    Object::new(id, kind, World::Coordination, owner, Territory::france())
}

fn signal(id: &str) -> SignalRow {
    SignalRow {
        id: id.parse().expect("a signal's identifier"),
        phenomenon: None,
        territory: "FR".into(),
        layer: "platform".into(),
        first_week: "2025-W50".into(),
        last_week: "2025-W51".into(),
        observed: 120.0,
        expected: 60.5,
        threshold: 82.25,
        strength: 1.5,
        method: "ears-c1".into(),
        snapshot: 1,
        state: "open".into(),
        reason: None,
        decided_by: None,
        decided_at: None,
        synthetic: true,
        content: serde_json::json!({"weeks": [1, 2, 3]}),
    }
}

fn alert(reference: &str) -> AlertRow {
    AlertRow {
        reference: reference.parse().expect("an alert's reference"),
        version: 0,
        state: "draft".into(),
        title_fr: "Synthétique".into(),
        title_en: "Synthetic".into(),
        phenomenon: None,
        signal: None,
        author: "writer".into(),
        validator: None,
        tlp: Tlp::Green,
        pap: Pap::Green,
        drafted_at: at(),
        issued_at: None,
        expires_on: date(2026, 1, 28),
        review_on: date(2026, 1, 21),
        synthetic: true,
        content: serde_json::json!({"facts": ["synthetic"]}),
    }
}

/// What a store holds.
pub(crate) struct Found {
    /// The keys of the writes that are there.
    pub(crate) keys: Vec<String>,
    /// How long it took until the store answered.
    pub(crate) opened_in: Duration,
}

/// Opens the store of a folder and reads everything that the program may have written. An error says why the folder is
/// not sound: it does not open, or registers and journal do not tell of the same writes, each once.
pub(crate) fn look(folder: &Path) -> Result<Found, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let start = Instant::now();
        let store = open(folder, false).await.map_err(|reason| format!("cannot open: {reason}"))?;
        let opened_in = start.elapsed();
        let registers = registers(&store).await.map_err(|error| error.to_string())?;
        let keys = journal(&store).await?;
        let told: BTreeSet<&String> = keys.iter().collect();
        if let Some(alone) = registers.iter().find(|key| !told.contains(key)) {
            return Err(format!("half done: {alone} is in a register and not in the journal"));
        }
        if let Some(alone) = keys.iter().find(|key| !registers.contains(*key)) {
            return Err(format!("half done: {alone} is in the journal and in no register"));
        }
        Ok(Found { keys, opened_in })
    })
}

async fn registers(store: &Store) -> Result<BTreeSet<String>, StoreError> {
    let mut keys = BTreeSet::new();
    keys.extend(store.account_list().await?.iter().map(|account| format!("configure:account:{}", account.login)));
    for signal in store.signal_list().await? {
        keys.insert(format!("collect:signal:{}", signal.id));
        if signal.state != "open" {
            keys.insert(format!("decide:signal:{}", signal.id));
        }
    }
    for alert in store.alert_list().await? {
        keys.extend((1..=alert.version).map(|version| format!("alter:alert:{}@{version}", alert.reference)));
    }
    Ok(keys)
}

/// One key an entry, in whatever number it is there; an entry that cannot be opened any more makes the folder unsound.
async fn journal(store: &Store) -> Result<Vec<String>, String> {
    let entries = store.journal_search(&JournalQuery::default(), 1_000_000).await.map_err(|error| error.to_string())?;
    let size = store.journal_size().await.map_err(|error| error.to_string())?;
    if size != entries.len() as u64 {
        return Err(format!("half done: the journal says {size} entries and holds {}", entries.len()));
    }
    let key = |entry: beffroi_store::JournalEntry| {
        let entry = entry.entry.ok_or("the key of an entry is gone")?;
        let act = match entry.act {
            Act::Collect => "collect",
            Act::Decide => "decide",
            Act::Configure => "configure",
            _ => "alter",
        };
        Ok(format!("{act}:{}:{}", entry.object.kind, entry.object.id))
    };
    entries.into_iter().map(key).collect()
}
