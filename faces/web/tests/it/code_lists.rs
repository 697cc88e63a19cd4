//! The pages of code lists: searched without a script, ended codes with what replaced them, and a switch seen at once.

use super::client::{Client, between};
use super::sample::now;
use axum::http::StatusCode;
use beffroi_store::{By, CodeListText};
use beffroi_web::App;

/// Switches the departments to a version in which Mayenne (53) is replaced by a new code.
async fn switch(app: &App) {
    let house = beffroi_codes::list("departments").unwrap();
    let text = house.to_text().replace("COG-2024", "COG-2027").replace("# date: 2024-01-01", "# date: 2027-01-01");
    let row = text.lines().find(|line| line.starts_with("53,")).unwrap().to_owned();
    let ended = row.replacen(",,,,true", ",,2026-12-31,979,true", 1).replacen("Mayenne", "Ancienne Mayenne", 1);
    let text = text.replace(&row, &format!("{ended}\n979,Maine <b>,Maine,R52,2027-01-01,,,true,false,department,"));
    let kept = |list: &beffroi_codes::CodeList, file: &str| CodeListText {
        list: list.name.clone(),
        version: list.version.clone(),
        stands_on: list.date,
        source: list.source.clone(),
        licence: list.licence.clone(),
        n_codes: list.every_code().len() as u64,
        file: file.to_owned(),
        file_sha256: "cd".repeat(32),
        text: list.to_text(),
    };
    let next = beffroi_codes::parse("departments", &text).unwrap();
    let by = By::new("chef", now());
    let both = vec![kept(house, ""), kept(&next, "cog.csv")];
    app.store.code_list_switch("departments", "COG-2027", None, both, &by).await.unwrap();
}

#[tokio::test]
async fn codes_are_found_by_words_without_a_script() {
    let mut client = Client::analyst().await;
    let all = client.get("/nomenclatures?lang=fr").await.text();
    for list in beffroi_codes::lists() {
        assert!(all.contains(&format!("href=\"/nomenclatures/{}\"", list.name)), "{}", list.name);
    }
    let page = client.get("/nomenclatures/departments?q=PYRENEES+orientales").await.text();
    assert!(
        page.contains("/nomenclatures/departments/66") && !page.contains("/nomenclatures/departments/01\""),
        "{page}"
    );
    let nothing = client.get("/nomenclatures/departments?q=%3Cscript%3E").await;
    assert_eq!(nothing.status, StatusCode::OK);
    assert!(!nothing.text().contains("<script>"));
    // A long list is paged, and the search goes along.
    let second = client.get("/nomenclatures/attack?q=t1&page=2").await.text();
    assert!(second.contains("rel=\"prev\"") && second.contains("q=t1&#38;page=1"), "{second}");
    for wrong in [
        "/nomenclatures/none",
        "/nomenclatures/attack/T0",
        "/nomenclatures/attack?page=99",
        "/nomenclatures/none/versions",
        "/nomenclatures/attack/versions?de=1",
    ] {
        assert_eq!(client.get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let past = client.get("/nomenclatures/attack?etat=passes&q=impersonation").await.text();
    let in_force = client.get("/nomenclatures/attack?etat=en-vigueur&q=impersonation").await.text();
    let row = "<a href=\"/nomenclatures/attack/T1656\" class=\"mono\">T1656</a></th>";
    assert!(past.contains(row) && !in_force.contains(row), "{past}");
}

#[tokio::test]
async fn a_code_tells_what_it_became_and_where_it_stands_elsewhere() {
    let mut client = Client::analyst().await;
    let page = client.get("/nomenclatures/attack/T1656?lang=fr").await.text();
    assert!(page.contains("href=\"/nomenclatures/attack/T1684.001\""), "{page}");
    assert!(page.contains("<span lang=\"en\">Impersonation</span>"), "a label in one language says which");
    let english = client.get("/nomenclatures/attack/T1656?lang=en").await.text();
    assert!(!english.contains("lang=\"en\">Impersonation"), "the page's own needs no mark");
    let next = client.get("/nomenclatures/attack/T1684.001?lang=fr").await.text();
    assert!(next.contains("href=\"/nomenclatures/phenomena/identity_theft\"") && next.contains("apparenté"), "{next}");
    assert!(next.contains("notre lecture des deux textes (0,70)") && next.contains("non vérifié"), "{next}");
    // An article is a law and a number, in an address too.
    let penal = client.get("/nomenclatures/articles/CP%20323-1?lang=fr").await.text();
    assert!(penal.contains("/nomenclatures/etat4001/107"), "{penal}");
    let highway = client.get("/nomenclatures/articles/CR%20R323-1?lang=fr").await.text();
    assert!(highway.contains("Contrôle technique") && !highway.contains("/nomenclatures/etat4001/107"), "{highway}");
    assert_eq!(client.get("/nomenclatures/articles/323-1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_switch_is_seen_by_the_next_request() {
    let mut client = Client::analyst().await;
    let before = client.get("/nomenclatures/departments/53?lang=fr").await.text();
    assert!(before.contains(">Mayenne<") && before.contains("Inchangé"), "{before}");
    let map = client.get("/indicateurs/fraud-rate?by=department&lang=fr").await.text();
    assert!(map.contains("Mayenne") && map.contains("COG-2024") && !map.contains("Ancienne Mayenne"));
    switch(&client.app).await;
    let after = client.get("/nomenclatures/departments/53?lang=fr").await.text();
    assert!(after.contains("Ancienne Mayenne") && after.contains("href=\"/nomenclatures/departments/979\""), "{after}");
    assert!(after.contains("COG-2027") && after.contains("remplacé"), "its history: {after}");
    let map = client.get("/indicateurs/fraud-rate?by=department&lang=fr").await.text();
    assert!(map.contains("Ancienne Mayenne") && map.contains("COG-2027"), "figures name the lists in use");
    let versions = client.get("/nomenclatures/departments/versions?lang=fr").await.text();
    let in_use = between(&versions, "<th scope=\"row\">COG-2027", "</th>");
    assert!(in_use.contains("en vigueur"), "{in_use}");
    assert!(
        versions.contains("cog.csv") && versions.contains("chef") && versions.contains("Maine &#60;b&#62;"),
        "{versions}"
    );
    assert!(versions.contains("libellé changé") && versions.contains("ajouté"), "{versions}");
    let back = client.get("/nomenclatures/departments/versions?de=COG-2027&a=COG-2024&lang=fr").await.text();
    assert!(back.contains("inconnu de cette version"), "{back}");
}

#[tokio::test]
async fn code_lists_are_for_whoever_is_signed_in() {
    let mut client = Client::stranger().await;
    for path in
        ["/nomenclatures", "/nomenclatures/attack", "/nomenclatures/attack/T1656", "/nomenclatures/attack/versions"]
    {
        client.forget();
        assert_eq!(client.get(path).await.status, StatusCode::SEE_OTHER, "{path}");
        client.become_of("personne").await;
        assert_eq!(client.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[test]
fn every_list_of_the_house_has_a_name_in_words() {
    let names = beffroi_codes::lists().map(|list| list.name.as_str()).chain(beffroi_codes::OFFICIAL);
    for name in names {
        for lang in beffroi_wording::Lang::ALL {
            let key = format!("codes-list-{}", name.replace('_', "-"));
            assert!(lang.knows(&key), "{key} in {lang}");
        }
    }
}
