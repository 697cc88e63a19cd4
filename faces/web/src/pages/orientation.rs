//! A victim is led to the right channel: one question a page, a sheet to print at the end.
//!
//! Nobody signs in, no cookie is set and nothing is kept: the answers are a short text in the query of the address, which
//! goes into no log, and the page that follows is made of it alone.

use crate::chrome::{Chrome, public};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::{Reader, encode};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_clocks::{Deadlines, Event};
use beffroi_decision::{Advice, Channel, Question, Sheet, Step, Tree, orientation};
use beffroi_wording::Lang;
use jiff::Timestamp;
use std::sync::LazyLock;

/// Where it is.
pub(crate) const PATH: &str = "/orientation";

/// The tree and the deadlines that its sheets tell; an error only when a file of the house is at fault.
static MADE_OF: LazyLock<Result<(Tree, Deadlines), String>> = LazyLock::new(|| {
    let tree = orientation().map_err(|error| error.to_string())?;
    Ok((tree, Deadlines::house().map_err(|error| error.to_string())?))
});

/// An answer that may be given.
struct Choice {
    href: String,
    label: String,
}

#[derive(Template)]
#[template(path = "orientation.html")]
struct QuestionPage {
    chrome: Chrome,
    home: String,
    step: String,
    help: String,
    choices: Vec<Choice>,
    /// The question before; none at the first.
    back: Option<String>,
    /// Why it begins again, for an address that is no walk.
    message: Option<String>,
}

/// Whom to turn to.
struct Turn {
    name: String,
    how: String,
    /// Number to call, and the same without blanks.
    call: Option<(String, String)>,
    web: String,
    basis: String,
    confirmed: bool,
}

/// Something to do.
struct Todo {
    text: String,
    /// Until when, for what a deadline binds.
    until: Option<String>,
    confirmed: bool,
}

/// What was answered.
struct Said {
    question: String,
    answer: String,
    href: String,
}

#[derive(Template)]
#[template(path = "orientation_sheet.html")]
struct SheetPage {
    chrome: Chrome,
    home: String,
    made: String,
    turns: Vec<Turn>,
    todo: Vec<Todo>,
    keep: Vec<String>,
    said: Vec<Said>,
}

/// `GET /orientation`, the answers so far in `r`.
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let (tree, deadlines) = MADE_OF.as_ref().map_err(|why| Problem::Ours(why.clone()))?;
    let query = reader.query();
    // A language that was asked for goes along in the address: no cookie remembers it.
    let lang = query.get("lang").and_then(|text| text.parse().ok());
    let walk = query.get("r").map_or("", String::as_str);
    let begin = tree.begin();
    let (walk, step, message) = match tree.walk(walk) {
        Ok(step) => (if walk.is_empty() { begin.as_str() } else { walk }, step, None),
        Err(_) => {
            let step = tree.walk(&begin).map_err(|error| Problem::Ours(error.to_string()))?;
            (begin.as_str(), step, Some(reader.t.say("web-orientation-again")))
        }
    };
    let at = Walk { tree, walk, lang };
    match step {
        Step::Ask(question) => ask(&house, &reader, &at, question, message),
        Step::End(sheet) => end(&house, &reader, &at, &sheet, deadlines),
    }
}

/// Where somebody stands, and in which language they asked to read.
struct Walk<'a> {
    tree: &'a Tree,
    walk: &'a str,
    lang: Option<Lang>,
}

impl Walk<'_> {
    /// The page of a walk; of none, the beginning.
    fn href(&self, walk: &str) -> String {
        let mut pairs = Vec::new();
        if !walk.is_empty() {
            pairs.push(("r".to_owned(), walk.to_owned()));
        }
        pairs.extend(self.lang.map(|lang| ("lang".to_owned(), lang.code().to_owned())));
        if pairs.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", encode(&pairs)) }
    }

    /// What was answered so far.
    fn said(&self, t: Lang) -> Vec<Said> {
        let letters = self.walk.split_once('.').map_or("", |(_, letters)| letters);
        let (mut at, mut said) = (self.tree.begin(), Vec::new());
        for letter in letters.bytes() {
            let place = usize::from(letter.saturating_sub(b'a'));
            let Ok(Step::Ask(question)) = self.tree.walk(&at) else { break };
            let Some(answer) = question.answers.get(place) else { break };
            said.push(Said {
                question: t.say(&self.tree.question_key(question)),
                answer: t.say(&self.tree.answer_key(question, answer)),
                href: self.href(&at),
            });
            let Some(next) = self.tree.after(&at, place) else { break };
            at = next;
        }
        said
    }
}

fn ask(
    house: &House,
    reader: &Reader,
    at: &Walk<'_>,
    question: &Question,
    message: Option<String>,
) -> Result<Response, Problem> {
    let (t, tree) = (reader.t, at.tree);
    let key = tree.question_key(question);
    let choices = question.answers.iter().enumerate().filter_map(|(place, answer)| {
        Some(Choice { href: at.href(&tree.after(at.walk, place)?), label: t.say(&tree.answer_key(question, answer)) })
    });
    let n_asked = at.said(t).len() as f64;
    let page = QuestionPage {
        choices: choices.collect(),
        step: t.say_with("web-orientation-step", &[("n", (&t.integer(n_asked + 1.0)).into())]),
        help: t.say(&format!("{key}-help")),
        back: tree.back(at.walk).map(|before| at.href(before)),
        home: at.href(""),
        message,
        chrome: Chrome::new(house, reader, &t.say(&key)),
    };
    Ok(public(&page)?)
}

fn end(
    house: &House,
    reader: &Reader,
    at: &Walk<'_>,
    sheet: &Sheet<'_>,
    deadlines: &Deadlines,
) -> Result<Response, Problem> {
    let (t, now) = (reader.t, house.now());
    let made = figures::instant(t, now);
    let page = SheetPage {
        made: t.say_with("web-orientation-made", &[("at", (&made).into())]),
        turns: sheet.channels.iter().map(|channel| turn(at.tree, channel, t)).collect(),
        todo: sheet.todo.iter().map(|advice| todo(at.tree, advice, deadlines, now, t)).collect(),
        keep: sheet.keep.iter().map(|advice| t.say(&at.tree.advice_key(advice))).collect(),
        said: at.said(t),
        home: at.href(""),
        chrome: Chrome::new(house, reader, &t.say(&at.tree.outcome_key(sheet.outcome))),
    };
    Ok(public(&page)?)
}

fn turn(tree: &Tree, channel: &Channel, t: Lang) -> Turn {
    let key = tree.channel_key(channel);
    let bare: String = channel.call.chars().filter(char::is_ascii_digit).collect();
    Turn {
        name: t.say(&key),
        how: t.say(&format!("{key}-how")),
        call: (!bare.is_empty()).then(|| (channel.call.clone(), bare)),
        web: channel.web.clone(),
        basis: channel.basis.clone(),
        confirmed: channel.confirmed,
    }
}

/// What to do, and until when if it is learned now: whoever learned it before has as much less.
fn todo(tree: &Tree, advice: &Advice, deadlines: &Deadlines, now: Timestamp, t: Lang) -> Todo {
    let deadline = deadlines.get(&advice.deadline);
    let end = deadline.and_then(|deadline| deadline.clock.as_ref()).and_then(|clock| {
        let due = clock.due(&[(now, Event::Start)], now).at?;
        Some(t.say_with("web-orientation-until", &[("end", (&figures::instant(t, due)).into())]))
    });
    Todo {
        text: t.say(&tree.advice_key(advice)),
        until: end,
        confirmed: deadline.is_none_or(|deadline| deadline.confirmed),
    }
}
