//! One connection to the server.

use crate::compose::Written;
use crate::settings::MailSettings;
use crate::stream;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use std::time::Duration;

/// The longest a connection may take to be made.
const CONNECT_LIMIT: Duration = Duration::from_secs(20);
/// The longest a command may take (RFC 5321, 4.5.3.2.1 to 4.5.3.2.5).
pub(crate) const COMMAND_LIMIT: Duration = Duration::from_mins(5);
/// The longest the end of a letter may take: giving up earlier makes repeats (RFC 5321, 4.5.3.2.6).
pub(crate) const END_LIMIT: Duration = Duration::from_mins(10);

/// Where a letter failed, and what the server said.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The connection is of no more use.
    Line(String),
    /// It said to come back.
    Later(String),
    /// It refuses the recipient.
    Recipient(String),
    /// It refuses the letter.
    Letter(String),
}

pub(crate) struct Line(AsyncSmtpConnection);

impl Line {
    /// Connects, protects the connection and signs in.
    pub(crate) async fn open(settings: &MailSettings) -> Result<Self, String> {
        let opened = tokio::time::timeout(CONNECT_LIMIT, opened(settings)).await;
        opened.map_err(|_| "the server did not answer in time".to_owned())?.map(Self)
    }

    /// Announces a letter, up to the point where its content may be sent.
    pub(crate) async fn announce(&mut self, written: &Written) -> Result<(), Failed> {
        let mail = self.0.command(Mail::new(Some(written.from.clone()), Vec::new())).await;
        self.told(mail, Failed::Letter).await?;
        let recipient = self.0.command(Rcpt::new(written.to.clone(), Vec::new())).await;
        self.told(recipient, Failed::Recipient).await?;
        let data = self.0.command(Data).await;
        self.told(data, Failed::Letter).await
    }

    /// Sends the content of the letter announced, and its end.
    pub(crate) async fn finish(&mut self, written: &Written) -> Result<(), Failed> {
        let sent = self.0.message(&written.bytes).await;
        self.told(sent, Failed::Letter).await
    }

    /// Takes leave.
    pub(crate) async fn close(mut self) {
        // Nothing waits for the answer.
        let _ = tokio::time::timeout(Duration::from_secs(5), self.0.quit()).await;
    }

    /// What the server's answer means; after a refusal the connection is made ready for the next letter.
    async fn told<T>(&mut self, answer: Result<T, Error>, refused: fn(String) -> Failed) -> Result<(), Failed> {
        let Err(error) = answer else { return Ok(()) };
        let said = said(&error);
        let failed = if error.is_permanent() {
            refused(said)
        } else if error.is_transient() && error.status().is_none_or(|code| code.to_string() != "421") {
            Failed::Later(said)
        } else {
            return Err(Failed::Line(said));
        };
        match self.0.command(Rset).await {
            Ok(_) => Err(failed),
            // What was said of the letter holds; the connection is gone and says so at its next use.
            Err(_) => Err(failed),
        }
    }
}

async fn opened(settings: &MailSettings) -> Result<AsyncSmtpConnection, String> {
    let said = |error: Error| said(&error);
    let domain = settings.from.rsplit('@').next().unwrap_or("localhost");
    let hello = ClientId::Domain(domain.to_owned());
    let stream = stream::open(settings, domain).await?;
    let mut line = AsyncSmtpConnection::connect_with_transport(stream, &hello).await.map_err(said)?;
    if let Some((name, password)) = &settings.credentials {
        let credentials = Credentials::new(name.clone(), password.clone());
        line.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await.map_err(said)?;
    }
    Ok(line)
}

/// What an error says, in one line of at most 200 characters.
fn said(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}
