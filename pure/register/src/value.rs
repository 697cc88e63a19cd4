//! Canonical texts: how what is typed is read, and how what is kept is shown.

use crate::{Field, FieldKind, Refusal, told, words};
use beffroi_clocks::Zone;
use beffroi_model::Territory;
use beffroi_rights::{PersonId, ServiceId};
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

/// Most items of a field that takes several.
const MOST_ITEMS: usize = 200;

/// The items of a canonical text: one a line.
pub fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').filter(|item| !item.is_empty())
}

/// What `typed` is as the canonical text of `field`; empty for nothing.
///
/// # Errors
/// A [`Refusal`] that says what is expected, beside its field. It never repeats what was typed.
pub fn canonical(field: &Field, typed: &str) -> Result<String, Refusal> {
    if !field.many {
        return one(field, typed);
    }
    let split = |c: char| c == '\n' || (!field.is_text() && matches!(c, ',' | ';'));
    let mut kept: Vec<String> = Vec::new();
    for item in typed.split(split) {
        let item = one(field, item)?;
        if !item.is_empty() && !kept.contains(&item) {
            kept.push(item);
        }
    }
    if kept.len() > MOST_ITEMS {
        return Err(Refusal::shape(field, "many").with("most", MOST_ITEMS));
    }
    Ok(kept.join("\n"))
}

fn one(field: &Field, typed: &str) -> Result<String, Refusal> {
    let text = clean(typed, field.kind == FieldKind::LongText && !field.many);
    if text.is_empty() {
        return Ok(text);
    }
    let wrong = |what: &'static str| Refusal::shape(field, what);
    let fine = |is: bool, what: &'static str| if is { Ok(text.clone()) } else { Err(wrong(what)) };
    match field.kind {
        FieldKind::Text | FieldKind::LongText => {
            let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            if length > field.most {
                return Err(wrong("long").with("length", length).with("most", field.most));
            }
            if length < field.least { Err(wrong("short").with("least", field.least)) } else { Ok(text) }
        }
        FieldKind::Identifier => {
            let text = text.to_uppercase();
            let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
            let sign = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b"/-._".contains(&b);
            let fits = length >= field.least && length <= field.most && text.bytes().all(sign);
            if fits { Ok(text) } else { Err(wrong("identifier").with("most", field.most)) }
        }
        FieldKind::Number { decimals } => number(field, &text, decimals),
        FieldKind::Money => number(field, &text, 2),
        FieldKind::Date => date(&text).map(|day| day.to_string()).ok_or_else(|| wrong("date")),
        FieldKind::Instant => instant(&text).map(|at| format!("{at:.0}")).ok_or_else(|| wrong("instant")),
        FieldKind::Choice(codes) => {
            if codes.contains(&text.as_str()) {
                Ok(text)
            } else {
                Err(wrong("choice").with("expected", codes.join(", ")))
            }
        }
        FieldKind::Code(list) => {
            let known = beffroi_codes::list(list).is_some_and(|list| list.code(&text).is_some());
            if known { Ok(text) } else { Err(wrong("code").with("list", list)) }
        }
        FieldKind::Flag => match text.to_lowercase().as_str() {
            "yes" | "oui" | "true" | "1" | "on" => Ok("yes".to_owned()),
            "no" | "non" | "false" | "0" => Ok("no".to_owned()),
            _ => Err(wrong("flag")),
        },
        FieldKind::Person => fine(text.parse::<PersonId>().is_ok(), "person"),
        FieldKind::Unit => fine(text.parse::<ServiceId>().is_ok(), "unit"),
        FieldKind::Territory => fine(text.parse::<Territory>().is_ok(), "territory"),
        FieldKind::Reference(_) => {
            let text = text.to_ascii_uppercase();
            let shaped =
                text.len() <= 40 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            if shaped { Ok(text) } else { Err(wrong("reference")) }
        }
        FieldKind::Period => {
            let days = text.split_once('/').and_then(|(from, to)| Some((date(from.trim())?, date(to.trim())?)));
            match days {
                Some((from, to)) if from <= to => Ok(format!("{from}/{to}")),
                _ => Err(wrong("period")),
            }
        }
    }
}

/// Without control characters and outer blanks; line ends as `\n`, where lines are kept.
fn clean(typed: &str, lines: bool) -> String {
    let text = typed.replace("\r\n", "\n").replace('\r', "\n");
    let kept = text.chars().map(|c| if c == '\t' || (c == '\n' && !lines) { ' ' } else { c });
    kept.filter(|c| *c == '\n' || !c.is_control()).collect::<String>().trim().to_owned()
}

/// A number as people write it: blanks between thousands, point or comma.
fn number(field: &Field, text: &str, decimals: u8) -> Result<String, Refusal> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace() && *c != '€' && *c != '\u{202f}').collect();
    let bare = bare.replace(',', ".");
    let (sign, digits) = match bare.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", bare.as_str()),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let places = usize::from(decimals);
    let fine = !whole.is_empty() && plain(whole) && plain(part) && whole.len() <= 15 && part.len() <= places;
    let value = whole.parse::<i64>().ok().filter(|_| fine);
    let Some(value) = value else { return Err(Refusal::shape(field, "number").with("decimals", decimals)) };
    let rest = part.bytes().any(|b| b != b'0');
    let (low, high) =
        if sign.is_empty() { (value, value + i64::from(rest)) } else { (-value - i64::from(rest), -value) };
    if low < field.least || high > field.most {
        return Err(Refusal::shape(field, "bounds").with("least", field.least).with("most", field.most));
    }
    let sign = if value == 0 && !rest { "" } else { sign };
    let part =
        if field.kind == FieldKind::Money { format!("{part:0<2}") } else { part.trim_end_matches('0').to_owned() };
    Ok(if part.is_empty() { format!("{sign}{value}") } else { format!("{sign}{value}.{part}") })
}

/// `2026-01-14`, or `14/01/2026`.
fn date(text: &str) -> Option<Date> {
    let french = || {
        let mut parts = text.splitn(3, '/');
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
    };
    text.parse().ok().filter(|_| text.len() == 10).or_else(french)
}

/// An instant, or the time on the wall in Paris.
fn instant(text: &str) -> Option<Timestamp> {
    let wall =
        || text.replace(' ', "T").parse::<DateTime>().ok()?.to_zoned(Zone::Paris.zone()).ok().map(|at| at.timestamp());
    text.parse().ok().or_else(wall)
}

/// How a canonical text is shown: codes by their label, days and instants as people write them.
pub fn shown(register: &crate::Register, field: &Field, text: &str, t: Lang) -> String {
    let each = |item: &str| match field.kind {
        FieldKind::Choice(_) => words::choice(register, field, item, t),
        FieldKind::Code(list) => {
            beffroi_codes::list(list).map_or_else(|| item.to_owned(), |list| list.label(item, t.code()).to_owned())
        }
        FieldKind::Flag => t.say(if item == "yes" { "register-yes" } else { "register-no" }),
        FieldKind::Territory => told::place(t, item),
        FieldKind::Date => day(item, t),
        FieldKind::Instant => item.parse::<Timestamp>().map_or_else(|_| item.to_owned(), |at| shown_instant(at, t)),
        FieldKind::Period => match item.split_once('/') {
            Some((from, to)) => format!("{} – {}", day(from, t), day(to, t)),
            None => item.to_owned(),
        },
        FieldKind::Money => {
            item.parse().map_or_else(|_| item.to_owned(), |amount| format!("{}\u{a0}€", t.decimal(amount, 2)))
        }
        FieldKind::Number { .. } => item.replace('.', if t == Lang::Fr { "," } else { "." }),
        _ => item.to_owned(),
    };
    if field.many {
        return items(text).map(each).collect::<Vec<_>>().join(", ");
    }
    if text.is_empty() { String::new() } else { each(text) }
}

fn day(text: &str, t: Lang) -> String {
    text.parse().map_or_else(|_| text.to_owned(), |day| told::day(t, day))
}

fn shown_instant(at: Timestamp, t: Lang) -> String {
    let here = at.to_zoned(Zone::Paris.zone());
    here.strftime(if t == Lang::Fr { "%d/%m/%Y %H:%M" } else { "%Y-%m-%d %H:%M" }).to_string()
}
