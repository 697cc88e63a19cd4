//! The checks as switches, for the tests that show that each of them is needed.

/// Which checks are made: all, always. Only a test can make another value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guards {
    pub(crate) state: bool,
    pub(crate) answer_issuer: bool,
    pub(crate) form: bool,
    pub(crate) signature: bool,
    pub(crate) issuer: bool,
    pub(crate) audience: bool,
    pub(crate) authorized_party: bool,
    pub(crate) expiry: bool,
    pub(crate) not_before: bool,
    pub(crate) freshness: bool,
    pub(crate) nonce: bool,
    pub(crate) acr: bool,
    pub(crate) auth_time: bool,
    pub(crate) hashes: bool,
    pub(crate) userinfo_signed: bool,
    pub(crate) userinfo_subject: bool,
}

impl Guards {
    /// Every check is made.
    pub(crate) const ALL: Self = Self {
        state: true,
        answer_issuer: true,
        form: true,
        signature: true,
        issuer: true,
        audience: true,
        authorized_party: true,
        expiry: true,
        not_before: true,
        freshness: true,
        nonce: true,
        acr: true,
        auth_time: true,
        hashes: true,
        userinfo_signed: true,
        userinfo_subject: true,
    };
}
