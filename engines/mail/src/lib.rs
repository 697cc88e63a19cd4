//! Mail, outwards: letters over SMTP (RFC 5321), with `lettre`. Implements the port of mail.
//!
//! Connections work beside one another up to the end of a letter; the end itself (from the first byte of the content to
//! the mark that the server took it) is let through for one letter at a time, or as many as the settings say. The mark
//! is a line appended to a file: a kill leaves it there, a power cut may take those since the registers were last
//! written. So a kill repeats at most the letters that were being let through, and loses none.
//!
//! Beyond this machine nothing is said in clear: TLS from the first byte (RFC 8314) or STARTTLS, which is then required.

mod compose;
mod line;
mod marks;
mod settings;
mod smtp;
mod stream;
#[cfg(test)]
mod tests;

pub use settings::{MailSettings, MailSettingsError, Security};
pub use smtp::{Opening, SmtpPost};
