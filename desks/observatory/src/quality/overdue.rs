//! Which sources have not delivered what their rhythm promises.

use crate::sources::Catalogue;
use beffroi_model::{Grain, Period, SourceId};
use beffroi_ports::Snapshot;
use jiff::ToSpan;
use jiff::civil::Date;

/// A delivery that is awaited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Whose.
    pub source: SourceId,
    /// The period that is missing.
    pub period: Period,
    /// The day by which it was due.
    pub due: Date,
    /// Days after that day.
    pub days: i64,
}

/// The sources that are late on `today`, the latest first. A source without a rhythm is never late, and one that never
/// delivered is not awaited.
pub fn overdue(sources: &Catalogue, snapshots: &[Snapshot], today: Date) -> Vec<Overdue> {
    let mut late: Vec<Overdue> = sources
        .iter()
        .filter_map(|source| {
            let rhythm = &source.declaration.rhythm;
            let own = snapshots.iter().filter(|snapshot| snapshot.delivery.source.as_str() == source.id());
            let last = own.max_by_key(|snapshot| snapshot.delivery.vintage)?;
            let (period, due) = awaited(rhythm.every?, rhythm.within_days, last.delivery.vintage);
            let days = i64::from((today - due).get_days());
            let id = last.delivery.source.clone();
            (days > 0).then_some(Overdue { source: id, period, due, days })
        })
        .collect();
    late.sort_by(|a, b| b.days.cmp(&a.days).then_with(|| a.source.as_str().cmp(b.source.as_str())));
    late
}

/// What comes after a delivery whose data stood at `vintage`, and the day by which it is due: the period in which that
/// day lies, unless it was its last one.
fn awaited(every: Grain, within_days: u16, vintage: Date) -> (Period, Date) {
    let own = Period::containing(vintage, every);
    let period = if own.end() == vintage { own.next() } else { own };
    (period, period.end().saturating_add(i64::from(within_days).days()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_period_after_the_last_whole_one_is_awaited() {
        let (period, due) = awaited(Grain::Month, 10, date(2025, 11, 30));
        assert_eq!((period.to_string().as_str(), due), ("2025-12", date(2026, 1, 10)));
        // Data that stand in the middle of a month leave that month to come.
        let (period, due) = awaited(Grain::Month, 0, date(2025, 11, 15));
        assert_eq!((period.to_string().as_str(), due), ("2025-11", date(2025, 11, 30)));
    }
}
