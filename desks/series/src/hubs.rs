//! Observables declared as shared by everybody.

use beffroi_model::{Observable, ObservableKind};
use std::collections::BTreeSet;
use std::sync::LazyLock;

const TEXT: &str = include_str!("../hubs.csv");

static DECLARED: LazyLock<BTreeSet<(ObservableKind, String)>> = LazyLock::new(|| parse(TEXT));

/// Rows `kind,value,why`; a row that does not read is left out (a test refuses any).
fn parse(text: &str) -> BTreeSet<(ObservableKind, String)> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let rows = reader.records().filter_map(Result::ok);
    rows.filter_map(|row| Some((row.get(0)?.parse().ok()?, row.get(1)?.to_owned()))).collect()
}

/// Whether the observable is declared a hub, itself or, for a domain, through a domain above it.
pub(crate) fn is_declared(observable: &Observable) -> bool {
    let declared = |value: &str| DECLARED.contains(&(observable.kind, value.to_owned()));
    if observable.kind != ObservableKind::DomainName {
        return declared(&observable.value);
    }
    let mut rest = observable.value.as_str();
    loop {
        if declared(rest) {
            return true;
        }
        match rest.split_once('.') {
            Some((_, above)) => rest = above,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_model::Role;

    #[test]
    fn every_row_reads_and_is_canonical() {
        let rows = TEXT.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(DECLARED.len(), rows, "a row of hubs.csv does not read or stands twice");
        for (kind, value) in DECLARED.iter() {
            assert_eq!(beffroi_observables::canonical(*kind, value).ok().as_ref(), Some(value), "{value}");
        }
    }

    #[test]
    fn a_domain_stands_for_those_below_it_and_no_other() {
        let domain =
            |value: &str| Observable { kind: ObservableKind::DomainName, role: Role::Author, value: value.to_owned() };
        assert!(is_declared(&domain("bit.ly")));
        assert!(is_declared(&domain("www.impots.gouv.fr")));
        assert!(!is_declared(&domain("notbit.ly")));
        assert!(!is_declared(&domain("impots-gouv.fr")));
        assert!(!is_declared(&Observable { kind: ObservableKind::Url, ..domain("bit.ly") }));
    }
}
