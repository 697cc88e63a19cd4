//! Chapters of the annual report that are ready, on their way into it: their figures put in from what was frozen.
//!
//! A figure of a chapter is never typed: it is cited by the reference under which it was published and printed with the
//! certificate it was frozen with. What cannot be resolved, or must not be told, stops the report and says where.

pub(crate) mod text;

use crate::indicators::{
    Catalogue, Certificate, IndicatorError, Printed, Publication, PublicationError, publication_table, published_under,
};
use crate::registers::CHAPTER;
use beffroi_document::{Block, Span};
use beffroi_model::Marking;
use beffroi_register::{Record, words};
use beffroi_store::Store;
use beffroi_wording::Lang;
use jiff::Timestamp;
use std::collections::BTreeMap;
use text::{Part, citation, parts, typed_number};

/// The register of chapters.
pub const REGISTER: &str = "chapter";
/// The language in which chapters are written.
const WRITTEN_IN: Lang = Lang::Fr;

/// A chapter that is ready.
#[derive(Debug, Clone, PartialEq)]
pub struct Chapter {
    /// Its reference: `CHAP-2026-0001`.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// What it says, its figures put in: each is a reference to the table of its publication ([`Cited::id`]).
    pub blocks: Vec<Block>,
    /// When its text was last handed in.
    pub handed_in: Timestamp,
    /// When it was validated.
    pub validated: Timestamp,
    /// The marking of the record where it is narrower than its register's: validating a chapter releases what the register
    /// marks, and nothing that was marked more narrowly.
    pub narrower: Option<Marking>,
    /// Whether it is made up.
    pub synthetic: bool,
}

/// A chapter that is left out, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Where it stands, in words.
    pub state: String,
}

/// The figures of one publication that chapters cite.
#[derive(Debug, Clone, PartialEq)]
pub struct Cited {
    /// The reference under which they were published.
    pub reference: String,
    /// The identifier of their table.
    pub id: String,
    /// Headings of their keys.
    pub heads: Vec<String>,
    /// What they count.
    pub unit: String,
    /// Their keys in words, their values, and how they are printed; in the order of the publication.
    pub rows: Vec<(Vec<String>, f64, String)>,
    /// The certificate they were frozen with.
    pub certificate: Certificate,
}

/// The chapters of a year.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chapters {
    /// Those that are ready, in their order.
    pub ready: Vec<Chapter>,
    /// Those that are not.
    pub left_out: Vec<LeftOut>,
    /// The figures that they cite, by reference.
    pub cited: Vec<Cited>,
}

/// Why a figure that a chapter cites cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unprinted {
    /// Nothing was published under that reference.
    #[error("nothing was published under that reference: freeze it with `beffroi indicator freeze`")]
    Unpublished,
    /// It was published after the instant that the report bears.
    #[error("it was published on {0}, after the instant that the report bears")]
    Later(Timestamp),
    /// The publication has no such figure.
    #[error("the publication, by {by}, has no figure of these keys: `beffroi indicator published` lists them")]
    NoFigure {
        /// By what it was broken down.
        by: String,
    },
    /// The figure is secret.
    #[error("the figure is under statistical secrecy and is printed nowhere")]
    Secret,
    /// There is no value.
    #[error("the figure was not available when it was published")]
    Missing,
}

/// Why chapters cannot go into the report.
#[derive(Debug, thiserror::Error)]
pub enum ChapterError {
    /// A figure cannot be printed.
    #[error("the chapter {chapter} cites {{{cited}}}: {why}. Reopen the chapter to write it otherwise")]
    Figure {
        /// Reference of the chapter.
        chapter: String,
        /// What stands between its braces.
        cited: String,
        /// Why.
        why: Unprinted,
    },
    /// A number is typed.
    #[error("the chapter {chapter} has `{number}` typed by hand: reopen it, and cite a frozen figure")]
    Typed {
        /// Reference of the chapter.
        chapter: String,
        /// The number.
        number: String,
    },
    /// A publication cannot be read.
    #[error(transparent)]
    Publication(#[from] PublicationError),
    /// The indicator of a publication is no longer known.
    #[error(transparent)]
    Indicator(#[from] IndicatorError),
}

impl ChapterError {
    /// Whether the chapter is at fault rather than the house.
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Figure { .. } | Self::Typed { .. } => true,
            Self::Publication(error) => error.is_user_fault(),
            Self::Indicator(error) => error.is_user_fault(),
        }
    }
}

/// The chapters of the report of a year among the records of their register, as they stood at an instant: what was
/// validated later is left out, what was added later is not told of. Chapters are written in French; a report in another
/// language leaves them all out.
///
/// # Errors
/// [`ChapterError`], naming the chapter and what it cites.
pub async fn of_year(
    store: &Store,
    records: &[Record],
    year: i16,
    at: Timestamp,
    lang: Lang,
) -> Result<Chapters, ChapterError> {
    let year = year.to_string();
    let is_told =
        |record: &&Record| record.value("year") == year && record.state != "dropped" && record.added_at() <= at;
    let mut of_year: Vec<&Record> = records.iter().filter(is_told).collect();
    let rank = |record: &Record| record.value("rank").parse::<u32>().unwrap_or(u32::MAX);
    of_year.sort_by_key(|record| (rank(record), record.reference.clone()));
    let mut chapters = Chapters::default();
    let mut figures = Figures { store, at, lang, catalogue: Catalogue::builtin(), known: BTreeMap::new() };
    for record in of_year {
        let validated = record.path.last().filter(|step| record.state == "ready" && step.at <= at).map(|step| step.at);
        match validated.filter(|_| lang == WRITTEN_IN) {
            Some(validated) => chapters.ready.push(figures.chapter(record, validated).await?),
            None => chapters.left_out.push(LeftOut {
                reference: record.reference.clone(),
                title: record.value("title").to_owned(),
                state: if validated.is_some() {
                    lang.say("report-chapter-language")
                } else {
                    words::state(CHAPTER, &record.state, lang)
                },
            }),
        }
    }
    chapters.cited = figures.cited();
    Ok(chapters)
}

/// The identifier of the table of a publication's figures.
fn table_of(reference: &str) -> String {
    format!("tbl-cited-{reference}")
}

/// A publication, with the figures of it that were cited by their place in it.
struct Known {
    publication: Publication,
    heads: Vec<String>,
    unit: String,
    rows: Vec<Vec<String>>,
    cited: BTreeMap<usize, (f64, String)>,
}

/// What was published, as far as it was cited.
struct Figures<'a> {
    store: &'a Store,
    at: Timestamp,
    lang: Lang,
    catalogue: Catalogue,
    known: BTreeMap<String, Known>,
}

impl Figures<'_> {
    async fn chapter(&mut self, record: &Record, validated: Timestamp) -> Result<Chapter, ChapterError> {
        let own = record.value("text");
        if let Some(number) = typed_number(own) {
            let (chapter, number) = (record.reference.clone(), number.to_owned());
            return Err(ChapterError::Typed { chapter, number });
        }
        let mut blocks: Vec<Block> = Vec::new();
        for (n, line) in own.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
            if let Some(heading) = line.strip_prefix("# ") {
                let spans = self.spans(&record.reference, heading).await?;
                let text = spans.into_iter().map(|span| match span {
                    Span::Text(text) | Span::Strong(text) | Span::Code(text) | Span::Reference { text, .. } => text,
                });
                let id = format!("{}-{}", record.reference, n + 1);
                blocks.push(Block::Heading { level: 2, text: text.collect(), id });
            } else if let Some(item) = line.strip_prefix("- ") {
                let spans = self.spans(&record.reference, item).await?;
                match blocks.last_mut() {
                    Some(Block::List { items, .. }) => items.push(spans),
                    _ => blocks.push(Block::List { ordered: false, items: vec![spans] }),
                }
            } else {
                blocks.push(Block::Paragraph(self.spans(&record.reference, line).await?));
            }
        }
        let handed_in = record.path.iter().rev().find(|step| ["submit", "settle"].contains(&step.by.as_str()));
        Ok(Chapter {
            reference: record.reference.clone(),
            title: record.value("title").to_owned(),
            blocks,
            handed_in: handed_in.map_or(validated, |step| step.at),
            validated,
            narrower: (!record.marking.may_reach(CHAPTER.marking)).then_some(record.marking),
            synthetic: record.synthetic,
        })
    }

    async fn spans(&mut self, chapter: &str, line: &str) -> Result<Vec<Span>, ChapterError> {
        let mut spans = Vec::new();
        for part in parts(line) {
            spans.push(match part {
                Part::Words(words) => Span::Text(words.to_owned()),
                Part::Braced(braced) => match citation(braced) {
                    None => Span::Text(braced.to_owned()),
                    Some(cited) => self.figure(cited).await?.map_err(|why| ChapterError::Figure {
                        chapter: chapter.to_owned(),
                        cited: braced.chars().take(100).collect(),
                        why,
                    })?,
                },
            });
        }
        Ok(spans)
    }

    /// A figure as it is printed, leading to the table of its publication.
    async fn figure(&mut self, (reference, keys): (&str, &str)) -> Result<Result<Span, Unprinted>, ChapterError> {
        let Some(known) = self.known(reference).await? else { return Ok(Err(Unprinted::Unpublished)) };
        let frozen_at = known.publication.frozen_at;
        if frozen_at > self.at {
            return Ok(Err(Unprinted::Later(frozen_at)));
        }
        let lang = self.lang;
        let Some(known) = self.known.get_mut(&reference.to_uppercase()) else {
            return Ok(Err(Unprinted::Unpublished));
        };
        let wanted: Vec<&str> = keys.split(',').map(str::trim).filter(|_| !keys.is_empty()).collect();
        let has_keys = |figure: &Printed| {
            figure.keys.iter().map(|key| key.as_deref().unwrap_or_default()).eq(wanted.iter().copied())
        };
        let found = known.publication.figures.iter().enumerate().find(|(_, figure)| has_keys(figure));
        let Some((place, figure)) = found else {
            return Ok(Err(Unprinted::NoFigure { by: known.heads.join(", ") }));
        };
        if figure.is_secret() {
            return Ok(Err(Unprinted::Secret));
        }
        let told = known.rows.get(place).and_then(|row| row.last());
        let (Some(value), Some(told)) = (figure.number(), told) else { return Ok(Err(Unprinted::Missing)) };
        let shown = match upper_bound(figure, &self.catalogue, &known.publication, lang)? {
            Some(high) => {
                lang.say_with("report-cited-range", &[("low", told.as_str().into()), ("high", (&high).into())])
            }
            None => told.clone(),
        };
        known.cited.insert(place, (value, shown.clone()));
        Ok(Ok(Span::Reference { text: shown, id: table_of(&known.publication.reference) }))
    }

    async fn known(&mut self, reference: &str) -> Result<Option<&Known>, ChapterError> {
        let own = reference.to_uppercase();
        if !self.known.contains_key(&own) {
            let mut found = published_under(self.store, reference).await;
            if matches!(found, Err(PublicationError::Missing(_))) {
                found = published_under(self.store, &own).await;
            }
            let publication = match found {
                Ok(publication) => publication,
                Err(PublicationError::Missing(_)) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let card = self.catalogue.card(&publication.certificate.indicator)?;
            let table = publication_table(&publication, card, self.lang);
            let (mut heads, cited) = (table.columns, BTreeMap::new());
            let unit = heads.pop().unwrap_or_default();
            self.known.insert(own.clone(), Known { publication, heads, unit, rows: table.rows, cited });
        }
        Ok(self.known.get(&own))
    }

    fn cited(self) -> Vec<Cited> {
        let used = self.known.into_values().filter(|known| !known.cited.is_empty());
        used.map(|known| {
            let row = |(place, (value, shown)): (usize, (f64, String))| {
                let keys = known.rows.get(place).map(|row| row.iter().take(known.heads.len()).cloned().collect());
                (keys.unwrap_or_default(), value, shown)
            };
            Cited {
                id: table_of(&known.publication.reference),
                reference: known.publication.reference,
                rows: known.cited.into_iter().map(row).collect(),
                heads: known.heads,
                unit: known.unit,
                certificate: known.publication.certificate,
            }
        })
        .collect()
    }
}

/// The upper bound of a figure that is a range: one end of it alone would say more than is known.
fn upper_bound(
    figure: &Printed,
    catalogue: &Catalogue,
    publication: &Publication,
    lang: Lang,
) -> Result<Option<String>, ChapterError> {
    if figure.completeness.is_none() {
        return Ok(None);
    }
    let decimals = catalogue.card(&publication.certificate.indicator)?.decimals;
    let high = figure.high.as_ref().and_then(|high| high.parse().ok());
    Ok(high.map(|high| lang.decimal(high, decimals)))
}
