//! The write path: one writer, one transaction for all writes that wait, one sync for all of them.
//!
//! Each write runs in a savepoint of its own, so that one that is refused leaves no trace and does not hold up the
//! others. The journal's entries of all of them, what goes out because of them, and the keys under which they came are
//! written in the same transaction. Nobody is answered before that transaction is on the disk. While one is being
//! synced the next ones gather: under load the cost of a sync is shared, alone a write waits for nothing.

use crate::journal;
use crate::store::{Core, begin};
use crate::write::{Done, Note};
use crate::{StoreError, keys_seen, outbox};
use futures::future::BoxFuture;
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, TransactionTrait};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Writes of one transaction.
const MOST: usize = 64;
/// Writes that may wait; further ones wait to be let in.
const WAITING: usize = 1024;

/// The work of a write, within a savepoint.
pub(crate) type Work =
    Box<dyn for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Result<Done, StoreError>> + Send>;

pub(crate) struct Job {
    note: Note,
    work: Work,
    answer: oneshot::Sender<Result<Value, StoreError>>,
}

/// What the writer is asked.
pub(crate) enum Asked {
    Write(Job),
    /// To let go of its connection, and to say when it has.
    LetGo(oneshot::Sender<()>),
}

/// The way in.
#[derive(Debug, Clone)]
pub(crate) enum Writer {
    /// To the one that writes.
    Open(mpsc::Sender<Asked>),
    /// To nobody, and why: what is stored is not what was kept, and nothing is added to it.
    Shut(Arc<str>),
}

impl Writer {
    /// Starts the writer; it ends with the last handle.
    pub(crate) fn start(core: Arc<Core>, mut pen: Pen) -> Self {
        let (queue, mut asked) = mpsc::channel::<Asked>(WAITING);
        tokio::spawn(async move {
            while let Some(first) = asked.recv().await {
                let mut batch = Vec::new();
                let mut done = Vec::new();
                let mut next = Some(first);
                while let Some(asked_for) = next {
                    match asked_for {
                        Asked::Write(job) => batch.push(job),
                        Asked::LetGo(told) => done.push(told),
                    }
                    next = if batch.len() < MOST { asked.try_recv().ok() } else { None };
                }
                if !batch.is_empty() {
                    write_all(&core, &mut pen, batch).await;
                }
                if !done.is_empty() {
                    pen.throw_away().await;
                }
                for told in done {
                    // Whoever no longer waits is not told.
                    let _ = told.send(());
                }
            }
        });
        Self::Open(queue)
    }

    /// Lets go of the connection that writes, once every write asked before is done. A later write opens another.
    pub(crate) async fn let_go(&self) {
        let Self::Open(queue) = self else { return };
        let (told, done) = oneshot::channel();
        if queue.send(Asked::LetGo(told)).await.is_ok() {
            // A writer that is gone holds nothing.
            let _ = done.await;
        }
    }

    /// A way in that is shut.
    pub(crate) fn shut(reason: &StoreError) -> Self {
        Self::Shut(reason.to_string().into())
    }

    /// Why it is shut.
    pub(crate) fn why_shut(&self) -> Option<&str> {
        match self {
            Self::Open(_) => None,
            Self::Shut(reason) => Some(reason),
        }
    }

    /// Does `work`; gives back what it tells once it is durable.
    pub(crate) async fn run(&self, note: Note, work: Work) -> Result<Value, StoreError> {
        let gone = || StoreError::Engine { doing: "write", reason: "the writer has stopped".to_owned() };
        let queue = match self {
            Self::Open(queue) => queue,
            Self::Shut(reason) => return Err(StoreError::Shut { reason: reason.to_string() }),
        };
        let (answer, told) = oneshot::channel();
        queue.send(Asked::Write(Job { note, work, answer })).await.map_err(|_| gone())?;
        told.await.map_err(|_| gone())?
    }
}

/// The connection that writes, and nobody else's. After a failure it is thrown away: a connection whose transaction
/// SQLite undid by itself still counts it as open, and would take the next commit for the end of an inner one.
#[derive(Debug)]
pub(crate) struct Pen {
    /// How to open another; nothing for a database in memory, which lives with its one connection.
    again: Option<ConnectOptions>,
    db: Option<DatabaseConnection>,
}

impl Pen {
    /// A connection of its own, opened when it is first needed.
    pub(crate) fn new(options: ConnectOptions) -> Self {
        Self { again: Some(options), db: None }
    }

    /// The one connection of a database in memory.
    pub(crate) fn shared(db: DatabaseConnection) -> Self {
        Self { again: None, db: Some(db) }
    }

    async fn ready(&mut self) -> Result<&DatabaseConnection, StoreError> {
        let doing = "open the connection that writes";
        if let (None, Some(options)) = (&self.db, &self.again) {
            self.db = Some(Database::connect(options.clone()).await.map_err(StoreError::engine(doing))?);
        }
        self.db.as_ref().ok_or(StoreError::Engine { doing, reason: "there is none".to_owned() })
    }

    async fn throw_away(&mut self) {
        if self.again.is_some()
            && let Some(db) = self.db.take()
        {
            // It is not used again, whether it closes well or not.
            let _ = db.close().await;
        }
    }
}

/// A write that succeeded and is not durable yet.
struct Pending {
    answer: oneshot::Sender<Result<Value, StoreError>>,
    value: Value,
}

async fn write_all(core: &Core, pen: &mut Pen, batch: Vec<Job>) {
    let mut pending = Vec::with_capacity(batch.len());
    let outcome = match pen.ready().await {
        Ok(db) => transact(core, db, batch, &mut pending).await,
        Err(error) => {
            pending.extend(batch.into_iter().map(|job| Pending { answer: job.answer, value: Value::Null }));
            Err(error)
        }
    };
    if outcome.is_err() {
        pen.throw_away().await;
    }
    for Pending { answer, value } in pending {
        // Whoever no longer waits is not told.
        let _ = answer.send(match &outcome {
            Ok(()) => Ok(value),
            Err(error) => Err(error.again()),
        });
    }
    if let Err(error) = outcome
        && error.is_lost_sync()
    {
        (core.on_lost_sync)(&error.to_string());
    }
}

async fn transact(
    core: &Core,
    db: &DatabaseConnection,
    batch: Vec<Job>,
    pending: &mut Vec<Pending>,
) -> Result<(), StoreError> {
    let mut jobs = batch.into_iter();
    let outcome = async {
        let tx = begin(db).await?;
        journal::lock(&tx).await?;
        let mut entries = Vec::new();
        let mut outgoing = Vec::new();
        for Job { note, work, answer } in jobs.by_ref() {
            let doing = "start a write";
            let savepoint = match tx.begin().await {
                Ok(savepoint) => savepoint,
                Err(error) => {
                    let error = StoreError::engine(doing)(error);
                    pending.push(Pending { answer, value: Value::Null });
                    return Err(error);
                }
            };
            let done = match keys_seen::find(&savepoint, &note).await {
                Ok(Some(value)) => Ok(Done { value, ..Done::default() }),
                Ok(None) => match work(&savepoint).await {
                    Ok(done) => keys_seen::keep(&savepoint, &note, &done.value).await.map(|()| done),
                    Err(error) => Err(error),
                },
                Err(error) => Err(error),
            };
            match done {
                Ok(done) => {
                    pending.push(Pending { answer, value: done.value });
                    savepoint.commit().await.map_err(StoreError::engine("end a write"))?;
                    entries.extend(done.entries);
                    outgoing.extend(done.outgoing);
                }
                // SQLite has undone the whole transaction by itself: none of them stands.
                Err(error) if error.undoes_all() => {
                    pending.push(Pending { answer, value: Value::Null });
                    return Err(error);
                }
                Err(error) => {
                    let undone = savepoint.rollback().await.map_err(StoreError::engine("undo a write"));
                    let _ = answer.send(Err(error));
                    undone?;
                }
            }
        }
        outbox::put(&tx, &outgoing).await?;
        journal::append(core, &tx, entries).await?;
        tx.commit().await.map_err(StoreError::engine("commit a transaction"))
    }
    .await;
    // Those that were not reached when the transaction failed.
    pending.extend(jobs.map(|job| Pending { answer: job.answer, value: Value::Null }));
    outcome
}
