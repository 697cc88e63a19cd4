//! A view on the next bytes of a file that never holds more than one long row.

use super::FileError;
use super::unpack::Unpacked;
use std::io::Read;

const CHUNK: usize = 64 * 1024;

/// The next bytes of a file: they are looked at, then consumed.
pub(crate) struct Window<R: Read> {
    input: Unpacked<R>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    line: u64,
}

impl<R: Read> Window<R> {
    pub(crate) fn new(input: Unpacked<R>) -> Self {
        Self { input, buffer: vec![0; 2 * CHUNK], start: 0, end: 0, at_end: false, line: 1 }
    }

    /// The bytes at hand.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether the file holds nothing after the bytes at hand.
    pub(crate) fn is_last(&self) -> bool {
        self.at_end
    }

    /// The line of the first byte at hand, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Brings more bytes at hand; `false` at the end of the file.
    pub(crate) fn fill(&mut self) -> Result<bool, FileError> {
        if self.at_end {
            return Ok(false);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() < self.end + CHUNK {
            self.buffer.resize(self.end + CHUNK, 0);
        }
        let n = self.input.read(self.buffer.get_mut(self.end..).unwrap_or_default())?;
        self.end += n;
        self.at_end = n == 0;
        Ok(n > 0)
    }

    /// Steps over `n` bytes and counts the lines they end.
    pub(crate) fn consume(&mut self, n: usize) {
        let n = n.min(self.end - self.start);
        let passed = self.buffer.get(self.start..self.start + n).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.start += n;
    }

    /// Steps over one line of `n` bytes, its end included.
    pub(crate) fn consume_line(&mut self, n: usize) {
        self.start += n.min(self.end - self.start);
        self.line += 1;
    }

    /// Steps over the rest of the line, however long.
    pub(crate) fn skip_line(&mut self) -> Result<(), FileError> {
        loop {
            match memchr::memchr(b'\n', self.bytes()) {
                Some(at) => {
                    self.consume_line(at + 1);
                    return Ok(());
                }
                None => {
                    self.consume(self.end - self.start);
                    if !self.fill()? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// The next byte at hand, brought in when needed; nothing at the end.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>, FileError> {
        while self.start == self.end {
            if !self.fill()? {
                return Ok(None);
            }
        }
        Ok(self.bytes().first().copied())
    }

    /// The file's first bytes, as many as `n` when it is that long.
    pub(crate) fn head(&mut self, n: usize) -> Result<&[u8], FileError> {
        while self.bytes().len() < n && self.fill()? {}
        Ok(self.bytes().get(..n).unwrap_or_else(|| self.bytes()))
    }
}
