//! Bytes to text, row by row: a byte that is not of the declared encoding spoils its row only.

use crate::declaration::Encoding;
use std::borrow::Cow;

/// A byte that is not of the declared encoding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misencoded {
    /// Offset of the byte in what was decoded.
    pub(crate) offset: usize,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

/// The text of some bytes in encoding `encoding`.
pub(crate) fn decode(encoding: Encoding, bytes: &[u8]) -> Result<Cow<'_, str>, Misencoded> {
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
            let offset = error.valid_up_to();
            let byte = bytes.get(offset).copied().unwrap_or_default();
            Misencoded {
                offset,
                message: format!(
                    "byte 0x{byte:02X} is not UTF-8; declare `encoding = \"windows-1252\"`, or correct the row"
                ),
            }
        }),
        Encoding::Auto => {
            std::str::from_utf8(bytes).map(Cow::Borrowed).or_else(|_| one_byte(Encoding::Windows1252, bytes))
        }
        Encoding::Windows1252 | Encoding::Latin1 => {
            if bytes.is_ascii() {
                return std::str::from_utf8(bytes)
                    .map(Cow::Borrowed)
                    .map_err(|_| Misencoded { offset: 0, message: String::new() });
            }
            if std::str::from_utf8(bytes).is_ok() {
                let offset = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or_default();
                let message = "the row is UTF-8, not what was declared; declare `encoding = \"utf-8\"`".to_owned();
                return Err(Misencoded { offset, message });
            }
            one_byte(encoding, bytes)
        }
    }
}

/// One byte a character. The bytes that neither encoding gives to a character are refused.
fn one_byte(encoding: Encoding, bytes: &[u8]) -> Result<Cow<'_, str>, Misencoded> {
    let latin1 = encoding == Encoding::Latin1;
    let unused = |byte: &u8| match byte {
        0x81 | 0x8d | 0x8f | 0x90 | 0x9d => true,
        0x80..=0x9f => latin1,
        _ => false,
    };
    if let Some(offset) = bytes.iter().position(unused) {
        let byte = bytes.get(offset).copied().unwrap_or_default();
        let advice =
            if latin1 { "declare `encoding = \"windows-1252\"`, or correct the row" } else { "correct the row" };
        return Err(Misencoded { offset, message: format!("byte 0x{byte:02X} is no character here; {advice}") });
    }
    // Above 0x9F the two agree; encoding_rs knows the label ISO 8859-1 as Windows-1252, as the web does.
    Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_reads_its_own_and_refuses_the_other() {
        assert_eq!(decode(Encoding::Utf8, "é€".as_bytes()).as_deref(), Ok("é€"));
        assert_eq!(decode(Encoding::Windows1252, b"\xe9\x80").as_deref(), Ok("é€"));
        assert_eq!(decode(Encoding::Latin1, b"\xe9").as_deref(), Ok("é"));
        assert_eq!(decode(Encoding::Auto, b"\xe9").as_deref(), Ok("é"));
        assert_eq!(decode(Encoding::Auto, "é".as_bytes()).as_deref(), Ok("é"));
        let wrong = decode(Encoding::Utf8, b"ab\xe9").unwrap_err();
        assert!(wrong.offset == 2 && wrong.message.contains("0xE9"), "{wrong:?}");
        assert!(decode(Encoding::Windows1252, "été".as_bytes()).unwrap_err().message.contains("UTF-8"));
        assert!(decode(Encoding::Windows1252, b"\x81").is_err());
        assert!(decode(Encoding::Latin1, b"\xe9\x80").unwrap_err().message.contains("windows-1252"));
    }
}
