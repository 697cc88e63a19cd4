//! Jobs of the desk: research.

use super::hand::{Hand, House, rows};
use jiff::civil::Date;
use serde_json::Value;

fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap()).date()
}

/// The day so many days from today.
fn day(days: i64) -> String {
    today().saturating_add(jiff::Span::new().days(days)).to_string()
}

/// From so many days from today to so many.
fn days(from: i64, to: i64) -> String {
    format!("{}/{}", day(from), day(to))
}

/// The row of a table that begins so.
fn row(sheet: &Value, start: &str) -> Vec<String> {
    let rows = rows(sheet);
    rows.iter().find(|row| row[0] == start).unwrap_or_else(|| panic!("no row `{start}`: {rows:?}")).clone()
}

/// The key figures of a sheet: label and value.
fn figures(sheet: &Value) -> Vec<(String, String)> {
    let blocks = sheet["blocks"].as_array().unwrap();
    let all = blocks.iter().filter_map(|block| block["KeyFigures"].as_array()).flatten();
    all.map(|key| (key["label"].as_str().unwrap().to_owned(), key["value"].as_str().unwrap().to_owned())).collect()
}

/// Run the research portfolio: from the proposal to the transfer or the stop.
///
/// Where: /registres/research_project (sheet of the portfolio); beffroi record add research_project, beffroi record sheet research_project portfolio
/// Done well: no project runs without an operational sponsor, each is reviewed every quarter against its readiness level, and a review that says to stop opens a task and lets nothing else be said until the stop is decided.
/// Must not: a project whose ethics and data were not examined is refused, and so is one that touches the field of the services of CSI L. 811-3 without their consultation.
#[test]
fn j8_1_run_the_research_portfolio() {
    let house = House::new();
    let (officer, head) = (house.hand("recherche"), house.hand("direction"));
    let (period, milestone) = (days(-300, 300), day(60));
    let around = [("period", period.as_str()), ("milestone", milestone.as_str())];
    let add = |other: &[(&str, &str)]| {
        let mut fields = around.to_vec();
        fields.extend(other);
        officer.add_example("research_project", &fields)
    };

    // Ethics and data first.
    let unseen = add(&[("ethics", "")]);
    let said = officer.go_refused(&unseen, "propose", &[]);
    assert!(said.contains("Ethics and data were not examined") && said.contains("Write who did"), "{said}");
    let persons = add(&[("data", "judicial")]);
    let said = officer.go_refused(&persons, "propose", &[]);
    assert!(said.contains("study of impact"), "{said}");
    officer.set(&persons, &[("impact_study", "AIPD-2026-07")]);
    officer.go(&persons, "propose", &[]);
    // The field of the intelligence services.
    let field = add(&[("intelligence", "yes")]);
    let said = officer.go_refused(&field, "propose", &[]);
    assert!(said.contains("intelligence services") && said.contains("consult them first"), "{said}");
    officer.set(&field, &[("consulted", &day(-5)), ("consultation", "Aucune objection.")]);
    officer.go(&field, "propose", &[]);

    let said = officer.example_refused("research_project", &[("trl_start", "5"), ("trl_target", "4")]);
    assert!(said.contains("lower than that of the start") && said.contains("correct one"), "{said}");

    // Somebody waits for it, or it is not selected; who proposes does not select.
    let begun = day(-30);
    let chosen = [("trl", "3"), ("reviewed", begun.as_str())];
    let nobody = add(&[("sponsor", "")]);
    officer.go(&nobody, "propose", &[]);
    let said = head.go_refused(&nobody, "select", &chosen);
    assert!(said.contains("No operational service waits") && said.contains("name its sponsor"), "{said}");
    let project = add(&[]);
    officer.go(&project, "propose", &[]);
    officer.go_refused(&project, "select", &chosen);
    head.go(&project, "select", &chosen);
    assert!(head.deadlines("70d").iter().any(|due| due["reference"] == project.as_str()));

    // A review that says to stop is answered.
    let now = day(0);
    let review = |outlook: &'static str| {
        [("trl", "4"), ("reviewed", now.as_str()), ("outlook", outlook), ("decision", "Le jalon n’est pas tenu.")]
    };
    let mut early = review("continue");
    let tomorrow = day(1);
    early[1].1 = &tomorrow;
    let said = officer.go_refused(&project, "review", &early);
    assert!(said.contains("today at the latest") && said.contains("enter its day"), "{said}");
    officer.go(&project, "review", &review("stop"));
    assert_eq!(officer.tasks(Some(&project))[0]["rule"], "stop");
    let sheet = officer.sheet("research_project", "portfolio", &[]);
    let told = row(&sheet, &project);
    assert_eq!((told[2].as_str(), told[7].as_str()), ("3 → 4 → 7", "stop to be decided"));
    assert!(figures(&sheet).contains(&("stops to be decided".to_owned(), "1".to_owned())), "{sheet}");
    let said = officer.go_refused(&project, "review", &review("continue"));
    assert!(said.contains("decide first") && said.contains("keep it with a reason"), "{said}");
    officer.go_because(&project, "keep", &[("outlook", "continue")], "Le jalon est reporté d’un mois.");
    officer.go(&project, "review", &review("stop"));
    officer.go_because(&project, "stop", &[("balance", "Deux jalons manqués ; le corpus est gardé.")], "Sans suite.");
    let told = row(&officer.sheet("research_project", "portfolio", &[]), &project);
    assert_eq!((told[2].as_str(), told[4].as_str()), ("Stopped", "Deux jalons manqués ; le corpus est gardé."));

    // One that has ended does not go on by itself; one that is ready is taken over.
    let ended = add(&[("period", &days(-300, -1)), ("trl_target", "4")]);
    officer.go(&ended, "propose", &[]);
    let said = head.go_refused(&ended, "select", &chosen);
    assert!(said.contains("ended on") && said.contains("prolong its period"), "{said}");
    head.go(&persons, "select", &chosen);
    officer.go(&persons, "review", &review("transfer"));
    officer.go(&persons, "transfer", &[("taken_by", "command"), ("balance", "En service à l’observatoire.")]);
    assert_eq!(officer.show(&persons)["state"], "transferred");
}

/// Run partnerships: from the look for conflicts of interests to the yearly assessment and the end.
///
/// Where: /registres/convention (sheet of expiry); beffroi record add convention, beffroi record sheet convention expiry
/// Done well: a convention that has expired is used for nothing – no data, no project – its end is announced ninety days ahead, its worth is assessed each year, and it is renewed only when that worth is not low.
/// Must not: no data are shared before a legal basis, nor under a convention that does not foresee it; nothing is signed with a conflict of interests that was not looked for.
#[test]
fn j8_2_run_partnerships() {
    let house = House::new();
    let (officer, head) = (house.hand("partenariats"), house.hand("direction"));
    let signed = day(-360);
    let sign = [("assessed", signed.as_str())];
    let add = |other: &[(&str, &str)]| {
        let period = days(-360, 60);
        let mut fields = vec![("period", period.as_str())];
        fields.extend(other);
        officer.add_example("convention", &fields)
    };

    // Interests are looked at before signing.
    let convention = add(&[("shares_data", "yes"), ("conflict", "")]);
    let said = head.go_refused(&convention, "sign", &sign);
    assert!(said.contains("were not looked for") && said.contains("before signing"), "{said}");
    officer.set(&convention, &[("conflict", "unresolved")]);
    head.go_refused(&convention, "sign", &sign);
    officer.set(&convention, &[("conflict", "handled"), ("conflict_measures", "Le titulaire se déporte.")]);
    // No data without a legal basis, at signing as at sharing.
    let said = head.go_refused(&convention, "sign", &sign);
    assert!(said.contains("No legal basis") && said.contains("before signing or sharing"), "{said}");
    officer.go_refused(&convention, "share", &[("shared", "Comptages")]);
    officer.set(&convention, &[("legal_basis", "Loi 78-17, art. 31 ; arrêté du 3 février 2026")]);
    officer.go_refused(&convention, "sign", &sign);
    head.go(&convention, "sign", &sign);
    officer.go(&convention, "share", &[("shared", "Comptages mensuels, sans personne")]);
    // One that foresees no data shares none.
    let without = add(&[]);
    head.go(&without, "sign", &sign);
    let said = officer.go_refused(&without, "share", &[("shared", "Comptages"), ("legal_basis", "Loi 78-17, art. 31")]);
    assert!(said.contains("foresees no sharing") && said.contains("negotiate"), "{said}");

    // Its worth is assessed within the year, its end announced.
    let due = officer.deadlines("10d");
    assert!(due.iter().any(|due| due["reference"] == convention.as_str() && due["clock"] == "assessment"), "{due:?}");
    let next = days(61, 400);
    let said = head.go_refused(&convention, "renew", &[("period", &next)]);
    assert!(said.contains("assess it first"), "{said}");
    let assess = |worth: &'static str| [("assessed", signed.as_str()), ("worth", worth), ("balance", "Deux études.")];
    let tomorrow = day(1);
    let mut early = assess("low");
    early[0].1 = &tomorrow;
    let said = officer.go_refused(&convention, "assess", &early);
    assert!(said.contains("today at the latest"), "{said}");
    officer.go(&convention, "assess", &assess("low"));
    let said = head.go_refused(&convention, "renew", &[("period", &next)]);
    assert!(said.contains("is not low"), "{said}");
    let told = row(&officer.sheet("convention", "expiry", &[]), &convention);
    assert_eq!((told[4].as_str(), told[6].as_str()), ("ends in 60 days", "Low"));
    officer.go(&convention, "assess", &assess("high"));
    head.go(&convention, "renew", &[("period", &next)]);
    officer.go(&convention, "end", &[("balance", "Objet atteint.")]);

    // An expired one is not used, by a project either.
    let old = days(-800, -10);
    let expired = add(&[("shares_data", "yes"), ("legal_basis", "Loi 78-17, art. 31"), ("period", &old)]);
    let said = head.go_refused(&expired, "sign", &sign);
    assert!(said.contains("expired on") && said.contains("Renew it"), "{said}");
    let (period, milestone) = (days(-10, 300), day(60));
    let project = officer.add_example(
        "research_project",
        &[("convention", &convention), ("period", &period), ("milestone", &milestone)],
    );
    officer.go(&project, "propose", &[]);
    let said = head.go_refused(&project, "select", &[("trl", "3"), ("reviewed", &day(0))]);
    assert!(said.contains(&convention) && said.contains("not in force") && said.contains("renewed"), "{said}");
}

/// A forecast that was told, with its probability.
fn told(hand: Hand<'_>, title: &str, probability: &str) -> String {
    let horizon = day(40);
    let fields = [("title", title), ("probability", probability), ("horizon", horizon.as_str())];
    let forecast = hand.add_example("forecast", &fields);
    hand.go(&forecast, "tell", &[]);
    forecast
}

/// Write a foresight note: weak signals, scenarios with a probability on the scale, what past forecasts were worth.
///
/// Where: /registres/foresight_note, /registres/forecast (sheet of scores); beffroi record add forecast, beffroi record sheet forecast scores
/// Done well: each scenario is a forecast with a word of the scale, its day and what to watch; a forecast that was told no longer changes; past ones are resolved and scored (Brier, with its parts) before new ones are published.
/// Must not: certainty without scale – a word of certainty in a note or a forecast is refused and named, and a probability outside the scale is not taken.
#[test]
fn j8_3_foresight_note() {
    let house = House::new();
    let (analyst, head) = (house.hand("prospective"), house.hand("direction"));

    // No certainty without scale.
    let said = analyst.example_refused("forecast", &[("statement", "Les attaques vont certainement doubler.")]);
    assert!(said.contains("certainement") && said.contains("choose a word of the scale"), "{said}");
    let said = analyst.example_refused("forecast", &[("probability", "sure")]);
    assert!(said.contains("almost_certain"), "{said}");
    let said = analyst.example_refused("foresight_note", &[("summary", "La hausse est inévitable.")]);
    assert!(said.contains("inévitable") && said.contains("take the word out"), "{said}");

    // Past forecasts: told, kept as they were, resolved.
    let late = analyst.add_example("forecast", &[("horizon", &day(-1))]);
    let said = analyst.go_refused(&late, "tell", &[]);
    assert!(said.contains("before its day") && said.contains("day to come"), "{said}");
    let past: Vec<String> = ["likely", "likely", "likely", "likely", "probably_not", "probably_not"]
        .iter()
        .enumerate()
        .map(|(n, word)| told(analyst, &format!("Prévision {n}"), word))
        .collect();
    analyst.set_refused(&past[0], &[("probability", "almost_certain")]);
    let (now, then) = (day(0), day(1));
    let resolved =
        |happened: &'static str| [("happened", happened), ("resolved", now.as_str()), ("evidence", "Constaté.")];
    let said = analyst.go_refused(&past[0], "resolve", &resolved("no"));
    assert!(said.contains("has not passed yet") && said.contains("only after it"), "{said}");
    analyst.go_refused(&past[0], "resolve", &[("happened", "yes"), ("resolved", &then), ("evidence", "Demain.")]);
    for forecast in past.iter().take(3).chain(past.last()) {
        analyst.go(forecast, "resolve", &resolved("yes"));
    }
    // Three of 0.75 and one of 0.30 that happened: (3 × 0.0625 + 0.49) / 4.
    let sheet = analyst.sheet("forecast", "scores", &[]);
    assert!(figures(&sheet).contains(&("Brier score".to_owned(), "0.169".to_owned())), "{:?}", figures(&sheet));
    assert_eq!(row(&sheet, "Likely (75%)")[2..], ["3", "100%"]);
    assert_eq!(row(&sheet, &past[3])[4], "waiting");

    // A note: two scenarios at least, told; the past looked at.
    let note = analyst.add_example("foresight_note", &[("no_past", "")]);
    let said = analyst.go_refused(&note, "submit", &[]);
    assert!(said.contains("at least two scenarios") && said.contains("tell them"), "{said}");
    let scenarios = [told(analyst, "Mutualisation", "likely"), told(analyst, "Report", "probably_not")].join("\\n");
    analyst.set(&note, &[("scenarios", &scenarios)]);
    let said = analyst.go_refused(&note, "submit", &[]);
    assert!(said.contains("scored before others are made"), "{said}");
    analyst.set(&note, &[("past", &format!("{}\\n{}", past[0], past[3]))]);
    let said = analyst.go_refused(&note, "submit", &[]);
    assert!(said.contains(&past[3]) && said.contains("resolve"), "{said}");
    analyst.set(&note, &[("past", &format!("{}\\n{}", past[0], past[5]))]);
    analyst.go(&note, "submit", &[]);
    analyst.go_refused(&note, "publish", &[]);
    head.go(&note, "publish", &[]);
    let read = head.sheet(&note, "note", &[]);
    assert_eq!(row(&read, "Mutualisation")[2], "Likely (75%)");
    assert_eq!(row(&read, "Prévision 5")[1..], ["Probably not (30%)", "happened", "0.490"]);
    let due = head.deadlines("190d");
    assert!(due.iter().any(|due| due["reference"] == note.as_str() && due["clock"] == "next"), "{due:?}");
}
