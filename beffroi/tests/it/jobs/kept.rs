//! The files that moves kept with a record, read where they lie.

use super::hand::House;
use beffroi_store::Store;
use beffroi_vault::FileKeys;
use std::sync::Arc;

/// A file as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) name: String,
    pub(super) text: String,
}

/// What moves kept with a record, the first first.
pub(super) fn kept(house: &House, reference: &str) -> Vec<Kept> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let keys = FileKeys::open(&house.path().join("keys"), "beffroi.local/journal").unwrap();
        let store = Store::open_file(&house.path().join("store.sqlite"), Arc::new(keys)).await.unwrap();
        let mut all = Vec::new();
        for file in store.record_attachments(reference).await.unwrap() {
            let bytes = store.record_attachment(reference, &file.id).await.unwrap().unwrap();
            all.push(Kept { name: file.name, text: String::from_utf8(bytes).unwrap() });
        }
        all
    })
}
