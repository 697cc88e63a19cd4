//! What a text holds of a person, or of a machine: numbers, addresses, accounts, cards, names behind a civility.
//!
//! A bare name passes: no list of names is kept here.

use crate::{canonical, has_listed_suffix, refang, registrable_domain};
use beffroi_model::ObservableKind;
use std::fmt;

/// What was found of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Personal {
    /// An e-mail address.
    EmailAddress,
    /// A bank account.
    BankAccount,
    /// A telephone number.
    PhoneNumber,
    /// A payment card.
    PaymentCard,
    /// A number of the social security.
    SocialSecurity,
    /// A name behind a civility.
    Name,
    /// A postal address.
    PostalAddress,
}

impl Personal {
    /// As errors name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::EmailAddress => "e-mail address",
            Self::BankAccount => "bank account",
            Self::PhoneNumber => "telephone number",
            Self::PaymentCard => "payment card number",
            Self::SocialSecurity => "social security number",
            Self::Name => "name of a person",
            Self::PostalAddress => "postal address",
        }
    }
}

impl fmt::Display for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The kind of personal data a text holds, if any.
pub fn personal_data(text: &str) -> Option<Personal> {
    personal_found(text).next()
}

/// Whether a text holds one of a kind.
type Search = fn(&str) -> bool;

/// Every kind of personal data a text holds.
pub fn personal_found(text: &str) -> impl Iterator<Item = Personal> {
    let text = refang(text);
    let searches: [(Personal, Search); 7] = [
        (Personal::EmailAddress, |text| text.split_whitespace().any(is_email)),
        (Personal::BankAccount, holds_account),
        (Personal::SocialSecurity, |text| digits(text).iter().any(|run| is_social_security(run))),
        (Personal::PaymentCard, |text| digits(text).iter().any(|run| is_card(run))),
        (Personal::PhoneNumber, holds_phone),
        (Personal::Name, holds_name),
        (Personal::PostalAddress, holds_address),
    ];
    searches.into_iter().filter_map(move |(kind, holds)| holds(&text).then_some(kind))
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
                    .is_some_and(|candidate| canonical(ObservableKind::Iban, candidate).is_ok())
            })
    })
}

fn separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '-' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}')
}

/// The runs of digits of a text, without what separates them.
fn digits(text: &str) -> Vec<String> {
    let runs = text.split(|c: char| !c.is_ascii_digit() && !separator(c));
    runs.map(|run| run.chars().filter(char::is_ascii_digit).collect()).collect()
}

/// Whether a run of digits and separators is a telephone number.
fn holds_phone(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || c == '+' || separator(c);
    text.split(|c| !is_part(c)).any(|run| {
        let compact: String = run.chars().filter(|c| !separator(*c)).collect();
        let numbers: Vec<&str> = compact.split('+').collect();
        let is_phone = |number: &str, plus: bool| {
            let digits = number.len();
            let written = if plus { format!("+{number}") } else { number.to_owned() };
            (9..=15).contains(&digits)
                && (plus || number.starts_with('0'))
                && canonical(ObservableKind::PhoneNumber, &written).is_ok()
        };
        numbers.iter().enumerate().any(|(n, number)| is_phone(number, n > 0))
    })
}

/// Thirteen to nineteen digits whose check holds (ISO/IEC 7812-1, annex B).
fn is_card(run: &str) -> bool {
    let sum: u32 = run
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    (13..=19).contains(&run.len()) && sum.is_multiple_of(10) && run.bytes().any(|digit| digit != b'0')
}

/// Thirteen digits and a key that makes them a multiple of 97 (French number of registration, *NIR*); Corsica's letters
/// are left to the other searches.
fn is_social_security(run: &str) -> bool {
    let (Some(number), Some(key)) = (run.get(..13), run.get(13..)) else { return false };
    let (Ok(number), Ok(key)) = (number.parse::<u64>(), key.parse::<u64>()) else { return false };
    run.len() == 15 && matches!(run.as_bytes().first(), Some(b'1' | b'2')) && 97 - number % 97 == key
}

/// A civility and a word with a capital behind it, or the word *victim* and two of them.
fn holds_name(text: &str) -> bool {
    const CIVILITIES: [&str; 13] =
        ["m.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "mme", "mmes", "mlle", "monsieur", "madame", "mademoiselle"];
    // Signs that stand alone are no words.
    let words: Vec<&str> = text.split_whitespace().filter(|w| w.contains(char::is_alphanumeric)).collect();
    let is_name = |word: Option<&&str>| {
        word.is_some_and(|word| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            word.starts_with(char::is_uppercase) && word.chars().count() > 1
        })
    };
    let is_full = |at: usize| is_name(words.get(at + 1)) && is_name(words.get(at + 2));
    words.iter().enumerate().any(|(at, word)| {
        let plain = word.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let bare = plain.trim_end_matches(|c: char| !c.is_alphanumeric());
        let says_victim = ["victime", "victim", "plaignant", "plaignante", "complainant"].contains(&bare);
        (CIVILITIES.contains(&plain.as_str()) && is_name(words.get(at + 1))) || (says_victim && is_full(at))
    })
}

/// A number and a kind of street behind it.
fn holds_address(text: &str) -> bool {
    const STREETS: [&str; 12] =
        ["rue", "avenue", "boulevard", "bd", "impasse", "allée", "chemin", "quai", "place", "square", "street", "road"];
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().enumerate().any(|(at, word)| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let number = !word.is_empty() && word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
        let street = |at: usize| {
            let next = words.get(at).map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
            next.is_some_and(|next| STREETS.contains(&next.as_str()))
        };
        let repeated = ["bis", "ter", "quater"].iter().any(|r| words.get(at + 1).is_some_and(|w| w.starts_with(r)));
        number && (street(at + 1) || (repeated && street(at + 2)))
    })
}

/// Whether a text holds a web address, a domain or an address of a machine, defanged or not.
pub fn holds_indicator(text: &str) -> bool {
    text.split_whitespace().any(|written| {
        let word = refang(written);
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.contains("://")
            || (word != written && bare.contains('.'))
            || canonical(ObservableKind::Ipv4Addr, bare).is_ok()
            || (bare.contains("::") && canonical(ObservableKind::Ipv6Addr, bare).is_ok())
            || is_domain(bare)
    })
}

/// A word that is a domain under a listed suffix.
fn is_domain(word: &str) -> bool {
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or(word);
    // A sentence that begins without a space (`fin.Début`) has a capital where a domain has none.
    let plain = !host.chars().any(char::is_uppercase);
    let canonical = canonical(ObservableKind::DomainName, host).ok();
    plain && canonical.is_some_and(|name| has_listed_suffix(&name) && registrable_domain(&name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn personal_data_is_seen_however_written() {
        for (text, kind) in [
            ("rappeler le 06 39 98 12 34 ce soir", Personal::PhoneNumber),
            ("+33 6.39.98.12.34", Personal::PhoneNumber),
            ("écrire à jean.dupont@mail.example", Personal::EmailAddress),
            ("jean.dupont[@]mail[.]example", Personal::EmailAddress),
            ("compte FR14 2004 1010 0505 0001 3M02 606 du plaignant", Personal::BankAccount),
            ("carte 4111 1111 1111 1111", Personal::PaymentCard),
            ("NIR 1 84 12 76 451 089 46", Personal::SocialSecurity),
            ("la victime, Mme Durand, a payé", Personal::Name),
            ("M. Martin", Personal::Name),
            ("victime : Jeanne Martin", Personal::Name),
            ("au 12 bis rue des Lilas", Personal::PostalAddress),
        ] {
            assert_eq!(personal_data(text), Some(kind), "{text}");
        }
        for text in [
            "41 plaintes en semaine 51 de 2025, contre 12 en 2024",
            "FLASH-2025-001 du 24/12/2025",
            "3 018 @ 5",
            "Les victimes sont des particuliers ; la victime paie par carte",
            "12 places fortes, 3 rues",
            "un montant de 1 234 567 890 123 euros",
        ] {
            assert_eq!(personal_data(text), None, "{text}");
        }
    }

    #[test]
    fn raw_indicators_are_seen_and_sentences_are_not() {
        for text in [
            "voir https://faux.example/x",
            "hxxps[://]faux[.]example",
            "le domaine banque-alerte[.]example,",
            "192.0.2.7",
            "(192[.]0[.]2[.]7)",
            "2001:db8::1",
            "site colis-livraison.com/suivi",
        ] {
            assert!(holds_indicator(text), "{text}");
        }
        for text in ["La hausse dure.Elle continue", "à 10:30", "version 1.2", "etc.", "n° 1.234,50 €", "M. X", "p.ex."]
        {
            assert!(!holds_indicator(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,60}") {
            let _ = personal_data(&text);
            let _ = holds_indicator(&text);
        }
    }
}
