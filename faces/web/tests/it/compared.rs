//! Two sides, and the way between totals that do not agree.

use super::client::{Client, between};
use super::sample;
use beffroi_model::{Period, PublishedCount, Report, Territory};
use beffroi_ports::doubles::MemoryFacts;
use std::sync::Arc;

#[tokio::test]
async fn no_growth_is_told_across_a_break_and_the_right_way_is() {
    let mut client = Client::analyst().await;
    let broken = client.get("/comparer?lang=en&indicator=fraud-victims&from=2021&to=2024").await.text();
    let finding = between(&broken, "<p class=\"finding\">", "</p>");
    assert!(
        finding.contains("No growth is computed") && finding.contains("THESEE") && !finding.contains('%'),
        "{finding}"
    );
    let link = between(&broken, "<div class=\"notice\"><p>", "</div>");
    let link = between(link, "href=\"", "\"").replace("&amp;", "&").replace("&#38;", "&");
    assert!(link.contains("from=2023") && link.contains("to=2024"), "{link}");
    let sound = client.get(&format!("{link}&lang=en")).await.text();
    let finding = between(&sound, "<p class=\"finding\">", "</p>");
    assert!(finding.contains("From 2023 to 2024: +") && finding.contains('%'), "{finding}");
}

#[tokio::test]
async fn the_other_definition_is_named_instead_of_a_growth() {
    let counts = sample::counts().into_iter().map(|row| {
        let later = row.period.start().year() == 2024;
        PublishedCount { definition_version: if later { "new".into() } else { row.definition_version.clone() }, ..row }
    });
    let facts = Arc::new(MemoryFacts::holding(Vec::new(), counts.collect()));
    let mut client = Client::to(|app| app.facts = facts).await;
    client.sign_in(sample::LOGIN).await;
    let text = client.get("/comparer?lang=en&indicator=fraud-victims&from=2023&to=2024").await.text();
    let finding = between(&text, "<p class=\"finding\">", "</p>");
    assert!(finding.contains("“2025”") && finding.contains("“new”") && !finding.contains('%'), "{finding}");
    assert!(text.contains("computed again under one definition"), "the right way");
}

#[tokio::test]
async fn counts_become_rates_unless_they_are_asked_for() {
    let mut client = Client::analyst().await;
    let path = "/comparer?lang=en&what=territories&indicator=digital-offences&a=75&b=13&period=2024";
    let rates = client.get(path).await.text();
    let sides = between(&rates, "<div class=\"sides\">", "</div>");
    assert!(sides.contains("offences per 100,000 inhabitants") && sides.contains("for a population of"), "{sides}");
    assert!(rates.contains("This is no ranking") && rates.contains("95% intervals"), "{rates}");
    let counts = client.get(&format!("{path}&measure=count")).await.text();
    let sides = between(&counts, "<div class=\"sides\">", "</div>");
    assert!(!sides.contains("inhabitants"), "{sides}");
    // The same cut has the same figure everywhere.
    let page =
        client.get("/indicateurs/digital-offences?lang=en&grain=year&by=department&from=2024&to=2024").await.text();
    let row = between(&page, "<th scope=\"row\">Paris</th>", "</tr>");
    let value = between(row, "<td class=\"num\">", "</td>");
    assert!(sides.contains(&format!("<strong>{value}</strong>")), "{value}: {sides}");
    // Without a choice nothing is compared: no pair stands before the others.
    let none = client.get("/comparer?lang=en&what=territories").await.text();
    assert!(none.contains("Choose two territories.") && !none.contains("class=\"sides\""));
}

/// The sample with some reports of one more department in 2024.
async fn with_department(code: &str, n: usize) -> Client {
    let mut reports = sample::reports();
    let model = reports[0].clone();
    reports.extend((0..n).map(|i| Report {
        id: format!("few-{i}").parse().unwrap(),
        territory: code.parse().unwrap(),
        reported_on: "2024-05-02".parse().unwrap(),
        ..model.clone()
    }));
    let facts = Arc::new(MemoryFacts::holding(reports, sample::counts()));
    let mut client = Client::to(|app| app.facts = facts).await;
    client.sign_in(sample::LOGIN).await;
    client
}

#[tokio::test]
async fn a_small_cell_is_secret_on_both_sides_of_a_comparison() {
    let path = "/comparer?lang=en&what=territories&indicator=digital-offences&a=48&b=75&period=2024";
    let over_time = "/comparer?lang=en&indicator=digital-offences&territory=48&from=2024&to=2025";
    let mut few = with_department("48", 3).await;
    for path in [path.to_owned(), format!("{path}&measure=count")] {
        let text = few.get(&path).await.text();
        let side = between(&text, "<p class=\"side\">", "</p>");
        assert!(side.contains(">s</strong>") && !side.contains("population"), "{side}");
        assert!(between(&text, "<p class=\"finding\">", "</p>").contains("withheld"), "{path}");
    }
    assert!(between(&few.get(over_time).await.text(), "<p class=\"finding\">", "</p>").contains("withheld"));
    // The twin: enough of them are told.
    let mut enough = with_department("48", 30).await;
    let text = enough.get(&format!("{path}&measure=count")).await.text();
    assert!(between(&text, "<p class=\"side\">", "</p>").contains("<strong>30</strong>"));
}

fn total(value: f64, definition: &str, day: &str) -> PublishedCount {
    PublishedCount {
        source: "demo-published-totals".parse().unwrap(),
        series: "atteintes-numeriques".into(),
        period: Period::year(2023).unwrap(),
        territory: Territory::france(),
        unit_of_count: "infraction".into(),
        definition_version: definition.into(),
        vintage: day.parse().unwrap(),
        value,
        population: None,
        ..sample::counts()[0].clone()
    }
}

#[tokio::test]
async fn the_totals_of_one_year_stand_side_by_side_and_the_residual_is_shown() {
    let mut counts = sample::counts();
    counts.extend([
        total(278_770.0, "SSMSI-2024 (without THESEE)", "2024-04-30"),
        total(341_000.0, "SSMSI-2025 (with THESEE)", "2025-03-06"),
        total(358_300.0, "ILN-Insee-2025", "2025-10-14"),
    ]);
    let facts = Arc::new(MemoryFacts::holding(Vec::new(), counts));
    let mut client = Client::to(|app| app.facts = facts).await;
    client.sign_in(sample::LOGIN).await;
    let text = client.get("/rapprochements?lang=en").await.text();
    let table = between(&text, "<tbody>", "</tbody>");
    for shown in ["278,770", "341,000", "358,300", "SSMSI-2024 (without THESEE)", "ILN-Insee-2025"] {
        assert!(table.contains(shown), "{shown}: {table}");
    }
    assert!(text.contains("+63,400") && text.contains("Declared: SSMSI"), "a declared step with its source");
    assert!(text.contains("Left unexplained</th><td class=\"num\">+16,130</td>"), "{text}");
    assert!(text.contains("+79,530"), "the whole difference");
    // Another pair: the link keeps it.
    let options = between(&text, "id=\"f-b\"", "</select>");
    let option = options.split("<option value=\"").find(|o| o.contains("341,000")).unwrap();
    let key = option.split('"').next().unwrap();
    let path = format!("/rapprochements?lang=en&subject=recorded%2Fatteintes-numeriques%2F2023&b={key}");
    let text = client.get(&path).await.text();
    assert!(text.contains("Left unexplained</th><td class=\"num\">−1,170</td>"), "{text}");
    assert!(text.contains("+62,230"));
    // Nothing to bring together is said, not guessed.
    let mut plain = Client::analyst().await;
    assert!(plain.get("/rapprochements?lang=en").await.text().contains("No year has more than one total"));
}
