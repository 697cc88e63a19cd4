//! When the program has promised: a line on a descriptor, or an answer on a socket.

use crate::decode::Descriptor;
use std::collections::BTreeMap;

/// Where a promise is seen. A key is promised when the first byte that says so may leave the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acknowledgements {
    /// Lines `ack KEY` written to this descriptor. Lines `try KEY`, when there are any, announce what is about to be
    /// asked: a key found in the store without having been announced is then a stranger. Other lines mean nothing.
    Lines {
        /// 1 for standard output.
        descriptor: i64,
    },
    /// HTTP/1.1 answers of status 2xx or 303 to requests that carry this header; its value is the key. Requests
    /// without the header promise nothing. Plain text only, one request at a time on a connection.
    Answers {
        /// The name of the header, whatever its case.
        header: String,
    },
}

/// What a call tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    Tried(String),
    Acknowledged(String),
}

/// Follows what is written and received.
#[derive(Debug)]
pub(crate) struct Listener {
    rule: Acknowledgements,
    /// What has come by process and descriptor and is not yet a whole line, or a whole head of a request.
    heard: BTreeMap<(usize, i64), Vec<u8>>,
    /// The key of the request that waits for its answer.
    waiting: BTreeMap<(usize, i64), String>,
}

/// Longest head of a request, in bytes: what comes after without an end is dropped.
const LONGEST_HEAD: usize = 1 << 20;

impl Listener {
    pub(crate) fn new(rule: Acknowledgements) -> Self {
        Self { rule, heard: BTreeMap::new(), waiting: BTreeMap::new() }
    }

    /// The program starts to write these bytes.
    pub(crate) fn written(&mut self, process: usize, fd: &Descriptor, bytes: &[u8]) -> Vec<Word> {
        let channel = (process, fd.number);
        match &self.rule {
            Acknowledgements::Lines { descriptor } if *descriptor == fd.number => {
                let heard = self.heard.entry(channel).or_default();
                heard.extend_from_slice(bytes);
                let Some(last) = heard.iter().rposition(|b| *b == b'\n') else { return Vec::new() };
                let rest = heard.split_off(last.saturating_add(1));
                let lines = std::mem::replace(heard, rest);
                String::from_utf8_lossy(&lines).lines().filter_map(word).collect()
            }
            Acknowledgements::Lines { .. } => Vec::new(),
            Acknowledgements::Answers { .. } => {
                let status = bytes.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3));
                let (Some(status), Some(key)) = (status, self.waiting.get(&channel)) else { return Vec::new() };
                let promised = status.starts_with(b"2") || status == b"303";
                let words = if promised { vec![Word::Acknowledged(key.clone())] } else { Vec::new() };
                self.waiting.remove(&channel);
                words
            }
        }
    }

    /// The program has received these bytes.
    pub(crate) fn received(&mut self, process: usize, fd: &Descriptor, bytes: &[u8]) -> Vec<Word> {
        let Acknowledgements::Answers { header } = &self.rule else { return Vec::new() };
        let channel = (process, fd.number);
        let heard = self.heard.entry(channel).or_default();
        heard.extend_from_slice(bytes);
        let Some(end) = heard.windows(4).position(|w| w == b"\r\n\r\n") else {
            if heard.len() > LONGEST_HEAD {
                heard.clear();
            }
            return Vec::new();
        };
        let head = String::from_utf8_lossy(heard.get(..end).unwrap_or_default()).into_owned();
        // What follows is the body; the next head begins with the next request.
        heard.clear();
        let value = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find_map(|(name, value)| name.eq_ignore_ascii_case(header).then(|| value.trim().to_owned()));
        match value {
            Some(key) => {
                self.waiting.insert(channel, key.clone());
                vec![Word::Tried(key)]
            }
            None => {
                self.waiting.remove(&channel);
                Vec::new()
            }
        }
    }

    /// Descriptors are closed: their numbers may come again for something else.
    pub(crate) fn closed(&mut self, process: usize, from: i64, upto: i64) {
        if matches!(self.rule, Acknowledgements::Answers { .. }) {
            let gone = |(p, fd): &(usize, i64)| *p == process && (from..=upto).contains(fd);
            self.heard.retain(|channel, _| !gone(channel));
            self.waiting.retain(|channel, _| !gone(channel));
        }
    }
}

/// What one line says.
pub(crate) fn word(line: &str) -> Option<Word> {
    match line.split_once(' ')? {
        ("ack", key) => Some(Word::Acknowledged(key.to_owned())),
        ("try", key) => Some(Word::Tried(key.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fd(number: i64) -> Descriptor {
        Descriptor { number, path: None, deleted: false }
    }

    fn ack(key: &str) -> Word {
        Word::Acknowledged(key.to_owned())
    }

    #[test]
    fn a_line_counts_once_it_is_whole() {
        let mut listener = Listener::new(Acknowledgements::Lines { descriptor: 1 });
        assert_eq!(listener.written(0, &fd(1), b"ready\ntry a\nack "), [Word::Tried("a".into())]);
        assert_eq!(listener.written(0, &fd(2), b"ack z\n"), []);
        assert_eq!(listener.written(0, &fd(1), b"a\nack b"), [ack("a")]);
        assert_eq!(listener.written(0, &fd(1), b"\n"), [ack("b")]);
    }

    #[test]
    fn an_answer_counts_for_the_request_of_its_connection() {
        let mut listener = Listener::new(Acknowledgements::Answers { header: "idempotency-key".into() });
        let ask = |l: &mut Listener, n, text: &str| l.received(0, &fd(n), text.as_bytes());
        assert_eq!(ask(&mut listener, 5, "POST / HTTP/1.1\r\nIdempotency-Key: k1\r\n"), []);
        assert_eq!(ask(&mut listener, 5, "\r\nbody"), [Word::Tried("k1".into())]);
        ask(&mut listener, 6, "POST / HTTP/1.1\r\nidempotency-key: k2\r\n\r\n");
        assert_eq!(listener.written(0, &fd(6), b"HTTP/1.1 303 See Other\r\n"), [ack("k2")]);
        assert_eq!(listener.written(0, &fd(6), b"HTTP/1.1 200 OK\r\n"), [], "no request waits");
        assert_eq!(listener.written(0, &fd(5), b"HTTP/1.1 409 Conflict\r\n"), [], "a refusal promises nothing");
        ask(&mut listener, 5, "POST / HTTP/1.1\r\nidempotency-key: k3\r\n\r\n");
        listener.closed(0, 5, 5);
        assert_eq!(listener.written(0, &fd(5), b"HTTP/1.1 200 OK\r\n"), [], "another connection");
    }
}
