//! A message as XML, in the order of the schema.

use crate::{CapError, Info, Message, NAMESPACE, Named, Reference, Scope, What};
use jiff::Zoned;

/// Writes a message.
///
/// # Errors
/// [`CapError`] for what the standard asks for and the message lacks.
pub fn write(message: &Message) -> Result<String, CapError> {
    message.check()?;
    let mut xml = Xml("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned());
    xml.0.push_str(&format!("<alert xmlns=\"{NAMESPACE}\">\n"));
    xml.element("identifier", &message.identifier);
    xml.element("sender", &message.sender);
    xml.element("sent", &instant(&message.sent));
    xml.element("status", message.status.text());
    let (what, references) = match &message.what {
        What::Alert => ("Alert", None),
        What::Update(earlier) => ("Update", Some(earlier)),
        What::Cancel(earlier) => ("Cancel", Some(earlier)),
    };
    xml.element("msgType", what);
    match &message.scope {
        Scope::Public => xml.element("scope", "Public"),
        Scope::Restricted(text) => {
            xml.element("scope", "Restricted");
            xml.element("restriction", text);
        }
        Scope::Private(addresses) => {
            xml.element("scope", "Private");
            xml.element("addresses", &addresses.join(" "));
        }
    }
    xml.optional("note", message.note.as_deref());
    xml.optional("references", references.map(|earlier| group(earlier)).as_deref());
    message.infos.iter().for_each(|info| xml.info(info));
    xml.0.push_str("</alert>\n");
    Ok(xml.0)
}

fn group(earlier: &[Reference]) -> String {
    let each = |r: &Reference| format!("{},{},{}", r.sender, r.identifier, instant(&r.sent));
    earlier.iter().map(each).collect::<Vec<_>>().join(" ")
}

/// `2025-12-22T10:00:00+01:00`; in UTC `-00:00`, as 3.3.2 has it.
fn instant(at: &Zoned) -> String {
    let text = at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    if at.offset().seconds() == 0 { text.replace("+00:00", "-00:00") } else { text }
}

struct Xml(String);

impl Xml {
    fn element(&mut self, name: &str, text: &str) {
        self.0.push_str(&format!("<{name}>{}</{name}>\n", escaped(text)));
    }

    fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.element(name, text);
        }
    }

    fn named(&mut self, element: &str, named: &Named) {
        let (name, value) = (escaped(&named.name), escaped(&named.value));
        self.0.push_str(&format!("<{element}><valueName>{name}</valueName><value>{value}</value></{element}>\n"));
    }

    fn info(&mut self, info: &Info) {
        self.0.push_str("<info>\n");
        self.element("language", &info.language);
        self.element("category", info.category.text());
        self.element("event", &info.event);
        info.responses.iter().for_each(|response| self.element("responseType", response.text()));
        self.element("urgency", info.urgency.text());
        self.element("severity", info.severity.text());
        self.element("certainty", info.certainty.text());
        self.optional("audience", info.audience.as_deref());
        self.element("expires", &instant(&info.expires));
        self.element("senderName", &info.sender_name);
        self.element("headline", &info.headline);
        self.element("description", &info.description);
        self.element("instruction", &info.instruction);
        self.element("contact", &info.contact);
        info.parameters.iter().for_each(|parameter| self.named("parameter", parameter));
        self.0.push_str("<area>\n");
        self.element("areaDesc", &info.area.description);
        info.area.geocodes.iter().for_each(|code| self.named("geocode", code));
        self.0.push_str("</area>\n</info>\n");
    }
}

/// A text as XML 1.0 may hold it: its signs escaped, and the characters it forbids (section 2.2) left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push(c),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
    out
}
