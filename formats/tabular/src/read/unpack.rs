//! Compressed files, unpacked while they are read.

use super::FileError;
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Read};

/// The bytes of a file, unpacked when they begin like gzip.
pub(crate) enum Unpacked<R: Read> {
    Plain(BufReader<R>),
    Gzip { decoder: Box<MultiGzDecoder<BufReader<R>>>, left: u64, limit: u64 },
}

impl<R: Read> Unpacked<R> {
    pub(crate) fn open(input: R, limit: u64) -> Result<Self, FileError> {
        let mut buffered = BufReader::with_capacity(64 * 1024, input);
        let start = buffered.fill_buf().map_err(FileError::Io)?;
        if start.starts_with(&[0x1f, 0x8b]) {
            Ok(Self::Gzip { decoder: Box::new(MultiGzDecoder::new(buffered)), left: limit, limit })
        } else {
            Ok(Self::Plain(buffered))
        }
    }

    /// Reads some bytes; 0 at the end.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> Result<usize, FileError> {
        match self {
            Self::Plain(input) => retry(|| input.read(into)).map_err(FileError::Io),
            Self::Gzip { decoder, left, limit } => {
                let n = retry(|| decoder.read(into)).map_err(|error| match error.kind() {
                    io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                        FileError::Damaged
                    }
                    _ => FileError::Io(error),
                })?;
                *left = left.checked_sub(n as u64).ok_or(FileError::Unpacked { limit: *limit })?;
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
