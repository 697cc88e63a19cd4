//! What identifies a person in a free text: a mailbox, a telephone number, an account, a social security number, a day of
//! birth. Told by kind, never repeated.

use crate::fold::fold;
use beffroi_model::ObservableKind;
use beffroi_observables::canonical;
use jiff::civil::Date;

/// Whoever is younger files no complaint alone: a later day in a text is that of something else.
const YEARS: i16 = 13;

/// What is found first, as a phrase; nothing in an ordinary text.
pub(crate) fn found(text: &str, today: Date) -> Option<&'static str> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits < 6 && !text.contains('@') {
        return None;
    }
    if text.split(|c: char| c.is_whitespace() || ",;<>()[]\"'«»".contains(c)).any(mailbox) {
        return Some("a mailbox");
    }
    if digits < 6 {
        return None;
    }
    if birth(text, today) {
        return Some("what reads as a day of birth");
    }
    runs(text).find_map(|run| {
        let plain: String = run.chars().filter(char::is_ascii_alphanumeric).collect();
        if social_security(&plain) {
            Some("what reads as a social security number")
        } else if account(&plain) {
            Some("an account number (IBAN)")
        } else if telephone(run, &plain) {
            Some("a telephone number")
        } else {
            None
        }
    })
}

fn mailbox(word: &str) -> bool {
    let word = word.trim_matches(|c: char| ".:!?".contains(c));
    word.contains('@') && canonical(ObservableKind::EmailAddr, word).is_ok()
}

/// Runs of digits, with what may group them; an account begins with two letters.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let joins =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '+' | '(' | ')');
    let words = text.split(move |c: char| !joins(c));
    words
        .flat_map(|part| {
            // From each word that begins with a digit, a plus or two capitals, to the last word with a digit in it.
            let starts = part.char_indices().filter(|(at, c)| {
                let before = part.get(..*at).and_then(|head| head.chars().next_back());
                let begins = before.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '+');
                begins && (c.is_ascii_digit() || *c == '+' || c.is_ascii_alphabetic())
            });
            starts.filter_map(|(at, _)| part.get(at..)).map(|rest| {
                let mut end = 0;
                for (at, word) in rest.split([' ', '\u{a0}', '\u{202f}']).scan(0, |at, word| {
                    let start = *at;
                    *at += word.len()
                        + rest.get(start + word.len()..).and_then(|r| r.chars().next()).map_or(0, char::len_utf8);
                    Some((start, word))
                }) {
                    let numeric = word.chars().any(|c| c.is_ascii_digit())
                        && word.chars().filter(char::is_ascii_alphabetic).count() <= 4;
                    if !numeric {
                        break;
                    }
                    end = at + word.len();
                }
                rest.get(..end).unwrap_or_default()
            })
        })
        .filter(|run| run.len() >= 9)
}

/// Thirteen digits and a key (arrêté of 27 November 1973): sex, year, month, department, commune, order; Corsica has a letter.
fn social_security(plain: &str) -> bool {
    let plain = plain.to_ascii_uppercase();
    let number = plain.replacen("2A", "19", 1);
    let number = if number == plain { plain.replacen("2B", "18", 1) } else { number };
    if !matches!(number.len(), 13 | 15) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let month: Option<u8> = number.get(3..5).and_then(|text| text.parse().ok());
    let sound = number.starts_with(['1', '2'])
        && month.is_some_and(|month| (1..=12).contains(&month) || (20..=42).contains(&month));
    let key = number.get(13..).filter(|key| !key.is_empty()).map(|key| key.parse::<u64>().ok());
    let body: Option<u64> = number.get(..13).and_then(|text| text.parse().ok());
    sound
        && match (body, key) {
            (Some(body), Some(Some(key))) => 97 - body % 97 == key,
            (Some(_), None) => true,
            _ => false,
        }
}

fn account(plain: &str) -> bool {
    (15..=34).any(|length| {
        plain.get(..length).is_some_and(|text| {
            text.starts_with(|c: char| c.is_ascii_alphabetic()) && canonical(ObservableKind::Iban, text).is_ok()
        })
    })
}

/// A French number as it is dialled, or any with its country code.
fn telephone(run: &str, plain: &str) -> bool {
    let digits = plain.bytes().all(|byte| byte.is_ascii_digit());
    let abroad = run.starts_with('+') && (9..=15).contains(&plain.len());
    let french = plain.len() == 10 && plain.starts_with('0') && !plain.starts_with("00");
    digits && (abroad || french) && canonical(ObservableKind::PhoneNumber, run).is_ok()
}

/// A day that is said to be of birth, or that lies a childhood back.
fn birth(text: &str, today: Date) -> bool {
    let folded = fold(text);
    let said = folded
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "ne" | "nee" | "naissance" | "naiss" | "born" | "birth" | "dob" | "ddn"));
    days(text).any(|year| (1900..=today.year()).contains(&year) && (said || year <= today.year() - YEARS))
}

/// The years of the whole days written in a text: `31/12/1985`, `31-12-1985`, `1985-12-31`.
fn days(text: &str) -> impl Iterator<Item = i16> {
    text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '/' | '-' | '.')).filter_map(|word| {
        let parts: Vec<&str> = word.trim_matches(['/', '-', '.']).split(['/', '-', '.']).collect();
        let [a, b, c] = parts.as_slice() else { return None };
        let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, b, a) };
        if year.len() != 4 || month.len() > 2 || day.len() > 2 {
            return None;
        }
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok().map(Date::year)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TODAY: Date = Date::constant(2026, 11, 30);

    #[test]
    fn what_identifies_a_person_is_found() {
        for (text, expected) in [
            ("écrire à jean.exemple@example.fr.", "a mailbox"),
            ("rappeler le 01 99 00 12 34 ce soir", "a telephone number"),
            ("tel.0199001234", "a telephone number"),
            ("+33 (0)6 39 98 00 00", "a telephone number"),
            ("compte FR14 2004 1010 0505 0001 3M02 606 ouvert", "an account number (IBAN)"),
            ("FR1420041010050500013M02606", "an account number (IBAN)"),
            ("NIR 1 84 12 76 451 089 46", "what reads as a social security number"),
            ("2840576451089", "what reads as a social security number"),
            ("Mme X, née le 31/12/2015", "what reads as a day of birth"),
            ("X 1985-12-31", "what reads as a day of birth"),
        ] {
            assert_eq!(found(text, TODAY), Some(expected), "{text}");
        }
    }

    #[test]
    fn ordinary_texts_pass() {
        for text in [
            "lockbit 3.0",
            "CVE-2024-123456",
            "Escroqueries | Taux pour 1000 habitants",
            "opération du 12/03/2024",
            "@groupe",
            "1 234 567 890",
            "infractions 2016-2024",
            "SIREN 123 456 789",
            "rançongiciel",
            "",
        ] {
            assert_eq!(found(text, TODAY), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[A-Za-z0-9@+. /\\-é\u{202f}]{0,60}") {
            let _ = found(&text, TODAY);
        }
    }
}
