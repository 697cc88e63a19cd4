//! The state of the face: the application, and a shelf of figures already computed.
//!
//! A snapshot never changes, so figures of one snapshot may be kept. Only protected figures are: nothing else of the
//! observatory is known to this crate.

use crate::pages::latest::{self, Latest};
use crate::problem::Problem;
use crate::{App, code_lists};
use beffroi_desk_observatory::code_lists::CodeBook;
use beffroi_desk_observatory::indicators::{self, Card, Coefficient, Figures, IndicatorError, Request};
use beffroi_desk_observatory::reconciliation::{self, Subject, Total};
use beffroi_desk_observatory::sources::{self, Catalogue};
use beffroi_model::Period;
use beffroi_ports::{Dimension, FactsError, Snapshot};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// How many answers are kept.
const SHELF: usize = 512;

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
    shelf: Arc<Shelf>,
    /// Code lists that were read lately.
    pub(crate) book: Arc<CodeBook>,
}

#[derive(Default)]
struct Shelf {
    figures: Places<Arc<Figures>>,
    growths: Places<Growth>,
    latest: Places<Option<Arc<Latest>>>,
    subjects: Places<Arc<Vec<Subject>>>,
    totals: Places<Arc<Vec<Total>>>,
    coefficients: Places<Arc<Vec<Coefficient>>>,
}

/// Answers by what was asked, and those under way.
type Places<T> = Mutex<BTreeMap<String, Arc<OnceCell<T>>>>;

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
        Self { app, shelf: Arc::default(), book: Arc::default() }
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

    /// The protected figures of an indicator. Each call site reads as what it asks; the shelf makes it cheap.
    pub(crate) async fn published(&self, code: &str, request: Request) -> Result<Arc<Figures>, IndicatorError> {
        let snapshot = request.snapshot.or(self.number());
        let request = Request { snapshot, lists: code_lists::in_use(), ..request };
        let key = format!("{code} {request:?}");
        let app = &self.house.app;
        let ask = async {
            let figures = indicators::published(app.facts.as_ref(), code, &request, app.now(), app.version);
            figures.await.map(Arc::new)
        };
        once(&self.house.shelf.figures, key, ask).await
    }

    /// The growth of an indicator between two periods, within one definition.
    pub(crate) async fn growth(&self, card: &Card, from: Period, to: Period) -> Result<Growth, IndicatorError> {
        let lists = code_lists::in_use();
        let key = format!("{} {from} {to} {:?} {lists:?}", card.code, self.number());
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
        once(&self.house.shelf.growths, key, ask).await
    }

    /// What links the earlier definitions of an indicator to its newest, year by year; nothing for one that never changed.
    pub(crate) async fn coefficients(&self, card: &Card) -> Result<Arc<Vec<Coefficient>>, IndicatorError> {
        if CATALOGUE.versions(&card.code)?.len() < 2 {
            return Ok(Arc::default());
        }
        let app = &self.house.app;
        let by = card.dimensions.iter().copied().filter(|d| *d == Dimension::Year).collect();
        let lists = code_lists::in_use();
        let key = format!("{} {:?} {lists:?}", card.code, self.number());
        let request = Request { by, snapshot: self.number(), lists, ..Request::default() };
        let ask = async {
            let all = indicators::definitions(app.facts.as_ref(), &card.code, &request, app.now(), app.version).await?;
            Ok(all.into_iter().last().map(|newest| Arc::new(newest.coefficients)).unwrap_or_default())
        };
        once(&self.house.shelf.coefficients, key, ask).await
    }

    /// The last figures of an indicator up to `most`, a year; none without figures.
    pub(crate) async fn latest(&self, card: &Card, most: i16) -> Result<Option<Arc<Latest>>, Problem> {
        let key = format!("{} {most} {:?}", card.code, self.number());
        let ask = async { latest::read(self, card, most).await.map(|found| found.map(Arc::new)) };
        once(&self.house.shelf.latest, key, ask).await
    }

    /// The series and years of which more than one total stands.
    pub(crate) async fn subjects(&self) -> Result<Arc<Vec<Subject>>, Problem> {
        let ask = async { reconciliation::subjects(self.house.app.facts.as_ref(), self.number()).await.map(Arc::new) };
        Ok(once(&self.house.shelf.subjects, format!("{:?}", self.number()), ask).await?)
    }

    /// The totals of one of them.
    pub(crate) async fn totals(&self, of: &Subject) -> Result<Arc<Vec<Total>>, Problem> {
        let key = format!("{} {} {} {:?}", of.layer, of.series, of.year, self.number());
        let facts = self.house.app.facts.as_ref();
        let ask = async {
            let totals = reconciliation::totals(facts, of.layer, &of.series, of.year, self.number());
            totals.await.map(Arc::new)
        };
        Ok(once(&self.house.shelf.totals, key, ask).await?)
    }
}

/// What stands under `key`, or else what `ask` brings. Those who want the same at once wait for one answer: a page that
/// many open in the morning is computed once. An answer that failed is not kept.
async fn once<T: Clone, E>(shelf: &Places<T>, key: String, ask: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let place = {
        let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.len() >= SHELF && !shelf.contains_key(&key) {
            shelf.clear();
        }
        shelf.entry(key).or_default().clone()
    };
    place.get_or_try_init(|| ask).await.cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn those_who_want_the_same_at_once_wait_for_one_answer() {
        let (shelf, asked) = (Places::default(), AtomicUsize::new(0));
        let ask = |fails: bool| {
            let asked = &asked;
            async move {
                asked.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                if fails { Err("no lake") } else { Ok(7) }
            }
        };
        assert_eq!(once(&shelf, "a".to_owned(), ask(true)).await, Err("no lake"));
        let key = || "a".to_owned();
        let three = tokio::join!(
            once(&shelf, key(), ask(false)),
            once(&shelf, key(), ask(false)),
            once(&shelf, key(), ask(false))
        );
        assert_eq!(three, (Ok(7), Ok(7), Ok(7)));
        assert_eq!(asked.load(Ordering::Relaxed), 2, "once in vain, then once");
        for n in 0..SHELF * 2 {
            once(&shelf, n.to_string(), ask(false)).await.unwrap();
        }
        assert!(shelf.lock().unwrap().len() <= SHELF);
    }
}
