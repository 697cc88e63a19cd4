//! What is kept between the two halves of a ceremony: our header, then the library's own state.
//!
//! Layout: version (1), kind (1 registration, 2 discoverable sign-in, 3 sign-in among named passkeys), last instant in
//! milliseconds since 1970 (8 bytes, big-endian), number of passkeys already held (1), each as length (2, big-endian) and
//! bytes, then the library's state to the end.

use beffroi_ports::passkeys::{CEREMONY, Ceremony, CeremonyState, CredentialHint, PasskeyError};
use jiff::Timestamp;

const VERSION: u8 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Registration = 1,
    Discoverable = 2,
    Among = 3,
}

/// A state read back, before its end.
pub(crate) struct Kept<'a> {
    pub(crate) kind: Kind,
    /// Names of the passkeys held at the start.
    pub(crate) held: Vec<&'a [u8]>,
    /// The library's state.
    pub(crate) inner: &'a [u8],
}

pub(crate) fn wrong(reason: &'static str) -> PasskeyError {
    PasskeyError::State { reason }
}

pub(crate) fn close(kind: Kind, held: &[CredentialHint], inner: &[u8], options: String, now: Timestamp) -> Ceremony {
    let expires_at = now.checked_add(CEREMONY).unwrap_or(Timestamp::MAX);
    let mut bytes = vec![VERSION, kind as u8];
    bytes.extend(expires_at.as_millisecond().to_be_bytes());
    bytes.push(u8::try_from(held.len()).unwrap_or(u8::MAX));
    for hint in held.iter().take(usize::from(u8::MAX)) {
        let id = hint.id.as_bytes();
        // A name has at most 1023 bytes.
        bytes.extend(u16::try_from(id.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(id);
    }
    bytes.extend(inner);
    Ceremony { options, state: CeremonyState::from_stored(bytes), expires_at }
}

pub(crate) fn open(state: &CeremonyState, now: Timestamp) -> Result<Kept<'_>, PasskeyError> {
    let mut rest = state.as_bytes();
    let [version, kind] = take(&mut rest)?;
    if version != VERSION {
        return Err(wrong("of another version"));
    }
    let kind = [Kind::Registration, Kind::Discoverable, Kind::Among].into_iter().find(|known| *known as u8 == kind);
    let kind = kind.ok_or(wrong("of no known kind"))?;
    let last = i64::from_be_bytes(take(&mut rest)?);
    let expired_at = Timestamp::from_millisecond(last).map_err(|_| wrong("without an instant"))?;
    if now >= expired_at {
        return Err(PasskeyError::Expired { expired_at });
    }
    let [n_held] = take(&mut rest)?;
    let mut held = Vec::new();
    for _ in 0..n_held {
        let length = usize::from(u16::from_be_bytes(take(&mut rest)?));
        let (id, after) = rest.split_at_checked(length).ok_or(wrong("cut short"))?;
        held.push(id);
        rest = after;
    }
    Ok(Kept { kind, held, inner: rest })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], PasskeyError> {
    let (head, after) = rest.split_first_chunk().ok_or(wrong("cut short"))?;
    *rest = after;
    Ok(*head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_ports::passkeys::CredentialId;
    use proptest::prelude::*;

    fn closed(n: u8) -> Ceremony {
        let hints: Vec<CredentialHint> = (0..n)
            .map(|fill| CredentialHint {
                id: CredentialId::new(vec![fill; 16 + usize::from(fill)]).unwrap(),
                transports: [].into(),
            })
            .collect();
        close(Kind::Registration, &hints, b"inner", String::new(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn what_was_closed_opens_until_its_last_instant() {
        let ceremony = closed(3);
        let kept = open(&ceremony.state, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((kept.kind, kept.held.len(), kept.inner), (Kind::Registration, 3, &b"inner"[..]));
        let before = ceremony.expires_at - jiff::SignedDuration::from_millis(1);
        assert!(open(&ceremony.state, before).is_ok());
        assert!(matches!(open(&ceremony.state, ceremony.expires_at), Err(PasskeyError::Expired { .. })));
        for n in 0..ceremony.state.as_bytes().len() - b"inner".len() {
            let cut = CeremonyState::from_stored(ceremony.state.as_bytes()[..n].to_vec());
            assert!(matches!(open(&cut, before), Err(PasskeyError::State { .. })), "{n}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), head: bool) {
            if head {
                bytes.splice(0..0, [VERSION, 1, 0, 0, 1, 0, 0, 0, 0, 0]);
            }
            let _ = open(&CeremonyState::from_stored(bytes), Timestamp::UNIX_EPOCH);
        }
    }
}
