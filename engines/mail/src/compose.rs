//! A letter as a message (RFC 5322, MIME). Nothing that a letter holds can end a line of the head or of the envelope: a
//! control character in any of them refuses the letter.

use crate::settings::{MailSettings, address};
use beffroi_ports::Letter;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

/// A message with its envelope.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) from: Address,
    pub(crate) to: Address,
    pub(crate) bytes: Vec<u8>,
}

/// Writes a letter.
pub(crate) fn write(letter: &Letter, settings: &MailSettings) -> Result<Written, String> {
    let to = address(&letter.to)?;
    let from = address(&settings.from)?;
    if letter.id.is_empty() || letter.id.len() > 64 || !letter.id.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err("its number is not hexadecimal".to_owned());
    }
    if letter.subject.contains(char::is_control) {
        return Err("its subject is not one line".to_owned());
    }
    let mut message = Message::builder()
        .from(Mailbox::new(Some(settings.from_name.clone()).filter(|name| !name.is_empty()), from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(letter.subject.clone())
        .message_id(Some(message_id(&letter.id, &from)))
        // RFC 3834, 5: no holiday message answers it.
        .raw_header(field("Auto-Submitted", "auto-generated")?);
    for (name, value) in &letter.fields {
        message = message.raw_header(field(name, value)?);
    }
    let text = SinglePart::plain(letter.text.clone());
    let words = match &letter.html {
        Some(html) => MultiPart::alternative().singlepart(text).singlepart(SinglePart::html(html.clone())),
        None => MultiPart::mixed().singlepart(text),
    };
    let whole = if letter.enclosures.is_empty() {
        message.multipart(words)
    } else {
        let mut all = MultiPart::mixed().multipart(words);
        for enclosure in &letter.enclosures {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if enclosure.name.is_empty() || !enclosure.name.chars().all(is_plain) {
                return Err("the name of an enclosure is not plain".to_owned());
            }
            let media = ContentType::parse(enclosure.media).map_err(|_| "an enclosure has no media type".to_owned())?;
            all = all.singlepart(Attachment::new(enclosure.name.clone()).body(enclosure.bytes.clone(), media));
        }
        message.multipart(all)
    };
    let return_path = return_path(&letter.id, settings, &from)?;
    // The builder would take the envelope from the head; ours is its own.
    let envelope = Envelope::new(Some(return_path.clone()), vec![to.clone()]).map_err(|error| error.to_string())?;
    let bytes = whole.map_err(|error| error.to_string())?.formatted();
    debug_assert_eq!(envelope.to().len(), 1, "one letter, one recipient");
    Ok(Written { from: return_path, to, bytes })
}

/// The Message-ID of a letter: its number at the sender's domain, the same each time.
pub(crate) fn message_id(id: &str, from: &Address) -> String {
    format!("<{id}@{}>", from.domain())
}

/// The return path of a letter: what cannot be delivered comes back to an address that tells which letter it was.
fn return_path(id: &str, settings: &MailSettings, from: &Address) -> Result<Address, String> {
    let Some(returns) = &settings.returns else { return Ok(from.clone()) };
    let returns = address(returns)?;
    address(&format!("{}+{id}@{}", returns.user(), returns.domain()))
}

fn field(name: &str, value: &str) -> Result<HeaderValue, String> {
    if value.contains(char::is_control) {
        return Err("a field of its head is not one line".to_owned());
    }
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let name = HeaderName::new_from_ascii(name.to_owned()).ok().filter(|_| is_name);
    name.map(|name| HeaderValue::new(name, value.to_owned()))
        .ok_or_else(|| "a field of its head has no name".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{letter, settings};
    use beffroi_ports::Enclosure;
    use std::sync::Arc;

    fn text(letter: &Letter) -> String {
        String::from_utf8(write(letter, &settings(25)).unwrap().bytes).unwrap()
    }

    #[test]
    fn the_same_letter_carries_the_same_number_each_time() {
        let id = |text: String| text.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().to_owned();
        let (first, second) = (id(text(&letter("a1"))), id(text(&letter("a1"))));
        assert_eq!((first.as_str(), &first), ("Message-ID: <a1@beffroi.example>", &second));
        assert_ne!(first, id(text(&letter("a2"))));
        let written = write(&letter("a1"), &settings(25)).unwrap();
        assert_eq!(written.from.to_string(), "retours+a1@beffroi.example");
    }

    #[test]
    fn text_page_and_file_go_together() {
        let mut letter = letter("a1");
        letter.html = Some("<p>é</p>".to_owned());
        let pdf =
            Enclosure { name: "FLASH-2026-001.pdf".to_owned(), media: "application/pdf", bytes: b"%PDF".to_vec() };
        letter.enclosures.push(Arc::new(pdf));
        letter.fields.push(("X-TLP".to_owned(), "TLP:GREEN".to_owned()));
        let text = text(&letter);
        for part in [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "application/pdf",
            "X-TLP: TLP:GREEN",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }

    #[test]
    fn nothing_ends_a_line_of_the_head_or_the_envelope() {
        let hostile = ["\r\nBcc: x@evil.example", "\nX: y", "\r", "\u{0}", "\u{85}x"];
        for bad in hostile {
            let mut bend: Vec<Letter> = vec![letter("a1"); 5];
            bend[0].subject.push_str(bad);
            bend[1].to = format!("a{bad}@b.example");
            bend[2].fields.push(("X-TLP".to_owned(), format!("TLP:GREEN{bad}")));
            bend[3].fields.push((format!("X{bad}"), "y".to_owned()));
            bend[4].id.push_str(bad);
            for letter in bend {
                let refused = write(&letter, &settings(25)).unwrap_err();
                assert!(!refused.contains(char::is_control), "{refused:?}");
            }
        }
        // The twin: the same without it goes.
        assert!(write(&letter("a1"), &settings(25)).is_ok());
        for to in ["a@b.example> RCPT TO:<x@evil.example", "a b@c.example", "é@b.example", "a@b.example,x@evil.example"]
        {
            assert!(write(&Letter { to: to.to_owned(), ..letter("a1") }, &settings(25)).is_err(), "{to}");
        }
        // A line of a lone dot is content, not the end (RFC 5321, 4.5.2): see the exchange with a server.
        let file = Enclosure { name: "a\"\r\nb.pdf".to_owned(), media: "application/pdf", bytes: Vec::new() };
        let mut odd = letter("a1");
        odd.enclosures.push(Arc::new(file));
        assert!(write(&odd, &settings(25)).is_err());
    }
}
