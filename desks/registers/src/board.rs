//! What is late and what is soon; the day of a person.

use crate::{Actor, RegisterError};
use beffroi_register::{FieldKind, Register, items};
use beffroi_store::{Cursor, RecordRow, Seen, Task, TaskFor};
use jiff::{SignedDuration, Timestamp};

/// Most lines of a page.
pub(crate) const MOST: u64 = 200;
/// Most deadlines of one register in a calendar.
const MOST_OF_ONE: usize = 10_000;

/// A record and the end of its clock.
#[derive(Debug, Clone)]
pub struct Due {
    /// Its register.
    pub register: &'static Register,
    /// The record.
    pub row: RecordRow,
    /// When.
    pub at: Timestamp,
    /// Which clock.
    pub clock: String,
    /// Whether it has passed.
    pub late: bool,
}

/// The board of deadlines: the soonest first, so that what is late comes before what is soon.
#[derive(Debug, Clone)]
pub struct Board {
    /// The lines.
    pub lines: Vec<Due>,
    /// Where the next part begins.
    pub next: Option<Cursor>,
}

/// The day of a person.
#[derive(Debug, Clone)]
pub struct Day {
    /// Open tasks for the person, the roles held and their services.
    pub tasks: Vec<Task>,
    /// Records that name the person, and are late or due within the week.
    pub mine: Vec<Due>,
    /// Records of the registers seen that are late.
    pub late: Vec<Due>,
    /// Records on which the person may make a move, the latest first.
    pub waiting: Vec<Due>,
    /// Records written since yesterday.
    pub new: Vec<RecordRow>,
}

impl Actor<'_> {
    /// What ends within so long, and what has ended: of all registers that are open to who reads.
    ///
    /// # Errors
    /// The store's.
    pub async fn board(&self, within: SignedDuration, after: Option<&Cursor>) -> Result<Board, RegisterError> {
        let until = self.by.at.checked_add(within).unwrap_or(Timestamp::MAX);
        self.board_of(&self.seen_everywhere(), until, after).await
    }

    /// Everything of one register that ends within so long, or has ended.
    ///
    /// # Errors
    /// The store's.
    pub async fn deadlines_of(
        &self,
        register: &'static Register,
        within: SignedDuration,
    ) -> Result<Vec<Due>, RegisterError> {
        let until = self.by.at.checked_add(within).unwrap_or(Timestamp::MAX);
        let seen = [self.seen(register)];
        let (mut lines, mut after) = (Vec::new(), None);
        loop {
            let board = self.board_of(&seen, until, after.as_ref()).await?;
            lines.extend(board.lines);
            after = board.next;
            if after.is_none() || lines.len() >= MOST_OF_ONE {
                return Ok(lines);
            }
        }
    }

    async fn board_of(&self, seen: &[Seen], until: Timestamp, after: Option<&Cursor>) -> Result<Board, RegisterError> {
        let listed = self.store.records_due(seen, until, after, MOST).await?;
        Ok(Board { lines: listed.rows.into_iter().filter_map(|row| self.due(row)).collect(), next: listed.next })
    }

    fn due(&self, row: RecordRow) -> Option<Due> {
        let register = self.registry.get(&row.record.register)?;
        let (at, clock) = row.due.clone()?;
        Some(Due { register, late: at < self.by.at, at, clock, row })
    }

    /// The day of who reads.
    ///
    /// # Errors
    /// The store's.
    pub async fn day(&self) -> Result<Day, RegisterError> {
        let week = SignedDuration::from_hours(7 * 24);
        let board = self.board(week, None).await?.lines;
        let can_move = |due: &Due| {
            !beffroi_register::moves_for(due.register, &due.row.record, self.subject, self.today()).is_empty()
        };
        let yesterday = self.by.at.checked_sub(SignedDuration::from_hours(24)).unwrap_or(self.by.at);
        let mut tasks = self.store.tasks_for(&self.whom(), MOST).await?;
        // A task for a role or a service is shown to whom its record is open.
        let mut open = std::collections::BTreeMap::new();
        for task in &tasks {
            if !open.contains_key(&task.reference) {
                open.insert(task.reference.clone(), self.fetch(&task.reference).await.is_ok());
            }
        }
        tasks.retain(|task| matches!(task.to, TaskFor::Person(_)) || open.get(&task.reference) == Some(&true));
        Ok(Day {
            tasks,
            mine: self.mine(week).await?,
            late: board.iter().filter(|due| due.late).cloned().collect(),
            waiting: board.iter().filter(|due| can_move(due)).cloned().collect(),
            new: self.store.records_since(&self.seen_everywhere(), yesterday, 50).await?,
        })
    }

    /// Records that name who reads or were added by them, and are late or due within so long.
    pub(crate) async fn mine(&self, within: SignedDuration) -> Result<Vec<Due>, RegisterError> {
        let until = self.by.at.checked_add(within).unwrap_or(Timestamp::MAX);
        let me = self.subject.person();
        let persons = |register: &'static Register| {
            register.fields.iter().filter(|field| field.kind == FieldKind::Person).map(|field| field.name)
        };
        let mut fields: Vec<&str> = self.registers().into_iter().flat_map(persons).chain([".author"]).collect();
        fields.sort_unstable();
        fields.dedup();
        let seen = self.seen_everywhere();
        let rows = self.store.records_due_of(&seen, (&fields, me.as_str()), until, MOST).await?;
        // A field of that name may be another thing in another register.
        let names_me = |due: &Due| {
            let mut named = persons(due.register).flat_map(|field| items(due.row.record.value(field)));
            due.row.record.author.as_ref() == Some(me) || named.any(|login| login == me.as_str())
        };
        Ok(rows.into_iter().filter_map(|row| self.due(row)).filter(names_me).collect())
    }

    /// Records that hold all words of a question, of all registers that are open to who reads.
    ///
    /// # Errors
    /// The store's.
    pub async fn search(&self, question: &str, limit: u64) -> Result<Vec<RecordRow>, RegisterError> {
        Ok(self.store.record_search(&self.seen_everywhere(), question, limit).await?)
    }
}
