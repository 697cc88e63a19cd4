//! Tokens for machines: their text, what is stored of them, and what they narrow a person's rights to.
//!
//! A token stands for the person who made it and holds no more than both: what the person may do today, and what the
//! token was made for. A machine is nobody's habilitation and opens no break-glass, so neither goes with a token
//! (CPP 230-25 habilitates persons one by one).

use crate::network::Network;
use crate::object::Object;
use crate::subject::Subject;
use crate::words::{Act, Kind, World};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use beffroi_model::Marking;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;

/// How the text of every token starts.
pub const TOKEN_PREFIX: &str = "bft_";

/// The longest a token may serve, in days.
pub const TOKEN_DAYS: i32 = 366;

/// The most registers a token may be bound to.
pub const MAX_TOKEN_REGISTERS: usize = 64;

/// The most networks a token may be bound to.
pub const MAX_TOKEN_NETWORKS: usize = 32;

/// 32 random bytes in base64url.
const SECRET_CHARS: usize = 43;
const CHECKSUM_CHARS: usize = 6;

/// What a token may be made for: nothing that decides, attests, lets out or gives rights.
pub const TOKEN_ACTS: [Act; 4] = [Act::List, Act::Read, Act::Create, Act::Change];

/// A token: 32 random bytes, shown once to the person who makes it and never stored.
///
/// Its text is `bft_`, the bytes in 43 characters of base64url (RFC 4648, 5), and 6 characters of a checksum over those
/// 43: a scanner of leaks finds `bft_[A-Za-z0-9_-]{49}` and can tell a token from a look-alike without asking us.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken([u8; 32]);

/// A text that is no token. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApiTokenError {
    /// Not of that form.
    #[error("not an API token: expected `bft_` and 49 characters of A–Z, a–z, 0–9, `-` and `_`")]
    Form,
    /// Of that form, mistyped.
    #[error("the API token's last 6 characters do not match: it was mistyped or cut")]
    Checksum,
}

impl ApiToken {
    /// The token of `bytes`, which have to be drawn by a secure source.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its text: a secret.
    pub fn format(&self) -> String {
        let secret = URL_SAFE_NO_PAD.encode(self.0);
        let checksum = checksum(&secret);
        format!("{TOKEN_PREFIX}{secret}{checksum}")
    }

    /// Reads its text. The checksum is no secret and guards against mistyping only.
    pub fn parse(text: &str) -> Result<Self, ApiTokenError> {
        let rest = text.strip_prefix(TOKEN_PREFIX).ok_or(ApiTokenError::Form)?;
        if rest.len() != SECRET_CHARS + CHECKSUM_CHARS {
            return Err(ApiTokenError::Form);
        }
        let (secret, given) = rest.split_at_checked(SECRET_CHARS).ok_or(ApiTokenError::Form)?;
        let bytes = URL_SAFE_NO_PAD.decode(secret).map_err(|_| ApiTokenError::Form)?;
        let bytes = bytes.try_into().map_err(|_| ApiTokenError::Form)?;
        if given == checksum(secret) { Ok(Self(bytes)) } else { Err(ApiTokenError::Checksum) }
    }

    /// What is stored instead of it, and looked up: SHA-256 with a prefix of its own. The bytes are random, so nothing
    /// slower is needed.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::new().chain_update(b"beffroi API token, stored form 1\0").chain_update(self.0).finalize().into()
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken(…)")
    }
}

fn checksum(secret: &str) -> String {
    let digest = Sha256::new().chain_update(b"beffroi API token, checksum 1\0").chain_update(secret).finalize();
    URL_SAFE_NO_PAD.encode(digest).chars().take(CHECKSUM_CHARS).collect()
}

/// What a token was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenScope {
    world: World,
    kinds: BTreeSet<Kind>,
    acts: BTreeSet<Act>,
    ceiling: Marking,
    from: Date,
    until: Date,
    networks: Vec<Network>,
    registers: BTreeSet<String>,
}

/// Why a token cannot be made for that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenScopeError {
    /// It would do nothing.
    #[error("a token needs at least one kind of object and one act")]
    Empty,
    /// A kind that does not live in that world.
    #[error("objects of the kind `{kind}` do not live in the world `{world}`")]
    Kind {
        /// The kind.
        kind: Kind,
        /// The world.
        world: World,
    },
    /// An act that is no machine's.
    #[error("a token cannot `{act}`: only list, read, create and change")]
    Act {
        /// The act.
        act: Act,
    },
    /// It ends before it starts, or serves too long.
    #[error("a token from {from} to {until} does not stand: its last day is at most {TOKEN_DAYS} days after its first")]
    Dates {
        /// First day.
        from: Date,
        /// Last day.
        until: Date,
    },
    /// Too many networks.
    #[error("a token is bound to at most {MAX_TOKEN_NETWORKS} networks; give a wider one")]
    Networks,
    /// Registers without their records, too many, or a name that is none.
    #[error(
        "a token for records is bound to at most {MAX_TOKEN_REGISTERS} registers, named by lower-case letters, digits and underscores"
    )]
    Registers,
}

impl TokenScope {
    /// For objects of `kinds` in `world`, for `acts`, up to the marking `ceiling`, from the day `from` to the day `until`
    /// included (days of Paris), and from `networks` only if any is given.
    pub fn new(
        world: World,
        kinds: impl IntoIterator<Item = Kind>,
        acts: impl IntoIterator<Item = Act>,
        ceiling: Marking,
        (from, until): (Date, Date),
        networks: impl IntoIterator<Item = Network>,
    ) -> Result<Self, TokenScopeError> {
        let (kinds, acts): (BTreeSet<Kind>, BTreeSet<Act>) = (kinds.into_iter().collect(), acts.into_iter().collect());
        if kinds.is_empty() || acts.is_empty() {
            return Err(TokenScopeError::Empty);
        }
        if let Some(kind) = kinds.iter().copied().find(|kind| !kind.worlds().contains(&world)) {
            return Err(TokenScopeError::Kind { kind, world });
        }
        if let Some(act) = acts.iter().copied().find(|act| !TOKEN_ACTS.contains(act)) {
            return Err(TokenScopeError::Act { act });
        }
        let days = from.duration_until(until).as_hours() / 24;
        if !(0..=i64::from(TOKEN_DAYS)).contains(&days) {
            return Err(TokenScopeError::Dates { from, until });
        }
        let networks: Vec<Network> = networks.into_iter().take(MAX_TOKEN_NETWORKS + 1).collect();
        if networks.len() > MAX_TOKEN_NETWORKS {
            return Err(TokenScopeError::Networks);
        }
        Ok(Self { world, kinds, acts, ceiling, from, until, networks, registers: BTreeSet::new() })
    }

    /// The same for the records of these registers only; of all of them when none is named.
    ///
    /// # Errors
    /// [`TokenScopeError::Registers`].
    pub fn for_registers(
        mut self,
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, TokenScopeError> {
        let names: BTreeSet<String> = names.into_iter().take(MAX_TOKEN_REGISTERS + 1).map(Into::into).collect();
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let is_name = |name: &String| (1..=40).contains(&name.len()) && name.bytes().all(plain);
        let fits = names.is_empty() || self.kinds.contains(&Kind::Record);
        if !fits || names.len() > MAX_TOKEN_REGISTERS || !names.iter().all(is_name) {
            return Err(TokenScopeError::Registers);
        }
        self.registers = names;
        Ok(self)
    }

    /// The world.
    pub fn world(&self) -> World {
        self.world
    }

    /// The kinds of objects.
    pub fn kinds(&self) -> &BTreeSet<Kind> {
        &self.kinds
    }

    /// The acts.
    pub fn acts(&self) -> &BTreeSet<Act> {
        &self.acts
    }

    /// The highest TLP and PAP.
    pub fn ceiling(&self) -> Marking {
        self.ceiling
    }

    /// First and last day.
    pub fn days(&self) -> (Date, Date) {
        (self.from, self.until)
    }

    /// The registers whose records it is for; none means any.
    pub fn registers(&self) -> &BTreeSet<String> {
        &self.registers
    }

    /// Whether it was made for records of that register too.
    pub fn opens_register(&self, name: &str) -> bool {
        self.registers.is_empty() || self.registers.contains(name)
    }

    /// The networks it is bound to; none means any.
    pub fn networks(&self) -> &[Network] {
        &self.networks
    }

    /// Whether it serves at `address`: the address of the connection, or the one that a trusted proxy names.
    pub fn serves_at(&self, address: IpAddr) -> bool {
        self.networks.is_empty() || self.networks.iter().any(|network| network.contains(address))
    }

    /// Whether it was made for `act` on `object` on the day `on`, whatever its person may do.
    pub fn admits(&self, act: Act, object: &Object, on: Date) -> bool {
        self.opens(object.world, object.kind, act, on) && object.marking.may_reach(self.ceiling)
    }

    /// The part of [`Self::admits`] that does not depend on the object's marking.
    pub(crate) fn opens(&self, world: World, kind: Kind, act: Act, on: Date) -> bool {
        self.world == world
            && self.kinds.contains(&kind)
            && self.acts.contains(&act)
            && self.from <= on
            && on <= self.until
    }
}

/// `subject` as a token made for `scope` stands for: whatever is then allowed is allowed to the person and was meant by
/// the token. Narrowing again narrows further. Habilitations and open break-glasses stay behind.
#[must_use]
pub fn narrow(subject: Subject, scope: &TokenScope) -> Subject {
    subject.limited_to(scope.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_model::{Pap, Tlp};
    use jiff::civil::date;
    use proptest::prelude::*;

    const GREEN: Marking = Marking { tlp: Tlp::Green, pap: Pap::Green };

    #[test]
    fn the_text_of_a_token_is_what_scanners_are_told() {
        let token = ApiToken::from_random([0xFB; 32]);
        check_text(&token.format());
        assert_eq!(ApiToken::parse(&token.format()), Ok(token.clone()));
        assert_eq!(format!("{token:?}"), "ApiToken(…)");
        assert_ne!(token.digest(), ApiToken::from_random([0xFA; 32]).digest());
        let plain: [u8; 32] = Sha256::digest([0xFB; 32]).into();
        assert_ne!(token.digest(), plain);
    }

    fn check_text(text: &str) {
        let rest = text.strip_prefix("bft_").unwrap();
        assert_eq!(rest.len(), 49);
        assert!(rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{text}");
        assert!(rest.starts_with("-_v7-_v7"), "{text}");
    }

    #[test]
    fn another_text_is_no_token() {
        let text = ApiToken::from_random([7; 32]).format();
        let last_two_bits = {
            // The 43rd character carries four bits: a text that sets the other two is not the canonical one.
            let mut other = text.clone().into_bytes();
            other[46] += 1;
            String::from_utf8(other).unwrap()
        };
        for wrong in [
            "",
            "bft_",
            &text[1..],
            &text[..52],
            &format!("{text}A"),
            &text.replace("bft_", "BFT_"),
            &format!(" {text}"),
            &text.replacen('B', "+", 1),
            &last_two_bits,
            &format!("bft_é{}", &text[6..]),
        ] {
            assert_eq!(ApiToken::parse(wrong), Err(ApiTokenError::Form), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_token_reads_back_and_no_slip_of_one_character_does(bytes: [u8; 32], at in 4usize..53, slip in "[A-Za-z0-9_-]") {
            let token = ApiToken::from_random(bytes);
            let text = token.format();
            prop_assert_eq!(ApiToken::parse(&text), Ok(token));
            let slipped = format!("{}{slip}{}", &text[..at], &text[at + 1..]);
            prop_assert!(slipped == text || ApiToken::parse(&slipped).is_err());
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,60}", tail in "[A-Za-z0-9_-]{49}") {
            let _ = ApiToken::parse(&text);
            // One in 2^36 would match by luck.
            let found = ApiToken::parse(&format!("bft_{tail}"));
            prop_assert!(found.is_err());
        }
    }

    #[test]
    fn a_scope_that_is_no_machines_cannot_be_made() {
        let make = |world, kinds: &[Kind], acts: &[Act], until| {
            TokenScope::new(world, kinds.to_vec(), acts.to_vec(), GREEN, (date(2026, 1, 1), until), [])
        };
        let (kinds, acts) = ([Kind::Alert], [Act::Read]);
        let year = date(2027, 1, 2);
        assert!(make(World::Coordination, &kinds, &TOKEN_ACTS, year).is_ok());
        assert!(make(World::Coordination, &kinds, &acts, date(2026, 1, 1)).is_ok());
        assert_eq!(make(World::Coordination, &[], &acts, year), Err(TokenScopeError::Empty));
        assert_eq!(make(World::Coordination, &kinds, &[], year), Err(TokenScopeError::Empty));
        let elsewhere = make(World::Statistics, &kinds, &acts, year);
        assert_eq!(elsewhere, Err(TokenScopeError::Kind { kind: Kind::Alert, world: World::Statistics }));
        for act in Act::ALL.iter().copied().filter(|act| !TOKEN_ACTS.contains(act)) {
            let found = make(World::Coordination, &kinds, &[Act::Read, act], year);
            assert_eq!(found, Err(TokenScopeError::Act { act }));
        }
        for until in [date(2025, 12, 31), date(2027, 1, 3), date(9999, 1, 1)] {
            assert!(matches!(make(World::Coordination, &kinds, &acts, until), Err(TokenScopeError::Dates { .. })));
        }
        let networks = vec!["192.0.2.0/24".parse::<Network>().unwrap(); 33];
        let bound = |n: usize| {
            let days = (date(2026, 1, 1), year);
            TokenScope::new(World::Coordination, kinds, acts, GREEN, days, networks[..n].to_vec())
        };
        assert_eq!(bound(33), Err(TokenScopeError::Networks));
        // Registers are those of records, and are named plainly.
        let of = |kinds: &[Kind], names: &[&str]| {
            make(World::Coordination, kinds, &acts, year).unwrap().for_registers(names.iter().copied())
        };
        let many: Vec<String> = (0..=MAX_TOKEN_REGISTERS).map(|n| format!("r{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        for (kinds, names) in [
            (&[Kind::Alert][..], &["need"][..]),
            (&[Kind::Record], &["Need"]),
            (&[Kind::Record], &[""]),
            (&[Kind::Record], &many),
        ] {
            assert_eq!(of(kinds, names), Err(TokenScopeError::Registers), "{names:?}");
        }
        let one = of(&[Kind::Record], &["need"]).unwrap();
        assert!(one.opens_register("need") && !one.opens_register("asset"));
        assert!(of(&[Kind::Record], &[]).unwrap().opens_register("asset"), "none named: any");
        let bound = bound(32).unwrap();
        assert!(bound.serves_at("192.0.2.7".parse().unwrap()) && !bound.serves_at("192.0.3.7".parse().unwrap()));
        assert!(make(World::Coordination, &kinds, &acts, year).unwrap().serves_at("2001:db8::1".parse().unwrap()));
    }
}
