//! A point, and how it moves: drafted from the lake and the point before, changed, frozen.

use crate::alerts::{self, AlertState, Note, paris};
use crate::situation::differences::differences;
use crate::situation::input::text;
use crate::situation::picture::{Asked, draw};
use crate::situation::{FlashLine, LINE_MOST, SituationContent, SituationError, SituationInput};
use beffroi_journal::Act;
use beffroi_model::{Marking, SituationRef, Territory};
use beffroi_ports::Facts;
use beffroi_rights::{Kind, Object, Scope, State, World};
use beffroi_store::{By, SituationRow, Store, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// How often a new number is asked for when somebody else took it.
const NUMBERING_TRIES: usize = 5;
/// Hours until the next point, when nobody says.
const HOURS_TO_NEXT: i64 = 4;
/// Alerts named.
const FLASHES_MOST: usize = 4;

/// One point.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Situation {
    /// Its reference.
    pub reference: SituationRef,
    /// How often it was written.
    pub version: u32,
    /// The code of the crisis.
    pub crisis: String,
    /// Its number within the crisis.
    pub number: u64,
    /// Who wrote it.
    pub author: String,
    /// To whom it may go and what may be done with it.
    pub marking: Marking,
    /// When it was drafted.
    pub drafted_at: Timestamp,
    /// When it was frozen.
    pub frozen_at: Option<Timestamp>,
    /// Made from rows of a generator.
    pub synthetic: bool,
    /// What it says.
    pub content: SituationContent,
}

/// How to draft. For a crisis that has points, only the code is asked: the rest is carried over.
#[derive(Debug, Clone)]
pub struct DraftSituation {
    /// The code of the crisis: letters, digits and hyphens.
    pub crisis: String,
    /// Its name.
    pub name: Option<Note>,
    /// The phenomenon counted.
    pub phenomenon: Option<String>,
    /// Territory code.
    pub territory: Option<String>,
    /// Since which day.
    pub since: Option<Date>,
    /// When the next point is due.
    pub next_at: Option<Timestamp>,
    /// What the author gives.
    pub input: SituationInput,
    /// Who drafts, and when.
    pub by: By,
}

impl Situation {
    fn read(row: SituationRow) -> Result<Self, SituationError> {
        let wrong = |_| SituationError::Content { reference: row.reference.clone() };
        Ok(Self {
            content: serde_json::from_value(row.content.clone()).map_err(wrong)?,
            marking: Marking { tlp: row.tlp, pap: row.pap },
            reference: row.reference,
            version: row.version,
            crisis: row.crisis,
            number: row.number,
            author: row.author,
            drafted_at: row.drafted_at,
            frozen_at: row.frozen_at,
            synthetic: row.synthetic,
        })
    }

    fn row(&self) -> SituationRow {
        SituationRow {
            reference: self.reference.clone(),
            version: self.version,
            crisis: self.crisis.clone(),
            number: self.number,
            author: self.author.clone(),
            tlp: self.marking.tlp,
            pap: self.marking.pap,
            drafted_at: self.drafted_at,
            frozen_at: self.frozen_at,
            synthetic: self.synthetic,
            content: serde_json::to_value(&self.content).unwrap_or_default(),
        }
    }

    fn guard(&self, owner: beffroi_rights::ServiceId) -> Result<Object, SituationError> {
        let wrong = || SituationError::Content { reference: self.reference.clone() };
        let id = self.reference.as_str().parse().map_err(|_| wrong())?;
        let territory = self.content.territory.parse().unwrap_or(Territory::france());
        let mut object = Object::new(id, Kind::Situation, World::Coordination, owner, territory);
        object.marking = self.marking;
        object.author = self.author.parse().ok();
        object.state = if self.frozen_at.is_some() { State::Published } else { State::Draft };
        Ok(object)
    }

    async fn store(&self, store: &Store, expected: Option<u32>, act: Act, by: &By) -> Result<Self, SituationError> {
        let known = store.object(Kind::Situation, self.reference.as_str()).await?;
        let owner = known.map_or_else(|| by.service.clone(), |known| known.owner);
        Self::read(store.situation_put(self.row(), self.guard(owner)?, expected, act, by).await?)
    }
}

/// Drafts the next point of a crisis: the picture of the lake as it is now, what the point before said and the author
/// does not say otherwise, and what changed.
///
/// # Errors
/// [`SituationError::OpenDraft`] while the point before is a draft; [`SituationError::NoCrisis`] for a first point without
/// what it needs; [`SituationError::NextTooEarly`]; those of the texts; the lake's and the store's.
pub async fn draft(facts: &dyn Facts, store: &Store, asked: DraftSituation) -> Result<Situation, SituationError> {
    asked.input.check()?;
    let is_code = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if asked.crisis.is_empty() || asked.crisis.len() > 40 || !asked.crisis.chars().all(is_code) {
        return Err(SituationError::NoCrisis);
    }
    let before = list(store).await?.into_iter().filter(|point| point.crisis == asked.crisis).max_by_key(|p| p.number);
    if let Some(open) = before.as_ref().filter(|point| point.frozen_at.is_none()) {
        return Err(SituationError::OpenDraft { open: open.reference.clone() });
    }
    let known = before.as_ref().map(|point| &point.content);
    let or_known = |own: Option<String>, of: fn(&SituationContent) -> &String| own.or_else(|| known.map(of).cloned());
    let phenomenon = or_known(asked.phenomenon, |c| &c.phenomenon).ok_or(SituationError::NoCrisis)?;
    let territory = or_known(asked.territory, |c| &c.territory).unwrap_or_else(|| Territory::FRANCE.to_owned());
    let since = asked.since.or_else(|| known.map(|c| c.since)).ok_or(SituationError::NoCrisis)?;
    let name = asked.name.or_else(|| known.map(|c| c.name.clone())).ok_or(SituationError::NoCrisis)?;
    let is_known = beffroi_codes::list("phenomena").is_some_and(|list| list.code(&phenomenon).is_some())
        && territory.parse::<Territory>().is_ok();
    let today = paris(asked.by.at).date();
    if !is_known || since > today {
        return Err(SituationError::NoCrisis);
    }
    text("name", &name.fr, &name.en, LINE_MOST)?;
    let question = Asked { phenomenon: &phenomenon, territory: &territory, since, until: today };
    let drawn = draw(facts, &question).await?;
    let flashes = flashes(store, &phenomenon).await?;
    let mut content = SituationContent {
        name,
        phenomenon,
        territory,
        since,
        statements: Vec::new(),
        picture: drawn.picture,
        flashes,
        actions: Vec::new(),
        unknowns: Vec::new(),
        next_at: asked.next_at.unwrap_or(asked.by.at + jiff::SignedDuration::from_hours(HOURS_TO_NEXT)),
        since_point: before.as_ref().map(|point| point.number),
        differences: Vec::new(),
        exercise: store.is_exercise(),
    };
    if let Some(known) = known {
        content.statements = known.statements.clone();
        content.actions = known.actions.clone();
        content.unknowns = known.unknowns.clone();
    }
    let number = before.as_ref().map_or(1, |point| point.number + 1);
    let mut point = Situation {
        reference: store.situation_next_ref(today.year()).await?,
        version: 0,
        crisis: asked.crisis,
        number,
        author: asked.by.who.clone(),
        // What the point before held back is still held back.
        marking: before.as_ref().map_or(drawn.marking, |point| point.marking.merge(drawn.marking)),
        drafted_at: asked.by.at,
        frozen_at: None,
        synthetic: drawn.synthetic || before.as_ref().is_some_and(|point| point.synthetic),
        content,
    };
    point.say(asked.input, asked.by.at, before.as_ref())?;
    for _ in 1..NUMBERING_TRIES {
        match point.store(store, None, Act::Collect, &asked.by).await {
            Err(SituationError::Store(StoreError::Conflict { .. })) => {
                point.reference = store.situation_next_ref(today.year()).await?;
            }
            done => return done,
        }
    }
    point.store(store, None, Act::Collect, &asked.by).await
}

impl Situation {
    /// Takes what the author gives, and says what changed since the point before.
    fn say(&mut self, input: SituationInput, now: Timestamp, before: Option<&Self>) -> Result<(), SituationError> {
        input.check()?;
        let content = &mut self.content;
        content.statements = input.statements.unwrap_or_else(|| std::mem::take(&mut content.statements));
        content.actions = input.actions.unwrap_or_else(|| std::mem::take(&mut content.actions));
        content.unknowns = input.unknowns.unwrap_or_else(|| std::mem::take(&mut content.unknowns));
        if content.next_at <= now {
            return Err(SituationError::NextTooEarly);
        }
        content.differences = before.map(|before| differences(&before.content, content)).unwrap_or_default();
        Ok(())
    }
}

/// Changes a draft: its texts and when the next point is due.
///
/// # Errors
/// [`SituationError::Frozen`]; [`SituationError::NextTooEarly`]; those of the texts; the store's.
pub async fn edit(
    store: &Store,
    mut point: Situation,
    input: SituationInput,
    next_at: Option<Timestamp>,
    by: &By,
) -> Result<Situation, SituationError> {
    if point.frozen_at.is_some() {
        return Err(SituationError::Frozen { reference: point.reference });
    }
    let before = before(store, &point).await?;
    point.content.next_at = next_at.unwrap_or(point.content.next_at);
    point.say(input, by.at, before.as_ref())?;
    point.store(store, Some(point.version), Act::Alter, by).await
}

/// Freezes a draft: from now on nothing of it changes.
///
/// # Errors
/// [`SituationError::Frozen`] when it is already; [`SituationError::NextTooEarly`]; the store's.
pub async fn freeze(store: &Store, mut point: Situation, by: &By) -> Result<Situation, SituationError> {
    if point.frozen_at.is_some() {
        return Err(SituationError::Frozen { reference: point.reference });
    }
    if point.content.next_at <= by.at {
        return Err(SituationError::NextTooEarly);
    }
    point.frozen_at = Some(by.at);
    point.store(store, Some(point.version), Act::Decide, by).await
}

async fn before(store: &Store, point: &Situation) -> Result<Option<Situation>, SituationError> {
    let Some(number) = point.content.since_point else { return Ok(None) };
    Ok(list(store).await?.into_iter().find(|other| other.crisis == point.crisis && other.number == number))
}

/// Alerts on a phenomenon that went out and are not over.
async fn flashes(store: &Store, phenomenon: &str) -> Result<Vec<FlashLine>, SituationError> {
    let all = alerts::list(store).await?;
    let out = all.into_iter().filter(|a| a.phenomenon.as_deref() == Some(phenomenon) && a.state == AlertState::Issued);
    let line = |a: alerts::Alert| FlashLine { reference: a.reference, revision: a.content.revision, state: a.state };
    Ok(out.take(FLASHES_MOST).map(line).collect())
}

/// Every point, the latest first, whoever asks: for the machine's own work.
///
/// # Errors
/// The store's; [`SituationError::Content`] for a point that does not read.
pub async fn list(store: &Store) -> Result<Vec<Situation>, SituationError> {
    store.situation_list().await?.into_iter().map(Situation::read).collect()
}

/// One point, whoever asks: for the machine's own work; none when there is no such point.
///
/// # Errors
/// As [`list`].
pub async fn show(store: &Store, reference: &SituationRef) -> Result<Option<Situation>, SituationError> {
    store.situation_fetch(reference).await?.map(Situation::read).transpose()
}

/// The points that `scope` lets see, the latest first.
///
/// # Errors
/// As [`list`].
pub async fn visible(store: &Store, scope: &Scope) -> Result<Vec<Situation>, SituationError> {
    store.situation_visible(scope).await?.into_iter().map(Situation::read).collect()
}

/// One point through `scope`; nothing both when there is none and when it is not in the scope.
///
/// # Errors
/// As [`list`].
pub async fn get(store: &Store, scope: &Scope, reference: &SituationRef) -> Result<Option<Situation>, SituationError> {
    let found = store.situation_get(scope, reference).await?;
    found.map(|found| Situation::read(found.into_inner().row)).transpose()
}
