//! Letters of one's day through a real mail server: killed again and again, nobody is left out, and a kill repeats one
//! letter at most, under the same Message-ID.

use crate::post::kill_after;
use crate::support::{run, succeed};
use beffroi_desk_registers::digest::{self, DigestSettings, Rhythm, Wish};
use beffroi_desk_registers::{Actor, Adding, Registry, operator};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::{Assignment, Role, ServiceId, Territories, World};
use beffroi_store::{By, Store};
use beffroi_testkit::smtp::SmtpSink;
use beffroi_vault::FileKeys;
use beffroi_wording::Lang;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const KILLS: usize = 5;
const PERSONS: usize = 24;

/// A folder of persons who each wish the letter, with one record that is new to all of them, and the sink as its mail
/// server; the letters of today are queued.
fn ready(data: &Path, sink: &SmtpSink) {
    succeed(data, &["init"]);
    let config = fs::read_to_string(data.join("beffroi.toml")).unwrap();
    let post = format!(
        "[post]\nserver = \"{}\"\nsecurity = \"loopback\"\nfrom = \"journee@beffroi.example\"\n",
        sink.address()
    );
    fs::write(data.join("beffroi.toml"), config.replace("[post]\n", &post)).unwrap();
    succeed(data, &["post", "status"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let keys = FileKeys::open(&data.join("keys"), "beffroi.local/journal").unwrap();
        let store = Store::open_file(&data.join("store.sqlite"), Arc::new(keys)).await.unwrap();
        let now = Timestamp::now();
        let today = now.in_tz("Europe/Paris").unwrap().date();
        let by = |who: &str| By::new(who, now.checked_sub(SignedDuration::from_mins(1)).unwrap());
        let logins: Vec<String> = (0..PERSONS).map(|n| format!("agent-{n}")).collect();
        let given = Assignment {
            role: Role::Coordinator,
            world: World::Coordination,
            service: ServiceId::house(),
            territories: Territories::Everywhere,
            clearance: Marking { tlp: Tlp::Red, pap: Pap::Red },
            from: today.checked_sub(1.day()).unwrap(),
            until: today.checked_add(30.days()).unwrap(),
        };
        let given = logins.iter().map(|login| (login.parse().unwrap(), given.clone())).collect();
        store.grant_first(given, &by("cli")).await.unwrap();
        let settings = DigestSettings {
            address: "http://127.0.0.1:8117".to_owned(),
            mail_ceiling: Marking { tlp: Tlp::Green, pap: Pap::Red },
            domains: Vec::new(),
        };
        for login in &logins {
            store.account_create(login, login, None, false, &by("cli")).await.unwrap();
            let address = format!("{login}@service.example");
            let wish = Wish { rhythm: Rhythm::Workdays, hour: 7, lang: Lang::Fr, address };
            digest::choose(&store, &wish, &settings, &by(login)).await.unwrap();
        }
        let registry = Registry::of(&[beffroi_desk_capabilities::REGISTERS]);
        let subject = operator("cli", today).unwrap();
        let desk = Actor { registry: &registry, store: &store, subject: &subject, by: by("cli") };
        let register = registry.get("need").unwrap();
        desk.add(register, Adding { typed: register.example_values(), synthetic: true }).await.unwrap();
        // Whatever day and hour it is: the job would look whether one is worked.
        let letters = logins.iter().enumerate().map(|(n, login)| (format!("{n:032x}"), login.clone())).collect();
        assert_eq!(store.digest_queue(today, letters, &by("digest")).await.unwrap(), PERSONS as u64);
        store.close().await;
    });
}

#[test]
fn kills_leave_nobody_without_a_letter_and_repeat_one_each_at_most() {
    let (place, sink) = (tempfile::tempdir().unwrap(), SmtpSink::start(Duration::from_millis(20)).unwrap());
    let data = place.path().join("data");
    ready(&data, &sink);
    for nth in 0..KILLS {
        let n = sink.n_taken() + 2 + nth % 2;
        kill_after(&data, &sink, n);
    }
    let pass = succeed(&data, &["post", "run", "--json"]).json();
    assert_eq!(pass["digests"]["later"], 0, "{pass}");
    let mut all: BTreeMap<String, (usize, BTreeSet<String>)> = BTreeMap::new();
    for letter in sink.taken() {
        let one = all.entry(letter.to).or_default();
        one.0 += 1;
        one.1.insert(letter.id);
    }
    assert_eq!(all.len(), PERSONS, "somebody was left out: {pass}");
    let n_repeats: usize = all.values().map(|(n, _)| n - 1).sum();
    println!("{KILLS} kills: {} letters to {PERSONS} persons, {n_repeats} repeated", sink.n_taken());
    assert!(n_repeats <= KILLS, "{n_repeats} repeats after {KILLS} kills");
    assert!(all.values().all(|(_, ids)| ids.len() == 1), "a repeat under another Message-ID");
    let text = String::from_utf8_lossy(&sink.taken()[0].bytes).into_owned();
    assert!(text.contains("multipart/alternative") && text.contains("List-Unsubscribe: "), "{text}");
    // Nothing is left to do.
    let before = sink.n_taken();
    succeed(&data, &["post", "run"]);
    assert_eq!(sink.n_taken(), before);
    // What anybody would be sent is shown, and nobody's who is not there.
    let shown = succeed(&data, &["post", "digest", "agent-1"]).stdout;
    assert!(shown.contains("[TLP:GREEN]") && shown.contains("/compte/rappels"), "{shown}");
    assert_eq!(run(&data, &["post", "digest", "nobody"]).status, 1);
}
