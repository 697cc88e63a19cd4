//! Bytes as hexadecimal digits, in lower case.

use crate::StoreError;
use crate::passwords::random;

/// Two digits a byte.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `N` bytes drawn from the system's source of chance.
pub(crate) fn drawn<const N: usize>() -> Result<String, StoreError> {
    let mut bytes = [0_u8; N];
    random(&mut bytes)?;
    Ok(hexadecimal(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_a_byte_and_never_twice_the_same() {
        assert_eq!(hexadecimal(&[0, 10, 255]), "000aff");
        let (one, other) = (drawn::<16>().unwrap(), drawn::<16>().unwrap());
        assert_eq!(one.len(), 32);
        assert_ne!(one, other);
    }
}
