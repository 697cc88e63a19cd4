//! A report of non-delivery, read on one side of a wall and taken on the other. One frame: `R`, what became of the letter,
//! and on lines of their own the code and the numbers it may be about; or `F` and why the message is no report.

use crate::{Action, DIGITS, LONGEST, MOST, Report, read};
use beffroi_ports::{Taker, Task, Unread};
use std::io::{self, Read};

/// The name under which an executable lists [`parse`].
pub const PARSER: &str = "dsn";

/// Longest frame, in bytes.
const FRAME: u64 = 2048;

/// What is asked of [`parse`] for a message of that length.
pub fn task(input_bytes: u64) -> Task {
    Task { parser: PARSER, request: Vec::new(), input_bytes, max_frame_bytes: FRAME, max_total_bytes: FRAME }
}

/// Untrusted input. Reads a message as a report ([`read`]) and gives one frame; there is nothing to request. Made to run in
/// a child process; [`ReportFrame`] takes the frame.
///
/// # Errors
/// When `give` or `input` fails. What is wrong with the message is told in the frame.
pub fn parse(_: &[u8], input: &mut dyn Read, give: &mut (dyn FnMut(&[u8]) -> io::Result<()> + '_)) -> io::Result<()> {
    let mut bytes = Vec::new();
    input.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
    let text = match read(&bytes) {
        Ok(report) => {
            let action = match report.action {
                Action::Failed => 'f',
                Action::Delayed => 'd',
                Action::Passed => 'p',
            };
            format!("R{action}{}\n{}", report.status, report.candidates.join("\n"))
        }
        Err(error) => format!("F{error}"),
    };
    give(text.as_bytes())
}

/// Takes the frame of [`parse`], trusting nothing in it.
#[derive(Debug, Default)]
pub struct ReportFrame(Option<Report>);

impl Taker for ReportFrame {
    type Taken = Report;

    fn put(&mut self, frame: &[u8]) -> Result<(), Unread> {
        let text = std::str::from_utf8(frame).map_err(|_| Unread::nonsense("a text that is not UTF-8"))?;
        if let Some(reason) = text.strip_prefix('F') {
            return Err(Unread::told(reason));
        }
        let report = report(text).ok_or(Unread::nonsense("no report"))?;
        if self.0.replace(report).is_some() { Err(Unread::nonsense("a second report")) } else { Ok(()) }
    }

    fn end(self) -> Result<Report, Unread> {
        self.0.ok_or(Unread::nonsense("no end"))
    }
}

fn report(text: &str) -> Option<Report> {
    let mut chars = text.strip_prefix('R')?.chars();
    let action = match chars.next()? {
        'f' => Action::Failed,
        'd' => Action::Delayed,
        'p' => Action::Passed,
        _ => return None,
    };
    let (status, numbers) = chars.as_str().split_once('\n')?;
    let is_code = status.len() <= 11
        && status.split('.').count() == 3
        && status.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    let candidates: Vec<String> = numbers.split('\n').filter(|one| !one.is_empty()).map(str::to_owned).collect();
    let is_number =
        |one: &String| one.len() == DIGITS && one.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let fits = is_code && candidates.len() <= MOST && candidates.iter().all(is_number);
    fits.then(|| Report { candidates, action, status: status.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = "To: retours+0123456789abcdef0123456789abcdef@beffroi.example\r\n\
        Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
        Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n";

    fn taken(frames: &[&[u8]]) -> Result<Report, Unread> {
        let mut taker = ReportFrame::default();
        for frame in frames {
            taker.put(frame)?;
        }
        taker.end()
    }

    fn over(message: &[u8]) -> Result<Report, Unread> {
        let mut all = Vec::new();
        parse(b"", &mut &message[..], &mut |frame| {
            assert!(frame.len() as u64 <= FRAME);
            all.push(frame.to_vec());
            Ok(())
        })
        .unwrap();
        taken(&all.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    #[test]
    fn a_report_comes_over_whole() {
        assert_eq!(over(MESSAGE.as_bytes()), Ok(read(MESSAGE.as_bytes()).unwrap()));
        assert_eq!(over(b"plain"), Err(Unread::File(crate::DsnError::NoStatus.to_string())));
        assert_eq!(over(&vec![b'a'; LONGEST + 1]), Err(Unread::File(crate::DsnError::TooLong.to_string())));
        let many = MESSAGE.replace("retours+", &"retours+00000000000000000000000000000000-".repeat(40));
        assert!(over(many.as_bytes()).is_ok());
    }

    #[test]
    fn a_child_that_lies_is_not_believed() {
        let number = "0123456789abcdef0123456789abcdef";
        let right = format!("Rf5.1.1\n{number}");
        assert!(taken(&[right.as_bytes()]).is_ok());
        for wrong in [
            String::new(),
            "R".to_owned(),
            "Rf5.1.1".to_owned(),
            format!("Rx5.1.1\n{number}"),
            format!("Rf5.1\n{number}"),
            format!("Rf5.1.x\n{number}"),
            "Rf5.1.1\nshort".to_owned(),
            format!("Rf5.1.1\n{}", format!("{number}\n").repeat(17)),
        ] {
            assert!(matches!(taken(&[wrong.as_bytes()]), Err(Unread::Reader(_))), "{wrong}");
        }
        assert!(taken(&[right.as_bytes(), right.as_bytes()]).is_err() && taken(&[]).is_err());
        assert!(taken(&[b"\xff"]).is_err());
        assert_eq!(taken(&[b"F\x1b[31mred"]), Err(Unread::File("\u{fffd}[31mred".to_owned())));
    }
}
