//! Which observables of a report may link it.
//!
//! Only what the report gives as the offender's. An observable that the same report gives both as the offender's and as
//! the victim's is a form filled in wrongly (victims give their own number where the author's is asked): it is dropped
//! and counted.

use beffroi_linkage::Key;
use beffroi_model::{Observable, Report, Role};

/// What may link a report, and what was set aside.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ReportEvidence<'a> {
    pub(crate) linking: Vec<&'a Observable>,
    /// Observables of the offender that are the victim's own.
    pub(crate) n_role_errors: u64,
}

/// The evidence of a report.
pub(crate) fn of_report(report: &Report) -> ReportEvidence<'_> {
    let victims = |observable: &Observable| {
        report
            .observables
            .iter()
            .any(|other| other.role == Role::Victim && other.kind == observable.kind && other.value == observable.value)
    };
    let mut evidence = ReportEvidence::default();
    for observable in report.observables.iter().filter(|observable| observable.role == Role::Author) {
        if victims(observable) {
            evidence.n_role_errors += 1;
        } else {
            evidence.linking.push(observable);
        }
    }
    evidence
}

/// The key of an observable.
pub(crate) fn key(observable: &Observable) -> Key {
    Key::new(observable.kind.code(), &observable.value)
}
