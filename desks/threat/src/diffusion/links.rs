//! Links that acknowledge without an account: for one handover, until one instant, signed. What they open shows no
//! content; asking for the page acknowledges nothing, since scanners of mail ask for every address they find.

use beffroi_journal::DerivedKey;
use beffroi_ports::KeysError;
use beffroi_store::Store;
use jiff::Timestamp;

/// The use of the key.
const USE: &str = "diffusion/links";
/// Digits of the number of a handover.
const ID: usize = 32;
/// Bytes of the code in a link: 128 bits.
const CODE: usize = 16;

/// Makes links and reads them.
#[derive(Debug, Clone)]
pub struct Links(DerivedKey);

/// What a link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The number of the handover.
    pub handover: String,
    /// Until when it works.
    pub until: Timestamp,
}

/// Why a link does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkFault {
    /// It was not made here, or was altered.
    #[error("the link is not one of ours, or was cut")]
    Forged,
    /// Its time is over.
    #[error("the link has expired")]
    Expired,
}

impl Links {
    /// With the key of the house.
    ///
    /// # Errors
    /// [`KeysError`] when the key cannot be read.
    pub fn of(store: &Store) -> Result<Self, KeysError> {
        Ok(Self(store.keys().log_key()?.derive(USE)))
    }

    /// The last part of the address of a link.
    pub fn make(&self, link: &Link) -> String {
        let seconds = link.until.as_second();
        let code = self.0.mac(message(&link.handover, seconds).as_bytes());
        let code: String = code.iter().take(CODE).map(|byte| format!("{byte:02x}")).collect();
        format!("{}.{seconds}.{code}", link.handover)
    }

    /// What a link is for, at `now`.
    ///
    /// # Errors
    /// [`LinkFault`].
    pub fn read(&self, text: &str, now: Timestamp) -> Result<Link, LinkFault> {
        let parts: Vec<&str> = text.splitn(4, '.').collect();
        let [handover, seconds, code] = parts.as_slice() else { return Err(LinkFault::Forged) };
        let is_hex = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_hex(handover, ID) || !is_hex(code, CODE * 2) || seconds.len() > 15 {
            return Err(LinkFault::Forged);
        }
        let seconds: i64 = seconds.parse().map_err(|_| LinkFault::Forged)?;
        let until = Timestamp::from_second(seconds).map_err(|_| LinkFault::Forged)?;
        // The one text of a link: made again and compared, every byte of it.
        let link = Link { handover: (*handover).to_owned(), until };
        let expected = self.make(&link);
        let same = expected.len() == text.len()
            && expected.bytes().zip(text.bytes()).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0;
        match (same, now <= until) {
            (false, _) => Err(LinkFault::Forged),
            (true, false) => Err(LinkFault::Expired),
            (true, true) => Ok(link),
        }
    }
}

fn message(handover: &str, seconds: i64) -> String {
    format!("{handover}.{seconds}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_journal::LogKey;
    use proptest::prelude::*;

    fn links(seed: u8) -> Links {
        Links(LogKey::new("essai.example/journal", &[seed; 32]).unwrap().derive(USE))
    }

    fn link() -> Link {
        Link { handover: "0123456789abcdef0123456789abcdef".to_owned(), until: "2026-02-14T12:00:00Z".parse().unwrap() }
    }

    #[test]
    fn a_link_works_until_its_instant_and_for_its_handover() {
        let (links, now) = (links(1), "2026-02-14T12:00:00Z".parse().unwrap());
        let text = links.make(&link());
        assert_eq!(links.read(&text, now), Ok(link()));
        assert_eq!(links.read(&text, "2026-02-14T12:00:01Z".parse().unwrap()), Err(LinkFault::Expired));
        assert_eq!(super::tests::links(2).read(&text, now), Err(LinkFault::Forged));
        // Another handover, a later instant, upper case, a cut.
        for forged in [
            text.replacen("01", "02", 1),
            text.replace(".177", ".277"),
            text.to_uppercase(),
            text[..text.len() - 1].to_owned(),
            text.replace('.', "-"),
            String::new(),
        ] {
            assert_eq!(links.read(&forged, now), Err(LinkFault::Forged), "{forged}");
        }
    }

    proptest! {
        #[test]
        fn no_other_text_is_a_link(at in 0usize..76, with in any::<u8>(), any in ".{0,80}") {
            let (links, now) = (links(1), Timestamp::UNIX_EPOCH);
            let text = links.make(&link());
            let mut bytes = text.clone().into_bytes();
            let at = at % bytes.len();
            bytes[at] = with;
            if let Ok(bent) = String::from_utf8(bytes) && bent != text {
                prop_assert_eq!(links.read(&bent, now), Err(LinkFault::Forged));
            }
            prop_assert!(links.read(&any, now).is_err());
        }
    }
}
