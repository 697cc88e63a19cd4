//! Jobs of the desk: prevention.

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

/// The cell of a table: of the row that begins so, at that column.
fn cell(sheet: &Value, row: &str, column: usize) -> String {
    let rows = rows(sheet);
    let found = rows.iter().find(|cells| cells[0].contains(row)).unwrap_or_else(|| panic!("no row {row}: {rows:?}"));
    found[column].clone()
}

/// The key figures of a sheet: label and value.
fn figures(sheet: &Value) -> Vec<(String, String)> {
    let blocks = sheet["blocks"].as_array().unwrap();
    let all = blocks.iter().filter_map(|block| block["KeyFigures"].as_array()).flatten();
    all.map(|key| (key["label"].as_str().unwrap().to_owned(), key["value"].as_str().unwrap().to_owned())).collect()
}

/// Plan campaigns and actions: each line of the plan answers a measured risk or gap, for an audience, with partners, on a day.
///
/// Where: /registres/prevention_plan, beffroi record add prevention_plan; the calendar: beffroi record sheet prevention_plan calendar
/// Done well: a line cannot be planned without the figure that it answers and where it is read; its action then waits to be logged, and closes the line.
/// Must not: double booking with partners – the same audience on the same day is refused with the reference of the line that books it, a partner without its agreement is refused, and the calendar warns of partners booked twice over several days.
#[test]
fn j7_1_plan_campaigns_and_actions() {
    let house = House::new();
    let chief = house.hand("coordination");
    let (starts, agreed) = (day(40), day(-10));
    let plan = chief.add_example(
        "prevention_plan",
        &[("starts", &starts), ("measure", "Il faut sensibiliser"), ("partner_agreed", "")],
    );
    // What is planned answers a measure, and a measure has a figure.
    let said = chief.go_refused(&plan, "plan", &[]);
    assert!(said.contains("measured risk or gap") && said.contains("write the figure"), "{said}");
    chief.set(&plan, &[("measure", "18 complaints of small companies in 2025, 9 in 2024")]);
    let said = chief.go_refused(&plan, "plan", &[]);
    assert!(said.contains("not booked without having agreed") && said.contains("give the day"), "{said}");
    chief.set(&plan, &[("partner_agreed", &agreed)]);
    chief.go(&plan, "plan", &[]);

    // Another service books the same audience on that day, with another partner.
    let other = house.hand("voisin");
    let same = [("title", "Petit-déjeuner cyber"), ("starts", starts.as_str()), ("partner", "chamber_of_commerce")];
    let said = other.example_refused("prevention_plan", &same);
    assert!(said.contains(&plan) && said.contains("already"), "{said}");
    // The same partner over several days, for another audience: added, and told in the calendar.
    let (before, after) = (day(38), day(44));
    let week = other.add_example(
        "prevention_plan",
        &[("title", "Semaine des écoles"), ("audience", "school"), ("starts", &before), ("ends", &after)],
    );
    let said = other.set_refused(&week, &[("ends", &day(30))]);
    assert!(said.contains("before the first"), "{said}");
    let year = starts[..4].to_owned();
    let calendar = chief.sheet("prevention_plan", "calendar", &[("year", &year)]);
    let text = calendar.to_string();
    assert!(text.contains("Booked twice") && text.contains("same partner") && text.contains(&week), "{text}");
    assert!(rows(&calendar).iter().any(|row| row[0] == plan), "{text}");

    // The action of the plan waits to be logged; the line is closed by it.
    let waiting = chief.list("prevention_action");
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    let action = chief.show(waiting[0]["reference"].as_str().unwrap());
    assert_eq!((action["values"]["plan"].as_str(), action["values"]["date"].as_str()), (Some(&*plan), Some(&*starts)));
    let said = chief.go_refused(&plan, "hold", &[("result", "Tenue")]);
    assert!(said.contains("not logged") && said.contains("how many came"), "{said}");
}

/// Log an action: when, where, for whom, with what and how many came, from a telephone in two minutes.
///
/// Where: /registres/prevention_action, beffroi record add prevention_action, then beffroi record move REFERENCE log
/// Done well: four fields are enough to begin, and six to log; a clock of seven days runs from the day of the action; the sheet « timeliness » gives the share logged in time against the target of 90 %; an action that another service has logged is refused with its reference, so that none counts twice.
/// Must not: names of participants – free text with a name is refused; nor a SIREN whose check fails, a commune of another department, an action to come.
#[test]
fn j7_2_log_an_action() {
    let house = House::new();
    let officer = house.hand("referent");
    let (held, long_ago) = (day(-1), day(-20));
    let short =
        [("date", held.as_str()), ("territory", "35"), ("entity", "Mairie, rançongiciels"), ("audience", "commune")];
    let action = officer.add("prevention_action", &short);
    let clock = officer.deadlines("30d");
    assert!(clock.iter().any(|due| due["reference"] == *action), "seven days run: {clock:?}");
    let said = officer.set_refused(&action, &[("note", "Présents : Mme Durand et M. Martin")]);
    assert!(said.to_lowercase().contains("name"), "{said}");
    let said = officer.set_refused(&action, &[("siren", "123456789")]);
    assert!(said.contains("no SIREN number") && said.contains("Read it again"), "{said}");
    let said = officer.set_refused(&action, &[("commune", "22113")]);
    assert!(said.contains("not in territory 35"), "{said}");
    officer.set(&action, &[("commune", "35238"), ("siren", "100000009")]);
    officer.go(&action, "log", &[("product", "conference"), ("reach", "42")]);
    assert!(officer.deadlines("30d").is_empty(), "the clock has stopped");

    // The other service that was there logs the same.
    let neighbour = house.hand("voisin");
    let same = [("date", held.as_str()), ("territory", "35"), ("entity", "Réunion en mairie"), ("audience", "commune")];
    let said = neighbour.add_refused("prevention_action", &same);
    assert!(said.contains(&action) && said.contains("already"), "{said}");
    let mut told = same.to_vec();
    told.push(("distinct", "yes"));
    let other = neighbour.add("prevention_action", &told);
    assert_ne!(other, action);
    let ahead = day(10);
    let coming = officer.add(
        "prevention_action",
        &[("date", &ahead), ("territory", "35"), ("entity", "Lycée"), ("audience", "school")],
    );
    let said = officer.go_refused(&coming, "log", &[("product", "cactus"), ("reach", "30")]);
    assert!(said.contains("once it was held"), "{said}");

    // Two held, one of them logged in time, the other forgotten.
    let late = officer.add(
        "prevention_action",
        &[("date", &long_ago), ("territory", "35"), ("entity", "Foire"), ("audience", "general_public")],
    );
    let mut counted = std::collections::BTreeMap::new();
    for year in [&held[..4], &long_ago[..4]].into_iter().collect::<std::collections::BTreeSet<_>>() {
        let sheet = officer.sheet("prevention_action", "timeliness", &[("year", year)]);
        let told = sheet.to_string();
        if told.contains(&late) {
            counted.insert("late", ());
        }
        if told.contains("target 90%") {
            counted.insert("target", ());
        }
    }
    assert_eq!(counted.len(), 2, "{counted:?}");
}

const SCORES: [&str; 9] = [
    "score_awareness",
    "score_knowledge",
    "score_access",
    "score_workstations",
    "score_network",
    "score_administration",
    "score_mobility",
    "score_updates",
    "score_reaction",
];

/// A diagnosis of that entity, its synthesis handed over on that day.
fn delivered(hand: Hand<'_>, siren: &str, other: &[(&str, &str)], on: &str) -> String {
    let mut values = vec![("siren", siren), ("date", on)];
    values.extend(other);
    let diagnosis = hand.add_example("diagnosis", &values);
    hand.go(&diagnosis, "deliver", &[("delivered_on", on)]);
    diagnosis
}

/// Carry out and follow a diagnosis: nine themes scored with the entity’s consent, a synthesis handed over, and six months later what was applied.
///
/// Where: /registres/diagnosis, beffroi record add diagnosis; the synthesis and the aggregates are sheets
/// Done well: a clock of six months runs from the synthesis; what was applied is measured then, among what was recommended; what was handed over is kept and no longer changes.
/// Must not: publish an entity’s weakness – records are TLP:AMBER, the aggregates name no entity, tell no group of fewer than three nor what would give it away, and no year that still runs.
#[test]
fn j7_3_carry_out_and_follow_a_diagnosis() {
    let house = House::new();
    let officer = house.hand("referent");
    let last_year = today().year() - 1;
    let on = format!("{last_year}-02-10");

    // Nothing is scored without consent; the number of the entity is one.
    let said = officer.example_refused("diagnosis", &[("consent", "no")]);
    assert!(said.contains("without the consent of the entity") && said.contains("ask for it"), "{said}");
    let said = officer.example_refused("diagnosis", &[("siren", "200000009")]);
    assert!(said.contains("SIREN"), "{said}");
    let diagnosis = officer.add_example("diagnosis", &[("date", &on), ("score_reaction", "")]);
    let said = officer.go_refused(&diagnosis, "deliver", &[("delivered_on", &on)]);
    assert!(said.contains("Monitoring and reaction"), "nine themes: {said}");
    officer.set(&diagnosis, &[("score_reaction", "20")]);
    let synthesis = officer.sheet(&diagnosis, "synthesis", &[]);
    assert_eq!(rows(&synthesis).len(), SCORES.len());
    assert!(synthesis.to_string().contains("For the entity alone"));
    let shown = officer.go(&diagnosis, "deliver", &[("delivered_on", &on)]);
    assert_eq!(shown["marking"]["tlp"], "AMBER", "{shown}");
    let said = officer.set_refused(&diagnosis, &[("score_access", "90")]);
    assert!(said.contains("Authentication and access"), "what was handed over stands as it was: {said}");
    let clock = officer.deadlines("30d");
    assert!(clock.iter().any(|due| due["reference"] == *diagnosis), "six months have passed: {clock:?}");

    // The effect is measured six months later, among what was recommended.
    let recall = |on: &str, outcome: &'static str, applied: &'static str| {
        [("recalled_on", on.to_owned()), ("outcome", outcome.to_owned()), ("applied", applied.to_owned())]
    };
    let pairs = |all: &'_ [(&'static str, String); 3]| all.clone();
    let try_it = |all: [(&'static str, String); 3]| {
        let all = pairs(&all);
        let values: Vec<(&str, &str)> =
            all.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (*name, value.as_str())).collect();
        officer.go_refused(&diagnosis, "recall", &values)
    };
    let said = try_it(recall(&format!("{last_year}-03-10"), "applied", "theme_access"));
    assert!(said.contains("after six months") && said.contains(&format!("{last_year}-07-10")), "{said}");
    let then = format!("{last_year}-08-12");
    for (outcome, applied) in [("applied", ""), ("applied", "theme_network"), ("none_applied", "theme_access")] {
        let said = try_it(recall(&then, outcome, applied));
        assert!(said.contains("was recommended, and is named"), "{outcome} {applied}: {said}");
    }
    officer.go(&diagnosis, "recall", &[("recalled_on", &then), ("outcome", "applied"), ("applied", "theme_access")]);
    assert!(officer.deadlines("30d").is_empty(), "the clock has stopped");

    // Aggregates: three communes and one more are told, two hospitals are not.
    for siren in ["300000007", "400000006", "500000005"] {
        delivered(officer, siren, &[("entity", "Commune voisine")], &on);
    }
    for siren in ["600000004", "700000003"] {
        let hospital = [("entity", "Hôpital à taire"), ("audience", "hospital"), ("score_access", "5")];
        delivered(officer, siren, &hospital, &on);
    }
    for siren in ["800000002", "900000001", "110000007"] {
        delivered(officer, siren, &[("entity", "Entreprise"), ("audience", "company")], &on);
    }
    let year = last_year.to_string();
    let aggregates = officer.sheet("diagnosis", "aggregates", &[("year", &year)]);
    assert!(cell(&aggregates, "Hospital", 1) == "s" && cell(&aggregates, "Hospital", 4) == "s", "{aggregates}");
    let told = rows(&aggregates).iter().filter(|row| row[1] != "s").count();
    assert!(told >= 1, "larger groups are told: {aggregates}");
    // One hidden row beside all others and the total would be found by subtraction.
    assert!(rows(&aggregates).iter().filter(|row| row[1] == "s").count() >= 2, "{aggregates}");
    for silent in ["Hôpital à taire", "600000004", "Commune voisine"] {
        assert!(!aggregates.to_string().contains(silent), "{silent}");
    }
    let running = today().year().to_string();
    let said = officer.sheet_refused("diagnosis", "aggregates", &[("year", &running)]);
    assert!(said.contains("year still runs") && said.contains("a year that is over"), "{said}");
}

/// Report coverage and effect: by department and by size, persons reached, entities assessed and entities that improved.
///
/// Where: the sheet « coverage » of /registres/prevention_action, beffroi record sheet prevention_action coverage year=… quarter=…
/// Done well: the three numbers stand in columns of their own and are never added; coverage is over the number of entities that exist, with its source; a warning says that complaints do not measure the effect.
/// Must not: count the same audience through two services – persons of one entity are counted once whoever reached them, and an entity assessed twice is one.
#[test]
fn j7_4_report_coverage_and_effect() {
    let house = House::new();
    let (officer, neighbour) = (house.hand("referent"), house.hand("voisin"));
    let last_year = today().year() - 1;
    let on = |day: &str| format!("{last_year}-{day}");
    officer.add_example("entity_population", &[("existing", "200")]);
    // Two services speak to the same company, on two days.
    for (hand, day, reach) in [(officer, "02-03", "30"), (neighbour, "05-11", "50")] {
        let date = on(day);
        let values = [
            ("date", date.as_str()),
            ("territory", "35"),
            ("entity", "Entreprise"),
            ("audience", "company"),
            ("siren", "110000007"),
        ];
        let action = hand.add("prevention_action", &values);
        hand.go(&action, "log", &[("product", "conference"), ("reach", reach)]);
    }
    // Four communes assessed, one of them twice; three applied something.
    for (siren, day) in [
        ("200000008", "01-10"),
        ("300000007", "01-11"),
        ("400000006", "01-12"),
        ("500000005", "01-13"),
        ("200000008", "01-20"),
    ] {
        let diagnosis = delivered(officer, siren, &[("entity", "Commune")], &on(day));
        if siren != "500000005" {
            let recall =
                [("recalled_on", on("07-20")), ("outcome", "applied".into()), ("applied", "theme_access".into())];
            let recall: Vec<(&str, &str)> = recall.iter().map(|(n, v): &(&str, String)| (*n, v.as_str())).collect();
            officer.go(&diagnosis, "recall", &recall);
        }
    }
    let year = last_year.to_string();
    let sheet = officer.sheet("prevention_action", "coverage", &[("year", &year)]);
    let keys = figures(&sheet);
    let expected = [("Persons reached", "50"), ("Entities assessed", "4"), ("Entities that improved", "3")];
    for (label, value) in expected {
        assert!(keys.contains(&(label.to_owned(), value.to_owned())), "{label}: {keys:?}");
    }
    let row: Vec<String> = (1..7).map(|column| cell(&sheet, "(35)", column)).collect();
    assert_eq!(
        row,
        ["50", "200", "4", "2.0%", "3", "3"],
        "reached, existing, assessed, coverage, seen again, improved"
    );
    assert_eq!(cell(&sheet, "20 to 249", 2), "4", "by size");
    let text = sheet.to_string();
    assert!(text.contains("30 persons reported twice"), "{text}");
    assert!(text.contains("Reach is no effect") && text.contains("complaints does not measure it"), "{text}");
    assert!(text.contains("<svg"), "the map");
    // A quarter holds what happened in it.
    let quarter = officer.sheet("prevention_action", "coverage", &[("year", &year), ("quarter", "1")]);
    assert!(figures(&quarter).contains(&("Persons reached".to_owned(), "30".to_owned())), "{:?}", figures(&quarter));
    let said = officer.sheet_refused("prevention_action", "coverage", &[("year", "20")]);
    assert!(said.contains("2000"), "{said}");
}
