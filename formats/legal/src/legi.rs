//! One article in one version, as the DILA publishes the base LEGI: one XML file each.
//!
//! Elements read: `META/META_COMMUN/ID`, `META/META_SPEC/META_ARTICLE/{NUM, ETAT, DATE_DEBUT, DATE_FIN}`,
//! `CONTEXTE/TEXTE[@cid, @nature]/{TITRE_TXT, TM/TITRE_TM}`, `VERSIONS/VERSION/LIEN_ART`, `NOTA`, `BLOC_TEXTUEL`, `LIENS/LIEN`.
//! The day 2999-01-01 stands for no end, 2222-02-22 for a day not known yet. The base does not tell in this file the
//! identifier of the article through its versions; that of its oldest version stands for it.

use crate::date::day;
use crate::error::{Findings, LegalError, Reading, Why, short};
use crate::id::DilaId;
use crate::prose::Prose;
use crate::state::State;
use crate::version::{Law, Link, Other, Version};
use crate::xml::{Step, Xml, value};

/// Most versions, headings or links of one article.
const MOST: usize = 20_000;

/// Reads one article in one version, and the text that it is of.
///
/// # Errors
/// [`LegalError`] when the bytes are no such file.
pub fn read_legi_article(bytes: &[u8]) -> Result<Reading<Law>, LegalError> {
    let form = "article of the base LEGI";
    let mut xml = Xml::new(bytes, form)?;
    let mut findings = Findings::default();
    let mut stack: Vec<String> = Vec::new();
    let mut law = Law::default();
    let mut version = Version::default();
    let (mut state, mut from, mut until) = (String::new(), String::new(), String::new());
    let (mut text, mut note) = (Prose::default(), Prose::default());
    let mut title = Prose::default();
    loop {
        match xml.next(&mut findings)? {
            Step::End => break,
            Step::Open(name, attributes) => {
                if stack.is_empty() && name != "ARTICLE" {
                    return Err(LegalError::Form { form, why: format!("it begins with `{}`", short(&name)) });
                }
                match name.as_str() {
                    "TEXTE" if within(&stack, "CONTEXTE") => {
                        value(&attributes, "cid").clone_into(&mut law.id);
                        value(&attributes, "nature").clone_into(&mut law.nature);
                    }
                    "TITRE_TM" | "TITRE_TXT" => title = Prose::default(),
                    "LIEN_ART" if within(&stack, "VERSIONS") => {
                        let id = value(&attributes, "id");
                        version.others.push(Other {
                            id: id.to_owned(),
                            state: state_of(id, value(&attributes, "etat"), &mut findings),
                            from: day(id, value(&attributes, "debut"), &mut findings),
                            until: day(id, value(&attributes, "fin"), &mut findings),
                        });
                    }
                    "LIEN" if within(&stack, "LIENS") => version.links.push(Link {
                        kind: value(&attributes, "typelien").to_owned(),
                        way: value(&attributes, "sens").to_owned(),
                        text: value(&attributes, "cidtexte").to_owned(),
                        number: value(&attributes, "num").to_owned(),
                        title: String::new(),
                        signed: day("LIEN", value(&attributes, "datesignatexte"), &mut findings),
                    }),
                    tag if within(&stack, "BLOC_TEXTUEL") => text.tag(tag),
                    tag if within(&stack, "NOTA") => note.tag(tag),
                    _ => {}
                }
                let most = version.others.len().max(version.links.len()).max(version.path.len());
                if most > MOST {
                    return Err(LegalError::Many { what: "versions, headings or links of one article", most: MOST });
                }
                stack.push(name);
            }
            Step::Close(name) => {
                stack.pop();
                let words = |title: &mut Prose| std::mem::take(title).end();
                match name.as_str() {
                    "TITRE_TM" => version.path.push(words(&mut title)),
                    // A text has had several titles: the last is today's.
                    "TITRE_TXT" => law.title = words(&mut title),
                    tag if within(&stack, "BLOC_TEXTUEL") => text.tag(tag),
                    tag if within(&stack, "NOTA") => note.tag(tag),
                    _ => {}
                }
            }
            Step::Text(words) => match stack.last().map(String::as_str) {
                Some("ID") if within(&stack, "META_COMMUN") => version.id.push_str(words.trim()),
                Some("NUM") if within(&stack, "META_ARTICLE") => version.number.push_str(words.trim()),
                Some("ETAT") if within(&stack, "META_ARTICLE") => state.push_str(words.trim()),
                Some("DATE_DEBUT") if within(&stack, "META_ARTICLE") => from.push_str(words.trim()),
                Some("DATE_FIN") if within(&stack, "META_ARTICLE") => until.push_str(words.trim()),
                Some("TITRE_TM" | "TITRE_TXT") => title.words(&words),
                Some("LIEN") => {
                    if let Some(link) = version.links.last_mut() {
                        link.title.push_str(words.trim());
                    }
                }
                _ if within(&stack, "BLOC_TEXTUEL") => text.words(&words),
                _ if within(&stack, "NOTA") => note.words(&words),
                _ => {}
            },
        }
    }
    if version.id.is_empty() {
        return Err(LegalError::Form { form, why: "it has no META/META_COMMUN/ID".to_owned() });
    }
    let id = version.id.clone();
    version.state = state_of(&id, &state, &mut findings);
    version.from = day(&id, &from, &mut findings);
    version.until = day(&id, &until, &mut findings);
    version.text = text.end();
    version.note = note.end();
    version.article = oldest(&version).to_owned();
    check(&version, &mut findings);
    law.articles.push(version);
    Ok(Reading { value: law, findings: findings.0 })
}

fn within(stack: &[String], name: &str) -> bool {
    stack.iter().any(|open| open == name)
}

/// The identifier of the oldest version that is told, which the base takes for that of the article.
fn oldest(version: &Version) -> &str {
    let told = version.others.iter().filter(|other| other.from.is_some() && !other.id.is_empty());
    told.min_by(|a, b| (a.from, &a.id).cmp(&(b.from, &b.id))).map_or(&version.id, |other| &other.id)
}

pub(crate) fn state_of(at: &str, code: &str, findings: &mut Findings) -> Option<State> {
    if code.is_empty() {
        return None;
    }
    let state = code.parse().ok();
    if state.is_none() {
        findings.add(at, Why::State(short(code)));
    }
    state
}

/// What is doubtful of a version that was read.
pub(crate) fn check(version: &Version, findings: &mut Findings) {
    if version.id.parse::<DilaId>().is_err() {
        findings.add(&version.id, Why::Identifier(short(&version.id)));
    }
    let backwards = version.from.zip(version.until).is_some_and(|(from, until)| until < from);
    if backwards && version.state.is_none_or(State::held) {
        findings.add(&version.id, Why::Backwards);
    }
    // What was repealed is often told without its text.
    if version.text.is_empty() && !matches!(version.state, Some(State::Repealed | State::Moved | State::Lapsed)) {
        findings.add(&version.id, Why::Textless);
    }
}
