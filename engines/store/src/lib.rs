//! The registers of the house in SQL: persons and their rights, sessions, signals, series, flash alerts, built reports, published figures,
//! and the journal. SQLite in one file by default, PostgreSQL by its address when several servers share it.
//!
//! This crate is the only owner of the SQL library; none of its types is in the public API. All writes go one way
//! (`writer`): one transaction holds the data, the journal's entries and what leaves because of them, and nobody is
//! answered before it is on the disk. Objects are read through a scope (`objects`): absent and forbidden look the same.

mod accounts;
mod alerts;
mod api_tokens;
mod calendar_feeds;
mod ceremonies;
mod claims;
mod code_lists;
mod columns;
mod digest_wishes;
mod digests;
mod error;
mod exercise;
mod handovers;
mod hexadecimal;
mod jobs;
mod journal;
mod keys_seen;
mod looks;
mod migrations;
mod notices;
mod objects;
mod outbox;
mod passkeys;
mod passwords;
mod people;
mod published_figures;
mod purposes;
mod readings;
mod recipients;
mod records;
mod reports;
mod reveals;
mod sealed_records;
mod series;
mod sessions;
mod signals;
mod situations;
mod sql;
mod store;
mod upkeep;
mod warning_lists;
mod write;
mod writer;

pub use accounts::{Account, SignIn};
pub use alerts::AlertRow;
pub use api_tokens::{HeldToken, MAX_TOKENS};
pub use calendar_feeds::{CalendarFeed, CalendarSecret};
pub use code_lists::{CodeListSwitch, CodeListText, CodeListVersion};
pub use digest_wishes::DigestWish;
pub use digests::DigestRow;
pub use error::StoreError;
pub use exercise::ExerciseMark;
pub use handovers::{Dispatch, HandoverRow, HandoverState, Settlement};
pub use jobs::Job;
pub use journal::{JournalEntry, JournalQuery, Proven, TreeFault};
pub use notices::Notice;
pub use objects::Held;
pub use outbox::Waiting;
pub use passkeys::{HeldPasskey, PasskeyOwner};
pub use people::{GivenHabilitation, GivenRole, GlassReview, Opening, PendingGrant, PersonRights};
pub use published_figures::PublishedFigures;
pub use readings::{ReadingRow, ReturnRow};
pub use recipients::RecipientRow;
pub use records::{
    Attached, Attaching, Comment, Cursor, Listed, RecordBatch, RecordPut, RecordRow, SavedView, Seen, Task, TaskDraft,
    TaskFor, Telling, Version,
};
pub use reports::ReportBuild;
pub use reveals::{Reveal, RevealState, reveal_file};
pub use series::{SeriesRow, SeriesRun};
pub use sessions::{OpenSession, Session, SessionToken};
pub use signals::SignalRow;
pub use situations::SituationRow;
pub use store::Store;
pub use upkeep::{Cleared, Engine, Kept};
pub use warning_lists::WarningListRow;
pub use write::{By, Outgoing, WriteKey};
