//! Bank accounts, crypto-asset addresses and handles.

use iban::{Iban, IbanLike};

/// See [`crate::canonical`].
pub(crate) fn iban(text: &str) -> Result<String, &'static str> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    let iban = bare.parse::<Iban>().map_err(|_| "its length, structure or check digits are wrong")?;
    Ok(iban.electronic_str().to_owned())
}

/// See [`crate::canonical`].
pub(crate) fn bitcoin(text: &str) -> Result<String, &'static str> {
    let lower = text.to_ascii_lowercase();
    if let Some(data) = lower.strip_prefix("bc1") {
        let mixed = text != lower && text != text.to_ascii_uppercase();
        let charset = |b: u8| b.is_ascii_digit() && b != b'1' || b.is_ascii_lowercase() && !b"bio".contains(&b);
        if mixed || !(11..=87).contains(&data.len()) || !data.bytes().all(charset) {
            return Err("it has not the shape of a bech32 address");
        }
        return Ok(lower);
    }
    let base58 = |b: u8| b.is_ascii_alphanumeric() && !b"0OIl".contains(&b);
    if text.starts_with(['1', '3']) && (26..=35).contains(&text.len()) && text.bytes().all(base58) {
        Ok(text.to_owned())
    } else {
        Err("it has not the shape of a Bitcoin address")
    }
}

/// See [`crate::canonical`].
pub(crate) fn ethereum(text: &str) -> Result<String, &'static str> {
    let lower = text.to_ascii_lowercase();
    match lower.strip_prefix("0x") {
        Some(digits) if digits.len() == 40 && digits.bytes().all(|b| b.is_ascii_hexdigit()) => Ok(lower),
        _ => Err("expected 0x and 40 hexadecimal digits"),
    }
}

/// See [`crate::canonical`].
pub(crate) fn handle(text: &str) -> Result<String, &'static str> {
    let bare = text.strip_prefix('@').unwrap_or(text);
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if bare.is_empty() || bare.len() > 64 || !bare.bytes().all(allowed) {
        return Err("a handle has 1 to 64 letters, digits, dots, hyphens and underscores");
    }
    Ok(bare.to_ascii_lowercase())
}
