//! A flash as mail: made once a language, with what differs between recipients put in last.

use crate::alerts::{self, Alert, AlertError, Export, Format};
use crate::diffusion::queue::{FLASH, NOTICE};
use crate::diffusion::{DiffusionError, DiffusionSettings, Link, Links, Recipient};
use beffroi_model::{AlertRef, Channel, Marking};
use beffroi_ports::{Enclosure, Letter, Typesetter};
use beffroi_store::HandoverRow;
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where the pages of links stand.
const PATH: &str = "accuse";

/// What all readers of one version and one language get.
struct Sheet {
    text: String,
    /// The page, up to where the link goes, and the rest.
    html: (String, String),
    pdf: Arc<Enclosure>,
    /// What recipients want besides, by form; none for a form that mail does not carry under this marking.
    others: BTreeMap<&'static str, Option<Arc<Enclosure>>>,
}

/// Writes letters; sheets are kept for the time of a pass.
pub(crate) struct Letters<'a> {
    settings: &'a DiffusionSettings,
    links: Links,
    typesetter: &'a dyn Typesetter,
    /// Whether these are the registers of an exercise.
    exercise: bool,
    today: Date,
    sheets: BTreeMap<(AlertRef, u32, &'static str), Sheet>,
}

impl<'a> Letters<'a> {
    pub(crate) fn new(
        settings: &'a DiffusionSettings,
        links: Links,
        typesetter: &'a dyn Typesetter,
        exercise: bool,
        today: Date,
    ) -> Self {
        Self { settings, links, typesetter, exercise, today, sheets: BTreeMap::new() }
    }

    /// The letter of a handover: the flash itself under the marking `told`, or the notice without content for none.
    pub(crate) fn letter(
        &mut self,
        row: &HandoverRow,
        alert: &Alert,
        recipient: &Recipient,
        to: &str,
        told: Option<Marking>,
    ) -> Result<Letter, DiffusionError> {
        let lang = recipient.lang;
        let marking = told.unwrap_or(alert.marking);
        let mut subject = lang.say_with(
            if told.is_some() { "post-subject" } else { "post-subject-notice" },
            &[
                ("marking", (&marking.tlp.to_string()).into()),
                ("reference", (&alert.reference.to_string()).into()),
                ("title", title(alert, lang).into()),
            ],
        );
        if row.what != FLASH {
            subject = lang.say_with("post-subject-reminder", &[("subject", (&subject).into())]);
        }
        let is_exercise = self.exercise || alert.content.written.exercise;
        if is_exercise {
            subject = format!("{} {subject}", lang.say("post-exercise"));
        }
        // A title may hold what a line of mail cannot.
        let subject = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let address = format!("{}/alertes/{}", self.settings.address, alert.reference);
        let fields = vec![
            ("X-TLP".to_owned(), marking.tlp.to_string()),
            ("X-PAP".to_owned(), marking.pap.to_string()),
            ("X-Flash".to_owned(), format!("{}@{}", alert.reference, alert.version)),
        ];
        let letter = Letter {
            id: row.id.clone(),
            to: to.to_owned(),
            subject,
            text: String::new(),
            html: None,
            enclosures: Vec::new(),
            fields,
        };
        let exercise = if is_exercise { format!("{}\n\n", lang.say("post-exercise")) } else { String::new() };
        if told.is_none() || row.channel == NOTICE {
            let reference = alert.reference.to_string();
            let values = [("reference", (&reference).into()), ("address", (&address).into())];
            let text = format!("{exercise}{}\n", lang.say_with("post-notice", &values));
            return Ok(Letter { text, ..letter });
        }
        let link = self.link(row, alert)?;
        let asked = lang.say_with("post-acknowledge", &[("link", (&link).into())]);
        let current = lang.say_with("post-current", &[("address", (&address).into())]);
        let sheet = self.sheet(alert, lang, marking)?;
        let mut enclosures = vec![sheet.pdf.clone()];
        let text = format!("{exercise}{}\n{asked}\n\n{current}\n", sheet.text);
        let (before, after) = &sheet.html;
        let asked = lang.say("post-acknowledge-link");
        // Made of letters, digits, dots and the address of the house: nothing in it to escape but quotes, refused there.
        let html = format!("{before}<p><a href=\"{link}\">{asked}</a></p>{after}");
        enclosures.extend(self.others(alert, recipient, marking)?);
        Ok(Letter { text, html: Some(html), enclosures, ..letter })
    }

    /// The link that acknowledges a handover.
    fn link(&self, row: &HandoverRow, alert: &Alert) -> Result<String, DiffusionError> {
        let from = alert.issued_at.unwrap_or(row.queued_at).max(row.queued_at);
        let until = from.checked_add(self.settings.link_life).unwrap_or(Timestamp::MAX);
        // Whole seconds, as links have them.
        let until = Timestamp::from_second(until.as_second()).unwrap_or(until);
        let link = Link { handover: row.id.clone(), until };
        Ok(format!("{}/{PATH}/{}", self.settings.address, self.links.make(&link)))
    }

    fn sheet(&mut self, alert: &Alert, lang: Lang, marking: Marking) -> Result<&Sheet, DiffusionError> {
        let key = (alert.reference.clone(), alert.version, lang.code());
        if !self.sheets.contains_key(&key) {
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_default();
            let whole = text(self.form(alert, Format::Html, lang, marking)?);
            let (before, after) = whole.split_once("</article>").unwrap_or((whole.as_str(), ""));
            let sheet = Sheet {
                text: text(self.form(alert, Format::Text, lang, marking)?),
                html: (before.to_owned(), format!("</article>{after}")),
                pdf: self.enclosure(alert, Format::Pdf, lang, marking)?,
                others: BTreeMap::new(),
            };
            self.sheets.insert(key.clone(), sheet);
        }
        self.sheets.get(&key).ok_or_else(|| AlertError::Missing { reference: alert.reference.clone() }.into())
    }

    /// What a recipient wants besides the page. A form whose words would tell a marking that mail does not carry is left
    /// out: the page says all of it.
    fn others(
        &mut self,
        alert: &Alert,
        recipient: &Recipient,
        marking: Marking,
    ) -> Result<Vec<Arc<Enclosure>>, DiffusionError> {
        let key = (alert.reference.clone(), alert.version, recipient.lang.code());
        let mut enclosures = Vec::new();
        for format in recipient.forms.iter().copied() {
            let known = self.sheets.get(&key).and_then(|sheet| sheet.others.get(format.code()).cloned());
            let enclosure = match known {
                Some(known) => known,
                None => {
                    let made = match self.enclosure(alert, format, recipient.lang, marking) {
                        Ok(made) => Some(made),
                        Err(DiffusionError::Alert(AlertError::Missing { .. } | AlertError::Cap(_))) => None,
                        Err(error) => return Err(error),
                    };
                    if let Some(sheet) = self.sheets.get_mut(&key) {
                        sheet.others.insert(format.code(), made.clone());
                    }
                    made
                }
            };
            enclosures.extend(enclosure);
        }
        Ok(enclosures)
    }

    fn enclosure(
        &self,
        alert: &Alert,
        format: Format,
        lang: Lang,
        marking: Marking,
    ) -> Result<Arc<Enclosure>, DiffusionError> {
        let bytes = self.form(alert, format, lang, marking)?;
        let name = format!("{}.{}", alert.reference, format.ending());
        Ok(Arc::new(Enclosure { name, media: format.media_type(), bytes }))
    }

    /// The flash in a form, as mail carries it under the marking that is told: never a wider one than its own.
    fn form(&self, alert: &Alert, format: Format, lang: Lang, marking: Marking) -> Result<Vec<u8>, DiffusionError> {
        let told = Alert { marking, ..alert.clone() };
        let how = Export {
            lang,
            typesetter: self.typesetter,
            channel: Channel::Mail,
            ceiling: marking,
            addresses: &[],
            sender: self.settings.sender(),
            today: self.today,
        };
        Ok(alerts::export(&told, format, &how)?)
    }
}

fn title(alert: &Alert, lang: Lang) -> &str {
    match lang {
        Lang::Fr => &alert.title_fr,
        Lang::En => &alert.title_en,
    }
}
