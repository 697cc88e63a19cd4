//! What stands around a record: its page, what is said, what is attached, what is to be done.

use crate::{Actor, RegisterError};
use beffroi_observables::personal_data;
use beffroi_register::{Deadline, Move, Register, moves_for};
use beffroi_rights::{PersonId, Role};
use beffroi_store::{Attached, Comment, RecordRow, Task, TaskFor, Version};
use std::collections::BTreeSet;

/// The longest comment, in characters.
const LONGEST: usize = 4000;
/// Most records that refer to one, on its page.
const MOST_LINKED: u64 = 100;

/// A record with all that stands around it, as far as it is open to who reads.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its register.
    pub register: &'static Register,
    /// The record.
    pub row: RecordRow,
    /// What was done to it, the last first.
    pub versions: Vec<Version>,
    /// What was said.
    pub comments: Vec<Comment>,
    /// What is attached.
    pub attached: Vec<Attached>,
    /// Records that it refers to.
    pub to: Vec<RecordRow>,
    /// Records that refer to it.
    pub back: Vec<RecordRow>,
    /// What is to be done for it, and what was.
    pub tasks: Vec<Task>,
    /// Its clocks.
    pub deadlines: Vec<Deadline>,
    /// Where who reads may move it.
    pub moves: Vec<&'static Move>,
    /// Whether who reads may write its values.
    pub may_set: bool,
    /// Whether who reads may raise its marking.
    pub may_raise: bool,
    /// Whether who reads may lower it.
    pub may_lower: bool,
}

impl Actor<'_> {
    /// The page of a record.
    ///
    /// # Errors
    /// [`RegisterError::NotFound`] when there is none or it is not open to who reads; the store's.
    pub async fn page(&self, reference: &str) -> Result<Page, RegisterError> {
        let (register, row) = self.fetch(reference).await?;
        let mut to = Vec::new();
        for link in register.links() {
            for target in beffroi_register::items(row.record.value(link.field)) {
                if let Ok((_, row)) = self.fetch(target).await {
                    to.push(row);
                }
            }
        }
        let versions = self.store.record_versions(reference).await?;
        let (may_raise, may_lower) = self.may_mark(register, &row, &versions);
        Ok(Page {
            versions,
            may_raise,
            may_lower,
            comments: self.store.record_comments(reference).await?,
            attached: self.store.record_attachments(reference).await?,
            back: self.store.records_linked(&self.seen_everywhere(), reference, MOST_LINKED).await?,
            tasks: self.store.tasks_of(reference).await?,
            deadlines: register.deadlines(&row.record, self.by.at),
            moves: moves_for(register, &row.record, self.subject, self.today()),
            may_set: self.may_set(register, &row),
            to,
            register,
            row,
        })
    }

    /// Says something about a record. Who is named with an `@` before is told, if the record is open to them.
    ///
    /// # Errors
    /// [`RegisterError::NotFound`], [`RegisterError::Refused`]; the store's.
    pub async fn comment(&self, reference: &str, said: &str) -> Result<(), RegisterError> {
        let (register, row) = self.fetch(reference).await?;
        let said = said.trim();
        let refused = |what: &str, args| Err(RegisterError::refused(register, what, args));
        if said.is_empty() {
            return refused("comment-empty", Vec::new());
        }
        if said.chars().count() > LONGEST {
            return refused("comment-long", vec![("most", LONGEST.to_string())]);
        }
        // A mention looks like the beginning of an address.
        let without: String =
            said.split_whitespace().filter(|word| !word.starts_with('@')).collect::<Vec<_>>().join(" ");
        if let Some(kind) = personal_data(&without) {
            return refused("comment-personal", vec![("kind", kind.to_string())]);
        }
        let named = said.split_whitespace().filter_map(|word| word.strip_prefix('@'));
        let named = named.map(|word| word.trim_end_matches(|c: char| !c.is_alphanumeric()));
        let mut told = BTreeSet::new();
        for person in named.filter_map(|login| login.parse::<PersonId>().ok()).take(20) {
            if self.is_open_to(register, &row, &person).await? {
                told.insert(person);
            }
        }
        Ok(self.store.record_comment(reference, said, told, &self.by).await?)
    }

    /// Whether a record is open to somebody else.
    pub(crate) async fn is_open_to(
        &self,
        register: &'static Register,
        row: &RecordRow,
        person: &PersonId,
    ) -> Result<bool, RegisterError> {
        let subject = self.store.rights(person, self.by.at).await?.subject;
        let scope = register.visible(&subject, self.today());
        Ok(row.record.object(register).is_some_and(|object| scope.admits(&object)))
    }

    /// Those whom tasks of who acts are for: the person, the roles held, the services they are held for.
    pub fn whom(&self) -> Vec<TaskFor> {
        let today = self.today();
        let mut whom = vec![TaskFor::Person(self.subject.person().clone())];
        let held = self.subject.assignments().filter(|given| given.is_active(today));
        let (roles, units): (BTreeSet<Role>, BTreeSet<_>) =
            held.map(|given| (given.role, given.service.clone())).unzip();
        whom.extend(roles.into_iter().map(TaskFor::Role));
        whom.extend(units.into_iter().map(TaskFor::Unit));
        whom
    }

    /// Says that a task is done, and with what: whoever it is for, or who may write its record.
    ///
    /// # Errors
    /// [`RegisterError::NotFound`] for a task that is none of theirs; [`RegisterError::Refused`] for one that is done; the
    /// store's.
    pub async fn done(&self, id: &str, with: &str) -> Result<Task, RegisterError> {
        let task = self.store.task(id).await?.ok_or(RegisterError::NotFound)?;
        let register = self.registry.get(&task.register).ok_or(RegisterError::NotFound)?;
        let seen = self.store.record_get(&self.seen(register), &task.reference).await?.map(|row| row.into_inner());
        let theirs = seen.is_some() && self.whom().contains(&task.to);
        if !theirs && !seen.is_some_and(|row| self.may_set(register, &row)) {
            return Err(RegisterError::NotFound);
        }
        if !task.is_open() {
            if self.store.task_was_done(id, with.trim(), &self.by).await? {
                return Ok(task);
            }
            return Err(RegisterError::refused(register, "task-done", Vec::new()));
        }
        let with: String = with.trim().chars().take(300).collect();
        if let Some(kind) = personal_data(&with) {
            return Err(RegisterError::refused(register, "comment-personal", vec![("kind", kind.to_string())]));
        }
        self.store.task_done(&task, &with, &self.by).await?;
        Ok(task)
    }
}
