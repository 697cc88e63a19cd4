//! What must hold of every list, wherever its codes come from.

use crate::code_list::Head;
use crate::{Code, CodeList};
use std::collections::HashMap;

/// Most codes a list may hold: memory stays bounded on any input.
pub(crate) const MAX_CODES: usize = 100_000;

/// What is wrong with the code at a place (0 for the first).
pub(crate) struct Defect {
    pub(crate) at: usize,
    pub(crate) column: &'static str,
    pub(crate) problem: &'static str,
}

/// Makes a list of codes, or tells the first thing that is wrong with them.
pub(crate) fn assemble(head: Head, codes: Vec<Code>) -> Result<CodeList, Defect> {
    let wrong = |at, column, problem| Err(Defect { at, column, problem });
    if codes.len() > MAX_CODES {
        return wrong(MAX_CODES, "code", "a list holds 100 000 codes at most");
    }
    let mut places = HashMap::with_capacity(codes.len());
    for (at, code) in codes.iter().enumerate() {
        if places.insert(code.code.clone(), at).is_some() {
            return wrong(at, "code", "stands twice");
        }
        if code.valid_from.zip(code.valid_to).is_some_and(|(from, to)| to < from) {
            return wrong(at, "valid_to", "lies before valid_from");
        }
    }
    for (at, code) in codes.iter().enumerate() {
        if code.replaced_by.iter().any(|next| !places.contains_key(next)) {
            return wrong(at, "replaced_by", "names no code of the list");
        }
    }
    if let Some(at) = circle(&codes, &places) {
        return wrong(at, "replaced_by", "leads back to the code itself");
    }
    let Head { name, edition, source, licence, parent_list, label_language } = head;
    Ok(CodeList {
        name,
        version: edition.version,
        date: edition.date,
        source,
        licence,
        parent_list,
        label_language,
        codes,
        places,
    })
}

/// The place of a code that is left when those that lead to an end are taken away, one after the other: it stands on a
/// circle, or leads to one.
fn circle(codes: &[Code], places: &HashMap<String, usize>) -> Option<usize> {
    let mut before: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut open: Vec<usize> = codes.iter().map(|code| code.replaced_by.len()).collect();
    for (at, code) in codes.iter().enumerate() {
        for next in code.replaced_by.iter().filter_map(|next| places.get(next)) {
            before.entry(*next).or_default().push(at);
        }
    }
    let mut ends: Vec<usize> = open.iter().enumerate().filter(|(_, open)| **open == 0).map(|(at, _)| at).collect();
    while let Some(end) = ends.pop() {
        for at in before.remove(&end).unwrap_or_default() {
            if let Some(open) = open.get_mut(at) {
                *open -= 1;
                if *open == 0 {
                    ends.push(at);
                }
            }
        }
    }
    open.iter().position(|open| *open > 0)
}
