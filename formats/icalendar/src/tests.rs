//! Calendars as another program reads them.

use super::*;
use icalendar::{Calendar, Component};
use jiff::civil::date;
use proptest::prelude::*;

fn event() -> Event {
    Event {
        uid: "request-12@beffroi.example".to_owned(),
        summary: "Conservation : fin, à 60 jours; n° 12".to_owned(),
        description: "ligne 1\nligne 2 \\ fin".to_owned(),
        start: Start::At("2026-03-29T22:59:59Z".parse().unwrap()),
        stamp: "2026-01-05T08:00:00Z".parse().unwrap(),
        url: Some("https://beffroi.example/registres/12?a=b".to_owned()),
        alarms: vec![Alarm { minutes_before: 1440 }],
    }
}

fn parsed(text: &str) -> Calendar {
    text.parse().unwrap()
}

#[test]
fn another_program_reads_what_was_said() {
    let day = Event { uid: "2".to_owned(), start: Start::Day(date(2026, 12, 1)), url: None, alarms: vec![], ..event() };
    let text = calendar("Échéances", &[event(), day]);
    let read = parsed(&text);
    assert_eq!(read.get_name(), Some("Échéances"));
    let events: Vec<_> = read.components.iter().filter_map(|component| component.as_event()).collect();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].get_uid(), Some("request-12@beffroi.example"));
    assert_eq!(events[0].get_summary(), Some("Conservation : fin, à 60 jours; n° 12"));
    assert_eq!(events[0].get_description(), Some("ligne 1\nligne 2 \\ fin"));
    assert_eq!(events[0].property_value("DTSTART"), Some("20260329T225959Z"));
    assert_eq!(events[0].get_url(), Some("https://beffroi.example/registres/12?a=b"));
    assert_eq!(events[1].properties()["DTSTART"].params()["VALUE"].value(), "DATE");
    assert_eq!((events[1].property_value("DTSTART"), events[1].get_url()), (Some("20261201"), None));
    assert!(text.contains("BEGIN:VALARM\r\nACTION:DISPLAY\r\n") && text.contains("TRIGGER:-PT1440M\r\n"));
}

#[test]
fn lines_are_folded_at_75_bytes_and_never_inside_a_character() {
    let long = Event { summary: "é€😀".repeat(60), ..event() };
    let text = calendar("x", std::slice::from_ref(&long));
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{} bytes: {line}", line.len());
    }
    assert!(text.contains("\r\n "), "something was folded");
    assert_eq!(text.replace("\r\n ", "").matches(&long.summary).count(), 2, "summary and alarm");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "every end of line is whole");
}

#[test]
fn a_text_cannot_become_a_property() {
    let sly = "fin\r\nEND:VEVENT\nATTACH:https://ailleurs.example\u{2028}X:1\u{0}";
    let one = Event { uid: sly.to_owned(), summary: sly.to_owned(), description: sly.to_owned(), ..event() };
    let text = calendar(sly, &[one]);
    assert!(!text.contains("\r\nATTACH") && !text.contains("\nX:1") && !text.contains('\0'));
    assert_eq!(text.matches("\r\nEND:VEVENT").count(), 1);
}

#[test]
fn an_address_that_is_none_is_left_out() {
    for url in [
        "javascript:alert(1)",
        "https://",
        "https://a.example/\r\nX:1",
        "https://a.example/é",
        "ftp://a.example",
        "https://a b",
    ] {
        let text = calendar("x", &[Event { url: Some(url.to_owned()), ..event() }]);
        assert!(!text.contains("URL:"), "{url}");
    }
}

proptest! {
    /// Any texts make a calendar of as many events, and come back as they were but for what no calendar can hold.
    #[test]
    fn any_text_comes_back(summary in "\\PC{1,120}", description in "[a-zé;,\\\\\n ]{1,200}") {
        let one = Event { summary: summary.clone(), description: description.clone(), ..event() };
        let text = calendar(&summary, &[one.clone(), Event { uid: "other".to_owned(), ..one }]);
        let read = parsed(&text);
        prop_assert_eq!(read.components.iter().filter(|component| component.as_event().is_some()).count(), 2);
        let first = read.components.iter().find_map(|component| component.as_event()).unwrap();
        prop_assert_eq!(first.get_description(), Some(description.as_str()));
    }
}
