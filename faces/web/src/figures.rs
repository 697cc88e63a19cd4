//! How figures, instants and codes are written on a page.

use crate::house::Growth;
use beffroi_desk_observatory::indicators::{Card, Figure};
use beffroi_model::{ObservableKind, Period};
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The zone in which instants are shown: that of the command.
const ZONE: &str = "Europe/Paris";

/// An instant: date and time of day in Paris.
pub(crate) fn instant(t: Lang, at: Timestamp) -> String {
    let zoned = at.to_zoned(TimeZone::get(ZONE).unwrap_or(TimeZone::UTC));
    let time = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
    t.say_with("web-instant", &[("date", (&t.date(zoned.date())).into()), ("time", (&time).into())])
}

/// Euro cents as whole euros.
pub(crate) fn euros(t: Lang, cents: i64) -> String {
    let euros = t.integer(cents as f64 / 100.0);
    t.say_with("web-euros", &[("amount", (&euros).into())])
}

/// A count.
pub(crate) fn count(t: Lang, n: u64) -> String {
    t.integer(n as f64)
}

/// Counts that add up to a total which the page tells, the largest first: those below five are secret, and so is the
/// next smallest when a single one would be left to subtraction. The secret ones make the last row together.
pub(crate) fn partition(t: Lang, counts: impl Iterator<Item = (String, f64)>) -> Vec<(String, String)> {
    let mut rows: Vec<(String, f64)> = counts.filter(|(_, n)| *n > 0.0).collect();
    rows.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let n_small = rows.iter().filter(|(_, n)| *n < 5.0).count();
    let n_hidden = if n_small == 1 { rows.len().min(2) } else { n_small };
    rows.truncate(rows.len() - n_hidden);
    let mut cells: Vec<(String, String)> = rows.into_iter().map(|(name, n)| (name, t.integer(n))).collect();
    if n_hidden > 0 {
        let others = t.say_with("web-others", &[("count", (n_hidden as i64).into())]);
        cells.push((others, t.say("indicator-secret")));
    }
    cells
}

/// The label of a code in a list in use; the code itself when the list does not know it.
pub(crate) fn label(list: &str, code: &str, t: Lang) -> String {
    crate::code_lists::in_use().label(list, code, t.code()).to_owned()
}

/// A territory by its name.
pub(crate) fn territory(t: Lang, code: &str) -> String {
    match code {
        "FR" => t.say("web-france"),
        code if code.starts_with('R') => label("regions", code, t),
        code => label("departments", code, t),
    }
}

/// A phenomenon by its name; all of them together when there is none.
pub(crate) fn phenomenon(t: Lang, code: Option<&str>) -> String {
    match code {
        Some(code) if !code.is_empty() => label("phenomena", code, t),
        _ => t.say("web-every-phenomenon"),
    }
}

/// A kind of observable in words.
pub(crate) fn observable_kind(t: Lang, kind: ObservableKind) -> String {
    match kind {
        ObservableKind::DomainName => t.say("web-observable-domain-name"),
        ObservableKind::Url => t.say("web-observable-url"),
        ObservableKind::EmailAddr => t.say("web-observable-email-addr"),
        ObservableKind::Ipv4Addr => t.say("web-observable-ipv4-addr"),
        ObservableKind::Ipv6Addr => t.say("web-observable-ipv6-addr"),
        ObservableKind::PhoneNumber => t.say("web-observable-phone-number"),
        ObservableKind::Iban => t.say("web-observable-iban"),
        ObservableKind::BtcAddress => t.say("web-observable-btc-address"),
        ObservableKind::EthAddress => t.say("web-observable-eth-address"),
        ObservableKind::SocialHandle => t.say("web-observable-social-handle"),
    }
}

/// A period written as `2024-W07` and the like, in words.
pub(crate) fn period(t: Lang, text: &str) -> String {
    text.parse::<Period>().map_or_else(|_| text.to_owned(), |p| t.period(p))
}

/// A protected figure: its value, `s` when it is secret, a dash when there is none.
pub(crate) fn figure(t: Lang, card: &Card, figure: Option<&Figure>) -> String {
    match figure {
        Some(f) if f.status.is_hidden() => t.say("indicator-secret"),
        Some(Figure { value: Some(value), .. }) => t.decimal(*value, card.decimals),
        _ => t.decimal(f64::NAN, 0),
    }
}

/// A title in which no number is broken over two lines: blanks between digits become narrow no-break spaces.
pub(crate) fn unbroken(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digit = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(char::is_ascii_digit);
    let kept = chars.iter().enumerate().map(|(i, c)| match c {
        ' ' if digit(i.checked_sub(1)) && digit(i.checked_add(1)) => '\u{202f}',
        other => *other,
    });
    kept.collect()
}

/// A change, for the eye and for the ear.
pub(crate) struct Change {
    /// `up`, `down`, `flat` or empty.
    pub(crate) class: &'static str,
    /// `▲`, `▼`, `=` or empty.
    pub(crate) arrow: &'static str,
    /// The change with its sign, or why there is none.
    pub(crate) text: String,
}

/// A change on the year before, in words.
pub(crate) fn change(t: Lang, growth: &Growth, before: &str) -> Change {
    match growth {
        Growth::Of(ratio) => {
            let (class, arrow) = match ratio {
                r if *r >= 0.0005 => ("up", "▲"),
                r if *r <= -0.0005 => ("down", "▼"),
                _ => ("flat", "="),
            };
            let growth = t.growth(*ratio, 1);
            let text = t.say_with("web-growth", &[("growth", (&growth).into()), ("before", before.into())]);
            Change { class, arrow, text }
        }
        Growth::Broken => Change { class: "", arrow: "", text: t.say("web-growth-broken") },
        Growth::Absent => Change { class: "", arrow: "", text: t.say("web-growth-absent") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_those_of_paris() {
        let at: Timestamp = "2026-07-14T22:30:00Z".parse().unwrap();
        assert_eq!(instant(Lang::Fr, at), "15 juillet 2026 à 00:30");
        assert_eq!(instant(Lang::En, at), "15 July 2026 at 00:30");
    }

    #[test]
    fn a_small_part_is_not_left_to_subtraction() {
        let shown = |counts: &[f64]| -> Vec<String> {
            let named = counts.iter().enumerate().map(|(i, n)| (format!("d{i}"), *n));
            partition(Lang::En, named).into_iter().map(|(name, text)| format!("{name}: {text}")).collect()
        };
        assert_eq!(shown(&[3.0, 40.0, 7.0, 0.0]), ["d1: 40", "2 others: s"]);
        assert_eq!(shown(&[3.0, 40.0, 1.0]), ["d1: 40", "2 others: s"]);
        assert_eq!(shown(&[5.0, 40.0]), ["d1: 40", "d0: 5"]);
        assert_eq!(shown(&[2.0]), ["one other: s"]);
        assert!(shown(&[]).is_empty());
    }

    #[test]
    fn numbers_of_a_title_hold_together() {
        assert_eq!(unbroken("pour 1 000 habitants, 2024"), "pour 1\u{202f}000 habitants, 2024");
    }

    #[test]
    fn a_refused_growth_is_said_and_not_drawn() {
        let change = change(Lang::En, &Growth::Broken, "2023");
        assert!(change.arrow.is_empty() && !change.text.contains('%'), "{}", change.text);
    }
}
