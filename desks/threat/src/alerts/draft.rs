//! A flash drafted, or brought up to date, from its signal.

use crate::alerts::content::hours;
use crate::alerts::lifecycle::paris;
use crate::alerts::protection::{self, SMALL};
use crate::alerts::scan::check_texts;
use crate::alerts::{
    Alert, AlertContent, AlertError, AlertFigures, AlertMeasures, AlertState, ClassCount, Confidence, Grade, Mention,
    Note, Novelty, Personal, Probability, TechnicalElement, Written, advice, edit, elements,
};
use crate::signals::{self, Decision, Signal, SignalState};
use beffroi_journal::Act;
use beffroi_model::{
    AlertRef, Layer, Marking, Observable, ObservableKind, Pap, Report, ReportKind, Role, SeriesId, SignalId, Territory,
    Tlp,
};
use beffroi_ports::{Dimension, Facts, Filter, Measure, ReportsQuery};
use beffroi_store::{By, Store, StoreError};
use beffroi_wording::Lang;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The widest audience of a flash: what the data ask may be narrower, never wider.
const WIDEST: Marking = Marking { tlp: Tlp::Green, pap: Pap::Green };
/// How often a new number is asked for when somebody else took it.
const NUMBERING_TRIES: usize = 5;

/// How to draft.
#[derive(Debug, Clone)]
pub struct DraftOptions {
    /// Who drafts, and when: the author, who cannot validate.
    pub by: By,
    /// Series whose evidence is to be shown as technical elements.
    pub series: Vec<SeriesId>,
    /// What the analyst adds.
    pub note: Option<Note>,
}

impl DraftOptions {
    /// Figures only.
    pub fn new(by: By) -> Self {
        Self { by, series: Vec::new(), note: None }
    }
}

/// Drafts a flash from a signal.
///
/// # Errors
/// [`AlertError::Undecided`] when nobody decided that the signal is new or a variant; [`AlertError::SignalSetAside`] when it
/// was decided known or out of scope; [`AlertError::SecondFlash`] when a flash on the phenomenon is open;
/// [`AlertError::VictimData`] when a text or a technical element is or may be a victim's; the lake's and the store's.
pub async fn draft(
    facts: &dyn Facts,
    store: &Store,
    signal: &SignalId,
    options: DraftOptions,
) -> Result<Alert, AlertError> {
    let signal = readable(store, signal).await?;
    let novelty = decided_new(&signal)?;
    only_one(store, phenomenon_of(&signal)?, None).await?;
    let gathered = gather(facts, store, &signal, &options).await?;
    let today = paris(options.by.at).date();
    for _ in 1..NUMBERING_TRIES {
        let reference = store.alert_next_ref(today.year()).await?;
        match put_new(store, &reference, &signal, &gathered, &novelty, &options).await {
            Err(AlertError::Store(StoreError::Conflict { .. })) => {}
            done => return done,
        }
    }
    let reference = store.alert_next_ref(today.year()).await?;
    put_new(store, &reference, &signal, &gathered, &novelty, &options).await
}

/// Refuses when a flash on the phenomenon is open, other than `but`.
pub(crate) async fn only_one(store: &Store, phenomenon: &str, but: Option<&AlertRef>) -> Result<(), AlertError> {
    let alerts = crate::alerts::list(store).await?;
    let is_open = |alert: &&Alert| {
        alert.state != AlertState::Closed
            && alert.phenomenon.as_deref() == Some(phenomenon)
            && Some(&alert.reference) != but
    };
    match alerts.iter().find(is_open) {
        Some(open) => Err(AlertError::SecondFlash { phenomenon: phenomenon.to_owned(), open: open.reference.clone() }),
        None => Ok(()),
    }
}

/// Brings a validated or issued flash up to date with a decided signal on the same phenomenon, known by then: a new
/// version, to be validated again.
///
/// # Errors
/// As [`draft`]; [`AlertError::Transition`] from another state; [`AlertError::SignalSetAside`] for a signal on another
/// phenomenon.
pub async fn update(
    facts: &dyn Facts,
    store: &Store,
    mut alert: Alert,
    signal: &SignalId,
    options: DraftOptions,
) -> Result<Alert, AlertError> {
    alert.must_be(&[AlertState::Validated, AlertState::Issued], AlertState::Draft)?;
    let signal = readable(store, signal).await?;
    if let SignalState::Open = signal.state {
        return Err(AlertError::Undecided { id: signal.id });
    }
    if alert.phenomenon.as_deref() != Some(phenomenon_of(&signal)?) {
        let why = format!("{} is on another phenomenon", alert.reference);
        return Err(AlertError::SignalSetAside { id: signal.id, why });
    }
    let Gathered { mut content, marking } = gather(facts, store, &signal, &options).await?;
    content.revision = alert.content.revision.saturating_add(1);
    content.changes = std::mem::take(&mut alert.content.changes);
    content.measures = alert.content.measures.clone();
    content.issues = std::mem::take(&mut alert.content.issues);
    content.novelty = alert.content.novelty.take();
    content.mention = alert.content.mention;
    content.written = Written {
        judicial: content.written.judicial || alert.content.written.judicial,
        ..std::mem::take(&mut alert.content.written)
    };
    content.writers = vec![options.by.who.clone()];
    alert.content = content;
    alert.marking = alert.marking.merge(marking);
    alert.synthetic |= signal.synthetic;
    alert.state = AlertState::Draft;
    alert.author = options.by.who.clone();
    alert.validator = None;
    alert.signal = Some(signal.id.clone());
    alert.start_clocks(options.by.at);
    alert.log(options.by.at, &options.by.who, "flash-change-updated", None);
    check_texts(&alert)?;
    alert.store(store, Act::Alter, &options.by).await
}

async fn readable(store: &Store, id: &SignalId) -> Result<Signal, AlertError> {
    let missing = || signals::SignalError::Missing { id: id.clone() };
    Ok(signals::show(store, id).await?.ok_or_else(missing)?)
}

/// The phenomenon of a signal that is of the command's competence.
fn phenomenon_of(signal: &Signal) -> Result<&str, AlertError> {
    let refuse = |why: &str| AlertError::SignalSetAside { id: signal.id.clone(), why: why.to_owned() };
    if let SignalState::Decided { decision: Decision::OutOfScope, .. } = signal.state {
        return Err(refuse(&format!("it was decided {}", signal.state)));
    }
    signal.phenomenon.as_deref().ok_or_else(|| refuse("it names no phenomenon"))
}

/// The decision that a signal is new or a variant.
fn decided_new(signal: &Signal) -> Result<Novelty, AlertError> {
    match &signal.state {
        SignalState::Open => Err(AlertError::Undecided { id: signal.id.clone() }),
        SignalState::Decided { decision: decision @ (Decision::New | Decision::Variant), reason, who, at } => {
            Ok(Novelty { decision: *decision, reason: reason.clone(), who: who.clone(), at: *at })
        }
        SignalState::Decided { .. } => {
            let why = format!("it was decided {}", signal.state);
            Err(AlertError::SignalSetAside { id: signal.id.clone(), why })
        }
    }
}

/// What a flash says, and to whom it may.
struct Gathered {
    content: AlertContent,
    marking: Marking,
}

async fn put_new(
    store: &Store,
    reference: &AlertRef,
    signal: &Signal,
    gathered: &Gathered,
    novelty: &Novelty,
    options: &DraftOptions,
) -> Result<Alert, AlertError> {
    let phenomenon = phenomenon_of(signal)?;
    let today = paris(options.by.at).date();
    let mut alert = Alert {
        reference: reference.clone(),
        version: 0,
        state: AlertState::Draft,
        title_fr: title(Lang::Fr, phenomenon, signal),
        title_en: title(Lang::En, phenomenon, signal),
        phenomenon: Some(phenomenon.to_owned()),
        signal: Some(signal.id.clone()),
        author: options.by.who.clone(),
        validator: None,
        marking: gathered.marking,
        drafted_at: options.by.at,
        issued_at: None,
        expires_on: today,
        review_on: today,
        synthetic: signal.synthetic,
        content: gathered.content.clone(),
    };
    alert.content.novelty = Some(novelty.clone());
    alert.start_clocks(options.by.at);
    alert.log(options.by.at, &options.by.who, "flash-change-drafted", None);
    check_texts(&alert)?;
    let guard = alert.guard(options.by.service.clone(), signal.territory.parse().unwrap_or(Territory::france()))?;
    Alert::read(store.alert_put(alert.marked_in(store).row(), guard, None, Act::Collect, &options.by).await?)
}

fn title(lang: Lang, phenomenon: &str, signal: &Signal) -> String {
    let phenomenon = label("phenomena", phenomenon, lang);
    let place = place(lang, &signal.territory);
    let subject = signal.content.subject.clone().unwrap_or_default();
    let key = if signal.content.subject.is_some() { "flash-title-claims" } else { "flash-title" };
    let values = [("phenomenon", (&phenomenon).into()), ("place", (&place).into()), ("subject", (&subject).into())];
    lang.say_with(key, &values)
}

/// The label of a code, in a language.
pub(crate) fn label(list: &str, code: &str, lang: Lang) -> String {
    beffroi_codes::list(list).map_or(code, |list| list.label(code, lang.code())).to_owned()
}

/// The name of a territory, the whole of France included.
pub fn place(lang: Lang, territory: &str) -> String {
    if territory == Territory::FRANCE {
        lang.say("flash-place-france")
    } else if territory.starts_with('R') {
        label("regions", territory, lang)
    } else {
        label("departments", territory, lang)
    }
}

async fn gather(
    facts: &dyn Facts,
    store: &Store,
    signal: &Signal,
    options: &DraftOptions,
) -> Result<Gathered, AlertError> {
    let phenomenon = phenomenon_of(signal)?;
    options.note.iter().try_for_each(|note| edit::fits("note", note, edit::NOTE_MOST))?;
    let query = reports_of(signal, phenomenon);
    let Behind { mut marking, victims } = behind(facts, &query).await?;
    let today = paris(options.by.at).date();
    let mut evidence = evidence(store, &options.series).await?;
    marking = evidence.marking.map_or(marking, |of_series| marking.merge(of_series));
    victims.refuse(&evidence.elements)?;
    // A bank's own site is in what victims wrote too: it is left out, and the author told.
    let lists = elements::warning_lists(store).await?;
    let n_found = evidence.elements.len();
    evidence.elements.retain(|element| elements::named(element, &lists).is_none());
    let left_out = u64::try_from(n_found - evidence.elements.len()).unwrap_or(u64::MAX);
    evidence.elements.truncate(elements::MOST);
    evidence.elements.iter_mut().for_each(|e| e.until = Some(elements::until(e.kind, today)));

    let totals = ReportsQuery { measures: vec![Measure::LossCents, Measure::LossKnown], ..query.clone() };
    let totals = facts.reports(&totals).await?;
    let total = |n: usize| totals.row(0).and_then(|row| row.value(n)).unwrap_or(0.0);
    let loss_known = if total(1) >= SMALL { total(1) } else { 0.0 };
    let classes = facts.reports(&ReportsQuery { by: vec![Dimension::VictimKind], ..query }).await?;
    let classes =
        classes.rows().filter_map(|row| Some(ClassCount { class: row.key(0)?.to_owned(), count: row.value(0)? }));

    let figures = AlertFigures::of(signal);
    let content = AlertContent {
        revision: 1,
        spread: protection::spread(&signal.content.spread),
        victims: protection::classes(classes.collect()),
        loss_cents: (loss_known > 0.0).then_some(total(0) as i64),
        loss_known: loss_known as u64,
        probability: Probability::of(&figures),
        confidence: Confidence::of(&figures),
        grade: Grade::of_counts(figures.layer, figures.claims, figures.n_weeks()),
        mention: Mention::default(),
        least: marking,
        novelty: None,
        agreement: None,
        writers: vec![options.by.who.clone()],
        issues: Vec::new(),
        // What links complaints comes from their procedures.
        written: Written {
            judicial: figures.layer == Layer::Recorded && !evidence.elements.is_empty(),
            ..Written::default()
        },
        left_out,
        figures,
        steps: advice::steps(phenomenon),
        advice: advice::advice(phenomenon),
        technical: evidence.elements,
        note: options.note.clone(),
        feedback_until: paris(options.by.at).date(),
        changes: Vec::new(),
        measures: AlertMeasures {
            signal_at: signal.content.detected_at,
            signal_to_draft_hours: hours(signal.content.detected_at, options.by.at),
            signal_to_issue_hours: None,
        },
    };
    Ok(Gathered { content, marking })
}

/// What the reports behind a signal say that a flash must heed.
pub(crate) struct Behind {
    /// The most restrictive of their markings.
    pub(crate) marking: Marking,
    /// What they give as their victims' own.
    pub(crate) victims: Victims,
}

/// Numbers, addresses and accounts of victims.
pub(crate) struct Victims(BTreeSet<(ObservableKind, String)>);

impl Victims {
    /// Refuses elements of which one is a victim's.
    pub(crate) fn refuse(&self, elements: &[TechnicalElement]) -> Result<(), AlertError> {
        let own = elements.iter().find(|e| self.0.contains(&(e.kind, e.value.clone())));
        let Some(own) = own else { return Ok(()) };
        let kind = match own.kind {
            ObservableKind::PhoneNumber => Personal::PhoneNumber,
            ObservableKind::Iban => Personal::BankAccount,
            ObservableKind::EmailAddr => Personal::EmailAddress,
            _ => Personal::Name,
        };
        Err(AlertError::VictimData { kind, place: "technical elements" })
    }
}

/// What the victims of the signal behind `alert` gave as their own.
pub(crate) async fn victims(facts: &dyn Facts, store: &Store, alert: &Alert) -> Result<Victims, AlertError> {
    let Some(id) = &alert.signal else { return Ok(Victims(BTreeSet::new())) };
    let signal = readable(store, id).await?;
    let query = reports_of(&signal, phenomenon_of(&signal)?);
    Ok(behind(facts, &query).await?.victims)
}

pub(crate) async fn behind(facts: &dyn Facts, query: &ReportsQuery) -> Result<Behind, AlertError> {
    let mut marking = WIDEST;
    let mut victims = BTreeSet::new();
    let each = |batch: Vec<Report>| {
        for report in batch {
            marking = marking.merge(report.marking);
            let own = report.observables.into_iter().filter(|observable| observable.role == Role::Victim);
            victims.extend(own.map(|Observable { kind, value, .. }| (kind, value)));
        }
    };
    facts.scan(query, Box::new(each)).await?;
    Ok(Behind { marking, victims: Victims(victims) })
}

/// The reports that made the signal.
fn reports_of(signal: &Signal, phenomenon: &str) -> ReportsQuery {
    let keep = |dimension, values: Vec<String>| Filter { dimension, values };
    let mut filters = vec![
        keep(Dimension::Phenomenon, vec![phenomenon.to_owned()]),
        keep(Dimension::Layer, vec![signal.layer.code().to_owned()]),
        keep(Dimension::Source, signal.content.sources.clone()),
    ];
    if signal.content.claims {
        filters.push(keep(Dimension::Kind, vec![ReportKind::Claim.code().to_owned()]));
    }
    if let Some(subject) = &signal.content.subject {
        filters.push(keep(Dimension::Subject, vec![subject.clone()]));
    }
    filters.extend(signal.place());
    ReportsQuery {
        filters,
        from: Some(signal.first_week.start()),
        to: Some(signal.last_week.end()),
        snapshot: Some(signal.snapshot),
        ..ReportsQuery::default()
    }
}

/// What a flash takes from series: their evidence, which is an offender's by the rule of linkage, and their marking.
struct Evidence {
    elements: Vec<TechnicalElement>,
    marking: Option<Marking>,
}

/// The part of a stored series that a flash reads.
#[derive(Deserialize)]
struct StoredSeries {
    marking: Marking,
    evidence: Vec<TechnicalElement>,
}

async fn evidence(store: &Store, series: &[SeriesId]) -> Result<Evidence, AlertError> {
    let mut degrees: BTreeMap<(ObservableKind, String), u64> = BTreeMap::new();
    let mut marking: Option<Marking> = None;
    for id in series {
        let missing = || AlertError::MissingSeries { id: id.clone() };
        let row = store.series_fetch(id).await?.ok_or_else(missing)?;
        let stored: StoredSeries = serde_json::from_value(row.content).map_err(|_| missing())?;
        marking = Some(marking.map_or(stored.marking, |merged| merged.merge(stored.marking)));
        for element in stored.evidence {
            *degrees.entry((element.kind, element.value)).or_default() += element.degree;
        }
    }
    let one = |((kind, value), degree)| TechnicalElement { kind, value, degree, context: None, until: None };
    let mut elements: Vec<TechnicalElement> = degrees.into_iter().map(one).collect();
    elements.sort_by(|a, b| b.degree.cmp(&a.degree).then(a.value.cmp(&b.value)));
    Ok(Evidence { elements, marking })
}
