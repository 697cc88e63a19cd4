//! Finding codes by what somebody types, and laying a list out as the tree that its parents make.

use crate::import::unaccented;
use crate::{Code, CodeList};
use std::collections::{BTreeMap, BTreeSet};

/// Most words of a search.
const MOST_WORDS: usize = 8;

/// Deepest level that is told apart.
const DEEPEST: usize = 3;

impl CodeList {
    /// The codes of which the code itself or a label, in whatever language, holds every word of `text`, letter case and
    /// accents aside, in the order of the list; past ones and nested ones too.
    pub fn search(&self, text: &str) -> Vec<&Code> {
        let text = folded(text);
        let words: Vec<&str> = text.split_whitespace().take(MOST_WORDS).collect();
        let holds = |code: &&Code| {
            let all = [&code.code, &code.label_fr, &code.label_en].map(|text| folded(text)).join(" ");
            words.iter().all(|word| all.contains(word))
        };
        self.codes.iter().filter(holds).collect()
    }

    /// Every code with its depth under its parent, up to 3: children after their parent, else in the order of the list. A
    /// code whose parent lies in another list, or leads back to itself, stands at the top.
    pub fn tree(&self) -> Vec<(usize, &Code)> {
        let mut children: BTreeMap<&str, Vec<&Code>> = BTreeMap::new();
        let mut tops = Vec::new();
        for code in &self.codes {
            match code.parent.as_deref().filter(|parent| *parent != code.code && self.code(parent).is_some()) {
                Some(parent) => children.entry(parent).or_default().push(code),
                None => tops.push(code),
            }
        }
        let mut laid = Vec::with_capacity(self.codes.len());
        let mut seen = BTreeSet::new();
        let mut lay = |top| {
            let mut open: Vec<(usize, &Code)> = vec![(0, top)];
            while let Some((depth, code)) = open.pop() {
                if !seen.insert(code.code.as_str()) {
                    continue;
                }
                laid.push((depth.min(DEEPEST), code));
                let below = children.get(code.code.as_str()).map(Vec::as_slice).unwrap_or_default();
                open.extend(below.iter().rev().map(|child| (depth + 1, *child)));
            }
        };
        tops.into_iter().for_each(&mut lay);
        // What is left stands on a circle of parents.
        self.codes.iter().for_each(&mut lay);
        laid
    }

    /// Whether some code has its parent in the same list.
    pub fn has_levels(&self) -> bool {
        self.codes.iter().any(|code| code.parent.as_deref().is_some_and(|parent| self.code(parent).is_some()))
    }
}

fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            other => out.push(unaccented(other)),
        }
    }
    out
}
