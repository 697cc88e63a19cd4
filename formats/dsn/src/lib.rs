//! Reports of non-delivery (RFC 3464), as mail servers send them back: which letter, what became of it, and why.
//!
//! Of a whole message it reads the head, the part `message/delivery-status`, and the head of the letter that came back
//! with it. Nothing is decoded: numbers, addresses and codes are ASCII in all of them. What it takes for the number of a
//! letter is a guess among the texts that could hold it; whoever sent the letters knows their own.

mod wire;

pub use wire::{PARSER, ReportFrame, parse, task};

use std::collections::BTreeSet;

/// The longest message read, in bytes.
pub const LONGEST: usize = 1 << 20;
/// The most numbers taken from one message.
const MOST: usize = 16;
/// Digits of a number of ours: 128 bits.
const DIGITS: usize = 32;

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It could not be delivered (2.3.3).
    Failed,
    /// It was not delivered so far, and is tried on.
    Delayed,
    /// It was delivered, relayed or passed on.
    Passed,
}

/// What a report says of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Numbers of letters it may be about, most likely first: of the address it came back to, then of the letter.
    pub candidates: Vec<String>,
    /// What became of it.
    pub action: Action,
    /// The code (RFC 3463): `5.1.1`.
    pub status: String,
}

/// Why a message is no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DsnError {
    /// Too long to be one.
    #[error("the message is longer than 1 MiB: no report of non-delivery is")]
    TooLong,
    /// It has no part that says what became of a letter.
    #[error("the message holds no `message/delivery-status` part (RFC 3464)")]
    NoStatus,
    /// That part lacks what it must have.
    #[error("the report says no `{0}` (RFC 3464, 2.3)")]
    Lacks(&'static str),
}

/// Reads a report.
///
/// # Errors
/// [`DsnError`] for a message that is none.
pub fn read(message: &[u8]) -> Result<Report, DsnError> {
    if message.len() > LONGEST {
        return Err(DsnError::TooLong);
    }
    let text = String::from_utf8_lossy(message);
    let lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches('\r')).collect();
    let from = lines.iter().position(|line| is_type(line, "message/delivery-status")).ok_or(DsnError::NoStatus)?;
    // The head of the part ends at an empty line; its body ends at the next boundary.
    let part = lines.get(from..).unwrap_or_default();
    let body = part.iter().position(|line| line.is_empty()).and_then(|at| part.get(at..)).unwrap_or_default();
    let body: Vec<&str> = body.iter().take_while(|line| !line.starts_with("--")).copied().collect();
    let action = match field(&body, "action").ok_or(DsnError::Lacks("Action"))?.to_ascii_lowercase().as_str() {
        "failed" => Action::Failed,
        "delayed" => Action::Delayed,
        _ => Action::Passed,
    };
    let status = field(&body, "status").ok_or(DsnError::Lacks("Status"))?;
    let status: String = status.chars().take_while(|c| c.is_ascii_digit() || *c == '.').take(11).collect();
    if status.split('.').count() != 3 || status.split('.').any(str::is_empty) {
        return Err(DsnError::Lacks("Status"));
    }
    let head = lines.iter().position(|line| line.is_empty()).and_then(|at| lines.get(..at)).unwrap_or_default();
    let came_back = ["delivered-to", "x-original-to", "envelope-to", "to"].iter().filter_map(|name| field(head, name));
    let after = part.iter().skip(body.len()).copied();
    let returned = after.filter_map(|line| value(line, "message-id"));
    let mut seen = BTreeSet::new();
    let mut candidates = Vec::new();
    for number in came_back.chain(returned).flat_map(numbers) {
        if candidates.len() < MOST && seen.insert(number.clone()) {
            candidates.push(number);
        }
    }
    Ok(Report { candidates, action, status })
}

/// Whether a line says that what follows is of that type.
fn is_type(line: &str, of: &str) -> bool {
    value(line, "content-type").is_some_and(|text| {
        text.get(..of.len()).is_some_and(|start| start.eq_ignore_ascii_case(of))
            && !text.get(of.len()..).unwrap_or_default().starts_with(|c: char| c.is_alphanumeric() || c == '-')
    })
}

/// The value of the first field of that name.
fn field<'a>(lines: &[&'a str], name: &str) -> Option<&'a str> {
    lines.iter().find_map(|line| value(line, name))
}

/// The value of a line that is a field of that name.
fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.split_once(':').filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// Every run of exactly 32 hexadecimal digits in a text, in lower case.
fn numbers(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|run| run.len() == DIGITS && run.bytes().all(|b| b.is_ascii_hexdigit()))
        .map(str::to_ascii_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    /// A report laid out as RFC 3464 describes, with made-up names.
    fn report(action: &str, status: &str) -> String {
        [
            "From: MAILER-DAEMON@relay.example",
            &format!("To: retours+{ID}@beffroi.example"),
            "Subject: Undelivered",
            "MIME-Version: 1.0",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"",
            "",
            "--b1",
            "Content-Type: text/plain",
            "",
            "Sorry. Status: 2.0.0",
            "--b1",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; relay.example",
            "",
            "Final-Recipient: rfc822; bureau@direction.example",
            &format!("Action: {action}"),
            &format!("Status: {status} (bad address)"),
            "Diagnostic-Code: smtp; 550 5.1.1 nobody",
            "",
            "--b1",
            "Content-Type: text/rfc822-headers",
            "",
            "Message-ID: <ffffffffffffffffffffffffffffffff@beffroi.example>",
            "--b1--",
            "",
        ]
        .join("\r\n")
    }

    #[test]
    fn what_came_back_and_why() {
        let read = read(report("failed", "5.1.1").as_bytes()).unwrap();
        assert_eq!((read.action, read.status.as_str()), (Action::Failed, "5.1.1"));
        assert_eq!(read.candidates, [ID, "ffffffffffffffffffffffffffffffff"]);
    }

    #[test]
    fn a_delay_is_no_failure() {
        assert_eq!(read(report("delayed", "4.4.1").as_bytes()).unwrap().action, Action::Delayed);
        assert_eq!(read(report("Relayed", "2.0.0").as_bytes()).unwrap().action, Action::Passed);
    }

    #[test]
    fn what_is_no_report() {
        let plain = b"From: a@b.example\r\nContent-Type: text/plain\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n";
        assert_eq!(read(plain), Err(DsnError::NoStatus));
        assert_eq!(read(report("failed", "bad").as_bytes()), Err(DsnError::Lacks("Status")));
        assert_eq!(read(report("failed", "5.1").as_bytes()), Err(DsnError::Lacks("Status")));
        let without = report("failed", "5.1.1").replace("Action", "Auction");
        assert_eq!(read(without.as_bytes()), Err(DsnError::Lacks("Action")));
        assert_eq!(read(&vec![b'a'; LONGEST + 1]), Err(DsnError::TooLong));
        assert!(read(b"").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2000), at in 0usize..1200) {
            let _ = read(&bytes);
            let mut bent = report("failed", "5.1.1").into_bytes();
            let at = at % bent.len();
            bent.splice(at..at, bytes.iter().copied().take(20));
            if let Ok(read) = read(&bent) {
                prop_assert!(read.candidates.len() <= MOST && read.status.len() <= 11);
            }
        }
    }
}
