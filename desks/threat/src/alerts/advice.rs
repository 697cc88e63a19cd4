//! What to do and what is known, by family of phenomena: a table of keys of the wording.

use crate::alerts::Note;
use beffroi_wording::Lang;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// To whom a piece of advice goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recipient {
    /// Units that take complaints.
    Units,
    /// Investigators.
    Investigators,
    /// Prevention officers.
    Prevention,
    /// IT services.
    It,
}

impl Recipient {
    /// Every recipient, in the order of a flash.
    pub const ALL: [Self; 4] = [Self::Units, Self::Investigators, Self::Prevention, Self::It];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Investigators => "investigators",
            Self::Prevention => "prevention",
            Self::It => "it",
        }
    }

    /// The key of its name.
    pub fn key(self) -> String {
        format!("flash-to-{}", self.code())
    }
}

/// What one recipient is asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// Who.
    pub recipient: Recipient,
    /// What, as a key of the wording.
    pub key: String,
    /// What the author asks instead.
    #[serde(default)]
    pub own: Option<Note>,
}

impl Advice {
    /// What is asked, in a language.
    pub fn said(&self, lang: Lang) -> String {
        self.own.as_ref().map_or_else(|| lang.say(&self.key), |own| own.said(lang).to_owned())
    }
}

/// A family: its phenomena, how many steps are told of it, who is asked to act.
struct Family {
    name: &'static str,
    phenomena: &'static [&'static str],
    n_steps: usize,
    recipients: &'static [Recipient],
}

use Recipient::{Investigators, It, Prevention, Units};

const FAMILIES: [Family; 7] = [
    Family {
        name: "shop",
        phenomena: &["fake_shop", "card_fraud", "piracy"],
        n_steps: 3,
        recipients: &[Units, Investigators, Prevention, It],
    },
    Family {
        name: "contact",
        phenomena: &["fake_bank_adviser", "romance", "investment", "bec"],
        n_steps: 3,
        recipients: &[Units, Investigators, Prevention],
    },
    Family {
        name: "account",
        phenomena: &["phishing", "account_takeover", "identity_theft"],
        n_steps: 3,
        recipients: &[Units, Investigators, Prevention, It],
    },
    Family {
        name: "system",
        phenomena: &["ransomware", "intrusion", "data_theft", "ddos", "defacement", "malware_supply"],
        n_steps: 3,
        recipients: &[Units, Investigators, Prevention, It],
    },
    Family {
        name: "extortion",
        phenomena: &["sextortion", "threats", "harassment", "intimate_images"],
        n_steps: 3,
        recipients: &[Units, Investigators, Prevention],
    },
    Family {
        name: "content",
        phenomena: &["csam", "grooming", "hate", "terrorism_online"],
        n_steps: 2,
        recipients: &[Units, Investigators, Prevention],
    },
    OTHER,
];

/// What a phenomenon of no other family gets.
const OTHER: Family = Family {
    name: "other",
    phenomena: &["illegal_market", "laundering", "data_law"],
    n_steps: 1,
    recipients: &[Units, Investigators, Prevention],
};

fn family(phenomenon: &str) -> &'static Family {
    const LAST: &Family = &OTHER;
    FAMILIES.iter().find(|family| family.phenomena.contains(&phenomenon)).unwrap_or(LAST)
}

/// What is asked of each recipient for a phenomenon.
pub(crate) fn advice(phenomenon: &str) -> Vec<Advice> {
    let family = family(phenomenon);
    let key = |recipient: Recipient| format!("flash-do-{}-{}", family.name, recipient.code());
    let each = |recipient: &Recipient| Advice { recipient: *recipient, key: key(*recipient), own: None };
    family.recipients.iter().map(each).collect()
}

/// The steps of the known phenomenon, as keys of the wording.
pub(crate) fn steps(phenomenon: &str) -> Vec<String> {
    let family = family(phenomenon);
    (1..=family.n_steps).map(|n| format!("flash-how-{}-{n}", family.name)).collect()
}

/// The techniques of a phenomenon in the catalogues of attacks and of frauds, as list and code: what the crosswalks of
/// the house link on `day`.
pub(crate) fn techniques(phenomenon: &str, day: Date) -> Vec<(&'static str, String)> {
    let lists = ["attack", "f3"];
    let linked = |list: &'static str| {
        let links = beffroi_codes::crosswalk("phenomena", list).into_iter();
        links.flat_map(move |crosswalk| crosswalk.links_of(phenomenon, day).map(move |link| (list, link.to.clone())))
    };
    lists.into_iter().flat_map(linked).collect()
}

/// A code of the nomenclature of offences under which a phenomenon may be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Natinf {
    /// The code.
    pub(crate) code: String,
    /// Whether somebody entitled to has checked both the code and that it is of this phenomenon.
    pub(crate) verified: bool,
}

/// The codes of offences of a phenomenon, as the crosswalk of the house links them on `day`; none where it links none.
pub(crate) fn natinf(phenomenon: &str, day: Date) -> Vec<Natinf> {
    let Some(crosswalk) = beffroi_codes::crosswalk("phenomena", NATINF) else { return Vec::new() };
    let list = beffroi_codes::list(NATINF);
    let told = |link: &beffroi_codes::Link| {
        let is_verified = list.and_then(|list| list.code(&link.to)).is_some_and(|code| code.verified);
        Natinf { code: link.to.clone(), verified: link.verified && is_verified }
    };
    crosswalk.links_of(phenomenon, day).map(told).collect()
}

/// The list of the codes of offences that phenomena name.
const NATINF: &str = "natinf_excerpt";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_offences_are_those_of_the_crosswalk_and_say_whether_they_were_checked() {
        let day = jiff::civil::date(2026, 11, 1);
        let fraud = natinf("fake_bank_adviser", day);
        assert_eq!(fraud, [Natinf { code: "7875".to_owned(), verified: false }], "the link was not checked");
        assert!(natinf("ddos", day).is_empty() && natinf("never heard of", day).is_empty());
        let list = beffroi_codes::list(NATINF).unwrap();
        let phenomena = beffroi_codes::list("phenomena").unwrap();
        for code in phenomena.every_code() {
            assert!(natinf(&code.code, day).iter().all(|natinf| list.code(&natinf.code).is_some()), "{}", code.code);
        }
    }

    #[test]
    fn every_phenomenon_has_one_family_and_every_key_its_words() {
        let list = beffroi_codes::list("phenomena").unwrap();
        for code in list.every_code() {
            let n = FAMILIES.iter().filter(|family| family.phenomena.contains(&code.code.as_str())).count();
            assert_eq!(n, 1, "{}", code.code);
        }
        let phenomena = FAMILIES.iter().flat_map(|family| family.phenomena);
        for phenomenon in phenomena {
            assert!(list.code(phenomenon).is_some(), "{phenomenon} is in no list");
            let keys = advice(phenomenon).into_iter().flat_map(|a| [a.key, a.recipient.key()]).chain(steps(phenomenon));
            for key in keys {
                assert!(Lang::ALL.iter().all(|lang| lang.knows(&key)), "{key}");
            }
        }
        assert_eq!(steps("never heard of"), ["flash-how-other-1"]);
    }
}
