//! Writing a flash and a situation point in the browser, without a script.

use super::client::{Answer, Client};
use super::sample::LOGIN;
use super::watch;
use axum::http::StatusCode;
use beffroi_desk_threat::signals::{self, Decision};
use beffroi_desk_threat::{alerts, situation};

const PATH: &str = "/alertes/FLASH-2026-001/redaction";

/// The fields of the form as the page has them, with `changed` on top.
fn fields(page: &Answer, changed: &[(&str, &str)]) -> Vec<(String, String)> {
    let text = page.text();
    let form = text.split("<form method=\"post\"><input type=\"hidden\" name=\"jeton\"").last().unwrap();
    let mut all: Vec<(String, String)> = vec![("jeton".to_owned(), page.token())];
    for name in ["cle", "version"] {
        let (_, rest) = form.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        all.push((name.to_owned(), rest.split('"').next().unwrap().to_owned()));
    }
    for part in form.split("<textarea ").skip(1) {
        let name = part.split_once("name=\"").unwrap().1.split('"').next().unwrap();
        let value = part.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
        let plain = value.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'");
        all.push((name.to_owned(), plain.replace("&#38;", "&")));
    }
    for part in form.split("<select ").skip(1) {
        let name = part.split_once("name=\"").unwrap().1.split('"').next().unwrap();
        let chosen = part.split("<option value=\"").find(|option| option.contains("\" selected>")).unwrap();
        all.push((name.to_owned(), chosen.split('"').next().unwrap().to_owned()));
    }
    for part in form.split("<input type=\"date\"").skip(1) {
        let name = part.split_once("name=\"").unwrap().1.split('"').next().unwrap();
        let value = part.split_once("value=\"").unwrap().1.split('"').next().unwrap();
        all.push((name.to_owned(), value.to_owned()));
    }
    for (name, value) in changed {
        all.retain(|(known, _)| known != name);
        all.push(((*name).to_owned(), (*value).to_owned()));
    }
    all
}

async fn send(client: &mut Client, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    client.post(path, &fields).await
}

#[tokio::test]
async fn a_preview_shows_what_was_typed_and_keeps_nothing() {
    let mut client = Client::analyst().await;
    let page = client.get(PATH).await;
    assert_eq!(page.status, StatusCode::OK);
    let new = [("titre_fr", "Un titre à voir"), ("titre_en", "A title to see"), ("note_fr", ""), ("note_en", "")];
    let seen = send(&mut client, PATH, &fields(&page, &[&new[..], &[("action", "preview")]].concat())).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    assert!(seen.text().contains(">Un titre à voir</textarea>"), "the form keeps what was typed");
    let reference = "FLASH-2026-001".parse().unwrap();
    let stored = alerts::show(&client.app.store, &reference).await.unwrap().unwrap();
    assert_ne!(stored.title_fr, "Un titre à voir");

    let saved = send(&mut client, PATH, &fields(&page, &[&new[..], &[("action", "save")]].concat())).await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, "/alertes/FLASH-2026-001"));
    let stored = alerts::show(&client.app.store, &reference).await.unwrap().unwrap();
    assert_eq!(stored.title_fr, "Un titre à voir");
    // What was read must be what is changed.
    let stale = send(&mut client, PATH, &fields(&page, &[("action", "save")])).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_refusal_keeps_the_form_and_says_why() {
    let mut client = Client::analyst().await;
    let page = client.get(PATH).await;
    let quiet = [("note_fr", ""), ("note_en", "")];
    for (changed, why) in [
        (vec![("note_fr", "rappeler Mme Durand"), ("note_en", "x")], "celle d’une victime"),
        (vec![("note_fr", "voir faux[.]example"), ("note_en", "x")], "indicateur brut"),
        (vec![("note_fr", "seul"), ("note_en", "")], "deux"),
        (vec![("mention", "secret")], "ne se lit pas"),
        (vec![("fiabilite", "Z")], "ne se lit pas"),
        (vec![("ajouts", "domain-name | faux.example")], "ne se lit pas"),
        (vec![("ajouts", "domain-name | faux.example | | ")], "sans contexte"),
        (vec![("ajouts", "domain-name | www[.]impots[.]gouv[.]fr | vu | seen")], "liste d’avertissement"),
        (vec![("validite", "2025-01-01")], "jours ne se suivent pas"),
    ] {
        for action in ["preview", "save"] {
            let all = [&quiet[..], &changed[..], &[("action", action)]].concat();
            let answer = send(&mut client, PATH, &fields(&page, &all)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{changed:?}");
            let text = answer.text();
            assert!(text.contains("role=\"alert\"") && text.contains(why), "{changed:?}: {text}");
        }
    }
    let good = [&quiet[..], &[("ajouts", "domain-name | faux[.]example | vu | seen"), ("action", "preview")]].concat();
    let answer = send(&mut client, PATH, &fields(&page, &good)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text().contains("faux[.]example") && !answer.text().contains("href=\"http://faux"));
}

#[tokio::test]
async fn nobody_else_writes_and_an_issued_flash_is_not_rewritten() {
    let mut client = Client::analyst().await;
    assert_eq!(client.get("/alertes/FLASH-2026-002/redaction").await.status, StatusCode::NOT_FOUND);
    client.forget();
    client.sign_in("chef").await;
    assert_eq!(client.get("/alertes/FLASH-2026-002/redaction").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_decided_signal_becomes_a_draft_in_one_step() {
    let mut client = Client::analyst().await;
    let reference = "FLASH-2026-001".parse().unwrap();
    let flash = alerts::show(&client.app.store, &reference).await.unwrap().unwrap();
    let by = || beffroi_store::By::new("chef", super::sample::now());
    alerts::close(&client.app.store, flash, "remplacé", &by()).await.unwrap();
    let id = watch::on(&client.app.store, "fake_shop").await;
    let open = client.get(&format!("/signaux/{id}")).await;
    assert!(!open.text().contains("/flash"), "nobody drafts before novelty is decided");
    signals::decide(&client.app.store, &id, Decision::New, "jamais vu", &by()).await.unwrap();
    let page = client.get(&format!("/signaux/{id}")).await;
    assert!(page.text().contains(&format!("/signaux/{id}/flash")));
    let (token, path) = (page.token(), format!("/signaux/{id}/flash"));
    let stale = client.post(&path, &[("jeton", &token), ("decision", "variant")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let made = client.post(&path, &[("jeton", &token), ("decision", "new")]).await;
    assert_eq!((made.status, made.header("location")), (StatusCode::SEE_OTHER, "/alertes/FLASH-2026-003/redaction"));
    assert_eq!(client.get("/alertes/FLASH-2026-003/redaction").await.status, StatusCode::OK);
    let again = client.post(&path, &[("jeton", &token), ("decision", "new")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "one open flash a phenomenon");
    assert!(again.text().contains("FLASH-2026-003"));
}

#[tokio::test]
async fn an_issued_flash_is_fetched_in_every_form() {
    let mut client = Client::analyst().await;
    for format in alerts::Format::ALL {
        let answer = client.get(&format!("/alertes/FLASH-2026-002/fichiers/{format}")).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, format.media_type()), "{format}");
        assert!(answer.header("content-disposition").starts_with("attachment; filename=\"FLASH-2026-002."));
    }
    assert_eq!(client.get("/alertes/FLASH-2026-002/fichiers/exe").await.status, StatusCode::NOT_FOUND);
    assert_eq!(client.get("/alertes/FLASH-2026-001/fichiers/stix").await.status, StatusCode::NOT_FOUND, "a draft");
}

#[tokio::test]
async fn a_situation_point_is_drafted_written_and_frozen() {
    let mut client = Client::analyst().await;
    let page = client.get("/situations").await;
    let token = page.token();
    let bare = client.post("/situations", &[("jeton", &token), ("crise", "essai-1")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.text().contains("value=\"essai-1\""), "the form keeps what was typed");
    let first = [
        ("jeton", token.as_str()),
        ("crise", "essai-1"),
        ("nom_fr", "Fausses boutiques"),
        ("nom_en", "False shops"),
        ("phenomene", "fake_shop"),
        ("depuis", "2026-01-01"),
    ];
    let made = client.post("/situations", &first).await;
    assert_eq!((made.status, made.header("location")), (StatusCode::SEE_OTHER, "/situations/SIT-2026-001"));
    let path = "/situations/SIT-2026-001";
    let page = client.get(path).await;
    let version = page.hidden("version");
    let form = |statements: &'static str, action: &'static str| {
        vec![
            ("action", action),
            ("faits", statements),
            ("actions", "prévenir | warn"),
            ("inconnues", ""),
            ("suivant", "2026-01-14T18:00"),
        ]
    };
    let with = |version: &str, mut fields: Vec<(&'static str, &'static str)>| -> Vec<(String, String)> {
        fields.push(("none", ""));
        let mut all: Vec<(String, String)> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        all.extend([("jeton".to_owned(), token.clone()), ("version".to_owned(), version.to_owned())]);
        all
    };
    for wrong in ["vu par tous", "Z9 | a | b", "B2 | Mme Durand | Mrs Durand"] {
        let answer = send(&mut client, path, &with(&version, form(wrong, "save"))).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(answer.text().contains(&format!("{wrong}</textarea>")), "{wrong}");
    }
    let saved =
        send(&mut client, path, &with(&version, form("B2 | un fait <b> | a fact\nF6 | un bruit | a rumour", "save")))
            .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let version = client.get(path).await.hidden("version");
    let frozen = send(&mut client, path, &with(&version, form("", "freeze"))).await;
    assert_eq!(frozen.status, StatusCode::SEE_OTHER);
    let page = client.get(path).await;
    assert!(!page.text().contains("name=\"faits\"") && !page.text().contains("un fait <b>"));
    for action in ["save", "freeze"] {
        let late = send(&mut client, path, &with("3", form("", action))).await;
        assert_eq!(late.status, StatusCode::NOT_FOUND, "{action}: a frozen point is nobody's to change");
    }
    for (format, kind) in [
        ("pdf", "application/pdf"),
        ("odt", "application/vnd.oasis.opendocument.text"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("txt", "text/plain; charset=utf-8"),
        ("json", "application/json"),
    ] {
        let answer = client.get(&format!("{path}/fichiers/{format}")).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, kind));
        assert!(!["odt", "docx"].contains(&format) || answer.bytes.starts_with(b"PK\x03\x04"), "{format}");
    }
    assert_eq!(client.get(&format!("{path}/fichiers/doc")).await.status, StatusCode::NOT_FOUND);
    let stored = situation::show(&client.app.store, &"SIT-2026-001".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((stored.author.as_str(), stored.content.statements.len()), (LOGIN, 2));
}
