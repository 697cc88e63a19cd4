//! A flash in every form in which it leaves.

mod cap;
mod misp;
mod stix;

use crate::alerts::document::document_on;
use crate::alerts::{Alert, AlertError, annex};
use beffroi_document::html::{self, Words};
use beffroi_document::text;
use beffroi_model::{Channel, Marking, Tlp};
use beffroi_ports::Typesetter;
use beffroi_wording::Lang;
use jiff::civil::Date;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One tagged A4 page.
    Pdf,
    /// One self-contained page.
    Html,
    /// Plain text.
    Text,
    /// Common Alerting Protocol 1.2.
    Cap,
    /// STIX 2.1.
    Stix,
    /// A MISP event.
    Misp,
    /// As the register keeps it.
    Json,
    /// The annex: technical elements and method, as tagged PDF.
    Annex,
}

impl Format {
    /// Every form.
    pub const ALL: [Self; 8] =
        [Self::Pdf, Self::Html, Self::Text, Self::Cap, Self::Stix, Self::Misp, Self::Json, Self::Annex];

    /// Its name on the command line and in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Text => "txt",
            Self::Cap => "cap",
            Self::Stix => "stix",
            Self::Misp => "misp",
            Self::Json => "json",
            Self::Annex => "annex",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf | Self::Annex => "application/pdf",
            Self::Html => "text/html; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
            Self::Cap => beffroi_cap::MEDIA_TYPE,
            Self::Stix => beffroi_stix::MEDIA_TYPE,
            Self::Misp | Self::Json => "application/json",
        }
    }

    /// What ends the name of its file.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Annex => "annexe.pdf",
            Self::Html => "html",
            Self::Text => "txt",
            Self::Cap => "cap.xml",
            Self::Stix => "stix.json",
            Self::Misp => "misp.json",
            Self::Json => "json",
        }
    }

    /// The labels of TLP that it can carry. A scope of CAP is public, restricted to a community, or private: it knows no
    /// step between the community and named persons.
    fn labels(self) -> &'static [Tlp] {
        match self {
            Self::Cap => &[Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::Red],
            Self::Stix => &beffroi_stix::TLP_LABELS,
            Self::Misp => &beffroi_misp::TLP_LABELS,
            Self::Pdf | Self::Html | Self::Text | Self::Json | Self::Annex => &Tlp::ALL,
        }
    }

    /// A marking as this form tells it: the same or a more restrictive one.
    pub fn told(self, marking: Marking) -> Marking {
        Marking { tlp: marking.tlp.told_in(self.labels()), ..marking }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shown: String = text.chars().take(40).collect();
        Self::ALL.into_iter().find(|format| format.code() == text).ok_or(format!("unknown form of a flash `{shown}`"))
    }
}

/// Who asks, and by what it leaves.
#[derive(Clone, Copy)]
pub struct Export<'a> {
    /// The language of the texts.
    pub lang: Lang,
    /// Sets the pages.
    pub typesetter: &'a dyn Typesetter,
    /// By what it leaves.
    pub channel: Channel,
    /// What the far end is cleared for.
    pub ceiling: Marking,
    /// Whom a private message names; asked for by CAP only.
    pub addresses: &'a [String],
    /// Who sends, as CAP names it: unique in the world.
    pub sender: &'a str,
    /// The day, for what has expired.
    pub today: Date,
}

/// A flash as machines read it: as the register keeps it, saying first whether it is of an exercise.
#[derive(Debug, Serialize)]
pub struct Told<'a> {
    /// Whether it is of an exercise: then nobody acts on it.
    pub exercise: bool,
    /// The flash.
    #[serde(flatten)]
    pub alert: &'a Alert,
}

impl<'a> Told<'a> {
    /// Of a flash.
    pub fn of(alert: &'a Alert) -> Self {
        Self { exercise: alert.content.written.exercise, alert }
    }
}

/// The flash in a form.
///
/// # Errors
/// [`AlertError::Missing`] when its marking does not let it leave so far by that channel: absent and forbidden look the
/// same; [`AlertError::Cap`] for a private message without addresses; [`AlertError::Typesetting`].
pub fn export(alert: &Alert, format: Format, how: &Export<'_>) -> Result<Vec<u8>, AlertError> {
    let told = format.told(alert.marking);
    if !told.may_leave(how.channel, how.ceiling) {
        return Err(AlertError::Missing { reference: alert.reference.clone() });
    }
    let at = alert.issued_at.unwrap_or(alert.drafted_at);
    let page = || document_on(alert, how.lang, Some(how.today));
    Ok(match format {
        Format::Pdf => how.typesetter.pdf(&page(), at)?,
        Format::Annex => how.typesetter.pdf(&annex(alert, how.lang), at)?,
        Format::Html => html::page(&page(), &Words::new(|key| how.lang.say(key))).into_bytes(),
        Format::Text => text(&page()).into_bytes(),
        Format::Cap => beffroi_cap::write(&cap::message(alert, told, how))?.into_bytes(),
        Format::Stix => beffroi_stix::write(&stix::report(alert, told, how.lang)).into_bytes(),
        Format::Misp => beffroi_misp::write(&misp::event(alert, told, how.lang)).into_bytes(),
        Format::Json => format!("{:#}\n", serde_json::json!(Told::of(alert))).into_bytes(),
    })
}
