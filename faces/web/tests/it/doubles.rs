//! A lake in trouble.

use beffroi_model::{Delivery, DeliveryOutcome, PublishedCount, Report, SourceId};
use beffroi_ports::doubles::MemoryFacts;
use beffroi_ports::{
    Answer, Batch, CountsQuery, Erased, Erasure, FactTable, Facts, FactsError, ReportsQuery, Snapshot,
};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What only a log may say.
pub(crate) const INTERNAL: &str =
    "SELECT token_sha256 FROM sessions WHERE /srv/beffroi/lake/_delta_log\n\u{1b}[31mVec<u8>";

/// What becomes of a question.
#[derive(Clone)]
pub(crate) enum Trouble {
    /// The engine fails.
    Engine,
    /// Another process writes.
    Busy,
    /// The page panics.
    Panic,
    /// The answer waits: `asked` counts the questions, `answered` lets them go on.
    Slow { asked: Arc<Semaphore>, answered: Arc<Semaphore> },
}

/// A lake that is in trouble as soon as it is asked for its snapshots.
pub(crate) struct Troubled {
    inner: MemoryFacts,
    trouble: Trouble,
}

impl Troubled {
    pub(crate) fn with(trouble: Trouble) -> Arc<dyn Facts> {
        Arc::new(Self { inner: MemoryFacts::holding(Vec::new(), Vec::new()), trouble })
    }
}

impl Facts for Troubled {
    fn land<'a>(
        &'a self,
        source: &'a SourceId,
        file_sha256: &'a str,
        mapping_version: &'a str,
        batches: Box<dyn Iterator<Item = Batch> + Send + 'a>,
        delivery: Box<dyn FnOnce() -> Delivery + Send + 'a>,
    ) -> Answer<'a, Result<DeliveryOutcome, FactsError>> {
        self.inner.land(source, file_sha256, mapping_version, batches, delivery)
    }

    fn landed<'a>(
        &'a self,
        source: &'a SourceId,
        file_sha256: &'a str,
        mapping_version: &'a str,
    ) -> Answer<'a, Result<Option<u64>, FactsError>> {
        self.inner.landed(source, file_sha256, mapping_version)
    }

    fn known_keys<'a>(
        &'a self,
        source: &'a SourceId,
        each: Box<dyn FnMut(&str) + Send + 'a>,
    ) -> Answer<'a, Result<(), FactsError>> {
        self.inner.known_keys(source, each)
    }

    fn snapshots(&self) -> Answer<'_, Result<Vec<Snapshot>, FactsError>> {
        Box::pin(async move {
            match &self.trouble {
                Trouble::Engine => Err(FactsError::Engine { doing: "list snapshots", reason: INTERNAL.to_owned() }),
                Trouble::Busy => Err(FactsError::Busy { path: INTERNAL.to_owned() }),
                Trouble::Panic => panic!("{INTERNAL}"),
                Trouble::Slow { asked, answered } => {
                    asked.add_permits(1);
                    answered.acquire().await.unwrap().forget();
                    self.inner.snapshots().await
                }
            }
        })
    }

    fn reports<'a>(&'a self, query: &'a ReportsQuery) -> Answer<'a, Result<FactTable, FactsError>> {
        self.inner.reports(query)
    }

    fn counts<'a>(&'a self, query: &'a CountsQuery) -> Answer<'a, Result<Vec<PublishedCount>, FactsError>> {
        self.inner.counts(query)
    }

    fn scan<'a>(
        &'a self,
        query: &'a ReportsQuery,
        each: Box<dyn FnMut(Vec<Report>) + Send + 'a>,
    ) -> Answer<'a, Result<u64, FactsError>> {
        self.inner.scan(query, each)
    }

    fn erase<'a>(&'a self, erasure: &'a Erasure) -> Answer<'a, Result<Option<Erased>, FactsError>> {
        self.inner.erase(erasure)
    }

    fn erasures(&self) -> Answer<'_, Result<Vec<Erased>, FactsError>> {
        self.inner.erasures()
    }

    fn location(&self) -> PathBuf {
        self.inner.location()
    }
}
