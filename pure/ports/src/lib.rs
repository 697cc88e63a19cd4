//! What a desk asks of an engine, as traits: facts in and out, keys, backups, mail, typesetting. Desks know these and never an
//! engine; tests hand them the doubles of [`doubles`].

mod answer;
mod backup;
pub mod doubles;
mod facts;
pub mod fetch;
mod identity;
mod keys;
pub mod passkeys;
mod post;
mod query;
mod sandbox;
mod table;
mod taking;
mod typesetting;

pub use answer::Answer;
pub use backup::{
    Backup, BackupError, BackupParts, DatabaseNote, DatabasePart, FileNote, JournalState, Manifest, RestoreOptions,
    Restored,
};
pub use facts::{Batch, Doomed, Erased, Erasure, Facts, FactsError, Rows, Snapshot, counts_order};
pub use fetch::{Fetch, FetchError, FetchMethod, FetchRequest, FetchResponse};
pub use identity::{
    Identity, IdentityError, Refusal, Secret, SignInKept, SignInStart, SignInWish, SignOutStart, SignedIn,
};
pub use keys::{Keys, KeysError, Sealed};
pub use post::{Enclosure, Fate, Letter, Post, PostError};
pub use query::{CountsQuery, Dimension, Filter, Measure, ReportsQuery, Spread, Zones};
pub use sandbox::{Frames, Give, Parser, Protection, Protections, Sandbox, SandboxError, Task};
pub use table::{FactTable, KeyColumn, TableRow};
pub use taking::{Taker, Unread, lettered, read_through, shown};
pub use typesetting::{Typesetter, TypesettingError};
