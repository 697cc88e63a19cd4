//! XML of a stranger: bounded in length, depth and elements, without document type.

use crate::error::{Findings, LegalError, Why, short};
use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesStart, Event};

/// Longest file, in bytes.
pub(crate) const LONGEST: usize = 16 << 20;
/// Deepest element.
const DEEPEST: usize = 128;
/// Most attributes of an element.
const ATTRIBUTES: usize = 64;

/// One step in a document. Names are without prefix.
pub(crate) enum Step {
    /// An element begins, with its attributes; an empty one ends at once.
    Open(String, Vec<(String, String)>),
    /// An element ends.
    Close(String),
    /// Text.
    Text(String),
    /// The end.
    End,
}

/// A document, step by step.
pub(crate) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
    form: &'static str,
}

impl<'a> Xml<'a> {
    pub(crate) fn new(bytes: &'a [u8], form: &'static str) -> Result<Self, LegalError> {
        if bytes.len() > LONGEST {
            return Err(LegalError::Long { bytes: bytes.len(), most: LONGEST });
        }
        let text = std::str::from_utf8(bytes).map_err(|error| LegalError::Form {
            form,
            why: format!("it is not UTF-8 at byte {}", error.valid_up_to()),
        })?;
        let mut reader = Reader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { reader, depth: 0, form })
    }

    fn wrong(&self, why: &str) -> LegalError {
        LegalError::Form { form: self.form, why: format!("{why}, near byte {}", self.reader.buffer_position()) }
    }

    pub(crate) fn next(&mut self, findings: &mut Findings) -> Result<Step, LegalError> {
        loop {
            match self.reader.read_event().map_err(|_| self.wrong("the XML is damaged"))? {
                Event::Eof if self.depth > 0 => return Err(self.wrong("the XML is cut short")),
                Event::Eof => return Ok(Step::End),
                Event::DocType(_) => return Err(LegalError::DocumentType),
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(self.wrong("its elements are nested too deep"));
                    }
                    let attributes = attributes(&start).ok_or_else(|| self.wrong("an attribute is damaged"))?;
                    return Ok(Step::Open(local(start.name().as_ref()).to_owned(), attributes));
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Step::Close(local(end.name().as_ref()).to_owned()));
                }
                Event::Text(piece) => return Ok(Step::Text(piece.xml10_content().into_owned())),
                Event::CData(piece) => return Ok(Step::Text(piece.xml10_content().into_owned())),
                Event::GeneralRef(entity) => match (resolve_xml_entity(entity.as_ref()), entity.resolve_char_ref()) {
                    (Some(known), _) => return Ok(Step::Text(known.to_owned())),
                    (None, Ok(Some(sign))) => return Ok(Step::Text(sign.to_string())),
                    _ => findings.add("", Why::Entity(short(entity.as_ref()))),
                },
                _ => {}
            }
        }
    }

    /// How deep the element is that was opened last.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn attributes(start: &BytesStart<'_>) -> Option<Vec<(String, String)>> {
    let mut all = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        if all.len() >= ATTRIBUTES {
            return None;
        }
        let value = unescape(&attribute.value).ok()?.into_owned();
        all.push((local(attribute.key.as_ref()).to_owned(), value));
    }
    Some(all)
}

/// The value of an attribute; empty when it is not there.
pub(crate) fn value<'a>(attributes: &'a [(String, String)], name: &str) -> &'a str {
    attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}
