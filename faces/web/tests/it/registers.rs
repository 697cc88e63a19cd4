//! The pages and the API of the registers: those of the house, and one that is declared here and nowhere else.

use super::client::{Answer, Client};
use super::machines::{ask, widest_token};
use super::people::login_of;
use super::sample::{LOGIN, now};
use axum::http::StatusCode;
use beffroi_clocks::Limit;
use beffroi_desk_registers::{Actor, Adding, Registry, operator};
use beffroi_document::{Block, Span};
use beffroi_register::*;
use beffroi_rights::Role;
use beffroi_store::{By, Store};
use beffroi_wording::Lang;
use std::sync::Arc;

/// The registers of the house.
pub(crate) fn registry() -> Registry {
    Registry::of(&LISTS)
}

const LISTS: [&[&Register]; 10] = [
    beffroi_desk_capabilities::REGISTERS,
    beffroi_desk_contributions::REGISTERS,
    beffroi_desk_cooperation::REGISTERS,
    beffroi_desk_law::REGISTERS,
    beffroi_desk_observatory::REGISTERS,
    beffroi_desk_prevention::REGISTERS,
    beffroi_desk_research::REGISTERS,
    beffroi_desk_strategy::REGISTERS,
    beffroi_desk_support::REGISTERS,
    beffroi_desk_training::REGISTERS,
];

/// One record of each register: its worked example.
pub(crate) async fn fill(store: &Store) {
    let registry = registry();
    let subject = operator("cli", super::people::TODAY).unwrap();
    for register in registry.all() {
        let desk = Actor { registry: &registry, store, subject: &subject, by: By::new("cli", now()) };
        let typed = register.example_values();
        desk.add(register, Adding { typed, synthetic: true }).await.unwrap();
    }
}

/// A register of one declaration.
static WATER: Register = Register {
    name: "water",
    prefix: "WAT",
    desk: "trial",
    basis: "Trial",
    fields: &[
        Field::text("title").required().listed(),
        Field::date("due"),
        Field::choice("source", &["well", "rain"]),
        Field::text("outcome").by_move(),
        Field::number("level").between(0, 100).by_move(),
    ],
    states: &[State::open("open"), State::closed("closed")],
    moves: &[
        Move::new("close", &["open"], "closed").asks(&["outcome"]).with_reason(),
        Move::new("gauge", &["open"], "open").as_change().asks(&["level"]),
        Move::new("empty", &["open"], "open").as_change(),
    ],
    machines: &["gauge"],
    guards: &[Guard {
        name: "dry",
        check: |c| if c.value("title") == "Dry well" { Err(Refusal::new().at("title")) } else { Ok(()) },
    }],
    clocks: &[ClockRule::on("due", "due"), ClockRule::after("answer", From::Added, Limit::days(2))],
    sheets: &[
        Sheet { name: "wells", of: Of::Register, reads: &["need"], inputs: &[Field::date("due")], make: wells },
        Sheet { name: "label", of: Of::Record, reads: &[], inputs: &[], make: label },
    ],
    example: &[("title", "A well"), ("source", "well")],
    ..Register::COORDINATION
};

fn wells(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let due = context.asked("due");
    if due == "2026-01-01" {
        return Err(Refusal::new().at("due"));
    }
    let found = context.of("water").filter(|record| due.is_empty() || record.value("due") == due);
    Ok(found.map(|record| Block::Paragraph(vec![Span::Strong(record.value("title").to_owned())])).collect())
}

fn label(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let title = context.record.map_or("", |record| record.value("title")).to_owned();
    Ok(vec![Block::Paragraph(vec![Span::Text(title)])])
}

/// The analyst before a house that has that register besides.
pub(crate) async fn with_water() -> Client {
    let mut client = Client::to(|app| {
        let mut lists = LISTS.to_vec();
        const OWN: &[&Register] = &[&WATER];
        lists.push(OWN);
        app.registry = Arc::new(Registry::of(&lists));
    })
    .await;
    client.become_of(LOGIN).await;
    client
}

/// Sends a form with the token of the reader's session.
pub(crate) async fn send(client: &mut Client, path: &str, fields: &[(&str, &str)]) -> Answer {
    let token = client.get("/aide").await.token();
    let mut all = vec![("jeton", token.as_str())];
    all.extend_from_slice(fields);
    client.post(path, &all).await
}

#[tokio::test]
async fn a_register_is_one_declaration() {
    let mut client = with_water().await;
    assert!(client.get("/registres").await.text().contains("/registres/water"));
    let form = client.get("/registres/water/nouveau").await;
    for part in ["name=\"f.title\"", "name=\"f.due\"", "<option value=\"rain\"", "for=\"new-title\""] {
        assert!(form.text().contains(part), "{part}");
    }
    assert!(!form.text().contains("f.outcome"), "what only a move writes stands in no form");

    // The form: refused with what is wrong beside its field, then taken.
    let empty = send(&mut client, "/registres/water/nouveau", &[("f.due", "tomorrow"), ("f.source", "well")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        empty.text().contains("href=\"#new-due\"") && empty.text().contains("value=\"tomorrow\""),
        "{}",
        empty.text()
    );
    let dry = send(&mut client, "/registres/water/nouveau", &[("f.title", "Dry well")]).await;
    assert_eq!(dry.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("f.title", "A deep well"), ("f.due", "2026-01-16"), ("f.source", "well")];
    let added = send(&mut client, "/registres/water/nouveau", &fields).await;
    assert_eq!((added.status, added.header("location")), (StatusCode::SEE_OTHER, "/registres/water/WAT-2026-0001"));

    // The page, the list with its filter, the deadlines, the day, the search, the calendar.
    let page = client.get("/registres/water/WAT-2026-0001").await.text();
    for part in ["A deep well", "16/01/2026", "go-close", "name=\"f.outcome\""] {
        assert!(page.contains(part), "{part}");
    }
    for path in [
        "/registres/water",
        "/registres/water?etat=open",
        "/registres/water?f.source=well",
        "/registres/water?q=deep",
        "/echeances",
        "/ma-journee",
        "/recherche?q=deep+wel",
        "/echeances/calendrier",
        "/registres/water/export/csv",
        "/registres/water/export/json",
        "/registres/water/export/ics",
    ] {
        let answer = client.get(path).await;
        assert!(answer.status.is_success() && answer.text().contains("WAT-2026-0001"), "{path}: {}", answer.text());
    }
    for path in ["/registres/water?f.source=rain", "/registres/water?etat=closed", "/recherche?q=desert"] {
        assert!(!client.get(path).await.text().contains("WAT-2026-0001"), "{path}");
    }

    // The sheets: a page with its form, files, and what refuses to be made.
    assert!(client.get("/registres/water").await.text().contains("href=\"/fiches/water/wells\""));
    assert!(page.contains("href=\"/fiches/WAT-2026-0001/label\""));
    for path in ["/fiches/water/wells", "/fiches/water/wells?f.due=2026-01-16", "/fiches/WAT-2026-0001/label"] {
        let answer = client.get(path).await;
        assert!(answer.status.is_success() && answer.text().contains("A deep well"), "{path}: {}", answer.text());
        for format in ["txt", "html", "json"] {
            let (here, query) = path.split_once('?').unwrap_or((path, ""));
            let file = client.get(&format!("{here}/{format}?{query}")).await;
            assert!(file.status.is_success() && file.text().contains("A deep well"), "{path} {format}");
        }
    }
    assert!(!client.get("/fiches/water/wells?f.due=2026-01-17").await.text().contains("A deep well"));
    for wrong in ["2026-01-01", "soon"] {
        let refused = client.get(&format!("/fiches/water/wells?f.due={wrong}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("href=\"#fiche-due\""), "{}", refused.text());
    }
    for path in ["/fiches/water/label", "/fiches/WAT-2026-0001/wells", "/fiches/WAT-2026-0009/label", "/fiches/x/y"] {
        assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }

    // A move, which asks for its field and why; a stale form after it.
    let here = "/registres/water/WAT-2026-0001";
    let bare = send(&mut client, here, &[("action", "go-close"), ("version", "1"), ("f.outcome", "")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let closing = [("action", "go-close"), ("version", "1"), ("f.outcome", "full"), ("raison", "rain")];
    assert_eq!(send(&mut client, here, &closing).await.status, StatusCode::SEE_OTHER);
    let stale = send(&mut client, here, &[("action", "set"), ("version", "1"), ("f.title", "Another")]).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.text().contains("outcome, state"), "{}", stale.text());
    let page = client.get(here).await.text();
    assert!(page.contains("rain") && page.contains("full") && !page.contains("go-close"));

    // The API, and the reference page.
    let token = widest_token(&client, LOGIN).await;
    let bearer = [("authorization", format!("Bearer {token}"))];
    for path in [
        "/api/v1/registers",
        "/api/v1/registers/water/records",
        "/api/v1/records/WAT-2026-0001",
        "/api/v1/sheets/water/wells",
    ] {
        let answer = ask(&client, path, &bearer).await;
        assert!(answer.status.is_success() && answer.text().contains("water"), "{path}: {}", answer.text());
    }
    assert!(manual(&WATER, Lang::En).contains("`WAT-2026-0001`"));
}

#[tokio::test]
async fn comments_views_and_rows_come_in_by_forms() {
    let mut client = with_water().await;
    let rows = "title,source\nOne well,well\nDry well,well\n";
    let preview = send(&mut client, "/registres/water", &[("action", "preview"), ("fichier", rows)]).await;
    assert!(preview.status.is_success() && preview.text().contains("register-water-refusal-dry"), "the row is named");
    let refused = send(&mut client, "/registres/water", &[("action", "import"), ("fichier", rows)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let part = [("action", "import"), ("fichier", rows), ("partiel", "on")];
    assert_eq!(send(&mut client, "/registres/water", &part).await.status, StatusCode::SEE_OTHER);
    let here = "/registres/water/WAT-2026-0001";
    let said = send(&mut client, here, &[("action", "comment"), ("texte", "<b>deep</b> @chef")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    assert!(client.get(here).await.text().contains("&#60;b&#62;deep"));
    let personal = send(&mut client, here, &[("action", "comment"), ("texte", "06 39 98 12 34")]).await;
    assert_eq!(personal.status, StatusCode::UNPROCESSABLE_ENTITY);
    let view = [("action", "view"), ("nom", "Puits"), ("requete", "f.source=well")];
    assert_eq!(send(&mut client, "/registres/water", &view).await.header("location"), "/registres/water?f.source=well");
    assert!(client.get("/registres/water").await.text().contains("Puits"));
    client.become_of("chef").await;
    assert!(client.get("/notifications").await.text().contains("WAT-2026-0001"));
    assert!(!client.get("/registres/water").await.text().contains("Puits"), "a view is its maker's");
}

#[tokio::test]
async fn a_marking_is_changed_on_the_page_and_closing_withdraws_tasks_in_sight() {
    let mut client = with_water().await;
    send(&mut client, "/registres/water/nouveau", &[("f.title", "A deep well")]).await;
    let here = "/registres/water/WAT-2026-0001";
    let form = client.get(here).await.text();
    assert!(form.contains("name=\"tlp\"") && form.contains("value=\"mark\""), "{form}");
    // Its author raises it, and does not lower it.
    assert!(form.contains("<option>RED</option>") && !form.contains("<option>CLEAR</option>"), "{form}");
    let mark = |tlp: &'static str, version: &'static str, why: &'static str| {
        [("action", "mark"), ("version", version), ("tlp", tlp), ("pap", "GREEN"), ("raison", why)]
    };
    assert_eq!(send(&mut client, here, &mark("AMBER", "1", "")).await.header("location"), here);
    let own = send(&mut client, here, &mark("GREEN", "2", "known by now")).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(own.text().contains(&Lang::Fr.say("register-fault-marking-four-eyes")), "{}", own.text());
    // Somebody else does, saying why; what it was stays in the history.
    client.become_of(&login_of(Role::Validator)).await;
    assert_eq!(send(&mut client, here, &mark("GREEN", "2", "")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(send(&mut client, here, &mark("GREEN", "2", "known by now")).await.status, StatusCode::SEE_OTHER);
    let page = client.get(here).await.text();
    for part in ["known by now", "TLP:AMBER · PAP:GREEN", &Lang::Fr.say("web-register-marked")] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(send(&mut client, here, &mark("PINK", "3", "x")).await.status, StatusCode::BAD_REQUEST);
    // Closing a record withdraws its tasks; the page says when and by what.
    client.become_of(LOGIN).await;
    let bill = [("f.title", "Un cadre"), ("f.issuer", "Union européenne"), ("f.issued", "2025-06-01")];
    let mut bill = bill.to_vec();
    bill.push(("f.objectives", "UE.1 Partager"));
    let added = send(&mut client, "/registres/framework/nouveau", &bill).await;
    let here = added.header("location").to_owned();
    assert!(!here.is_empty(), "{}", added.text());
    assert!(client.get("/ma-journee").await.text().contains(&here));
    let withdraw = [("action", "go-withdraw"), ("version", "1"), ("raison", "remplacé")];
    assert_eq!(send(&mut client, &here, &withdraw).await.status, StatusCode::SEE_OTHER);
    let page = client.get(&here).await.text();
    let task = Lang::Fr.say("register-framework-task-compare");
    let fell = Lang::Fr.say_with("web-register-task-fell", &[("what", (&task).into())]);
    assert!(page.contains(&fell) && !page.contains("name=\"avec\""), "{page}");
}

#[tokio::test]
async fn a_workbook_goes_out_and_comes_back_by_a_form() {
    let mut client = with_water().await;
    let added =
        send(&mut client, "/registres/water/nouveau", &[("f.title", "A deep well"), ("f.source", "well")]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    assert!(client.get("/registres/water").await.text().contains("/registres/water/export/xlsx?"));
    let out = client.get("/registres/water/export/xlsx?f.source=well").await;
    assert_eq!(out.header("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    assert!(out.header("content-disposition").contains("water.xlsx") && out.bytes.starts_with(b"PK"));
    let none = client.get("/registres/water/export/xlsx?f.source=rain").await;
    let mut bring = async |bytes: &[u8], action: &str, partly: &str| {
        let token = client.get("/aide").await.token();
        let key = beffroi_store::WriteKey::draw().to_string();
        let fields = [("jeton", token.as_str()), ("cle", &key), ("action", action), ("partiel", partly)];
        client.post_file("/registres/water", &fields, ("apporte", "puits.xlsx", bytes)).await
    };
    // What is there already is told by its reference and added by nobody.
    let again = bring(&out.bytes, "preview", "").await;
    assert!(again.status.is_success() && again.text().contains("WAT-2026-0001"), "{}", again.text());
    assert_eq!(bring(&out.bytes, "import", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // What is new is checked first, and sent again as its rows.
    let record = |title: &str| Record {
        reference: String::new(),
        synthetic: true,
        values: Values::from([("title".to_owned(), title.to_owned()), ("due".to_owned(), "2026-02-01".to_owned())]),
        ..WATER.example_record()
    };
    let file = |titles: &[&str]| {
        let records: Vec<Record> = titles.iter().map(|title| record(title)).collect();
        beffroi_desk_registers::workbook(&WATER, &records, Lang::Fr).unwrap()
    };
    let preview = bring(&file(&["=A new well"]), "preview", "").await;
    assert!(preview.text().contains(".synthetic") && preview.text().contains("=A new well"), "{}", preview.text());
    let dry = bring(&file(&["A third well", "Dry well"]), "import", "").await;
    assert_eq!(dry.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(dry.text().contains("register-water-refusal-dry"));
    assert_eq!(bring(&file(&["A third well", "Dry well"]), "import", "on").await.status, StatusCode::SEE_OTHER);
    let refused = bring(b"PK\x03\x04 no workbook", "preview", "").await;
    assert!(refused.status.is_success() && refused.text().contains(".xlsx"), "one finding, and a page");
    assert!(none.bytes.starts_with(b"PK"), "a list of nothing is a workbook too");
    let third = client.get("/registres/water/WAT-2026-0002").await.text();
    assert!(third.contains("A third well") && third.contains("01/02/2026"), "{third}");
}

#[tokio::test]
async fn files_are_attached_and_brought_in_by_forms() {
    let mut client = with_water().await;
    let token = client.get("/aide").await.token();
    let key = || beffroi_store::WriteKey::draw().to_string();
    let rows = b"title,source\nOne well,well\nD\xe9p\xf4t,rain\n";
    let import = [("jeton", token.as_str()), ("cle", &key()), ("action", "import"), ("fichier", "")];
    let taken = client.post_file("/registres/water", &import, ("apporte", "puits.csv", rows)).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    let here = "/registres/water/WAT-2026-0002";
    assert!(client.get(here).await.text().contains("Dépôt"), "ISO-8859-1 is read");
    // Without a file, the text.
    let typed = [("jeton", token.as_str()), ("cle", &key()), ("action", "preview"), ("fichier", "title\nA third")];
    let preview = client.post_file("/registres/water", &typed, ("apporte", "", b"")).await;
    assert!(preview.status.is_success() && preview.text().contains("A third"));

    let attach = [("jeton", token.as_str()), ("cle", &key()), ("action", "attach")];
    // Larger than a form without a file may be.
    let text = "words ".repeat(20_000);
    let attached = client.post_file(here, &attach, ("piece", "notes.txt", text.as_bytes())).await;
    assert_eq!(attached.status, StatusCode::SEE_OTHER, "{}", attached.text());
    assert!(client.get(here).await.text().contains("notes.txt"));
    let again = [("jeton", token.as_str()), ("cle", &key()), ("action", "attach")];
    let wrong = client.post_file(here, &again, ("piece", "notes.pdf", b"no PDF")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let none = client.post_file(here, &again, ("piece", "", b"")).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    // The fences of forms stand before these as before the others.
    let untold = client.post_file(here, &[("action", "attach")], ("piece", "a.txt", b"x")).await;
    assert_eq!(untold.status, StatusCode::FORBIDDEN);
    let huge = vec![b'a'; 6 << 20];
    assert_eq!(client.post_file(here, &again, ("piece", "a.txt", &huge)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    // Elsewhere, and to whom has no session, a form is as small as ever.
    let large = vec![b'a'; 100_000];
    let elsewhere = client.post_file("/situations", &again, ("piece", "a.txt", &large)).await;
    assert_eq!(elsewhere.status, StatusCode::PAYLOAD_TOO_LARGE);
    client.forget();
    let stranger = client.post_file(here, &again, ("piece", "a.txt", &large)).await;
    assert_eq!(stranger.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn every_sheet_has_its_page_in_both_languages() {
    let mut client = Client::to(|_| {}).await;
    client.become_of(LOGIN).await;
    let (mut made, mut all) = (0, 0);
    for register in registry().all() {
        for sheet in register.sheets {
            let of = match sheet.of {
                Of::Register => register.name.to_owned(),
                Of::Record => format!("{}-2026-0001", register.prefix),
            };
            for lang in ["fr", "en"] {
                let page = client.get(&format!("/fiches/{of}/{}?lang={lang}", sheet.name)).await;
                let text = page.text();
                all += 1;
                assert!(
                    [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY].contains(&page.status),
                    "{of} {}: {} {text}",
                    sheet.name,
                    page.status
                );
                made += usize::from(page.status == StatusCode::OK);
                // A word that is missing shows its key.
                let name = format!("register-{}-", register.name);
                assert!(!text.contains(&name), "{of} {}: {}", sheet.name, text.split(&name).nth(1).unwrap_or_default());
            }
        }
    }
    assert!(made * 3 > all * 2 && all > 80, "{made} of {all}");
}

#[tokio::test]
async fn an_unmet_request_becomes_a_need_and_no_procedure_is_refused() {
    let mut client = Client::analyst().await;
    let without = [
        ("f.title", "Sans cadre"),
        ("f.need", "x"),
        ("f.capability", "decryption"),
        ("f.frame", "flagrancy"),
        ("f.urgent", "yes"),
        ("f.territory", "35"),
    ];
    let refused = send(&mut client, "/registres/support_request/nouveau", &without).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains(&Lang::Fr.say("register-support_request-refusal-frame")));
    let mut with = without.to_vec();
    with.push(("f.procedure", "00042/2026"));
    let asked = send(&mut client, "/registres/support_request/nouveau", &with).await;
    let here = asked.header("location").to_owned();
    assert!(here.starts_with("/registres/support_request/SUP-2026-"), "{}", asked.text());
    assert!(client.get(&here).await.text().contains(&Lang::Fr.say("register-support_request-clock-acknowledge")));
    let unmet = [("action", "go-cannot_meet"), ("version", "1"), ("f.ground", "aucun moyen")];
    assert_eq!(send(&mut client, &here, &unmet).await.status, StatusCode::SEE_OTHER);
    let page = client.get(&here).await.text();
    let need = page.split("/registres/need/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let need = client.get(&format!("/registres/need/{need}")).await.text();
    assert!(need.contains("Sans cadre") && need.contains("SUP-2026-"), "the need refers back");
}

#[tokio::test]
async fn a_change_of_the_law_opens_its_tasks_before_it_enters_into_force() {
    let mut client = Client::analyst().await;
    let change = [
        ("f.title", "Un article change"),
        ("f.text_id", "LOI 2026-1"),
        ("f.article", "CP 323-1"),
        ("f.published", "2026-01-10"),
        ("f.in_force", "2026-02-01"),
        ("f.after", "x"),
        ("f.for_whom", "y"),
        ("f.impacts.classification", "on"),
        ("f.impacts.flash", "on"),
    ];
    let added = send(&mut client, "/registres/law_change/nouveau", &change).await;
    let here = added.header("location").to_owned();
    assert!(!here.is_empty(), "{}", added.text());
    let announced = send(&mut client, &here, &[("action", "go-announce"), ("version", "1")]).await;
    assert_eq!(announced.status, StatusCode::SEE_OTHER, "{}", announced.text());
    let tasks = client.app.store.tasks_of(here.rsplit('/').next().unwrap()).await.unwrap();
    assert_eq!(tasks.iter().map(|task| task.item.as_str()).collect::<Vec<_>>(), ["classification", "flash"]);
    assert!(tasks.iter().all(|task| task.due.unwrap().to_string().starts_with("2026-02-01")));
    // One is for analysts: it stands in their day, and is done there.
    assert!(client.get("/ma-journee").await.text().contains(&here));
    let done = format!("done-{}", tasks[0].id);
    assert_eq!(
        send(&mut client, &here, &[("action", &done), ("avec", "NATINF 2026")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        send(&mut client, &here, &[("action", &done), ("avec", "x")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn who_may_not_read_a_register_finds_none_of_it() {
    let mut client = Client::stranger().await;
    for role in [Role::Statistician, Role::Investigator, Role::Inspector, Role::SystemAdministrator] {
        client.become_of(&login_of(role)).await;
        for path in [
            "/registres",
            "/registres/need",
            "/registres/need/NEED-2026-0001",
            "/fiches/need/any",
            "/echeances",
            "/ma-journee",
            "/recherche?q=a",
        ] {
            assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND, "{role} {path}");
        }
    }
    client.become_of(&login_of(Role::Correspondent)).await;
    assert_eq!(client.get("/registres/need/NEED-2026-0001").await.status, StatusCode::OK);
    for path in
        ["/registres/need/NEED-2026-9999", "/registres/action/NEED-2026-0001", "/registres/none", "/registres/need/x"]
    {
        assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// The reference pages of docs/registers/ are made from the declarations: `BEFFROI_BLESS=1` writes them.
#[test]
fn the_reference_pages_are_those_of_the_declarations() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/registers");
    for register in registry().all() {
        let page = folder.join(format!("{}.md", register.name));
        let made = manual(register, Lang::Fr);
        if std::env::var_os("BEFFROI_BLESS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&page, made).unwrap();
            continue;
        }
        let found = std::fs::read_to_string(&page).unwrap_or_default();
        assert!(found == made, "{} is not what the declaration says: BEFFROI_BLESS=1 writes it", page.display());
    }
}
