//! A flash as mail: made once a language, with what differs between recipients put in last.

use crate::alerts::{self, Alert};
use crate::diffusion::queue::{FLASH, NOTICE};
use crate::diffusion::{DiffusionError, DiffusionSettings, Link, Links, Recipient};
use beffroi_document::html::{Words, page};
use beffroi_document::{Block, Document, Span};
use beffroi_model::{AlertRef, Marking};
use beffroi_ports::{Enclosure, Letter, Typesetter};
use beffroi_store::HandoverRow;
use beffroi_wording::Lang;
use jiff::Timestamp;
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
}

/// Writes letters; sheets are kept for the time of a pass.
pub(crate) struct Letters<'a> {
    settings: &'a DiffusionSettings,
    links: Links,
    typesetter: &'a dyn Typesetter,
    sheets: BTreeMap<(AlertRef, u32, &'static str), Sheet>,
}

impl<'a> Letters<'a> {
    pub(crate) fn new(settings: &'a DiffusionSettings, links: Links, typesetter: &'a dyn Typesetter) -> Self {
        Self { settings, links, typesetter, sheets: BTreeMap::new() }
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
        if alert.content.written.exercise {
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
        let exercise =
            if alert.content.written.exercise { format!("{}\n\n", lang.say("post-exercise")) } else { String::new() };
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
        let text = format!("{exercise}{}\n{asked}\n\n{current}\n", sheet.text);
        let (before, after) = &sheet.html;
        let asked = lang.say("post-acknowledge-link");
        // Made of letters, digits, dots and the address of the house: nothing in it to escape but quotes, refused there.
        let html = format!("{before}<p><a href=\"{link}\">{asked}</a></p>{after}");
        Ok(Letter { text, html: Some(html), enclosures: vec![sheet.pdf.clone()], ..letter })
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
            // Told under a narrower marking than its own where a vocabulary lacks the word.
            let told = Alert { marking, ..alert.clone() };
            let document = alerts::document(&told, lang);
            let bytes = self.typesetter.pdf(&document, alert.issued_at.unwrap_or(alert.drafted_at))?;
            let whole = page(&document, &Words::new(|key| lang.say(key)));
            let (before, after) = whole.split_once("</article>").unwrap_or((whole.as_str(), ""));
            let sheet = Sheet {
                text: plain(&document),
                html: (before.to_owned(), format!("</article>{after}")),
                pdf: Arc::new(Enclosure { name: format!("{}.pdf", alert.reference), media: "application/pdf", bytes }),
            };
            self.sheets.insert(key.clone(), sheet);
        }
        self.sheets
            .get(&key)
            .ok_or_else(|| crate::alerts::AlertError::Missing { reference: alert.reference.clone() }.into())
    }
}

fn title(alert: &Alert, lang: Lang) -> &str {
    match lang {
        Lang::Fr => &alert.title_fr,
        Lang::En => &alert.title_en,
    }
}

/// A document as text, for readers of mail that show no page.
fn plain(document: &Document) -> String {
    let mut out = format!("{}\n{}\n", document.title, document.marking);
    out.extend(document.banner.iter().map(|banner| format!("{banner}\n")));
    out.push('\n');
    blocks(&document.blocks, &mut out);
    out
}

fn blocks(all: &[Block], out: &mut String) {
    let spans = |spans: &[Span]| {
        let text = |span: &Span| match span {
            Span::Text(text) | Span::Strong(text) | Span::Code(text) => text.clone(),
            Span::Reference { .. } => String::new(),
        };
        spans.iter().map(text).collect::<String>()
    };
    for block in all {
        match block {
            Block::Heading { text, .. } => out.push_str(&format!("\n{}\n", text.to_uppercase())),
            Block::Paragraph(text) => out.push_str(&format!("{}\n", spans(text))),
            Block::List { items, .. } => items.iter().for_each(|item| out.push_str(&format!("- {}\n", spans(item)))),
            Block::KeyFigures(figures) => {
                figures.iter().for_each(|f| out.push_str(&format!("{} : {} ({})\n", f.label, f.value, f.note)));
            }
            Block::Terms(terms) => terms.iter().for_each(|t| out.push_str(&format!("{} : {}\n", t.term, t.text))),
            Block::Frame { title, blocks: inside, .. } => {
                out.push_str(&format!("\n{}\n", title.to_uppercase()));
                blocks(inside, out);
            }
            Block::Figure(_) | Block::Table(_) | Block::PageBreak => {}
        }
    }
}
