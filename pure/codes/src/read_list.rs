//! A file that somebody brings as a new version of a list: in the house's own form, or as its publisher gives it.

use crate::import::decode;
use crate::parse::head;
use crate::{CodeList, CodeListError, Edition, ImportError, Imported, parse, read_communes, read_natinf};

/// The lists that are read from their publisher's file too.
pub const OFFICIAL: [&str; 2] = ["communes", "natinf"];

/// Longest name of a list, in bytes.
const LONGEST_NAME: usize = 40;

/// Longest name of a version, in bytes.
const LONGEST_VERSION: usize = 40;

/// Why a file is no version of a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadListError {
    /// The name is none.
    #[error("a list is named by lower-case letters, digits and `_`, at most {LONGEST_NAME}")]
    Name,
    /// The version is named in a way that pages and addresses cannot carry.
    #[error(
        "a version is named by letters, digits, `.`, `-` and `_`, at most {LONGEST_VERSION}: give it with --version"
    )]
    Version,
    /// The file is another list.
    #[error("the file is the list `{found}` by its line `# name: …`")]
    OtherName {
        /// What it says.
        found: String,
    },
    /// An official file does not say of which edition it is.
    #[error("the publisher's file tells neither version nor day: give both, with --version and --valid-from")]
    NoEdition,
    /// The file is not in the form of the house.
    #[error(transparent)]
    House(#[from] CodeListError),
    /// The file is not the publisher's.
    #[error(transparent)]
    Official(#[from] ImportError),
}

/// Whether `name` can be the name of a list.
pub fn is_list_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=LONGEST_NAME).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(fits)
}

fn is_version(version: &str) -> bool {
    (1..=LONGEST_VERSION).contains(&version.len())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || ['.', '-', '_'].contains(&c))
}

/// Reads `bytes` as a version of the list `name`. A file that begins with `#` is in the house's form; the lists of
/// [`OFFICIAL`] also come as their publisher gives them, and then need an `edition`. An `edition` given with a file of
/// the house's form stands in place of the one in its head.
///
/// # Errors
/// [`ReadListError`] with the first thing that is wrong.
pub fn read_list(name: &str, bytes: &[u8], edition: Option<Edition>) -> Result<Imported, ReadListError> {
    if !is_list_name(name) {
        return Err(ReadListError::Name);
    }
    let text = decode(bytes);
    let read = match (name, text.starts_with('#')) {
        ("natinf", false) => read_natinf(bytes, edition.ok_or(ReadListError::NoEdition)?)?,
        ("communes", false) => read_communes(bytes, edition.ok_or(ReadListError::NoEdition)?)?,
        _ => {
            if let Some(found) = head(&text).get("name").filter(|found| *found != name) {
                return Err(ReadListError::OtherName { found: crate::parse::shown(found) });
            }
            let list = parse(name, &text)?;
            let Edition { version, date } = edition.unwrap_or_else(|| list.edition());
            Imported { list: CodeList { version, date, ..list }, findings: Vec::new(), set_aside: 0 }
        }
    };
    if is_version(&read.list.version) { Ok(read) } else { Err(ReadListError::Version) }
}
