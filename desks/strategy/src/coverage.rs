//! The strategy held against another framework: each objective of it, and what answers it.

use beffroi_codes::Code;
use beffroi_register::{Record, items};

/// An objective of a framework entered here: its code and its heading.
pub(crate) fn clause(line: &str) -> Option<(&str, &str)> {
    let (code, heading) = line.split_once(char::is_whitespace)?;
    let sign = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b"/-._".contains(&b);
    let heading = heading.trim();
    (code.bytes().all(sign) && !code.is_empty() && !heading.is_empty()).then_some((code, heading))
}

/// An objective of elsewhere and what says what answers it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line<'a> {
    pub(crate) code: String,
    pub(crate) heading: String,
    /// The lines of correspondence, those with an objective above it among them.
    pub(crate) answers: Vec<&'a Record>,
}

impl Line<'_> {
    /// Whether nothing is said of it, not even why nothing answers it.
    pub(crate) fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// How many objectives or actions answer it.
    pub(crate) fn n_answering(&self) -> usize {
        self.answers.iter().filter(|answer| answer.value("degree") != "none").count()
    }
}

/// The lines of a founding document, by the code that heads it. Those that have others under them are not told apart.
pub(crate) fn of_document<'a>(head: &str, mappings: &[&'a Record], lang: &str) -> Vec<Line<'a>> {
    let Some(list) = beffroi_codes::list("strategies") else { return Vec::new() };
    let all: Vec<&Code> = list.codes().collect();
    let above = |code: &Code| {
        let mut chain = vec![code.code.clone()];
        let mut next = code.parent.clone();
        while let Some(parent) = next.filter(|parent| !chain.contains(parent)) {
            next = list.code(&parent).and_then(|code| code.parent.clone());
            chain.push(parent);
        }
        chain
    };
    let is_last = |code: &Code| !all.iter().any(|other| other.parent.as_deref() == Some(code.code.as_str()));
    let lines = all.iter().filter(|code| is_last(code)).filter_map(|code| {
        let chain = above(code);
        chain.last().is_some_and(|last| last == head).then(|| Line {
            code: code.code.clone(),
            heading: code.label(lang).to_owned(),
            answers: mappings
                .iter()
                .filter(|one| chain.iter().any(|above| above == one.value("code")))
                .copied()
                .collect(),
        })
    });
    lines.collect()
}

/// The lines of a framework entered here.
pub(crate) fn of_framework<'a>(framework: &Record, mappings: &[&'a Record]) -> Vec<Line<'a>> {
    let answers = |code: &str| {
        let of_it = |one: &&&'a Record| one.value("framework") == framework.reference && one.value("clause") == code;
        mappings.iter().filter(of_it).copied().collect()
    };
    let clauses = items(framework.value("objectives")).filter_map(clause);
    clauses
        .map(|(code, heading)| Line { code: code.to_owned(), heading: heading.to_owned(), answers: answers(code) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::record;

    #[test]
    fn an_objective_is_a_code_and_a_heading() {
        assert_eq!(clause("UE.1  Partager"), Some(("UE.1", "Partager")));
        for wrong in ["UE.1", "UE.1 ", "Partager mieux", ""] {
            assert_eq!(clause(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_answers_an_objective_answers_those_under_it() {
        let whole = record("mapping", "MAP-1", "stands", &[("code", "I.1"), ("degree", "full"), ("action", "ACT-1")]);
        let one = record("mapping", "MAP-2", "stands", &[("code", "I.1.2"), ("degree", "none")]);
        let lines = of_document("I", &[&whole, &one], "fr");
        assert_eq!(lines.len(), 12);
        assert!(lines.iter().all(|line| line.code.matches('.').count() == 2));
        let of = |code: &str| lines.iter().find(|line| line.code == code).unwrap();
        assert_eq!((of("I.1.1").answers.len(), of("I.1.2").answers.len(), of("I.1.2").n_answering()), (1, 2, 1));
        assert!(of("I.2.1").is_empty());
        assert_eq!(of_document("MI", &[], "fr").len(), 16);
        assert_eq!(of_document("MI.1", &[], "fr"), []);
    }
}
