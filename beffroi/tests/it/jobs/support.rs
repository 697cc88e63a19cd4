//! Jobs of the desk: support.

use super::hand::{Hand, House};
use jiff::civil::Date;
use serde_json::Value;

fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap()).date()
}

/// The day so many days from today.
fn day(days: i64) -> String {
    today().saturating_add(jiff::Span::new().days(days)).to_string()
}

/// From one of these days to the other.
fn days(from: i64, to: i64) -> String {
    format!("{}/{}", day(from), day(to))
}

/// The rows of a table of a sheet, by its anchor.
fn table(sheet: &Value, id: &str) -> Vec<Vec<String>> {
    let tables = sheet["blocks"].as_array().unwrap().iter().map(|block| &block["Table"]);
    let found = tables.filter(|table| table["id"] == id).map(|table| table["rows"].as_array().unwrap().clone());
    let rows: Vec<Value> = found.flatten().collect();
    let cells = |row: &Value| row.as_array().unwrap().iter().map(|cell| cell.as_str().unwrap().to_owned()).collect();
    rows.iter().map(cells).collect()
}

fn figure(sheet: &Value) -> String {
    let blocks = sheet["blocks"].as_array().unwrap();
    let figures = blocks.iter().find_map(|block| block["KeyFigures"].as_array()).unwrap();
    figures[0]["value"].as_str().unwrap().to_owned()
}

/// Whether a refusal names a reference; the terminal may break a line within it.
fn names(refusal: &str, reference: &str) -> bool {
    refusal.split_whitespace().collect::<String>().contains(reference)
}

/// How many files moves kept with a record.
fn kept(hand: Hand<'_>, reference: &str) -> usize {
    hand.show(reference)["attached"].as_array().unwrap().len()
}

/// An expert of mobile extraction, habilitated until the day so many days from today.
fn expert(hand: Hand<'_>, login: &str, place: &str, opj_until: i64, other: &[(&str, &str)]) -> String {
    let (skills, opj) = (day(900), days(-900, opj_until));
    let mut own =
        vec![("person", login), ("territory", place), ("skills_until", &*skills), ("opj", &*opj), ("r226", "")];
    own.extend_from_slice(other);
    hand.add_example("expert", &own)
}

/// A request that was acknowledged, for two days from the day so many days from today.
fn acknowledged(unit: Hand<'_>, officer: Hand<'_>, start: i64) -> String {
    let start = day(start);
    let own = [("start", &*start), ("days", "2"), ("habilitations", "opj"), ("level", "confirmed")];
    let request = unit.add_example("support_request", &own);
    officer.go(&request, "acknowledge", &[("handler", "permanence")]);
    request
}

fn mission(officer: Hand<'_>, request: &str, expert: &str, days: &str) -> String {
    officer.add_example("mission", &[("request", request), ("expert", expert), ("days", days)])
}

/// Ask for operational support, day and night.
/// Where: /registres/support_request; `beffroi record add support_request FILE`; delays: `beffroi record sheet support_request delays`
/// Done well: a request has its number and its clock at once: one hour when it is urgent, with a task for the duty officer; the acknowledgement stops it, and the delays are counted by urgency.
/// Must not: support without a procedure or a magistrate is refused; letters rogatory without the magistrate too.
#[test]
fn j5_1_ask_for_support() {
    let house = House::new();
    let (unit, officer) = (house.hand("unite.ille"), house.hand("permanence"));
    let request = unit.add_example("support_request", &[]);
    assert!(request.starts_with("SUP-"), "{request}");
    let due = officer.deadlines("2h");
    assert!(due.iter().any(|due| due["reference"] == request.as_str() && due["clock"] == "acknowledge"), "{due:?}");
    let triage = officer.tasks(Some(&request));
    assert!(triage.iter().any(|task| task["rule"] == "triage" && !task["due"].is_null()), "{triage:?}");
    officer.go(&request, "acknowledge", &[("handler", "permanence")]);
    assert!(!officer.deadlines("2h").iter().any(|due| due["reference"] == request.as_str()));
    unit.add_example("support_request", &[("urgent", "no"), ("title", "Analyser un disque sans hâte")]);
    let delays = officer.sheet("support_request", "delays", &[]);
    assert_eq!(figure(&delays), "100%");
    assert_eq!(table(&delays, "delays")[0][..3], ["Urgent", "1", "0.0"].map(str::to_owned));

    let bare = unit.example_refused("support_request", &[("procedure", "")]);
    assert!(bare.contains("No support without a procedure"), "{bare}");
    let rogatory = unit.example_refused("support_request", &[("frame", "letters_rogatory")]);
    assert!(rogatory.contains("magistrate"), "{rogatory}");
    unit.add_example(
        "support_request",
        &[
            ("frame", "letters_rogatory"),
            ("procedure", ""),
            ("magistrate", "Juge d’instruction, tribunal judiciaire de Rennes"),
        ],
    );
    let urgency = unit.example_refused("support_request", &[("urgent", "")]);
    assert!(urgency.contains("fill it in"), "{urgency}");
}

/// Find who can be sent, say why this one, and give the order.
/// Where: /registres/expert, /registres/mission; `beffroi record sheet SUP-… candidates`, `beffroi record sheet MISS-… order`, `beffroi record sheet mission load`
/// Done well: candidates are ranked with points for skill, nearness and recent load, each with the fact it rests on, and those who cannot go with why; the ranking is kept with the request and the order with the mission; a refusal has its ground; load and delays are counted.
/// Must not: nobody is sent without a habilitation that is valid to the last day; nobody is sent past the first of the ranking without a ground.
#[test]
fn j5_2_match_and_project_experts() {
    let house = House::new();
    let (unit, officer) = (house.hand("unite.ille"), house.hand("permanence"));
    let near = expert(officer, "expert.proche", "35", 400, &[]);
    let far = expert(officer, "expert.loin", "06", 400, &[]);
    let ending = expert(officer, "expert.finissant", "35", 10, &[]);
    let away = expert(officer, "expert.absent", "35", 400, &[("absences", &days(5, 40))]);
    let request = acknowledged(unit, officer, 10);
    let span = days(10, 11);

    let candidates = officer.sheet(&request, "candidates", &[]);
    let ranked = table(&candidates, "candidates");
    assert_eq!(ranked.iter().map(|row| row[2].as_str()).collect::<Vec<_>>(), [near.as_str(), far.as_str()]);
    assert!(ranked[0][5].contains("0 km") && ranked[1][5].contains("km") && ranked[0][6].contains("days on mission"));
    let score = |row: &[String]| {
        row[4..7].iter().map(|cell| cell.split('/').next().unwrap().parse::<u32>().unwrap()).sum::<u32>().to_string()
    };
    assert!(ranked.iter().all(|row| row[3].replace(',', "") == score(row)), "points add up: {ranked:?}");
    let excluded = table(&candidates, "excluded");
    let why = |who: &str| excluded.iter().find(|row| row[1] == who).unwrap()[2].clone();
    assert!(why(&ending).contains("OPJ") && why(&ending).contains(&day(10)), "{excluded:?}");
    assert!(why(&away).contains("taken from"), "{excluded:?}");

    // Not without a habilitation, not when away, not past the first without a ground.
    let refused = officer.go_refused(&mission(officer, &request, &ending, &span), "order", &[]);
    assert!(refused.contains("Nobody is sent without a habilitation") && refused.contains("OPJ"), "{refused}");
    let refused = officer.go_refused(&mission(officer, &request, &away, &span), "order", &[]);
    assert!(refused.contains("taken already") || refused.contains("is away"), "{refused}");
    let second = mission(officer, &request, &far, &span);
    let refused = officer.go_refused(&second, "order", &[]);
    assert!(names(&refused, &near) && refused.contains("Say why this one"), "{refused}");
    // A refusal has its ground, and somebody else is looked for.
    let declined = mission(officer, &request, &near, &span);
    let bare = officer.go_refused(&declined, "decline", &[("declined_for", "part_in_case")]);
    assert!(bare.contains("Refusal explained"), "{bare}");
    officer.go(&declined, "decline", &[("declined_for", "part_in_case"), ("ground", "A mené la perquisition.")]);
    assert!(officer.tasks(Some(&declined)).iter().any(|task| task["rule"] == "another"));
    let barred = officer.go_refused(&mission(officer, &request, &near, &span), "order", &[]);
    assert!(barred.contains("had a part in the case"), "{barred}");

    // The next one is now the first.
    officer.go(&second, "order", &[]);
    assert_eq!(kept(officer, &second), 1, "the order is kept");
    let order = officer.sheet(&second, "order", &[]).to_string();
    assert!(order.contains("expert.loin") && order.contains(&request) && order.contains("magistrate"), "{order}");
    officer.set_refused(&second, &[("days", &days(10, 12))]);
    officer.go(&request, "engage", &[]);
    assert_eq!(kept(officer, &request), 1, "the ranking is kept");
    let twice = officer.go_refused(&mission(officer, &request, &far, &days(11, 12)), "order", &[]);
    assert!(twice.contains("taken already"), "{twice}");
    let load = table(&officer.sheet("mission", "load", &[]), "load");
    assert_eq!(load[0][..4], ["expert.loin", far.as_str(), "1", "2"].map(str::to_owned));
    let delays = table(&officer.sheet("support_request", "delays", &[]), "delays");
    assert_eq!(delays[0][4], "0.0");
}

/// Close a deployment: report, lessons, equipment back, and what could not be met becomes a need.
/// Where: /registres/mission, /registres/booking; `beffroi record sheet mission lessons`, `beffroi record sheet booking calendar`
/// Done well: a mission has thirty days to be closed, with a clock, and is closed when what was lent is back; a lesson is found again and says who drew from it; what could not be met opens a need.
/// Must not: the number of a procedure is refused in every register of means, experts, loans, missions, needs and lessons; the same equipment is not lent twice for a day.
#[test]
fn j5_3_close_a_deployment() {
    let house = House::new();
    let (unit, officer, other) = (house.hand("unite.ille"), house.hand("permanence"), house.hand("capacites"));
    let who = expert(officer, "expert.proche", "35", 400, &[]);
    let request = acknowledged(unit, officer, -3);
    let asset = unit.add_example("asset", &[]);
    other.go(&asset, "verify", &[("confirmed_on", &day(-5))]);
    let sent = mission(officer, &request, &who, &days(-3, -2));

    // Equipment: booked once for a day.
    let book = |span: &str| officer.add_example("booking", &[("asset", &asset), ("mission", &sent), ("days", span)]);
    let lent = book(&days(-3, 1));
    officer.go(&lent, "confirm", &[]);
    let again = officer.go_refused(&book(&days(1, 4)), "confirm", &[]);
    assert!(names(&again, &lent) && again.contains("Booked already"), "{again}");
    for open in officer.list("booking").iter().filter(|booking| booking["state"] == "asked") {
        officer.go_because(open["reference"].as_str().unwrap(), "cancel", &[], "Déjà pris.");
    }
    let calendar = table(&officer.sheet("booking", "calendar", &[]), "bookings");
    assert_eq!((calendar.len(), calendar[0][0].as_str()), (1, lent.as_str()));

    officer.go(&sent, "order", &[]);
    officer.go(&request, "engage", &[]);
    let due = officer.deadlines("800h");
    assert!(due.iter().any(|due| due["reference"] == sent.as_str() && due["clock"] == "close"), "{due:?}");
    let told = [("actions", "Deux extractions"), ("result", "Contenu remis à l’enquêteur"), ("hours", "6")];
    let with = |lessons| [told[0], told[1], told[2], ("lessons", lessons)];
    let named = officer.go_refused(&sent, "report", &with("Voir la procédure 00042/2026."));
    assert!(named.contains("holds nothing of a case"), "{named}");
    officer.go(&sent, "report", &with("Prévoir deux câbles de rechange."));
    let open = officer.go_refused(&request, "close", &[("outcome", "Fait"), ("lessons", "Rien d’autre")]);
    assert!(names(&open, &sent), "{open}");
    let out = officer.go_refused(&sent, "close", &[]);
    assert!(names(&out, &lent), "{out}");
    officer.go(&lent, "return", &[("returned_on", &day(0)), ("condition", "fine")]);
    officer.go(&sent, "close", &[]);
    officer.go(&request, "close", &[("outcome", "Contenu exploité à temps"), ("lessons", "Demander dès la saisie.")]);
    assert_eq!(officer.show(&request)["state"], "closed");

    // The lesson is used again.
    let next = acknowledged(unit, officer, 6);
    let later = mission(officer, &next, &who, &days(6, 7));
    officer.set(&later, &[("drawn_from", &sent)]);
    let lessons = officer.sheet("mission", "lessons", &[("capability", "mobile_extraction")]);
    assert_eq!(figure(&lessons), "100%");
    let row = &table(&lessons, "lessons")[0];
    assert_eq!((row[0].as_str(), row[4].as_str()), (sent.as_str(), later.as_str()));

    // What cannot be met becomes a need, without the case.
    let unmet = acknowledged(unit, officer, 20);
    officer.go(&unmet, "cannot_meet", &[("ground", "Aucun expert libre")]);
    let needs = officer.list("need");
    assert_eq!(needs[0]["values"]["origin"], unmet.as_str());
    assert!(!needs[0].to_string().contains("00042"), "{}", needs[0]);
    let named = "Pour le PV n° 12 de 2026";
    for (register, field) in [("asset", "note"), ("coverage", "plan"), ("need", "problem"), ("mission", "title")] {
        let refused = officer.example_refused(register, &[(field, named), ("territory", "22")]);
        assert!(refused.contains("nothing of a case"), "{register}: {refused}");
    }
    let refused = officer.example_refused("booking", &[("title", named)]);
    assert!(refused.contains("nothing of a case"), "{refused}");
    let request = unit.example_refused("support_request", &[("need", "Suite de la procédure 00042/2026")]);
    assert!(request.contains("its own field"), "{request}");
}
