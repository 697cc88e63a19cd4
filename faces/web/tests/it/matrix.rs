//! Route × method × role × relation × state, stated in one table (`tests/matrix.csv`) and tested cell by cell.
//!
//! Each role alone, held for one service in one region, meets objects of that service, of another one, of another
//! region, and of its own hand, in each state. A cell of the table is the status of the answer. What is allowed is
//! asked with a form that lacks something else, so that nothing changes: 409, 422 and 403 (the purpose) mean «yes, but»,
//! 404 means no. `BEFFROI_BLESS=1` writes the table anew; the difference is then read by whoever changes rights.

use super::client::Client;
use super::machines::{widest_token, widest_token_in};
use super::made::{self, Facts, Models};
use super::people::{TODAY, assignment, login_of};
use super::sample::now;
use axum::http::Method;
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::{Act, Kind, Role, Service, ServiceId, ServiceLevel, State, Territories, World, may};
use beffroi_store::{By, WriteKey};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const TABLE: &str = include_str!("../matrix.csv");

/// The service and region of the roles tested.
fn own_service() -> ServiceId {
    "unit-35".parse().unwrap()
}

const RELATIONS: [&str; 4] = ["own-service", "own-hand", "other-service", "other-region"];

fn facts(relation: &str, state: State, login: &str) -> Facts {
    let (owner, territory, author) = match relation {
        "own-service" => ("unit-35", "35", "somebody"),
        "own-hand" => ("unit-35", "35", login),
        "other-service" => ("unit-22", "22", "somebody"),
        _ => ("unit-13", "13", "somebody"),
    };
    Facts {
        owner: owner.parse().unwrap(),
        territory: territory.parse().unwrap(),
        marking: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        state,
        author: Some(author.parse().unwrap()),
    }
}

/// The objects that a role meets, by relation and state: their identifiers.
struct Met {
    alerts: BTreeMap<(&'static str, State), String>,
    signals: BTreeMap<&'static str, String>,
    series: BTreeMap<&'static str, String>,
    reports: BTreeMap<(&'static str, State), String>,
    situations: BTreeMap<(&'static str, State), String>,
    records: BTreeMap<(&'static str, State), String>,
}

const ALERT_STATES: [State; 4] = [State::Submitted, State::Approved, State::Published, State::Closed];
const REPORT_STATES: [State; 2] = [State::Draft, State::Published];
const RECORD_STATES: [State; 2] = [State::Submitted, State::Closed];

async fn world(client: &Client) -> BTreeMap<String, Met> {
    let store = &client.app.store;
    let models = Models::of(store).await;
    let by = || By::new("cli", now());
    for (id, level, parent) in [
        ("region-53", ServiceLevel::Regional, "command"),
        ("region-93", ServiceLevel::Regional, "command"),
        ("unit-35", ServiceLevel::Departmental, "region-53"),
        ("unit-22", ServiceLevel::Departmental, "region-53"),
        ("unit-13", ServiceLevel::Departmental, "region-93"),
    ] {
        let parent = Some(parent.parse().unwrap());
        store.service_put(Service { id: id.parse().unwrap(), level, parent }, &by()).await.unwrap();
    }
    let mut all = BTreeMap::new();
    let mut every_series = Vec::new();
    let (mut n, mut year) = (100_u64, 1000_i16);
    for role in Role::ALL {
        let login = login_of(*role);
        let mut met = Met {
            alerts: BTreeMap::new(),
            signals: BTreeMap::new(),
            series: BTreeMap::new(),
            reports: BTreeMap::new(),
            situations: BTreeMap::new(),
            records: BTreeMap::new(),
        };
        for relation in RELATIONS {
            for state in ALERT_STATES {
                n += 1;
                let reference = format!("FLASH-2026-{n}");
                made::alert(store, &models.alert, &reference, &facts(relation, state, &login)).await;
                met.alerts.insert((relation, state), reference);
            }
            n += 1;
            let id = format!("SIG-matrix-{n}");
            made::signal(store, &models.signal, &id, &facts(relation, State::Submitted, &login)).await;
            met.signals.insert(relation, id);
            let id = format!("SER-matrix-{n}");
            every_series.push((id.clone(), facts(relation, State::Submitted, &login)));
            met.series.insert(relation, id);
            for state in RECORD_STATES {
                let reference = made::record(store, "essai", &facts(relation, state, &login)).await;
                met.records.insert((relation, state), reference);
            }
            for state in REPORT_STATES {
                n += 1;
                let reference = format!("SIT-2026-{n}");
                made::situation(store, &reference, n, &facts(relation, state, &login)).await;
                met.situations.insert((relation, state), reference);
                year += 1;
                made::report(store, year, &facts(relation, state, &login)).await;
                let folder = client.app.data.join("reports").join(year.to_string());
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join("report.pdf"), b"%PDF-1.7\n%%EOF\n").unwrap();
                met.reports.insert((relation, state), year.to_string());
            }
        }
        all.insert(login, met);
    }
    made::series(store, &models.series, &every_series).await;
    all
}

/// One line of the table: what is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    route: String,
    method: String,
    action: String,
    relation: String,
    state: String,
}

impl Line {
    fn new(route: &str, method: &Method, action: &str, relation: &str, state: &str) -> Self {
        let own = str::to_owned;
        Self {
            route: own(route),
            method: method.to_string(),
            action: own(action),
            relation: own(relation),
            state: own(state),
        }
    }
}

/// The address and the extra fields of a line, for a role. Nothing for a line that is the same for all objects.
fn concrete(line: &Line, met: &Met) -> (String, Vec<(&'static str, String)>) {
    let relation = RELATIONS.into_iter().find(|relation| *relation == line.relation).unwrap_or("own-service");
    let state = line.state.parse::<State>().unwrap_or(State::Submitted);
    let alert = || met.alerts.get(&(relation, state)).cloned().unwrap_or_default();
    let situation = met.situations.get(&(relation, state)).cloned().unwrap_or_default();
    let record = met.records.get(&(relation, state)).cloned().unwrap_or_default();
    let path = line
        .route
        .replace("/api/v1/alerts/{reference}", &format!("/api/v1/alerts/{}", alert()))
        .replace(
            "/alertes/{reference}",
            &format!("/alertes/{}", if line.route.contains("{reference}") { alert() } else { String::new() }),
        )
        .replace("/situations/{reference}", &format!("/situations/{situation}"))
        .replace("{register}", "need")
        .replace("/need/{reference}", &format!("/need/{record}"))
        .replace("/records/{reference}", &format!("/records/{record}"))
        .replace("{move}", "submit")
        .replace("{format}", "json")
        .replace("/signaux/{id}", &format!("/signaux/{}", met.signals[relation]))
        .replace("/series/{id}", &format!("/series/{}", met.series[relation]))
        .replace("/indicateurs/{id}", "/indicateurs/digital-offences")
        .replace("/sources/{id}", "/sources/synth-unites")
        .replace("/livraisons/{id}", &format!("/livraisons/{}", super::sample::DELIVERY))
        .replace("/api/v1/indicators/{id}", "/api/v1/indicators/digital-offences")
        .replace("/api/v1/codes/map", "/api/v1/codes/map?from=phenomena&code=ransomware&to=attack")
        .replace("{list}", "phenomena")
        .replace("{code}", "ransomware")
        .replace("{tlp}", "green")
        .replace("{lien}", "x")
        .replace("{file}", "report.pdf")
        .replace("{name}", "none.css")
        .replace("{list}", "attack")
        .replace("{code}", "T1656")
        .replace("{id}", "none");
    let path = match path.contains("{year}") {
        true => path.replace("{year}", &met.reports[&(relation, state)]),
        false => path,
    };
    let mut fields = Vec::new();
    if !line.action.is_empty() {
        fields.push(("action", line.action.clone()));
        fields.push(("version", "999".to_owned()));
        if line.action == "mark" {
            fields.extend([("tlp", "RED".to_owned()), ("pap", "RED".to_owned())]);
        }
    }
    (path, fields)
}

/// What is asked of each route: which relations and states matter there.
fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for route in beffroi_web::routes() {
        let add = |lines: &mut Vec<Line>, action: &str, relation: &str, state: &str| {
            lines.push(Line::new(route.path, &route.method, action, relation, state));
        };
        let path = route.path;
        if path.starts_with("/alertes/{") {
            let actions: &[&str] = match (route.method == Method::POST, path.ends_with("/redaction")) {
                (true, true) => &["preview", "save"],
                (true, false) => &["validate", "issue", "close", "agree", "downgrade", "read"],
                (false, _) => &[""],
            };
            for action in actions {
                for relation in RELATIONS {
                    for state in ALERT_STATES {
                        add(&mut lines, action, relation, state.code());
                    }
                }
            }
        } else if path.starts_with("/situations/{") {
            let actions: &[&str] = if route.method == Method::POST { &["save", "freeze"] } else { &[""] };
            for action in actions {
                for relation in RELATIONS {
                    for state in REPORT_STATES {
                        add(&mut lines, action, relation, state.code());
                    }
                }
            }
        } else if path.starts_with("/registres/{register}/{reference}") || path.starts_with("/api/v1/records/{") {
            // 409 is no answer of theirs: a form that is stale is shown again (422).
            let actions: &[&str] = if route.method == Method::POST && !path.starts_with("/api/") {
                &["set", "go-validate", "go-refuse", "mark", "comment"]
            } else {
                &[""]
            };
            for action in actions {
                for relation in RELATIONS {
                    for state in RECORD_STATES {
                        add(&mut lines, action, relation, state.code());
                    }
                }
            }
        } else if path == "/api/v1/alerts/{reference}" {
            for relation in RELATIONS {
                for state in ALERT_STATES {
                    add(&mut lines, "", relation, state.code());
                }
            }
        } else if path == "/api/v1/situations/{reference}" {
            for relation in RELATIONS {
                for state in REPORT_STATES {
                    add(&mut lines, "", relation, state.code());
                }
            }
        } else if path.starts_with("/signaux/{") || path.starts_with("/series/{") {
            for relation in RELATIONS {
                add(&mut lines, "", relation, "");
            }
        } else if path.starts_with("/rapport/{") {
            for relation in RELATIONS {
                for state in REPORT_STATES {
                    add(&mut lines, "", relation, state.code());
                }
            }
        } else if ELSEWHERE.iter().any(|prefix| path.starts_with(prefix)) {
            // The pages of oversight have a matrix of their own: `oversight.rs`.
        } else {
            add(&mut lines, "", "", "");
        }
    }
    lines
}

/// Pages whose objects are persons and rights: they are tested in `oversight.rs`.
const ELSEWHERE: [&str; 5] = ["/compte", "/personnes", "/consultations", "/journal", "/conservation"];

async fn answers(client: &mut Client, worlds: &BTreeMap<String, Met>) -> BTreeMap<Line, Vec<u16>> {
    let lines = lines();
    let mut table: BTreeMap<Line, Vec<u16>> = lines.iter().map(|line| (line.clone(), Vec::new())).collect();
    let mut columns: Vec<Option<String>> = vec![None, Some("personne".to_owned())];
    columns.extend(Role::ALL.iter().map(|role| Some(login_of(*role))));
    for login in columns {
        let met = login.as_ref().and_then(|login| worlds.get(login)).unwrap_or_else(|| worlds.values().next().unwrap());
        client.forget();
        let token = match &login {
            Some(login) => {
                client.become_of(login).await;
                client.get("/aide").await.token()
            }
            None => String::new(),
        };
        let machine = match &login {
            Some(login) => {
                Some((widest_token(client, login).await, widest_token_in(client, login, World::Statistics).await))
            }
            None => None,
        };
        let in_coordination = |path: &str| {
            [
                "/api/v1/alerts",
                "/api/v1/signals",
                "/api/v1/situations",
                "/api/v1/registers",
                "/api/v1/records",
                "/api/v1/deadlines",
            ]
            .iter()
            .any(|p| path.starts_with(p))
        };
        for line in &lines {
            let (path, fields) = concrete(line, met);
            // A machine asks by the widest token that the person could make.
            client.headers = match &machine {
                Some((coordination, statistics)) if path.starts_with("/api/") => {
                    let token = if in_coordination(&path) { coordination } else { statistics };
                    vec![("authorization", format!("Bearer {token}"))]
                }
                _ => Vec::new(),
            };
            let key = WriteKey::draw().to_string();
            let status = match line.method.as_str() {
                // Signing out would end the session that the next lines need.
                "POST" if path == "/deconnexion" && login.is_some() => 303,
                // Well-formed, on a version that there never was: 412 and 422 are «yes, but».
                "POST" | "PATCH" if path.starts_with("/api/") => {
                    client.headers.extend([("idempotency-key", key), ("if-match", "\"999-x\"".to_owned())]);
                    let marking = path.ends_with("/marking");
                    let body = if marking { r#"{"tlp":"RED","pap":"RED"}"# } else { r#"{"values":{}}"# };
                    client.send_json(&line.method, &path, body).await.status.as_u16()
                }
                "POST" => {
                    let mut all = vec![("jeton", token.as_str()), ("cle", key.as_str())];
                    all.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
                    client.post(&path, &all).await.status.as_u16()
                }
                _ => client.get(&path).await.status.as_u16(),
            };
            table.get_mut(line).unwrap().push(status);
        }
    }
    table
}

fn text(table: &BTreeMap<Line, Vec<u16>>) -> String {
    let mut out = "route,method,action,relation,state,stranger,nobody".to_owned();
    for role in Role::ALL {
        let _ = write!(out, ",{role}");
    }
    out.push('\n');
    for (line, cells) in table {
        let Line { route, method, action, relation, state } = line;
        let _ = write!(out, "{route},{method},{action},{relation},{state}");
        for cell in cells {
            let _ = write!(out, ",{cell}");
        }
        out.push('\n');
    }
    out
}

/// The rights of the roles are for one service and region here.
async fn narrow(client: &Client) {
    for given in client.app.store.grants().await.unwrap() {
        if given.person.as_str().starts_with("role-") {
            client.app.store.grant_revoke(&given.id, &By::new("cli", now())).await.unwrap();
        }
    }
    for role in Role::ALL {
        for world in role.worlds() {
            let given = super::people::narrowed(assignment(*role, *world), own_service(), "R53");
            super::people::give(&client.app.store, &login_of(*role), given).await;
        }
    }
}

#[tokio::test]
async fn the_whole_matrix_is_as_the_table_says() {
    let mut client = Client::stranger().await;
    let worlds = world(&client).await;
    narrow(&client).await;
    let table = answers(&mut client, &worlds).await;
    let found = text(&table);
    if std::env::var_os("BEFFROI_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/matrix.csv");
        std::fs::write(path, &found).unwrap();
        return;
    }
    let said: BTreeSet<&str> = TABLE.lines().collect();
    let wrong: Vec<&str> = found.lines().filter(|line| !said.contains(line)).take(20).collect();
    assert!(wrong.is_empty(), "not as tests/matrix.csv says:\n{}", wrong.join("\n"));
    assert_eq!(TABLE.lines().count(), found.lines().count(), "the table states a route that does not exist");
}

/// The table of statuses agrees with the table of rights: an alert is shown exactly to whom `may` lets read it.
#[tokio::test]
async fn what_is_shown_is_what_the_rights_allow() {
    let mut client = Client::stranger().await;
    let worlds = world(&client).await;
    narrow(&client).await;
    let mut n_shown = 0;
    for role in Role::ALL {
        let login = login_of(*role);
        client.become_of(&login).await;
        let subject = client.app.store.rights(&login.parse().unwrap(), now()).await.unwrap().subject;
        for ((relation, state), reference) in &worlds[&login].alerts {
            let object = facts(relation, *state, &login).of(Kind::Alert, reference);
            for (act, path) in
                [(Act::Read, format!("/alertes/{reference}")), (Act::Export, format!("/alertes/{reference}/pdf"))]
            {
                let allowed = may(&subject, act, &object, TODAY).is_allowed();
                let shown = client.get(&path).await.status.as_u16() == 200;
                assert_eq!(shown, allowed, "{role} {act} {relation} {state}");
                n_shown += usize::from(shown);
            }
        }
        assert!(!subject.assignments().any(|given| given.territories == Territories::Everywhere));
    }
    assert!(n_shown > 50, "{n_shown}");
    assert!(World::ALL.len() == 3);
}
