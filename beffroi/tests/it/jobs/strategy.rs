//! Jobs of the desk: strategy.

use super::hand::{Hand, House, rows};
use super::kept::kept;
use jiff::civil::Date;
use serde_json::Value;

fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap()).date()
}

/// The day so many days from today.
fn day(days: i64) -> String {
    today().saturating_add(jiff::Span::new().days(days)).to_string()
}

/// The key figures of a sheet, by label.
fn figure(sheet: &Value, label: &str) -> String {
    let blocks = sheet["blocks"].as_array().unwrap();
    let mut all = blocks.iter().filter_map(|block| block["KeyFigures"].as_array()).flatten();
    let found = all.find(|key| key["label"].as_str().unwrap().starts_with(label));
    found.unwrap_or_else(|| panic!("no figure {label}: {sheet}"))["value"].as_str().unwrap().to_owned()
}

/// These values and more.
fn with<'a>(own: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    own.iter().chain(more).copied().collect()
}

/// An edition with an axis and an objective; their references.
fn edition(hand: Hand<'_>, name: &str, parent: &str) -> (String, String, String) {
    let strategy = hand.add_example("strategy", &[("edition", name), ("parent", parent)]);
    let axis = [("strategy", strategy.as_str()), ("code", "1"), ("title", "Prévenir"), ("level", "axis")];
    let axis = hand.add("objective", &axis);
    let aim = objective(hand, &strategy, &axis, "1.1", "Former les agents");
    (strategy, axis, aim)
}

fn objective(hand: Hand<'_>, strategy: &str, axis: &str, code: &str, title: &str) -> String {
    let own = [("strategy", strategy), ("parent", axis), ("code", code), ("title", title), ("level", "objective")];
    hand.add("objective", &own)
}

fn action(hand: Hand<'_>, strategy: &str, aim: &str, more: &[(&str, &str)]) -> String {
    let due = day(400);
    hand.add_example("action", &with(&[("strategy", strategy), ("objective", aim), ("due", &due)], more))
}

fn adopt(officer: Hand<'_>, chief: Hand<'_>, strategy: &str) {
    officer.go(strategy, "consult", &[]);
    chief.go(strategy, "adopt", &[("adopted_on", &day(0))]);
}

/// An adopted edition with one running action and its first report to declare.
fn running(officer: Hand<'_>, chief: Hand<'_>) -> (String, String) {
    let (strategy, _, aim) = edition(officer, "2022-2026", "");
    let action = action(officer, &strategy, &aim, &[]);
    adopt(officer, chief, &strategy);
    officer.go(&action, "start", &[]);
    (action.clone(), due_report(officer, &action))
}

/// The report of an action that is to be declared.
fn due_report(hand: Hand<'_>, action: &str) -> String {
    let all = hand.list("progress");
    let mut due = all.iter().filter(|one| one["state"] == "due" && one["values"]["action"] == action);
    let found = due.next().unwrap_or_else(|| panic!("{action} has no report to declare: {all:?}"));
    assert!(due.next().is_none(), "two reports of one action at once: {all:?}");
    found["reference"].as_str().unwrap().to_owned()
}

/// Declares and accepts the report of an action.
fn reported(hand: Hand<'_>, action: &str, health: &str, progress: &str) {
    let report = due_report(hand, action);
    let said = [
        ("health", health),
        ("progress", progress),
        ("evidence", "Relevé de la direction"),
        ("next_step", "Point mensuel"),
        ("obstacle", "Le marché n’est pas notifié"),
    ];
    hand.go(&report, "declare", &said);
    hand.go(&report, "accept", &[("decision", "Passer par le marché existant")]);
}

/// Write an edition of the ministerial strategy as a tree, put it to the directorates, adopt it, and follow it by another.
///
/// Where: /registres/strategy, /registres/objective, /registres/action, /registres/remark; beffroi record sheet STRAT-… missing | edition [audience=public]
/// Done well: an edition is adopted by somebody else than its author, once every objective has an action, every action its pilot, indicator, baseline, target and date, and every remark its answer; the next edition says what it changes; the old one stays readable with its results.
/// Must not: an orphan objective is refused, and so is any change of an adopted edition, of its objectives and of what its actions promise.
#[test]
fn j1_1_write_and_version_the_ministerial_strategy() {
    let house = House::new();
    let (officer, chief, direction) = (house.hand("stratege"), house.hand("chef"), house.hand("direction"));
    let (first, axis, aim) = edition(officer, "2022-2026", "");

    // No orphan: an objective stands under an axis of its own edition.
    let orphan = [("strategy", first.as_str()), ("code", "9.9"), ("title", "Seul"), ("level", "objective")];
    let said = officer.add_refused("objective", &orphan);
    assert!(said.contains("Axis: fill it in"), "{said}");
    let under = [&orphan[..], &[("parent", aim.as_str())]].concat();
    let said = officer.add_refused("objective", &under);
    assert!(said.contains("No objective stays an orphan") && said.contains("choose an axis"), "{said}");

    // What lacks is told before, and refuses the adoption.
    let second_aim = objective(officer, &first, &axis, "1.2", "Sensibiliser les élèves");
    let bare = action(officer, &first, &aim, &[("pilot", ""), ("target", "")]);
    let early = officer.add_example("remark", &[("strategy", &first)]);
    let said = direction.go_refused(&early, "submit", &[]);
    assert!(said.contains("under consultation"), "{said}");
    officer.go(&first, "consult", &[]);
    direction.go(&early, "submit", &[]);
    let now = day(0);
    let adoption = [("adopted_on", now.as_str())];
    // A line may be folded within a reference.
    let said = chief.go_refused(&first, "adopt", &adoption).replace("- ", "-");
    for words in [
        format!("Nothing covers {second_aim}"),
        format!("The action {bare} is not complete"),
        format!("The remark {early} waits for its answer"),
    ] {
        assert!(said.contains(&words), "{words}: {said}");
    }
    let missing = officer.sheet(&first, "missing", &[]);
    let lines = rows(&missing);
    assert_eq!(lines.len(), 3, "{missing}");
    let incomplete = lines.iter().find(|line| line[0] == bare).unwrap();
    assert_eq!(incomplete[3], "Pilot, Target", "{missing}");

    // Filled in; somebody else than the author adopts.
    officer.set(&bare, &[("pilot", "pilote.formation"), ("target", "100 %")]);
    let second = action(officer, &first, &second_aim, &[("title", "Aller dans les écoles")]);
    action(officer, &first, &second_aim, &[("title", "Imprimer un livret"), ("part_of", &second)]);
    officer.go(&early, "answer", &[("verdict", "followed"), ("answer", "Un objectif 1.2 est ajouté.")]);
    officer.go_refused(&first, "adopt", &adoption);
    assert_eq!(officer.show(&first)["state"], "consultation", "the author does not adopt alone");
    chief.go(&first, "adopt", &adoption);
    let files = kept(&house, &first);
    assert_eq!(files.len(), 1, "{files:?}");
    assert!(files[0].name.starts_with("edition-") && files[0].text.contains("Aller dans les écoles"), "{files:?}");

    // Adopted is adopted.
    let said = officer.set_refused(&first, &[("title", "Autre")]);
    assert!(said.contains("frozen"), "{said}");
    for said in [
        officer.set_refused(&aim, &[("title", "Autre")]),
        officer.go_because_refused(&aim, "drop", &[], "plus utile"),
        officer.add_refused("objective", &[("strategy", &first), ("code", "2"), ("title", "Autre"), ("level", "axis")]),
    ] {
        assert!(said.contains("stays as adopted") && said.contains("Open a new edition"), "{said}");
    }
    for said in [
        officer.set_refused(&bare, &[("target", "50 %")]),
        officer.example_refused("action", &[("strategy", &first), ("objective", &aim)]),
    ] {
        assert!(said.contains("stay as adopted") && said.contains("new edition"), "{said}");
    }
    officer.set(&bare, &[("pilot", "autre.pilote")]);
    let late = officer.add_example("remark", &[("strategy", &first)]);
    assert!(direction.go_refused(&late, "submit", &[]).contains("under consultation"));

    // The action is carried to its end; the old edition keeps the result.
    officer.go(&bare, "start", &[]);
    reported(officer, &bare, "done", "100");
    let report = officer.list("progress")[0]["reference"].as_str().unwrap().to_owned();
    officer.go(&bare, "finish", &[("last_report", &report), ("result", "101 départements couverts")]);

    // The next edition, and what it changes.
    let (next, next_axis, next_aim) = edition(officer, "2027-2030", &first);
    officer.set(&next_aim, &[("title", "Former tous les agents")]);
    let new = objective(officer, &next, &next_axis, "1.3", "Équiper les unités");
    let said = officer.set_refused(&new, &[("strategy", &first)]);
    assert!(said.contains("does not change edition"), "{said}");
    action(officer, &next, &next_aim, &[("continues", &bare), ("target", "120 %")]);
    action(officer, &next, &new, &[("title", "Acheter")]);
    adopt(officer, chief, &next);
    let internal = officer.sheet(&next, "edition", &[]);
    let changes: Vec<Vec<String>> = rows(&internal).into_iter().filter(|row| row.len() == 5).collect();
    let turned = |kind: &str, code: &str| changes.iter().find(|row| row[0] == kind && row[1] == code).cloned();
    assert!(turned("Changed", "1.1").is_some_and(|row| row[4].contains("Former tous les agents")), "{changes:?}");
    assert!(turned("New", "1.3").is_some() && turned("Gone", "1.2").is_some(), "{changes:?}");
    assert!(changes.iter().any(|row| row[3].contains("100 %") && row[4].contains("120 %")), "{changes:?}");
    let public = officer.sheet(&next, "edition", &[("audience", "public")]).to_string();
    assert!(public.contains("Former tous les agents") && !public.contains("pilote.formation"), "{public}");

    let said = officer.go_refused(&first, "supersede", &[("successor", &first)]);
    assert!(said.contains("name this one as the previous"), "{said}");
    officer.go(&first, "supersede", &[("successor", &next)]);
    let old = officer.sheet(&first, "edition", &[]).to_string();
    assert!(old.contains("101 départements couverts") && old.contains("Un objectif 1.2 est ajouté"), "{old}");
}

/// Hold the strategy against another framework: what answers each of its objectives, what does not and why.
///
/// Where: /registres/mapping, /registres/coherence, /registres/framework; the matrix: beffroi record sheet COH-… matrix
/// Done well: the five founding documents are there, a new framework is entered with its objectives and opens a task; a comparison is concluded when no row is empty, each with what answers it or a written reason, and its matrix is kept.
/// Must not: a correspondence without its author or without its day is refused, and so is one that says nothing answers and does not say why.
#[test]
fn j1_2_check_coherence_with_other_frameworks() {
    let house = House::new();
    let officer = house.hand("stratege");
    let (strategy, _, aim) = edition(officer, "2027-2030", "");
    let act = action(officer, &strategy, &aim, &[]);
    let (today, tomorrow) = (day(0), day(1));
    let own = [("strategy", strategy.as_str()), ("mapped_by", "stratege"), ("mapped_on", today.as_str())];
    // What is said last of a field holds.
    let add = |more: &[(&str, &str)]| officer.add("mapping", &with(&own, more));
    let refused = |more: &[(&str, &str)]| officer.add_refused("mapping", &with(&own, more));
    // Author and day, always.
    let answers = [("code", "F.1"), ("degree", "full"), ("action", act.as_str())];
    for (left_out, label) in [("mapped_by", "Made by"), ("mapped_on", "Made on")] {
        let said = refused(&[&answers[..], &[(left_out, "")]].concat());
        assert!(said.contains(&format!("{label}: fill it in")), "{said}");
    }
    let said = refused(&[&answers[..], &[("mapped_on", &tomorrow)]].concat());
    assert!(said.contains("give a past day"), "{said}");
    // Nothing answers: a reason is written.
    let said = refused(&[("code", "F.2"), ("degree", "none")]);
    assert!(said.contains("Reason: fill it in"), "{said}");
    let said = refused(&[("code", "F.2"), ("degree", "full")]);
    assert!(said.contains("Name the objective or the action"), "{said}");
    let said = refused(&[("degree", "full"), ("action", &act)]);
    assert!(said.contains("Name one objective elsewhere"), "{said}");

    add(&answers);
    let comparison = officer.add("coherence", &[("title", "Diplomatie"), ("strategy", &strategy), ("document", "F")]);
    let said = officer.go_refused(&comparison, "conclude", &[("conclusion", "Quatre écarts")]);
    assert!(said.contains("empty rows: F.2, F.3, F.4, F.5") && said.contains("add a correspondence"), "{said}");
    let said = officer.set_refused(&comparison, &[("document", "F.1")]);
    assert!(said.contains("at the head of a founding document"), "{said}");
    for code in ["F.2", "F.3", "F.4"] {
        add(&[("code", code), ("degree", "none"), ("reason", "Relève de la négociation diplomatique.")]);
    }
    add(&[("code", "F.5"), ("degree", "partial"), ("reason", "Les écoles seulement."), ("objective", &aim)]);
    officer.go(&comparison, "conclude", &[("conclusion", "Trois objectifs sans réponse, motivés.")]);
    let matrix = officer.sheet(&comparison, "matrix", &[]);
    let lines = rows(&matrix);
    assert_eq!(lines.len(), 5, "{matrix}");
    assert!(lines.iter().all(|line| line[5] == "stratege" && line[6] != "–"), "{matrix}");
    assert_eq!((figure(&matrix, "empty"), figure(&matrix, "objectives covered")), ("0".into(), "2 / 5 (40%)".into()));
    assert!(kept(&house, &comparison)[0].text.contains("Relève de la négociation"));
    // The five founding documents are there.
    for (head, n) in [("MI", 16), ("D3", 17), ("I", 12), ("R", 9), ("F", 5)] {
        let fields = [("title", "Comparaison"), ("strategy", strategy.as_str()), ("document", head)];
        let matrix = officer.sheet(&officer.add("coherence", &fields), "matrix", &[]);
        assert_eq!(rows(&matrix).len(), n, "{head}: {matrix}");
    }

    // A new framework.
    let wrong = officer.example_refused("framework", &[("objectives", "Partager mieux")]);
    assert!(wrong.contains("is not a code followed by a heading") && wrong.contains("UE.1"), "{wrong}");
    let framework = officer.add_example("framework", &[]);
    let tasks = officer.tasks(Some(&framework));
    assert_eq!(tasks[0]["what"], "Hold the strategy against this framework");
    let new = [("title", "Europe"), ("strategy", strategy.as_str()), ("framework", framework.as_str())];
    let new = officer.add("coherence", &new);
    assert!(officer.go_refused(&new, "conclude", &[("conclusion", "x")]).contains("UE.1, UE.2"));
    let said = refused(&[("framework", &framework), ("clause", "UE.9"), ("degree", "full"), ("action", &act)]);
    assert!(said.contains("a code that it holds"), "{said}");
    for clause in ["UE.1", "UE.2"] {
        add(&[("framework", &framework), ("clause", clause), ("degree", "full"), ("action", &act)]);
    }
    officer.go(&new, "conclude", &[("conclusion", "Tout est couvert.")]);
}

/// Collect from each pilot how an action goes: state, evidence, obstacle, next step, in five minutes.
///
/// Where: /registres/progress; what is still to be declared: beffroi record sheet action collection; the reports of an action: beffroi record sheet ACT-… history
/// Done well: a report opens by itself, filled in with what was last accepted, with its deadline; the coordination questions or accepts; each red has its decision; the share that came in time is counted.
/// Must not: free text instead of a state, progress over 100 %, a red without its obstacle or without a decision are refused.
#[test]
fn j2_2_collect_progress_of_actions() {
    let house = House::new();
    let (officer, chief, pilot) = (house.hand("stratege"), house.hand("chef"), house.hand("pilote.formation"));
    let (action, report) = running(officer, chief);
    let due = officer.deadlines("100d");
    assert!(due.iter().any(|line| line["reference"] == report.as_str() && line["clock"] == "declare"), "{due:?}");

    let said = |health, progress| {
        [
            ("health", health),
            ("progress", progress),
            ("evidence", "Relevé de juin"),
            ("next_step", "Session de juillet"),
        ]
    };
    let free = pilot.go_refused(&report, "declare", &said("en bonne voie", "20"));
    assert!(free.contains("choose one of green, orange, red, done"), "{free}");
    let over = pilot.go_refused(&report, "declare", &said("green", "120"));
    assert!(over.contains("between 0 and 100"), "{over}");
    let bare = pilot.go_refused(&report, "declare", &said("red", "20"));
    assert!(bare.contains("says what stops it") && bare.contains("fill in the obstacle"), "{bare}");
    let half = pilot.go_refused(&report, "declare", &said("done", "90"));
    assert!(half.contains("go together"), "{half}");
    let unproved = pilot.go_refused(
        &report,
        "declare",
        &said("green", "20").map(|(f, v)| if f == "evidence" { (f, "") } else { (f, v) }),
    );
    assert!(unproved.contains("Evidence: fill it in"), "{unproved}");

    pilot.go(&report, "declare", &[&said("red", "20")[..], &[("obstacle", "Pas de formateur")]].concat());
    assert!(officer.tasks(Some(&report)).iter().any(|task| task["rule"] == "red"));
    let undecided = officer.sheet("action", "collection", &[]);
    assert_eq!(figure(&undecided, "in red without a decision"), "1");
    // Questioned: nothing is typed twice.
    officer.go(&report, "challenge", &[("question", "Depuis quand ?")]);
    pilot.go(&report, "declare", &[("obstacle", "Pas de formateur depuis mai")]);
    let said = officer.go_refused(&report, "accept", &[]);
    assert!(said.contains("Each action in red has a decision"), "{said}");
    officer.go(&report, "accept", &[("decision", "Un formateur est détaché en septembre.")]);
    let history = officer.json(&["record", "history", &report]);
    let declared = history.as_array().unwrap().iter().filter(|step| step["what"] == "declare");
    assert!(
        declared.clone().count() == 2 && declared.clone().all(|step| step["who"] == "pilote.formation"),
        "{history}"
    );

    // The next one is filled in with what was accepted.
    let next = due_report(officer, &action);
    let values = officer.show(&next)["values"].clone();
    assert_eq!(values["progress"], 20, "{values}");
    assert_eq!((&values["health"], &values["next_step"]), (&"red".into(), &"Session de juillet".into()), "{values}");
    assert!(values["evidence"].is_null(), "a proof is of its own period: {values}");
    let collection = officer.sheet("action", "collection", &[]);
    assert_eq!(figure(&collection, "reports declared in time"), "1 / 1 (100%)");
    assert!(rows(&collection).iter().any(|row| row[0] == next && row[2] == "pilote.formation"), "{collection}");

    // Done is said by a report, and only then.
    let early = officer.go_refused(&action, "finish", &[("last_report", &report), ("result", "Fait")]);
    assert!(early.contains("last accepted report says 100%"), "{early}");
    reported(officer, &action, "done", "100");
    officer.go(&action, "finish", &[("last_report", &next), ("result", "Tous couverts")]);
    assert!(officer.list("progress").iter().all(|one| one["state"] == "accepted"), "nothing more is asked");
    let sheet = officer.sheet(&action, "history", &[]).to_string();
    assert!(sheet.contains("Pas de formateur depuis mai") && sheet.contains("Un formateur est détaché"), "{sheet}");
}

/// Hold the steering committee: freeze the dashboard, decide, and follow each decision to its execution.
///
/// Where: /registres/committee, /registres/decision; beffroi record sheet COM-… dashboard | minutes; beffroi record sheet decision follow_up
/// Done well: pending decisions stand on the dashboard; each decision has its owner and its day, becomes a task, and is followed to the proof of its execution; the minutes are kept.
/// Must not: a dashboard that was frozen does not change: what is reported after it shows elsewhere, it is not frozen twice, and decisions are taken only at a sitting whose dashboard is frozen.
#[test]
fn j2_3_hold_the_steering_committee() {
    let house = House::new();
    let (officer, chief, owner) = (house.hand("stratege"), house.hand("chef"), house.hand("responsable"));
    let (action, _) = running(officer, chief);
    reported(officer, &action, "red", "20");
    let sitting = officer.add_example("committee", &[("held_on", &day(0))]);
    let pending = officer.add_example("decision", &[("action", &action)]);
    let due = day(20);
    let taken =
        [("committee", sitting.as_str()), ("decided", "Reporté"), ("owner", "responsable"), ("due", due.as_str())];
    let said = chief.go_refused(&pending, "take", &taken);
    assert!(said.contains("whose dashboard is frozen"), "{said}");

    // Frozen: what comes after does not touch it.
    officer.go(&sitting, "freeze", &[]);
    let frozen = kept(&house, &sitting);
    assert_eq!(frozen.len(), 1, "{frozen:?}");
    let before = &frozen[0].text;
    assert!(before.contains(&pending) && before.contains(&action) && before.contains("Rouge"), "{before}");
    reported(officer, &action, "green", "60");
    let live = officer.sheet(&sitting, "dashboard", &[]).to_string();
    assert!(live.contains("\"60\"") && !live.contains("\"20\""), "{live}");
    let said = officer.go_refused(&sitting, "freeze", &[]);
    assert!(said.contains("not possible from this state"), "{said}");
    let said = officer.set_refused(&sitting, &[("agenda", "Autre")]);
    assert!(said.contains("frozen"), "{said}");
    assert_eq!(kept(&house, &sitting), frozen, "the dashboard of the sitting has changed");

    // Decided: who, until when, as a task.
    let past =
        [("committee", sitting.as_str()), ("decided", "Reporté"), ("owner", "responsable"), ("due", "2020-01-01")];
    assert!(chief.go_refused(&pending, "take", &past).contains("a day to come"));
    let nobody = chief.go_refused(&pending, "take", &[("committee", &sitting), ("decided", "Reporté")]);
    assert!(nobody.contains("Owner: fill it in"), "{nobody}");
    chief.go(&pending, "take", &taken);
    let tasks = owner.tasks(Some(&pending));
    assert_eq!((tasks.len(), &tasks[0]["for"]), (1, &"responsable".into()), "{tasks:?}");
    let said = chief.go_refused(&pending, "execute", &[("proof", "Note du 3")]);
    assert!(said.contains("is not done") && said.contains("its owner says"), "{said}");
    owner.run(&["record", "done", tasks[0]["id"].as_str().unwrap(), "Note du 3"]);
    chief.go(&pending, "execute", &[("proof", "Note du 3, diffusée aux directions")]);

    let minutes = officer.go(&sitting, "hold", &[("minutes", "Les directions ont été entendues.")]);
    assert_eq!(minutes["state"], "held");
    let files = kept(&house, &sitting);
    assert_eq!((files.len(), &files[0]), (2, &frozen[0]), "{files:?}");
    assert!(files[1].name.starts_with("minutes-"), "{files:?}");
    assert!(files[1].text.contains(&pending) && files[1].text.contains("responsable"), "{files:?}");
    let followed = officer.sheet("decision", "follow_up", &[]);
    assert_eq!(figure(&followed, "decisions carried out"), "1 / 1 (100%)");
    assert!(rows(&followed)[0][7].contains("Note du 3"), "{followed}");

    // Minutes are of a sitting that was held.
    let next = officer.add_example("committee", &[("held_on", &day(30))]);
    officer.go(&next, "freeze", &[]);
    let said = officer.go_refused(&next, "hold", &[("minutes", "Rien")]);
    assert!(said.contains("has not been held yet"), "{said}");
}

/// Give each directorate its own view: what it carries, has to decide and has to send, against its own past.
///
/// Where: /registres/action, sheet “view”: beffroi record sheet action view direction=… [against=past|others]
/// Done well: the same rule counts for the view and for the dashboard of the committee, so that the figures of the directorates add up to it; the directorate is compared with its own quarters, or with all others together.
/// Must not: services are not ranked: asking for it is refused with the reason, and the others are shown together only, never by name, and not when they are fewer than three.
#[test]
fn j2_4_give_each_directorate_its_own_view() {
    let house = House::new();
    let (officer, chief) = (house.hand("stratege"), house.hand("chef"));
    let (strategy, _, aim) = edition(officer, "2022-2026", "");
    let of = |direction: &str| action(officer, &strategy, &aim, &[("direction", direction), ("title", direction)]);
    let (first, second, third) = (of("dnpj"), of("dnpj"), of("unc"));
    adopt(officer, chief, &strategy);
    for one in [&first, &second, &third] {
        officer.go(one, "start", &[]);
    }
    reported(officer, &first, "green", "40");
    reported(officer, &third, "red", "10");
    officer.add_example("decision", &[("direction", "dnpj"), ("title", "À trancher pour la direction")]);
    let answer_by = day(30);
    let campaign = [("services", "dnpj"), ("title", "Faits marquants"), ("due", answer_by.as_str())];
    let campaign = officer.add_example("campaign", &campaign);
    officer.go(&campaign, "send", &[]);

    let said = officer.sheet_refused("action", "view", &[("direction", "dnpj"), ("against", "ranking")]);
    assert!(
        said.contains("not ranked against one another") && said.contains("Compare a directorate with its past"),
        "{said}"
    );
    let said = officer.sheet_refused("action", "view", &[]);
    assert!(said.contains("one directorate at a time"), "{said}");

    let view = officer.sheet("action", "view", &[("direction", "dnpj")]);
    let text = view.to_string();
    assert!(text.contains("À trancher pour la direction") && text.contains("Faits marquants"), "{text}");
    assert!(!text.contains(&third) && !text.contains("unc"), "{text}");
    let past: Vec<Vec<String>> = rows(&view).into_iter().filter(|row| row.len() == 7).collect();
    assert_eq!(past.len(), 5, "four quarters and today: {view}");
    assert_eq!((past[0][1].as_str(), past[4][1].as_str(), past[4][3].as_str()), ("0", "2", "40%"), "{view}");
    // The same figure everywhere for the same cut.
    let sitting = officer.add_example("committee", &[]);
    let dashboard = officer.sheet(&sitting, "dashboard", &[]);
    let other = officer.sheet("action", "view", &[("direction", "unc")]);
    for label in ["actions running", "with an accepted report", "in red", "past their date", "done"] {
        let number = |sheet: &Value| figure(sheet, label).parse::<u32>().unwrap();
        assert_eq!(number(&view) + number(&other), number(&dashboard), "{label}");
    }
    let row = |sheet: &Value| rows(sheet).into_iter().find(|row| row[0] == first).unwrap();
    assert_eq!(row(&view), row(&dashboard));

    // With the others, together and only when they are enough.
    let others = [("direction", "dnpj"), ("against", "others")];
    let few = officer.sheet("action", "view", &others).to_string();
    assert!(few.contains("Fewer than 3 other directorates"), "{few}");
    for direction in ["ofac", "anct"] {
        let (next, _, aim) = edition(officer, direction, "");
        let one = action(officer, &next, &aim, &[("direction", direction)]);
        adopt(officer, chief, &next);
        officer.go(&one, "start", &[]);
    }
    let together = officer.sheet("action", "view", &others);
    let text = together.to_string();
    assert!(text.contains("The others together") && !text.contains("ofac") && !text.contains("unc"), "{text}");
    let row = rows(&together).into_iter().find(|row| row[0] == "The others together").unwrap();
    assert_eq!((row[1].as_str(), row[2].as_str(), row[4].as_str()), ("3", "1", "1"), "{text}");
}
