//! Jobs of the desk: capabilities.

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

/// The rows of a table of a sheet, by its anchor.
fn table(sheet: &Value, id: &str) -> Vec<Vec<String>> {
    let tables = sheet["blocks"].as_array().unwrap().iter().map(|block| &block["Table"]);
    let found = tables.filter(|table| table["id"] == id).map(|table| table["rows"].as_array().unwrap().clone());
    let rows: Vec<Value> = found.flatten().collect();
    let cells = |row: &Value| row.as_array().unwrap().iter().map(|cell| cell.as_str().unwrap().to_owned()).collect();
    rows.iter().map(cells).collect()
}

/// The key figures of a sheet, in their order.
fn figures(sheet: &Value) -> Vec<String> {
    let blocks = sheet["blocks"].as_array().unwrap();
    let figures = blocks.iter().filter_map(|block| block["KeyFigures"].as_array()).flatten();
    figures.map(|figure| figure["value"].as_str().unwrap().to_owned()).collect()
}

/// Whether a refusal names a reference; the terminal may break a line within it.
fn names(refusal: &str, reference: &str) -> bool {
    refusal.split_whitespace().collect::<String>().contains(reference)
}

/// How many files moves kept with a record.
fn kept(hand: Hand<'_>, reference: &str) -> usize {
    hand.show(reference)["attached"].as_array().unwrap().len()
}

/// Means that were declared by one and verified by another.
fn verified(unit: Hand<'_>, other: Hand<'_>, fields: &[(&str, &str)], confirmed: &str) -> String {
    let asset = unit.add_example("asset", fields);
    other.go(&asset, "verify", &[("confirmed_on", confirmed)]);
    asset
}

/// A need that was handed in and validated by another.
fn validated(unit: Hand<'_>, chief: Hand<'_>, fields: &[(&str, &str)], judged: &[(&str, &str)]) -> String {
    let need = unit.add_example("need", fields);
    unit.go(&need, "submit", &[]);
    chief.go(&need, "validate", judged);
    need
}

/// A purchase that a retained need opened, filled in but for what differs.
fn drafted(manager: Hand<'_>, need: &str, fields: &[(&str, &str)]) -> String {
    manager.go(need, "retain", &[("answer", "Retenu au portefeuille : le manque touche plusieurs départements.")]);
    let opened = manager.list("purchase").into_iter().find(|purchase| purchase["values"]["need"] == need);
    let purchase = opened.unwrap()["reference"].as_str().unwrap().to_owned();
    let mut own = manager.example("purchase", fields);
    own.retain(|(name, _)| name != "need");
    let own: Vec<(&str, &str)> = own.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let lines: Vec<(&str, String)> = own.iter().map(|(name, value)| (*name, value.replace('\n', "\\n"))).collect();
    let lines: Vec<(&str, &str)> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
    manager.set(&purchase, &lines);
    purchase
}

/// Map who can do what where, and what is missing.
/// Where: /registres/asset, /registres/restricted_asset, /registres/coverage; `beffroi record sheet coverage gaps`, `beffroi record sheet asset expiries`, `… confirmations`, `… map`
/// Done well: what is declared is verified by somebody else and confirmed every half-year, with a clock; each gap has an owner, and one that has none is told; what hangs on one thing alone and what expires stand in lists.
/// Must not: sensitive means are refused in the open inventory and marked RED in their own, which few may read.
#[test]
fn j4_1_map_capacities() {
    let house = House::new();
    let (unit, other) = (house.hand("unite.ille"), house.hand("capacites"));
    let lone = verified(unit, other, &[("expires", &day(40))], &day(-10));
    let old = verified(unit, other, &[("territory", "29"), ("expires", &day(-3))], &day(-200));
    unit.go_refused(&unit.add_example("asset", &[("territory", "22")]), "verify", &[("confirmed_on", &day(0))]);

    // A gap: expected and not there. One that only a need tells has no owner yet, and that is said.
    other.add_example("coverage", &[("least", "3"), ("owner", "responsable.ouest")]);
    let need = unit.add_example("need", &[("territory", "56"), ("quantity", "2")]);
    unit.go(&need, "submit", &[]);
    let gaps = other.sheet("coverage", "gaps", &[]);
    let of = |sheet: &Value, place: &str| {
        table(sheet, "gaps").into_iter().find(|row| row[1].starts_with(place)).unwrap_or_else(|| panic!("{sheet}"))
    };
    assert_eq!(of(&gaps, "35")[2..7], ["3", "1", "0", "2", "responsable.ouest"].map(str::to_owned));
    assert_eq!(of(&gaps, "56")[5..7], ["2", "Nobody: to be named"].map(str::to_owned));
    assert_eq!(figures(&gaps)[..2], ["2", "1"].map(str::to_owned));
    let without = other.example_refused("coverage", &[("owner", ""), ("territory", "56")]);
    assert!(without.contains("fill it in"), "{without}");
    let twice = other.example_refused("coverage", &[("owner", "somebody.else")]);
    assert!(names(&twice, "COVER-"), "one owner for a gap: {twice}");
    other.add_example("coverage", &[("territory", "56"), ("owner", "responsable.ouest")]);
    let gaps = other.sheet("coverage", "gaps", &[]);
    assert_eq!(figures(&gaps)[1], "0", "every gap has its owner");
    let hangs: Vec<String> = table(&gaps, "singles").iter().map(|row| row[3].clone()).collect();
    assert!(hangs.iter().any(|hangs| hangs.contains(&lone)), "{hangs:?}");

    // What expires, what is not confirmed, and the clock that says so.
    let calendar = table(&other.sheet("asset", "expiries", &[("months", "2")]), "expiries");
    assert_eq!(calendar.iter().map(|row| row[7].as_str()).collect::<Vec<_>>(), [old.as_str(), lone.as_str()]);
    assert_eq!(calendar[0][1], "Over");
    let units = table(&other.sheet("asset", "confirmations", &[]), "confirmations");
    assert_eq!(units[0][..3], ["command", "3", "2"].map(str::to_owned), "one is late, one was never confirmed");
    let late = other.deadlines("7d");
    let clock = late.iter().find(|due| due["reference"] == old.as_str() && due["late"] == true);
    assert!(clock.is_some(), "{late:?}");
    unit.go(&old, "confirm", &[("confirmed_on", &day(0)), ("expires", &day(300))]);
    let map = other.sheet("asset", "map", &[("capability", "mobile_extraction")]);
    assert_eq!(table(&map, "map-table").len(), 2);
    let future = unit.go_refused(&lone, "confirm", &[("confirmed_on", &day(2))]);
    assert!(future.contains("a day that is past, or today"), "{future}");
    let nowhere = unit.example_refused("asset", &[("territory", "FR")]);
    assert!(nowhere.contains("lie in a department"), "{nowhere}");

    // What is sensitive.
    for sensitive in [("sensitive", "yes"), ("capability", "undercover")] {
        let refused = unit.example_refused("asset", &[sensitive]);
        assert!(refused.contains("restricted inventory"), "{refused}");
    }
    let restricted = unit.add_example("restricted_asset", &[("sensitive", "yes"), ("capability", "undercover")]);
    assert_eq!(unit.show(&restricted)["marking"]["tlp"], "RED");
    assert_eq!(unit.show(&lone)["marking"]["tlp"], "AMBER");
}

/// Say what a unit lacks, in its own words.
/// Where: /registres/need; `beffroi record add need FILE`, `beffroi record sheet NEED-… similar`
/// Done well: four fields suffice and none is of the buyers’ trade; a need that is there already is shown before another is added, and similar ones are listed; somebody else validates; the state, and the day by which an answer is due, show.
/// Must not: a brand, a model or a product instead of a function is refused, with what to write instead.
#[test]
fn j4_2_express_a_need() {
    let house = House::new();
    let (unit, chief, neighbour) = (house.hand("unite.ille"), house.hand("chef.ille"), house.hand("unite.morbihan"));
    let form = unit.json(&["register", "fields", "need"]);
    let asked = form["fields"].as_array().unwrap().iter().filter(|field| field["required"] == true);
    assert_eq!(asked.count(), 4, "{form}");

    let need = unit.add_example("need", &[]);
    let again = neighbour.example_refused("need", &[("title", "Lire des téléphones")]);
    assert!(names(&again, &need), "what is there already is shown: {again}");
    let other = neighbour.add_example("need", &[("territory", "56"), ("title", "Lire les téléphones en garde à vue")]);
    neighbour.go(&other, "submit", &[]);
    let near = table(&unit.sheet(&need, "similar", &[]), "similar");
    assert_eq!(near[0][0], other, "{near:?}");

    unit.go(&need, "submit", &[]);
    unit.go_refused(&need, "validate", &[]);
    chief.go(&need, "validate", &[("effect", "4"), ("cost", "60000")]);
    assert_eq!(unit.show(&need)["state"], "validated");
    let due = unit.deadlines("2400h");
    assert!(due.iter().any(|due| due["reference"] == need.as_str() && due["clock"] == "answer"), "{due:?}");

    for (field, text) in [
        ("title", "Deux UFED pour le groupe"),
        ("title", "Un poste d’extraction de marque Dupont"),
        ("problem", "Il nous faut le modèle ZX-81"),
    ] {
        let refused = unit.example_refused("need", &[(field, text), ("distinct", "yes")]);
        assert!(refused.contains("a function, not a brand") && refused.contains("workaround"), "{refused}");
    }
    let own = [("workaround", "Un UFED ancien, partagé avec le département voisin"), ("distinct", "yes")];
    unit.add_example("need", &own);
}

/// Put similar needs together, rank them, and tell each requester what becomes of his.
/// Where: /registres/need, sheet “portfolio”: `beffroi record sheet need portfolio [weight_cost=2]`; moves merge, retain, meet, refuse
/// Done well: similar needs are one line with their sums; the ranking shows in how many of eighty trials each rank changes when the weights move, and what is not ranked and why; every answer has its text, and a task puts it before its requester.
/// Must not: needs of one kind bought apart below the threshold are refused at the proposal.
#[test]
fn j4_3_group_and_prioritise_needs() {
    let house = House::new();
    let (unit, chief, manager) = (house.hand("unite.ille"), house.hand("chef.ille"), house.hand("capacites"));
    let judged = [("effect", "4"), ("cost", "90000"), ("users", "14")];
    let first = validated(unit, chief, &[], &judged);
    let second = validated(unit, chief, &[("territory", "56")], &judged);
    let cheap = [("capability", "data_science"), ("title", "Croiser des tableaux"), ("problem", "Aucun outil commun.")];
    let cheap = validated(unit, chief, &cheap, &[("effect", "5"), ("cost", "4000"), ("users", "900")]);
    let vague = [("capability", "decryption"), ("title", "Ouvrir des conteneurs"), ("problem", "Rien ne les ouvre.")];
    let vague = validated(unit, chief, &vague, &[("effect", "2")]);

    let portfolio = manager.sheet("need", "portfolio", &[]);
    let ranking = table(&portfolio, "portfolio");
    assert_eq!(ranking.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), [cheap.as_str(), first.as_str()]);
    assert_eq!(ranking[1][4..8], [format!("{first}, {second}"), "4".into(), "28".into(), "180,000\u{a0}€".into()]);
    let sensitivity = table(&portfolio, "sensitivity");
    assert_eq!(sensitivity[0][1..6], ["1", "1", "1", "0%", "Firm rank"].map(str::to_owned));
    assert_eq!(table(&portfolio, "unranked")[0][0], vague);
    // Another weight, another ranking to look at.
    manager.sheet("need", "portfolio", &[("weight_cost", "0"), ("weight_users", "0")]);

    let bare = manager.go_refused(&second, "merge", &[("merged_into", &first)]);
    assert!(bare.contains("fill it in"), "an answer is asked for: {bare}");
    let itself = manager.go_refused(&first, "merge", &[("merged_into", &first), ("answer", "Doublon")]);
    assert!(itself.contains("another one"), "{itself}");
    manager.go(
        &second,
        "merge",
        &[("merged_into", &first), ("answer", "Réuni avec l’Ille-et-Vilaine : même fonction.")],
    );
    manager.go(&vague, "refuse", &[("answer", "Sans coût ni usagers connus ; à reformuler.")]);
    let told = |reference: &str| unit.tasks(Some(reference)).iter().any(|task| task["for"] == "unite.ille");
    assert!(told(&second) && told(&vague), "each requester is told");
    let fates = table(&manager.sheet("need", "portfolio", &[]), "fates");
    let fate = fates.iter().find(|row| row[0] == second).unwrap();
    assert_eq!(
        fate[2..5],
        ["Merged", first.as_str(), "Réuni avec l’Ille-et-Vilaine : même fonction."].map(str::to_owned)
    );

    // Split in two purchases, each below the threshold: refused, until they are counted together.
    let below = [("instrument", "adapted_procedure"), ("amount", "180000"), ("ceiling", ""), ("years", "")];
    let purchase = drafted(manager, &first, &below);
    let refused = manager.go_refused(&purchase, "propose", &[]);
    assert!(refused.contains("without splitting the need"), "{refused}");
    let another =
        validated(unit, chief, &[("territory", "22"), ("title", "Copier des tablettes")], &[("cost", "90000")]);
    manager.set(&purchase, &[("instrument", "open_tender")]);
    manager.go(&purchase, "propose", &[]);
    let apart = drafted(manager, &another, &[("instrument", "adapted_procedure"), ("amount", "90000")]);
    let refused = manager.go_refused(&apart, "propose", &[]);
    assert!(names(&refused, &purchase) && refused.contains("split the need below the threshold"), "{refused}");
    manager.set(&apart, &[("others", &purchase)]);
    let refused = manager.go_refused(&apart, "propose", &[]);
    assert!(refused.contains("270000"), "counted together: {refused}");
}

/// Propose a pooled purchase to the buyer: instrument, codes, lots, criteria, budget, calendar.
/// Where: /registres/purchase; `beffroi record sheet BUY-… proposal`, `beffroi record sheet purchase thresholds`, `beffroi record export purchase --format csv`
/// Done well: the proposal explains the gain and counts the threshold on the whole need, merged ones included; it is kept as it was proposed, and approved by somebody else; the buyer gets note, tables and a file.
/// Must not: a threshold past its last day is refused, whatever the instrument; each threshold shows its days, its source, and whether its text was read.
#[test]
fn j4_4_propose_a_pooled_purchase() {
    let house = House::new();
    let (unit, chief, manager) = (house.hand("unite.ille"), house.hand("chef.ille"), house.hand("capacites"));
    let need = validated(unit, chief, &[], &[("cost", "200000")]);
    let merged = validated(unit, chief, &[("territory", "56")], &[("cost", "150000")]);
    manager.go(&merged, "merge", &[("merged_into", &need), ("answer", "Même fonction.")]);
    let purchase = drafted(manager, &need, &[]);

    manager.set(&purchase, &[("amount", "300000")]);
    let part = manager.go_refused(&purchase, "propose", &[]);
    assert!(part.contains("350000") && part.contains("whole need"), "merged needs count: {part}");
    manager.set(&purchase, &[("amount", "480000"), ("gain", "")]);
    let without = manager.go_refused(&purchase, "propose", &[]);
    assert!(without.contains("Gain expected"), "{without}");
    manager.set(&purchase, &[("gain", "Prix unitaire inférieur de 18 % aux achats isolés."), ("launch", "2031-03-01")]);
    let expired = manager.go_refused(&purchase, "propose", &[]);
    assert!(expired.contains("an expired threshold decides nothing") && names(&expired, "2031-03-01"), "{expired}");
    let code = manager.set_refused(&purchase, &[("launch", "2027-02-01"), ("cpv", "48730000")]);
    assert!(code.contains("CPV"), "{code}");
    manager.set(&purchase, &[("launch", "2027-02-01"), ("criteria", "Prix 40 %\\nDélai 10 %")]);
    let weights = manager.go_refused(&purchase, "propose", &[]);
    assert!(weights.contains("make 100"), "{weights}");
    let long = manager.set_refused(&purchase, &[("years", "6")]);
    assert!(long.contains("four years"), "{long}");
    manager.set(&purchase, &[("criteria", "Prix 40 %\\nValeur technique 60 %"), ("training", "none")]);
    manager.go(&purchase, "propose", &[]);

    assert_eq!(kept(manager, &purchase), 1, "as it was proposed");
    assert!(!manager.tasks(Some(&purchase)).is_empty(), "without training, a task");
    manager.set_refused(&purchase, &[("amount", "1")]);
    let proposal = manager.sheet(&purchase, "proposal", &[]);
    let needs: Vec<String> = table(&proposal, "needs").iter().map(|row| row[0].clone()).collect();
    assert_eq!(needs, [need.as_str(), merged.as_str()]);
    assert_eq!(table(&proposal, "counted").last().unwrap()[2], "480,000\u{a0}€");
    let text = proposal.to_string();
    assert!(text.contains("above the threshold") && text.contains("2027-12-31"), "{text}");
    manager.go_refused(&purchase, "approve", &[]);
    chief.go(&purchase, "approve", &[]);
    let file = manager.run(&["record", "export", "purchase", "--format", "csv"]).stdout;
    assert!(file.contains("48730000-4") && file.contains(&purchase), "{file}");

    let thresholds = table(&manager.sheet("purchase", "thresholds", &[]), "thresholds");
    assert!(thresholds.iter().any(|row| row[5] == "Over"));
    assert!(thresholds.iter().all(|row| !row[3].is_empty() && !row[4].is_empty() && !row[6].is_empty()));
    assert!(thresholds.iter().any(|row| row[7] == "To be verified"));
}

/// Follow what was bought: delivered, people trained, handed over, used, until its end.
/// Where: /registres/delivery; `beffroi record sheet BUY-… balance`
/// Done well: an order opens its delivery; what is received without training opens a task; the rate of use at twelve months has its clock, and the purchase is closed with its balance once it is known.
/// Must not: equipment is not handed over without training, nor without an authorisation that holds when it is regulated.
#[test]
fn j4_5_follow_deliveries_and_use() {
    let house = House::new();
    let (unit, chief, manager) = (house.hand("unite.ille"), house.hand("chef.ille"), house.hand("capacites"));
    let need = validated(unit, chief, &[], &[("cost", "200000")]);
    let purchase = drafted(manager, &need, &[]);
    manager.go(&purchase, "propose", &[]);
    chief.go(&purchase, "approve", &[]);
    manager.go(&purchase, "order", &[("ordered_on", &day(-460))]);
    let deliveries = manager.list("delivery");
    assert_eq!(deliveries[0]["values"]["purchase"], purchase.as_str());
    let delivery = deliveries[0]["reference"].as_str().unwrap().to_owned();

    unit.go(&delivery, "receive", &[("received_on", &day(-420)), ("quantity", "2")]);
    let task = manager.tasks(Some(&delivery)).into_iter().find(|task| task["rule"] == "train");
    assert!(task.is_some(), "what comes without training opens a task");
    let handing = [("unit", "command"), ("handed_over_on", &*day(-400))];
    let untrained = manager.go_refused(&delivery, "hand_over", &handing);
    assert!(untrained.contains("without training"), "{untrained}");
    unit.go(&delivery, "train", &[("training", "done"), ("trained_on", &day(-410)), ("people_trained", "4")]);
    manager.set(
        &delivery,
        &[("regulated", "yes"), ("authorisation", "Autorisation 12"), ("authorised_until", &day(-405))],
    );
    let unauthorised = manager.go_refused(&delivery, "hand_over", &handing);
    assert!(unauthorised.contains("under authorisation"), "{unauthorised}");
    manager.set(&delivery, &[("authorised_until", &day(300))]);
    manager.go(&delivery, "hand_over", &handing);

    let late = manager.deadlines("1d");
    let clock = late.iter().find(|due| due["reference"] == delivery.as_str() && due["clock"] == "use");
    assert_eq!(clock.unwrap()["late"], true, "{late:?}");
    let told = [("use_rate", "40"), ("used_on", &*day(-200))];
    unit.go(&delivery, "report", &told);
    let early = unit.go_refused(&delivery, "measure", &told);
    assert!(early.contains("until then, report the use"), "{early}");
    let open = manager.go_refused(&purchase, "close", &[("balance", "Livré et utilisé.")]);
    assert!(names(&open, &delivery), "{open}");
    unit.go(&delivery, "measure", &[("use_rate", "70"), ("used_on", &day(-20))]);
    assert!(!manager.deadlines("1d").iter().any(|due| due["reference"] == delivery.as_str() && due["clock"] == "use"));
    let balance = manager.sheet(&purchase, "balance", &[]);
    assert_eq!(figures(&balance), ["2", "4", "70%"]);
    manager.go(&purchase, "close", &[("balance", "Livré et utilisé ; à renouveler dans quatre ans.")]);
    assert_eq!(manager.show(&purchase)["state"], "closed");
    manager.go_because(&delivery, "withdraw", &[], "Fin de vie.");
}
