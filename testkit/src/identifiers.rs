//! Numbers, accounts and addresses that belong to nobody.
//!
//! - Telephone: the blocks ARCEP reserves for audiovisual works (`tables/reserved_phones.csv`), 60 000 numbers. Each number of an
//!   author is given once, so that whatever two reports share was planted; victims share what is left.
//! - Domains: under `.example`, reserved by RFC 2606. E-mail addresses: at such domains.
//! - Accounts: French IBANs whose two checks hold (ISO 13616 modulo 97, and the national key) under bank code 00000, which no
//!   bank holds: software that checks them accepts them, and no account answers to them.

use crate::generate::GenerateError;
use crate::random::Random;
use crate::tables;
use serde::Deserialize;

#[derive(Deserialize)]
struct Block {
    e164_prefix: String,
}

/// Numbers kept for authors outside series, once each.
const BACKGROUND_PHONES: usize = 30_000;
/// Numbers kept for planted series and hubs.
const PLANTED_PHONES: usize = 6_000;

/// Gives out telephone numbers in E.164.
pub(crate) struct Phones {
    planted: Vec<String>,
    background: Vec<String>,
    victims: Vec<String>,
    /// Per mille of the phone-bearing reports that get a number, so that the reserved blocks are enough.
    thinning: u64,
}

impl Phones {
    /// Deals the reserved numbers for about `reports` reports.
    pub(crate) fn new(reports: u64, random: &mut Random) -> Result<Self, GenerateError> {
        let mut all = Vec::new();
        for block in tables::rows::<Block>("reserved_phones.csv", include_str!("../tables/reserved_phones.csv"))? {
            all.extend((0..10_000).map(|n| format!("{}{n:04}", block.e164_prefix)));
        }
        random.shuffle(&mut all);
        let victims = all.split_off((PLANTED_PHONES + BACKGROUND_PHONES).min(all.len()));
        let background = all.split_off(PLANTED_PHONES.min(all.len()));
        // About a fifth of reports would name a number.
        let wanted = reports / 5 + 1;
        let thinning = (1000 * u64::try_from(background.len()).unwrap_or(0) / wanted).min(1000);
        Ok(Self { planted: all, background, victims, thinning })
    }

    /// A number for a series or a hub, given once.
    pub(crate) fn planted(&mut self) -> Option<String> {
        self.planted.pop()
    }

    /// A number for one report alone, or nothing when the blocks run out.
    pub(crate) fn background(&mut self, random: &mut Random) -> Option<String> {
        if random.chance(self.thinning) { self.background.pop() } else { None }
    }

    /// A victim's number; several victims may share it.
    pub(crate) fn victim(&self, random: &mut Random) -> Option<String> {
        let idx = usize::try_from(random.below(u64::try_from(self.victims.len()).unwrap_or(0))).unwrap_or(0);
        self.victims.get(idx).cloned()
    }
}

const FIRST: [&str; 24] = [
    "achat", "alpha", "argent", "atelier", "bazar", "boutik", "brio", "capital", "clair", "colis", "comptoir",
    "direct", "eco", "espace", "flash", "grand", "hexa", "livra", "mega", "nova", "open", "prima", "secur", "smart",
];
const SECOND: [&str; 24] = [
    "conseil",
    "credit",
    "deco",
    "finance",
    "futur",
    "garantie",
    "habitat",
    "invest",
    "jardin",
    "loisir",
    "market",
    "mobile",
    "moto",
    "outil",
    "paiement",
    "patrimoine",
    "placement",
    "promo",
    "relais",
    "service",
    "solde",
    "suivi",
    "trade",
    "vente",
];
const MAILBOX: [&str; 8] = ["accueil", "commande", "compta", "contact", "dossier", "info", "service", "support"];

/// Makes domains, addresses and accounts, each once.
#[derive(Default)]
pub(crate) struct Names {
    serial: u64,
}

impl Names {
    fn next(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// A domain name.
    pub(crate) fn domain(&mut self, random: &mut Random) -> String {
        let first = random.one_of(&FIRST).unwrap_or("nova");
        let second = random.one_of(&SECOND).unwrap_or("promo");
        format!("{first}-{second}-{}.example", self.next())
    }

    /// An e-mail address at a domain of its own.
    pub(crate) fn email(&mut self, random: &mut Random) -> String {
        let mailbox = random.one_of(&MAILBOX).unwrap_or("contact");
        format!("{mailbox}@{}", self.domain(random))
    }

    /// An e-mail address of its own at `host`.
    pub(crate) fn email_at(&mut self, host: &str, random: &mut Random) -> String {
        let mailbox = random.one_of(&MAILBOX).unwrap_or("contact");
        format!("{mailbox}{}@{host}", self.next())
    }

    /// An account.
    pub(crate) fn iban(&mut self) -> String {
        iban(self.next())
    }
}

/// French IBAN of account `account` under bank 00000, branch 00000.
fn iban(account: u64) -> String {
    // National key: 97 less (89 bank + 15 branch + 3 account) modulo 97; bank and branch are 0.
    let account = account % 100_000_000_000;
    let key = 97 - (3 * account) % 97;
    // ISO 13616: the number with FR (15 27) and 00 behind it, modulo 97.
    let bban = u128::from(account) * 100 + u128::from(key);
    let check = 98 - (bban * 1_000_000 + 152_700) % 97;
    format!("FR{check:02}0000000000{account:011}{key:02}")
}

/// A canonical number as people write it.
pub(crate) fn written_phone(e164: &str, random: &mut Random) -> String {
    let national: String = std::iter::once('0').chain(e164.chars().skip(3)).collect();
    match random.below(10) {
        0..=4 => grouped(&national, 2),
        5..=7 => national,
        _ => e164.to_owned(),
    }
}

/// An account as people write it.
pub(crate) fn written_iban(iban: &str, random: &mut Random) -> String {
    if random.chance(400) { grouped(iban, 4) } else { iban.to_owned() }
}

/// A domain or address as people write it: now and then in capitals.
pub(crate) fn written_name(name: &str, random: &mut Random) -> String {
    if random.chance(40) { name.to_ascii_uppercase() } else { name.to_owned() }
}

fn grouped(text: &str, size: usize) -> String {
    let mut out = String::with_capacity(text.len() * 3 / 2);
    for (idx, c) in text.chars().enumerate() {
        if idx > 0 && idx % size == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// ISO 13616: first four characters to the end, letters to numbers, modulo 97 is 1.
    pub(crate) fn iban_holds(iban: &str) -> bool {
        let turned = format!("{}{}", &iban[4..], &iban[..4]);
        let mut rest = 0u32;
        for c in turned.chars() {
            for digit in c.to_digit(36).unwrap().to_string().chars() {
                rest = (rest * 10 + digit.to_digit(10).unwrap()) % 97;
            }
        }
        rest == 1
    }

    #[test]
    fn accounts_check_and_belong_to_no_bank() {
        // Worked example of ISO 13616 for France, to trust the test itself.
        assert!(iban_holds("FR1420041010050500013M02606"));
        for account in [1, 2, 96, 97, 98, 12_345, 99_999_999_999] {
            let iban = iban(account);
            assert_eq!(iban.len(), 27);
            assert!(iban_holds(&iban), "{iban}");
            assert_eq!(&iban[4..14], "0000000000");
        }
    }

    #[test]
    fn the_national_key_holds() {
        // (89 b + 15 g + 3 c + key) modulo 97 is 0.
        let text = iban(12_345);
        let account: u64 = text[14..25].parse().unwrap();
        let key: u64 = text[25..].parse().unwrap();
        assert_eq!((3 * account + key) % 97, 0);
    }

    #[test]
    fn an_authors_number_is_given_once() {
        let mut random = Random::new(1, 1);
        let mut phones = Phones::new(1000, &mut random).unwrap();
        let mut seen = BTreeSet::new();
        while let Some(phone) = phones.background(&mut random) {
            assert!(seen.insert(phone));
        }
        assert_eq!(seen.len(), BACKGROUND_PHONES);
        assert!(phones.planted().is_some_and(|phone| !seen.contains(&phone)));
        assert!(phones.victim(&mut random).is_some_and(|phone| !seen.contains(&phone)));
    }

    #[test]
    fn people_write_numbers_in_many_ways() {
        let mut random = Random::new(1, 1);
        let ways: BTreeSet<String> = (0..100).map(|_| written_phone("+33639981234", &mut random)).collect();
        assert_eq!(ways.into_iter().collect::<Vec<_>>(), ["+33639981234", "06 39 98 12 34", "0639981234"]);
        assert_eq!(grouped("FR7600001", 4), "FR76 0000 1");
    }
}
