//! The signals and flash alerts of a year, read from the registers as the report prints them.

use super::{AlertLine, SignalLine};
use crate::alerts::{self, Alert, AlertError};
use crate::signals::{self, Signal, SignalError};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_store::Store;
use beffroi_wording::Lang;
use jiff::tz::TimeZone;

/// How many signals a report shows, the strongest first: it is a report, not the register.
const SIGNALS: usize = 20;

/// The strongest signals whose first week lies in `year`. A signal is a count of at least five reports with neither
/// observable nor person: it goes to the community.
///
/// # Errors
/// The store's, and a signal that does not read.
pub async fn signals_of(store: &Store, year: i16, lang: Lang) -> Result<Vec<SignalLine>, SignalError> {
    let all = signals::list(store).await?;
    let of_year = all.iter().filter(|signal| signal.first_week.start().year() == year);
    Ok(of_year.take(SIGNALS).map(|signal| signal_line(signal, lang)).collect())
}

fn signal_line(signal: &Signal, lang: Lang) -> SignalLine {
    let phenomenon = signal.phenomenon.as_deref().map(|code| alerts::label("phenomena", code, lang));
    let title = match (phenomenon, &signal.content.subject) {
        (Some(phenomenon), Some(subject)) => format!("{phenomenon} ({subject})"),
        (Some(phenomenon), None) => phenomenon,
        (None, subject) => subject.clone().unwrap_or_default(),
    };
    SignalLine {
        date: signal.first_week.start(),
        title,
        territory: alerts::place(lang, &signal.territory),
        observed: signal.observed,
        threshold: Some(signal.threshold),
        state: lang.say(&format!("report-signal-{}", signal.state.code())),
        marking: Marking { tlp: Tlp::Green, pap: Pap::Green },
    }
}

/// The flash alerts drafted for signals of `year`, or issued in it.
///
/// # Errors
/// The store's, and a flash that does not read.
pub async fn alerts_of(store: &Store, year: i16, lang: Lang) -> Result<Vec<AlertLine>, AlertError> {
    let all = alerts::list(store).await?;
    Ok(all.iter().filter(|alert| is_of(alert, year)).map(|alert| alert_line(alert, lang)).collect())
}

fn is_of(alert: &Alert, year: i16) -> bool {
    alert.content.figures.first_week.start().year() == year || day(alert).year() == year
}

/// The day on which it was issued, or drafted as long as it is not.
fn day(alert: &Alert) -> jiff::civil::Date {
    let at = alert.issued_at.unwrap_or(alert.drafted_at);
    at.in_tz("Europe/Paris").unwrap_or_else(|_| at.to_zoned(TimeZone::UTC)).date()
}

fn alert_line(alert: &Alert, lang: Lang) -> AlertLine {
    AlertLine {
        date: day(alert),
        reference: alert.reference.to_string(),
        title: match lang {
            Lang::Fr => alert.title_fr.clone(),
            Lang::En => alert.title_en.clone(),
        },
        state: lang.say(&format!("report-alert-{}", alert.state.code())),
        marking: alert.marking,
    }
}
