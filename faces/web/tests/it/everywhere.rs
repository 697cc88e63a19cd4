//! Every address the program answers at, every register, form, record and sheet, in both languages, by whoever may open
//! it: each page is looked at as [`super::accessible`] says. A route without a page, here or where it is named, is a fault.

use super::client::{Answer, Client};
use super::made::{self, Facts};
use super::people::login_of;
use super::sample::{DELIVERY, LOGIN};
use super::{accessible, registers, watch};
use axum::http::{Method, StatusCode};
use beffroi_register::Of;
use beffroi_rights::Role;
use std::collections::BTreeSet;

/// Addresses whose page needs a world of its own; the test that looks at it there.
const ELSEWHERE: [(&str, &str); 5] = [
    ("/agenda/{file}", "reminders.rs"),
    ("/connexion/fournisseur", "openid.rs"),
    ("/connexion/retour", "openid.rs"),
    ("/accuse/{lien}", "diffusion.rs"),
    ("/exercice", "exercise.rs"),
];

/// What stands where `route` has names: every register, record and sheet, and one of each other kind.
async fn filled(client: &Client, route: &str) -> Vec<String> {
    let registry = registers::registry();
    let own = |path: String| vec![path];
    if let Some(rest) = route.strip_prefix("/registres/{register}") {
        let paths = registry.all().map(|register| {
            let rest =
                rest.replace("{reference}", &format!("{}-2026-0001", register.prefix)).replace("{format}", "csv");
            format!("/registres/{}{}", register.name, rest.replace("{id}", "none"))
        });
        return paths.collect();
    }
    if let Some(rest) = route.strip_prefix("/fiches/{of}/{sheet}") {
        let sheets = registry.all().flat_map(|register| register.sheets.iter().map(move |sheet| (register, sheet)));
        let paths = sheets.map(|(register, sheet)| match sheet.of {
            Of::Register => format!("/fiches/{}/{}", register.name, sheet.name),
            Of::Record => format!("/fiches/{}-2026-0001/{}", register.prefix, sheet.name),
        });
        return paths.map(|path| format!("{path}{}", rest.replace("{format}", "txt"))).collect();
    }
    let part = |n: usize| route.split('/').nth(n).unwrap_or_default();
    let signal = watch::on(&client.app.store, "fake_shop").await.to_string();
    let series = client.app.store.series_list(1, 0).await.unwrap()[0].id.to_string();
    let id = match part(1) {
        "signaux" => signal.as_str(),
        "series" => series.as_str(),
        "indicateurs" => "digital-offences",
        "sources" => "synth-unites",
        "livraisons" => DELIVERY,
        _ => "none",
    };
    let reference = if part(1) == "situations" { "SIT-2026-001" } else { "FLASH-2026-002" };
    let query = if route == "/recherche" { "?q=t%C3%A9l%C3%A9phones" } else { "" };
    let path = route
        .replace("{id}", id)
        .replace("{reference}", if route.ends_with("/redaction") { "FLASH-2026-001" } else { reference })
        .replace("{format}", "txt")
        .replace("{year}", "2025")
        .replace("{file}", "report.pdf")
        .replace("{login}", "chef")
        .replace("{index}", "0")
        .replace("{list}", "phenomena")
        .replace("{code}", "ransomware")
        .replace("{tlp}", "green");
    own(format!("{path}{query}"))
}

fn is_page(answer: &Answer) -> bool {
    let said = [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY].contains(&answer.status);
    said && answer.header("content-type").starts_with("text/html")
}

fn look(at: &str, lang: &str, page: &Answer, faults: &mut Vec<String>) {
    faults.extend(accessible::faults(&page.text(), lang).into_iter().map(|fault| format!("{at} ({lang}): {fault}")));
}

#[tokio::test]
async fn every_page_of_every_route_is_looked_at_in_both_languages() {
    let mut client = Client::stranger().await;
    made::situation(&client.app.store, "SIT-2026-001", 1, &Facts::published()).await;
    let mut persons = vec![String::new(), LOGIN.to_owned(), "chef".to_owned()];
    persons.extend(Role::ALL.iter().map(|role| login_of(*role)));
    let routes: BTreeSet<&str> = beffroi_web::routes()
        .into_iter()
        .filter(|route| {
            route.method == Method::GET && !route.path.starts_with("/api/") && route.path != "/static/{name}"
        })
        .map(|route| route.path)
        .collect();
    let (mut faults, mut n, mut without) = (Vec::new(), 0, Vec::new());
    for route in routes {
        let (mut shown, mut is_file) = (false, false);
        for path in filled(&client, route).await {
            // Whoever may open it: a stranger, who works, who leads, then each role alone.
            for person in &persons {
                client.forget();
                if !person.is_empty() {
                    client.become_of(person).await;
                }
                let page = client.get(&path).await;
                is_file |= page.status == StatusCode::OK && !is_page(&page);
                if is_page(&page) {
                    let joint = if path.contains('?') { '&' } else { '?' };
                    for lang in ["fr", "en"] {
                        look(&path, lang, &client.get(&format!("{path}{joint}lang={lang}")).await, &mut faults);
                        n += 1;
                    }
                    shown = true;
                    break;
                }
                if is_file {
                    break;
                }
            }
        }
        if !shown && !is_file && !ELSEWHERE.iter().any(|(known, _)| *known == route) {
            without.push(route);
        }
    }
    assert!(faults.is_empty(), "{} faults on {n} pages:\n{}", faults.len(), faults.join("\n"));
    // A page of attachments has files only, and the sample attaches none.
    assert_eq!(without, ["/registres/{register}/{reference}/pieces/{id}"], "nobody opens these");
    assert!(n > 500, "{n} pages only");
}

#[tokio::test]
async fn pages_that_refuse_are_looked_at_too() {
    let mut client = Client::analyst().await;
    let token = client.get("/aide").await.token();
    let mut faults = Vec::new();
    for path in ["/nowhere", "/series?page=x", "/alertes/FLASH-2020-001"] {
        look(
            path,
            "en",
            &client.get(&format!("{path}{}lang=en", if path.contains('?') { '&' } else { '?' })).await,
            &mut faults,
        );
    }
    for register in registers::registry().all() {
        let path = format!("/registres/{}/nouveau", register.name);
        let empty = client.post(&path, &[("jeton", &token)]).await;
        if empty.header("content-type").starts_with("text/html") {
            look(&path, "en", &empty, &mut faults);
        }
    }
    let signal = format!("/signaux/{}", watch::on(&client.app.store, "fake_shop").await);
    look(&signal, "en", &client.post(&signal, &[("jeton", &token), ("decision", "x")]).await, &mut faults);
    client.forget();
    let door = client.get("/connexion").await;
    let fields = [("jeton", door.token()), ("login", "x".to_owned()), ("password", "y".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
    look("/connexion", "fr", &client.post("/connexion", &fields).await, &mut faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
