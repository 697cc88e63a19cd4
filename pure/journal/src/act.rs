//! The acts that the journal knows.

use std::fmt;

/// What was done.
///
/// The first seven are those that article 25 of Directive (EU) 2016/680 (article 101 of the French law 78-17) wants
/// logged; the others are the acts that decide who can do them. The list only grows; a code once given never changes
/// its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Data were brought in.
    Collect,
    /// Data were changed.
    Alter,
    /// Data were looked at.
    Consult,
    /// Data were given to a recipient inside the Union.
    Disclose,
    /// Data were given to a third country or an international organisation.
    Transfer,
    /// Data were matched with other data.
    Combine,
    /// Data were destroyed.
    Erase,
    /// A person decided on an object: validated, closed, published.
    Decide,
    /// A right was given.
    Grant,
    /// A right was taken back.
    Revoke,
    /// An act was asked for and refused.
    Refuse,
    /// A person signed in.
    SignIn,
    /// A sign-in failed.
    SignInRefused,
    /// A person signed out.
    SignOut,
    /// Data were looked at outside the person's rights, in an emergency.
    BreakGlass,
    /// A setting of the system was changed.
    Configure,
    /// A key was destroyed, and with it what it sealed.
    DestroyKey,
    /// A backup was made.
    BackUp,
    /// A backup was restored.
    Restore,
}

impl Act {
    /// Every act, in the order of its code.
    pub const ALL: [Act; 19] = [
        Act::Collect,
        Act::Alter,
        Act::Consult,
        Act::Disclose,
        Act::Transfer,
        Act::Combine,
        Act::Erase,
        Act::Decide,
        Act::Grant,
        Act::Revoke,
        Act::Refuse,
        Act::SignIn,
        Act::SignInRefused,
        Act::SignOut,
        Act::BreakGlass,
        Act::Configure,
        Act::DestroyKey,
        Act::BackUp,
        Act::Restore,
    ];

    /// The code in the journal's format, 1 to 255.
    pub const fn code(self) -> u8 {
        match self {
            Act::Collect => 1,
            Act::Alter => 2,
            Act::Consult => 3,
            Act::Disclose => 4,
            Act::Transfer => 5,
            Act::Combine => 6,
            Act::Erase => 7,
            Act::Decide => 16,
            Act::Grant => 17,
            Act::Revoke => 18,
            Act::Refuse => 19,
            Act::SignIn => 20,
            Act::SignInRefused => 21,
            Act::SignOut => 22,
            Act::BreakGlass => 23,
            Act::Configure => 24,
            Act::DestroyKey => 25,
            Act::BackUp => 26,
            Act::Restore => 27,
        }
    }

    /// The act of a code; nothing for a code that was never given.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }

    /// The name in the journal's format: lower-case letters and hyphens.
    pub const fn name(self) -> &'static str {
        match self {
            Act::Collect => "collect",
            Act::Alter => "alter",
            Act::Consult => "consult",
            Act::Disclose => "disclose",
            Act::Transfer => "transfer",
            Act::Combine => "combine",
            Act::Erase => "erase",
            Act::Decide => "decide",
            Act::Grant => "grant",
            Act::Revoke => "revoke",
            Act::Refuse => "refuse",
            Act::SignIn => "sign-in",
            Act::SignInRefused => "sign-in-refused",
            Act::SignOut => "sign-out",
            Act::BreakGlass => "break-glass",
            Act::Configure => "configure",
            Act::DestroyKey => "destroy-key",
            Act::BackUp => "back-up",
            Act::Restore => "restore",
        }
    }

    /// Must an entry of this act say why? Yes wherever data reach a person's eyes or other data: Directive (EU)
    /// 2016/680 article 25(1), code de la sécurité intérieure article R. 236-59.
    pub const fn needs_purpose(self) -> bool {
        matches!(self, Act::Consult | Act::Disclose | Act::Transfer | Act::Combine | Act::BreakGlass)
    }

    /// Must an entry of this act say to whom? Yes where data leave: same articles.
    pub const fn needs_recipient(self) -> bool {
        matches!(self, Act::Disclose | Act::Transfer)
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_act_has_its_own_code_and_name() {
        let codes: BTreeSet<u8> = Act::ALL.iter().map(|act| act.code()).collect();
        let names: BTreeSet<&str> = Act::ALL.iter().map(|act| act.name()).collect();
        assert_eq!((codes.len(), names.len()), (Act::ALL.len(), Act::ALL.len()));
        for code in 0..=u8::MAX {
            assert_eq!(Act::from_code(code).map(Act::code), codes.contains(&code).then_some(code));
        }
    }
}
