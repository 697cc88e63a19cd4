//! A flash, where it stands, and how it moves.

use crate::alerts::content::hours;
use crate::alerts::draft::only_one;
use crate::alerts::scan::check_texts;
use crate::alerts::{AlertContent, AlertError, Change, Issue, elements};
use beffroi_journal::Act;
use beffroi_model::{AlertRef, Marking, SignalId, Territory};
use beffroi_rights::{Kind, Object, Scope, ServiceId, State, World};
use beffroi_store::{AlertRow, By, Dispatch, Store, StoreError};
use beffroi_wording::Lang;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The shortest reason accepted.
pub(crate) const REASON_LEAST: usize = 3;
/// Days for which a flash holds once issued.
const DAYS_VALID: i32 = 30;
/// Days after which it is looked at again.
const DAYS_TO_REVIEW: i32 = 7;

/// Where a flash stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertState {
    /// Being written.
    Draft,
    /// Read and accepted by somebody other than its author.
    Validated,
    /// Sent.
    Issued,
    /// Over.
    Closed,
}

impl AlertState {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Validated, Self::Issued, Self::Closed];

    /// The code kept in the register.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Validated => "validated",
            Self::Issued => "issued",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for AlertState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for AlertState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shown: String = text.chars().take(40).collect();
        let unknown = || format!("unknown state of a flash `{shown}`");
        Self::ALL.into_iter().find(|state| state.code() == text).ok_or_else(unknown)
    }
}

/// One flash alert.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alert {
    /// Its reference.
    pub reference: AlertRef,
    /// How often it was written, to notice that somebody else wrote in between.
    pub version: u32,
    /// Where it stands.
    pub state: AlertState,
    /// Title in French.
    pub title_fr: String,
    /// Title in English.
    pub title_en: String,
    /// The phenomenon it warns of.
    pub phenomenon: Option<String>,
    /// The signal it comes from.
    pub signal: Option<SignalId>,
    /// Who drafted it.
    pub author: String,
    /// Who validated it.
    pub validator: Option<String>,
    /// To whom it may go and what may be done with it.
    pub marking: Marking,
    /// When it was drafted.
    pub drafted_at: Timestamp,
    /// When it was last issued.
    pub issued_at: Option<Timestamp>,
    /// The last day on which it holds.
    pub expires_on: Date,
    /// The day on which it is looked at again.
    pub review_on: Date,
    /// Made from rows of a generator.
    pub synthetic: bool,
    /// What it says.
    pub content: AlertContent,
}

impl Alert {
    pub(crate) fn read(row: AlertRow) -> Result<Self, AlertError> {
        let wrong = |what| AlertError::Content { reference: row.reference.clone(), what };
        Ok(Self {
            state: row.state.parse().map_err(|_| wrong("state"))?,
            content: serde_json::from_value(row.content.clone()).map_err(|_| wrong("details"))?,
            marking: Marking { tlp: row.tlp, pap: row.pap },
            reference: row.reference,
            version: row.version,
            title_fr: row.title_fr,
            title_en: row.title_en,
            phenomenon: row.phenomenon,
            signal: row.signal,
            author: row.author,
            validator: row.validator,
            drafted_at: row.drafted_at,
            issued_at: row.issued_at,
            expires_on: row.expires_on,
            review_on: row.review_on,
            synthetic: row.synthetic,
        })
    }

    pub(crate) fn row(&self) -> AlertRow {
        AlertRow {
            reference: self.reference.clone(),
            version: self.version,
            state: self.state.code().to_owned(),
            title_fr: self.title_fr.clone(),
            title_en: self.title_en.clone(),
            phenomenon: self.phenomenon.clone(),
            signal: self.signal.clone(),
            author: self.author.clone(),
            validator: self.validator.clone(),
            tlp: self.marking.tlp,
            pap: self.marking.pap,
            drafted_at: self.drafted_at,
            issued_at: self.issued_at,
            expires_on: self.expires_on,
            review_on: self.review_on,
            synthetic: self.synthetic,
            content: serde_json::to_value(&self.content).unwrap_or_default(),
        }
    }

    /// Sets the days until which it holds and on which it is looked at again, counted from `now`.
    pub(crate) fn start_clocks(&mut self, now: Timestamp) {
        let today = paris(now).date();
        self.expires_on = today.saturating_add(DAYS_VALID.days());
        self.review_on = today.saturating_add(DAYS_TO_REVIEW.days());
        self.content.feedback_until = self.expires_on;
    }

    /// Whether it went out and its last day is over on `today`: then nobody is to act on it.
    pub fn is_expired(&self, today: Date) -> bool {
        self.state == AlertState::Issued && self.expires_on < today
    }

    /// The title in a language.
    pub fn title(&self, lang: Lang) -> &str {
        match lang {
            Lang::Fr => &self.title_fr,
            Lang::En => &self.title_en,
        }
    }

    /// Whether `who` wrote this version.
    pub fn was_written_by(&self, who: &str) -> bool {
        self.author == who || self.content.writers.iter().any(|writer| writer == who)
    }

    pub(crate) fn log(&mut self, at: Timestamp, who: &str, what: &str, reason: Option<String>) {
        self.content.changes.push(Change { at, who: who.to_owned(), what: what.to_owned(), reason });
    }

    /// Refuses a move from any other state than `from`.
    pub(crate) fn must_be(&self, from: &[AlertState], to: AlertState) -> Result<(), AlertError> {
        if from.contains(&self.state) {
            return Ok(());
        }
        Err(AlertError::Transition { reference: self.reference.clone(), from: self.state, to })
    }

    /// Writes it over the version that was read; `act` is what the journal says was done.
    pub(crate) async fn store(&self, store: &Store, act: Act, by: &By) -> Result<Self, AlertError> {
        let object = self.object(store, by).await?;
        Self::read(store.alert_put(self.marked_in(store).row(), object, Some(self.version), act, by).await?)
    }

    /// Writes it as decided, with what `dispatch` makes of the version that will be stored, in one transaction.
    pub(crate) async fn store_and_send(
        self,
        store: &Store,
        by: &By,
        dispatch: impl FnOnce(&Self) -> Dispatch,
    ) -> Result<Self, AlertError> {
        let read = self.version;
        let next = Self { version: read.saturating_add(1), ..self.marked_in(store) };
        let dispatch = dispatch(&next);
        let object = next.object(store, by).await?;
        Self::read(store.alert_put_and_send(next.row(), object, Some(read), Act::Decide, Some(dispatch), by).await?)
    }

    /// What is written in the registers of an exercise is of the exercise, whoever wrote it.
    pub(crate) fn marked_in(&self, store: &Store) -> Self {
        let mut alert = self.clone();
        alert.content.written.exercise |= store.is_exercise();
        alert
    }

    /// The same facts, of the service that owns it already, or of that of who writes it first.
    async fn object(&self, store: &Store, by: &By) -> Result<Object, AlertError> {
        match store.object(Kind::Alert, self.reference.as_str()).await? {
            Some(known) => self.guard(known.owner, known.territory),
            None => self.guard(by.service.clone(), Territory::france()),
        }
    }

    /// The facts on which rights to it depend. A draft is handed in for validation as soon as it is made.
    pub(crate) fn guard(&self, owner: ServiceId, territory: Territory) -> Result<Object, AlertError> {
        let wrong = || AlertError::Content { reference: self.reference.clone(), what: "reference" };
        let id = self.reference.as_str().parse().map_err(|_| wrong())?;
        let mut object = Object::new(id, Kind::Alert, World::Coordination, owner, territory);
        object.marking = self.marking;
        object.author = self.author.parse().ok();
        object.state = match self.state {
            AlertState::Draft => State::Submitted,
            AlertState::Validated => State::Approved,
            AlertState::Issued => State::Published,
            AlertState::Closed => State::Closed,
        };
        Ok(object)
    }
}

/// The time of day in France.
pub(crate) fn paris(at: Timestamp) -> jiff::Zoned {
    at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC))
}

/// Every flash, the latest first, whoever asks: for the machine's own work.
///
/// # Errors
/// The store's; [`AlertError::Content`] for a flash that does not read.
pub async fn list(store: &Store) -> Result<Vec<Alert>, AlertError> {
    store.alert_list().await?.into_iter().map(Alert::read).collect()
}

/// One flash, whoever asks: for the machine's own work; none when there is no such flash.
///
/// # Errors
/// The store's; [`AlertError::Content`] when it does not read.
pub async fn show(store: &Store, reference: &AlertRef) -> Result<Option<Alert>, AlertError> {
    store.alert_fetch(reference).await?.map(Alert::read).transpose()
}

/// The flashes that `scope` lets see, the latest first.
///
/// # Errors
/// As [`list`].
pub async fn visible(store: &Store, scope: &Scope) -> Result<Vec<Alert>, AlertError> {
    store.alert_visible(scope).await?.into_iter().map(Alert::read).collect()
}

/// One flash through `scope`; nothing both when there is none and when it is not in the scope.
///
/// # Errors
/// As [`show`].
pub async fn get(store: &Store, scope: &Scope, reference: &AlertRef) -> Result<Option<Alert>, AlertError> {
    let found = store.alert_get(scope, reference).await?;
    found.map(|found| Alert::read(found.into_inner().row)).transpose()
}

/// What must hold of a flash before it goes a step further.
async fn ready(store: &Store, alert: &Alert, today: Date) -> Result<(), AlertError> {
    if alert.expires_on < today {
        return Err(AlertError::Expired { reference: alert.reference.clone() });
    }
    if alert.content.written.judicial && alert.content.agreement.is_none() {
        return Err(AlertError::NoAgreement { reference: alert.reference.clone() });
    }
    check_texts(alert)?;
    // A list may have come since the draft.
    elements::check(&alert.content.technical, &elements::warning_lists(store).await?)
}

/// Validates a draft.
///
/// # Errors
/// [`AlertError::SameAuthor`] when whoever asks wrote this version; [`AlertError::Transition`] when it is no draft;
/// [`AlertError::NoAgreement`] when it draws on an inquiry and nobody agreed; [`AlertError::Expired`];
/// [`AlertError::VictimData`]; [`AlertError::RawIndicator`]; [`AlertError::Warned`]; the store's.
pub async fn validate(store: &Store, mut alert: Alert, by: &By) -> Result<Alert, AlertError> {
    alert.must_be(&[AlertState::Draft], AlertState::Validated)?;
    if alert.was_written_by(&by.who) {
        return Err(AlertError::SameAuthor { reference: alert.reference });
    }
    ready(store, &alert, paris(by.at).date()).await?;
    alert.state = AlertState::Validated;
    alert.validator = Some(by.who.clone());
    alert.log(by.at, &by.who, "flash-change-validated", None);
    alert.store(store, Act::Decide, by).await
}

/// Issues a validated flash.
///
/// # Errors
/// [`AlertError::Transition`] when it is not validated; [`AlertError::SecondFlash`] when another on the phenomenon is open;
/// as [`validate`] for what must hold; the store's.
pub async fn issue(store: &Store, alert: Alert, by: &By) -> Result<Alert, AlertError> {
    issued(store, alert, by).await?.store(store, Act::Decide, by).await
}

/// The same, queueing in the same transaction what `dispatch` makes of it for its recipients. What it is given has the
/// version that will be stored.
///
/// # Errors
/// As [`issue`]: then nothing is queued either.
pub(crate) async fn issue_and_send(
    store: &Store,
    alert: Alert,
    by: &By,
    dispatch: impl FnOnce(&Alert) -> Dispatch,
) -> Result<Alert, AlertError> {
    issued(store, alert, by).await?.store_and_send(store, by, dispatch).await
}

async fn issued(store: &Store, mut alert: Alert, by: &By) -> Result<Alert, AlertError> {
    alert.must_be(&[AlertState::Validated], AlertState::Issued)?;
    ready(store, &alert, paris(by.at).date()).await?;
    if let Some(phenomenon) = &alert.phenomenon {
        only_one(store, phenomenon, Some(&alert.reference)).await?;
    }
    alert.state = AlertState::Issued;
    alert.issued_at = Some(by.at);
    let measures = &mut alert.content.measures;
    // The first issue is the one that counts.
    measures.signal_to_issue_hours = measures.signal_to_issue_hours.or(Some(hours(measures.signal_at, by.at)));
    alert.content.issues.push(Issue { revision: alert.content.revision, at: by.at, marking: alert.marking });
    alert.log(by.at, &by.who, "flash-change-issued", None);
    Ok(alert)
}

/// Says of a draft that it is of an exercise; it stays so.
///
/// # Errors
/// [`AlertError::Transition`] when it is no draft; the store's.
pub async fn mark_exercise(store: &Store, mut alert: Alert, by: &By) -> Result<Alert, AlertError> {
    alert.must_be(&[AlertState::Draft], AlertState::Draft)?;
    alert.content.written.exercise = true;
    alert.log(by.at, &by.who, "flash-change-exercise", None);
    alert.store(store, Act::Alter, by).await
}

/// Closes a flash, whatever its state. Of one whose next version was being written, what went out is closed.
///
/// # Errors
/// [`AlertError::NoReason`]; [`AlertError::Transition`] when it is closed already; [`AlertError::VictimData`] in the
/// reason; the store's.
pub async fn close(store: &Store, mut alert: Alert, reason: &str, by: &By) -> Result<Alert, AlertError> {
    let reason = reason.trim();
    if reason.chars().count() < REASON_LEAST {
        return Err(AlertError::NoReason { reference: alert.reference, least: REASON_LEAST });
    }
    alert.must_be(&[AlertState::Draft, AlertState::Validated, AlertState::Issued], AlertState::Closed)?;
    // What is lifted is what went out: a new version that was being written is given up, and no reader gets it.
    if let Some(row) = store.alert_issued_fetch(&alert.reference).await? {
        let out = Alert::read(row)?;
        let changes = std::mem::take(&mut alert.content.changes);
        alert = Alert { version: alert.version, content: AlertContent { changes, ..out.content }, ..out };
    }
    alert.state = AlertState::Closed;
    // Readers are told that what went out is lifted; a draft is only given up.
    let what = if alert.content.was_issued() { "flash-change-lifted" } else { "flash-change-closed" };
    alert.log(by.at, &by.who, what, Some(reason.to_owned()));
    check_texts(&alert)?;
    alert.store(store, Act::Decide, by).await
}

/// Closes each issued flash whose last day is over: readers are told that it no longer holds, and its change log says that
/// nobody had to. Where a new version is being written, what went out ends, and the new one goes on. Gives their
/// references; one that somebody is writing to at the same time is left for the next time.
///
/// # Errors
/// The store's; [`AlertError::Content`] for a flash that does not read.
pub async fn close_expired(store: &Store, by: &By) -> Result<Vec<AlertRef>, AlertError> {
    let today = paris(by.at).date();
    let mut closed = Vec::new();
    for mut alert in list(store).await?.into_iter().filter(|alert| alert.is_expired(today)) {
        alert.state = AlertState::Closed;
        alert.log(by.at, &by.who, "flash-change-expired", None);
        let own = By::new(by.who.clone(), by.at);
        match alert.store(store, Act::Decide, &own).await {
            Ok(alert) => closed.push(alert.reference),
            Err(AlertError::Store(StoreError::Conflict { .. })) => {}
            Err(error) => return Err(error),
        }
    }
    for row in store.alerts_issued().await? {
        let out = Alert::read(row)?;
        if out.is_expired(today) {
            store.alert_issued_end(&out.reference, &By::new(by.who.clone(), by.at)).await?;
            closed.push(out.reference);
        }
    }
    Ok(closed)
}
