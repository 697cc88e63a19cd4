//! The register of code lists: versions are kept for good, and a switch is one write.

use super::suite::{by, memory};
use beffroi_journal::Act;
use beffroi_store::{CodeListText, JournalQuery, Store, StoreError};
use jiff::civil::date;

fn text(list: &str, version: &str, text: &str) -> CodeListText {
    CodeListText {
        list: list.into(),
        version: version.into(),
        stands_on: date(2024, 1, 1),
        source: "Insee".into(),
        licence: "Licence Ouverte 2.0".into(),
        n_codes: 2,
        file: "communes.csv".into(),
        file_sha256: "ab".repeat(32),
        text: text.into(),
    }
}

pub(crate) async fn code_lists(store: &Store) {
    assert!(store.code_lists_in_use().await.unwrap().is_empty());
    let first = vec![text("communes", "COG-2023", "un"), text("communes", "COG-2024", "deux; DROP TABLE")];
    store.code_list_switch("communes", "COG-2024", None, first, &by("statisticien", 300)).await.unwrap();
    assert_eq!(store.code_lists_in_use().await.unwrap()["communes"], "COG-2024");
    assert_eq!(store.code_list_text("communes", "COG-2024").await.unwrap().as_deref(), Some("deux; DROP TABLE"));
    assert_eq!(store.code_list_text("communes", "COG-2025").await.unwrap(), None);
    let kept = store.code_list_versions(Some("communes")).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!((kept[0].kept_by.as_str(), kept[0].n_codes, kept[0].stands_on), ("statisticien", 2, date(2024, 1, 1)));
    assert_eq!(store.code_list_versions(Some("regions")).await.unwrap(), []);

    // Back is one more switch, and takes nothing away.
    store.code_list_switch("communes", "COG-2023", Some("COG-2024"), Vec::new(), &by("chef", 301)).await.unwrap();
    assert_eq!(store.code_lists_in_use().await.unwrap()["communes"], "COG-2023");
    let switches = store.code_list_switches("communes").await.unwrap();
    let told: Vec<(u64, &str, &str)> = switches.iter().map(|s| (s.number, s.version.as_str(), s.by.as_str())).collect();
    assert_eq!(told, [(2, "COG-2023", "chef"), (1, "COG-2024", "statisticien")]);
    assert_eq!(store.code_list_versions(None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_switch_that_is_refused_leaves_nothing() {
    let store = memory().await;
    let put = |version: &'static str, before: Option<&'static str>, kept: Vec<CodeListText>| {
        let store = store.clone();
        async move { store.code_list_switch("regions", version, before, kept, &by("a", 0)).await }
    };
    put("1", None, vec![text("regions", "1", "un")]).await.unwrap();
    // Somebody else was quicker; the text is another; there is no such version.
    let late = put("2", None, vec![text("regions", "2", "deux")]).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    let other = put("2", Some("1"), vec![text("regions", "2", "deux"), text("regions", "1", "autre")]).await;
    assert!(matches!(other, Err(StoreError::Exists { .. })), "{other:?}");
    let absent = put("3", Some("1"), vec![text("regions", "2", "deux")]).await;
    assert!(matches!(absent, Err(StoreError::Missing { .. })), "{absent:?}");
    assert_eq!(store.code_lists_in_use().await.unwrap()["regions"], "1");
    assert_eq!(store.code_list_versions(None).await.unwrap().len(), 1, "what came with a refused switch is not kept");
    assert_eq!(store.code_list_text("regions", "1").await.unwrap().as_deref(), Some("un"));
    // The same again changes nothing and is not told twice.
    put("1", Some("1"), vec![text("regions", "1", "un")]).await.unwrap();
    assert_eq!(store.code_list_switches("regions").await.unwrap().len(), 1);
    // The twin: what the refusals were about, put right.
    put("2", Some("1"), vec![text("regions", "2", "deux")]).await.unwrap();
    assert_eq!(store.code_lists_in_use().await.unwrap()["regions"], "2");
    let entries = store.journal_search(&JournalQuery::default(), 10).await.unwrap();
    let told: Vec<(Act, String)> =
        entries.into_iter().filter_map(|held| held.entry).map(|entry| (entry.act, entry.object.id)).collect();
    assert_eq!(told, [(Act::Configure, "regions@2".to_owned()), (Act::Configure, "regions@1".to_owned())]);
}
