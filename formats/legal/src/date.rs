//! Dates as the base writes them.

use crate::error::{Findings, Why, short};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

/// No end, or no beginning yet.
const NEVER: Date = date(2999, 1, 1);
/// A day that is not known yet.
const UNKNOWN: Date = date(2222, 2, 22);

/// A day as written; nothing for the two days that stand for « never » and « not known yet ».
pub(crate) fn day(at: &str, text: &str, findings: &mut Findings) -> Option<Date> {
    if text.is_empty() {
        return None;
    }
    match text.parse::<Date>() {
        Ok(day) => told(day),
        Err(_) => {
            findings.add(at, Why::Date(short(text)));
            None
        }
    }
}

/// A day in milliseconds since 1970: midnight of UTC, or of Paris where it is no midnight of UTC.
pub(crate) fn day_of_milliseconds(at: &str, milliseconds: i64, findings: &mut Findings) -> Option<Date> {
    let Ok(instant) = Timestamp::from_millisecond(milliseconds) else {
        findings.add(at, Why::Date(milliseconds.to_string()));
        return None;
    };
    let midnight = milliseconds.rem_euclid(86_400_000) == 0;
    let zone = if midnight { TimeZone::UTC } else { TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC) };
    told(instant.to_zoned(zone).date())
}

fn told(day: Date) -> Option<Date> {
    (day != NEVER && day != UNKNOWN).then_some(day)
}
