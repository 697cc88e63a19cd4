//! How frames go through a pipe: one byte of kind, four of length (little-endian), then the bytes.

use beffroi_ports::{Protection, Protections};
use std::io::{self, Read, Write};

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What holds the child; the first frame, once.
    Protections,
    /// A frame of the parser.
    Data,
    /// The parser has ended well; the last frame.
    End,
}

impl Kind {
    fn byte(self) -> u8 {
        match self {
            Self::Protections => b'P',
            Self::Data => b'D',
            Self::End => b'E',
        }
    }

    fn of(byte: u8) -> Option<Self> {
        [Self::Protections, Self::Data, Self::End].into_iter().find(|kind| kind.byte() == byte)
    }
}

/// What comes out of the pipe.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    Frame(Kind, Vec<u8>),
    /// No such kind.
    NoKind,
    /// A frame longer than allowed, of that length.
    TooLong,
    /// The pipe is closed, at the border of a frame or within one.
    Closed,
}

/// Bytes of a frame that go off with its head: whoever waits for it is woken once, not for five bytes first.
const TOGETHER: usize = 256 * 1024;

/// Writes one frame and sends it off.
pub(crate) fn write(out: &mut dyn Write, kind: Kind, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    let [a, b, c, d] = length.to_le_bytes();
    let (with_head, rest) = bytes.split_at(bytes.len().min(TOGETHER));
    let mut first = Vec::with_capacity(5 + with_head.len());
    first.extend_from_slice(&[kind.byte(), a, b, c, d]);
    first.extend_from_slice(with_head);
    out.write_all(&first)?;
    out.write_all(rest)?;
    out.flush()
}

/// Reads one frame; never holds more than `max` bytes of it.
pub(crate) fn read(input: &mut dyn Read, max: u64) -> Received {
    let mut head = [0; 5];
    if input.read_exact(&mut head).is_err() {
        return Received::Closed;
    }
    let [kind, length @ ..] = head;
    let Some(kind) = Kind::of(kind) else { return Received::NoKind };
    let length = u32::from_le_bytes(length);
    if u64::from(length) > max {
        return Received::TooLong;
    }
    let mut bytes = vec![0; length as usize];
    match input.read_exact(&mut bytes) {
        Ok(()) => Received::Frame(kind, bytes),
        Err(_) => Received::Closed,
    }
}

/// One byte a protection.
pub(crate) fn protections(of: Protections) -> [u8; 3] {
    [of.limits, of.files, of.calls].map(|protection| match protection {
        Protection::Absent => b'0',
        Protection::Partial => b'1',
        Protection::Full => b'2',
    })
}

/// What [`protections`] wrote.
pub(crate) fn read_protections(bytes: &[u8]) -> Option<Protections> {
    let one = |byte: &u8| match byte {
        b'0' => Some(Protection::Absent),
        b'1' => Some(Protection::Partial),
        b'2' => Some(Protection::Full),
        _ => None,
    };
    match bytes {
        [limits, files, calls] => Some(Protections { limits: one(limits)?, files: one(files)?, calls: one(calls)? }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_back_and_a_lying_one_is_told() {
        let mut pipe = Vec::new();
        write(&mut pipe, Kind::Data, b"abc").unwrap();
        write(&mut pipe, Kind::End, b"").unwrap();
        let mut input = pipe.as_slice();
        assert_eq!(read(&mut input, 3), Received::Frame(Kind::Data, b"abc".to_vec()));
        assert_eq!(read(&mut input, 3), Received::Frame(Kind::End, Vec::new()));
        assert_eq!(read(&mut input, 3), Received::Closed);
        assert_eq!(read(&mut pipe.as_slice(), 2), Received::TooLong);
        assert_eq!(read(&mut b"D\xff\xff\xff\xff".as_slice(), 1 << 20), Received::TooLong);
        assert_eq!(read(&mut b"Z\0\0\0\0".as_slice(), 1), Received::NoKind);
        assert_eq!(read(&mut b"D\x02\0\0\0a".as_slice(), 9), Received::Closed);
    }

    #[test]
    fn a_frame_of_any_length_is_written_whole() {
        for length in [0, 1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 3 * TOGETHER] {
            let bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let mut pipe = Vec::new();
            write(&mut pipe, Kind::Data, &bytes).unwrap();
            assert_eq!(read(&mut pipe.as_slice(), u64::MAX), Received::Frame(Kind::Data, bytes));
        }
    }

    #[test]
    fn protections_are_read_back() {
        let held = Protections { limits: Protection::Full, files: Protection::Partial, calls: Protection::Absent };
        assert_eq!(read_protections(&protections(held)), Some(held));
        assert_eq!(read_protections(b"222 "), None);
        assert_eq!(read_protections(b"223"), None);
    }
}
