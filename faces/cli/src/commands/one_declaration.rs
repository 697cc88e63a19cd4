//! A register is one declaration, at the command line too: one that is declared here and nowhere else is listed, filled,
//! moved, marked, found, exported and watched by its clocks, with no line of ours that names it.

use super::execute;
use crate::args::Cli;
use crate::output::held;
use crate::{Context, DataFolder, Diffusion, Upkeep};
use beffroi_desk_registers::Registry;
use beffroi_ports::doubles::{InProcess, KeysInMemory, MemoryFacts, NullTypesetter};
use beffroi_ports::{Backup, BackupError, BackupParts, Manifest, RestoreOptions, Restored};
use beffroi_register::{Assignee, ClockRule, DueBy, Field, Guard, Loop, Move, On, Refusal, Register, Starts, State};
use beffroi_retention::Grounds;
use beffroi_rights::Role;
use beffroi_store::Store;
use beffroi_wording::Lang;
use clap::Parser;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

static WATER: Register = Register {
    name: "water",
    prefix: "WAT",
    desk: "trial",
    basis: "Trial basis",
    fields: &[
        Field::text("title").required().listed(),
        Field::date("due"),
        Field::choice("source", &["well", "rain"]),
        Field::text("outcome").by_move(),
    ],
    states: &[State::open("open"), State::open("flowing"), State::closed("closed")],
    moves: &[
        Move::new("flow", &["open"], "flowing"),
        Move::new("close", &["flowing"], "closed").asks(&["outcome"]).with_reason(),
    ],
    guards: &[Guard {
        name: "dry",
        check: |c| if c.value("title") == "Dry well" { Err(Refusal::new().at("title")) } else { Ok(()) },
    }],
    clocks: &[ClockRule::on("due", "due")],
    loops: &[Loop {
        name: "look",
        on: On::Move("flow"),
        when: None,
        each: None,
        starts: Starts::Task { to: Assignee::Role(Role::Coordinator), due: DueBy::Field("due") },
    }],
    example: &[("title", "A well"), ("source", "well")],
    ..Register::COORDINATION
};

static WATERS: &[&Register] = &[&WATER];

#[derive(Debug)]
struct NoBackup;

impl Backup for NoBackup {
    fn backup(&self, out: &Path, _: &[String], _: &BackupParts) -> Result<Manifest, BackupError> {
        Err(BackupError::Occupied(out.display().to_string()))
    }

    fn check(&self, file: &Path, _: &Path) -> Result<Manifest, BackupError> {
        Err(BackupError::Occupied(file.display().to_string()))
    }

    fn restore(&self, file: &Path, _: &Path, _: &Path, _: &RestoreOptions) -> Result<Restored, BackupError> {
        Err(BackupError::Occupied(file.display().to_string()))
    }
}

struct Line {
    context: Context,
    folder: tempfile::TempDir,
}

impl Line {
    async fn with(registers: &'static [&'static Register]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let context = Context {
            facts: Arc::new(MemoryFacts::new()),
            store: Store::memory(Arc::new(KeysInMemory::new(3))).await.unwrap(),
            registry: Arc::new(Registry::of(&[registers])),
            sandbox: Arc::new(InProcess { parser: |_, _, _| Ok(()) }),
            typesetter: Arc::new(NullTypesetter),
            diffusion: Diffusion { settings: Default::default(), open: Box::new(|| Ok(None)) },
            upkeep: Upkeep {
                backup: Arc::new(NoBackup),
                keys: folder.path().join("keys"),
                address: Ok(String::new()),
                recipients: Vec::new(),
                keys_recipients: Vec::new(),
                witnesses: Vec::new(),
                grounds: Arc::new(Grounds::house().unwrap()),
                remove_file: |_| Ok(false),
                space: |_| None,
            },
            false_alarms_a_month: 1.0,
            folder: DataFolder::new(folder.path()),
            lang: Lang::En,
            json: false,
            quiet: true,
            who: "chief".to_owned(),
            clock: || "2026-01-14T09:30:00Z".parse().unwrap(),
            version: "0",
        };
        Self { context, folder }
    }

    /// What a command prints; or, of one that is refused, why.
    async fn run(&mut self, words: &[&str]) -> Result<String, String> {
        let cli = Cli::try_parse_from(["beffroi"].iter().chain(words)).unwrap_or_else(|error| panic!("{error}"));
        self.context.json = cli.common.json;
        if let Some(who) = cli.common.who {
            self.context.who = who;
        }
        held::begin();
        let outcome = execute(cli.command, &self.context).await;
        let printed = held::end();
        outcome.map(|()| printed).map_err(|fault| fault.to_string())
    }

    async fn json(&mut self, words: &[&str]) -> Value {
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        serde_json::from_str(&self.run(&words).await.unwrap()).unwrap()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    }
}

#[tokio::test]
async fn a_register_is_one_declaration_at_the_command_line() {
    let mut line = Line::with(WATERS).await;

    // The register itself.
    assert!(line.run(&["register", "list"]).await.unwrap().contains("Trial basis"));
    let fields = line.json(&["register", "fields", "water"]).await;
    let names = fields["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["title", "due", "source", "outcome"]);
    assert!(line.run(&["register", "fields", "water", "--markdown"]).await.unwrap().contains("`WAT-2026-0001`"));

    // Adding: previewed, refused with the guard's sentence, taken; JSON and CSV.
    let fine = line.file("one.json", r#"{"title": "A deep well", "due": "2026-01-16", "source": "well"}"#);
    let dry = line.file("dry.csv", "title\nDry well\n");
    assert!(line.run(&["record", "add", "water", &fine, "--preview"]).await.unwrap().contains('1'));
    assert!(line.run(&["record", "show", "WAT-2026-0001"]).await.is_err(), "a preview writes nothing");
    assert!(line.run(&["record", "add", "water", &dry]).await.is_err());
    let found = line.json(&["record", "add", "water", &dry, "--preview"]).await;
    assert_eq!(found["findings"][0]["field"], "title");
    assert_eq!(line.run(&["record", "add", "water", &fine]).await.unwrap(), "WAT-2026-0001\n");
    let two = line.file("two.csv", "title;source\nA barrel;rain\n");
    assert_eq!(line.run(&["record", "add", "water", &two]).await.unwrap(), "WAT-2026-0002\n");

    // Finding: one, the list with its filters, words, clocks.
    let shown = line.run(&["record", "show", "WAT-2026-0001"]).await.unwrap();
    assert!(shown.contains("A deep well") && shown.contains("flow"), "{shown}");
    let lists = |text: &str| (text.contains("WAT-2026-0001"), text.contains("WAT-2026-0002"));
    for (words, expected) in [
        (&["record", "list", "water"][..], (true, true)),
        (&["record", "list", "water", "--where", "source=well"], (true, false)),
        (&["record", "list", "water", "--state", "closed"], (false, false)),
        (&["record", "list", "water", "--limit", "1"], (false, true)),
        (&["record", "find", "deep", "wel"], (true, false)),
        (&["deadlines", "--within", "7d"], (true, false)),
        (&["deadlines", "--within", "1h"], (false, false)),
        (&["record", "export", "water", "--format", "csv"], (true, true)),
        (&["record", "export", "water", "--format", "json"], (true, true)),
        (&["record", "export", "water", "--format", "ics"], (true, false)),
    ] {
        let text = line.run(words).await.unwrap();
        assert_eq!(lists(&text), expected, "{words:?}: {text}");
    }

    // Writing, moving by name and by state, the task of its loop, what closing does to it.
    line.run(&["record", "set", "WAT-2026-0001", "title=A deeper well"]).await.unwrap();
    assert!(line.run(&["record", "set", "WAT-2026-0001", "outcome=full"]).await.is_err(), "a move's field");
    line.run(&["record", "move", "WAT-2026-0001", "flow"]).await.unwrap();
    let tasks = line.json(&["record", "tasks"]).await;
    assert_eq!((tasks[0]["reference"].as_str(), tasks[0]["rule"].as_str()), (Some("WAT-2026-0001"), Some("look")));
    let bare = line.run(&["record", "move", "WAT-2026-0001", "closed", "outcome=full"]).await;
    assert!(bare.is_err(), "the move asks why");
    let closing = ["record", "move", "WAT-2026-0001", "closed", "outcome=full", "--reason", "rain"];
    assert!(line.run(&closing).await.unwrap().contains("full"));
    assert_eq!(line.json(&["record", "tasks"]).await.as_array().unwrap().len(), 0, "it fell with its record");

    // Marking: raised by oneself, lowered by somebody else who says why.
    let raised = line.run(&["record", "mark", "WAT-2026-0001", "--tlp", "AMBER"]).await.unwrap();
    assert!(raised.contains("TLP:AMBER · PAP:GREEN"), "{raised}");
    let lower = ["record", "mark", "WAT-2026-0001", "--tlp", "GREEN", "--reason", "known by now"];
    assert!(line.run(&lower).await.is_err(), "four eyes");
    assert!(line.run(&[&lower[..5], &["--as", "second"]].concat()).await.is_err(), "a reason");
    assert!(line.run(&[&lower[..], &["--as", "second"]].concat()).await.unwrap().contains("TLP:GREEN"));

    // What was done, said, attached.
    line.run(&["record", "comment", "WAT-2026-0001", "well done"]).await.unwrap();
    let note = line.file("note.txt", "words");
    line.run(&["record", "attach", "WAT-2026-0002", &note]).await.unwrap();
    let history = line.json(&["record", "history", "WAT-2026-0001"]).await;
    let what = history.as_array().unwrap().iter().map(|version| version["what"].as_str().unwrap());
    assert_eq!(what.collect::<Vec<_>>(), ["mark", "mark", "close", "flow", "set", "add"]);
}

/// The twin: the same words for a register that nobody declared, and its records when the declaration is gone.
#[tokio::test]
async fn what_nobody_declared_is_not_there() {
    let mut line = Line::with(&[]).await;
    assert!(!line.run(&["register", "list"]).await.unwrap().contains("Trial basis"));
    let file = line.file("one.json", r#"{"title": "A deep well"}"#);
    for words in [
        &["register", "fields", "water"][..],
        &["record", "add", "water", &file],
        &["record", "list", "water"],
        &["record", "show", "WAT-2026-0001"],
        &["record", "move", "WAT-2026-0001", "flow"],
        &["record", "mark", "WAT-2026-0001", "--pap", "RED"],
        &["record", "export", "water", "--format", "csv"],
    ] {
        assert!(line.run(words).await.is_err(), "{words:?}");
    }
    assert!(!line.run(&["deadlines", "--within", "7d"]).await.unwrap().contains("WAT-"));
}
