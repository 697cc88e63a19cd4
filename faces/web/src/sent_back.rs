//! A form sent back: the page again, with what is wrong beside the field it is about.

use crate::problem::Dressed;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// What is wrong with one field of a form; nothing for a form that was not filled in yet.
#[derive(Default)]
pub(crate) struct Fault(Option<(&'static str, String)>);

impl Fault {
    /// `words` stand beside `field`.
    pub(crate) fn at(field: &'static str, words: String) -> Self {
        Self(Some((field, words)))
    }

    /// What is wrong with that field.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.0.as_ref().filter(|(at, _)| *at == field).map(|(_, words)| words.as_str())
    }
}

impl From<(&'static str, String)> for Fault {
    fn from((field, words): (&'static str, String)) -> Self {
        Self::at(field, words)
    }
}

/// The answer to a form that cannot be taken as it is (422): `page` holds what was typed and what is wrong with it.
pub(crate) fn sent_back(page: impl IntoResponse) -> Response {
    already_dressed(StatusCode::UNPROCESSABLE_ENTITY, page)
}

/// An answer that failed and is a page already: no page of a problem takes its place.
pub(crate) fn already_dressed(status: StatusCode, page: impl IntoResponse) -> Response {
    let mut response = (status, page).into_response();
    response.extensions_mut().insert(Dressed);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_stands_beside_its_field_alone() {
        let fault = Fault::at("motif", "trop court".to_owned());
        assert_eq!(fault.of("motif"), Some("trop court"));
        assert_eq!(fault.of("objet"), None);
        assert_eq!(Fault::default().of("motif"), None);
    }
}
