//! A feed of deadlines and meetings as iCalendar (RFC 5545), for the calendar programs that people have.
//!
//! Written only: nothing is read. Whatever the texts hold, each stays in its property: line ends become `\n`, other
//! control characters are dropped, and an address that is none is left out.

mod line;

use jiff::Timestamp;
use jiff::civil::Date;
use line::Lines;

/// When an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// A whole day, wherever the reader is (RFC 5545, 3.3.4).
    Day(Date),
    /// An instant; it takes no time (3.6.1: an event with a start and no end).
    At(Timestamp),
}

/// A reminder that the reader's program gives (3.6.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm {
    /// So many minutes before the event; before midnight, for a day.
    pub minutes_before: u32,
}

/// One event (3.6.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Unique and the same for ever for the same thing, so that a changed event replaces the one before (3.8.4.7).
    pub uid: String,
    /// One line.
    pub summary: String,
    /// More, in lines; empty to say nothing.
    pub description: String,
    /// When.
    pub start: Start,
    /// When what is said of it was last changed (3.8.7.2).
    pub stamp: Timestamp,
    /// The page of what it is about: an `https` or `http` address. Anything else is left out.
    pub url: Option<String>,
    /// Reminders.
    pub alarms: Vec<Alarm>,
}

/// A calendar of events, with `\r\n` at the end of each line (3.1).
///
/// Events are for information: none takes time from whoever subscribes (`TRANSPARENT`).
pub fn calendar(name: &str, events: &[Event]) -> String {
    let mut lines = Lines::default();
    lines.raw("BEGIN:VCALENDAR");
    lines.raw("VERSION:2.0");
    lines.raw("PRODID:-//Beffroi//Echeances//FR");
    lines.raw("CALSCALE:GREGORIAN");
    lines.raw("METHOD:PUBLISH");
    // RFC 7986, 5.1, and what programs older than it read.
    lines.text("NAME", name);
    lines.text("X-WR-CALNAME", name);
    for event in events {
        lines.raw("BEGIN:VEVENT");
        lines.text("UID", &event.uid);
        lines.raw(&format!("DTSTAMP:{}", instant(event.stamp)));
        match event.start {
            Start::Day(day) => lines.raw(&format!("DTSTART;VALUE=DATE:{}", day.strftime("%Y%m%d"))),
            Start::At(at) => lines.raw(&format!("DTSTART:{}", instant(at))),
        }
        lines.text("SUMMARY", &event.summary);
        if !event.description.is_empty() {
            lines.text("DESCRIPTION", &event.description);
        }
        if let Some(url) = event.url.as_deref().filter(|url| address(url)) {
            lines.raw(&format!("URL:{url}"));
        }
        lines.raw("TRANSP:TRANSPARENT");
        for alarm in &event.alarms {
            lines.raw("BEGIN:VALARM");
            lines.raw("ACTION:DISPLAY");
            lines.text("DESCRIPTION", &event.summary);
            lines.raw(&format!("TRIGGER:-PT{}M", alarm.minutes_before));
            lines.raw("END:VALARM");
        }
        lines.raw("END:VEVENT");
    }
    lines.raw("END:VCALENDAR");
    lines.end()
}

/// An instant in UTC (3.3.5, form 2), which needs no table of zones.
fn instant(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// An address of the web in its canonical characters (RFC 3986): none that would end the line or its value.
fn address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
    })
}

#[cfg(test)]
mod tests;
