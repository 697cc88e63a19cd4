//! Jobs of the desk: the watch, flash alerts, situation points.

use super::hand::{Hand, House};
use crate::upkeep::{folded, tamper};
use serde_json::{Value, json};
use std::path::Path;

/// Words read in two minutes: 238 a minute, silent reading of non-fiction (Brysbaert 2019, *Journal of Memory and
/// Language* 109).
const TWO_MINUTES: usize = 476;

fn file(place: &Path, name: &str, content: &Value) -> String {
    let path = place.join(name);
    std::fs::write(&path, content.to_string()).unwrap();
    path.display().to_string()
}

/// The reference of the flash that the demonstration drafted.
fn drafted(house: &House) -> String {
    house.hand("watch").json(&["alert", "list"])[0]["reference"].as_str().unwrap().to_owned()
}

/// A command that must end well and answers in words.
fn done(hand: Hand<'_>, args: &[&str]) {
    let run = hand.run(args);
    assert_eq!(run.status, 0, "{}\n{}", args.join(" "), run.stderr);
}

/// The first signal that nobody has decided.
fn open_signal(house: &House) -> Value {
    let signals = house.hand("watch").json(&["signal", "list"]);
    signals.as_array().unwrap().iter().find(|signal| signal["state"]["state"] == "open").unwrap().clone()
}

/// Says that something is new, a variant, known or out of scope, with the reason, so that it can be checked later.
///
/// Where: `/signaux`, `beffroi signal list | show | decide`.
/// Done well: each signal says by when it is to be decided (one working day after it was found) and what it rests on
/// (observed and expected, spread, sources, nearest known phenomena, what else it may be); the decision is in the journal
/// with its author.
/// Must not: a flash from a signal that nobody decided, or that was set aside; a decision without a reason; a rumour (F6)
/// that does not say so on the flash and in each of its forms.
#[test]
fn j3_7_detect_that_a_threat_is_new() {
    let house = House::of_demo();
    let analyst = house.hand("ana");
    let signal = open_signal(&house);
    let id = signal["id"].as_str().unwrap();
    let (found, by) = (&signal["content"]["detected_at"], &signal["decide_by"]);
    let at = |value: &Value| value.as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let hours = (at(by) - at(found)).total(jiff::Unit::Hour).unwrap();
    assert!(hours > 0.0 && hours < 24.0 * 6.0, "one working day, holidays apart: {hours} hours");
    assert_eq!(signal["late"], false, "{signal}");
    let content = &signal["content"];
    assert!(content["sources"].as_array().is_some_and(|sources| !sources.is_empty()), "{content}");
    assert!(content["news"]["places"].as_u64() >= Some(3), "{content}");
    assert!(content["news"]["near"].as_array().is_some_and(|near| near.len() == 3), "{content}");

    let early = analyst.refused(&["alert", "draft", "--signal", id]);
    assert!(early.contains("decide it new or variant first"), "{early}");
    let mute = analyst.refused(&["signal", "decide", id, "new", "--reason", " "]);
    assert!(mute.contains("needs its reason"), "{mute}");
    let decided = analyst.json(&["signal", "decide", id, "known", "--reason", "same campaign as the national rise"]);
    assert_eq!((&decided["state"]["decision"], &decided["late"]), (&"known".into(), &false.into()), "{decided}");
    let aside = analyst.refused(&["alert", "draft", "--signal", id]);
    assert!(aside.contains("known"), "{aside}");
    let what = format!("signal/{id}");
    let told = analyst.run(&["--json", "audit", "list", "--what", &what, "--who", "ana"]).stdout;
    assert!(told.contains("\"decide\""), "{told}");

    // A rumour says so in all its forms.
    let flash = drafted(&house);
    let grade = file(house.path(), "grade.json", &json!({ "grade": "F6" }));
    house.hand("tester").json(&["alert", "edit", &flash, "--input", &grade]);
    for (format, words) in [("txt", "RUMOUR"), ("html", "RUMOUR"), ("stix", "rumour"), ("cap", "F6")] {
        let out = house.path().join(format!("flash.{format}")).display().to_string();
        done(analyst, &["alert", "export", &flash, "--format", format, "--out", &out]);
        assert!(std::fs::read_to_string(&out).unwrap().contains(words), "{format} does not say that it is a rumour");
    }
}

/// Takes the flash of the demonstration to its issue by three people, to a list of two.
fn issued(house: &House) {
    let flash = drafted(house);
    let list = house.path().join("recipients.csv");
    let rows = "id,name,direction,service,mail,tlp,pap,account\n\
        a,Bureau A,DGX,bureau,a@direction.example,AMBER,AMBER,lea\n\
        b,Bureau B,DGY,bureau,b@direction.example,GREEN,GREEN,\n";
    std::fs::write(&list, rows).unwrap();
    done(house.hand("ops"), &["recipient", "import", list.to_str().unwrap()]);
    let jurist = house.hand("jurist");
    jurist.json(&["alert", "agree", &flash, "--given-by", "prosecution office", "--agreement", "2026/12"]);
    house.hand("boss").json(&["alert", "validate", &flash]);
    house.hand("boss").json(&["alert", "issue", &flash]);
}

/// Tells the directions of a new threat on one page: what is new, how sure, what each should do.
///
/// Where: `/alertes`, `beffroi alert draft | edit | agree | validate | issue | export | board`.
/// Done well: written by one person and validated by another; the time from signal to issue is measured and under a day;
/// the page is read in two minutes; who has read is known; PDF, CAP, STIX and MISP come out of one draft.
/// Must not: leave wider than its markings; hold a victim’s data; hold an indicator that is on a warning list or has no
/// context; draw on an inquiry without agreement; go out on the word of its author alone.
#[test]
fn j3_8_issue_a_flash() {
    let house = House::of_demo();
    let (author, flash) = (house.hand("tester"), drafted(&house));
    let refused = |change: Value| {
        let input = file(house.path(), "change.json", &change);
        author.refused(&["alert", "edit", &flash, "--input", &input])
    };
    let wide = refused(json!({ "tlp": "CLEAR", "pap": "CLEAR" }));
    assert!(wide.contains("wider than TLP:AMBER"), "{wide}");
    let victim = refused(json!({ "note": { "fr": "Rappeler le 06 39 98 12 34", "en": "Call back" } }));
    assert!(victim.contains("victim's: take it out"), "{victim}");
    let context = json!({ "fr": "vu dans un message", "en": "seen in a message" });
    let bank = json!({ "kind": "domain-name", "value": "www.labanquepostale.fr", "context": context });
    let listed = refused(json!({ "elements": [bank] }));
    assert!(listed.contains("warning list") && listed.contains("take it out"), "{listed}");
    let secret = refused(json!({ "mention": "secret" }));
    assert!(secret.contains("nothing above Diffusion restreinte"), "{secret}");

    let inquiry = house.hand("boss").refused(&["alert", "validate", &flash]);
    assert!(inquiry.contains("record the agreement of the jurist or prosecutor"), "{inquiry}");
    let early = house.hand("boss").refused(&["alert", "issue", &flash]);
    assert!(early.contains("draft: it cannot become issued"), "{early}");
    let jurist = house.hand("jurist");
    jurist.json(&["alert", "agree", &flash, "--given-by", "prosecution office", "--agreement", "2026/12"]);
    let alone = author.refused(&["alert", "validate", &flash]);
    assert!(alone.contains("somebody else must"), "{alone}");
    issued(&house);

    let out_now = author.json(&["alert", "show", &flash]);
    assert_eq!((&out_now["state"], &out_now["validator"]), (&"issued".into(), &"boss".into()), "{out_now}");
    let hours = out_now["content"]["measures"]["signal_to_issue_hours"].as_f64().unwrap();
    assert!((0.0..24.0).contains(&hours), "{hours}");
    let out = |name: &str| house.path().join(name).display().to_string();
    for (format, name) in [("txt", "f.txt"), ("pdf", "f.pdf"), ("cap", "f.cap"), ("stix", "f.stix"), ("misp", "f.misp")]
    {
        done(author, &["alert", "export", &flash, "--format", format, "--out", &out(name)]);
        assert!(std::fs::metadata(out(name)).unwrap().len() > 500, "{format}");
    }
    let text = std::fs::read_to_string(out("f.txt")).unwrap();
    let words = text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    assert!(words <= TWO_MINUTES, "{words} words");
    assert_eq!(lopdf::Document::load(out("f.pdf")).unwrap().get_pages().len(), 1);

    // The one whose ceiling is below the marking gets nothing; whether the other has read is known.
    let board = author.json(&["alert", "board", &flash]);
    assert_eq!((&board["n"], &board["read"]), (&1.into(), &0.into()), "{board}");
    assert_eq!(board["lines"][0]["recipient"], "a");
    let year = flash.split('-').nth(1).unwrap();
    let measures = author.json(&["post", "measures", "--year", year]);
    assert_eq!(
        (&measures["n_flashes"], &measures["n_sent"], &measures["n_read_in_24_h"]),
        (&1.into(), &1.into(), &0.into())
    );
    assert!(measures["budget"].as_u64() <= Some(50), "a few dozen a year: {measures}");
}

/// Keeps a flash true until it ends: a new version when more is known, a lower marking, a closing note.
///
/// Where: `/alertes/FLASH-…`, `beffroi alert update | downgrade | close | show`.
/// Done well: each version and change stands in its log with who and why; what has expired is shown as expired everywhere
/// and goes no further.
/// Must not: a second flash on the same phenomenon; a marking lowered by its author, without reason or upwards; an end
/// without a reason.
#[test]
fn j3_9_follow_update_and_close_a_flash() {
    let house = House::of_demo();
    issued(&house);
    let flash = drafted(&house);
    let (analyst, boss) = (house.hand("tester"), house.hand("boss"));
    let signal = "SIG-2025w50-phishing-FR";
    let second = analyst.refused(&["alert", "draft", "--signal", signal]);
    assert!(second.contains(&format!("{flash} on phishing is open: update it or close it")), "{second}");

    let lower = |who: &str, tlp: &str, reason: &str| {
        let args = ["alert", "downgrade", &flash, "--tlp", tlp, "--pap", "GREEN", "--reason", reason];
        house.hand(who).run(&[&args[..], &["--originator", "service B"]].concat())
    };
    for (who, tlp, reason, words) in [
        ("tester", "GREEN", "public since yesterday", "somebody else"),
        ("boss", "GREEN", " ", "reason"),
        ("boss", "RED", "public since yesterday", "lower"),
    ] {
        let run = lower(who, tlp, reason);
        assert_eq!(run.status, 1, "{who} {tlp}");
        assert!(folded(&run.stderr).contains(words), "{words}: {}", run.stderr);
    }
    assert_eq!(lower("boss", "GREEN", "public since yesterday").status, 0);
    let updated = analyst.json(&["alert", "update", &flash, "--signal", signal]);
    assert_eq!((&updated["state"], &updated["content"]["revision"]), (&"draft".into(), &3.into()), "{updated}");
    house.hand("jurist").run(&["alert", "agree", &flash, "--given-by", "parquet", "--agreement", "2026/13"]);
    boss.json(&["alert", "validate", &flash]);
    boss.json(&["alert", "issue", &flash]);

    // Past its day it is active nowhere.
    if tamper(house.path(), "UPDATE alerts SET expires_on = '2020-01-01'") {
        let listed = analyst.run(&["alert", "list"]).stdout;
        assert!(listed.contains("expired") && !listed.contains("issued"), "{listed}");
        let out = house.path().join("old.txt").display().to_string();
        done(analyst, &["alert", "export", &flash, "--format", "txt", "--out", &out]);
        assert!(std::fs::read_to_string(&out).unwrap().contains("EXPIRED FLASH"));
    }
    let mute = boss.refused(&["alert", "close", &flash, "--reason", " "]);
    assert!(mute.contains("needs its reason"), "{mute}");
    let closed = boss.json(&["alert", "close", &flash, "--reason", "no case for three weeks"]);
    let changes = closed["content"]["changes"].as_array().unwrap();
    let last = changes.last().unwrap();
    assert_eq!((&last["who"], &last["reason"]), (&"boss".into(), &"no case for three weeks".into()), "{closed}");
    assert!(changes.iter().any(|change| change["reason"].to_string().contains("public since yesterday")), "{closed}");
}

/// Gives the state of a crisis at a frozen instant, numbered, with what changed since the point before.
///
/// Where: `/situations`, `beffroi situation draft | freeze | export`.
/// Done well: two pages; facts with the grade of their source, victims by territory, actions, unknowns and the time of the
/// next point; the second point tells what differs from the first.
/// Must not: mix rumours with facts; write over a point that was given; draft a point while the one before is not frozen.
#[test]
fn j3_13_give_a_situation_point() {
    let house = House::of_demo();
    let duty = house.hand("duty");
    let statement = |text: &str, grade: &str| json!({ "fr": text, "en": text, "grade": grade });
    let point = |statements: Vec<Value>| {
        json!({
            "statements": statements,
            "actions": [{ "fr": "Signalement aux hébergeurs.", "en": "Hosts are told." }],
            "unknowns": [{ "fr": "Le point de collecte.", "en": "Where the money goes." }],
        })
    };
    let (fact, rumour) = (statement("False shops are announced", "B2"), statement("One group is behind it", "F6"));
    let first = file(house.path(), "first.json", &point(vec![fact.clone(), rumour.clone()]));
    let draft = ["situation", "draft", "--crisis", "shops", "--input", &first];
    let named = ["--name-fr", "Fausses boutiques", "--name-en", "False shops", "--phenomenon", "fake_shop"];
    let made = duty.json(&[&draft[..], &named, &["--since", "2025-12-02"]].concat());
    assert_eq!(made["number"], 1, "{made}");
    let one = made["reference"].as_str().unwrap();
    let early = duty.refused(&draft);
    assert!(early.contains("still a draft: freeze it before the next point"), "{early}");
    duty.json(&["situation", "freeze", one]);
    let again = duty.refused(&["situation", "freeze", one]);
    assert!(again.contains("stays as it is: draft the next point"), "{again}");

    let text = |reference: &str| {
        let out = house.path().join(format!("{reference}.txt")).display().to_string();
        done(duty, &["situation", "export", reference, "--format", "txt", "--out", &out]);
        std::fs::read_to_string(&out).unwrap()
    };
    let before = text(one);
    let (facts, rest) = before.split_once("NOT VERIFIED").unwrap();
    assert!(facts.contains("B2 False shops") && !facts.contains("One group"), "{before}");
    assert!(rest.contains("F6 One group") && rest.contains("WHAT IS NOT KNOWN") && before.contains("Next point"));

    let next = file(house.path(), "next.json", &point(vec![fact, statement("Two hosts have cut them off", "A1")]));
    let made = duty.json(&["situation", "draft", "--crisis", "shops", "--input", &next]);
    let two = made["reference"].as_str().unwrap();
    let second = text(two);
    assert!(second.contains("Situation point no. 2") && second.contains("Two hosts"), "{second}");
    let point = duty.json(&["situation", "show", two]);
    assert_eq!(point["content"]["since_point"], 1, "{point}");
    assert_eq!(point["content"]["differences"].as_array().map(Vec::len), Some(2), "one came, one went: {point}");
    assert_eq!(text(one), before, "the first point is what it was");
    let pdf = house.path().join("point.pdf").display().to_string();
    done(duty, &["situation", "export", two, "--format", "pdf", "--out", &pdf]);
    assert!(lopdf::Document::load(&pdf).unwrap().get_pages().len() <= 2);
}
