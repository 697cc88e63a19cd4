//! Jobs of the desk: contributions.

use super::hand::{Hand, House, rows};
use super::kept::kept;
use serde_json::Value;

/// The day so many days from today.
fn day(days: i64) -> String {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap()).date();
    today.saturating_add(jiff::Span::new().days(days)).to_string()
}

/// The key figures of a sheet, by label.
fn figure(sheet: &Value, label: &str) -> String {
    let blocks = sheet["blocks"].as_array().unwrap();
    let mut all = blocks.iter().filter_map(|block| block["KeyFigures"].as_array()).flatten();
    let found = all.find(|key| key["label"].as_str().unwrap() == label);
    found.unwrap_or_else(|| panic!("no figure {label}: {sheet}"))["value"].as_str().unwrap().to_owned()
}

/// The request of a campaign to a service.
fn request(hand: Hand<'_>, campaign: &str, service: &str) -> String {
    let all = hand.list("contribution");
    let mut of_it =
        all.iter().filter(|one| one["values"]["campaign"] == campaign && one["values"]["service"] == service);
    let found = of_it.next().unwrap_or_else(|| panic!("nothing was asked of {service}: {all:?}"));
    found["reference"].as_str().unwrap().to_owned()
}

/// Receive and chase the contributions of services: ask each, acknowledge, remind, review, ask again, report the use, close.
///
/// Where: /registres/campaign, /registres/contribution; what is due and why: beffroi record sheet CONTR-… request; the receipt: beffroi record sheet CONTR-… receipt; where a campaign stands: beffroi record sheet CAMP-… receipts
/// Done well: sending a campaign opens one request for each service, owned by it, with its deadline on the board; what came is acknowledged by a receipt that is kept, with its version; a campaign is closed once each service was told what use was made of its contribution.
/// Must not: data on a person in a contribution are refused; nothing is reviewed that was not acknowledged.
#[test]
fn j3_2_receive_and_chase_contributions() {
    let house = House::new();
    let (editor, police, gendarmerie) =
        (house.hand("redaction"), house.hand("contact.dnpj"), house.hand("contact.unc"));
    let due = day(30);
    let campaign = editor.add_example("campaign", &[("services", "dnpj\nunc\nofac"), ("due", &due)]);
    editor.set(&campaign, &[("due", "2020-01-01")]);
    let said = editor.go_refused(&campaign, "send", &[]);
    assert!(said.contains("leave time to answer"), "{said}");
    editor.set(&campaign, &[("due", &due)]);
    editor.go(&campaign, "send", &[]);

    // One request a service, its own, with deadline and reason on one page.
    let [first, second, third] = ["dnpj", "unc", "ofac"].map(|service| request(editor, &campaign, service));
    assert_eq!(editor.show(&first)["unit"], "dnpj");
    let board = editor.deadlines("40d");
    for one in [&first, &second, &third] {
        assert!(board.iter().any(|line| line["reference"] == one.as_str() && line["clock"] == "due"), "{board:?}");
    }
    let asked = police.sheet(&first, "request", &[]).to_string();
    assert!(asked.contains("Modes opératoires nouveaux") && asked.contains("paraît chaque année"), "{asked}");

    // No data on persons.
    for text in [
        "La victime a appelé du 06 39 98 12 34.",
        "Écrire à jean.exemple@courriel.example",
        "Mme Exemple a porté plainte.",
    ] {
        let said = police.go_refused(&first, "submit", &[("answer", text)]);
        assert!(said.contains("data on a person") && said.contains("Take it out"), "{text}: {said}");
    }
    let sent =
        [("answer", "Hausse des faux conseillers bancaires au second semestre."), ("contributor", "contact.dnpj")];
    police.go(&first, "submit", &sent);
    assert!(police.set_refused(&first, &[("answer", "Autre")]).contains("frozen"));
    let said = editor.go_refused(&first, "accept", &[]);
    assert!(said.contains("not possible from this state"), "reviewed without a receipt: {said}");
    editor.go(&first, "acknowledge", &[]);
    let receipts = kept(&house, &first);
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    assert!(receipts[0].text.contains("faux conseillers bancaires"), "{receipts:?}");

    // Asked again: a second version, a second receipt.
    let said = editor.go_refused(&first, "ask_again", &[("request", "Quels volumes ?"), ("due", "2020-01-01")]);
    assert!(said.contains("give one to come"), "{said}");
    editor.go(&first, "ask_again", &[("request", "Quels volumes, dans quelle unité ?"), ("due", &day(10))]);
    assert!(police.sheet(&first, "request", &[]).to_string().contains("Quels volumes, dans quelle unité"));
    police.go(&first, "submit", &[("answer", "Hausse de 12 % des plaintes, en nombre de plaintes.")]);
    editor.go(&first, "acknowledge", &[]);
    let receipt = police.sheet(&first, "receipt", &[]).to_string();
    assert!(receipt.contains("12 %") && receipt.contains("\"2\""), "{receipt}");
    let both = kept(&house, &first);
    assert_eq!((both.len(), &both[0]), (2, &receipts[0]), "a receipt does not change");
    editor.go(&first, "accept", &[]);

    // One has not come: it is seen, and the campaign is not closed over it.
    gendarmerie.go(&second, "submit", &[("answer", "Rien de neuf.")]);
    editor.go(&second, "acknowledge", &[]);
    let stands = editor.sheet(&campaign, "receipts", &[]);
    assert_eq!(figure(&stands, "contributions received"), "2 / 3");
    assert_eq!(figure(&stands, "acknowledged"), "2 / 2");
    assert_eq!(rows(&stands).iter().find(|row| row[0] == third).unwrap()[2], "Asked", "{stands}");
    // A line may be folded within a reference.
    let said = editor.go_refused(&campaign, "close", &[("balance", "Deux sur trois")]).replace("- ", "-");
    for one in [&first, &second, &third] {
        assert!(said.contains(one.as_str()) && said.contains("what use was made"), "{said}");
    }

    // The use is reported back to each.
    editor.go(
        &first,
        "report_use",
        &[("used_in", "Rapport annuel, chapitre 2"), ("use", "Cité avec son unité de compte.")],
    );
    assert_eq!(police.show(&first)["values"]["used_in"], "Rapport annuel, chapitre 2");
    editor.go(&second, "set_aside", &[("use", "Rien à reprendre cette année.")]);
    assert!(editor.go_refused(&third, "dispense", &[]).contains("Say why"));
    editor.go_because(&third, "dispense", &[], "Service réorganisé cette année");
    editor.go(&campaign, "close", &[("balance", "Deux contributions sur trois.")]);
    let closed = editor.sheet(&campaign, "receipts", &[]);
    assert_eq!(figure(&closed, "use reported back"), "2 / 2");

    // At an event, a service contributes by itself.
    let own = police.add_example("contribution", &[]);
    police.go(&own, "submit", &[]);
    editor.go(&own, "acknowledge", &[]);
}
