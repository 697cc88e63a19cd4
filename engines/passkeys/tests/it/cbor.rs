//! As much CBOR (RFC 8949) as an authenticator writes.

/// A head: major type and value, in the shortest form.
pub(crate) fn head(major: u8, value: usize) -> Vec<u8> {
    let major = major << 5;
    match value {
        0..24 => vec![major | u8::try_from(value).unwrap()],
        24..0x100 => vec![major | 24, u8::try_from(value).unwrap()],
        _ => [vec![major | 25], u16::try_from(value).unwrap().to_be_bytes().to_vec()].concat(),
    }
}

pub(crate) fn int(value: i64) -> Vec<u8> {
    if value < 0 { head(1, usize::try_from(-1 - value).unwrap()) } else { head(0, usize::try_from(value).unwrap()) }
}

pub(crate) fn bytes(value: &[u8]) -> Vec<u8> {
    [head(2, value.len()), value.to_vec()].concat()
}

pub(crate) fn text(value: &str) -> Vec<u8> {
    [head(3, value.len()), value.as_bytes().to_vec()].concat()
}

/// Keys and values already written, in their order.
pub(crate) fn map(members: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let members = members.iter().flat_map(|(key, value)| [key.clone(), value.clone()]).collect::<Vec<_>>();
    [head(5, members.len() / 2), members.concat()].concat()
}
