//! Code lists as versioned data: departments, offences, phenomena, ATT&CK, RSIT… and the crosswalks between them.
//!
//! Each list is one CSV file of `lists/`, headed by its version, date, source and licence, and one line of `lists.rs`;
//! each crosswalk one file of `crosswalks/` and one line of `crosswalks.rs`. A code that was never checked by someone
//! entitled to carries `verified = false`, and pages show it. A code is never deleted: it ends, or others replace it.
//!
//! ```
//! let departments = beffroi_codes::list("departments").expect("an embedded list");
//! let mayenne = departments.code("53").expect("a department");
//! assert_eq!(mayenne.label("fr"), "Mayenne");
//! assert_eq!(mayenne.parent.as_deref(), Some("R52"));
//! ```

mod article;
mod aspects;
mod assemble;
mod code_list;
mod communes;
mod crosswalk;
mod crosswalk_parse;
mod crosswalks;
mod diff;
mod import;
mod in_use;
mod link_kind;
mod lists;
mod mapping;
mod natinf;
mod offences;
mod parse;
mod read_list;
mod search;
mod standing;
mod wire;
mod write;

pub use article::{Article, ArticleError, articles_in};
pub use aspects::Aspect;
pub use code_list::{Code, CodeList, Edition};
pub use communes::read_communes;
pub use crosswalk::{Broken, CannotCompose, Crosswalk, Link};
pub use crosswalk_parse::{CrosswalkError, parse_crosswalk};
pub use crosswalks::{crosswalk, crosswalks};
pub use diff::{Change, Compared, Diff, DiffError, compare, diff};
pub use import::{Finding, ImportError, Imported};
pub use in_use::Lists;
pub use link_kind::{Confidence, Match};
pub use lists::{list, lists};
pub use mapping::{Mapping, MappingError, Way};
pub use natinf::read_natinf;
pub use offences::{Offence, offence};
pub use parse::{CodeListError, parse};
pub use read_list::{OFFICIAL, ReadListError, is_list_name, read_list};
pub use standing::Standing;
pub use wire::{
    Brought, LONGEST_FILE, LONGEST_FRAME, ListFrames, MOST_BYTES, PARSER, WireError, list_request, parse_list,
};

#[cfg(test)]
mod tests;
