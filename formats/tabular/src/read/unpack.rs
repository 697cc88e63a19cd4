//! Compressed files, unpacked while they are read.

use super::FileError;
use super::container::{Member, PACKED};
use crate::declaration::FileShape;
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Read};

/// How many times its length a file may unpack to. Text of repeated rows packs some tens of times; the format itself
/// (RFC 1951) goes to 1032 times.
const RATIO: u64 = 200;

/// What may be unpacked whatever the ratio, in bytes.
const FREE: u64 = 16 << 20;

/// The bytes of a file, unpacked when they begin like gzip or a zip archive.
pub(crate) enum Unpacked<R: Read> {
    Plain(BufReader<Counted<R>>),
    Gzip { decoder: Box<MultiGzDecoder<BufReader<Counted<R>>>>, unpacked: u64, limit: u64 },
    Zip(Box<Member>),
}

/// Bytes that are counted on their way.
pub(crate) struct Counted<R> {
    input: R,
    passed: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(into)?;
        self.passed += n as u64;
        Ok(n)
    }
}

impl<R: Read> Unpacked<R> {
    pub(crate) fn open(input: R, shape: &FileShape) -> Result<Self, FileError> {
        let limit = shape.max_unpacked_bytes;
        let mut buffered = BufReader::with_capacity(64 * 1024, Counted { input, passed: 0 });
        let start = retry(|| buffered.fill_buf().map(<[u8]>::len)).and_then(|_| buffered.fill_buf());
        let start = start.map_err(FileError::Io)?;
        if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
            // An archive is read from its end, and so held whole.
            let mut bytes = Vec::new();
            let read = buffered.take(PACKED + 1).read_to_end(&mut bytes).map_err(FileError::Io)?;
            if read as u64 > PACKED {
                let reason = format!("it is longer than {PACKED} bytes; send its files compressed by gzip");
                return Err(FileError::Archive { reason });
            }
            return Ok(Self::Zip(Box::new(Member::open(bytes, shape.member.as_deref(), limit)?)));
        }
        if shape.member.is_some() {
            return Err(FileError::Archive {
                reason: "it is no zip archive, and `member` names a file in one".to_owned(),
            });
        }
        if start.starts_with(&[0x1f, 0x8b]) {
            Ok(Self::Gzip { decoder: Box::new(MultiGzDecoder::new(buffered)), unpacked: 0, limit })
        } else {
            Ok(Self::Plain(buffered))
        }
    }

    /// Reads some bytes; 0 at the end.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> Result<usize, FileError> {
        match self {
            Self::Zip(member) => Member::read(member, into),
            Self::Plain(input) => retry(|| input.read(into)).map_err(FileError::Io),
            Self::Gzip { decoder, unpacked, limit } => {
                let n = retry(|| decoder.read(into)).map_err(|error| match error.kind() {
                    io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                        FileError::Damaged
                    }
                    _ => FileError::Io(error),
                })?;
                *unpacked = unpacked.saturating_add(n as u64);
                if *unpacked > *limit {
                    return Err(FileError::Unpacked { limit: *limit });
                }
                let packed = decoder.get_ref().get_ref().passed;
                if *unpacked > FREE && *unpacked / RATIO > packed {
                    return Err(FileError::Ratio { times: RATIO });
                }
                Ok(n)
            }
        }
    }
}

fn retry(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}
