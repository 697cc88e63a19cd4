//! What the browser brings back from the provider.

use crate::guards::Guards;
use beffroi_ports::{Refusal, SignInKept};
use jiff::Timestamp;
use subtle::ConstantTimeEq;

/// How long a sign-in may last, in seconds: long enough for a second factor to be found.
pub(crate) const LONGEST_S: i64 = 15 * 60;

/// How far two clocks may be apart, in seconds.
pub(crate) const SKEW_S: i64 = 60;

/// The value of a parameter that is there once; an error when it is there twice.
fn once<'a>(returned: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, Refusal> {
    let mut found = returned.iter().filter(|(n, _)| n == name);
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(Refusal::AnswerForm),
        (first, None) => Ok(first.map(|(_, value)| value.as_str())),
    }
}

/// Whether the answer is this attempt's, in time: what is checked before the provider is asked anything.
pub(crate) fn of_attempt(
    kept: &SignInKept,
    returned: &[(String, String)],
    issuer: &str,
    now: Timestamp,
    guards: Guards,
) -> Result<(), Refusal> {
    // An empty kept state would equal an empty returned one.
    let state = once(returned, "state")?.unwrap_or_default();
    let same = state.as_bytes().ct_eq(kept.state.expose().as_bytes());
    if guards.state && (state.is_empty() || !bool::from(same)) {
        return Err(Refusal::State);
    }
    if kept.issuer != issuer {
        return Err(Refusal::OtherProvider);
    }
    let age_s = now.as_second().saturating_sub(kept.begun_at.as_second());
    if !(-SKEW_S..=LONGEST_S).contains(&age_s) {
        return Err(Refusal::TooLate);
    }
    Ok(())
}

/// The authorization code, when the answer comes from that issuer and is not a refusal.
pub(crate) fn code<'a>(
    returned: &'a [(String, String)],
    issuer: &str,
    names_issuer: bool,
    guards: Guards,
) -> Result<&'a str, Refusal> {
    match once(returned, "iss")? {
        Some(named) if guards.answer_issuer && named != issuer => return Err(Refusal::AnswerIssuer),
        None if guards.answer_issuer && names_issuer => return Err(Refusal::AnswerIssuer),
        _ => (),
    }
    if once(returned, "error")?.is_some() {
        return Err(Refusal::ByProvider);
    }
    // `response_mode` and `response_type` are the code's alone: a token in the address is nobody's.
    if ["id_token", "access_token", "response"].iter().any(|name| returned.iter().any(|(n, _)| n == name)) {
        return Err(Refusal::AnswerForm);
    }
    let code = once(returned, "code")?.ok_or(Refusal::AnswerForm)?;
    let visible = code.bytes().all(|byte| byte.is_ascii_graphic());
    if code.is_empty() || code.len() > 2048 || !visible {
        return Err(Refusal::AnswerForm);
    }
    Ok(code)
}
