//! Keys outside the database, sealed records, backups, and the removal of files for good.

mod backup;
mod folder;
mod key_file;
mod keys;
mod list;
mod random;
mod remove;
mod seal;
mod secret;

pub use backup::{AgeBackup, new_identity};
#[doc(hidden)]
pub use backup::{open_archive, read_archive};
pub use keys::FileKeys;
pub use remove::{RemoveError, remove_file, remove_folder};
