//! The orientation of victims: no account, no cookie, nothing kept, and the right channel at the end of every walk.

use super::client::{Answer, Client, between};
use super::logs::Lines;
use super::pages::check_html;
use axum::http::StatusCode;
use beffroi_decision::{Step, Tree, orientation};
use std::collections::BTreeSet;

/// The addresses of the answers of a question.
fn answers(page: &Answer) -> Vec<String> {
    let text = page.text();
    let list = between(&text, "class=\"answers\"", "</ul>");
    list.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&")).collect()
}

/// Every walk to an end, as the tree has it.
fn ends(tree: &Tree) -> Vec<String> {
    let (mut todo, mut ends) = (vec![tree.begin()], Vec::new());
    while let Some(walk) = todo.pop() {
        match tree.walk(&walk).unwrap() {
            Step::Ask(question) => todo.extend((0..question.answers.len()).filter_map(|at| tree.after(&walk, at))),
            Step::End(_) => ends.push(walk),
        }
    }
    ends
}

fn keeps_nothing(at: &str, page: &Answer) {
    assert_eq!(page.status, StatusCode::OK, "{at}");
    assert_eq!(page.header("set-cookie"), "", "{at}");
    assert_eq!(page.header("cache-control"), "no-store", "{at}");
    for kept in ["<script", "<form", "<input"] {
        assert!(!page.text().contains(kept), "{at}: {kept}");
    }
}

#[tokio::test]
async fn every_page_of_the_walk_keeps_nothing_and_reads_in_both_languages() {
    let mut client = Client::stranger().await;
    let tree = orientation().unwrap();
    let (mut todo, mut n) = (vec![("/orientation?lang=en".to_owned(), tree.begin())], 0);
    // Each question once, by the first walk that comes to it, and all that its answers lead to.
    let mut asked = BTreeSet::new();
    while let Some((path, walk)) = todo.pop() {
        let page = client.get(&path).await;
        keeps_nothing(&path, &page);
        n += 1;
        let Ok(Step::Ask(question)) = tree.walk(&walk) else { continue };
        if asked.insert(&question.code) {
            check_html(&path, "en", &page);
            check_html(&path, "fr", &client.get(&path.replace("lang=en", "lang=fr")).await);
            let further = answers(&page);
            assert_eq!(further.len(), question.answers.len(), "{path}");
            for (at, href) in further.into_iter().enumerate() {
                let walk = tree.after(&walk, at).unwrap();
                assert_eq!(href, format!("/orientation?r={walk}&lang=en"), "the language goes along");
                todo.push((href, walk));
            }
        }
    }
    assert_eq!(asked.len(), tree.questions.len());
    assert!(n > 30, "{n} pages");
    assert!(client.cookie("beffroi-lang").is_none(), "the language is in the address");
    // Elsewhere it is remembered: the test sees cookies.
    client.get("/connexion?lang=en").await;
    assert_eq!(client.cookie("beffroi-lang"), Some("en"));
}

#[tokio::test]
async fn every_sheet_names_its_channels_and_leads_out_to_them_only() {
    let mut client = Client::stranger().await;
    let tree = orientation().unwrap();
    let official: BTreeSet<&str> = tree.channels.iter().map(|channel| channel.web.as_str()).collect();
    let ends = ends(&tree);
    assert!(ends.len() > 50, "{} ends", ends.len());
    for walk in ends {
        let page = client.get(&format!("/orientation?r={walk}&lang=en")).await;
        keeps_nothing(&walk, &page);
        let text = page.text();
        let Ok(Step::End(sheet)) = tree.walk(&walk) else { panic!("{walk}") };
        for channel in &sheet.channels {
            let name = beffroi_wording::Lang::En.say(&tree.channel_key(channel));
            assert!(text.contains(&name), "{walk}: {name}");
            let call: String = channel.call.chars().filter(char::is_ascii_digit).collect();
            assert!(call.is_empty() || text.contains(&format!("href=\"tel:{call}\"")), "{walk}: {call}");
        }
        let unconfirmed = sheet.channels.iter().filter(|channel| !channel.confirmed).count();
        assert!(text.matches("tag-warn").count() >= unconfirmed, "{walk}: what is not confirmed says so");
        assert_eq!(
            text.matches("class=\"ticks\"").count(),
            usize::from(!sheet.todo.is_empty()) + usize::from(!sheet.keep.is_empty())
        );
        for link in text.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let ours = link.starts_with("/orientation") || link.starts_with("/static/") || link == "#contenu";
            let out = link.starts_with("tel:") || official.contains(link);
            assert!(ours || out, "{walk}: {link}");
        }
        assert!(!text.contains("<script") && !text.contains(" style="), "{walk}");
    }
}

#[tokio::test]
async fn the_72_hours_end_three_days_from_now() {
    let mut client = Client::stranger().await;
    let tree = orientation().unwrap();
    let insured = ends(&tree).into_iter().find(|walk| match tree.walk(walk) {
        Ok(Step::End(sheet)) => sheet.todo.first().is_some_and(|advice| advice.deadline == "insurance"),
        _ => false,
    });
    let text = client.get(&format!("/orientation?r={}&lang=en", insured.unwrap())).await.text();
    let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap();
    let end = ((client.app.clock)() + jiff::SignedDuration::from_hours(72)).to_zoned(zone);
    let said = format!("{} at {:02}:{:02}", beffroi_wording::Lang::En.date(end.date()), end.hour(), end.minute());
    assert!(text.contains("72 hours") && text.contains(&said), "{said}");
}

#[tokio::test]
async fn an_address_that_is_no_walk_begins_again() {
    let mut client = Client::stranger().await;
    for walk in ["1.zz", "9.ba", "x", "1.bz", "%00", "1.b%22%3E%3Cscript%3E", "1.aaaa"] {
        let page = client.get(&format!("/orientation?r={walk}&lang=en")).await;
        keeps_nothing(walk, &page);
        check_html("/orientation", "en", &page);
        assert!(page.text().contains("Begin here") && answers(&page).len() == 2, "{walk}");
    }
}

#[tokio::test]
async fn no_answer_is_logged_nor_journalled() {
    let mut client = Client::stranger().await;
    let walks = ["1.ba", "1.baf", "1.qqqqq"];
    // Nothing is listening yet: what a thread without a listener meets first would stay silent for this one.
    client.post("/orientation?r=1.ba", &[]).await;
    let lines = Lines::default();
    let (at_all, ansi) = (tracing::level_filters::LevelFilter::TRACE, false);
    let log = tracing_subscriber::fmt().with_writer(lines.clone()).with_max_level(at_all).with_ansi(ansi).finish();
    let guard = tracing::subscriber::set_default(log);
    let before = client.app.store.journal_stored().await.unwrap();
    for walk in walks {
        client.get(&format!("/orientation?r={walk}")).await;
        client.post(&format!("/orientation?r={walk}"), &[]).await;
    }
    assert_eq!(client.app.store.journal_stored().await.unwrap(), before, "nothing is written");
    drop(guard);
    let text = lines.text();
    assert!(text.contains("http.path=/orientation"), "the test sees the log: {text}");
    for walk in walks {
        assert!(!text.contains(walk), "{walk} in the log: {text}");
    }
}
