//! A mail server that keeps what it is given, for tests: it speaks enough SMTP (RFC 5321) for one client, on loopback.
//!
//! Addresses say how it behaves: `unknown…` is refused for good, `later…` for now. A letter is kept before its end is
//! answered, as a real server does, so that a client killed in between sends it again.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A letter that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its Message-ID, without the angle brackets; empty when it has none.
    pub id: String,
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipient.
    pub to: String,
    /// The message as it came, dots unstuffed.
    pub bytes: Vec<u8>,
}

/// The server. It ends with the process.
#[derive(Debug, Clone)]
pub struct SmtpSink {
    address: SocketAddr,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl SmtpSink {
    /// Listens on a free port of loopback; each end of a letter is answered after `delay`.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(delay: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let sink = Self { address: listener.local_addr()?, taken: Arc::default() };
        let shared = sink.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sink = shared.clone();
                std::thread::spawn(move || {
                    // A client that was killed leaves in the middle of a word.
                    let _ = stream.set_nodelay(true).and_then(|()| sink.serve(&stream, delay));
                });
            }
        });
        Ok(sink)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has taken, oldest first.
    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many letters it has taken.
    pub fn n_taken(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn serve(&self, stream: &TcpStream, delay: Duration) -> io::Result<()> {
        let mut lines = BufReader::new(stream);
        let mut out = stream;
        out.write_all(b"220 sink.example ready\r\n")?;
        let (mut from, mut to) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            if lines.by_ref().take(1000).read_line(&mut line)? == 0 {
                return Ok(());
            }
            let upper = line.trim_end().to_ascii_uppercase();
            let answer = if upper.starts_with("EHLO") {
                "250-sink.example\r\n250 8BITMIME\r\n"
            } else if upper.starts_with("MAIL FROM:") {
                from = between(&line);
                "250 2.1.0 ok\r\n"
            } else if upper.starts_with("RCPT TO:") {
                to = between(&line);
                if to.starts_with("unknown") {
                    "550 5.1.1 nobody of that name\r\n"
                } else if to.starts_with("later") {
                    "451 4.3.0 come back\r\n"
                } else {
                    "250 2.1.5 ok\r\n"
                }
            } else if upper == "DATA" {
                out.write_all(b"354 go on\r\n")?;
                let bytes = content(&mut lines)?;
                let id = head(&bytes, "message-id").unwrap_or_default();
                let id = id.trim_matches(['<', '>']).to_owned();
                let taken = Taken { id, from: from.clone(), to: to.clone(), bytes };
                self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(taken);
                std::thread::sleep(delay);
                "250 2.0.0 taken\r\n"
            } else if upper == "QUIT" {
                return out.write_all(b"221 2.0.0 bye\r\n");
            } else if upper == "RSET" || upper == "NOOP" {
                "250 2.0.0 ok\r\n"
            } else {
                "502 5.5.1 not here\r\n"
            };
            out.write_all(answer.as_bytes())?;
        }
    }
}

/// What stands between the angle brackets of a command.
fn between(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(inside, _)| inside).to_owned()
}

/// The content of a letter up to its end (RFC 5321, 4.5.2).
fn content(lines: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(bytes);
        }
        bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

/// The value of a field of the head, unfolded; the name in lower case.
pub fn head(message: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(message);
    let head = text.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
    let found = head.lines().find_map(|line| line.split_once(':').filter(|(n, _)| n.eq_ignore_ascii_case(name)));
    found.map(|(_, value)| value.trim().to_owned())
}
