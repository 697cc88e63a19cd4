//! Legal bases and their terms: the table `bases.csv`, and what a deployment sets.

use crate::term::Term;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The table of the house.
const TABLE: &str = include_str!("../bases.csv");

/// The day from which a term counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// The day it was collected; for a group, the last of them.
    Collected,
    /// The day its file was closed. What is open is not due.
    Closed,
    /// The day of the last act on it.
    LastAct,
    /// It is kept without a term.
    Kept,
    /// From the day it was collected, for a term that stands in the act creating the processing. Until that term is
    /// set, nothing can be planned, and the plan says so.
    Act,
}

/// What a deployment may change of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// Nothing: the text says so long, neither shorter nor longer.
    Exact,
    /// It may be shorter.
    AtMost,
    /// All of it: the text leaves it to the controller.
    House,
}

/// Was the text read?
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Yes.
    Verified,
    /// No, or the text gives no figure: to be confirmed by the controller before anything is erased on this ground.
    Unverified,
}

/// One clause of a basis: a term and the day it counts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The term; nothing when it is kept, or not set yet.
    pub term: Option<Term>,
    /// The day it counts from.
    pub start: Start,
    /// What may be changed of it.
    pub bound: Bound,
}

/// A ground for keeping something for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Its code.
    pub code: String,
    /// Key of its name in the wording.
    pub label: String,
    /// What is kept on this ground: `journal`, `reports`, `sessions`…
    pub processing: String,
    /// Its clauses: what is held is due at the first of them.
    pub clauses: Vec<Clause>,
    /// The text.
    pub text: String,
    /// The article, without the word; empty when the text has none to name.
    pub article: String,
    /// Was it read?
    pub status: Status,
    /// How declarations of sources write it; empty when none does.
    pub declared: String,
}

/// Every basis, by code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bases(BTreeMap<String, Basis>);

/// A table or a setting that cannot stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BasesError {
    /// A row that breaks the table's form.
    #[error("bases.csv, line {line}: {why}")]
    Row {
        /// Line in the file, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// A setting for a code that is none.
    #[error("no legal basis has the code `{0}`: see bases.csv")]
    Unknown(String),
    /// A term that the text does not allow.
    #[error("the term of `{code}` is set by {text} {article} and cannot be {wanted:?}: it is {allowed}")]
    NotAllowed {
        /// The basis.
        code: String,
        /// Its text.
        text: String,
        /// Its article.
        article: String,
        /// What was asked.
        wanted: Term,
        /// What the text allows.
        allowed: String,
    },
}

#[derive(serde::Deserialize)]
struct Row {
    code: String,
    label: String,
    processing: String,
    months: Option<u16>,
    days: Option<u16>,
    start: Start,
    bound: Bound,
    text: String,
    article: String,
    status: Status,
    declared: String,
}

impl Bases {
    /// The table of the house.
    ///
    /// # Errors
    /// [`BasesError::Row`] when the table is at fault; a test reads it.
    pub fn house() -> Result<Self, BasesError> {
        Self::from_csv(TABLE)
    }

    /// A table in the form of `bases.csv`.
    ///
    /// # Errors
    /// [`BasesError::Row`] for the first row at fault.
    pub fn from_csv(text: &str) -> Result<Self, BasesError> {
        let mut bases: BTreeMap<String, Basis> = BTreeMap::new();
        let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let headers = rows.headers().cloned().map_err(|error| BasesError::Row { line: 1, why: error.to_string() })?;
        for record in rows.records() {
            let line = |record: &csv::StringRecord| record.position().map_or(0, csv::Position::line);
            let record = record.map_err(|error| BasesError::Row {
                line: error.position().map_or(0, csv::Position::line),
                why: error.to_string(),
            })?;
            let wrong = |why: &str| BasesError::Row { line: line(&record), why: why.to_owned() };
            let row: Row = record.deserialize(Some(&headers)).map_err(|error| wrong(&error.to_string()))?;
            let term = match (row.months, row.days) {
                (Some(months), None) => Some(Term::Months(months)),
                (None, Some(days)) => Some(Term::Days(days)),
                (None, None) => None,
                (Some(_), Some(_)) => return Err(wrong("a term is in months or in days, not both")),
            };
            if term.is_none() != matches!(row.start, Start::Kept | Start::Act) {
                return Err(wrong("a term is given exactly when the clause has one of its own"));
            }
            let clause = Clause { term, start: row.start, bound: row.bound };
            let fresh = Basis {
                code: row.code.clone(),
                label: row.label,
                processing: row.processing,
                clauses: Vec::new(),
                text: row.text,
                article: row.article,
                status: row.status,
                declared: row.declared,
            };
            if fresh.code.is_empty() || fresh.label.is_empty() || fresh.processing.is_empty() || fresh.text.is_empty() {
                return Err(wrong("code, label, processing and text are not empty"));
            }
            let twice =
                bases.values().any(|b| b.code != row.code && !b.declared.is_empty() && b.declared == fresh.declared);
            if twice {
                return Err(wrong("another basis is declared in the same words"));
            }
            let basis = bases.entry(row.code).or_insert_with(|| fresh.clone());
            if (Basis { clauses: Vec::new(), ..basis.clone() }) != fresh {
                return Err(wrong("two rows of one code differ in more than their clause"));
            }
            let alone = |clause: &Clause| matches!(clause.start, Start::Kept | Start::Act);
            if basis.clauses.iter().any(alone) || (alone(&clause) && !basis.clauses.is_empty()) {
                return Err(wrong("what is kept, or has no term yet, has no other clause"));
            }
            basis.clauses.push(clause);
        }
        Ok(Self(bases))
    }

    /// Sets the term of a basis, as the configuration of a deployment says. For a basis with several clauses, of the
    /// last one.
    ///
    /// # Errors
    /// [`BasesError::NotAllowed`] when the text fixes the term, or allows none that long.
    pub fn set(&mut self, code: &str, wanted: Term) -> Result<(), BasesError> {
        let basis = self.0.get_mut(code).ok_or_else(|| BasesError::Unknown(code.chars().take(80).collect()))?;
        let not = |basis: &Basis, allowed: String| BasesError::NotAllowed {
            code: basis.code.clone(),
            text: basis.text.clone(),
            article: basis.article.clone(),
            wanted,
            allowed,
        };
        let clause = basis.clauses.last().cloned();
        let fault = match clause {
            Some(Clause { term: Some(term), bound: Bound::Exact, .. }) => {
                (wanted != term).then(|| format!("exactly {term:?}"))
            }
            Some(Clause { term: Some(term), bound: Bound::AtMost, .. }) => {
                let fits = matches!(wanted.compare(term), Some(Ordering::Less | Ordering::Equal));
                (!fits).then(|| format!("at most {term:?}"))
            }
            Some(Clause { start: Start::Kept, .. }) => Some("kept without a term".to_owned()),
            _ => None,
        };
        if let Some(allowed) = fault {
            return Err(not(basis, allowed));
        }
        if let Some(clause) = basis.clauses.last_mut() {
            clause.term = Some(wanted);
            if clause.start == Start::Act {
                clause.start = Start::Collected;
                // Whoever sets it has read the act.
                basis.status = Status::Verified;
            }
        }
        Ok(())
    }

    /// The basis of a code.
    pub fn get(&self, code: &str) -> Option<&Basis> {
        self.0.get(code)
    }

    /// The basis that a declaration of a source means by these words.
    pub fn declared(&self, words: &str) -> Option<&Basis> {
        self.0.values().find(|basis| !basis.declared.is_empty() && basis.declared == words.trim())
    }

    /// All of them, by code.
    pub fn all(&self) -> impl Iterator<Item = &Basis> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_table_of_the_house_reads_and_says_what_the_texts_say() {
        let bases = Bases::house().unwrap();
        let term = |code: &str| bases.get(code).unwrap().clauses.iter().map(|c| c.term).collect::<Vec<_>>();
        assert_eq!(term("journal-csi-r236-59"), [Some(Term::Months(36))]);
        assert_eq!(term("journal-csi-r236-27"), [Some(Term::Months(36))]);
        assert_eq!(term("journal-cpp-r249-16"), [Some(Term::Months(72))]);
        assert_eq!(term("linkage-cpp-230-22"), [Some(Term::Months(0)), Some(Term::Months(36))]);
        assert_eq!(term("reports-thesee"), [None]);
        // What is not known has no figure: an invented one would erase, or keep, against the law.
        for basis in bases.all().filter(|basis| basis.clauses.iter().any(|c| c.start == Start::Act)) {
            assert_eq!(basis.status, Status::Unverified, "{}", basis.code);
        }
    }

    #[test]
    fn every_basis_has_a_name_in_both_languages() {
        for basis in Bases::house().unwrap().all() {
            for lang in [beffroi_wording::Lang::Fr, beffroi_wording::Lang::En] {
                assert!(lang.knows(&basis.label), "{} in {lang:?}", basis.label);
            }
        }
    }

    #[test]
    fn every_legal_basis_that_a_source_declares_has_a_row() {
        let bases = Bases::house().unwrap();
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sources");
        let mut seen = 0;
        for entry in fs::read_dir(sources).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|ext| ext != "toml") {
                continue;
            }
            let declaration: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
            let words = declaration["legal_basis"].as_str().unwrap();
            assert!(bases.declared(words).is_some(), "{}: `{words}` has no row in bases.csv", path.display());
            seen += 1;
        }
        assert!(seen > 10);
        // The twin: words that no row has are not taken for some other row.
        assert!(bases.declared("intérêt légitime").is_none() && bases.declared("").is_none());
    }

    #[test]
    fn a_term_is_set_within_what_its_text_allows() {
        let mut bases = Bases::house().unwrap();
        let refused =
            |bases: &mut Bases, code, term| matches!(bases.set(code, term), Err(BasesError::NotAllowed { .. }));
        for term in [Term::Months(35), Term::Months(37), Term::Days(1095)] {
            assert!(refused(&mut bases, "journal-csi-r236-59", term), "{term:?}");
        }
        bases.set("journal-csi-r236-59", Term::Months(36)).unwrap();
        bases.set("linkage-cpp-230-22", Term::Months(24)).unwrap();
        assert!(refused(&mut bases, "linkage-cpp-230-22", Term::Months(37)));
        assert!(refused(&mut bases, "journal-cnil-2021-122", Term::Months(13)));
        bases.set("journal-cnil-2021-122", Term::Months(6)).unwrap();
        assert!(refused(&mut bases, "statistics", Term::Months(6)));
        bases.set("rejects", Term::Days(7)).unwrap();
        bases.set("reports-thesee", Term::Months(72)).unwrap();
        let thesee = bases.get("reports-thesee").unwrap();
        assert_eq!((thesee.clauses[0].start, thesee.status), (Start::Collected, Status::Verified));
        assert!(matches!(bases.set("nothing", Term::Days(1)), Err(BasesError::Unknown(_))));
    }

    #[test]
    fn a_bad_row_is_named_with_its_line() {
        let head = "code,label,processing,months,days,start,bound,text,article,status,declared\n";
        for (row, part) in [
            ("a,l,p,1,1,collected,house,t,,verified,", "not both"),
            ("a,l,p,,,collected,house,t,,verified,", "exactly when"),
            ("a,l,p,1,,kept,house,t,,verified,", "exactly when"),
            ("a,,p,1,,collected,house,t,,verified,", "not empty"),
            ("a,l,p,1,,sometime,house,t,,verified,", "unknown variant"),
            ("a,l,p,-1,,collected,house,t,,verified,", "digit"),
            ("a,l,p,1,,collected,house,t,,verified,\na,m,p,2,,closed,house,t,,verified,", "differ"),
            ("a,l,p,,,kept,house,t,,verified,\na,l,p,2,,closed,house,t,,verified,", "no other clause"),
            ("a,l,p,1,,closed,house,t,,verified,w\nb,l,p,1,,closed,house,t,,verified,w", "same words"),
            ("a,l,p", "fields"),
        ] {
            let error = Bases::from_csv(&format!("{head}{row}\n")).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("line "), "{row}: {error}");
        }
    }
}
