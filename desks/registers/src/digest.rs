//! The letter of one's day: what a person has to do, by mail, for whoever asked for it.
//!
//! A person chooses how often, from which hour, and the address; nobody else does, and nobody by default. A job queues
//! the letters of the day, one row for each person and day; a worker makes each letter when it is handed over, of what is
//! open to the person at that moment, and settles it. The number of a letter is made of person and day, and so is its
//! Message-ID:
//!
//! | what happens | what it costs |
//! | --- | --- |
//! | the program is killed | the letter being handed over may go twice, under the same Message-ID; none is lost |
//! | no server runs on a day | that day's letter: the next one says what is still open |

mod letter;
mod worker;

pub use letter::{Brief, preview};
pub use worker::{Mailing, Pass, Recovered, bounced, deliver, recover};

use crate::RegisterError;
use beffroi_clocks::{Calendar, Zone};
use beffroi_model::Marking;
use beffroi_ports::{KeysError, PostError};
use beffroi_store::{By, DigestWish, Store, StoreError};
use beffroi_wording::Lang;
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};
use sha2::{Digest as _, Sha256};

/// The hours in France from which a letter may be wished.
pub const HOURS: [i8; 4] = [6, 7, 8, 9];
/// Domains that reach nobody (RFC 2606, 2 and 3; RFC 6761).
const RESERVED: [&str; 7] = ["example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"];

/// What a deployment says of these letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestSettings {
    /// Where readers reach the pages: `https://beffroi.example`, without a slash at the end.
    pub address: String,
    /// The highest marking of what a letter may name; above it a letter only counts.
    pub mail_ceiling: Marking,
    /// The domains that addresses are of; any when empty.
    pub domains: Vec<String>,
}

/// How often a letter comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Each working day.
    Workdays,
    /// On Monday, or on the first working day of a week that begins with a holiday.
    Weekly,
}

impl Rhythm {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::Workdays, Self::Weekly];

    /// The word of the register.
    pub fn code(self) -> &'static str {
        match self {
            Self::Workdays => "workdays",
            Self::Weekly => "weekly",
        }
    }

    /// The rhythm of that word.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rhythm| rhythm.code() == code)
    }

    /// Whether a letter comes on that day.
    pub fn falls_on(self, day: Date) -> bool {
        let is_worked = Calendar::France.working(day);
        match self {
            Self::Workdays => is_worked,
            Self::Weekly => is_worked && !earlier_in_the_week(day).any(|day| Calendar::France.working(day)),
        }
    }
}

/// The days of the week of `day` before it, Monday first.
fn earlier_in_the_week(day: Date) -> impl Iterator<Item = Date> {
    let n = day.weekday().since(Weekday::Monday);
    (1..=n).rev().filter_map(move |n| day.checked_sub(i64::from(n).days()).ok())
}

/// Why a letter is not wished, made or sent.
#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    /// What was asked for may not be, by the key of the sentence that says why.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// The registers'.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The store's.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys'.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The way out.
    #[error(transparent)]
    Post(#[from] PostError),
}

impl DigestError {
    /// Whether the request is at fault.
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Refused(_) => true,
            Self::Register(error) => error.is_user_fault(),
            Self::Store(error) => error.is_user_fault(),
            Self::Keys(_) | Self::Post(_) => false,
        }
    }
}

/// What somebody wishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// How often.
    pub rhythm: Rhythm,
    /// From which hour, one of [`HOURS`].
    pub hour: i8,
    /// In which language.
    pub lang: Lang,
    /// To which address.
    pub address: String,
}

/// Keeps what whoever writes wishes.
///
/// # Errors
/// [`DigestError::Refused`] for an address or an hour that may not be; the store's.
pub async fn choose(store: &Store, wish: &Wish, settings: &DigestSettings, by: &By) -> Result<(), DigestError> {
    if !HOURS.contains(&wish.hour) {
        return Err(DigestError::Refused("digest-refused-hour"));
    }
    may_go(store, &by.who, &wish.address, settings, by.at).await?;
    let Wish { rhythm, hour, lang, address } = wish;
    Ok(store.digest_wish_put(rhythm.code(), *hour, lang.code(), address, by).await?)
}

/// Whether a letter of that account may go to that address: asked when it is chosen and again when a letter is sent, since
/// the account, the deployment and the list of an exercise may have changed.
///
/// In an exercise letters go to those alone whom its direction put on the list of recipients, marked as taking part. The
/// accounts of a demonstration, whose password is public, reach no address that exists.
pub(crate) async fn may_go(
    store: &Store,
    login: &str,
    address: &str,
    settings: &DigestSettings,
    now: Timestamp,
) -> Result<(), DigestError> {
    let domain = domain(address).ok_or(DigestError::Refused("digest-refused-address"))?;
    if !settings.domains.is_empty() && !settings.domains.iter().any(|known| known.eq_ignore_ascii_case(domain)) {
        return Err(DigestError::Refused("digest-refused-domain"));
    }
    if store.is_exercise() {
        let today = Zone::Paris.day(now);
        let plays = store.recipients().await?.into_iter().any(|row| {
            let stands = row.since <= today && row.until.is_none_or(|last| today <= last);
            row.exercise && stands && row.mail.is_some_and(|mail| mail.eq_ignore_ascii_case(address))
        });
        return if plays { Ok(()) } else { Err(DigestError::Refused("digest-refused-exercise")) };
    }
    let account = store.account_fetch(login).await?.filter(|account| !account.disabled);
    let account = account.ok_or(DigestError::Refused("digest-refused-account"))?;
    let lower = domain.to_ascii_lowercase();
    let reaches_nobody = RESERVED.iter().any(|name| lower == *name || lower.ends_with(&format!(".{name}")));
    if account.demo && !reaches_nobody {
        return Err(DigestError::Refused("digest-refused-demo"));
    }
    Ok(())
}

/// The domain of an address of mail in ASCII (RFC 5321, 4.1.2, without quoted strings); none of a text that is no address.
fn domain(address: &str) -> Option<&str> {
    let is_local = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&b);
    let is_domain = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
    let full = |part: &str| !part.is_empty() && !part.split('.').any(str::is_empty);
    let (local, domain) = address.split_once('@').filter(|_| address.len() <= 254)?;
    let whole = full(local) && local.len() <= 64 && full(domain);
    (whole && local.bytes().all(is_local) && domain.bytes().all(is_domain)).then_some(domain)
}

/// When the letter of a wish is due on the day of `now`, in France; nothing on a day without one.
fn due_at(wish: &DigestWish, day: Date) -> Option<Timestamp> {
    Rhythm::of(&wish.rhythm).filter(|rhythm| rhythm.falls_on(day))?;
    day.at(wish.hour, 0, 0, 0).to_zoned(Zone::Paris.zone()).ok().map(|at| at.timestamp())
}

/// Queues the letters that are due at the instant of `by`; gives how many are new. What was wished after its hour begins
/// with the next day; an address that mail does not reach gets none.
///
/// # Errors
/// The store's.
pub async fn queue(store: &Store, by: &By) -> Result<u64, DigestError> {
    let day = Zone::Paris.day(by.at);
    let wishes = store.digest_wishes().await?;
    let is_due = |wish: &&DigestWish| {
        wish.unreachable.is_none() && due_at(wish, day).is_some_and(|due| due <= by.at && wish.chosen_at <= due)
    };
    let letters: Vec<(String, String)> =
        wishes.iter().filter(is_due).map(|wish| (number(&wish.login, day), wish.login.clone())).collect();
    if letters.is_empty() {
        return Ok(0);
    }
    Ok(store.digest_queue(day, letters, by).await?)
}

/// The number of a letter: 128 bits of the digest of whose and of what day it is, so that it is the same each time.
pub(crate) fn number(login: &str, day: Date) -> String {
    let mut hasher = Sha256::new();
    for part in ["digest", login, &day.to_string()] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_rhythms_know_the_holidays_of_france() {
        let workdays = |day| Rhythm::Workdays.falls_on(day);
        // A Wednesday, a Saturday, the first of May, Easter Monday and the day after.
        assert!(workdays(date(2026, 1, 14)) && !workdays(date(2026, 1, 17)));
        assert!(!workdays(date(2026, 5, 1)) && !workdays(date(2026, 4, 6)) && workdays(date(2026, 4, 7)));
        let weekly: Vec<Date> =
            date(2026, 3, 30).series(1.day()).take(14).filter(|d| Rhythm::Weekly.falls_on(*d)).collect();
        assert_eq!(weekly, [date(2026, 3, 30), date(2026, 4, 7)], "once a week, on the first day that is worked");
    }

    #[test]
    fn a_letter_is_due_at_its_hour_in_france_in_winter_and_summer() {
        let wish = |rhythm: &str| DigestWish {
            login: "zoe".to_owned(),
            rhythm: rhythm.to_owned(),
            hour: 7,
            lang: "fr".to_owned(),
            chosen_at: Timestamp::UNIX_EPOCH,
            unreachable: None,
        };
        let at = |rhythm, day| due_at(&wish(rhythm), day).map(|at| at.to_string());
        assert_eq!(at("workdays", date(2026, 1, 14)).as_deref(), Some("2026-01-14T06:00:00Z"));
        assert_eq!(at("workdays", date(2026, 7, 15)).as_deref(), Some("2026-07-15T05:00:00Z"));
        assert_eq!(at("workdays", date(2026, 7, 14)), None);
        assert_eq!(at("weekly", date(2026, 1, 14)), None);
        assert_eq!(at("whenever", date(2026, 1, 14)), None);
    }

    #[test]
    fn a_number_is_of_one_person_and_one_day() {
        let (day, next) = (date(2026, 1, 14), date(2026, 1, 15));
        assert_eq!(number("a", day), number("a", day));
        assert!(number("a", day) != number("b", day) && number("a", day) != number("a", next));
        assert!(number("a", day).len() == 32 && number("a", day).bytes().all(|b| b.is_ascii_hexdigit()));
    }

    #[test]
    fn an_address_is_one_address() {
        assert_eq!(domain("zoe.b+x@service.example"), Some("service.example"));
        for wrong in [
            "",
            "zoe",
            "@a.example",
            "zoe@",
            "a@b@c.example",
            "zoe @a.example",
            "zoe@a..example",
            "zoe@a.example\r\nBcc: x",
            "é@a.example",
            "<zoe@a.example>",
        ] {
            assert_eq!(domain(wrong), None, "{wrong}");
        }
        assert_eq!(domain(&format!("{}@a.example", "x".repeat(65))), None);
    }
}
