//! Figures that were published: frozen with their birth certificate, printed again to the unit, and followed by the
//! revisions that came after, each with its reason.

use super::{Certificate, Figure, Figures, IndicatorError, Request, Telling, published, telling};
use beffroi_indicators::Adjustment;
use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_ports::Facts;
use beffroi_rights::{Kind, Object, State, World};
use beffroi_statistics::Status;
use beffroi_store::{By, PublishedFigures, Store, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The longest reference of a publication, in bytes.
const LONGEST: usize = 64;

/// Why figures were not frozen, or are not found.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// The figures cannot be computed.
    #[error(transparent)]
    Indicator(#[from] IndicatorError),
    /// The register refused, or could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The reference has not the shape of one.
    #[error("`{0}` is no reference of a publication: expected 1 to 64 letters, digits, points, hyphens and slashes")]
    Reference(String),
    /// Nothing was published under that reference.
    #[error("nothing was published under `{0}`")]
    Missing(String),
    /// Beside a former release they would tell about few units.
    #[error(
        "{} of these figures ({}…) would tell about a few units beside those published under `{}`: publish them on the same state of the data (--snapshot {}) as the same table, or with a coarser breakdown",
        .0.cells.len(), .0.first(), .0.reference, .0.snapshot
    )]
    Telling(Telling),
    /// What is kept cannot be read back.
    #[error("what was published under `{reference}` cannot be read back: {reason}")]
    Damaged {
        /// Under which.
        reference: String,
        /// Why.
        reason: String,
    },
}

impl PublicationError {
    /// Whether the request is at fault rather than the house.
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Indicator(error) => error.is_user_fault(),
            Self::Store(error) => error.is_user_fault(),
            Self::Reference(_) | Self::Missing(_) | Self::Telling(_) => true,
            Self::Damaged { .. } => false,
        }
    }
}

/// What was asked, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// By what, as codes.
    pub by: Vec<String>,
    /// From which period on.
    pub from: Option<String>,
    /// Up to which period.
    pub to: Option<String>,
    /// `dimension=code`.
    pub filters: Vec<String>,
    /// The definition that was asked for.
    pub definition: Option<String>,
    /// The day as of which.
    pub known_on: Option<Date>,
    /// The base of an index.
    pub index_base: Option<String>,
    /// Whether season was taken out.
    pub adjusted: bool,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let filters = request
            .filters
            .iter()
            .flat_map(|filter| filter.values.iter().map(|value| format!("{}={value}", filter.dimension.code())));
        Self {
            by: request.by.iter().map(|dimension| dimension.code().to_owned()).collect(),
            from: request.from.map(|period| period.to_string()),
            to: request.to.map(|period| period.to_string()),
            filters: filters.collect(),
            definition: request.definition.clone(),
            known_on: request.known_on,
            index_base: request.index_base.map(|period| period.to_string()),
            adjusted: request.adjust.is_some(),
        }
    }

    /// The request that it was.
    ///
    /// # Errors
    /// [`IndicatorError::Request`] for a dimension or period that this program does not know.
    pub fn request(&self) -> Result<Request, IndicatorError> {
        let definition = self.definition.as_deref();
        let read = Request::read(&self.by, self.from.as_deref(), self.to.as_deref(), &self.filters, None, definition)?;
        let base = Request::read(&[], self.index_base.as_deref(), None, &[], None, None)?.from;
        let adjust = self.adjusted.then_some(Adjustment::Seasonal);
        Ok(Request { known_on: self.known_on, index_base: base, adjust, ..read })
    }
}

/// One figure as it was printed. Values are kept as texts that read back to the same bits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Printed {
    /// Its keys.
    pub keys: Vec<Option<String>>,
    /// Its value; none when it was secret or not available.
    pub value: Option<String>,
    /// The upper bound of a range or of limits.
    pub high: Option<String>,
    /// The part that says what it is about, for a range.
    pub completeness: Option<String>,
    /// The code of its status.
    pub status: String,
    /// How many units it was made of, where it was printed; for the control of what its revisions tell.
    pub contributors: Option<String>,
    /// The publisher's definition, for a published count.
    pub definition: Option<String>,
}

impl Printed {
    fn of(figure: &Figure) -> Self {
        let text = |value: Option<f64>| value.map(|value| value.to_string());
        Self {
            keys: figure.keys.clone(),
            value: text(figure.value),
            high: text(figure.interval.map(|limits| limits.1)),
            completeness: text(figure.completeness),
            status: figure.status.code().to_owned(),
            contributors: text(figure.contributors),
            definition: figure.definition.clone(),
        }
    }

    /// The value as a number, to the bit that was printed.
    pub fn number(&self) -> Option<f64> {
        self.value.as_ref()?.parse().ok()
    }

    pub(super) fn units(&self) -> Option<f64> {
        self.contributors.as_ref()?.parse().ok()
    }

    /// Whether the reader was told that there is a figure and not which.
    pub fn is_secret(&self) -> bool {
        [Status::SecretPrimary, Status::SecretSecondary].iter().any(|status| status.code() == self.status)
    }
}

/// Figures as they were published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Publication {
    /// Under which they are cited.
    pub reference: String,
    /// When they were frozen.
    pub frozen_at: Timestamp,
    /// By whom.
    pub frozen_by: String,
    /// What was asked.
    pub asked: Asked,
    /// The figures.
    pub figures: Vec<Printed>,
    /// Their birth certificate.
    pub certificate: Certificate,
}

/// Freezes the figures that `request` asks for, as they may be published, under `reference`; the journal tells who did.
/// Nothing is ever published twice under one reference: a correction is another publication. Nothing is published that
/// would tell about few units beside what was published before.
///
/// # Errors
/// [`PublicationError`]; an existing reference is a [`StoreError::Exists`].
pub async fn freeze(
    facts: &dyn Facts,
    store: &Store,
    (code, request): (&str, &Request),
    reference: &str,
    by: &By,
    program_version: &str,
) -> Result<Publication, PublicationError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/' | '_');
    if reference.is_empty() || reference.len() > LONGEST || !reference.chars().all(fits) {
        return Err(PublicationError::Reference(reference.chars().take(LONGEST).collect()));
    }
    let figures = published(facts, code, request, by.at, program_version).await?;
    not_telling(facts, store, (&figures, request), by.at, program_version).await?;
    let publication = Publication {
        reference: reference.to_owned(),
        frozen_at: by.at,
        frozen_by: by.who.clone(),
        asked: Asked::of(&Request { definition: definition_of(&figures, request), ..request.clone() }),
        figures: figures.rows.iter().map(Printed::of).collect(),
        certificate: figures.certificate,
    };
    let id = reference.parse().map_err(|_| PublicationError::Reference(reference.to_owned()))?;
    let mut guard = Object::new(id, Kind::Figure, World::Statistics, by.service.clone(), Territory::france());
    guard.marking = Marking { tlp: Tlp::Clear, pap: Pap::Clear };
    guard.author = by.person();
    guard.state = State::Published;
    let certificate = &publication.certificate;
    let kept = serde_json::to_value(&publication).map_err(|error| damaged(reference, &error))?;
    let row = PublishedFigures {
        reference: reference.to_owned(),
        indicator: certificate.indicator.clone(),
        definition: certificate.definition_version.clone(),
        snapshot: certificate.snapshot,
        digest: certificate.digest.clone(),
        figures: kept,
        frozen_at: by.at,
        frozen_by: by.who.clone(),
    };
    store.published_put(row, guard, by).await?;
    Ok(publication)
}

/// Refuses figures that would tell about few units beside a former release.
///
/// # Errors
/// [`PublicationError::Telling`] with the first such release, and what computing it again gives.
pub async fn not_telling(
    facts: &dyn Facts,
    store: &Store,
    asked: (&Figures, &Request),
    now: Timestamp,
    program_version: &str,
) -> Result<(), PublicationError> {
    let told = telling(facts, store, asked, now, program_version).await?;
    told.into_iter().next().map_or(Ok(()), |telling| Err(PublicationError::Telling(telling)))
}

/// The definition under which figures stay what they are: the publisher's when it was asked for, else the card's.
fn definition_of(figures: &Figures, request: &Request) -> Option<String> {
    request.definition.clone().or_else(|| Some(figures.certificate.definition_version.clone()))
}

fn damaged(reference: &str, reason: &dyn std::fmt::Display) -> PublicationError {
    PublicationError::Damaged { reference: reference.to_owned(), reason: reason.to_string() }
}

/// What was published under a reference, to the unit as it was printed.
///
/// # Errors
/// [`PublicationError::Missing`], [`PublicationError::Damaged`], and those of the store.
pub async fn published_under(store: &Store, reference: &str) -> Result<Publication, PublicationError> {
    let missing = || PublicationError::Missing(reference.chars().take(LONGEST).collect());
    read(store.published_fetch(reference).await?.ok_or_else(missing)?)
}

/// Everything that was published, the latest first; of one indicator when one is named.
///
/// # Errors
/// As [`publication`].
pub async fn publications(store: &Store, indicator: Option<&str>) -> Result<Vec<Publication>, PublicationError> {
    store.published_list(indicator).await?.into_iter().map(read).collect()
}

/// A row of the register as a publication, for whoever read it through a scope.
///
/// # Errors
/// [`PublicationError::Damaged`].
pub fn read(row: PublishedFigures) -> Result<Publication, PublicationError> {
    let reference = row.reference;
    serde_json::from_value(row.figures).map_err(|error| damaged(&reference, &error))
}
