//! A file that somebody brings as a new version: read, compared with the version in use, and shown. Nothing is kept.

use super::ListError;
use crate::intake::IntakeError;
use crate::intake::reading::Watched;
use beffroi_codes::{
    Aspect, Brought, Change, CodeList, Diff, DiffError, Edition, LONGEST_FILE, LONGEST_FRAME, ListFrames, Lists,
    MOST_BYTES, PARSER, WireError, diff, is_list_name, list_request,
};
use beffroi_ports::{Sandbox, SandboxError, Task};
use std::path::Path;

/// What is brought.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The list.
    pub list: &'a str,
    /// The file.
    pub file: &'a Path,
    /// Its version and the day from which it holds; what the file says when nothing is given.
    pub edition: Option<&'a Edition>,
}

/// A new version of a list, beside the one in use.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The version in use; nothing for a list that is new.
    pub before: Option<CodeList>,
    /// The version brought, with the codes of the past that its file left out.
    pub after: CodeList,
    /// What is different. Nothing for a list that is new, whose codes are all added.
    pub diff: Option<Diff>,
    /// The first rows that were set aside: line, column and problem.
    pub findings: Vec<(u64, String, String)>,
    /// How many in all.
    pub set_aside: u64,
    /// Name of the file.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub file_sha256: String,
}

impl Proposal {
    /// What happened to each code that is not the same.
    pub fn changes(&self) -> Vec<Change> {
        match &self.diff {
            Some(diff) => diff.changes.clone(),
            None => self.after.every_code().iter().cloned().map(Change::Added).collect(),
        }
    }

    /// How many codes each thing happened to; those that nothing happened to are left out.
    pub fn tally(&self) -> Vec<(Aspect, usize)> {
        let changes = self.changes();
        let count = |aspect| changes.iter().filter(|change| change.aspects().contains(&aspect)).count();
        Aspect::ALL.into_iter().map(|aspect| (aspect, count(aspect))).filter(|(_, n)| *n > 0).collect()
    }

    /// Whether the version brought is the one in use, to the letter.
    pub fn is_in_use(&self) -> bool {
        self.before.as_ref() == Some(&self.after)
    }
}

/// Reads a file as a new version of a list of `lists`. A code that the file leaves out is kept with its last day.
///
/// # Errors
/// [`ListError`]; nothing has changed.
pub fn propose(lists: &Lists, asked: Asked<'_>, sandbox: &dyn Sandbox) -> Result<Proposal, ListError> {
    if !is_list_name(asked.list) {
        return Err(ListError::Name(asked.list.chars().take(80).collect()));
    }
    let (Brought { list, findings, set_aside }, file_sha256) = read(asked, sandbox)?;
    let before = lists.list(asked.list).cloned();
    let (after, diff) = match &before {
        None => (list, None),
        Some(before) => {
            let after = following(before, list)?;
            let diff = diff(before, &after)?;
            (after, Some(diff))
        }
    };
    let file = asked.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Proposal { before, after, diff, findings, set_aside, file, file_sha256 })
}

/// The version brought as it follows the one in use. The same version must be the same content, what the first reading
/// kept of the past apart.
fn following(before: &CodeList, brought: CodeList) -> Result<CodeList, DiffError> {
    if brought.edition() != before.edition() {
        return brought.with_mergers_since(before).with_past_of(before);
    }
    let says = |code: &beffroi_codes::Code| {
        let known = before.code(&code.code)?;
        // A merger is read from the version before: the file alone does not tell it.
        let same = beffroi_codes::Code { replaced_by: known.replaced_by.clone(), ..code.clone() };
        let merged = code.replaced_by.is_empty() && code.nested;
        (known == code || (merged && *known == same)).then_some(())
    };
    let left_out = before.every_code().iter().filter(|code| brought.code(&code.code).is_none());
    let all_past = left_out.into_iter().all(|code| code.valid_to.is_some() || !code.replaced_by.is_empty());
    if all_past && brought.every_code().iter().all(|code| says(code).is_some()) {
        Ok(before.clone())
    } else {
        Ok(brought)
    }
}

fn read(asked: Asked<'_>, sandbox: &dyn Sandbox) -> Result<(Brought, String), ListError> {
    let path = asked.file;
    let file = |reason: String| ListError::File { path: path.to_owned(), reason };
    let reader = |error| ListError::Reader { path: path.to_owned(), error };
    let (input, watch) = Watched::open(path).map_err(ListError::Open)?;
    if watch.length() > LONGEST_FILE {
        return Err(file(format!("the file is longer than the {} MiB that a code list may take", LONGEST_FILE >> 20)));
    }
    let task = Task {
        parser: PARSER,
        request: list_request(asked.list, asked.edition),
        input_bytes: watch.length(),
        max_frame_bytes: LONGEST_FRAME,
        max_total_bytes: MOST_BYTES,
    };
    let mut frames = sandbox.read(task, Box::new(input)).map_err(reader)?;
    let mut taken = ListFrames::new(asked.list);
    let wrong = |error| match error {
        WireError::File(reason) => file(reason),
        WireError::Nonsense { what } => reader(SandboxError::Nonsense { what }),
    };
    while let Some(frame) = frames.next().map_err(reader)? {
        taken.put(&frame).map_err(wrong)?;
    }
    if let Some(error) = watch.fault() {
        return Err(ListError::Open(IntakeError::Open { path: path.to_owned(), error }));
    }
    let brought = taken.end().map_err(wrong)?;
    // A parser that reads the file to its end leaves its digest; one that does not has not read it whole.
    let digest = watch.digest().ok_or(reader(SandboxError::Nonsense { what: "a file not read to its end" }))?;
    Ok((brought, digest.to_owned()))
}
