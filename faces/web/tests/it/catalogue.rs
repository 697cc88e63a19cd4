//! Indicators found, read, shared and revised.

use super::client::{Client, between};
use super::sample;
use beffroi_ports::doubles::MemoryFacts;
use std::sync::Arc;

/// The codes of the indicators listed.
fn listed(text: &str) -> Vec<String> {
    let links = text.split("<h3><a href=\"/indicateurs/").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_indicator_is_found_by_a_word_whatever_its_accents() {
    let mut client = Client::analyst().await;
    let all = listed(&client.get("/indicateurs?lang=fr").await.text());
    assert!(all.len() >= 8, "{all:?}");
    for query in ["D%C3%89LAI", "delai", "d%C3%A9lai+jours"] {
        let found = listed(&client.get(&format!("/indicateurs?lang=fr&q={query}")).await.text());
        assert!(found.contains(&"reporting-delay".to_owned()), "{query}: {found:?}");
        assert!(found.len() < all.len(), "{query} narrows nothing");
    }
    // In either language, by code, by source; every word counts.
    for (query, code) in
        [("recorded+victims", "fraud-victims"), ("fraud-rate", "fraud-rate"), ("demo-fraud-series", "fraud-victims")]
    {
        let found = listed(&client.get(&format!("/indicateurs?lang=fr&q={query}")).await.text());
        assert!(found.contains(&code.to_owned()), "{query}: {found:?}");
    }
    let none = client.get("/indicateurs?lang=en&q=delai+licorne").await.text();
    assert!(listed(&none).is_empty() && none.contains("No indicator answers"), "it says so");
    assert!(none.contains("value=\"delai licorne\""), "and keeps what was typed");
}

#[tokio::test]
async fn the_catalogue_is_narrowed_by_layer_theme_and_periodicity() {
    let mut client = Client::analyst().await;
    let catalogue = beffroi_desk_observatory::indicators::Catalogue::builtin();
    let count = |keeps: &dyn Fn(&beffroi_desk_observatory::indicators::Card) -> bool| {
        catalogue.cards().iter().filter(|card| keeps(card)).count()
    };
    let survey = listed(&client.get("/indicateurs?layer=survey").await.text());
    assert_eq!(survey.len(), count(&|c| c.layer == beffroi_model::Layer::Survey));
    assert!(!survey.is_empty());
    let claims = listed(&client.get("/indicateurs?theme=revendication").await.text());
    assert_eq!(claims.len(), count(&|c| c.unit_of_count == "revendication"));
    let both = listed(&client.get("/indicateurs?layer=survey&theme=revendication").await.text());
    assert!(both.is_empty(), "both must hold: {both:?}");
    let yearly = listed(&client.get("/indicateurs?periodicity=year").await.text());
    assert_eq!(yearly.len(), count(&|c| c.periodicity == beffroi_model::Grain::Year));
}

#[tokio::test]
async fn each_line_has_its_latest_figure_with_its_period_and_a_line_told_in_words() {
    let mut client = Client::analyst().await;
    let text = client.get("/indicateurs?lang=en&q=fraud-rate").await.text();
    let line = between(&text, "<li class=\"entry\">", "</li>");
    let page = client.get("/indicateurs/fraud-rate?lang=en&grain=year").await.text();
    let row = between(&page, "<th scope=\"row\">2024</th>", "</tr>");
    let value = between(row, "<td class=\"num\">", "</td>");
    assert!(line.contains(&format!("<strong>{value}</strong>")), "the same figure as on its page: {line}");
    assert!(line.contains(", 2024<"), "{line}");
    assert!(line.contains("From ") && line.contains("(2021) to ") && line.contains("lowest"), "{line}");
    // A year that runs still is not the latest: it would look like a fall.
    let text = client.get("/indicateurs?lang=en&q=digital-offences").await.text();
    let line = between(&text, "<li class=\"entry\">", "</li>");
    assert!(line.contains(", 2025<") && !line.contains(", 2026<"), "{line}");
}

#[tokio::test]
async fn figures_stand_above_their_four_lines() {
    let mut client = Client::analyst().await;
    for (lang, terms) in
        [("fr", ["Lecture", "Champ", "Source", "Note"]), ("en", ["How to read", "Coverage", "Source", "Note"])]
    {
        let text = client.get(&format!("/indicateurs/fraud-victims?lang={lang}&grain=year")).await.text();
        let lines = between(&text, "<dl class=\"convention\">", "</dl>");
        for term in terms {
            assert!(lines.contains(&format!("<dt>{term}</dt>")), "{lang} {term}: {lines}");
        }
        assert!(lines.contains("2024") && lines.contains("THESEE"), "a value read aloud, and the break: {lines}");
    }
    // What was asked for is part of what is covered.
    let text = client.get("/indicateurs/digital-offences?lang=fr&grain=year&department=75").await.text();
    let lines = between(&text, "<dl class=\"convention\">", "</dl>");
    assert!(lines.contains("Paris") && !lines.contains("France entière"), "{lines}");
}

#[tokio::test]
async fn the_map_and_the_table_say_the_same() {
    let mut client = Client::analyst().await;
    let text = client.get("/indicateurs/fraud-rate?lang=en&by=department").await.text();
    let row = between(&text, "<th scope=\"row\">Paris</th>", "</tr>");
    let value = between(row, "<td class=\"num\">", "</td>");
    assert!(text.contains(&format!("Paris · {value} ")), "the tip of the map: {value}");
    let legend = between(&text, "<ul class=\"ch-legend\">", "</ul>");
    assert!(legend.contains("below ") && legend.contains(" and more"), "the bounds: {legend}");
    let svg = between(&text, "<svg xmlns", "</svg>");
    assert!(svg.contains("Not located") && svg.contains("Réunion"), "beside the map");
    assert!(text.contains("quantiles"), "how the classes were made");
    // A department without a figure is not coloured as zero.
    let text = client.get("/indicateurs/digital-offences?lang=en&by=department&grain=year").await.text();
    let empty = text.split("<path class=\"ch-land").find(|path| path.contains("<title>Lozère")).unwrap();
    assert!(empty.contains("url(#carte-missing)") && !empty.starts_with(" ch-q"), "{empty}");
}

#[tokio::test]
async fn a_shared_link_keeps_the_cut_and_the_snapshot() {
    let mut client = Client::analyst().await;
    let asked = "/indicateurs/digital-offences?lang=en&grain=year&by=category&from=2024";
    let text = client.get(asked).await.text();
    let table = |text: &str| between(text, "<tbody>", "</tbody>").to_owned();
    let share = between(&text, "<ul class=\"list\">\n<li><a href=\"", "\"").replace("&amp;", "&").replace("&#38;", "&");
    for part in ["grain=year", "by=category", "from=2024", "to=2025", "snapshot="] {
        assert!(share.contains(part), "{share}: {part}");
    }
    let shared = client.get(&share).await.text();
    assert_eq!(table(&text), table(&shared), "{share}");
    // At an older state the page says so, and the next choice keeps it.
    let older = client.get("/indicateurs/fraud-victims?lang=en&snapshot=1").await.text();
    assert!(older.contains("snapshot 1 of the data, which is not the latest"), "{older}");
    assert!(older.contains("name=\"snapshot\" value=\"1\""));
    assert!(!text.contains("which is not the latest"), "the latest says nothing");
}

#[tokio::test]
async fn a_figure_is_shown_as_it_was_known_at_each_state() {
    // The same file twice as large lands later: the lake of the sample, and a second delivery of its source.
    let mut client = Client::analyst().await;
    let text = client.get("/indicateurs/digital-offences/revisions?lang=en&grain=year").await.text();
    assert!(text.contains("Snapshot 1<br>"), "{text}");
    assert!(text.contains("<th scope=\"row\">2025</th>"), "{text}");
    // Only the states of its own sources: the counts that landed second are no state of it.
    assert!(!text.contains("Snapshot 2<br>"), "{text}");
    // The figure is the one of the indicator's page.
    let page = client.get("/indicateurs/digital-offences?lang=en&grain=year").await.text();
    let row = between(&page, "<th scope=\"row\">2025</th>", "</tr>");
    let value = between(row, "<td class=\"num\">", "</td>");
    assert!(between(&text, "<th scope=\"row\">2025</th>", "</tr>").contains(value));
}

#[tokio::test]
async fn an_empty_lake_shows_a_catalogue_without_figures() {
    let mut client = Client::to(|app| app.facts = Arc::new(MemoryFacts::new())).await;
    client.sign_in(sample::LOGIN).await;
    let text = client.get("/indicateurs?lang=en").await.text();
    assert!(listed(&text).len() >= 8 && text.contains("no figure yet") && !text.contains("<strong>0"), "{text}");
    for path in ["/comparer", "/rapprochements", "/indicateurs/fraud-rate/revisions"] {
        assert_eq!(client.get(path).await.status.as_u16(), 200, "{path}");
    }
}
