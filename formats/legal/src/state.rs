//! Legal state of a version (`ETAT` of the base LEGI).

use std::fmt;
use std::str::FromStr;

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// Legal state of a version. The dates say whether it holds on a day; the state says what the consolidation made
        /// of it, as it stood when the file was written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum State { $($(#[$doc])* $name,)* }

        impl State {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As the base writes it.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

states! {
    /// In force.
    InForce = "VIGUEUR",
    /// To be in force on a later day.
    InForceLater = "VIGUEUR_DIFF",
    /// Replaced by a later version.
    Amended = "MODIFIE",
    /// Replaced before it came into force: it never held.
    Stillborn = "MODIFIE_MORT_NE",
    /// Repealed.
    Repealed = "ABROGE",
    /// To be repealed on a later day.
    RepealedLater = "ABROGE_DIFF",
    /// Moved elsewhere.
    Moved = "TRANSFERE",
    /// Lapsed.
    Lapsed = "PERIME",
    /// Annulled by a court: held to have never been.
    Annulled = "ANNULE",
    /// Set apart from its text.
    SetApart = "DISJOINT",
    /// Moved within its text.
    Shifted = "DEPLACE",
    /// Substituted (agreements).
    Substituted = "SUBSTITUE",
    /// Denounced (agreements).
    Denounced = "DENONCE",
    /// Replaced (agreements).
    Replaced = "REMPLACE",
    /// In force and extended (agreements).
    InForceExtended = "VIGUEUR_ETEN",
    /// In force and not extended (agreements).
    InForceNotExtended = "VIGUEUR_NON_ETEN",
    /// As first published.
    Initial = "INITIALE",
    /// Without a state.
    Stateless = "SANS_ETAT",
}

impl State {
    /// Can a version in this state ever have held? A stillborn one cannot, nor one that a court annulled.
    pub fn held(self) -> bool {
        !matches!(self, Self::Stillborn | Self::Annulled)
    }
}

/// Not a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no state of a text has this code: `VIGUEUR`, `MODIFIE`, `ABROGE` and others are known")]
pub struct StateError;

impl FromStr for State {
    type Err = StateError;

    fn from_str(text: &str) -> Result<Self, StateError> {
        Self::ALL.iter().copied().find(|state| state.code() == text).ok_or(StateError)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
