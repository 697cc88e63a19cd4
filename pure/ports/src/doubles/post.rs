//! A post office in memory.

use crate::{Answer, Fate, Letter, Post, PostError};
use std::sync::{Mutex, PoisonError};

/// Takes every letter but those to addresses of `unknown.example` (refused for good) and `later.example`, and remembers
/// them.
#[derive(Debug, Default)]
pub struct PostOffice {
    taken: Mutex<Vec<Letter>>,
    gone: Mutex<Vec<String>>,
}

impl PostOffice {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, as it stands after a kill: these letters had gone.
    #[must_use]
    pub fn after(gone: Vec<String>) -> Self {
        Self { gone: Mutex::new(gone), ..Self::default() }
    }

    /// What was taken, oldest first.
    pub fn taken(&self) -> Vec<Letter> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Post for PostOffice {
    fn worker(&self) -> &str {
        "double"
    }

    fn send<'a>(&'a self, letters: Vec<Letter>) -> Answer<'a, Vec<(String, Fate)>> {
        let fates = letters.into_iter().map(|letter| {
            let id = letter.id.clone();
            if letter.to.ends_with("@unknown.example") {
                return (id, Fate::Unknown("550 5.1.1 nobody of that name".to_owned()));
            }
            if letter.to.ends_with("@later.example") {
                return (id, Fate::Later("451 4.3.0 come back".to_owned()));
            }
            self.gone.lock().unwrap_or_else(PoisonError::into_inner).push(id.clone());
            self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(letter);
            (id, Fate::Taken)
        });
        let fates = fates.collect();
        Box::pin(std::future::ready(fates))
    }

    fn gone(&self) -> Result<Vec<String>, PostError> {
        Ok(self.gone.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn settled(&self) -> Result<(), PostError> {
        self.gone.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doubles::answered;

    fn letter(id: &str, to: &str) -> Letter {
        Letter {
            id: id.to_owned(),
            to: to.to_owned(),
            subject: String::new(),
            text: String::new(),
            html: None,
            enclosures: Vec::new(),
            fields: Vec::new(),
        }
    }

    #[test]
    fn it_marks_what_it_takes_until_it_is_settled() {
        let office = PostOffice::new();
        let letters =
            vec![letter("a", "a@b.example"), letter("b", "x@unknown.example"), letter("c", "x@later.example")];
        let fates = answered(office.send(letters)).unwrap();
        assert!(matches!(fates.as_slice(), [(_, Fate::Taken), (_, Fate::Unknown(_)), (_, Fate::Later(_))]));
        assert_eq!(office.gone().unwrap(), ["a"]);
        office.settled().unwrap();
        assert!(office.gone().unwrap().is_empty() && office.taken().len() == 1);
    }
}
