//! Akoma Ntoso (OASIS LegalDocML 1.0): the articles of a document, with the time in which each holds where it is told.
//!
//! An article is an `article`; in a document without any, a `section`, which is what acts of common law call theirs. Those
//! within `quotedStructure` belong to another text, and stay words of the one that quotes them. The time is that of the
//! `temporalGroup` named by `period`, of the article or of what it stands in; a document that names none tells no time,
//! and none is made up from its date of expression.

use crate::date::day;
use crate::error::{Findings, LegalError, Reading, Why};
use crate::prose::Prose;
use crate::version::{Law, Version};
use crate::xml::{Step, Xml, value};
use jiff::civil::Date;
use std::collections::BTreeMap;

const FORM: &str = "Akoma Ntoso document";
/// Most articles of a document.
const MOST: usize = 50_000;

/// First day, and first day no longer.
type Interval = (Option<Date>, Option<Date>);

/// Reads the articles of a document.
///
/// # Errors
/// [`LegalError`] when the bytes are no such document, or it holds no article.
pub fn read_akoma_ntoso(bytes: &[u8]) -> Result<Reading<Law>, LegalError> {
    let (unit, times) = look(bytes)?;
    let mut xml = Xml::new(bytes, FORM)?;
    let mut findings = Findings::default();
    let mut law = Law::default();
    let mut stack: Vec<String> = Vec::new();
    let mut periods: Vec<(usize, String)> = Vec::new();
    let mut open: Option<Open> = None;
    loop {
        match xml.next(&mut findings)? {
            Step::End => break,
            Step::Open(name, attributes) => {
                head(&mut law, &stack, &name, &attributes, &mut findings);
                let period = value(&attributes, "period").trim_start_matches('#');
                if !period.is_empty() {
                    periods.push((xml.depth(), period.to_owned()));
                }
                let quoted = stack.iter().any(|name| name == "quotedStructure" || name == "meta");
                if let Some(open) = &mut open {
                    open.element(&name);
                } else if name == unit && !quoted {
                    let period = periods.last().map(|(_, period)| period.clone());
                    open = Some(Open::new(xml.depth(), &attributes, period));
                }
                stack.push(name);
            }
            Step::Close(name) => {
                while periods.last().is_some_and(|(depth, _)| *depth > xml.depth()) {
                    periods.pop();
                }
                stack.pop();
                if open.as_ref().is_some_and(|open| open.depth > xml.depth()) {
                    if let Some(done) = open.take() {
                        done.end(&mut law, &times, &mut findings);
                    }
                    if law.articles.len() > MOST {
                        return Err(LegalError::Many { what: "articles", most: MOST });
                    }
                } else if let Some(open) = &mut open {
                    open.element(&name);
                }
            }
            Step::Text(words) => {
                if let Some(open) = &mut open {
                    open.words(&stack, &words);
                }
                if stack.last().is_some_and(|name| name == "docTitle" || name == "shortTitle") && law.title.len() < 2000
                {
                    law.title.push_str(&words);
                }
            }
        }
    }
    let mut title = Prose::default();
    title.words(&law.title);
    law.title = title.end();
    if law.articles.is_empty() {
        return Err(LegalError::Empty);
    }
    Ok(Reading { value: law, findings: findings.0 })
}

/// First pass: which element is an article, and when what holds.
fn look(bytes: &[u8]) -> Result<(&'static str, BTreeMap<String, Interval>), LegalError> {
    let mut xml = Xml::new(bytes, FORM)?;
    let mut findings = Findings::default();
    let mut events: BTreeMap<String, Date> = BTreeMap::new();
    let mut groups: Vec<(String, String, String)> = Vec::new();
    let mut group = String::new();
    let (mut articles, mut first) = (false, true);
    let mut quoted = 0_usize;
    loop {
        match xml.next(&mut findings)? {
            Step::End => break,
            Step::Close(name) => quoted = quoted.saturating_sub(usize::from(name == "quotedStructure")),
            Step::Text(_) => {}
            Step::Open(name, attributes) => {
                if std::mem::take(&mut first) && name != "akomaNtoso" {
                    return Err(LegalError::Form { form: FORM, why: "it does not begin with `akomaNtoso`".to_owned() });
                }
                let id = ["eId", "id"].map(|key| value(&attributes, key)).into_iter().find(|id| !id.is_empty());
                let id = id.unwrap_or_default();
                match name.as_str() {
                    "article" => articles |= quoted == 0,
                    "quotedStructure" => quoted += 1,
                    "eventRef" => {
                        if let Some(date) = day(id, value(&attributes, "date"), &mut findings) {
                            events.insert(id.to_owned(), date);
                        }
                    }
                    "temporalGroup" => id.clone_into(&mut group),
                    "timeInterval" => {
                        let part = |key| value(&attributes, key).trim_start_matches('#').to_owned();
                        groups.push((group.clone(), part("start"), part("end")));
                    }
                    _ => {}
                }
                if groups.len().max(events.len()) > MOST {
                    return Err(LegalError::Many { what: "events and intervals", most: MOST });
                }
            }
        }
    }
    let mut times: BTreeMap<String, Interval> = BTreeMap::new();
    for (group, start, end) in groups {
        // Several intervals in one group: the first that is told; the others would need several versions.
        times.entry(group).or_insert_with(|| (events.get(&start).copied(), events.get(&end).copied()));
    }
    Ok((if articles { "article" } else { "section" }, times))
}

/// What the head of a document tells: its name, its kind and its day. Of several documents in one, the first.
fn head(law: &mut Law, stack: &[String], name: &str, attributes: &[(String, String)], findings: &mut Findings) {
    if stack.len() == 1 && law.nature.is_empty() {
        name.clone_into(&mut law.nature);
    }
    let parent = stack.last().map_or("", String::as_str);
    match (parent, name) {
        ("FRBRWork", "FRBRuri") if law.id.is_empty() => value(attributes, "value").clone_into(&mut law.id),
        ("FRBRExpression", "FRBRdate") if law.as_of.is_none() => {
            law.as_of = day("FRBRExpression", value(attributes, "date"), findings);
        }
        _ => {}
    }
}

/// An article that has begun.
struct Open {
    depth: usize,
    id: String,
    period: Option<String>,
    removed: bool,
    number: Prose,
    heading: Prose,
    text: Prose,
}

impl Open {
    fn new(depth: usize, attributes: &[(String, String)], period: Option<String>) -> Self {
        let id = ["eId", "id"].map(|key| value(attributes, key)).into_iter().find(|id| !id.is_empty());
        Self {
            depth,
            id: id.unwrap_or_default().to_owned(),
            period,
            removed: value(attributes, "status") == "removed",
            number: Prose::default(),
            heading: Prose::default(),
            text: Prose::default(),
        }
    }

    /// An element begins or ends within it.
    fn element(&mut self, name: &str) {
        let block = matches!(
            name,
            "paragraph"
                | "subparagraph"
                | "point"
                | "item"
                | "indent"
                | "alinea"
                | "content"
                | "intro"
                | "wrapUp"
                | "list"
                | "listIntroduction"
                | "listWrapUp"
                | "blockList"
                | "num"
                | "heading"
                | "subheading"
                | "quotedStructure"
                | "subsection"
                | "clause"
                | "subclause"
                | "level"
        );
        // A number stands on the line of what it numbers.
        if block && name != "num" {
            self.text.paragraph();
        } else if name == "num" {
            self.text.words(" ");
        } else {
            self.text.tag(name);
        }
    }

    fn words(&mut self, stack: &[String], words: &str) {
        let own = |name: &str| stack.get(self.depth).is_some_and(|child| child == name);
        if own("num") {
            self.number.words(words);
        } else if own("heading") {
            self.heading.words(words);
        } else {
            self.text.words(words);
        }
    }

    fn end(self, law: &mut Law, times: &BTreeMap<String, Interval>, findings: &mut Findings) {
        let number = self.number.end();
        let id = if self.id.is_empty() { number.clone() } else { self.id };
        if id.is_empty() {
            findings.add("article", Why::Nameless);
            return;
        }
        if self.removed {
            findings.add(&id, Why::Removed);
            return;
        }
        let (from, until) = self.period.and_then(|period| times.get(&period).copied()).unwrap_or_default();
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            findings.add(&id, Why::Backwards);
        }
        if self.text.len() == 0 {
            findings.add(&id, Why::Textless);
        }
        let heading = self.heading.end();
        law.articles.push(Version {
            article: id.clone(),
            id,
            number,
            from,
            until,
            path: if heading.is_empty() { Vec::new() } else { vec![heading] },
            text: self.text.end(),
            ..Version::default()
        });
    }
}
