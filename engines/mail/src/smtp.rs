//! The way out: a few connections that share a queue of letters.

use crate::compose::{Written, write};
use crate::line::{COMMAND_LIMIT, END_LIMIT, Failed, Line};
use crate::marks::Marks;
use crate::settings::{MailSettings, MailSettingsError};
use beffroi_ports::{Answer, Fate, Letter, Post, PostError};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Letters to one SMTP server.
pub struct SmtpPost {
    settings: MailSettings,
    marks: Marks,
    /// Letters whose end may be under way.
    ends: Semaphore,
}

/// Why the way out cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum Opening {
    /// The settings.
    #[error(transparent)]
    Settings(#[from] MailSettingsError),
    /// The marks.
    #[error(transparent)]
    Marks(#[from] PostError),
}

impl SmtpPost {
    /// The way out by the server of `settings`, with its marks in the file `marks`, which one process holds at a time.
    ///
    /// # Errors
    /// [`Opening`] for settings that do not go together, and marks that cannot be had.
    pub fn open(settings: MailSettings, marks: &Path) -> Result<Self, Opening> {
        settings.check()?;
        let ends = Semaphore::new(settings.at_once);
        Ok(Self { marks: Marks::open(marks)?, ends, settings })
    }

    /// Hands over letters of the queue, one after the other, until there are none.
    async fn lane(&self, work: &Work) {
        let mut line = None;
        while let Some(letter) = work.next() {
            let written = match write(&letter, &self.settings) {
                Ok(written) => written,
                Err(reason) => {
                    work.ended(letter.id, Fate::Refused(reason));
                    continue;
                }
            };
            let mut open = match line.take() {
                Some(open) => open,
                None => match Line::open(&self.settings).await {
                    Ok(open) => open,
                    Err(reason) => {
                        work.ended(letter.id, Fate::Later(reason.clone()));
                        work.give_up(&reason);
                        return;
                    }
                },
            };
            match self.hand_over(&mut open, &letter.id, &written).await {
                Ok(()) => {
                    work.ended(letter.id, Fate::Taken);
                    line = Some(open);
                }
                // What cannot be marked must not go on: a kill would repeat all of it.
                Err(Unsent::Unmarked(reason)) => {
                    work.ended(letter.id, Fate::Taken);
                    work.give_up(&reason);
                    return;
                }
                Err(Unsent::Failed(failed)) => {
                    let (fate, is_line_good) = match failed {
                        Failed::Line(said) => (Fate::Later(said), false),
                        Failed::Later(said) => (Fate::Later(said), true),
                        Failed::Recipient(said) => (Fate::Unknown(said), true),
                        Failed::Letter(said) => (Fate::Refused(said), true),
                    };
                    work.ended(letter.id, fate);
                    line = is_line_good.then_some(open);
                }
            }
        }
        if let Some(open) = line {
            open.close().await;
        }
    }

    async fn hand_over(&self, line: &mut Line, id: &str, written: &Written) -> Result<(), Unsent> {
        let late = |_| Unsent::Failed(Failed::Line("the server did not answer in time".to_owned()));
        timeout(COMMAND_LIMIT, line.announce(written)).await.map_err(late)?.map_err(Unsent::Failed)?;
        let shut = |_| Unsent::Failed(Failed::Line("the way out is shut".to_owned()));
        // Held from the first byte of the content to the mark: what a kill may repeat.
        let _end = self.ends.acquire().await.map_err(shut)?;
        timeout(END_LIMIT, line.finish(written)).await.map_err(late)?.map_err(Unsent::Failed)?;
        self.marks.put(id).map_err(|error| Unsent::Unmarked(format!("a letter went and cannot be marked: {error}")))
    }
}

enum Unsent {
    Failed(Failed),
    /// It went.
    Unmarked(String),
}

/// Letters still to go, and what became of the others.
#[derive(Default)]
struct Work {
    left: Mutex<VecDeque<Letter>>,
    ended: Mutex<Vec<(String, Fate)>>,
}

impl Work {
    fn next(&self) -> Option<Letter> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn ended(&self, id: String, fate: Fate) {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).push((id, fate));
    }

    /// The server is not to be had: all that is left goes later.
    fn give_up(&self, reason: &str) {
        while let Some(letter) = self.next() {
            self.ended(letter.id, Fate::Later(reason.to_owned()));
        }
    }
}

impl Post for SmtpPost {
    fn worker(&self) -> &str {
        self.marks.worker()
    }

    fn send<'a>(&'a self, letters: Vec<Letter>) -> Answer<'a, Vec<(String, Fate)>> {
        Box::pin(async move {
            let n_lanes = self.settings.connections.min(letters.len());
            let work = Work { left: Mutex::new(letters.into()), ended: Mutex::default() };
            futures::future::join_all((0..n_lanes).map(|_| self.lane(&work))).await;
            work.ended.into_inner().unwrap_or_else(PoisonError::into_inner)
        })
    }

    fn gone(&self) -> Result<Vec<String>, PostError> {
        self.marks.read()
    }

    fn settled(&self) -> Result<(), PostError> {
        self.marks.clear()
    }
}
