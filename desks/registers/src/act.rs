//! What is done with a record: added, written, moved.

use crate::writing::Writing;
use crate::{Actor, RegisterError};
use beffroi_register::{Record, Refusal, Register, Step, Values, canonical, changes};
use beffroi_rights::{Act, Object, PersonId, Scope, ServiceId};
use beffroi_store::{RecordBatch, StoreError};

/// What a new record holds.
#[derive(Debug, Clone, Default)]
pub struct Adding {
    /// As it was typed, by field.
    pub typed: Values,
    /// Made up.
    pub synthetic: bool,
}

/// What is written into a record.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    /// As it was typed, by field; what is empty is taken out, what is not named stays.
    pub typed: Values,
    /// The version that was read; nothing to write over whatever stands.
    pub version: Option<u32>,
    /// Why.
    pub reason: Option<String>,
}

impl Actor<'_> {
    /// Adds a record; gives its reference.
    ///
    /// # Errors
    /// [`RegisterError::NotFound`] when who acts may not add; [`RegisterError::Refused`]; the store's.
    pub async fn add(&self, register: &'static Register, adding: Adding) -> Result<String, RegisterError> {
        let request = format!("add {} {adding:?}", register.name);
        if self.store.records_written(&request, &self.by).await? {
            // The store answers with what it made then.
            return self.made(&request, RecordBatch::default()).await;
        }
        let mut batch = RecordBatch::default();
        let record = self.new_record(register, &adding, "@0")?;
        self.put_new(&mut batch, register, record).await?;
        self.made(&request, batch).await
    }

    async fn made(&self, request: &str, batch: RecordBatch) -> Result<String, RegisterError> {
        let made = self.store.records_write(request, batch, &self.by).await?;
        made.into_iter().next().ok_or(RegisterError::NotFound)
    }

    /// A new record as it would be written.
    pub(crate) fn new_record(
        &self,
        register: &'static Register,
        adding: &Adding,
        token: &str,
    ) -> Result<Record, RegisterError> {
        let mut record = self.blank(register, token);
        record.synthetic = adding.synthetic;
        record.marking = register.marking;
        type_in(register, &mut record, &adding.typed)?;
        let scope = register.scope(self.subject, Act::Create, register.audience.add, self.today());
        let facts = Record { reference: "new".to_owned(), ..record.clone() };
        let home = self.home(register).0;
        if self.reaches(register, &scope, &facts, home) { Ok(record) } else { Err(RegisterError::NotFound) }
    }

    /// Whether `scope` reaches a record where its values put it. `owner` is who owned it before them: who acts for one
    /// service may give a record to another that a field names, if they may add or write there.
    fn reaches(&self, register: &'static Register, scope: &Scope, record: &Record, owner: ServiceId) -> bool {
        let admits =
            |scope: &Scope, record: &Record| record.object(register).is_some_and(|object| scope.admits(&object));
        let given = record.owner != owner;
        let before = Record { owner, ..record.clone() };
        let there = || {
            [(Act::Create, register.audience.add), (Act::Change, register.audience.change)]
                .into_iter()
                .any(|(act, roles)| admits(&register.scope(self.subject, act, roles, self.today()), record))
        };
        admits(scope, &before) && (!given || there())
    }

    /// Writes values of a record.
    ///
    /// # Errors
    /// [`RegisterError::NotFound`] when who acts may not; [`RegisterError::Refused`]; [`RegisterError::Changed`] when it is
    /// no longer what was read; the store's.
    pub async fn set(&self, reference: &str, setting: Setting) -> Result<(), RegisterError> {
        let (register, row) = self.fetch(reference).await?;
        let request = format!("set {reference} {setting:?}");
        if self.store.records_written(&request, &self.by).await? {
            return Ok(());
        }
        let may_set = self.may_set(register, &row);
        if !may_set {
            // Frozen is said to whoever may write there; to others there is nothing to write.
            let frozen = register.state(&row.record.state).is_some_and(|state| state.frozen);
            let may = register.scope(self.subject, Act::Decide, register.audience.change, self.today());
            let may = row.record.object(register).is_some_and(|object| may.admits(&object));
            if !(frozen && may) {
                return Err(RegisterError::NotFound);
            }
        }
        let before = row.record;
        self.is_current(&before, setting.version).await?;
        let mut after = before.clone();
        type_in(register, &mut after, &setting.typed)?;
        // Who writes may not put the record where that right does not reach.
        let scope = register.scope(self.subject, Act::Change, register.audience.change, self.today());
        if may_set && !self.reaches(register, &scope, &after, before.owner.clone()) {
            return Err(RegisterError::refused(register, "elsewhere", Vec::new()));
        }
        if changes(&before.values, &after.values).is_empty() {
            return Ok(());
        }
        let writing = Writing { register, before: Some(&before), after, by: None, reason: setting.reason };
        self.write(&request, writing, reference).await
    }

    /// Moves a record, with the values that the move asks for.
    ///
    /// # Errors
    /// As [`Actor::set`]; [`RegisterError::Refused`] too for a move that does not lead on from where it stands.
    pub async fn go(&self, reference: &str, by: &str, setting: Setting) -> Result<(), RegisterError> {
        let (register, row) = self.fetch(reference).await?;
        let request = format!("go {reference} {by} {setting:?}");
        if self.store.records_written(&request, &self.by).await? {
            return Ok(());
        }
        let known = register.move_named(by).ok_or(RegisterError::NotFound)?;
        if self.subject.is_machine() && !register.machines.contains(&known.name) {
            return Err(RegisterError::refused(register, "machine", Vec::new()));
        }
        let before = row.record;
        let is_for = |object: &Object| known.is_for(register, object, self.subject, self.today());
        let object = before.object(register).ok_or(RegisterError::NotFound)?;
        if !is_for(&object) {
            // Whoever may decide, but wrote it, is told that somebody else is to.
            let mut others =
                ["another", "somebody-else"].into_iter().filter_map(|login| login.parse::<PersonId>().ok());
            let author = others.find(|login| login != self.subject.person());
            let by_another = Object { author, ..object };
            return Err(match is_for(&by_another) {
                true => RegisterError::refused(register, "four-eyes", Vec::new()),
                false => RegisterError::NotFound,
            });
        }
        self.is_current(&before, setting.version).await?;
        if !known.from.contains(&before.state.as_str()) {
            return Err(RegisterError::refused(register, "move", Vec::new()));
        }
        let reason = why(register, setting.reason.as_deref(), known.reason)?;
        let not_asked = |name: &&String| !known.asks.contains(&name.as_str()) && !known.takes.contains(&name.as_str());
        if let Some(name) = setting.typed.keys().find(not_asked) {
            let name = name.chars().take(60).collect();
            return Err(RegisterError::refused(register, "not-asked", vec![("name", name)]));
        }
        let mut after = before.clone();
        type_in(register, &mut after, &setting.typed)?;
        let scope = register.scope(self.subject, known.act, known.by, self.today());
        if !self.reaches(register, &scope, &after, before.owner.clone()) {
            return Err(RegisterError::refused(register, "elsewhere", Vec::new()));
        }
        after.state = known.to.to_owned();
        after.path.push(Step { at: self.by.at, by: known.name.to_owned(), state: known.to.to_owned() });
        self.write(&request, Writing { register, before: Some(&before), after, by: Some(known), reason }, reference)
            .await
    }

    /// Moves a record to a state, by the one move that leads there.
    ///
    /// # Errors
    /// As [`Actor::go`].
    pub async fn go_to(&self, reference: &str, state: &str, setting: Setting) -> Result<(), RegisterError> {
        let (register, row) = self.fetch(reference).await?;
        let mut leading = register.moves.iter().filter(|known| known.to == state || known.name == state);
        let by = leading.find(|known| known.from.contains(&row.record.state.as_str()));
        match by {
            Some(by) => self.go(reference, by.name, setting).await,
            None => Err(RegisterError::refused(register, "move", Vec::new())),
        }
    }

    async fn write(&self, request: &str, writing: Writing<'_>, reference: &str) -> Result<(), RegisterError> {
        let read = writing.before.map_or(0, |before| before.version);
        let mut batch = RecordBatch::default();
        if let Some(sheet) = writing.by.and_then(|by| by.keeps) {
            batch.attached.push(self.kept(writing.register, &writing.after, sheet).await?);
        }
        self.put_in(&mut batch, writing).await?;
        self.written(request, batch, reference, read).await
    }

    /// Writes a batch that alters the record `reference`, read at version `read`.
    pub(crate) async fn written(
        &self,
        request: &str,
        batch: RecordBatch,
        reference: &str,
        read: u32,
    ) -> Result<(), RegisterError> {
        match self.store.records_write(request, batch, &self.by).await {
            Ok(_) => Ok(()),
            Err(StoreError::Conflict { .. }) => Err(self.changed(reference, read).await?),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn is_current(&self, record: &Record, version: Option<u32>) -> Result<(), RegisterError> {
        match version {
            Some(read) if read != record.version => Err(self.changed(&record.reference, read).await?),
            _ => Ok(()),
        }
    }

    /// What others changed since a version.
    async fn changed(&self, reference: &str, since: u32) -> Result<RegisterError, RegisterError> {
        let versions = self.store.record_versions(reference).await?;
        let later = versions.iter().filter(|version| version.version > since);
        let mut fields: Vec<String> = later
            .flat_map(|version| version.changes.iter().map(|change| change.field.trim_start_matches('.').to_owned()))
            .collect();
        fields.sort();
        fields.dedup();
        Ok(RegisterError::Changed { reference: reference.to_owned(), fields })
    }
}

/// Why something is done, as it is kept: refused when it is asked for and says nothing, or tells of a person.
pub(crate) fn why(
    register: &'static Register,
    said: Option<&str>,
    asked: bool,
) -> Result<Option<String>, RegisterError> {
    let reason = said.filter(|reason| !reason.trim().is_empty());
    if asked && reason.is_none() {
        return Err(RegisterError::refused(register, "reason", Vec::new()));
    }
    if let Some(kind) = reason.and_then(beffroi_observables::personal_data) {
        return Err(RegisterError::refused(register, "comment-personal", vec![("kind", kind.to_string())]));
    }
    Ok(reason.map(str::to_owned))
}

/// Puts what was typed into a record, in canonical texts; every fault is told.
fn type_in(register: &'static Register, record: &mut Record, typed: &Values) -> Result<(), RegisterError> {
    let mut refusals = Vec::new();
    for (name, text) in typed {
        let Some(field) = register.field(name) else {
            let name = name.chars().take(60).collect::<String>();
            refusals.push(Refusal {
                key: "register-fault-unknown".to_owned(),
                field: None,
                args: vec![("name", name)],
            });
            continue;
        };
        match canonical(field, text) {
            Ok(text) if text.is_empty() => {
                record.values.remove(name);
            }
            Ok(text) => {
                record.values.insert(name.clone(), text);
            }
            Err(refusal) => refusals.push(refusal),
        }
    }
    record.take_place(register);
    if refusals.is_empty() { Ok(()) } else { Err(RegisterError::Refused { register, refusals }) }
}
