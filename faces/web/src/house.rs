//! The state of the face: the application, and shelves of figures already computed.
//!
//! A snapshot never changes, so figures of one snapshot may be kept. Only protected figures are: nothing else of the
//! observatory is known to this crate.

use crate::pages::latest::{self, Latest};
use crate::problem::Problem;
use crate::shelf::Shelf;
use crate::{App, code_lists};
use beffroi_desk_observatory::code_lists::CodeBook;
use beffroi_desk_observatory::indicators::{self, Card, Coefficient, Figure, Figures, IndicatorError, Request};
use beffroi_desk_observatory::reconciliation::{self, Subject, Total};
use beffroi_desk_observatory::sources::{self, Catalogue};
use beffroi_model::Period;
use beffroi_ports::{Dimension, FactsError, Snapshot};
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

/// Bytes of figures that are kept.
const FIGURES: usize = 128 << 20;
/// Bytes of each other kind of answers.
const OTHERS: usize = 4 << 20;

/// The largest declaration of a source that is read, in bytes.
const LARGEST_DECLARATION: u64 = 256 * 1024;
/// The most declarations of a data folder that are read.
const MOST_DECLARATIONS: usize = 200;

/// The cards of the house.
pub(crate) static CATALOGUE: LazyLock<indicators::Catalogue> = LazyLock::new(indicators::Catalogue::builtin);

/// The state handed to each page.
#[derive(Clone)]
pub(crate) struct House {
    app: App,
    shelves: Arc<Shelves>,
    /// Code lists that were read lately.
    pub(crate) book: Arc<CodeBook>,
}

struct Shelves {
    figures: Shelf<Arc<Figures>>,
    growths: Shelf<Growth>,
    latest: Shelf<Option<Arc<Latest>>>,
    subjects: Shelf<Arc<Vec<Subject>>>,
    totals: Shelf<Arc<Vec<Total>>>,
    coefficients: Shelf<Arc<Vec<Coefficient>>>,
}

impl Default for Shelves {
    fn default() -> Self {
        Self {
            figures: Shelf::new(FIGURES, |figures| n_bytes(figures)),
            growths: Shelf::new(OTHERS, |_| size_of::<Growth>()),
            latest: Shelf::new(OTHERS, |_| size_of::<Latest>() + 32 * size_of::<(Period, Option<f64>)>()),
            subjects: Shelf::new(OTHERS, |all| all.len() * (size_of::<Subject>() + A_TEXT)),
            totals: Shelf::new(OTHERS, |all| all.len() * (size_of::<Total>() + 4 * A_TEXT)),
            coefficients: Shelf::new(OTHERS, |all| all.len() * size_of::<Coefficient>()),
        }
    }
}

/// What a short text takes beside its own fields.
const A_TEXT: usize = 24;

/// What figures take in memory, about.
fn n_bytes(figures: &Figures) -> usize {
    let text =
        |text: &Option<String>| size_of::<Option<String>>() + text.as_ref().map_or(0, |text| text.len() + A_TEXT);
    let row = |row: &Figure| {
        let named = row.source.is_some() || row.definition.is_some();
        let keys: usize = row.keys.iter().map(text).sum();
        size_of::<Figure>() + keys + if named { 2 * A_TEXT } else { 0 }
    };
    size_of::<Figures>() + 32 * A_TEXT + figures.rows.iter().map(row).sum::<usize>()
}

/// A change between two periods, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Growth {
    /// A ratio.
    Of(f64),
    /// Refused: the series is broken in between, or counted under two definitions.
    Broken,
    /// One of the two is not there, or not published.
    Absent,
}

impl Deref for House {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl House {
    pub(crate) fn new(app: App) -> Self {
        Self { app, shelves: Arc::default(), book: Arc::default() }
    }

    /// The application.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// The sources: those that ship with the house, and the declarations of the data folder. One of these that does not
    /// read is left out and told in the log; `beffroi source check` says what is wrong with it.
    pub(crate) async fn sources(&self) -> Catalogue {
        let mut catalogue = sources::catalogue().clone();
        let Ok(mut entries) = tokio::fs::read_dir(self.data.join("sources")).await else { return catalogue };
        let mut paths = Vec::new();
        while let Ok(Some(entry)) = entries.next_entry().await {
            let small = entry.metadata().await.is_ok_and(|meta| meta.is_file() && meta.len() <= LARGEST_DECLARATION);
            if small && entry.path().extension().is_some_and(|e| e == "toml") && paths.len() < MOST_DECLARATIONS {
                paths.push(entry.path());
            }
        }
        paths.sort();
        for path in paths {
            let place = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let Ok(text) = tokio::fs::read_to_string(&path).await else { continue };
            match catalogue.clone().with(&place, &text) {
                Ok(with) => catalogue = with,
                Err(error) => tracing::warn!(source.file = %place, "{error}"),
            }
        }
        catalogue
    }

    /// The lake as it stands now: one page reads one state of it.
    pub(crate) async fn lake(&self) -> Result<LakeView<'_>, FactsError> {
        Ok(LakeView { house: self, snapshots: self.facts.snapshots().await? })
    }
}

/// The lake at one instant.
pub(crate) struct LakeView<'a> {
    house: &'a House,
    /// Every snapshot, oldest first.
    pub(crate) snapshots: Vec<Snapshot>,
}

impl LakeView<'_> {
    /// The number of the snapshot read; none in an empty lake.
    pub(crate) fn number(&self) -> Option<u64> {
        self.snapshots.last().map(|s| s.number)
    }

    /// Which state of the lake is read: an erasure makes no snapshot, and changes what all of them tell.
    pub(crate) fn state(&self) -> (Option<u64>, u64) {
        (self.number(), self.snapshots.iter().map(|snapshot| snapshot.erased).sum())
    }

    /// The protected figures of an indicator. Each call site reads as what it asks; the shelf makes it cheap.
    pub(crate) async fn published(&self, code: &str, request: Request) -> Result<Arc<Figures>, IndicatorError> {
        let snapshot = request.snapshot.or(self.number());
        let request = Request { snapshot, lists: code_lists::in_use(), ..request };
        let key = format!("{code} {request:?} {:?}", self.state().1);
        let app = &self.house.app;
        let ask = async {
            let figures = indicators::published(app.facts.as_ref(), code, &request, app.now(), app.version);
            figures.await.map(Arc::new)
        };
        self.house.shelves.figures.once(key, ask).await
    }

    /// The growth of an indicator between two periods, within one definition.
    pub(crate) async fn growth(&self, card: &Card, from: Period, to: Period) -> Result<Growth, IndicatorError> {
        let lists = code_lists::in_use();
        let key = format!("{} {from} {to} {:?} {lists:?}", card.code, self.state());
        let app = &self.house.app;
        let request = Request { from: Some(from), to: Some(to), snapshot: self.number(), lists, ..Request::default() };
        let ask = async {
            match indicators::compared(app.facts.as_ref(), &card.code, &request, app.now(), app.version).await {
                Ok(comparison) => Ok(Growth::Of(comparison.growth)),
                Err(IndicatorError::Break { .. } | IndicatorError::Definitions { .. }) => Ok(Growth::Broken),
                Err(error) if error.is_user_fault() => Ok(Growth::Absent),
                Err(error) => Err(error),
            }
        };
        self.house.shelves.growths.once(key, ask).await
    }

    /// What links the earlier definitions of an indicator to its newest, year by year; nothing for one that never changed.
    pub(crate) async fn coefficients(&self, card: &Card) -> Result<Arc<Vec<Coefficient>>, IndicatorError> {
        if CATALOGUE.versions(&card.code)?.len() < 2 {
            return Ok(Arc::default());
        }
        let app = &self.house.app;
        let by = card.dimensions.iter().copied().filter(|d| *d == Dimension::Year).collect();
        let lists = code_lists::in_use();
        let key = format!("{} {:?} {lists:?}", card.code, self.state());
        let request = Request { by, snapshot: self.number(), lists, ..Request::default() };
        let ask = async {
            let all = indicators::definitions(app.facts.as_ref(), &card.code, &request, app.now(), app.version).await?;
            Ok(all.into_iter().last().map(|newest| Arc::new(newest.coefficients)).unwrap_or_default())
        };
        self.house.shelves.coefficients.once(key, ask).await
    }

    /// The last figures of an indicator up to `most`, a year; none without figures.
    pub(crate) async fn latest(&self, card: &Card, most: i16) -> Result<Option<Arc<Latest>>, Problem> {
        let key = format!("{} {most} {:?} {:?}", card.code, self.state(), code_lists::in_use());
        let ask = async { latest::read(self, card, most).await.map(|found| found.map(Arc::new)) };
        self.house.shelves.latest.once(key, ask).await
    }

    /// The series and years of which more than one total stands.
    pub(crate) async fn subjects(&self) -> Result<Arc<Vec<Subject>>, Problem> {
        let ask = async { reconciliation::subjects(self.house.app.facts.as_ref(), self.number()).await.map(Arc::new) };
        Ok(self.house.shelves.subjects.once(format!("{:?}", self.state()), ask).await?)
    }

    /// The totals of one of them.
    pub(crate) async fn totals(&self, of: &Subject) -> Result<Arc<Vec<Total>>, Problem> {
        let key = format!("{} {} {} {:?}", of.layer, of.series, of.year, self.state());
        let facts = self.house.app.facts.as_ref();
        let ask = async {
            let totals = reconciliation::totals(facts, of.layer, &of.series, of.year, self.number());
            totals.await.map(Arc::new)
        };
        Ok(self.house.shelves.totals.once(key, ask).await?)
    }
}
