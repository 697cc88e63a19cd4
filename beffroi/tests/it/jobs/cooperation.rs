//! Jobs of the desk: cooperation.

use super::hand::{Hand, House, rows};

/// The day so many days from today.
fn day(days: i64) -> String {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap()).date();
    today.saturating_add(jiff::Span::new().days(days)).to_string()
}

/// How many files moves kept with a record.
fn kept(hand: Hand<'_>, reference: &str) -> usize {
    hand.show(reference)["attached"].as_array().unwrap().len()
}

/// Send a preservation or production request: the way, the form, the receipt, and assistance before preservation ends.
///
/// Where: /registres/outgoing_request; beffroi record sheet OUTR-… route | form | follow; how States answer: beffroi record sheet outgoing_request answers
/// Done well: the ways are told by State, data and urgency, each with why it is open, blocked or closed, what is unconfirmed shown so; the form as sent is kept; the day by which assistance must leave and the end of preservation are on the board; complete answers are counted.
/// Must not: a request without necessity, of a wrong class of data, or to an addressee that was not verified is refused; so is a way that is not open, and what is not known blocks.
#[test]
fn j10_1_send_a_request() {
    let house = House::new();
    let (investigator, point, chief) = (house.hand("enqueteur"), house.hand("point.24-7"), house.hand("chef.bureau"));
    let (facts, verified) = (day(-21), day(-2));
    let own = [("facts_on", facts.as_str()), ("verified_on", verified.as_str())];
    let with = |more: &[(&'static str, &'static str)]| [own.as_slice(), more].concat();
    let request = investigator.add_example("outgoing_request", &with(&[("necessity", "")]));

    // What a request must say.
    let said = investigator.go_refused(&request, "submit", &[]);
    assert!(said.contains("Necessity") && said.contains("fill it in"), "{said}");
    investigator.set(&request, &[("necessity", "Ces journaux seuls disent d’où le serveur était commandé.")]);
    let said = investigator.set_refused(&request, &[("sought", "connections\nmessages")]);
    assert!(said.contains("another kind of data (content)") && said.contains("correct the kind"), "{said}");
    investigator.set(&request, &[("zone", "")]);
    assert!(investigator.go_refused(&request, "submit", &[]).contains("in which time zone"));
    investigator.set(&request, &[("zone", "Europe/Paris")]);
    investigator.go(&request, "submit", &[]);

    // The ways there are, and why: open ones first, what nobody confirmed said so.
    let ways = rows(&point.sheet(&request, "route", &[]));
    let way = |code: &str| ways.iter().find(|row| row[1] == code).unwrap_or_else(|| panic!("no {code}: {ways:?}"));
    assert_eq!(way("budapest-preserve")[4], "open");
    assert!(way("budapest-preserve")[5].contains("To be verified: that DE is bound"), "{ways:?}");
    assert!(way("budapest-preserve")[6].contains("60 days"), "{ways:?}");
    assert!(way("un-preserve")[5].contains("FR is not bound") || way("un-preserve")[4] == "blocked", "{ways:?}");
    let said = chief.go_refused(&request, "approve", &[("route", "budapest-assist")]);
    assert!(said.contains("does not give what is asked"), "{said}");
    let said = chief.go_refused(&request, "approve", &[("route", "epoc-pr")]);
    assert!(said.contains("another (provider)"), "an order does not go to a contact point: {said}");
    assert_ne!(investigator.run(&["record", "move", &request, "approve", "route=budapest-preserve"]).status, 0);

    // Nobody unverified.
    investigator.set(&request, &[("verified_on", "")]);
    let said = chief.go_refused(&request, "approve", &[("route", "budapest-preserve")]);
    assert!(said.contains("not verified") && said.contains("directory"), "{said}");
    investigator.set(&request, &[("verified_on", &verified)]);
    chief.go(&request, "approve", &[("route", "budapest-preserve")]);
    point.go(&request, "send", &[("receipt", "DE-24-7/2026-0815")]);
    assert_eq!(kept(point, &request), 1, "the form as it was sent");
    let form = point.sheet(&request, "form", &[]).to_string();
    for part in ["Necessity", "192.0.2.10:443", "Europe/Paris", "A request for assistance will follow"] {
        assert!(form.contains(part), "{part}: {form}");
    }
    // What is asked to be kept is not « answered ».
    let said = point.go_refused(&request, "answer", &[("answered_on", &day(0)), ("completeness", "complete")]);
    assert!(said.contains("assistance follows"), "{said}");

    // Kept since a week: the clocks of the end, and of what must arrive before it.
    point.go(&request, "preserved", &[("preserved_on", &day(-7))]);
    let board = point.deadlines("90d");
    let next = board.iter().find(|line| line["reference"] == request.as_str()).unwrap_or_else(|| panic!("{board:?}"));
    assert_eq!(next["clock"], "assistance", "assistance leaves before preservation ends");
    let shown = point.run(&["record", "show", &request]).stdout;
    assert!(shown.contains("Assistance to be sent") && shown.contains("End of preservation"), "{shown}");
    let follow = point.sheet(&request, "follow", &[]).to_string();
    assert!(follow.contains("leaves by") && follow.contains("Kept until"), "{follow}");
    let run = point.run(&["record", "move", &request, "prolong", "--reason", "L’entraide tarde."]);
    assert!(run.stderr.contains("Only a European Preservation Order is prolonged"), "{}", run.stderr);
    point.go(&request, "assist", &[("assistance", "CRI-2026-77"), ("assistance_on", &day(0))]);
    assert!(point.sheet(&request, "follow", &[]).to_string().contains("arrived in time"));
    point.go(&request, "answer", &[("answered_on", &day(0)), ("completeness", "complete")]);
    point.go(&request, "close", &[("outcome", "Journaux versés à la procédure.")]);
    let states = rows(&point.sheet("outgoing_request", "answers", &[]));
    assert_eq!(states[0][..5], ["DE", "1", "1", "1", "0"]);

    // What is not known blocks, and says which text is needed at which day: a penalty, a State.
    let old = investigator.add_example(
        "outgoing_request",
        &[
            ("facts_on", "2021-05-04"),
            ("verified_on", &verified),
            ("ask", "produce"),
            ("addressee_kind", "judicial_authority"),
        ],
    );
    investigator.go(&old, "submit", &[]);
    let sheet = point.sheet(&old, "route", &[]).to_string();
    assert!(sheet.contains("which nobody has verified") && sheet.contains("4 May 2021"), "{sheet}");
    let said = chief.go_refused(&old, "approve", &[("route", "eio")]);
    assert!(said.contains("2021-05-04") && said.contains("stays blocked"), "{said}");
    let said = investigator.set_refused(&old, &[("months", "36")]);
    assert!(said.contains("say which one, and in which version"), "{said}");
    investigator.set(&old, &[("months", "24"), ("penalty_source", "CP 323-1, version du 2015-07-27")]);
    let said = chief.go_refused(&old, "approve", &[("route", "eio")]);
    assert!(said.contains("60-1-2") && said.contains("24 months"), "French law does not open traffic data: {said}");
    investigator.set(&old, &[("requested_state", "VN"), ("ask", "preserve"), ("addressee_kind", "contact_point")]);
    let said = chief.go_refused(&old, "approve", &[("route", "budapest-preserve")]);
    assert!(said.contains("Whether VN is bound") && said.contains("treaty office"), "{said}");
    investigator.set(&old, &[("requested_state", "RU")]);
    let said = chief.go_refused(&old, "approve", &[("route", "budapest-preserve")]);
    assert!(said.contains("RU is not bound"), "{said}");
}

/// Examine a foreign request: verify the requester, look at each safeguard, decide with a ground, carry out, mark the limits of use.
///
/// Where: /registres/incoming_request; beffroi record sheet INCR-… examination; the year: beffroi record sheet incoming_request decisions
/// Done well: every flag is seen by who decides, somebody else than who took the request in; each refusal has its ground and its reason; the median delay, refusals by ground and State and the share of flags seen are counted.
/// Must not: nothing is refused or carried out automatically: what is flagged, late or unverified waits for a person; a decision without having seen a flag, without a ground, or against what stops it is refused.
#[test]
fn j10_2_examine_a_foreign_request() {
    let house = House::new();
    let (point, magistrate) = (house.hand("point.24-7"), house.hand("magistrat.liaison"));
    let received = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(20);
    let received = format!("{received:.0}");
    let request = point.add_example("incoming_request", &[("received_at", &received), ("months", "60")]);
    assert!(point.tasks(Some(&request))[0]["what"].as_str().unwrap().contains("Verify the requester"));

    // Flagged on every side and late: it waits, and nothing happens by itself.
    let sheet = rows(&magistrate.sheet(&request, "examination", &[]));
    assert_eq!(sheet.len(), 14);
    let flagged = sheet.iter().filter(|row| row[5] == "to be seen").count();
    assert!(flagged >= 12, "{sheet:?}");
    assert!(sheet.iter().any(|row| row[4].contains("to be verified")), "unconfirmed texts are shown so");
    assert!(point.deadlines("1d").iter().any(|line| line["reference"] == request.as_str() && line["late"] == true));
    assert_eq!(point.show(&request)["state"], "received");

    // The requester: not by its mailbox.
    point.set(&request, &[("channel", "mailbox")]);
    let verified = [("verified_on", day(0)), ("verified_in", "network_directory".to_owned())];
    let verified: Vec<(&str, &str)> = verified.iter().map(|(field, text)| (*field, text.as_str())).collect();
    let said = point.set_refused(&request, &verified);
    assert!(said.contains("does not prove who writes") && said.contains("call the requester back"), "{said}");
    point.set(&request, &[("verified_on", &day(0)), ("verified_in", "call_back")]);

    // Each question answered by a person; one flag stays.
    let absent = "political\\ndiscrimination\\nsovereignty\\ndual-criminality\\ninhuman-penalty\\nalready-judged\\n\
        outside-instrument\\nprotected-person\\nclassified\\nother-purpose\\nconflict-of-laws";
    point.set(&request, &[("absent", absent), ("present", "expression"), ("transfer_basis", "Loi 78-17, art. 112")]);
    let said = magistrate.go_refused(&request, "execute", &[]);
    assert!(said.contains("were not seen: expression"), "{said}");
    let said = magistrate.go_refused(&request, "execute", &[("seen", "expression")]);
    assert!(said.contains("written reason is due"), "{said}");
    let said = magistrate.go_refused(
        &request,
        "refuse",
        &[("ground", "political"), ("reason", "Non."), ("seen", "expression")],
    );
    assert!(said.contains("rests on a flag of this request"), "{said}");
    assert_ne!(
        point.run(&["record", "move", &request, "execute", "seen=expression", "reason=Fraude seulement."]).status,
        0
    );
    magistrate.go(&request, "execute", &[("seen", "expression"), ("reason", "Fraude seulement ; aucun propos visé.")]);
    point.go(
        &request,
        "executed",
        &[("executed_on", &day(0)), ("use_limits", "Procédure nommée seulement."), ("handling", "H1")],
    );
    assert_eq!(kept(point, &request), 1, "the examination is kept");

    // What stops is lifted, asked for, or refused with its ground.
    let other = point.add_example("incoming_request", &[("requesting_state", "VN"), ("received_at", &received)]);
    point.set(
        &other,
        &[
            ("verified_on", &day(0)),
            ("verified_in", "network_directory"),
            ("transfer_basis", "Loi 78-17, art. 113"),
            ("absent", &absent.replace("inhuman-penalty\\n", "expression\\n")),
            ("present", "inhuman-penalty"),
        ],
    );
    let seen = ("seen", "inhuman-penalty");
    let said = magistrate.go_refused(&other, "execute", &[seen, ("reason", "Rien à redire.")]);
    assert!(said.contains("stops it from being carried out"), "{said}");
    magistrate.go(&other, "ask_more", &[seen, ("question", "La peine de mort est-elle écartée ?")]);
    point.go(&other, "complete", &[("assurances", "Aucune assurance donnée.")]);
    magistrate.go(
        &other,
        "refuse",
        &[seen, ("ground", "inhuman-penalty"), ("reason", "Pas d’assurance sur la peine.")],
    );
    let year = day(0)[..4].to_owned();
    let counted = rows(&magistrate.sheet("incoming_request", "decisions", &[("year", &year)]));
    let of = |what: &str| counted.iter().find(|row| row[0].starts_with(what)).map(|row| row[1].clone());
    assert_eq!(
        (of("Decisions to"), of("Refusals"), of("Flags seen")),
        (Some("1".into()), Some("1".into()), Some("2 / 2".into()))
    );
    assert!(
        counted.iter().any(|row| row[0].contains("death penalty") && row[1] == "VN" && row[2] == "1"),
        "{counted:?}"
    );
}

/// Follow a joint operation: who takes part, what each unit obtained, what was learnt.
///
/// Where: /registres/joint_operation, /registres/operation_result; the operation sheet: beffroi record sheet JOPS-… balance
/// Done well: results are told by unit, each once, and what a partner counts too is kept apart from ours; the operation is closed with its contribution, its lessons and its sheet.
/// Must not: nothing operational is written before the end, neither details nor results; a result told twice is refused with the reference of the first.
#[test]
fn j10_4_follow_a_joint_operation() {
    let house = House::new();
    let (officer, unit) = (house.hand("officier.operations"), house.hand("section.recherches"));
    let operation = officer.add_example("joint_operation", &[("units", "sr-rennes\nofac")]);
    officer.go(&operation, "start", &[]);
    let said = officer.set_refused(&operation, &[("details", "Perquisitions simultanées à six heures.")]);
    assert!(said.contains("before the end") && said.contains("say first that the operation has ended"), "{said}");
    let result = |fact: &'static str, kind: &'static str, number: &'static str, by: &'static str| {
        let partner = if by == "us" { "" } else { "NL" };
        vec![
            ("operation", operation.as_str()),
            ("fact", fact),
            ("kind", kind),
            ("number", number),
            ("counted_by", by),
            ("partner", partner),
        ]
    };
    let said = unit.example_refused("operation_result", &result("PV-1", "arrests", "2", "us"));
    assert!(said.contains("nothing of it is told before the end"), "{said}");
    officer.go(&operation, "end", &[("ended_on", &day(-1))]);
    officer.set(&operation, &[("details", "Perquisitions simultanées à six heures.")]);
    let said =
        officer.go_refused(&operation, "close", &[("contribution", "Deux unités."), ("lessons", "Prévenir plus tôt.")]);
    assert!(said.contains("results by unit"), "{said}");

    // By unit, once, and with who counts it.
    let first = unit.add_example("operation_result", &result("PV-1", "arrests", "2", "us"));
    unit.add_example("operation_result", &result("PV-2", "arrests", "3", "joint"));
    unit.add_example("operation_result", &result("PV-3", "servers_seized", "4", "partner"));
    let said = unit.example_refused("operation_result", &result("PV-1", "arrests", "2", "us"));
    assert!(said.contains(&first), "told twice: {said}");
    let mut both = result("PV-4", "arrests", "1", "us");
    both.retain(|(field, _)| *field != "partner");
    both.push(("partner", "DE"));
    let said = unit.example_refused("operation_result", &both);
    assert!(said.contains("DE counts this result too") && said.contains("counted together"), "{said}");
    let balance = rows(&officer.sheet(&operation, "balance", &[]));
    assert!(balance.contains(&["Arrests", "2", "3", "0"].map(str::to_owned).to_vec()), "{balance:?}");
    assert!(balance.contains(&["Servers seized", "0", "0", "4"].map(str::to_owned).to_vec()), "{balance:?}");
    assert!(balance.contains(&["sr-rennes", "Arrests", "2"].map(str::to_owned).to_vec()), "{balance:?}");
    officer.go(&operation, "close", &[("contribution", "Deux unités."), ("lessons", "Prévenir plus tôt.")]);
    assert_eq!(kept(officer, &operation), 1);
}

/// Follow positions and capacity building abroad: projects with their objectives and results, positions, the yearly review.
///
/// Where: /registres/international_project, /registres/position; the review: beffroi record sheet international_project review year=…
/// Done well: each project serves objectives of INTERPOL or of the ministry and ends with a result, counted under one of them; the review shows projects without result as such; a position goes from instruction to statement to result, and is not public unless it is said.
/// Must not: missions, visits and meetings are not counted as results, neither in a project nor in the review.
#[test]
fn j10_5_follow_positions_and_capacity_building() {
    let house = House::new();
    let (officer, attache, chief) =
        (house.hand("officier.international"), house.hand("attache.dakar"), house.hand("chef.bureau"));
    let due = day(200);
    let said = attache.example_refused("international_project", &[("objectives", "I.9.9")]);
    assert!(said.contains("no international objective") && said.contains("MI.5"), "{said}");
    let project =
        attache.add_example("international_project", &[("pilot", "attache.dakar"), ("due", &due), ("objectives", "")]);
    assert!(officer.go_refused(&project, "start", &[]).contains("Objectives"), "each project serves objectives");
    attache.set(&project, &[("objectives", "I.3.1\\nMI.5.2")]);
    officer.go(&project, "start", &[]);
    let soon = day(30);
    attache.go(&project, "report", &[("progress_note", "Salle livrée."), ("next_report", &soon), ("missions", "4")]);
    assert!(
        attache.deadlines("31d").iter().any(|line| line["reference"] == project.as_str() && line["clock"] == "report")
    );
    let finish = |result: &'static str, objective: &'static str| {
        [
            ("result", result),
            ("result_objective", objective),
            ("result_kind", "tool_in_use"),
            ("result_value", "1"),
            ("evidence", "Procès-verbal de mise en service."),
        ]
    };
    let said = officer.go_refused(&project, "finish", &finish("4 missions et 2 visites", "I.3.1"));
    assert!(said.contains("is no result") && said.contains("what stands or works since"), "{said}");
    let said = officer.go_refused(&project, "finish", &finish("Un laboratoire en service", "I.4.1"));
    assert!(said.contains("no objective of this project"), "{said}");
    officer.go(&project, "finish", &finish("Un laboratoire en service", "I.3.1"));
    let second =
        attache.add_example("international_project", &[("pilot", "attache.dakar"), ("due", &due), ("country", "ME")]);
    officer.go(&second, "start", &[]);

    // A position: two persons, then the meeting, then what came of it.
    let position = officer.add_example("position", &[("meeting_on", &day(20))]);
    assert_eq!(officer.show(&position)["marking"]["tlp"], "AMBER");
    assert_ne!(officer.run(&["record", "move", &position, "validate"]).status, 0, "not by its author");
    chief.go(&position, "validate", &[]);
    let said = officer.go_refused(&position, "state", &[("statement", "Soutenu en séance.")]);
    assert!(said.contains("told after the meeting"), "{said}");
    officer.go_because(&position, "take_again", &[], "La réunion est avancée.");
    officer.set(&position, &[("meeting_on", &day(-1))]);
    chief.go(&position, "validate", &[]);
    officer.go(&position, "state", &[("statement", "Soutenu en séance.")]);
    officer.go(&position, "close", &[("result", "Annuaire unique adopté.")]);

    // The review of the year: results under one objective, missions among means.
    let year = day(0)[..4].to_owned();
    let review = officer.sheet("international_project", "review", &[("year", &year)]);
    let all = rows(&review);
    let results: Vec<&Vec<String>> = all.iter().filter(|row| row.get(1) == Some(&project)).collect();
    assert_eq!(results.len(), 2, "{all:?}");
    assert!(
        results[0][4].contains("Un laboratoire en service") && results[1][4].contains("another objective"),
        "{results:?}"
    );
    assert!(all.iter().any(|row| row.get(1) == Some(&second) && row[4] == "no result yet"), "{all:?}");
    assert!(all.contains(&vec!["Missions".to_owned(), "7".to_owned()]), "{all:?}");
    let text = review.to_string();
    assert!(text.contains("they do not count among results") && text.contains("have no result"), "{text}");
    assert!(text.contains(&position) && !text.contains("Annuaire unique"), "what is not public is not in the review");
}
