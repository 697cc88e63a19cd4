//! Each page of the catalogue is answered from what was added up: by every grain and every breakdown that it offers.

use crate::samples::{Draw, land_reports, reports};
use beffroi_indicators::{Card, Catalogue, Computation, Request, compute};
use beffroi_lake::Lake;
use beffroi_model::{Delivery, DeliveryOutcome, Period, PublishedCount, Report, SourceId};
use beffroi_ports::{
    Answer, Batch, CountsQuery, Dimension, Erased, Erasure, FactTable, Facts, FactsError, ReportsQuery, Snapshot,
};
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Mutex;

/// A lake, and what was asked of it.
struct Asked {
    lake: Lake,
    queries: Mutex<Vec<ReportsQuery>>,
}

impl Facts for Asked {
    fn land<'a>(
        &'a self,
        source: &'a SourceId,
        file_sha256: &'a str,
        mapping_version: &'a str,
        batches: Box<dyn Iterator<Item = Batch> + Send + 'a>,
        delivery: Box<dyn FnOnce() -> Delivery + Send + 'a>,
    ) -> Answer<'a, Result<DeliveryOutcome, FactsError>> {
        self.lake.land(source, file_sha256, mapping_version, batches, delivery)
    }

    fn landed<'a>(
        &'a self,
        source: &'a SourceId,
        file_sha256: &'a str,
        mapping_version: &'a str,
    ) -> Answer<'a, Result<Option<u64>, FactsError>> {
        self.lake.landed(source, file_sha256, mapping_version)
    }

    fn known_keys<'a>(
        &'a self,
        source: &'a SourceId,
        each: Box<dyn FnMut(&str) + Send + 'a>,
    ) -> Answer<'a, Result<(), FactsError>> {
        self.lake.known_keys(source, each)
    }

    fn snapshots(&self) -> Answer<'_, Result<Vec<Snapshot>, FactsError>> {
        self.lake.snapshots()
    }

    fn reports<'a>(&'a self, query: &'a ReportsQuery) -> Answer<'a, Result<FactTable, FactsError>> {
        self.queries.lock().unwrap().push(query.clone());
        self.lake.reports(query)
    }

    fn counts<'a>(&'a self, query: &'a CountsQuery) -> Answer<'a, Result<Vec<PublishedCount>, FactsError>> {
        self.lake.counts(query)
    }

    fn scan<'a>(
        &'a self,
        query: &'a ReportsQuery,
        each: Box<dyn FnMut(Vec<Report>) + Send + 'a>,
    ) -> Answer<'a, Result<u64, FactsError>> {
        self.lake.scan(query, each)
    }

    fn read<'a>(
        &'a self,
        query: &'a ReportsQuery,
        each: Box<dyn FnMut(Vec<Report>) + Send + 'a>,
    ) -> Answer<'a, Result<u64, FactsError>> {
        self.lake.read(query, each)
    }

    fn erase<'a>(&'a self, erasure: &'a Erasure) -> Answer<'a, Result<Option<Erased>, FactsError>> {
        self.lake.erase(erasure)
    }

    fn erasures(&self) -> Answer<'_, Result<Vec<Erased>, FactsError>> {
        self.lake.erasures()
    }

    fn location(&self) -> PathBuf {
        self.lake.location()
    }
}

/// What the page of a card offers: each period with each breakdown, and with none.
fn offered(card: &Card) -> Vec<Vec<Dimension>> {
    let several_units = card.dimensions.contains(&Dimension::Unit);
    let is_offered = |d: &Dimension| !several_units || matches!(d, Dimension::Source | Dimension::Unit);
    let grains = card.dimensions.iter().copied().filter(|d| d.grain().is_some() && *d != Dimension::Day);
    let others: Vec<Dimension> =
        card.dimensions.iter().copied().filter(|d| d.grain().is_none()).filter(is_offered).collect();
    grains.flat_map(|grain| others.iter().map(move |by| vec![*by, grain]).chain([vec![grain]])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_of_the_catalogue_is_answered_from_what_was_added_up() {
    let folder = tempfile::tempdir().unwrap();
    let asked = Asked { lake: Lake::open(folder.path()).await.unwrap(), queries: Mutex::default() };
    let mut rows = reports(&mut Draw::new(17), 4900, "a");
    // Of one unit, or nothing is asked beyond that.
    rows.iter_mut().for_each(|row| row.unit_of_count = "infraction".into());
    land_reports(&asked, "sha-1", &rows).await;
    asked.lake.prepare().await.unwrap();
    let year = |year| Some(Period::year(year).unwrap());
    let (mut n_asked, mut from_rows) = (0, Vec::new());
    for card in Catalogue::builtin().cards() {
        if matches!(card.computation, Computation::Counts { .. }) {
            continue;
        }
        for by in offered(card) {
            // A span of years, as a page shows first: weeks begin and end in the midst of it.
            for (from, to) in [(None, None), (year(2021), year(2022))] {
                let request = Request { by: by.clone(), from, to, ..Request::default() };
                compute(&asked, card, &request, Timestamp::UNIX_EPOCH, "1").await.unwrap();
            }
        }
        let queries = std::mem::take(&mut *asked.queries.lock().unwrap());
        for query in queries {
            let answering = asked.lake.answering(&query).await.unwrap();
            n_asked += 1;
            if answering.shape.is_none() || answering.rows > 0 {
                from_rows.push(format!("{} {:?} {:?}", card.code, query.by, query.filters));
            }
        }
    }
    assert!(n_asked > 1000, "{n_asked}");
    assert!(
        from_rows.is_empty(),
        "{} of {n_asked}: {:#?}",
        from_rows.len(),
        from_rows.iter().take(20).collect::<Vec<_>>()
    );
}
