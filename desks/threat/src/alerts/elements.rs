//! Technical elements: an offender's, with where they come from and until when they are to be looked for, and none that
//! a warning list names.

use crate::alerts::{AlertError, TechnicalElement};
use beffroi_model::ObservableKind;
use beffroi_observables::{WarningList, canonical, defang, house_lists};
use beffroi_store::Store;
use jiff::ToSpan;
use jiff::civil::Date;

/// The most elements of a flash, annex included.
pub(crate) const MOST: usize = 200;

/// The last day on which an element is looked for, when nobody says. The rule is ours: what is rented by the day (a domain,
/// an address) a month, what is held longer (a number, an e-mail address) three, an account a year.
pub fn until(kind: ObservableKind, from: Date) -> Date {
    let days: i32 = match kind {
        ObservableKind::DomainName | ObservableKind::Url | ObservableKind::Ipv4Addr | ObservableKind::Ipv6Addr => 30,
        ObservableKind::EmailAddr | ObservableKind::PhoneNumber | ObservableKind::SocialHandle => 90,
        ObservableKind::Iban | ObservableKind::BtcAddress | ObservableKind::EthAddress => 365,
    };
    from.saturating_add(days.days())
}

/// Every warning list: those of the house, then those brought.
///
/// # Errors
/// The store's.
pub async fn warning_lists(store: &Store) -> Result<Vec<WarningList>, AlertError> {
    let mut lists = house_lists();
    for row in store.warning_lists().await? {
        // A list that does not read back protects nobody: it is said, not passed over.
        let list =
            serde_json::from_value(row.content).map_err(|_| AlertError::WarningList { name: row.name.clone() })?;
        lists.push(list);
    }
    Ok(lists)
}

/// Refuses an element that is not canonical, that comes without context, or that a warning list names.
pub(crate) fn check(elements: &[TechnicalElement], lists: &[WarningList]) -> Result<(), AlertError> {
    if elements.len() > MOST {
        return Err(AlertError::TooLong { what: "elements", length: elements.len(), most: MOST });
    }
    for element in elements {
        let shown = || defang(element.kind, &element.value);
        if canonical(element.kind, &element.value).as_deref() != Ok(element.value.as_str()) {
            return Err(AlertError::Element { kind: element.kind });
        }
        let said = element.context.as_ref().is_some_and(|context| !context.fr.is_empty() && !context.en.is_empty());
        if element.degree == 0 && !said {
            return Err(AlertError::NoContext { value: shown() });
        }
        if let Some(list) = named(element, lists) {
            return Err(AlertError::Warned { value: shown(), list: list.name().to_owned() });
        }
    }
    Ok(())
}

/// The list that names an element.
pub(crate) fn named<'a>(element: &TechnicalElement, lists: &'a [WarningList]) -> Option<&'a WarningList> {
    lists.iter().find(|list| list.holds(element.kind, &element.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::Note;

    fn element(value: &str, degree: u64) -> TechnicalElement {
        let kind = ObservableKind::DomainName;
        TechnicalElement { kind, value: value.to_owned(), degree, context: None, until: None }
    }

    #[test]
    fn raw_without_context_warned_and_not_canonical_are_refused() {
        let lists = house_lists();
        assert!(check(&[element("faux-impots.example", 3)], &lists).is_ok());
        assert!(matches!(check(&[element("faux-impots.example", 0)], &lists), Err(AlertError::NoContext { .. })));
        assert!(matches!(check(&[element("www.impots.gouv.fr", 9)], &lists), Err(AlertError::Warned { .. })));
        assert!(check(&[element("www.impots.gouv.fr", 9)], &[]).is_ok(), "the list makes the difference");
        assert!(matches!(check(&[element("Faux.Example", 3)], &lists), Err(AlertError::Element { .. })));
        let context = Some(Note { fr: "vu dans un message".to_owned(), en: "seen in a message".to_owned() });
        assert!(check(&[TechnicalElement { context, ..element("faux-impots.example", 0) }], &lists).is_ok());
        let many = vec![element("faux-impots.example", 3); MOST + 1];
        assert!(matches!(check(&many, &lists), Err(AlertError::TooLong { .. })));
    }

    #[test]
    fn every_kind_has_an_end() {
        let from = jiff::civil::date(2025, 12, 22);
        for kind in ObservableKind::ALL {
            assert!(until(kind, from) > from);
        }
    }
}
