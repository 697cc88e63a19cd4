//! On which days reports come: weekdays, seasons, the spring of 2020, and the opening of each service.

use crate::random::Weighted;
use crate::row::File;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// The days of `year` on which `file` takes reports, weighted.
pub(crate) fn days(file: File, year: i16) -> Weighted<Date> {
    let Ok(first) = Date::new(year, 1, 1) else { return Weighted::new([]) };
    let open = |day: &Date| file.opens().is_none_or(|opening| *day >= opening);
    Weighted::new(
        std::iter::successors(Some(first), |day| day.tomorrow().ok())
            .take_while(|day| day.year() == year)
            .filter(open)
            .map(|day| (weight(file, day), day)),
    )
}

/// Weight of a day, the product of four factors in thousandths. All are assumptions of ours.
fn weight(file: File, day: Date) -> u64 {
    let online = file != File::Unites;
    let weekday = match (day.weekday(), online) {
        (Weekday::Monday, false) => 1250,
        (Weekday::Tuesday, false) => 1190,
        (Weekday::Wednesday, false) => 1120,
        (Weekday::Thursday, false) => 1100,
        (Weekday::Friday, false) => 1060,
        (Weekday::Saturday, false) => 760,
        (Weekday::Sunday, false) => 520,
        (Weekday::Monday, true) => 1130,
        (Weekday::Saturday, true) => 880,
        (Weekday::Sunday, true) => 840,
        (_, true) => 1040,
    };
    let season = match day.month() {
        1 => 1040,
        5 => 960,
        7 => 950,
        8 => 850,
        9 => 1020,
        11 => 1070,
        12 => 1090,
        _ => 1000,
    };
    // Growth within the year, so that a year does not end on a step.
    let growth = 960 + u64::try_from(day.day_of_year()).unwrap_or(0) * 80 / 366;
    let locked_down = Date::constant(2020, 3, 17) <= day && day <= Date::constant(2020, 5, 10);
    let covid = match (locked_down, online) {
        (true, false) => 550,
        (true, true) => 1080,
        (false, _) => 1000,
    };
    weekday * season / 1000 * growth / 1000 * covid / 1000
}

/// The Mondays of the last `n` whole ISO weeks that end by 31 December of `year`, oldest first.
pub(crate) fn last_weeks(year: i16, n: i32) -> Vec<Date> {
    let Ok(last_day) = Date::new(year, 12, 31) else { return Vec::new() };
    let past_sunday = i32::from(last_day.weekday().to_sunday_zero_offset());
    let last_monday = last_day.saturating_sub((past_sunday + 6).days());
    (0..n).rev().map(|back| last_monday.saturating_sub((7 * back).days())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn the_last_weeks_are_whole() {
        let weeks = last_weeks(2025, 5);
        assert_eq!(weeks.first().map(|d| d.to_string()), Some("2025-11-24".to_owned()));
        assert_eq!(weeks.last().map(|d| d.to_string()), Some("2025-12-22".to_owned()));
        // 31 December 2023 is a Sunday: its week is whole.
        assert_eq!(last_weeks(2023, 1), [Date::constant(2023, 12, 25)]);
    }

    #[test]
    fn spring_2020_is_low_and_sundays_are_quiet() {
        let monday = weight(File::Unites, Date::constant(2020, 4, 20));
        assert!(monday < weight(File::Unites, Date::constant(2019, 4, 22)) * 6 / 10);
        assert!(
            weight(File::Unites, Date::constant(2019, 4, 21)) * 2 < weight(File::Unites, Date::constant(2019, 4, 22))
        );
    }

    #[test]
    fn a_service_takes_nothing_before_it_opens() {
        let days = days(File::Cyber17, 2024);
        let mut random = Random::new(1, 1);
        for _ in 0..200 {
            assert!(days.pick(&mut random).unwrap() >= Date::constant(2024, 12, 17));
        }
        assert!(super::days(File::Cyber17, 2023).pick(&mut random).is_none());
    }
}
