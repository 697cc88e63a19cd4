//! Numbers and texts in a frame.

use super::WireError;

pub(super) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number as u8) | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// What is left of a frame.
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
    /// The same bytes as text, when all of them are: a piece is then a look at its ends.
    text: Option<&'a str>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest, text: None }
    }

    /// What is left of a frame that is UTF-8 as a whole.
    pub(super) fn of_text(rest: &'a str) -> Self {
        Self { rest: rest.as_bytes(), text: Some(rest) }
    }

    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn byte(&mut self) -> Result<u8, WireError> {
        let (first, rest) = self.rest.split_first().ok_or(WireError::Nonsense { what: "a record cut short" })?;
        self.rest = rest;
        Ok(*first)
    }

    pub(super) fn number(&mut self) -> Result<u64, WireError> {
        // Most lengths are below 128.
        if let Some((&small, rest)) = self.rest.split_first().filter(|(first, _)| **first < 0x80) {
            self.rest = rest;
            return Ok(u64::from(small));
        }
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            // The tenth byte holds one bit.
            if shift == 63 && part > 1 {
                break;
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(WireError::Nonsense { what: "a number too large" })
    }

    pub(super) fn text(&mut self, max: usize) -> Result<&'a str, WireError> {
        let length = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if length > max {
            return Err(WireError::Nonsense { what: "a text too long" });
        }
        self.piece(length)
    }

    /// The next `length` bytes, as text.
    pub(super) fn piece(&mut self, length: usize) -> Result<&'a str, WireError> {
        let (head, rest) =
            self.rest.split_at_checked(length).ok_or(WireError::Nonsense { what: "a text cut short" })?;
        let piece = match self.text {
            // Within a character too: nothing is text.
            _ if length == 0 => Some(""),
            Some(text) => {
                let start = text.len() - self.rest.len();
                text.get(start..start + length)
            }
            None => std::str::from_utf8(head).ok(),
        };
        self.rest = rest;
        piece.ok_or(WireError::Nonsense { what: "a text that is not UTF-8" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_text_gives_the_pieces_that_its_bytes_give() {
        let frame = "aé€z";
        for start in 0..=frame.len() {
            for length in 0..=frame.len() + 1 - start {
                let skip = |mut cursor: Cursor<'static>| {
                    (0..start).for_each(|_| drop(cursor.byte()));
                    cursor.piece(length).map_err(|error| error.to_string())
                };
                assert_eq!(skip(Cursor::of_text(frame)), skip(Cursor::new(frame.as_bytes())), "{start} {length}");
            }
        }
    }

    #[test]
    fn numbers_are_read_back_and_none_overflows() {
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            let mut out = Vec::new();
            put_number(&mut out, number);
            assert_eq!(Cursor::new(&out).number().unwrap(), number);
        }
        assert!(Cursor::new(&[0xff; 10]).number().is_err());
        assert!(Cursor::new(&[0x80]).number().is_err());
    }
}
