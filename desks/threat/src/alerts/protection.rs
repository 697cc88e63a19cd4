//! What a flash may not show: small counts, and anything of a victim's.

use crate::alerts::{AlertContent, AlertError, ClassCount, PlaceCount, Spread};
use beffroi_model::ObservableKind;
use std::collections::BTreeMap;

/// Counts below this are not shown.
pub const SMALL: f64 = 5.0;

/// Counts by territory of which none is small, nor can be found by subtracting the others from the total: what is
/// hidden is at least two territories and sums to [`SMALL`] or more, or nothing.
pub(crate) fn spread(counts: &BTreeMap<String, f64>) -> Spread {
    let positive = counts.iter().filter(|(_, count)| **count > 0.0);
    let mut shown: Vec<PlaceCount> =
        positive.map(|(territory, count)| PlaceCount { territory: territory.clone(), count: *count }).collect();
    shown.sort_by(|a, b| b.count.total_cmp(&a.count).then(a.territory.cmp(&b.territory)));
    let n_hidden = hide(&mut shown, |place| place.count);
    Spread { shown, n_hidden }
}

/// The same over classes.
pub(crate) fn classes(mut counts: Vec<ClassCount>) -> Vec<ClassCount> {
    counts.retain(|class| class.count > 0.0);
    counts.sort_by(|a, b| b.count.total_cmp(&a.count).then(a.class.cmp(&b.class)));
    hide(&mut counts, |class| class.count);
    counts
}

/// Takes the small ones from the end of a list in descending order, then as many more as subtraction asks for.
fn hide<T>(shown: &mut Vec<T>, count: impl Fn(&T) -> f64) -> u64 {
    let (mut n_hidden, mut sum) = (0u64, 0.0);
    while let Some(last) = shown.last() {
        let is_small = count(last) < SMALL;
        let is_found_by_subtraction = n_hidden > 0 && (n_hidden < 2 || sum < SMALL);
        if !is_small && !is_found_by_subtraction {
            break;
        }
        sum += count(last);
        n_hidden += 1;
        shown.pop();
    }
    n_hidden
}

/// Refuses a flash whose texts hold a telephone number, an address or an account: technical elements have their own
/// place, where each is known to be an offender's.
pub(crate) fn check_texts(content: &AlertContent) -> Result<(), AlertError> {
    let notes = content.note.iter().flat_map(|note| [("note", &note.fr), ("note", &note.en)]);
    let reasons = content.changes.iter().filter_map(|change| Some(("change log", change.reason.as_ref()?)));
    for (place, text) in notes.chain(reasons) {
        if let Some(kind) = personal_data(text) {
            return Err(AlertError::VictimData { kind, place });
        }
    }
    Ok(())
}

/// The kind of personal data a text holds, if any.
pub(crate) fn personal_data(text: &str) -> Option<ObservableKind> {
    let refanged = beffroi_observables::refang(text);
    if refanged.split_whitespace().any(is_email) {
        return Some(ObservableKind::EmailAddr);
    }
    if holds_account(&refanged) {
        return Some(ObservableKind::Iban);
    }
    holds_phone(&refanged).then_some(ObservableKind::PhoneNumber)
}

fn is_email(word: &str) -> bool {
    word.split_once('@').is_some_and(|(local, domain)| {
        local.ends_with(char::is_alphanumeric) && domain.starts_with(char::is_alphanumeric) && domain.contains('.')
    })
}

/// Whether the letters and digits of the text, whatever separates them, hold an account whose check holds.
fn holds_account(text: &str) -> bool {
    let compact: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    (0..compact.len()).any(|start| {
        let starts_like_one = compact.get(start..start + 4).is_some_and(|head| {
            let (country, check) = head.split_at(2);
            country.bytes().all(|b| b.is_ascii_alphabetic()) && check.bytes().all(|b| b.is_ascii_digit())
        });
        starts_like_one
            && (15..=34).any(|length| {
                compact
                    .get(start..start + length)
                    .is_some_and(|candidate| beffroi_observables::canonical(ObservableKind::Iban, candidate).is_ok())
            })
    })
}

/// Whether a run of digits and separators is a telephone number.
fn holds_phone(text: &str) -> bool {
    let separator = |c: char| c.is_whitespace() || matches!(c, '.' | '-' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}');
    let is_part = |c: char| c.is_ascii_digit() || c == '+' || separator(c);
    text.split(|c| !is_part(c)).any(|run| {
        let compact: String = run.chars().filter(|c| !separator(*c)).collect();
        let numbers: Vec<&str> = compact.split('+').collect();
        let is_phone = |number: &str, plus: bool| {
            let digits = number.len();
            let written = if plus { format!("+{number}") } else { number.to_owned() };
            (9..=15).contains(&digits)
                && (plus || number.starts_with('0'))
                && beffroi_observables::canonical(ObservableKind::PhoneNumber, &written).is_ok()
        };
        numbers.iter().enumerate().any(|(n, number)| is_phone(number, n > 0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counts(values: &[f64]) -> BTreeMap<String, f64> {
        values.iter().enumerate().map(|(n, count)| (format!("{:02}", n + 1), *count)).collect()
    }

    #[test]
    fn a_small_count_is_hidden_with_another() {
        let spread = spread(&counts(&[40.0, 12.0, 7.0, 2.0]));
        let shown: Vec<f64> = spread.shown.iter().map(|place| place.count).collect();
        assert_eq!((shown, spread.n_hidden), (vec![40.0, 12.0], 2));
        // Enough is hidden already.
        assert_eq!(super::spread(&counts(&[40.0, 4.0, 2.0])).n_hidden, 2);
        assert_eq!(super::spread(&counts(&[40.0, 2.0, 1.0])).n_hidden, 3);
        assert_eq!(super::spread(&counts(&[40.0, 20.0])).n_hidden, 0);
    }

    #[test]
    fn personal_data_is_seen_however_written() {
        for (text, kind) in [
            ("rappeler le 06 39 98 12 34 ce soir", ObservableKind::PhoneNumber),
            ("+33 6.39.98.12.34", ObservableKind::PhoneNumber),
            ("écrire à jean.dupont@mail.example", ObservableKind::EmailAddr),
            ("jean.dupont[@]mail[.]example", ObservableKind::EmailAddr),
            ("compte FR14 2004 1010 0505 0001 3M02 606 du plaignant", ObservableKind::Iban),
        ] {
            assert_eq!(personal_data(text), Some(kind), "{text}");
        }
        for text in
            ["41 plaintes en semaine 51 de 2025, contre 12 en 2024", "FLASH-2025-001 du 24/12/2025", "3 018 @ 5"]
        {
            assert_eq!(personal_data(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_small_is_shown_nor_found_by_subtraction(values in prop::collection::vec(0u8..30, 0..12)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let spread = spread(&counts(&values));
            prop_assert!(spread.shown.iter().all(|place| place.count >= SMALL));
            let hidden = values.iter().sum::<f64>() - spread.shown.iter().map(|place| place.count).sum::<f64>();
            let all_hidden = spread.shown.is_empty();
            prop_assert!(spread.n_hidden == 0 || all_hidden || (spread.n_hidden >= 2 && hidden >= SMALL));
        }

        #[test]
        fn no_text_panics(text in ".{0,60}") {
            let _ = personal_data(&text);
        }
    }
}
