//! Weeks and months of a column of days, by whole-number arithmetic alone: the fastest way in every build, and a plan
//! that a cluster can run without functions of ours.

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::Expr;
use datafusion::prelude::{cast, col, lit};

/// Days of 400 years, after which the calendar repeats itself.
const ERA: i32 = 146_097;
/// Added to a day before a division, so that what is divided is positive for every year from -9999 on. A multiple of
/// [`ERA`] and of 7.
const SHIFT: i32 = 32 * ERA;

fn days(column: &str) -> Expr {
    cast(col(column), DataType::Int32)
}

/// The Monday of the ISO week, in days since 1970-01-01 (a Thursday).
pub(crate) fn week_start(column: &str) -> Expr {
    days(column) - (days(column) + lit(SHIFT + 3)) % lit(7)
}

/// The first day of the month, in days since 1970-01-01.
///
/// Source: H. Hinnant, *chrono-Compatible Low-Level Date Algorithms* (2013), `civil_from_days`: years are taken to begin
/// on 1 March, so that the leap day comes last and months have lengths that a division tells.
pub(crate) fn month_start(column: &str) -> Expr {
    let day_of_era = (days(column) + lit(719_468 + SHIFT)) % lit(ERA);
    let year_of_era = (day_of_era.clone() - day_of_era.clone() / lit(1460) + day_of_era.clone() / lit(36_524)
        - day_of_era.clone() / lit(146_096))
        / lit(365);
    let leap_days = year_of_era.clone() / lit(4) - year_of_era.clone() / lit(100);
    let day_of_year = day_of_era - (year_of_era * lit(365) + leap_days);
    let month = (day_of_year.clone() * lit(5) + lit(2)) / lit(153);
    days(column) - (day_of_year - (month * lit(153) + lit(2)) / lit(5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{from_days, numbers, to_days};
    use beffroi_model::{Grain, Period};
    use datafusion::arrow::array::{ArrayRef, Date32Array, RecordBatch};
    use datafusion::arrow::datatypes::Int32Type;
    use datafusion::prelude::SessionContext;
    use jiff::civil::date;
    use std::sync::Arc;

    #[tokio::test]
    async fn every_day_falls_in_the_period_of_the_calendar() {
        let spans =
            [(date(-9999, 1, 3), 500), (date(-5, 1, 1), 4000), (date(1895, 1, 1), 60_000), (date(9998, 1, 1), 700)];
        let given: Vec<i32> = spans.into_iter().flat_map(|(start, n)| (to_days(start)..).take(n)).collect();
        let column: ArrayRef = Arc::new(Date32Array::from(given.clone()));
        let frame = SessionContext::new().read_batch(RecordBatch::try_from_iter([("day", column)]).unwrap()).unwrap();
        let batches =
            frame.select([days("day"), week_start("day"), month_start("day")]).unwrap().collect().await.unwrap();
        let column = |n: usize| -> Vec<Option<i32>> {
            batches.iter().flat_map(|batch| numbers::<Int32Type>(batch.column(n)).unwrap()).collect()
        };
        assert_eq!(column(0).len(), given.len());
        for (n, grain) in [(1, Grain::Week), (2, Grain::Month)] {
            for (day, start) in column(0).into_iter().zip(column(n)) {
                let day = from_days(day.unwrap()).unwrap();
                let expected = Period::containing(day, grain).start();
                assert_eq!(from_days(start.unwrap()).unwrap(), expected, "{day} {grain:?}");
            }
        }
    }
}
