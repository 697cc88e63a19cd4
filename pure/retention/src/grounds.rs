//! The grounds of a deployment: the table of the house, with what the deployment sets.

use crate::basis::{Bases, BasesError};
use crate::term::Term;
use std::collections::{BTreeMap, BTreeSet};

/// The ground of the journal where none is named: article R. 236-59 of the code of internal security.
const JOURNAL: &str = "journal-csi-r236-59";

/// The grounds of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grounds {
    /// The bases, with the terms that were set.
    pub bases: Bases,
    /// The code of the basis on which the journal is kept.
    pub journal: String,
    /// The codes of the bases whose terms were set.
    set: BTreeSet<String>,
}

impl Grounds {
    /// Those of the house: no term set, the journal kept as article R. 236-59 of the code of internal security says.
    ///
    /// # Errors
    /// [`BasesError::Row`] when the table is at fault; a test reads it.
    pub fn house() -> Result<Self, BasesError> {
        Self::new(JOURNAL, &BTreeMap::new())
    }

    /// Those of a deployment that keeps its journal on the basis `journal` and sets `terms`, by the codes of their bases.
    ///
    /// # Errors
    /// [`BasesError::Unknown`] for a code that is none, or none on which a journal is kept; [`BasesError::NotAllowed`]
    /// for a term that its text does not allow.
    pub fn new(journal: &str, terms: &BTreeMap<String, Term>) -> Result<Self, BasesError> {
        let mut bases = Bases::house()?;
        for (code, term) in terms {
            bases.set(code, *term)?;
        }
        if bases.get(journal).is_none_or(|basis| basis.processing != "journal") {
            return Err(BasesError::Unknown(journal.chars().take(80).collect()));
        }
        Ok(Self { bases, journal: journal.to_owned(), set: terms.keys().cloned().collect() })
    }

    /// Whether the deployment sets the term of a basis: it has then read its text.
    pub fn sets(&self, code: &str) -> bool {
        self.set.contains(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_sets_terms_and_the_journals_ground_and_what_cannot_stand_is_refused() {
        let house = Grounds::house().unwrap();
        assert_eq!((house.journal.as_str(), house.sets("rejects")), (JOURNAL, false));
        let terms = BTreeMap::from([("rejects".to_owned(), Term::Days(7))]);
        let grounds = Grounds::new("journal-cpp-r249-16", &terms).unwrap();
        let term = grounds.bases.get("rejects").unwrap().clauses[0].term;
        assert_eq!((term, grounds.sets("rejects"), grounds.sets("backups")), (Some(Term::Days(7)), true, false));
        for journal in ["rejects", "journal", ""] {
            assert!(matches!(Grounds::new(journal, &terms), Err(BasesError::Unknown(_))), "{journal}");
        }
        let unknown = BTreeMap::from([("nothing".to_owned(), Term::Days(7))]);
        assert!(Grounds::new(JOURNAL, &unknown).is_err());
        let longer = BTreeMap::from([(JOURNAL.to_owned(), Term::Months(48))]);
        assert!(matches!(Grounds::new(JOURNAL, &longer), Err(BasesError::NotAllowed { .. })));
    }
}
