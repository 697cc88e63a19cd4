//! The JSON tree of a code or a law, as the interface of Légifrance gives it (`articles` and `sections` within one another)
//! and as copies of it do (`data` and `children`). Read in one pass: only what is kept takes memory.

use crate::date::{day, day_of_milliseconds};
use crate::error::{Findings, LegalError, Reading, Why};
use crate::legi::{check, state_of};
use crate::prose::{Prose, of_html};
use crate::version::{Law, Link, Other, Version};
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// Longest file, in bytes.
const LONGEST: usize = 128 << 20;
/// Most versions of articles in a file.
const MOST: usize = 100_000;

/// Reads the tree of a text.
///
/// # Errors
/// [`LegalError`] when the bytes are no such tree, or it holds no article.
pub fn read_legi_json(bytes: &[u8]) -> Result<Reading<Law>, LegalError> {
    if bytes.len() > LONGEST {
        return Err(LegalError::Long { bytes: bytes.len(), most: LONGEST });
    }
    let mut all = All::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let root = Node { all: &mut all }.deserialize(&mut json).and_then(|root| json.end().map(|()| root));
    let root = root.map_err(|error| {
        let line = format!("{} at line {}, column {}", reason(&error), error.line(), error.column());
        LegalError::Form { form: "tree of a text of law", why: line }
    })?;
    if all.versions.len() > MOST {
        return Err(LegalError::Many { what: "versions of articles", most: MOST });
    }
    let mut findings = all.findings;
    let mut place: BTreeMap<String, usize> = BTreeMap::new();
    let mut articles: Vec<Version> = Vec::with_capacity(all.versions.len());
    for mut version in all.versions {
        version.path.reverse();
        check(&version, &mut findings);
        match place.get(&version.id).and_then(|at| articles.get_mut(*at)) {
            Some(first) => {
                findings.add(&version.id, Why::Twice);
                *first = version;
            }
            None => {
                place.insert(version.id.clone(), articles.len());
                articles.push(version);
            }
        }
    }
    if articles.is_empty() {
        return Err(LegalError::Empty);
    }
    let as_of = root.as_of.as_ref().and_then(|text| day("title", text, &mut findings));
    let law = Law { id: root.id, title: root.title, nature: root.kind, as_of, articles };
    Ok(Reading { value: law, findings: findings.0 })
}

/// The kind of fault, without what the file held.
fn reason(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Io | serde_json::error::Category::Eof => "it is cut short",
        serde_json::error::Category::Syntax => "it is no JSON",
        serde_json::error::Category::Data => "a value is not of the kind expected",
    }
}

#[derive(Default)]
struct All {
    versions: Vec<Version>,
    findings: Findings,
}

/// What one node says of itself.
#[derive(Default)]
struct Own {
    id: String,
    cid: String,
    kind: String,
    title: String,
    number: String,
    state: String,
    plain: String,
    html: String,
    note: String,
    from: Option<When>,
    until: Option<When>,
    as_of: Option<String>,
    others: Vec<OtherForm>,
    links: Vec<LinkForm>,
}

/// A node of the tree: a text, a section or an article.
struct Node<'a> {
    all: &'a mut All,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Own;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Own, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Own;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Own, M::Error> {
        let mut own = Own::default();
        let first = self.all.versions.len();
        fields(&mut map, &mut own, self.all)?;
        let all = self.all;
        if own.kind != "article" && !own.title.is_empty() {
            for version in all.versions.iter_mut().skip(first) {
                version.path.push(own.title.clone());
            }
        }
        // The interface writes AUTONOME and the like for the kind of an article.
        let article = own.kind == "article" || own.id.starts_with("LEGIARTI") || own.id.starts_with("JORFARTI");
        if article {
            if all.versions.len() >= MOST {
                return Err(M::Error::custom("more articles than a text of law holds"));
            }
            if let Some(version) = own.version(&mut all.findings) {
                all.versions.push(version);
            }
            return Ok(Own::default());
        }
        Ok(own)
    }
}

fn fields<'de, M: MapAccess<'de>>(map: &mut M, own: &mut Own, all: &mut All) -> Result<(), M::Error> {
    while let Some(key) = map.next_key::<Text>()? {
        match key.0.as_str() {
            "id" => set(&mut own.id, map)?,
            "cid" => set(&mut own.cid, map)?,
            "type" => set(&mut own.kind, map)?,
            "title" => set(&mut own.title, map)?,
            "num" => set(&mut own.number, map)?,
            "etat" => set(&mut own.state, map)?,
            "texte" => set(&mut own.plain, map)?,
            "texteHtml" => set(&mut own.html, map)?,
            "nota" => set(&mut own.note, map)?,
            "dateDebut" => own.from = map.next_value()?,
            "dateFin" => own.until = map.next_value()?,
            "dateDebutVersion" | "jurisDate" if own.as_of.is_none() => {
                own.as_of = map.next_value::<Option<Text>>()?.map(|text| text.0);
            }
            "articleVersions" => own.others = map.next_value::<Option<_>>()?.unwrap_or_default(),
            "lienModifications" => own.links = map.next_value::<Option<_>>()?.unwrap_or_default(),
            "data" => map.next_value_seed(Data { own: &mut *own, all: &mut *all })?,
            "children" | "articles" | "sections" => map.next_value_seed(Nodes { all: &mut *all })?,
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    Ok(())
}

/// The object `data`, whose fields are those of its node.
struct Data<'a> {
    own: &'a mut Own,
    all: &'a mut All,
}

impl<'de> DeserializeSeed<'de> for Data<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Data<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        fields(&mut map, self.own, self.all)
    }
}

/// A list of nodes.
struct Nodes<'a> {
    all: &'a mut All,
}

impl<'de> DeserializeSeed<'de> for Nodes<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Nodes<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<(), S::Error> {
        while list.next_element_seed(Node { all: &mut *self.all })?.is_some() {}
        Ok(())
    }
}

/// A text, whether it borrows or not.
#[derive(Deserialize)]
struct Text(String);

fn set<'de, M: MapAccess<'de>>(field: &mut String, map: &mut M) -> Result<(), M::Error> {
    if let Some(Scalar(text)) = map.next_value::<Option<Scalar>>()? {
        *field = text;
    }
    Ok(())
}

/// A text, or a number as text: some copies write numbers of articles so.
struct Scalar(String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match When::deserialize(deserializer)? {
            When::Day(text) => text,
            When::Milliseconds(number) => number.to_string(),
        }))
    }
}

/// A day, in either writing.
#[derive(Deserialize)]
#[serde(untagged)]
enum When {
    Milliseconds(i64),
    Day(String),
}

impl When {
    fn day(&self, at: &str, findings: &mut Findings) -> Option<Date> {
        match self {
            Self::Milliseconds(number) => day_of_milliseconds(at, *number, findings),
            Self::Day(text) => day(at, text, findings),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct OtherForm {
    id: Option<String>,
    etat: Option<String>,
    date_debut: Option<When>,
    date_fin: Option<When>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct LinkForm {
    text_cid: Option<String>,
    text_title: Option<String>,
    link_type: Option<String>,
    link_orientation: Option<String>,
    article_num: Option<String>,
    date_signa_texte: Option<String>,
}

impl Own {
    fn version(self, findings: &mut Findings) -> Option<Version> {
        if self.id.is_empty() {
            findings.add(&self.number, Why::Nameless);
            return None;
        }
        let id = self.id.as_str();
        let when = |when: &Option<When>, findings: &mut Findings| when.as_ref().and_then(|day| day.day(id, findings));
        // HTML keeps the paragraphs, which the plain text has lost.
        let text = if self.html.is_empty() { plain(&self.plain) } else { of_html(&self.html) };
        Some(Version {
            article: if self.cid.is_empty() { self.id.clone() } else { self.cid.clone() },
            state: state_of(id, &self.state, findings),
            from: when(&self.from, findings),
            until: when(&self.until, findings),
            path: Vec::new(),
            text,
            note: of_html(&self.note),
            others: self.others.iter().map(|other| other.told(findings)).collect(),
            links: self.links.into_iter().map(|link| link.told(findings)).collect(),
            number: self.number,
            id: self.id,
        })
    }
}

fn plain(text: &str) -> String {
    let mut prose = Prose::default();
    for line in text.lines() {
        prose.words(line);
        prose.paragraph();
    }
    prose.end()
}

impl OtherForm {
    fn told(&self, findings: &mut Findings) -> Other {
        let id = self.id.clone().unwrap_or_default();
        Other {
            state: state_of(&id, self.etat.as_deref().unwrap_or_default(), findings),
            from: self.date_debut.as_ref().and_then(|when| when.day(&id, findings)),
            until: self.date_fin.as_ref().and_then(|when| when.day(&id, findings)),
            id,
        }
    }
}

impl LinkForm {
    fn told(self, findings: &mut Findings) -> Link {
        let signed = self.date_signa_texte.as_deref().and_then(|text| day("lienModifications", text, findings));
        Link {
            kind: self.link_type.unwrap_or_default(),
            way: self.link_orientation.unwrap_or_default(),
            text: self.text_cid.unwrap_or_default(),
            number: self.article_num.unwrap_or_default(),
            title: self.text_title.unwrap_or_default(),
            signed,
        }
    }
}
