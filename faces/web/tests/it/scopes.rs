//! The web face names no reading of a register that is not confined: by a scope, by the rights of who asks, or by whoever
//! it is about. Which readings are not is told by the sources of the store and of the desks, so that a new one counts from
//! its first day; what the web face may name all the same stands in [`ALLOWED`], each with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Readings without a scope that pages are let to name, and why.
const ALLOWED: &[(&str, &str)] = &[
    ("account_of", "the door: the account of whom the provider has just named"),
    ("account_verify", "the door: the account of who has just typed its password"),
    ("calendar_of", "the calendar of the one who asks: when its address was made and last used"),
    ("calendar_owner", "the door: whose calendar stands at the address that the program holds"),
    ("ceremony_keep", "the door: the half of a sign-in that this server holds"),
    ("ceremony_take", "the door: the half of a sign-in that this browser gives back"),
    ("code_list_switches", "code lists are public: when which version was put in use"),
    ("code_list_versions", "code lists are public: the versions that are kept"),
    ("digest_address", "where the one who asks has letters sent"),
    ("digest_wish", "which letters the one who asks wishes"),
    (
        "draft",
        "made from a signal read through a scope, or of counts that are protected; whose right to make it the route asked",
    ),
    ("in_use", "code lists are public: the versions in use"),
    ("jobs", "what the server does by itself: when, and why it failed; nothing of what it worked on"),
    ("linked", "whoever holds a link that was signed here: to whom it was given, and nothing of what the flash says"),
    ("looked_at", "when the one who asks last looked"),
    ("notices", "what was told to the one who asks"),
    ("notices_unread", "how much of it is unread"),
    ("own", "the consultations of the one who asks"),
    ("passkey_owner", "the door: whose passkey has just answered"),
    ("passkeys_of", "the passkeys of the one who asks"),
    ("preview", "the draft that was read through a scope, as it would become"),
    ("purpose_stated", "what the one who asks has stated"),
    ("rights", "the rights of the one who asks, from which every scope is made"),
    ("scores", "counts over the made-up signals of an exercise, for who directs it: the route asked"),
    ("series_run", "speaks of every report: asked for only when the scope has no bounds"),
    ("session_close", "the session whose token the browser holds"),
    ("session_fetch", "the session whose token the browser holds"),
    ("session_list", "the sessions of the one who asks"),
    ("session_open", "the door: a session for who has just been let in"),
    ("session_open_by_passkey", "the door: a session for whose passkey has just answered"),
    ("token_owner", "the door: whose token the machine holds"),
    ("tokens_of", "the tokens of the one who asks"),
    ("unread_of", "what waits to be read on behalf of the one who asks, of a flash read through a scope"),
    ("views", "the lists that the one who asks has saved"),
];

/// What confines a function: one of these among its arguments. `Seen` is a register with its scope.
const CONFINED: [&str; 4] = ["Scope", "Seen", "Subject", "&By"];

/// A reading that nothing confines, and how it is named: after a value of the store, or after a part of its path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reading {
    name: String,
    /// The parts of the path of a desk's function; none for a function of the store.
    path: BTreeSet<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every source below a folder, by its path inside, without its tests.
fn sources(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
                all.insert(path.strip_prefix(folder).unwrap().to_owned(), text);
            }
        }
    }
    all
}

/// The functions of a source that read and that nothing confines: public, waited for, with `holder` among their arguments.
fn unconfined(text: &str, holder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, mark) in text.match_indices("pub async fn ") {
        let rest = &text[at + mark.len()..];
        let signature = rest.split('{').next().unwrap();
        let (arguments, _) = signature.rsplit_once("->").unwrap_or((signature, ""));
        let name = rest.split(['(', '<']).next().unwrap().trim().to_owned();
        if arguments.contains(holder) && !CONFINED.iter().any(|kind| arguments.contains(kind)) {
            found.push(name);
        }
    }
    found
}

/// Every such function of the store and of the desks.
fn readings() -> BTreeSet<Reading> {
    let mut all = BTreeSet::new();
    for text in sources(&root().join("engines/store/src")).values() {
        all.extend(unconfined(text, "&self").into_iter().map(|name| Reading { name, path: BTreeSet::new() }));
    }
    for desk in fs::read_dir(root().join("desks")).unwrap() {
        let desk = desk.unwrap();
        let name = desk.file_name().into_string().unwrap();
        for (file, text) in sources(&desk.path().join("src")) {
            let inside = file.with_extension("");
            let mut path: BTreeSet<String> =
                inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
            path.extend([name.clone(), format!("beffroi_desk_{name}")]);
            all.extend(unconfined(&text, "&Store").into_iter().map(|name| Reading { name, path: path.clone() }));
        }
    }
    all
}

/// The path that ends just before `at`, and what stands between it and `at`.
fn before(text: &str, at: usize) -> (&str, &str) {
    let head = text[..at].trim_end();
    let (head, link) = match head.strip_suffix("::") {
        Some(head) => (head, "::"),
        None => (head.strip_suffix('.').unwrap_or(head), if head.ends_with('.') { "." } else { "" }),
    };
    let path = head.trim_end().rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').next();
    (path.unwrap_or_default(), link)
}

/// The statements that bring something in from the store or a desk, from the name of that crate on.
fn brought(code: &str) -> Vec<&str> {
    let parts = code.split(';').filter_map(|part| part.rsplit_once("use beffroi_").map(|(_, rest)| rest));
    parts.filter(|rest| rest.starts_with("store") || rest.starts_with("desk_")).collect()
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').collect()
}

/// What a source of the web face names of these readings, and names by which they could be hidden.
fn named(text: &str, readings: &BTreeSet<Reading>) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let brought = brought(&code);
    let of_desks: BTreeSet<&str> =
        brought.iter().filter(|from| from.starts_with("desk_")).flat_map(|from| words(from)).collect();
    let mut found = Vec::new();
    for Reading { name, path } in readings {
        for (at, _) in code.match_indices(name.as_str()) {
            let end = at + name.len();
            let whole = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            if !whole(code[..at].chars().next_back()) || !whole(code[end..].chars().next()) {
                continue;
            }
            let called = code[end..].trim_start().starts_with(['(', ':']);
            let (before, link) = before(&code, at);
            let (first, last) = (before.split("::").next().unwrap(), before.rsplit("::").next().unwrap());
            // A page may be called as a desk is: what counts is what the name was brought in from.
            let of_desk = first.starts_with("beffroi_desk_") || of_desks.contains(first);
            let is_named = match link {
                "." => path.is_empty() && called,
                "::" if path.is_empty() => last == "Store",
                "::" => of_desk && path.contains(last),
                _ => false,
            };
            if is_named {
                found.push(name.clone());
            }
        }
    }
    for statement in brought {
        let words = words(statement);
        if words.contains("as") || statement.contains('*') {
            found.push(format!("use beffroi_{} (another name hides what is read)", statement.trim()));
        }
        for Reading { name, path } in readings.iter().filter(|reading| !reading.path.is_empty()) {
            let is_leaf = statement.ends_with(&format!("::{name}"))
                || [",", "}"].iter().any(|end| statement.contains(&format!("{name}{end}")));
            if is_leaf && words.contains(name.as_str()) && path.iter().any(|part| words.contains(part.as_str())) {
                found.push(name.clone());
            }
        }
    }
    found
}

#[test]
fn the_web_face_names_no_reading_without_a_scope() {
    let readings = readings();
    for known in ["alert_list", "alert_fetch", "signal_fetch", "series_list", "account_list", "journal_search"] {
        assert!(readings.iter().any(|reading| reading.name == known), "the survey does not see {known}");
    }
    for known in ["list", "show"] {
        assert!(
            readings.iter().any(|r| r.name == known && r.path.contains("alerts")),
            "the survey does not see {known}"
        );
    }
    let confined = ["alert_visible", "alert_get", "signal_visible", "series_get", "report_visible", "visible", "get"];
    assert!(!readings.iter().any(|reading| confined.contains(&reading.name.as_str())), "{readings:#?}");
    let mut used = BTreeSet::new();
    let mut faults = Vec::new();
    for (file, text) in sources(&root().join("faces/web/src")) {
        for name in named(&text, &readings) {
            match ALLOWED.iter().find(|(allowed, _)| *allowed == name) {
                Some((allowed, _)) => drop(used.insert(*allowed)),
                None => faults.push(format!("{}: {name}", file.display())),
            }
        }
    }
    assert!(
        faults.is_empty(),
        "these pages name readings that nothing confines; ask for what the reader may see (`…_visible`, `…_get`, \
         `visible`, `get`), or give the name a line in ALLOWED with its reason: {faults:#?}"
    );
    let idle: Vec<_> = ALLOWED.iter().filter(|(name, _)| !used.contains(name)).collect();
    assert!(idle.is_empty(), "nothing names these any more: {idle:?}");
}

/// The twin: each way of naming such a reading is found, and what is confined is not.
#[test]
fn each_way_of_naming_one_is_found() {
    let readings = readings();
    for (found, text) in [
        ("alert_list", "let all = house.store.alert_list().await?;"),
        ("alert_fetch", "let row = app\n    .store\n    .alert_fetch(&reference)\n    .await?;"),
        ("series_fetch", "let read = Store::series_fetch;"),
        ("journal_search", "house.store.journal_search::<>(&query, 10)"),
        ("object", "if store.object(kind, &id).await?.is_some() {}"),
        ("list", "use beffroi_desk_threat::alerts::{self, Alert}; fn f() { alerts::list(&house.store) }"),
        ("list", "beffroi_desk_series::list(&house.store, 50, 0)"),
        ("show", "beffroi_desk_threat::signals::show (&house.store, &id)"),
        ("show", "use beffroi_desk_threat::signals::{Signal, show};\n"),
        ("show", "use beffroi_desk_threat::signals::show;\n"),
    ] {
        assert_eq!(named(text, &readings).last().map(String::as_str), Some(found), "{text}");
    }
    for hidden in
        ["use beffroi_desk_threat::alerts as a;", "use beffroi_store::Store as S;", "use beffroi_desk_series::*;"]
    {
        assert!(named(hidden, &readings)[0].contains("hides"), "{hidden}");
    }
    for fine in [
        "let all = house.store.alert_visible(&scope).await?;",
        "alerts::get(&house.store, &scope, &reference).await?",
        "let list = people::list(&house.store, subject, on).await?; pages::list(x); self.list(x)",
        "// house.store.alert_list()",
        "let alert_list = 1; my_alert_list(); alert_list_of(); row.object;",
        "use beffroi_desk_threat::alerts::{self, Alert};",
        "use crate::pages::{alerts, signals}; fn f() { get(signals::show) }",
    ] {
        assert_eq!(named(fine, &readings), Vec::<String>::new(), "{fine}");
    }
    // A function that a later hand adds, with and without what confines it.
    let added = "pub async fn alert_newest(&self) -> Result<Scope> {}\n\
                 pub async fn alert_seen(&self, scope: &Scope) -> Result<()> {}\n\
                 pub async fn alert_put(&self, row: Row, by: &By) -> Result<()> {}\nasync fn inner(&self) {}";
    assert_eq!(unconfined(added, "&self"), ["alert_newest"]);
}
