//! A text of law that somebody brings, read on one side of a wall and taken on the other.
//!
//! A frame is a letter and a text: `H` the text itself without its articles, `V` one article in one version, both as JSON,
//! `S` what was set aside or doubted (of which article, a tab, why), `F` why the file is refused, `E` the end.

use crate::state::State;
use crate::version::{Law, Link, Other, Version};
use crate::{LegalError, Reading, read_akoma_ntoso, read_legi_article, read_legi_json};
use beffroi_ports::{Taker, Task, Unread, lettered, shown};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::io::{self, Read};

/// The name under which an executable lists [`parse`].
pub const PARSER: &str = "legal";

/// Longest file, in bytes: the readers' own bounds are narrower for some forms.
pub const LONGEST_FILE: u64 = 128 << 20;
/// Longest frame, in bytes: one article with its links.
const FRAME: u64 = 16 << 20;
/// Most versions of articles, and most findings.
const VERSIONS: usize = 100_000;
const FINDINGS: usize = 100;
/// How much of a file is looked at to tell its form, in bytes.
const HEAD: usize = 4096;

/// What is asked of [`parse`] for a file of that length.
pub fn task(input_bytes: u64) -> Task {
    // An article is told a little longer than it was written: its headings are repeated, its line ends escaped.
    let max_total_bytes = input_bytes.saturating_mul(4).saturating_add(FRAME);
    let request = input_bytes.to_string().into_bytes();
    Task { parser: PARSER, request, input_bytes, max_frame_bytes: FRAME, max_total_bytes }
}

/// Reads a text of law by what the file holds: the JSON tree of a code, an Akoma Ntoso document, the XML of one article.
///
/// # Errors
/// [`LegalError`] when it is none of them, or cannot be read.
pub fn read_law(bytes: &[u8]) -> Result<Reading<Law>, LegalError> {
    let start = String::from_utf8_lossy(bytes.get(..HEAD).unwrap_or(bytes));
    match start.trim_start_matches('\u{feff}').trim_start() {
        text if text.starts_with('{') => read_legi_json(bytes),
        text if text.contains("akomaNtoso") => read_akoma_ntoso(bytes),
        _ => read_legi_article(bytes),
    }
}

/// Untrusted input. Reads a file of law ([`read_law`]) and gives it as frames; `request` may tell how long it is. Made to run
/// in a child process; [`LawFrames`] takes the frames.
///
/// # Errors
/// When `give` or `input` fails, or memory is refused. What is wrong with the file is told in a frame.
pub fn parse(
    request: &[u8],
    input: &mut dyn Read,
    give: &mut (dyn FnMut(&[u8]) -> io::Result<()> + '_),
) -> io::Result<()> {
    // A file of law is long, and memory is counted: its room is asked for once.
    let told = std::str::from_utf8(request).ok().and_then(|told| told.parse::<u64>().ok()).unwrap_or_default();
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(told.min(LONGEST_FILE) + 1).unwrap_or_default())?;
    input.take(LONGEST_FILE + 1).read_to_end(&mut bytes)?;
    let mut tell = |kind: char, text: &str| give(format!("{kind}{text}").as_bytes());
    let most = usize::try_from(LONGEST_FILE).unwrap_or(usize::MAX);
    let read = if bytes.len() > most { Err(LegalError::Long { bytes: bytes.len(), most }) } else { read_law(&bytes) };
    let Reading { value: law, findings } = match read {
        Ok(reading) => reading,
        Err(error) => return tell('F', &error.to_string()),
    };
    drop(bytes);
    let Law { id, title, nature, as_of, articles } = law;
    tell('H', &serde_json::to_string(&Head { id, title, nature, as_of })?)?;
    for version in articles {
        let text = serde_json::to_string(&Told::of(version))?;
        if text.len() as u64 >= FRAME {
            return tell('F', &format!("an article of it is longer than {} MiB: bring it in parts", FRAME >> 20));
        }
        tell('V', &text)?;
    }
    for finding in findings {
        tell('S', &format!("{}\t{}", finding.at, finding.why))?;
    }
    tell('E', "")
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    title: String,
    nature: String,
    as_of: Option<Date>,
}

/// A version on its way.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    id: String,
    article: String,
    number: String,
    state: Option<String>,
    from: Option<Date>,
    until: Option<Date>,
    path: Vec<String>,
    text: String,
    note: String,
    links: Vec<ToldLink>,
    others: Vec<ToldOther>,
}

/// Another version on its way: its identifier, its state, since and until when.
type ToldOther = (String, Option<String>, Option<Date>, Option<Date>);

/// A link on its way.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldLink {
    kind: String,
    way: String,
    text: String,
    number: String,
    title: String,
    signed: Option<Date>,
}

fn code(state: Option<State>) -> Option<String> {
    state.map(|state| state.code().to_owned())
}

fn state(code: Option<String>) -> Result<Option<State>, Unread> {
    code.map(|code| code.parse().map_err(|_| Unread::nonsense("a state that is none"))).transpose()
}

/// A text from behind the wall: no control character but the end of a line.
fn clean(text: String) -> String {
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect();
    }
    text
}

impl Told {
    fn of(version: Version) -> Self {
        let link = |link: Link| ToldLink {
            kind: link.kind,
            way: link.way,
            text: link.text,
            number: link.number,
            title: link.title,
            signed: link.signed,
        };
        Self {
            id: version.id,
            article: version.article,
            number: version.number,
            state: code(version.state),
            from: version.from,
            until: version.until,
            path: version.path,
            text: version.text,
            note: version.note,
            links: version.links.into_iter().map(link).collect(),
            others: version
                .others
                .into_iter()
                .map(|other| (other.id, code(other.state), other.from, other.until))
                .collect(),
        }
    }

    fn taken(self) -> Result<Version, Unread> {
        let link = |link: ToldLink| Link {
            kind: clean(link.kind),
            way: clean(link.way),
            text: clean(link.text),
            number: clean(link.number),
            title: clean(link.title),
            signed: link.signed,
        };
        let other = |(id, code, from, until): (String, Option<String>, _, _)| {
            Ok(Other { id: clean(id), state: state(code)?, from, until })
        };
        Ok(Version {
            id: clean(self.id),
            article: clean(self.article),
            number: clean(self.number),
            state: state(self.state)?,
            from: self.from,
            until: self.until,
            path: self.path.into_iter().map(clean).collect(),
            text: clean(self.text),
            note: clean(self.note),
            links: self.links.into_iter().map(link).collect(),
            others: self.others.into_iter().map(other).collect::<Result<_, Unread>>()?,
        })
    }
}

/// A text of law as it came over the wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// The text.
    pub law: Law,
    /// What was set aside or doubted, the first hundred: of which article, and why.
    pub findings: Vec<(String, String)>,
}

/// Takes the frames of [`parse`], trusting nothing in them.
#[derive(Debug, Default)]
pub struct LawFrames {
    law: Option<Law>,
    findings: Vec<(String, String)>,
    ended: bool,
}

impl Taker for LawFrames {
    type Taken = Brought;

    fn put(&mut self, frame: &[u8]) -> Result<(), Unread> {
        let (kind, rest) = lettered(frame, self.ended)?;
        match (kind, &mut self.law) {
            ('H', None) => {
                let head: Head = serde_json::from_str(rest).map_err(|_| Unread::nonsense("no text of law"))?;
                self.law = Some(Law {
                    id: clean(head.id),
                    title: clean(head.title),
                    nature: clean(head.nature),
                    as_of: head.as_of,
                    articles: Vec::new(),
                });
            }
            ('V', Some(law)) => {
                let told: Told = serde_json::from_str(rest).map_err(|_| Unread::nonsense("no article"))?;
                if law.articles.len() >= VERSIONS {
                    return Err(Unread::nonsense("more articles than a reader gives"));
                }
                law.articles.push(told.taken()?);
            }
            ('S', Some(_)) => {
                let found = rest.split_once('\t').filter(|_| self.findings.len() < FINDINGS);
                let (at, why) = found.ok_or(Unread::nonsense("a finding of nothing, or too many"))?;
                self.findings.push((shown(at), shown(why)));
            }
            ('F', None | Some(_)) => return Err(Unread::told(rest)),
            ('E', Some(_)) => self.ended = true,
            _ => return Err(Unread::nonsense("a frame out of its place")),
        }
        Ok(())
    }

    fn end(self) -> Result<Brought, Unread> {
        let law = self.law.filter(|law| self.ended && !law.articles.is_empty());
        Ok(Brought { law: law.ok_or(Unread::nonsense("no end, or no article"))?, findings: self.findings })
    }
}
