//! A network that answers what a test wrote down.

use crate::{Answer, Fetch, FetchError, FetchRequest, FetchResponse, fetch};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Answers each address with what was written for it, and remembers what was asked. An address that was not written
/// down is refused as [`FetchError::NotAllowed`].
#[derive(Debug, Default)]
pub struct WrittenFetch {
    answers: BTreeMap<String, Result<FetchResponse, FetchError>>,
    asked: Mutex<Vec<FetchRequest>>,
}

impl WrittenFetch {
    /// A network with nothing on it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes down the answer of an address, query included.
    #[must_use]
    pub fn answering(mut self, url: &str, answer: Result<FetchResponse, FetchError>) -> Self {
        self.answers.insert(url.to_owned(), answer);
        self
    }

    /// What was asked, oldest first.
    pub fn asked(&self) -> Vec<FetchRequest> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Fetch for WrittenFetch {
    fn fetch<'a>(&'a self, request: &'a FetchRequest) -> Answer<'a, Result<FetchResponse, FetchError>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        let absent = || Err(FetchError::NotAllowed { origin: fetch::origin(&request.url) });
        let answer = match self.answers.get(&request.url).cloned().unwrap_or_else(absent) {
            Ok(answer) if answer.body.len() > request.max_bytes => {
                Err(FetchError::TooLarge { origin: fetch::origin(&request.url), max_bytes: request.max_bytes })
            }
            answer => answer,
        };
        Box::pin(std::future::ready(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doubles::answered;

    #[test]
    fn it_answers_what_was_written_within_the_bound() {
        let page = FetchResponse { status: 200, headers: Vec::new(), body: vec![0; 10] };
        let net = WrittenFetch::new().answering("https://a.fr/x", Ok(page.clone()));
        let mut request = FetchRequest::get("https://a.fr/x");
        assert_eq!(answered(net.fetch(&request)).unwrap(), Ok(page));
        request.max_bytes = 9;
        assert!(matches!(answered(net.fetch(&request)).unwrap(), Err(FetchError::TooLarge { .. })));
        let other = FetchRequest::get("https://a.fr/y");
        assert!(matches!(answered(net.fetch(&other)).unwrap(), Err(FetchError::NotAllowed { .. })));
        assert_eq!(net.asked().len(), 3);
    }
}
