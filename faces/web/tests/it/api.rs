//! What machines read: every operation against its own description, the same figures in every form, and who may read them.

use super::client::{Answer, Client};
use super::machines::{ask, scope_in, token_of, widest_token, widest_token_in};
use super::people::{TODAY, login_of};
use super::sample::RARE;
use super::schema::faults;
use axum::http::StatusCode;
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::{Kind, Role, World};
use beffroi_wording::Lang;
use jiff::ToSpan;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

const FIGURES: &str = "/api/v1/indicators/digital-offences/figures";
const CUT: &str = "by=category,year&from=2023&to=2025";

/// Asks by the widest token of a role that reads the address.
async fn read(client: &Client, path: &str) -> Answer {
    with(client, path, &[]).await
}

async fn with(client: &Client, path: &str, headers: &[(&str, &str)]) -> Answer {
    let of = |part: &&str| path.starts_with(&format!("/api/v1/{part}"));
    let coordination =
        ["alerts", "signals", "situations", "registers", "records", "sheets", "deadlines"].iter().any(of);
    let token = match coordination {
        true => widest_token(client, &login_of(Role::Analyst)).await,
        false => widest_token_in(client, &login_of(Role::Statistician), World::Statistics).await,
    };
    let mut all = vec![("authorization", format!("Bearer {token}"))];
    all.extend(headers.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let answer = ask(client, path, &all).await;
    // A person holds so many tokens and no more.
    let login = login_of(if coordination { Role::Analyst } else { Role::Statistician });
    for held in client.app.store.tokens_of(&login).await.unwrap() {
        let by = beffroi_store::By::new(login.as_str(), super::sample::now());
        client.app.store.token_revoke(&held.handle, &by).await.unwrap();
    }
    answer
}

fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.bytes).unwrap_or_else(|error| panic!("{error}: {}", answer.text()))
}

async fn described(client: &Client) -> Value {
    json(&read(client, "/api/v1/openapi.json").await)
}

#[tokio::test]
async fn the_description_holds_every_route_and_nothing_else() {
    let client = Client::stranger().await;
    let described = described(&client).await;
    let paths: BTreeSet<&str> = described["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let routes: BTreeSet<&str> =
        beffroi_web::routes().iter().map(|r| r.path).filter(|p| p.starts_with("/api/")).collect();
    assert_eq!(paths, routes);
    assert_eq!(described["openapi"], "3.1.0");
    for (path, item) in described["paths"].as_object().unwrap() {
        let named: Vec<&str> = path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}')).collect();
        for (method, operation) in item.as_object().unwrap() {
            let declared = operation["parameters"].as_array().unwrap().iter().filter(|p| p["in"] == "path");
            assert_eq!(declared.map(|p| p["name"].as_str().unwrap()).collect::<Vec<_>>(), named, "{method} {path}");
        }
    }
    // Each route by its method; what writes says what it takes, under which headers.
    let methods = described["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        item.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_ascii_uppercase()))
    });
    let routed = beffroi_web::routes();
    let routed = routed.iter().filter(|r| r.path.starts_with("/api/")).map(|r| format!("{} {}", r.method, r.path));
    assert_eq!(methods.collect::<BTreeSet<_>>(), routed.collect::<BTreeSet<_>>());
    for (path, item) in described["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(method, _)| *method != "get") {
            let body = &operation["requestBody"]["content"]["application/json"];
            assert_eq!(faults(&described, &body["schema"], &body["example"]), Vec::<String>::new(), "{method} {path}");
            let headers = operation["parameters"].as_array().unwrap().iter().filter(|p| p["in"] == "header");
            let headers: Vec<&str> = headers.map(|p| p["name"].as_str().unwrap()).collect();
            let versioned = operation["responses"]["412"].is_object();
            assert_eq!(headers, if versioned { vec!["Idempotency-Key", "If-Match"] } else { vec!["Idempotency-Key"] });
        }
    }
}

#[tokio::test]
async fn every_example_answers_as_its_schema_says() {
    let client = Client::stranger().await;
    super::made::situation(&client.app.store, "SIT-2026-001", 1, &super::made::Facts::published()).await;
    let described = described(&client).await;
    for (path, item) in described["paths"].as_object().unwrap() {
        // What only writes is tried in `record_writes.rs`.
        let Some(operation) = item.get("get") else { continue };
        let example = operation["x-example"].as_str().unwrap();
        let answer = read(&client, example).await;
        assert_eq!(answer.status, StatusCode::OK, "{example}: {}", answer.text());
        let kind = answer.header("content-type").split(';').next().unwrap().to_owned();
        let content = &operation["responses"]["200"]["content"];
        let schema = &content[&kind]["schema"];
        assert!(schema.is_object(), "{path} answers in {kind}, which is not described");
        if kind.ends_with("json") {
            assert_eq!(faults(&described, schema, &json(&answer)), Vec::<String>::new(), "{example}");
        }
        assert!(
            !answer.header("etag").is_empty()
                || ["/alerts", "/signals", "/situations"].iter().any(|part| path.contains(part)),
            "{path}"
        );
    }
    let problem = &described["components"]["schemas"]["Problem"];
    let wrong = read(&client, &format!("{FIGURES}?by=colour")).await;
    assert_eq!(faults(&described, problem, &json(&wrong)), Vec::<String>::new());
    // The twin: the schema sees what is missing and what is of another kind.
    let figures = json(&read(&client, &format!("{FIGURES}?{CUT}")).await);
    let schema = &described["components"]["schemas"]["Figures"];
    for (place, spoilt) in [("/figures/0/status", "X"), ("/certificate/digest", "abc"), ("/n", "many")] {
        let mut other = figures.clone();
        *other.pointer_mut(place).unwrap() = spoilt.into();
        assert!(!faults(&described, schema, &other).is_empty(), "{place}");
    }
}

#[tokio::test]
async fn a_validator_of_others_takes_the_description() {
    let python = std::env::var("BEFFROI_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", "import openapi_spec_validator"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        println!("skipped: the Python package openapi-spec-validator is absent (docs/api.md says how to have it)");
        return;
    }
    let client = Client::stranger().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openapi.json");
    let mut document = described(&client).await;
    let valid = |document: &Value| {
        std::fs::write(&file, document.to_string()).unwrap();
        Command::new(&python).args(["-m", "openapi_spec_validator"]).arg(&file).output().unwrap()
    };
    let output = valid(&document);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    document["paths"]["/api/v1/alerts"]["get"]["responses"] = "none".into();
    assert!(!valid(&document).status.success(), "the validator sees a fault");
}

/// The values of a CSV by the cells of its first columns.
fn rows(csv: &str, keys: &[&str], value: &str) -> BTreeMap<Vec<String>, String> {
    let mut lines = csv.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| head.iter().position(|column| *column == name).unwrap();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (keys.iter().map(|key| cells[at(key)].to_owned()).collect(), cells[at(value)].to_owned())
        })
        .collect()
}

#[tokio::test]
async fn every_form_and_the_page_give_the_same_figures() {
    let mut client = Client::analyst().await;
    let document = json(&read(&client, &format!("{FIGURES}?{CUT}")).await);
    let mut figures = BTreeMap::new();
    for row in document["figures"].as_array().unwrap() {
        let key = ["category", "year"].map(|k| row["keys"][k].as_str().unwrap().to_owned());
        figures.insert(key.to_vec(), row["value"].as_f64().map(|v| v.to_string()).unwrap_or_default());
    }
    assert!(figures.len() >= 12 && figures.values().any(String::is_empty), "{figures:?}");
    let csv = read(&client, &format!("{FIGURES}?{CUT}&format=csv")).await;
    assert_eq!(rows(&csv.text(), &["category", "year"], "value"), figures);
    let sdmx = with(&client, &format!("{FIGURES}?{CUT}"), &[("accept", "application/vnd.sdmx.data+csv")]).await;
    assert_eq!(rows(&sdmx.text(), &["CATEGORY", "TIME_PERIOD"], "OBS_VALUE"), figures);
    // The page's downloads of the same cut: to the byte.
    let of_page = "grain=year&by=category&from=2023&to=2025";
    for (end, format) in [(".csv", "csv"), (".sdmx.csv", "sdmx-csv"), (".sdmx.json", "sdmx-json")] {
        let page = client.get(&format!("/indicateurs/digital-offences{end}?{of_page}")).await;
        assert_eq!(page.status, StatusCode::OK, "{end}");
        let api = read(&client, &format!("{FIGURES}?{CUT}&format={format}")).await;
        assert!(page.bytes == api.bytes, "{end}: the page and the API differ");
    }
    let zip = client.get(&format!("/indicateurs/digital-offences.zip?{of_page}")).await;
    let api = read(&client, &format!("/api/v1/indicators/digital-offences/package?{CUT}")).await;
    assert!(zip.bytes == api.bytes && zip.bytes.starts_with(b"PK"), "the packages differ");
    // And the page itself shows them.
    let page = client.get(&format!("/indicateurs/digital-offences?{of_page}&lang=en")).await.text();
    for value in figures.values().filter_map(|value| value.parse::<f64>().ok()) {
        assert!(page.contains(&Lang::En.decimal(value, 0)), "{value} is not on the page");
    }
}

#[tokio::test]
async fn a_secret_cell_is_secret_in_every_form() {
    let client = Client::stranger().await;
    for format in ["json", "csv", "sdmx-csv", "sdmx-json"] {
        let text = read(&client, &format!("{FIGURES}?{CUT}&format={format}")).await.text();
        assert!(text.contains(RARE), "{format}");
        let secret = match format {
            "json" => text.contains("\"status\":\"C\""),
            "csv" => text.contains(&format!("{RARE},2024,,,,,,C,")),
            "sdmx-csv" => text.lines().any(|l| l.contains(&format!(",{RARE},")) && l.contains(",2024,,Q,C,")),
            _ => text.contains("[null,"),
        };
        assert!(secret, "{format}: {text}");
        assert!(!text.contains(&format!("{RARE},2024,3,")), "{format}");
    }
}

#[tokio::test]
async fn the_links_of_the_page_open_and_bring_the_same_view() {
    let mut client = Client::analyst().await;
    for query in ["", "?grain=year&by=category", "?grain=month&category=AN-PERS&from=2024", "?by=department&grain=year"]
    {
        let page = client.get(&format!("/indicateurs/digital-offences{query}")).await.text();
        let section = super::client::between(&page, "id=\"emporter\"", "</section>").to_owned();
        let links: Vec<String> = section
            .split(" href=\"")
            .skip(1)
            .map(|t| t.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
            .collect();
        assert_eq!(links.len(), 6, "{links:?}");
        for link in &links {
            assert_eq!(client.get(link).await.status, StatusCode::OK, "{link}");
        }
        assert!(links[..5].iter().all(|link| link.contains("snapshot=")), "{links:?}");
        let shared = client.get(&links[4]).await.text();
        let table = |page: &str| super::client::between(page, "<tbody>", "</tbody>").to_owned();
        assert_eq!(table(&shared), table(&page), "{query}");
        // The same addresses months later: the same figures.
        let before = client.get(&links[0]).await.bytes;
        client.app.clock = || "2026-11-02T09:30:00Z".parse().unwrap_or_default();
        client.restart();
        client.become_of(super::sample::LOGIN).await;
        let later = client.get(&links[0]).await;
        assert_eq!(later.status, StatusCode::OK);
        assert!(later.bytes == before, "{query}: months later");
        client.app.clock = super::sample::now;
        client.restart();
        client.become_of(super::sample::LOGIN).await;
    }
}

#[tokio::test]
async fn what_is_held_is_not_sent_again() {
    let client = Client::stranger().await;
    for path in [format!("{FIGURES}?{CUT}"), format!("{FIGURES}?{CUT}&format=sdmx-csv"), "/api/v1/codes".to_owned()] {
        let first = read(&client, &path).await;
        let tag = first.header("etag").to_owned();
        let again = with(&client, &path, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
        assert_eq!(with(&client, &path, &[("if-none-match", "\"other\"")]).await.status, StatusCode::OK);
    }
    let digest = json(&read(&client, &format!("{FIGURES}?{CUT}")).await)["certificate"]["digest"].clone();
    let tag = read(&client, &format!("{FIGURES}?{CUT}")).await.header("etag").to_owned();
    assert!(tag.contains(digest.as_str().unwrap()), "the tag is made of the certificate's digest");
    let other = read(&client, &format!("{FIGURES}?by=year")).await;
    assert_ne!(other.header("etag"), tag);
}

#[tokio::test]
async fn a_wrong_parameter_is_named() {
    let client = Client::stranger().await;
    for (query, name) in [
        ("by=colour", "by"),
        ("by=layer", "by"),
        ("by=subject", "by"),
        ("by=year,year", "by"),
        ("from=24", "from"),
        ("from=2025&to=2024", "from"),
        ("to=later", "to"),
        ("where=category", "where"),
        ("where=layer=platform", "where"),
        ("where=subject=x", "where"),
        ("snapshot=x", "snapshot"),
        ("snapshot=999", "snapshot"),
        ("definition=1999", "definition"),
        ("format=xml", "format"),
        ("limit=0", "limit"),
        ("limit=1000000", "limit"),
        ("cursor=5", "snapshot"),
        ("cursor=900000&snapshot=2", "cursor"),
        ("color=red", "color"),
        ("by=year&by=month", "by"),
        ("by=category&format=sdmx-csv", "by"),
        ("by=year&where=category=AN-PERS,category=AN-INST&format=sdmx-csv", "where"),
    ] {
        let answer = read(&client, &format!("{FIGURES}?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = json(&answer);
        assert_eq!(problem["parameters"][0]["name"], name, "{query}: {problem}");
        assert!(problem["detail"].as_str().unwrap().len() > 10 && problem["reference"].is_string(), "{query}");
    }
    for (path, status) in [
        ("/api/v1/indicators/nope", 404),
        ("/api/v1/indicators/nope/figures", 404),
        ("/api/v1/codes/nope", 404),
        ("/api/v1/codes/departments/nope", 404),
        ("/api/v1/codes/map?from=departments&code=01", 400),
        ("/api/v1/codes?cursor=nope", 400),
        ("/api/v1/nope", 404),
    ] {
        assert_eq!(read(&client, path).await.status.as_u16(), status, "{path}");
    }
    let none = with(&client, FIGURES, &[("accept", "image/png")]).await;
    assert_eq!(none.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn the_parts_of_a_list_make_the_whole() {
    let client = Client::stranger().await;
    let path = format!("{FIGURES}?by=category,month");
    let whole = json(&read(&client, &path).await);
    let n = whole["n"].as_u64().unwrap() as usize;
    assert_eq!(whole["figures"].as_array().unwrap().len(), n);
    assert!(n > 60 && whole["next"].is_null());
    let mut parts = Vec::new();
    let mut next = Some(format!("{path}&limit=50"));
    while let Some(path) = next {
        let part = json(&read(&client, &path).await);
        assert_eq!(part["certificate"]["digest"], whole["certificate"]["digest"]);
        parts.extend(part["figures"].as_array().unwrap().clone());
        next = part["next"].as_str().map(str::to_owned);
        assert!(next.as_ref().is_none_or(|next| next.contains("snapshot=")), "{next:?}");
    }
    assert_eq!(&parts, whole["figures"].as_array().unwrap());
    for path in ["/api/v1/codes", "/api/v1/codes/departments", "/api/v1/indicators", "/api/v1/sources"] {
        let whole = json(&read(&client, path).await);
        let (mut parts, mut next) = (Vec::new(), Some(format!("{path}?limit=40")));
        while let Some(path) = next {
            let part = json(&read(&client, &path).await);
            parts.extend(part["objects"].as_array().unwrap().clone());
            next = part["next"].as_str().map(str::to_owned);
        }
        assert_eq!(&parts, whole["objects"].as_array().unwrap(), "{path}");
    }
}

#[tokio::test]
async fn search_codes_and_their_links() {
    let client = Client::stranger().await;
    let found = json(&read(&client, "/api/v1/indicators?q=RANSOM").await);
    let found: Vec<&Value> = found["objects"].as_array().unwrap().iter().map(|card| &card["id"]).collect();
    assert!(found.contains(&&Value::from("ransomware-claims")) && found.len() < 8, "{found:?}");
    let code = json(&read(&client, "/api/v1/codes/departments/2A").await);
    assert_eq!((&code["code"]["label"]["fr"], &code["standing"]["state"]), (&"Corse-du-Sud".into(), &"current".into()));
    let direct = json(&read(&client, "/api/v1/codes/map?from=phenomena&code=ransomware&to=attack").await);
    assert!(direct["links"].as_array().unwrap().iter().all(|link| link["from"] == "ransomware"));
    assert!(!direct["links"].as_array().unwrap().is_empty());
    let back = direct["links"][0]["to"].as_str().unwrap();
    let inverse = json(&read(&client, &format!("/api/v1/codes/map?from=attack&code={back}&to=phenomena")).await);
    assert!(inverse["links"].as_array().unwrap().iter().any(|link| link["to"] == "ransomware"), "{inverse}");
    let through = json(&read(&client, "/api/v1/codes/map?from=phenomena&code=phishing&to=common_taxonomy").await);
    assert!(through["crosswalk"]["name"].as_str().unwrap().contains('→'), "{through}");
}

/// Who is signed in reads what the pages of the observatory show, and nothing of the other world; no other site makes a
/// browser ask.
#[tokio::test]
async fn a_session_reads_the_observatory_from_our_own_pages() {
    let mut client = Client::stranger().await;
    client.become_of(&login_of(Role::Statistician)).await;
    let path = format!("{FIGURES}?{CUT}");
    assert_eq!(client.get(&path).await.status, StatusCode::OK);
    for (headers, status) in [
        (vec![("sec-fetch-site", "same-origin")], 200),
        (vec![("sec-fetch-site", "none")], 200),
        (vec![("sec-fetch-site", "cross-site")], 401),
        (vec![("sec-fetch-site", "same-site")], 401),
        (vec![("authorization", "Bearer bft_wrong")], 401),
    ] {
        client.headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        assert_eq!(client.get(&path).await.status.as_u16(), status, "{headers:?}");
    }
    client.headers.clear();
    // A cookie that is no session's, and a session of somebody without rights.
    client.become_of("personne").await;
    assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(client.get("/api/v1/codes").await.status, StatusCode::OK, "lists are for everybody who is known");
    client.become_of(&login_of(Role::Analyst)).await;
    for shut in ["/api/v1/alerts", "/api/v1/signals", "/api/v1/alerts/FLASH-2026-001"] {
        assert_eq!(client.get(shut).await.status, StatusCode::UNAUTHORIZED, "{shut}");
    }
    client.forget();
    assert_eq!(client.get(&path).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_for_one_world_reads_nothing_of_another_or_beyond_its_ceiling() {
    let client = Client::stranger().await;
    let login = login_of(Role::Statistician);
    let green = Marking { tlp: Tlp::Green, pap: Pap::Green };
    let ask_with = |token: String, path: &'static str| {
        let client = &client;
        async move { ask(client, path, &[("authorization", format!("Bearer {token}"))]).await.status.as_u16() }
    };
    for (kinds, ceiling, figures, sources, deliveries) in [
        (vec![Kind::Figure], green, 200, 404, 404),
        (vec![Kind::Figure], Marking { tlp: Tlp::Clear, pap: Pap::Green }, 404, 404, 404),
        (vec![Kind::Figure], Marking { tlp: Tlp::Green, pap: Pap::Clear }, 404, 404, 404),
        (vec![Kind::Source], green, 404, 200, 404),
        (vec![Kind::Delivery], green, 404, 404, 200),
        (vec![Kind::Report], green, 404, 404, 404),
    ] {
        let token = token_of(&client, &login, &scope_in(World::Statistics, &kinds, ceiling)).await.format();
        assert_eq!(ask_with(token.clone(), FIGURES).await, figures, "{kinds:?} {ceiling}");
        assert_eq!(ask_with(token.clone(), "/api/v1/sources").await, sources, "{kinds:?}");
        assert_eq!(ask_with(token.clone(), "/api/v1/deliveries").await, deliveries, "{kinds:?}");
        assert_eq!(ask_with(token.clone(), "/api/v1/alerts").await, 404, "{kinds:?}");
        assert_eq!(ask_with(token, "/api/v1/codes").await, 200, "{kinds:?}");
    }
    let other = widest_token(&client, super::sample::LOGIN).await;
    assert_eq!(ask_with(other, FIGURES).await, 404, "a token of the other world, of a person who reads figures");
}

#[tokio::test]
async fn a_token_for_figures_is_made_on_ones_page_for_one_world() {
    let mut client = Client::stranger().await;
    client.become_of(super::sample::LOGIN).await;
    let jeton = client.get("/aide").await.token();
    let until = (TODAY + 30.days()).to_string();
    let form = [
        ("action", "make"),
        ("nom", "tableau de bord"),
        ("chiffres", "oui"),
        ("tlp", "TLP:GREEN"),
        ("pap", "PAP:GREEN"),
        ("jeton", jeton.as_str()),
        ("au", until.as_str()),
    ];
    let mut both = form.to_vec();
    both.push(("alertes", "oui"));
    let refused = client.post("/compte/jetons", &both).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("id=\"objets-erreur\""));
    let made = client.post("/compte/jetons", &form).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    let token = super::client::between(&made.text(), "<code class=\"break\">", "</code>").to_owned();
    let answer = ask(&client, FIGURES, &[("authorization", format!("Bearer {token}"))]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}
