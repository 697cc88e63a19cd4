//! Every page, in both languages.

use super::client::{Answer, Client, between};
use super::sample::{DOMAIN, HOSTILE, RARE};
use super::watch;
use axum::http::StatusCode;
use beffroi_wording::Lang;
use std::collections::BTreeSet;

/// Every address that shows a page, once the sample is in.
pub(crate) async fn every_page(client: &Client) -> Vec<String> {
    let signal = watch::on(&client.app.store, "fake_shop").await;
    let series = client.app.store.series_list(1, 0).await.unwrap()[0].id.to_string();
    let mut pages: Vec<String> = [
        "/",
        "/matin",
        "/indicateurs",
        "/series",
        "/signaux",
        "/alertes",
        "/alertes/FLASH-2026-001",
        "/alertes/FLASH-2026-002",
        "/rapport",
        "/rapport/2025",
        "/sources",
        "/sources/synth-unites",
        "/sources/ssmsi-departements",
        "/livraisons",
        "/livraisons/DEL-00000000000000000000000000000001",
        "/livraisons/DEL-00000000000000000000000000000002",
        "/nomenclatures",
        "/nomenclatures/attack",
        "/nomenclatures/attack?q=phishing&etat=en-vigueur",
        "/nomenclatures/attack/T1656",
        "/nomenclatures/articles/CP%20323-1",
        "/nomenclatures/phenomena/ransomware",
        "/nomenclatures/departments/versions",
        "/aide",
        "/orientation",
        "/orientation?r=1.ba",
        "/api",
        "/compte",
        "/personnes",
        "/personnes/chef",
        "/consultations",
        "/registres",
        "/registres/need",
        "/registres/need?etat=draft",
        "/registres/need/nouveau",
        "/registres/need/NEED-2026-0001",
        "/registres/support_request/SUP-2026-0001",
        "/registres/law_change/LAW-2026-0001",
        "/registres/action/nouveau",
        "/echeances",
        "/echeances?jours=90",
        "/ma-journee",
        "/recherche?q=t%C3%A9l%C3%A9phones",
        "/indicateurs/digital-offences?grain=year&by=category",
        "/indicateurs/digital-offences?by=department&grain=year",
        "/indicateurs/digital-offences?by=category&grain=month&category=AN-PERS&from=2024&to=2025",
        "/indicateurs/fraud-rate?by=department",
        "/indicateurs?q=%C3%A9scroqueries&layer=recorded",
        "/indicateurs?q=nothing+of+the+kind",
        "/indicateurs/digital-offences/revisions?grain=year",
        "/indicateurs/fraud-rate/revisions?by=department",
        "/comparer",
        "/comparer?indicator=digital-offences&grain=month&territory=75&from=2024-03&to=2025-03",
        "/comparer?indicator=fraud-victims&from=2021&to=2024",
        "/comparer?what=territories",
        "/comparer?what=territories&indicator=fraud-rate&a=13&b=FR&period=2024",
        "/comparer?what=territories&indicator=digital-offences&a=13&b=75&period=2024",
        "/comparer?what=territories&indicator=digital-offences&a=NL&b=75&period=2024&measure=count",
        "/rapprochements",
        "/indicateurs/ransomware-claims?by=subject",
        "/indicateurs/ransomware-claims?by=subject&grain=year&from=2025&to=2025",
    ]
    .map(str::to_owned)
    .into();
    for card in beffroi_desk_observatory::indicators::Catalogue::builtin().cards() {
        pages.push(format!("/indicateurs/{}", card.code));
    }
    pages.push(format!("/signaux/{signal}"));
    pages.push(format!("/signaux/{signal}/carte"));
    pages.push(format!("/series/{series}"));
    pages
}

pub(crate) fn check_html(path: &str, lang: &str, page: &Answer) {
    let found = super::accessible::faults(&page.text(), lang);
    assert!(found.is_empty(), "{path} ({lang}): {found:#?}");
    let mut text = super::keys::without(&page.text());
    if super::observatory::scripted(path) {
        text = text.replacen("<script src=\"/static/passkey.", "", 1);
    }
    let at = format!("{path} ({lang})");
    assert!(page.header("content-type").starts_with("text/html"), "{at}");
    assert!(text.contains(&format!("<html lang=\"{lang}\">")), "{at}: language");
    let title = between(&text, "<title>", "</title>");
    assert!(title.ends_with(" – Beffroi") && title.len() > 12, "{at}: {title}");
    assert_eq!(text.matches("<h1").count(), 1, "{at}: one h1");
    for wrong in [" style=", "<script", "<style", "javascript:", " onclick", "http-equiv", "<iframe", "<base"] {
        assert!(!text.contains(wrong), "{at}: {wrong}");
    }
    assert_eq!(text.matches("id=\"contenu\"").count(), 1, "{at}: what the skip link leads to");
    // A key between brackets is a message that is missing.
    for part in text.split('[').skip(1) {
        let key = part.split(']').next().unwrap();
        let is_key = key.contains('-') && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(!is_key, "{at}: no message {key}");
    }
    let ids: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{at}: an identifier stands twice: {ids:?}");
    for attribute in ["aria-labelledby=\"", "for=\""] {
        for named in text.split(attribute).skip(1).filter_map(|t| t.split('"').next()) {
            for id in named.split(' ') {
                assert!(unique.contains(id), "{at}: {attribute}{id} names nothing");
            }
        }
    }
    for link in text.split(" href=\"").skip(1).filter_map(|t| t.split('"').next()) {
        assert!(link.starts_with('/') || link.starts_with('#') || link.starts_with('?'), "{at}: {link} leads out");
        assert!(!link.contains(DOMAIN), "{at}: an observable is a link");
    }
    assert!(!text.contains(DOMAIN), "{at}: an observable stands unbroken");
    assert!(!text.contains("<img src=x"), "{at}: hostile text is not escaped");
}

#[tokio::test]
async fn every_page_renders_in_both_languages() {
    let mut client = Client::analyst().await;
    for path in every_page(&client).await {
        for lang in ["fr", "en"] {
            let asked = format!("{path}{}lang={lang}", if path.contains('?') { '&' } else { '?' });
            let page = client.get(&asked).await;
            assert_eq!(page.status, StatusCode::OK, "{asked}: {}", page.text());
            check_html(&path, lang, &page);
        }
    }
}

#[tokio::test]
async fn hostile_text_is_shown_and_harmless() {
    let mut client = Client::analyst().await;
    for path in ["/alertes/FLASH-2026-001", "/indicateurs/ransomware-claims?by=subject"] {
        let text = client.get(path).await.text();
        assert!(text.contains("alert(1)"), "{path} does not show it at all: the test sees nothing");
        assert!(!text.contains(HOSTILE), "{path}");
    }
    let reflected = client.get("/indicateurs?lang=en&x=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await.text();
    assert!(!super::keys::without(&reflected).contains("<script"), "{reflected}");
}

#[tokio::test]
async fn observables_are_defanged() {
    let mut client = Client::analyst().await;
    let series = client.app.store.series_list(1, 0).await.unwrap()[0].id.to_string();
    let text = client.get(&format!("/series/{series}")).await.text();
    assert!(text.contains("[.]example</code>"), "the evidence is shown, broken");
    assert!(!text.contains(".example<"), "unbroken");
}

#[tokio::test]
async fn a_small_cell_never_appears() {
    let mut client = Client::analyst().await;
    // Three reports of that category in 2024: told by no page nor file, and neither is what would give it away.
    let page = client.get("/indicateurs/digital-offences?grain=year&by=category&lang=fr").await.text();
    let row = between(&page, "Atteintes aux législations et réglementations spécifiques au numérique</th>", "</tr>");
    assert!(row.contains("class=\"num secret\">s</td>"), "{row}");
    assert!(page.contains("secret statistique"), "the sign is explained");
    let csv = client.get("/indicateurs/digital-offences.csv?grain=year&by=category").await.text();
    let line = csv.lines().find(|l| l.starts_with(&format!("{RARE},2024"))).unwrap();
    assert!(line.starts_with(&format!("{RARE},2024,,,,,,C")), "{line}");
    let hidden = csv.lines().filter(|l| l.contains(",2024,,")).count();
    assert!(hidden >= 2, "a second one is hidden with it");
    for path in every_page(&client).await {
        // A series is work on procedures, told apart in its page; how many codes a list holds is no figure.
        // What a quality sheet protects has its own test: it also counts rows that were set aside, and days.
        if !["/series", "/sources", "/nomenclatures", "/livraisons"].iter().any(|apart| path.starts_with(apart)) {
            let text = client.get(&path).await.text();
            for small in ["1", "2", "3", "4"] {
                for cell in
                    [format!("\">{small}</td>"), format!("<dd>{small}</dd></div>"), format!(" · {small}</title>")]
                {
                    // What offenders claim themselves is no secret, and a sparse week of it is small.
                    let is_claims = path.contains("ransomware-claims");
                    assert!(is_claims || !text.contains(&cell), "{path}: {cell}");
                }
            }
        }
    }
}

#[tokio::test]
async fn synthetic_data_are_marked_wherever_they_show() {
    let mut client = Client::analyst().await;
    for path in
        ["/", "/indicateurs/digital-offences", "/series", "/signaux", "/alertes/FLASH-2026-001", "/rapport/2025"]
    {
        let text = client.get(path).await.text();
        assert!(text.contains("class=\"synthetic\""), "{path}");
    }
    let help = client.get("/aide").await.text();
    assert!(!help.contains("class=\"synthetic\""), "nothing synthetic is shown there");
}

#[tokio::test]
async fn the_marking_is_the_strictest_of_what_is_shown() {
    let mut client = Client::analyst().await;
    for (path, marking) in [
        ("/aide", "TLP:CLEAR"),
        ("/indicateurs/fraud-rate", "TLP:GREEN"),
        ("/alertes/FLASH-2026-001", "TLP:AMBER"),
        ("/series", "TLP:AMBER+STRICT"),
    ] {
        let text = client.get(path).await.text();
        let bar = between(&text, "class=\"marking\"", "</div>");
        assert!(bar.contains(&format!(">{marking}</span>")), "{path}: {bar}");
    }
}

#[tokio::test]
async fn what_runs_still_is_not_drawn_as_a_fall() {
    let mut client = Client::analyst().await;
    let (over, running) = ("<th scope=\"row\">December 2025</th>", "<th scope=\"row\">January 2026</th>");
    let shown = client.get("/indicateurs/digital-offences?lang=en").await.text();
    assert!(shown.contains(over) && !shown.contains(running));
    let asked = client.get("/indicateurs/digital-offences?lang=en&to=2026").await.text();
    assert!(asked.contains(running), "asked for, it is there");
}

#[tokio::test]
async fn the_dashboard_says_how_much_where_and_what_is_new() {
    let mut client = Client::analyst().await;
    let text = client.get("/?lang=en").await.text();
    for shown in [
        "Recorded digital offences, 2025",
        "on 2024",
        "Not located",
        "FLASH-2026-002",
        "to decide",
        "demo-departements",
    ] {
        assert!(text.contains(shown), "{shown}");
    }
    let item =
        |reference: &str| text.split("<li>").find(|item| item.contains(reference)).unwrap_or_default().to_owned();
    let (draft, issued) = (Lang::En.say("web-alert-draft"), Lang::En.say("web-alert-issued"));
    assert!(item("FLASH-2026-001").contains(&draft), "a draft says that it is one");
    assert!(item("FLASH-2026-002").contains(&issued), "an issued flash says so");
}

#[tokio::test]
async fn files_are_handed_out_by_name_only() {
    let mut client = Client::analyst().await;
    let pdf = client.get("/rapport/2025/report.pdf").await;
    assert_eq!((pdf.status, pdf.header("content-type")), (StatusCode::OK, "application/pdf"));
    assert!(pdf.header("content-disposition").starts_with("attachment"));
    let text = client.get("/rapport/2025/report.odt").await;
    assert_eq!((text.status, text.header("content-type")), (StatusCode::OK, "application/vnd.oasis.opendocument.text"));
    let offered = client.get("/rapport/2025").await.text();
    assert!(offered.contains("/rapport/2025/report.odt") && !offered.contains("report.docx"), "what is not there");
    for path in [
        "/rapport/2025/report.docx",
        "/rapport/2025/secret.txt",
        "/rapport/2025/..%2F2025%2Freport.pdf",
        "/rapport/2024/report.pdf",
        "/rapport/02025",
        "/rapport/..",
        "/rapport/2025/birth-certificates.json",
    ] {
        assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let flash = client.get("/alertes/FLASH-2026-002/pdf").await;
    assert_eq!(flash.header("content-type"), "application/pdf");
    assert!(flash.bytes.starts_with(b"%PDF"));
    let csv = client.get("/indicateurs/fraud-rate.csv?by=department").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
}

#[tokio::test]
async fn what_does_not_exist_is_not_found_and_what_is_unclear_is_refused() {
    let mut client = Client::analyst().await;
    for path in [
        "/x",
        "/indicateurs/x",
        "/series/SER-x",
        "/series/x",
        "/signaux/SIG-x",
        "/alertes/FLASH-2020-001",
        "/alertes/x",
        "/sources/x",
        "/series?page=9",
        "/indicateurs/x/revisions",
        "/indicateurs/losses?snapshot=99",
        "/comparer?indicator=x",
        "/rapprochements?subject=x",
        "/static/app.css",
    ] {
        assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in [
        "/series?page=0",
        "/series?page=x",
        "/indicateurs/losses?grain=day",
        "/indicateurs/losses?by=x",
        "/indicateurs/losses?from=x",
        "/indicateurs/losses?to=2025-13",
        "/indicateurs/losses?snapshot=x",
        "/indicateurs?layer=x",
        "/indicateurs?theme=x",
        "/indicateurs?periodicity=x",
        "/comparer?what=ranks",
        "/comparer?from=x",
        "/comparer?what=territories&a=x&b=75",
        "/comparer?what=territories&indicator=bank-fraud-households",
        "/comparer?indicator=platform-reports",
        "/indicateurs/platform-reports?by=department",
        "/comparer?what=territories&indicator=digital-offences&measure=x",
    ] {
        assert_eq!(client.get(path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
}

#[tokio::test]
async fn the_style_sheet_is_small_and_is_kept() {
    let mut client = Client::stranger().await;
    let page = client.get("/connexion").await.text();
    let href = between(&page, "rel=\"stylesheet\" href=\"", "\"").to_owned();
    let plain = client.get(&href).await;
    assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
    client.headers.push(("accept-encoding", "gzip".into()));
    let packed = client.get(&href).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.bytes.len() <= 12 * 1024, "{} bytes", packed.bytes.len());
    assert!(packed.bytes.len() < plain.bytes.len());
}
