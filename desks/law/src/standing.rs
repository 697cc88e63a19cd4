//! The law valid on a day, and what changed between two days. What cannot be told is said, and never replaced by the
//! version beside it.

use crate::blocks::{heading, paragraph, terms, warning};
use crate::book::{Article, Asked, Book};
use beffroi_document::{Block, Span};
use beffroi_legal::{At, Piece, Version, diff};
use beffroi_register::{Refusal, SheetContext, shown, words};
use beffroi_wording::Value;
use jiff::civil::Date;

/// The register of the versions.
pub(crate) const VERSIONS: &str = "article_version";

/// The law valid on the day asked.
///
/// # Errors
/// [`Refusal`] when no article is named, none is known by that name, or several are.
pub(crate) fn at_date(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let day = day(context, "date")?;
    let book = Book::of(context.of(VERSIONS));
    let article = article(context, &book, &[day])?;
    let mut blocks = Vec::new();
    match article.text.history.at(article.id, day) {
        At::One(version) => {
            blocks.push(about(context, article, version));
            if !version.note.is_empty() {
                blocks.push(terms([(context.say("note"), version.note.clone())]));
            }
            blocks.push(heading("text", context.say_with("text", &[("date", (&context.lang.date(day)).into())])));
            blocks.extend(version.text.lines().map(paragraph));
        }
        other => blocks.push(untold(context, &other, day)),
    }
    blocks.extend(read_until(context, article, day));
    Ok(blocks)
}

/// What changed between the two days asked, word by word.
///
/// # Errors
/// As [`at_date`].
pub(crate) fn between(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (first, second) = (day(context, "date")?, day(context, "date_after")?);
    let (first, second) = (first.min(second), first.max(second));
    let book = Book::of(context.of(VERSIONS));
    let article = article(context, &book, &[first, second])?;
    let on = |day| article.text.history.at(article.id, day);
    let mut blocks = Vec::new();
    match (on(first), on(second)) {
        (At::One(before), At::One(after)) => {
            let title = |day| context.lang.date(day);
            blocks.push(heading("before", title(first)));
            blocks.push(about(context, article, before));
            blocks.push(heading("after", title(second)));
            blocks.push(about(context, article, after));
            blocks.push(heading("changes", context.say("changes")));
            if before.id == after.id || before.text == after.text {
                blocks.push(paragraph(context.say("same")));
            } else {
                blocks.push(paragraph(context.say("signs")));
                blocks.extend(paragraphs(&diff(&before.text, &after.text)));
            }
        }
        (before, after) => {
            for (day, at) in [(first, before), (second, after)] {
                match at {
                    At::One(version) => {
                        blocks.push(heading(&format!("d{day}"), context.lang.date(day)));
                        blocks.push(about(context, article, version));
                    }
                    other => blocks.push(untold(context, &other, day)),
                }
            }
        }
    }
    blocks.extend(read_until(context, article, second));
    Ok(blocks)
}

fn refusal(what: &str) -> Refusal {
    Refusal { key: format!("register-{VERSIONS}-refusal-{what}"), ..Refusal::new() }
}

fn day(context: &SheetContext<'_>, input: &str) -> Result<Date, Refusal> {
    context.asked(input).parse().map_err(|_| refusal("date"))
}

/// The one article that is asked for. Where a number passed from one article to another, the one that bore it on the days
/// asked.
fn article<'a>(context: &SheetContext<'_>, book: &'a Book, days: &[Date]) -> Result<Article<'a>, Refusal> {
    let asked = Asked::read(context.asked("article"));
    let name: String = context.asked("article").chars().take(80).collect();
    if asked == Asked::Bare {
        return Err(refusal("bare").with("article", name));
    }
    let mut found = book.find(&asked);
    if found.len() > 1 {
        let bears = |article: &Article<'_>| {
            let held = days.iter().filter_map(|day| match article.text.history.at(article.id, *day) {
                At::One(version) => Some(&version.number),
                _ => None,
            });
            held.into_iter().any(|held| matches!(&asked, Asked::Numbered { number, .. } if number == held))
        };
        let bearing: Vec<Article<'_>> = found.iter().copied().filter(bears).collect();
        if bearing.len() == 1 {
            found = bearing;
        }
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let titles = book.titles().into_iter().take(5).collect::<Vec<_>>().join(" ; ");
            let titles = if titles.is_empty() { "–".to_owned() } else { titles };
            Err(refusal("unknown").with("article", name).with("texts", titles))
        }
        several => {
            let named: Vec<String> =
                several.iter().take(5).map(|article| format!("{} ({})", article.id, article.text_id)).collect();
            Err(refusal("several").with("article", name).with("which", named.join(" ; ")))
        }
    }
}

/// What a version is.
fn about(context: &SheetContext<'_>, article: Article<'_>, version: &Version) -> Block {
    let lang = context.lang;
    let label = |field: &str| context.register.field(field).map(|field| words::field(context.register, field, lang));
    let state = context.register.field("legal_state").zip(version.state);
    let state = state.map(|(field, state)| shown(context.register, field, state.code(), lang));
    let date = |day: Option<Date>| day.map(|day| lang.date(day)).unwrap_or_default();
    let until = version.until.map_or_else(|| context.say("no_end"), |day| lang.date(day));
    let pairs = [
        ("text_title", article.text.title.clone()),
        ("text_id", article.text_id.to_owned()),
        ("number", version.number.clone()),
        ("path", version.path.join(" › ")),
        ("version", version.id.clone()),
        ("legal_state", state.unwrap_or_default()),
        ("from", date(version.from)),
        ("until", until),
    ];
    terms(pairs.into_iter().filter_map(|(field, text)| Some((label(field)?, text))))
}

/// Why the law of a day cannot be told.
fn untold(context: &SheetContext<'_>, at: &At<'_>, day: Date) -> Block {
    let lang = context.lang;
    let date = lang.date(day);
    let known = |day: Option<Date>| day.map_or_else(|| "–".to_owned(), |day| lang.date(day));
    let say = |what: &str, args: &[(&str, String)]| {
        let mut values = vec![("date", Value::from(&date))];
        values.extend(args.iter().map(|(name, text)| (*name, Value::from(text))));
        context.say_with(what, &values)
    };
    let text = match at {
        At::Several(versions) => {
            let which: Vec<String> = versions.iter().map(|version| version.id.clone()).collect();
            say("overlap", &[("which", which.join(", "))])
        }
        At::Absent(other) => say("absent", &[("version", other.id.clone())]),
        At::None { ended, begins } => say("none", &[("ended", known(*ended)), ("begins", known(*begins))]),
        At::One(_) | At::Unknown => say("none", &[("ended", known(None)), ("begins", known(None))]),
    };
    warning(context.say("untold"), text)
}

/// How far the files reach: a day after the last of them is not vouched for.
fn read_until(context: &SheetContext<'_>, article: Article<'_>, day: Date) -> Option<Block> {
    let as_of = article.text.as_of.filter(|as_of| *as_of < day)?;
    let text = context.say_with("reach", &[("date", (&context.lang.date(as_of)).into())]);
    Some(warning(context.say("reach_title"), text))
}

/// A difference as paragraphs: what was removed and what was added stand between signs, and strong.
fn paragraphs(pieces: &[Piece]) -> Vec<Block> {
    let mut all: Vec<Vec<Span>> = vec![Vec::new()];
    for piece in pieces {
        let (text, open, close) = match piece {
            Piece::Kept(text) => (text, "", ""),
            Piece::Removed(text) => (text, "[− ", " −]"),
            Piece::Added(text) => (text, "[+ ", " +]"),
        };
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                all.push(Vec::new());
            }
            if line.is_empty() {
                continue;
            }
            let span = match piece {
                Piece::Kept(_) => Span::Text(line.to_owned()),
                _ => Span::Strong(format!("{open}{}{close}", line.trim())),
            };
            if let Some(last) = all.last_mut() {
                last.push(span);
            }
        }
    }
    all.into_iter().filter(|spans| !spans.is_empty()).map(Block::Paragraph).collect()
}
